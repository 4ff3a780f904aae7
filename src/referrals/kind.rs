//! What kind of deal a referral is, and which way it came (domain.md section 3, "Types").

/// Who takes part. Its text in the database never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "kebab-case")]
pub enum DealType {
    CoSell,
    PartnerLed,
    Private,
    P2p,
    SolutionAssessment,
}

impl DealType {
    pub const ALL: [Self; 5] = [Self::CoSell, Self::PartnerLed, Self::Private, Self::P2p, Self::SolutionAssessment];

    pub const fn code(self) -> &'static str {
        match self {
            Self::CoSell => "co-sell",
            Self::PartnerLed => "partner-led",
            Self::Private => "private",
            Self::P2p => "p2p",
            Self::SolutionAssessment => "solution-assessment",
        }
    }
}

/// As its owner sees it: somebody sent it, or the owner made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "kebab-case")]
pub enum Direction {
    Inbound,
    Outbound,
}

impl Direction {
    pub const ALL: [Self; 2] = [Self::Inbound, Self::Outbound];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::Outbound => "outbound",
        }
    }
}
