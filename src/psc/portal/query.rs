//! The grid's address as typed values: what is filtered by, in which order, from where on.

use serde::Deserialize;
use url::form_urlencoded::Serializer;

use crate::referrals::missing::Detail;

/// Characters of a search that count.
const LONGEST_SEARCH: usize = 100;

/// In which order deals come. The code stands in addresses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Newest first.
    Created,
    /// Last changed first.
    Modified,
    /// By opportunity ID: the one order that has an index, and costs the same however many deals there are.
    #[default]
    Id,
    Name,
    Customer,
    /// Greatest first; of different currencies as numbers.
    Value,
    /// Nearest first.
    Close,
}

impl Sort {
    pub const ALL: [Self; 7] = [Self::Created, Self::Modified, Self::Id, Self::Name, Self::Customer, Self::Value, Self::Close];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Modified => "modified",
            Self::Id => "id",
            Self::Name => "name",
            Self::Customer => "customer",
            Self::Value => "value",
            Self::Close => "close",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.code() == code)
    }
}

/// A column of the grid. The code stands in addresses and is the end of its locale key, `psc-column-…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GridColumn {
    Customer,
    Status,
    Business,
    Type,
    Source,
    Account,
    Value,
    Close,
    Stage,
    Role,
    License,
    Outcome,
    Products,
    Team,
    Assigned,
    Crm,
    Campaign,
    Created,
    Modified,
}

impl GridColumn {
    pub const ALL: [Self; 19] = [
        Self::Customer,
        Self::Status,
        Self::Business,
        Self::Type,
        Self::Source,
        Self::Account,
        Self::Value,
        Self::Close,
        Self::Stage,
        Self::Role,
        Self::License,
        Self::Outcome,
        Self::Products,
        Self::Team,
        Self::Assigned,
        Self::Crm,
        Self::Campaign,
        Self::Created,
        Self::Modified,
    ];
    /// Those of who has chosen none.
    pub const USUAL: [Self; 8] =
        [Self::Customer, Self::Status, Self::Stage, Self::Value, Self::Close, Self::Role, Self::Assigned, Self::Modified];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Status => "status",
            Self::Business => "business",
            Self::Type => "type",
            Self::Source => "source",
            Self::Account => "account",
            Self::Value => "value",
            Self::Close => "close",
            Self::Stage => "stage",
            Self::Role => "role",
            Self::License => "license",
            Self::Outcome => "outcome",
            Self::Products => "products",
            Self::Team => "team",
            Self::Assigned => "assigned",
            Self::Crm => "crm",
            Self::Campaign => "campaign",
            Self::Created => "created",
            Self::Modified => "modified",
        }
    }

    /// The order that a click on its heading gives.
    pub const fn sort(self) -> Option<Sort> {
        Some(match self {
            Self::Customer => Sort::Customer,
            Self::Value => Sort::Value,
            Self::Close => Sort::Close,
            Self::Created => Sort::Created,
            Self::Modified => Sort::Modified,
            _ => return None,
        })
    }
}

/// What deals are filtered by; empty texts filter nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// In name, customer or opportunity ID.
    pub search: String,
    pub status: String,
    pub business: String,
    pub co_sell: Option<bool>,
    pub inbound: Option<bool>,
    pub account: String,
    pub country: String,
    pub stage: Option<i16>,
    pub missing: Option<Detail>,
    pub sort: Sort,
    /// The opportunity ID behind which the page begins.
    pub after: String,
}

/// The address as it is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct GridQuery {
    pub q: String,
    pub status: String,
    pub business: String,
    pub cosell: String,
    pub source: String,
    pub account: String,
    pub country: String,
    pub stage: String,
    pub missing: String,
    pub sort: String,
    pub after: String,
    pub columns: Vec<String>,
}

impl GridQuery {
    /// What cannot be understood is not filtered by.
    pub fn parse(&self) -> Filter {
        let one_of = |text: &str, codes: &[&str]| if codes.contains(&text) { text.to_owned() } else { String::new() };
        Filter {
            search: self.q.trim().chars().filter(|c| *c != '\0').take(LONGEST_SEARCH).collect(),
            status: one_of(&self.status, &["open", "won", "lost", "closed-duplicate"]),
            business: one_of(&self.business, &["co-sell", "solution-assessment", "oem-licensing", "oem-iot"]),
            co_sell: match self.cosell.as_str() {
                "yes" => Some(true),
                "no" => Some(false),
                _ => None,
            },
            inbound: match self.source.as_str() {
                "microsoft" => Some(true),
                "partner" => Some(false),
                _ => None,
            },
            account: self.account.replace('\0', ""),
            country: self.country.replace('\0', ""),
            stage: self.stage.parse().ok(),
            missing: Detail::from_code(&self.missing),
            sort: Sort::from_code(&self.sort).unwrap_or_default(),
            after: self.after.replace('\0', ""),
        }
    }

    /// The chosen columns in the grid's order.
    pub fn columns(&self) -> Vec<GridColumn> {
        let chosen: Vec<GridColumn> = GridColumn::ALL
            .into_iter()
            .filter(|column| self.columns.iter().any(|code| code == column.code()))
            .collect();
        if chosen.is_empty() { GridColumn::USUAL.into() } else { chosen }
    }

    fn pairs(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let single = [
            ("q", self.q.as_str()),
            ("status", &self.status),
            ("business", &self.business),
            ("cosell", &self.cosell),
            ("source", &self.source),
            ("account", &self.account),
            ("country", &self.country),
            ("stage", &self.stage),
            ("missing", &self.missing),
            ("sort", &self.sort),
        ];
        let columns = self.columns.iter().map(|code| ("columns", code.as_str()));
        single.into_iter().filter(|(_, text)| !text.is_empty()).chain(columns)
    }

    /// The same with another value of one of its names (none: without it), from the first page on.
    pub fn with(&self, path: &str, name: &str, value: &str) -> String {
        let mut query = Serializer::new(String::new());
        for (kept, text) in self.pairs().filter(|(kept, _)| *kept != name) {
            query.append_pair(kept, text);
        }
        if !value.is_empty() {
            query.append_pair(name, value);
        }
        let query = query.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    pub fn is_filtered(&self) -> bool {
        self.pairs().any(|(name, _)| name != "sort" && name != "columns")
    }
}
