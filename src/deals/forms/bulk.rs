//! What is to be done to many deals, as forms say it.

use url::form_urlencoded;

use crate::{
    deals::bulk::{
        run::{Change, Selection},
        service::AT_ONCE,
    },
    ids::ReferralId,
    referrals::{
        command::Person,
        filter::Kind,
        reason::Reason,
        rules::{self, Flaw},
        stage,
        status::Action,
    },
};

use super::list::Looking;

/// The fields as they came; the same in the address of the preview and in the form that begins.
#[derive(Clone, Debug, Default)]
pub struct BulkForm {
    /// Picked deals; none: everything that `from` matches.
    pub ids: Vec<ReferralId>,
    /// Everything was asked for, also when some deals are picked.
    pub all: bool,
    /// The list's address' query.
    pub from: String,
    /// Empty: nothing chosen yet.
    pub change: String,
    pub person: Person,
    pub stage: String,
    pub reason: String,
    pub note: String,
}

impl BulkForm {
    pub fn read(pairs: &str) -> Self {
        let mut form = Self::default();
        for (name, value) in form_urlencoded::parse(pairs.as_bytes()) {
            let text = value.trim().to_owned();
            match name.as_ref() {
                "id" => {
                    let fresh = text
                        .parse()
                        .ok()
                        .filter(|id| form.ids.len() < AT_ONCE && !form.ids.contains(id));
                    form.ids.extend(fresh);
                }
                "which" => form.all = text == "all",
                "from" => form.from = Looking::read(Kind::Deal, &text).query(),
                "change" => form.change = text,
                "member-first_name" => form.person.first_name = text,
                "member-last_name" => form.person.last_name = text,
                "member-phone" => form.person.phone = text,
                "member-mail" => form.person.mail = text,
                "stage" => form.stage = text,
                "reason" => form.reason = text,
                "note" => form.note = text,
                _ => {}
            }
        }
        form
    }

    /// Nothing is picked, and nothing is meant to match.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty() && !self.all
    }

    pub fn selection(&self) -> Selection {
        if self.all { Selection::Matching(self.from.clone()) } else { Selection::Picked(self.ids.clone()) }
    }

    /// The list that it came from.
    pub fn back(&self) -> String {
        Looking::read(Kind::Deal, &self.from).address()
    }

    /// The change, or what is wrong with it.
    pub fn parse(&self) -> Result<Change, Vec<Flaw>> {
        match self.change.as_str() {
            "favourite" => Ok(Change::Favourite { on: true }),
            "no-favourite" => Ok(Change::Favourite { on: false }),
            "member" => {
                let flaws = rules::person(&self.person, "member");
                if flaws.is_empty() { Ok(Change::AddMember { person: self.person.clone() }) } else { Err(flaws) }
            }
            "stage" => match self.stage.parse().ok().filter(|stage| stage::all().contains(stage)) {
                Some(stage) => Ok(Change::SetStage { stage }),
                None => Err(vec![Flaw::new("stage", "bulk-flaw-stage")]),
            },
            "lose" => self.lose(),
            _ => Err(vec![Flaw::new("change", "bulk-flaw-change")]),
        }
    }

    fn lose(&self) -> Result<Change, Vec<Flaw>> {
        let Some(reason) = self.reason.parse().ok().and_then(|number| Reason::new(Action::Lose, number)) else {
            return Err(vec![Flaw::new("reason", "flaw-reason")]);
        };
        let flaws = rules::note(&self.note, reason.needs_note());
        if flaws.is_empty() { Ok(Change::Lose { reason: reason.number, note: self.note.clone() }) } else { Err(flaws) }
    }

    /// The fields again, for the next form.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let texts = [
            ("from", &self.from),
            ("change", &self.change),
            ("member-first_name", &self.person.first_name),
            ("member-last_name", &self.person.last_name),
            ("member-phone", &self.person.phone),
            ("member-mail", &self.person.mail),
            ("stage", &self.stage),
            ("reason", &self.reason),
            ("note", &self.note),
        ];
        let which = if self.all { "all" } else { "picked" };
        let ids = self.ids.iter().filter(|_| !self.all).map(|id| ("id", id.to_string()));
        ids.chain([("which", which.to_owned())])
            .chain(
                texts
                    .into_iter()
                    .filter(|(_, text)| !text.is_empty())
                    .map(|(name, text)| (name, text.clone())),
            )
            .collect()
    }

    /// The same as an address' query.
    pub fn query(&self) -> String {
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(self.pairs())
            .finish()
    }
}
