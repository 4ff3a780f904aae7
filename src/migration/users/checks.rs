//! Where a PSC user stands, and what helps. Pure: the standing of each is decided by the view `psc_user_standings`.

/// Where a PSC user stands. Its text in the database never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Standing {
    Ready,
    Migrated,
    /// The account has a referrals role already: shown, nothing is changed.
    HasRole,
    /// Not a work account.
    ConsumerMail,
    /// The mail's domain is not one of the tenant's, and there is no such guest.
    OutsideTenant,
    /// The tenant has no such account.
    NoAccount,
    Disabled,
    /// The PSC account's MPN ID is no location's.
    NoLocation,
}

/// The column "Status" of domain.md section 6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    NotMigrated,
    Migrated,
    Error,
}

/// What helps against an error. Where it leads is the page's matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    CreateAccount,
    AddGuest,
    /// Name the work account that this person has in the tenant.
    NameWorkAccount,
    EnableAccount,
    CorrectMpn,
    SeeRoles,
}

impl Standing {
    pub const ALL: [Self; 8] = [
        Self::Ready,
        Self::Migrated,
        Self::HasRole,
        Self::ConsumerMail,
        Self::OutsideTenant,
        Self::NoAccount,
        Self::Disabled,
        Self::NoLocation,
    ];
    /// Those that status "Error" is made of.
    pub const ERRORS: [Self; 6] =
        [Self::ConsumerMail, Self::OutsideTenant, Self::NoAccount, Self::Disabled, Self::NoLocation, Self::HasRole];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Migrated => "migrated",
            Self::HasRole => "has-role",
            Self::ConsumerMail => "consumer-mail",
            Self::OutsideTenant => "outside-tenant",
            Self::NoAccount => "no-account",
            Self::Disabled => "disabled",
            Self::NoLocation => "no-location",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.code() == code)
    }

    pub const fn status(self) -> Status {
        match self {
            Self::Ready => Status::NotMigrated,
            Self::Migrated => Status::Migrated,
            _ => Status::Error,
        }
    }

    /// What helps, best first.
    pub const fn remedies(self) -> &'static [Remedy] {
        match self {
            Self::Ready | Self::Migrated => &[],
            Self::HasRole => &[Remedy::SeeRoles],
            Self::ConsumerMail => &[Remedy::NameWorkAccount, Remedy::CreateAccount],
            Self::OutsideTenant => &[Remedy::AddGuest, Remedy::NameWorkAccount],
            Self::NoAccount => &[Remedy::CreateAccount, Remedy::NameWorkAccount],
            Self::Disabled => &[Remedy::EnableAccount],
            Self::NoLocation => &[Remedy::CorrectMpn],
        }
    }

    /// Whether another account can be named for the PSC user: as long as theirs is none that could get a role.
    pub const fn can_be_renamed(self) -> bool {
        matches!(self, Self::ConsumerMail | Self::OutsideTenant | Self::NoAccount)
    }
}

impl Status {
    pub const ALL: [Self; 3] = [Self::NotMigrated, Self::Migrated, Self::Error];

    pub const fn code(self) -> &'static str {
        match self {
            Self::NotMigrated => "not-migrated",
            Self::Migrated => "migrated",
            Self::Error => "error",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }

    pub fn standings(self) -> impl Iterator<Item = Standing> {
        Standing::ALL.into_iter().filter(move |standing| standing.status() == self)
    }
}

/// How many PSC users stand where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts(std::collections::BTreeMap<Standing, i64>);

impl Counts {
    pub fn of(&self, standing: Standing) -> i64 {
        self.0.get(&standing).copied().unwrap_or(0)
    }

    pub fn of_status(&self, status: Status) -> i64 {
        status.standings().map(|standing| self.of(standing)).sum()
    }

    pub fn total(&self) -> i64 {
        self.0.values().sum()
    }

    /// Errors that somebody has to do something about: an account with a role already needs nothing.
    pub fn to_correct(&self) -> i64 {
        self.of_status(Status::Error) - self.of(Standing::HasRole)
    }

    /// Nobody is left: there were PSC users, and each has a role.
    pub fn all_done(&self) -> bool {
        self.total() > 0 && self.of(Standing::Ready) == 0 && self.to_correct() == 0
    }
}

impl FromIterator<(Standing, i64)> for Counts {
    fn from_iter<I: IntoIterator<Item = (Standing, i64)>>(rows: I) -> Self {
        Self(rows.into_iter().collect())
    }
}
