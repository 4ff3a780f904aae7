//! Rows of people, solutions, and the customer picker: the same in the steps of a new deal and on the pages that edit one.

use super::{
    fields::{About, Choice, Choices, Input, Lock, Maker},
    list::joined,
};
use crate::{
    catalogue::service::{Business, SHOWN, Solution, Source},
    deals::forms::SolutionTyped,
    referrals::{
        command::{Customer, Person},
        rules::TEAM_MAX,
    },
    web::{L10n, countries},
};

/// Something that a button adds or picks.
pub struct Offer {
    pub label: String,
    /// A second, quieter line; may be empty.
    pub more: String,
    /// What the button says to the server.
    pub value: String,
    /// It is there already.
    pub added: bool,
}

pub struct PersonRow {
    pub id: String,
    pub title: String,
    pub fields: Vec<Input>,
    pub remove: String,
    pub remove_label: String,
}

pub struct TeamView {
    pub about: About,
    pub rows: Vec<PersonRow>,
    pub offered: Vec<Offer>,
    pub full: bool,
}

pub struct SolutionRow {
    pub id: String,
    pub solution_id: String,
    pub title: String,
    pub more: String,
    pub problem: Option<String>,
    pub fields: Vec<Input>,
    pub remove: String,
    pub remove_label: String,
}

pub struct SolutionsView {
    pub about: About,
    pub rows: Vec<SolutionRow>,
    pub search: Input,
    pub sources: Choices,
    pub searched: String,
    pub results: Vec<Offer>,
    /// How many were found, or why none.
    pub note: String,
    /// Not a solution assessment: rows, and a search for more.
    pub free: bool,
    /// The organisation may make solution assessments: what choosing one means, and the button that does.
    pub assess: Option<Assess>,
}

/// Between solutions and a solution assessment.
pub struct Assess {
    pub words: String,
    /// `None`: it is settled.
    pub button: Option<String>,
    pub value: &'static str,
    /// It is one: of these types one is chosen.
    pub types: Option<Choices>,
}

/// A customer picked from the directory.
pub struct Picked {
    pub name: String,
    pub address: String,
    pub duns: String,
}

pub struct CustomerView {
    pub about: About,
    pub picked: Option<Picked>,
    pub business: String,
    pub search: Input,
    pub countries: Choices,
    pub searched: String,
    pub results: Vec<Offer>,
    pub note: String,
    /// Typed by hand: the fields, and whether they are open.
    pub fields: Vec<Input>,
    pub country: Choices,
    pub open: bool,
    /// On the page that edits: the contact stands here as well.
    pub contact: Option<ContactView>,
}

pub struct ContactView {
    pub about: About,
    /// Whether it is required, and why.
    pub note: String,
    pub fields: Vec<Input>,
}

/// What was looked up, for the pages that look something up.
#[derive(Default)]
pub struct Looked {
    pub search: String,
    /// Two letters; of the customer's search.
    pub country: String,
    pub source: Source,
    pub businesses: Vec<Business>,
    /// The directory's entry of the customer.
    pub business: Option<Business>,
    pub found: Vec<Solution>,
    /// Those that are in the deal.
    pub named: Vec<Solution>,
    /// `None`: the organisation may not make solution assessments, or it cannot be changed here.
    pub assessments: Option<Vec<Solution>>,
    pub people: Vec<Person>,
    /// Of a new deal: whether it is a solution assessment can still be changed.
    pub new: bool,
}

/// The four fields of a person.
pub fn person(maker: Maker<'_>, place: &str, person: &Person, lock: Lock) -> Vec<Input> {
    let id = |part: &str| format!("{place}-{part}");
    vec![
        maker.input(&id("first_name"), "first-name", lock, &person.first_name),
        maker.input(&id("last_name"), "last-name", lock, &person.last_name),
        maker.input(&id("phone"), "phone", lock, &person.phone).kind("tel"),
        maker.input(&id("mail"), "mail", lock, &person.mail).kind("email"),
    ]
}

/// First and last name in one, as their bearer writes them: Korean names begin with the family's.
pub fn name_of(person: &Person) -> String {
    let (first, last) = (person.first_name.trim(), person.last_name.trim());
    let hangul = |text: &str| text.chars().all(|c| ('\u{ac00}'..='\u{d7a3}').contains(&c));
    if !last.is_empty() && hangul(last) && hangul(first) {
        format!("{last}{first}")
    } else {
        joined([&first.to_owned(), &last.to_owned()], " ")
    }
}

pub fn team(maker: Maker<'_>, team: &[Person], people: &[Person]) -> TeamView {
    let l = maker.l;
    let rows = team.iter().zip(1..).map(|(member, n)| PersonRow {
        id: format!("team-{n}"),
        title: l.t1("team-person", "number", n),
        fields: person(maker, &format!("team-{n}"), member, Lock::No),
        remove: format!("remove:{n}"),
        remove_label: l.t1("team-remove", "number", n),
    });
    let there = |person: &Person| {
        team.iter()
            .any(|m| m.mail.trim().to_lowercase() == person.mail.trim().to_lowercase())
    };
    TeamView {
        about: maker.about("team", "team", Lock::Closed),
        rows: rows.collect(),
        offered: people
            .iter()
            .filter(|person| !there(person))
            .map(|person| Offer {
                label: name_of(person),
                more: person.mail.clone(),
                value: format!("person:{}", person.mail),
                added: false,
            })
            .collect(),
        full: team.len() >= TEAM_MAX,
    }
}

/// `assessment`: it is one.
pub fn solutions(maker: Maker<'_>, typed: &[SolutionTyped], assessment: bool, looked: &Looked) -> SolutionsView {
    let l = maker.l;
    let rows = typed.iter().zip(1..).map(|(solution, n)| {
        let known = looked.named.iter().find(|known| known.id == solution.id);
        let title = known.map_or_else(|| solution.id.clone(), |known| known.name.clone());
        let id = format!("solutions-{n}");
        SolutionRow {
            problem: maker.problem(&id),
            fields: vec![
                maker
                    .input(&format!("{id}-quantity"), "quantity", Lock::No, &solution.quantity)
                    .number(),
                maker.input(&format!("{id}-price"), "price", Lock::No, &solution.price).number(),
            ],
            remove: format!("remove:{n}"),
            remove_label: l.t1("solutions-remove", "name", &title),
            more: known.map_or_else(|| l.t("deal-solution-unknown"), |known| offered_by(l, known)),
            solution_id: solution.id.clone(),
            title,
            id,
        }
    });
    let results = looked.found.iter().take(SHOWN).map(|found| Offer {
        label: found.name.clone(),
        more: joined([&offered_by(l, found), &found.id], " · "),
        value: format!("solution:{}", found.id),
        added: typed.iter().any(|solution| solution.id == found.id),
    });
    let source =
        |source: Source| Choice::new(source.code(), l.t(&format!("solutions-from-{}", source.code())), source == looked.source);
    SolutionsView {
        about: maker.about("solutions", "solutions", Lock::Closed),
        rows: rows.collect(),
        search: maker.input("q", "solution-search", Lock::No, &looked.search).kind("search"),
        sources: Choices { about: maker.about("from", "solution-source", Lock::No), choices: Source::ALL.map(source).into() },
        searched: looked.search.clone(),
        note: note(l, looked.found.len(), true),
        results: results.collect(),
        free: !assessment,
        assess: looked
            .assessments
            .as_ref()
            .map(|types| assess(maker, typed, assessment, looked.new, types)),
    }
}

fn assess(maker: Maker<'_>, typed: &[SolutionTyped], assessment: bool, changeable: bool, types: &[Solution]) -> Assess {
    let l = maker.l;
    let choice = |kind: &Solution| Choice::new(&kind.id, &kind.name, typed.iter().any(|solution| solution.id == kind.id));
    let about = About {
        id: "assessment".into(),
        problem: maker.problem("solutions"),
        ..maker.about("assessment", "assessment", Lock::Made)
    };
    if assessment {
        Assess {
            words: l.t("assess-is"),
            button: changeable.then(|| l.t("assess-undo")),
            value: "assess:no",
            types: Some(Choices { about, choices: types.iter().map(choice).collect() }),
        }
    } else {
        Assess { words: l.t("assess-may"), button: Some(l.t("assess-do")), value: "assess:yes", types: None }
    }
}

fn offered_by(l: L10n, solution: &Solution) -> String {
    let tag = solution
        .incentive
        .map(|tag| l.t(&format!("incentive-{}", tag.code())))
        .unwrap_or_default();
    joined([&solution.organisation_name, &tag], " · ")
}

/// `looked`: something was searched for.
fn note(l: L10n, found: usize, looked: bool) -> String {
    match found {
        _ if !looked => String::new(),
        0 => l.t("found-none"),
        n if n > SHOWN => l.count("found-more", i64::try_from(SHOWN).unwrap_or_default()),
        n => l.count("found-some", i64::try_from(n).unwrap_or_default()),
    }
}

fn country_choices(l: L10n, none: &str, chosen: &str) -> Vec<Choice> {
    let none = Choice::new("", l.t(none), !countries::is_code(chosen));
    let all = countries::all(l)
        .into_iter()
        .map(|(code, name)| Choice::new(code, name, code == chosen));
    std::iter::once(none).chain(all).collect()
}

/// The address in one line.
pub fn address(l: L10n, customer: &Customer) -> String {
    let Customer { line1, line2, postal_code, city, state, .. } = customer;
    let town = joined([postal_code, city], " ");
    joined([line1, line2, &town, state, &countries::name(l, &customer.country)], ", ")
}

fn dashed(duns: &str) -> String {
    match (duns.get(..2), duns.get(2..5), duns.get(5..)) {
        (Some(a), Some(b), Some(c)) if duns.len() == 9 => format!("{a}-{b}-{c}"),
        _ => duns.to_owned(),
    }
}

pub fn customer(maker: Maker<'_>, customer: &Customer, looked: &Looked) -> CustomerView {
    let l = maker.l;
    let results = looked.businesses.iter().take(SHOWN).map(|business| {
        let found = Customer {
            line1: business.line1.clone(),
            line2: business.line2.clone(),
            city: business.city.clone(),
            state: business.state.clone(),
            postal_code: business.postal_code.clone(),
            country: business.country.clone(),
            ..Customer::default()
        };
        Offer {
            label: business.legal_name.clone(),
            more: joined([&address(l, &found), &l.t1("deal-duns", "duns", dashed(&business.duns))], " · "),
            value: format!("pick:{}", business.id),
            added: customer.business == Some(business.id),
        }
    });
    let picked = customer.business.map(|_| Picked {
        name: customer.name.clone(),
        address: address(l, customer),
        duns: looked
            .business
            .as_ref()
            .map(|business| l.t1("deal-duns", "duns", dashed(&business.duns)))
            .unwrap_or_default(),
    });
    let parts = [
        ("name", &customer.name),
        ("line1", &customer.line1),
        ("line2", &customer.line2),
        ("postal_code", &customer.postal_code),
        ("city", &customer.city),
        ("state", &customer.state),
    ];
    let field = |(part, text): (&str, &String)| {
        maker.input(&format!("customer-{part}"), &format!("customer-{}", part.replace('_', "-")), Lock::No, text)
    };
    let typed = parts.iter().any(|(_, text)| !text.is_empty());
    CustomerView {
        about: maker.about("customer", "customer", Lock::Closed),
        business: customer.business.map(|id| id.to_string()).unwrap_or_default(),
        search: maker.input("q", "q", Lock::No, &looked.search).kind("search"),
        countries: Choices {
            about: maker.about("country", "search-country", Lock::No),
            choices: country_choices(l, "country-any", &looked.country),
        },
        searched: looked.search.clone(),
        note: note(l, looked.businesses.len(), !looked.search.trim().is_empty()),
        results: results.collect(),
        open: picked.is_none() && (typed || maker.flaws.iter().any(|flaw| flaw.field.starts_with("customer-"))),
        picked,
        fields: parts.into_iter().map(field).collect(),
        country: Choices {
            about: maker.about("customer-country", "customer-country", Lock::No),
            choices: country_choices(l, "country-choose", &customer.country),
        },
        contact: None,
    }
}

/// `required`: Microsoft is asked for help.
pub fn contact(maker: Maker<'_>, contact: &Person, required: bool) -> ContactView {
    ContactView {
        about: maker.about("contact", "contact", Lock::Closed),
        note: maker.l.t(if required { "contact-required" } else { "contact-optional" }),
        fields: person(maker, "contact", contact, Lock::No),
    }
}
