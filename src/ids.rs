//! Identifiers: one type per thing, so that a location is never taken for a user. All are UUIDs, made in order of time.

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, sqlx::Type)]
        #[serde(transparent)]
        #[sqlx(transparent)]
        pub struct $name(pub uuid::Uuid);

        impl $name {
            /// A new one; later ones sort after earlier ones, which keeps indexes dense.
            #[allow(clippy::new_without_default, reason = "an identifier has no default")]
            pub fn new() -> Self {
                Self(uuid::Uuid::now_v7())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids! {
    /// A partner or the vendor.
    OrganisationId,
    /// A partner's location, with an MPN ID of its own.
    LocationId,
    /// A work account.
    UserId,
    /// What the organisations of one deal share.
    EngagementId,
    /// One organisation's view of an engagement.
    ReferralId,
    /// One PSC export that was handed in.
    ImportId,
    /// One run, or rehearsal, of the deal migration.
    RunId,
    /// An entry of the business directory.
    BusinessId,
    /// A person's saved view of a list.
    ViewId,
    /// A bulk change of deals.
    BulkId,
    /// A correction of a PSC account's MPN ID that somebody asked for.
    CorrectionId,
    /// A file of details that was uploaded to complete PSC deals.
    UploadId,
    /// A new deal that its maker has not finished.
    DraftId,
}
