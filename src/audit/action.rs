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
}

impl Action {
    pub const ALL: [Self; 9] = [
        Self::UserCreated,
        Self::GuestAdded,
        Self::UserDisabled,
        Self::UserEnabled,
        Self::PasswordReset,
        Self::PasswordChanged,
        Self::RoleGranted,
        Self::RoleRemoved,
        Self::LocationAdded,
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
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.code() == code)
    }
}
