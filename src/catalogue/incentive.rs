//! Incentive tags: a won deal with a tagged solution can be registered (domain.md section 3, "Deal registration").

/// A solution's incentive tag. Its text in the database never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "kebab-case")]
pub enum Incentive {
    AzureIpCoSell,
    BizAppsPremium,
    BizAppsStandard,
}

impl Incentive {
    pub const ALL: [Self; 3] = [Self::AzureIpCoSell, Self::BizAppsPremium, Self::BizAppsStandard];

    /// Its text in the database, and the end of its locale key (`incentive-…`).
    pub const fn code(self) -> &'static str {
        match self {
            Self::AzureIpCoSell => "azure-ip-co-sell",
            Self::BizAppsPremium => "biz-apps-premium",
            Self::BizAppsStandard => "biz-apps-standard",
        }
    }
}
