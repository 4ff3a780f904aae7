//! What can be done that is kept in the audit log.

/// A kind of change. Its text in the database never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    UserCreated,
    GuestAdded,
    UserDisabled,
    UserEnabled,
    PasswordReset,
    PasswordChanged,
    RoleGranted,
    RoleRemoved,
    LocationAdded,
    Switched,
    SwitchTakenBack,
    MpnRequested,
    MpnWithdrawn,
    MpnApproved,
    MpnRefused,
    PscDealCreated,
    PscDealChanged,
    PscDealClosed,
    MigrationStarted,
    MigrationCancelled,
    MigrationResumed,
    PscDatesSet,
}

impl Action {
    pub const ALL: [Self; 22] = [
        Self::UserCreated,
        Self::GuestAdded,
        Self::UserDisabled,
        Self::UserEnabled,
        Self::PasswordReset,
        Self::PasswordChanged,
        Self::RoleGranted,
        Self::RoleRemoved,
        Self::LocationAdded,
        Self::Switched,
        Self::SwitchTakenBack,
        Self::MpnRequested,
        Self::MpnWithdrawn,
        Self::MpnApproved,
        Self::MpnRefused,
        Self::PscDealCreated,
        Self::PscDealChanged,
        Self::PscDealClosed,
        Self::MigrationStarted,
        Self::MigrationCancelled,
        Self::MigrationResumed,
        Self::PscDatesSet,
    ];

    /// Its text in the database, and the end of its locale key (`audit-action-…`).
    pub const fn code(self) -> &'static str {
        match self {
            Self::UserCreated => "user-created",
            Self::GuestAdded => "guest-added",
            Self::UserDisabled => "user-disabled",
            Self::UserEnabled => "user-enabled",
            Self::PasswordReset => "password-reset",
            Self::PasswordChanged => "password-changed",
            Self::RoleGranted => "role-granted",
            Self::RoleRemoved => "role-removed",
            Self::LocationAdded => "location-added",
            Self::Switched => "switched",
            Self::SwitchTakenBack => "switch-taken-back",
            Self::MpnRequested => "mpn-requested",
            Self::MpnWithdrawn => "mpn-withdrawn",
            Self::MpnApproved => "mpn-approved",
            Self::MpnRefused => "mpn-refused",
            Self::PscDealCreated => "psc-deal-created",
            Self::PscDealChanged => "psc-deal-changed",
            Self::PscDealClosed => "psc-deal-closed",
            Self::MigrationStarted => "migration-started",
            Self::MigrationCancelled => "migration-cancelled",
            Self::MigrationResumed => "migration-resumed",
            Self::PscDatesSet => "psc-dates-set",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.code() == code)
    }
}
