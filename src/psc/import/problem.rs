//! What can be wrong with an export: codes whose text never changes; their words are in the locales.

use serde::{Deserialize, Serialize};

/// A file of the export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExportFile {
    #[serde(rename = "accounts.csv")]
    Accounts,
    #[serde(rename = "users.csv")]
    Users,
    #[serde(rename = "deals.csv")]
    Deals,
}

impl ExportFile {
    pub const ALL: [Self; 3] = [Self::Accounts, Self::Users, Self::Deals];

    /// Its name in a folder, in reports and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accounts => "accounts.csv",
            Self::Users => "users.csv",
            Self::Deals => "deals.csv",
        }
    }
}

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$inner:meta])* $code:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$inner])* #[serde(rename = $text)] $code),+ }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$code),+];

            /// Its text in the database, and the end of its locale key.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$code => $text),+ }
            }
        }
    };
}

codes! {
    /// What is wrong with a row, or with a detail of it. Words: `psc-problem-<code>` with `$column`, `$value`, `$line`.
    Code {
        // The row is rejected: it cannot be told apart or judged.
        FieldCount = "field-count",
        Nul = "nul",
        NoId = "no-id",
        /// `$value` is the ID's first line.
        DuplicateId = "duplicate-id",
        TooLong = "too-long",
        UnknownStatus = "unknown-status",
        UnknownBusiness = "unknown-business",
        UnknownCoSell = "unknown-co-sell",
        UnknownSource = "unknown-source",
        UnknownRole = "unknown-role",
        UnreadableCreated = "unreadable-created",
        // The row goes in without this detail.
        UnreadableValue = "unreadable-value",
        UnknownCurrency = "unknown-currency",
        UnreadableCloseDate = "unreadable-close-date",
        UnreadableSolutionCloseDate = "unreadable-solution-close-date",
        UnreadableStage = "unreadable-stage",
        UnreadableModified = "unreadable-modified",
        UnreadableProduct = "unreadable-product",
        UnreadableQuantity = "unreadable-quantity",
        UnreadablePrice = "unreadable-price",
        UnreadableMember = "unreadable-member",
        UnknownCountry = "unknown-country",
    }
}

codes! {
    /// Why a whole file cannot be used. Words: `psc-refusal-<code>` with `$file`, `$columns`, `$line`.
    RefusalCode {
        Empty = "empty",
        /// A workbook (xlsx) or another archive.
        Workbook = "workbook",
        Encoding = "encoding",
        MissingColumns = "missing-columns",
        DuplicateColumns = "duplicate-columns",
        TooManyColumns = "too-many-columns",
        UnclosedQuote = "unclosed-quote",
        RowTooLong = "row-too-long",
    }
}

/// Why a file was refused; the whole import changes nothing then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    pub file: ExportFile,
    pub code: RefusalCode,
    /// The columns it is about, as they should be (or, for duplicates, are) spelled.
    #[serde(default)]
    pub columns: Vec<String>,
    /// Where the trouble begins, from 1.
    pub line: Option<u32>,
}

/// Columns that nobody knows, as they are spelled: reported, their content is not taken over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownColumns {
    pub file: ExportFile,
    pub columns: Vec<String>,
}

/// A rejected row, or a warning about a row that went in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Later ones are greater.
    pub id: i64,
    pub rejected: bool,
    pub file: String,
    /// The line of the file on which the row begins, from 1.
    pub line: i32,
    /// Empty: the whole row.
    pub column: String,
    pub code: String,
    /// What stood there, shortened.
    pub value: String,
    /// The row's own ID, if it has one.
    pub row_id: String,
}
