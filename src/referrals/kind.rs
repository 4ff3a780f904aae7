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
    /// Not a deal yet: an inquiry of a customer.
    Lead,
}

impl DealType {
    pub const ALL: [Self; 6] = [Self::CoSell, Self::PartnerLed, Self::Private, Self::P2p, Self::SolutionAssessment, Self::Lead];
    /// What a co-sell deal can be.
    pub const DEALS: [Self; 5] = [Self::CoSell, Self::PartnerLed, Self::Private, Self::P2p, Self::SolutionAssessment];

    pub const fn code(self) -> &'static str {
        match self {
            Self::CoSell => "co-sell",
            Self::PartnerLed => "partner-led",
            Self::Private => "private",
            Self::P2p => "p2p",
            Self::SolutionAssessment => "solution-assessment",
            Self::Lead => "lead",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The type of a new deal, from what its maker chose (domain.md section 3, "Types").
    pub const fn chosen(asks_for_help: bool, visible: bool, assessment: bool) -> Self {
        match (assessment, asks_for_help, visible) {
            (true, _, _) => Self::SolutionAssessment,
            (_, true, _) => Self::CoSell,
            (_, _, true) => Self::PartnerLed,
            _ => Self::Private,
        }
    }

    /// What the type becomes; `None`: this cannot be done with it. A type never goes back.
    pub const fn widen(self, by: Widening) -> Option<Self> {
        match (self, by) {
            (Self::Private, Widening::ShowVendor) => Some(Self::PartnerLed),
            (Self::Private | Self::PartnerLed | Self::P2p, Widening::AskVendor) => Some(Self::CoSell),
            // Again, after Microsoft's side expired or declined.
            (Self::CoSell, Widening::AskVendor) => Some(Self::CoSell),
            (Self::Private | Self::P2p, Widening::InvitePartner) => Some(Self::P2p),
            (Self::CoSell | Self::PartnerLed, Widening::InvitePartner) => Some(self),
            _ => None,
        }
    }

    /// Microsoft's sellers may see it.
    pub const fn is_vendors_to_see(self) -> bool {
        matches!(self, Self::CoSell | Self::PartnerLed | Self::SolutionAssessment)
    }

    /// Asks Microsoft to act: the customer's contact and consent are required.
    pub const fn asks_vendor(self) -> bool {
        matches!(self, Self::CoSell | Self::SolutionAssessment)
    }
}

/// How a deal reaches more people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Widening {
    ShowVendor,
    AskVendor,
    InvitePartner,
}

impl Widening {
    pub const ALL: [Self; 3] = [Self::ShowVendor, Self::AskVendor, Self::InvitePartner];
}

/// What Microsoft is asked to help with; codes as in the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Help {
    WorkloadSpecificValueProposition = 1,
    CustomerTechnicalArchitecture,
    ProofOfConceptOrDemo,
    QuotesOrLicensing,
    PostSalesCustomerSuccess,
    GeneralOrOther,
}

impl Help {
    pub const ALL: [Self; 6] = [
        Self::WorkloadSpecificValueProposition,
        Self::CustomerTechnicalArchitecture,
        Self::ProofOfConceptOrDemo,
        Self::QuotesOrLicensing,
        Self::PostSalesCustomerSuccess,
        Self::GeneralOrOther,
    ];

    /// Its text in the database, in forms and in the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::WorkloadSpecificValueProposition => "WorkloadSpecificValueProposition",
            Self::CustomerTechnicalArchitecture => "CustomerTechnicalArchitecture",
            Self::ProofOfConceptOrDemo => "ProofOfConceptOrDemo",
            Self::QuotesOrLicensing => "QuotesOrLicensing",
            Self::PostSalesCustomerSuccess => "PostSalesCustomerSuccess",
            Self::GeneralOrOther => "GeneralOrOther",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|help| help.code() == code)
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

/// How a lead came about (domain.md section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "kebab-case")]
pub enum Qualification {
    /// A customer wrote to the partner.
    Direct,
    Marketing,
    Sales,
}

impl Qualification {
    pub const ALL: [Self; 3] = [Self::Direct, Self::Marketing, Self::Sales];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Marketing => "marketing",
            Self::Sales => "sales",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}
