//! Every place beside the path that takes an identifier.

use std::fmt;

use axum::http::Method;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Of Fabrikam, with every role.
    Partner,
    /// Referrals admin of one location: "theirs" is what Fabrikam has elsewhere.
    Local,
    Seller,
    Operator,
}

#[derive(Clone, Copy, Debug)]
pub enum Says {
    /// This status, and nothing at all is written.
    Nothing(u16),
    /// This status; what is written is the asking person's own.
    Keeps(u16),
    /// Something long begins, of which nothing comes for others.
    Begins,
}

pub struct Parameter {
    pub post: bool,
    /// With `{own kind}` in place of what the path takes.
    pub path: &'static str,
    /// `{their kind}`: what is tried.
    pub fields: &'static [(&'static str, &'static str)],
    pub by: By,
    pub says: Says,
    /// What was typed is shown again, and may be somebody's mail.
    pub echoes: bool,
    /// Nothing of this is on the page.
    pub empty: Option<&'static str>,
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {:?}", self.method(), self.path, self.fields)
    }
}

impl Parameter {
    pub const fn method(&self) -> Method {
        if self.post { Method::POST } else { Method::GET }
    }

    /// The path without its query; what stands in braces is one part of it.
    pub fn pattern(&self) -> &'static str {
        self.path.split('?').next().unwrap_or_default()
    }

    pub fn names(&self) -> impl Iterator<Item = String> {
        let query = self.path.split_once('?').map_or("", |(_, query)| query);
        let in_query: Vec<String> = url::form_urlencoded::parse(query.as_bytes())
            .map(|(name, _)| name.into_owned())
            .collect();
        self.fields.iter().map(|(name, _)| (*name).to_owned()).chain(in_query)
    }
}

/// Addresses of pages to come back to: what stands there is asked for like any other address.
pub const ADDRESSES: [&str; 1] = ["next"];

type Fields = &'static [(&'static str, &'static str)];

const fn get(path: &'static str, fields: Fields, status: u16) -> Parameter {
    Parameter { post: false, path, fields, by: By::Partner, says: Says::Nothing(status), echoes: false, empty: None }
}

/// A list, of which nothing is left.
const fn none(path: &'static str, fields: Fields, empty: &'static str) -> Parameter {
    Parameter { empty: Some(empty), ..get(path, fields, 200) }
}

const fn post(path: &'static str, fields: Fields, status: u16) -> Parameter {
    Parameter { post: true, ..get(path, fields, status) }
}

const fn keeps(path: &'static str, fields: Fields, status: u16) -> Parameter {
    Parameter { says: Says::Keeps(status), ..post(path, fields, status) }
}

const fn local(parameter: Parameter) -> Parameter {
    Parameter { by: By::Local, ..parameter }
}

const fn seller(parameter: Parameter) -> Parameter {
    Parameter { by: By::Seller, ..parameter }
}

const fn operator(parameter: Parameter) -> Parameter {
    Parameter { by: By::Operator, ..parameter }
}

const fn echoes(parameter: Parameter) -> Parameter {
    Parameter { echoes: true, ..parameter }
}

pub const PARAMETERS: &[Parameter] = &[
    get("/deals", &[("tab", "outbound"), ("deal", "{their deal private outbound 1}")], 404),
    local(get("/deals", &[("tab", "outbound"), ("deal", "{their deal private outbound 2}")], 404)),
    none("/deals", &[("tab", "outbound"), ("location", "{their location}")], ".list b"),
    local(none("/deals", &[("tab", "outbound"), ("location", "{their location there}")], ".list b")),
    echoes(none("/deals", &[("tab", "outbound"), ("member", "{their mail}")], ".list b")),
    get("/deals", &[("tab", "outbound"), ("after", "{their cursor}")], 200),
    get("/deals", &[("tab", "outbound"), ("before", "{their cursor}")], 200),
    get("/leads", &[("tab", "qualified"), ("after", "{their cursor}")], 200),
    get(
        "/deals/bulk",
        &[("which", "picked"), ("id", "{their deal private outbound 1}"), ("change", "favourite"), ("on", "yes")],
        200,
    ),
    get("/deals/views", &[("query", "deal={their deal private outbound 1}&location={their location}")], 200),
    keeps(
        "/deals/views",
        &[("name", "{their location}"), ("query", "tab=outbound&deal={their deal private outbound 1}&location={their location}")],
        303,
    ),
    get("/deals/bulk/{own bulk run}", &[("after", "{their deal private outbound 1}")], 200),
    Parameter {
        says: Says::Begins,
        ..post(
            "/deals/bulk",
            &[("which", "picked"), ("id", "{their deal private outbound 1}"), ("change", "stage"), ("stage", "80")],
            303,
        )
    },
    local(Parameter {
        says: Says::Begins,
        ..post(
            "/deals/bulk",
            &[("which", "picked"), ("id", "{their deal private outbound 2}"), ("change", "stage"), ("stage", "80")],
            303,
        )
    }),
    // Kept as typed, like all that is wrong in a draft; no deal is made of it.
    keeps(
        "/deals/new/{own draft}/details",
        &[
            ("name", "x"),
            ("value", "1"),
            ("currency", "USD"),
            ("close_date", "2027-01-01"),
            ("location", "{their location}"),
            ("do", "next"),
        ],
        303,
    ),
    keeps(
        "/deals/new/{own draft}/customer",
        &[("customer-business", "{their organisation}"), ("do", "pick:{their organisation}")],
        404,
    ),
    keeps("/deals/new/{own draft}/team", &[("do", "person:{their mail}")], 303),
    get(
        "/deals/{own deal private outbound 1}/invitation",
        &[("partner", "{their organisation}"), ("to", "{their organisation}")],
        200,
    ),
    post(
        "/deals/{own deal private outbound 1}/invitation",
        &[("seen", "now"), ("partner", "1"), ("to", "{third}.{their place}")],
        409,
    ),
    post(
        "/deals/{own deal private outbound 1}/invitation",
        &[("seen", "now"), ("partner", "1"), ("to", "{their organisation}.{own location}")],
        409,
    ),
    post(
        "/deals/{own deal private outbound 1}/invitation",
        &[("seen", "now"), ("partner", "1"), ("to", "{vendor}")],
        409,
    ),
    post(
        "/deals/{own deal private outbound 1}/invitation",
        &[("seen", "now"), ("partner", "1"), ("to", "{own organisation}")],
        409,
    ),
    post(
        "/deals/{own deal private outbound 1}/customer",
        &[("seen", "now"), ("do", "pick:{their organisation}")],
        404,
    ),
    seller(post("/requests/{own request}/assignment", &[("seen", "now"), ("to", "{their user}")], 422)),
    seller(post("/requests/{own request}/assignment", &[("seen", "now"), ("to", "{reviewer}")], 422)),
    seller(get("/requests/new", &[("partner", "{vendor}")], 404)),
    seller(post(
        "/requests/new",
        &[("step", "send"), ("partner", "{vendor}"), ("kind", "deal"), ("name", "x")],
        422,
    )),
    seller(post(
        "/requests/new",
        &[
            ("step", "send"),
            ("partner", "{third}"),
            ("location", "{their location}"),
            ("kind", "deal"),
            ("name", "Stock"),
            ("value", "1"),
            ("currency", "USD"),
            ("close_date", "2027-08-31"),
            ("customer-name", "A"),
            ("customer-line1", "1"),
            ("customer-city", "B"),
            ("customer-country", "KR"),
            ("contact-first_name", "A"),
            ("contact-last_name", "B"),
            ("contact-phone", "1"),
            ("contact-mail", "a@b.example"),
        ],
        422,
    )),
    seller(none("/requests", &[("tab", "active"), ("after", "{their cursor}")], ".none")),
    echoes(get("/migration/users", &[("after", "{their mail}"), ("id", "{their PSC user}")], 200)),
    none("/migration/users/preview", &[("user", "{their PSC user}")], "[data-table=people] tbody tr"),
    none("/migration/users/preview", &[("failed", "{their user run}")], "[data-table=people] tbody tr"),
    post("/migration/users/runs", &[("seen", "x"), ("user", "{their PSC user}")], 303),
    post("/migration/users/runs", &[("seen", "x"), ("failed", "{their user run}")], 303),
    get("/migration/deals/list", &[("after", "{their PSC deal}")], 200),
    get("/migration/deals/runs/{own run}", &[("after", "{their PSC deal}")], 200),
    get("/psc/deals", &[("account", "{their PSC account}"), ("after", "{their PSC deal}")], 200),
    get("/psc/users", &[("after", "{their PSC user}")], 200),
    get("/psc/clean-up", &[("detail", "customer"), ("after", "{their PSC deal}")], 200),
    post(
        "/psc/clean-up",
        &[("detail", "customer"), ("id-1", "{their PSC deal}"), ("seen-1", "1"), ("customer-1", "Taken"), ("country-1", "KR")],
        422,
    ),
    post(
        "/psc/deals/new",
        &[("name", "x"), ("account", "{their PSC account}"), ("assigned", "a@b.example")],
        422,
    ),
    // What is counted for the first time is kept: `migration_readiness` is one's own.
    Parameter { says: Says::Keeps(404), ..get("/psc/mpn/new", &[("account", "{their PSC account}"), ("wrong", "1")], 404) },
    post("/psc/mpn/new?account={their PSC account}&wrong=1", &[("mpn_id", "4510000")], 404),
    post(
        "/account/users/{own user}/roles",
        &[("role", "referrals-user"), ("places", "{their location}")],
        404,
    ),
    post(
        "/account/users/{own user}/roles/removal",
        &[("role", "referrals-user"), ("location", "{their location}")],
        303,
    ),
    get("/account/users", &[("after", "{their user}")], 200),
    get("/account/audit", &[("about", "{their user}")], 200),
    get("/account/audit", &[("about", "{their location}"), ("before", "999999")], 200),
    get("/notifications", &[("before", "{their notification}")], 200),
    keeps("/notifications/reading", &[("up_to", "{their notification}")], 303),
    operator(get("/operations/organisations", &[("after", "a"), ("id", "{their organisation}")], 200)),
];
