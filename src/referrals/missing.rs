//! Which required details a deal lacks (domain.md section 3, "Fields"). Stored as bits on PSC deals and referrals.

use super::kind::DealType;

/// A required detail. The bit of each is its place in the database and never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// Customer organisation: name, address, city and country.
    Customer,
    /// Customer contact: first name, last name, phone and mail; of deals that ask Microsoft for help.
    Contact,
    /// At least one solution.
    Solution,
    /// At least one team member with first name, last name, phone and mail.
    Team,
    /// Estimated value with its currency.
    Value,
    CloseDate,
    Name,
}

impl Detail {
    pub const ALL: [Self; 7] =
        [Self::Customer, Self::Contact, Self::Solution, Self::Team, Self::Value, Self::CloseDate, Self::Name];

    pub const fn bit(self) -> i32 {
        1 << self as i32
    }

    /// Its name in addresses, JSON and locale keys.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Contact => "contact",
            Self::Solution => "solution",
            Self::Team => "team",
            Self::Value => "value",
            Self::CloseDate => "close_date",
            Self::Name => "name",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|detail| detail.code() == code)
    }
}

/// What is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    pub customer: bool,
    pub contact: bool,
    pub solution: bool,
    pub team: bool,
    pub value: bool,
    pub close_date: bool,
    pub name: bool,
}

/// A set of missing details.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Missing(pub i32);

impl Missing {
    /// What a deal of this type lacks. A lead has little yet, and needs only a name.
    pub fn of(kind: DealType, there: Facts) -> Self {
        let deal = kind != DealType::Lead;
        Self::default()
            .with(Detail::Customer, !there.customer && deal)
            .with(Detail::Contact, !there.contact && kind.asks_vendor())
            .with(Detail::Solution, !there.solution && deal)
            .with(Detail::Team, !there.team && deal)
            .with(Detail::Value, !there.value && deal)
            .with(Detail::CloseDate, !there.close_date && deal)
            .with(Detail::Name, !there.name)
    }

    #[must_use]
    pub const fn with(self, detail: Detail, absent: bool) -> Self {
        if absent { Self(self.0 | detail.bit()) } else { self }
    }

    pub const fn has(self, detail: Detail) -> bool {
        self.0 & detail.bit() != 0
    }

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub const fn count(self) -> u32 {
        self.0.count_ones()
    }

    pub fn details(self) -> impl Iterator<Item = Detail> {
        Detail::ALL.into_iter().filter(move |detail| self.has(*detail))
    }
}
