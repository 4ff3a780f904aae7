//! Where deals are made and edited in a browser: two partners, Microsoft, solutions, a business directory.

use partner_portal::{
    auth::Role,
    catalogue::service::{self as catalogue, NewBusiness},
    db,
    ids::{BusinessId, LocationId, OrganisationId},
};
use sqlx::PgPool;

use crate::support::{Answer, Client, TestApp};

pub struct Desk {
    pub app: TestApp,
    pub fabrikam: OrganisationId,
    pub seoul: LocationId,
    pub busan: LocationId,
    /// Two legal entities of one name, and a Korean one.
    pub redmond: BusinessId,
    pub boston: BusinessId,
    pub hanbit: BusinessId,
}

pub const ADMIN: &str = "admin@fabrikam.example";

impl Desk {
    pub async fn new(db: PgPool) -> Self {
        let app = TestApp::new(db).await;
        let seed = app.seed();
        let fabrikam = seed.partner("Fabrikam", "4512345").await;
        let contoso = seed.partner("Contoso Consulting", "4600001").await;
        let vendor = seed.vendor().await;
        let seoul = seed.location(fabrikam, "4512346", "Seoul").await;
        let busan = seed.location(fabrikam, "4512347", "Busan").await;
        seed.user(fabrikam, ADMIN).role(Role::ReferralsAdmin).create().await;
        sqlx::query(
            "insert into solutions (solution_id, organisation_id, name, co_sell_ready, assessment)
             values ('FAB-1', $1, '패브리캄 물류 관제', true, false), ('FAB-2', $1, 'Fabrikam Draft', false, false),
                    ('CON-1', $2, 'Contoso Pay', true, false), ('CON-2', $2, 'Contoso Secret', false, false),
                    ('SKU-1', $3, 'Azure SQL 100%', false, false), ('SA-1', $3, 'Cloud economics', false, true)",
        )
        .bind(fabrikam)
        .bind(contoso)
        .bind(vendor)
        .execute(app.db())
        .await
        .unwrap();
        let mut tx = db::begin(app.db()).await.unwrap();
        let mut businesses = Vec::new();
        for (duns, legal_name, address_line1, city, country) in [
            ("900114223", "Contoso Corporation", "One Contoso Way", "Redmond", "US"),
            ("900114231", "Contoso Corporation", "88 Harbor Street", "Boston", "US"),
            ("900114207", "한빛물류 주식회사", "세종대로 110", "서울", "KR"),
        ] {
            let new = NewBusiness { duns, legal_name, address_line1, city, state: "", postal_code: "04524", country };
            businesses.push(catalogue::create_business(&mut tx, &new).await.unwrap());
        }
        tx.commit().await.unwrap();
        let [redmond, boston, hanbit] = businesses[..] else { panic!("three") };
        Self { app, fabrikam, seoul, busan, redmond, boston, hanbit }
    }

    pub async fn admin(&self) -> Client {
        self.app.sign_in(ADMIN).await
    }

    /// Begins a draft; its address without the step.
    pub async fn begin(&self, client: &mut Client) -> String {
        let answer = client.post("/deals/new", &[]).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        answer.location().strip_suffix("/customer").expect("the first step").to_owned()
    }

    /// Fills a draft until "check your answers": a private deal of Seoul's that lacks nothing.
    pub async fn fill(&self, client: &mut Client, draft: &str, name: &str) {
        let (pick, location) = (format!("pick:{}", self.hanbit), self.seoul.to_string());
        step(client, draft, "customer", &[("do", &pick)]).await;
        let next = |answer: Answer, step: &str| assert_eq!(answer.location(), format!("{draft}/{step}"), "{}", answer.text());
        next(step(client, draft, "customer", &[("customer-business", "x"), ("do", "next")]).await, "details");
        let details = [
            ("name", name),
            ("location", &location),
            ("value", "250,000,000"),
            ("currency", "KRW"),
            ("close_date", "2028-02-29"),
            ("do", "next"),
        ];
        next(step(client, draft, "details", &details).await, "team");
        next(step(client, draft, "team", &member(1, ADMIN, "next")).await, "solutions");
        let solution =
            [("solutions-1-id", "FAB-1"), ("solutions-1-quantity", "1,000"), ("solutions-1-price", ""), ("do", "next")];
        next(step(client, draft, "solutions", &solution).await, "help");
        next(step(client, draft, "help", &[("ask", "hide"), ("do", "next")]).await, "contact");
        next(step(client, draft, "contact", &[("contact-mail", ""), ("do", "next")]).await, "check");
    }

    /// Makes a deal; its address.
    pub async fn deal(&self, client: &mut Client, name: &str) -> String {
        let draft = self.begin(client).await;
        self.fill(client, &draft, name).await;
        let made = make(client, &draft).await;
        assert_eq!(made.status, 303, "{}", made.text());
        made.location()
    }
}

pub async fn step(client: &mut Client, draft: &str, step: &str, fields: &[(&str, &str)]) -> Answer {
    client.post(&format!("{draft}/{step}"), fields).await
}

/// What "check your answers" was checked at.
pub async fn version(client: &mut Client, draft: &str) -> String {
    let page = client.get(&format!("{draft}/check")).await;
    page.attributes("input[name=version]", "value").pop().expect("a version")
}

/// Makes the deal of what stands on "check your answers" now.
pub async fn make(client: &mut Client, draft: &str) -> Answer {
    let version = version(client, draft).await;
    step(client, draft, "check", &[("version", &version), ("do", "next")]).await
}

/// The fields of one person, and a button.
pub fn member<'a>(n: usize, mail: &'a str, button: &'a str) -> Vec<(&'a str, &'a str)> {
    let names: [&'static str; 4] = match n {
        1 => ["team-1-first_name", "team-1-last_name", "team-1-phone", "team-1-mail"],
        2 => ["team-2-first_name", "team-2-last_name", "team-2-phone", "team-2-mail"],
        _ => panic!("two at most"),
    };
    let [first, last, phone, address] = names;
    vec![(first, "서연"), (last, "이"), (phone, "+82 2 555 0100"), (address, mail), ("do", button)]
}

/// Everything that a page's form would send, as it stands: hidden fields, texts, chosen options.
pub fn form_of(page: &Answer) -> Vec<(String, String)> {
    let html = page.html();
    let select = |selector: &str| scraper::Selector::parse(selector).unwrap();
    let mut fields = Vec::new();
    for field in html.select(&select("form.form :is(input, textarea, select)")) {
        let Some(name) = field.attr("name") else { continue };
        let value = match field.value().name() {
            "textarea" => field.text().collect::<String>(),
            "select" => {
                let chosen = field.select(&select("option[selected]")).next();
                chosen.and_then(|option| option.attr("value")).unwrap_or_default().to_owned()
            }
            _ => field.attr("value").unwrap_or_default().to_owned(),
        };
        let boxed = matches!(field.attr("type"), Some("radio" | "checkbox"));
        if name != "csrf" && (!boxed || field.attr("checked").is_some()) {
            fields.push((name.to_owned(), value));
        }
    }
    fields
}

/// Sends a page's form with some fields changed, and a button.
pub async fn send(client: &mut Client, path: &str, page: &Answer, changes: &[(&str, &str)], button: &str) -> Answer {
    let mut fields = form_of(page);
    for (name, value) in changes {
        match fields.iter_mut().find(|(field, _)| field == name) {
            Some(field) => (*value).clone_into(&mut field.1),
            None => fields.push(((*name).to_owned(), (*value).to_owned())),
        }
    }
    fields.push(("do".to_owned(), button.to_owned()));
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    client.post(path, &pairs).await
}
