//! Page plumbing: knows no feature.

pub mod assets;
pub mod client;
pub mod cookies;
pub mod countries;
pub mod csrf;
pub mod download;
pub mod entrance;
pub mod fields;
pub mod flash;
pub mod formula;
pub mod headers;
pub mod intake;
pub mod l10n;
pub mod layout;
pub mod lent;
pub mod pace;
pub mod problem;
pub mod routes;
pub mod seen;
pub mod tls;
pub mod upload;
pub mod written;

pub use entrance::Ctx;
pub use flash::{Flash, see_other};
pub use l10n::{L10n, Lang};
pub use layout::{Page, render};
pub use lent::Reading;
pub use routes::{Permission, Route, Who};

/// What a page handler answers.
pub type PageResult = Result<axum::response::Response, crate::error::AppError>;
