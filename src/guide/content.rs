//! What the guide's pages consist of. The words are in the locales, under the names given here.

/// Scenarios in which PSC and Partner Center differ: `guide-diff-<name>`, `…-psc`, `…-pc`.
pub const DIFFERENCES: [&str; 10] =
    ["roles", "help", "expiry", "seller", "private", "solutions", "team", "customer", "contact", "api"];

/// Answers: `guide-question-<n>` and `guide-answer-<n>`, and where the thing is done in the portal, if it is done there.
pub const ANSWERS: [Option<&str>; 14] =
    [None, None, None, None, Some("/deals?tab=favourites"), None, None, None, None, None, None, None, Some("/deals"), None];

/// A view of PSC, and where each of its parts is now: `guide-view-<name>`, `guide-from-<part>`, `guide-to-<part>`.
pub struct View {
    pub name: &'static str,
    /// In the order of their numbers.
    pub parts: &'static [Part],
}

pub struct Part {
    pub name: &'static str,
    /// False: Partner Center has no counterpart.
    pub kept: bool,
}

const fn kept(name: &'static str) -> Part {
    Part { name, kept: true }
}

const fn gone(name: &'static str) -> Part {
    Part { name, kept: false }
}

/// The guide's seven pairs.
pub const VIEWS: [View; 7] = [
    View { name: "home", parts: &[kept("home-lists"), kept("home-new"), kept("home-search"), kept("home-export")] },
    View {
        name: "grid",
        parts: &[
            kept("grid-name"),
            kept("grid-id"),
            kept("grid-status"),
            kept("grid-stage"),
            kept("grid-value"),
            kept("grid-close"),
            kept("grid-customer"),
            kept("grid-modified"),
            gone("grid-role"),
            gone("grid-outcome"),
        ],
    },
    View {
        name: "deal",
        parts: &[
            kept("deal-customer"),
            kept("deal-contact"),
            kept("deal-value"),
            kept("deal-close"),
            kept("deal-team"),
            kept("deal-notes"),
            kept("deal-microsoft"),
            kept("deal-ids"),
            kept("deal-won"),
            gone("deal-role"),
            gone("deal-license"),
            gone("deal-outcome"),
            gone("deal-duplicate"),
            gone("deal-modified"),
            gone("deal-solution-close"),
        ],
    },
    View {
        name: "products",
        parts: &[kept("products-own"), kept("products-microsoft"), kept("products-others"), kept("products-quantity")],
    },
    View { name: "users", parts: &[kept("users-list"), kept("users-add"), kept("users-find-admin")] },
    View {
        name: "roles",
        parts: &[
            kept("roles-admin"),
            kept("roles-admin-deals"),
            kept("roles-manager"),
            kept("roles-seller"),
            kept("roles-location"),
        ],
    },
    View {
        name: "notifications",
        parts: &[kept("notifications-bell"), kept("notifications-mail"), kept("notifications-deadline")],
    },
];
