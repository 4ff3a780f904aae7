//! The documented columns of each file (data/README.md), and where they stand in the file at hand.

use super::{problem::RefusalCode, records::Record};

/// A column of one of the files.
pub trait Column: Copy + 'static {
    /// As PSC spells them. All are required: an export that lacks one was cut, and details would be lost without a word.
    const NAMES: &'static [&'static str];
    const ALL: &'static [Self];

    fn index(self) -> usize;

    fn name(self) -> &'static str {
        Self::NAMES.get(self.index()).copied().unwrap_or_default()
    }
}

macro_rules! columns {
    ($(#[$doc:meta])* $name:ident { $($column:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($column),+ }

        impl Column for $name {
            const NAMES: &'static [&'static str] = &[$($text),+];
            const ALL: &'static [Self] = &[$(Self::$column),+];

            fn index(self) -> usize {
                self as usize
            }
        }
    };
}

columns! {
    /// Columns of accounts.csv.
    AccountColumn { Id = "PSC Account ID", Name = "Account Name", MpnId = "MPN ID", Country = "Country" }
}

columns! {
    /// Columns of users.csv.
    UserColumn {
        Id = "PSC User ID",
        FirstName = "First Name",
        LastName = "Last Name",
        Mail = "Email",
        AccountId = "PSC Account ID",
        AccountName = "PSC Account Name",
        Role = "PSC Role",
    }
}

columns! {
    /// Columns of deals.csv.
    DealColumn {
        Id = "Opportunity ID",
        Name = "Opportunity Name",
        Status = "Status",
        Business = "Business Type",
        CoSell = "Co-sell",
        Source = "Source",
        AccountId = "PSC Account ID",
        AccountName = "PSC Account Name",
        MpnId = "MPN ID",
        CustomerName = "Customer Name",
        CustomerLine1 = "Customer Address Line 1",
        CustomerLine2 = "Customer Address Line 2",
        CustomerCity = "Customer City",
        CustomerState = "Customer State",
        CustomerPostalCode = "Customer Postal Code",
        CustomerCountry = "Customer Country",
        ContactFirstName = "Customer Contact First Name",
        ContactLastName = "Customer Contact Last Name",
        ContactPhone = "Customer Contact Phone",
        ContactMail = "Customer Contact Email",
        Value = "Deal Value",
        Currency = "Currency",
        CloseDate = "Estimated Close Date",
        SolutionCloseDate = "Expected Solution Close Date",
        Stage = "Sales Stage",
        DealRole = "Deal Role",
        LicenseProgram = "License Program",
        CustomerOutcome = "Customer Outcome",
        Products = "Products",
        Team = "Team Members",
        AssignedSeller = "Assigned Seller",
        MicrosoftName = "Microsoft Contact Name",
        MicrosoftMail = "Microsoft Contact Email",
        MicrosoftPhone = "Microsoft Contact Phone",
        CampaignId = "Marketing Campaign ID",
        CrmId = "CRM ID",
        Notes = "Notes",
        Created = "Created Date",
        Modified = "Last Modified Date",
    }
}

/// Where each column of `C` stands in one file.
#[derive(Debug)]
pub struct Layout {
    /// `None`: the file does not have it.
    positions: Vec<Option<usize>>,
    /// How many fields a row has.
    pub width: usize,
    /// Columns that nobody knows, as they are spelled.
    pub unknown: Vec<String>,
}

impl Layout {
    /// Reads a header: any order, any case, spaces around names do not count; a nameless column is passed over.
    ///
    /// # Errors
    /// Which columns are missing, or stand there twice.
    pub fn read<C: Column>(header: &Record<'_>) -> Result<Self, (RefusalCode, Vec<String>)> {
        Self::read_with::<C>(header, C::NAMES)
    }

    /// Reads a header that may lack any column but the one by which rows are told apart.
    ///
    /// # Errors
    /// As [`Layout::read`].
    pub fn read_some<C: Column>(header: &Record<'_>, id: C) -> Result<Self, (RefusalCode, Vec<String>)> {
        Self::read_with::<C>(header, &[id.name()])
    }

    /// All columns in their order, in fields that come from no file.
    pub fn whole<C: Column>() -> Self {
        let width = C::NAMES.len();
        Self { positions: (0..width).map(Some).collect(), width, unknown: Vec::new() }
    }

    fn read_with<C: Column>(header: &Record<'_>, required: &[&str]) -> Result<Self, (RefusalCode, Vec<String>)> {
        // A name with a NUL is reported, and what is reported is stored.
        let names: Vec<String> = header.fields().map(|name| name.replace('\0', "\u{FFFD}")).collect();
        let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
        let twice: Vec<String> = names
            .iter()
            .enumerate()
            .filter(|(index, name)| !name.is_empty() && names.iter().take(*index).any(|before| same(before, name)))
            .map(|(_, name)| name.clone())
            .collect();
        if !twice.is_empty() {
            return Err((RefusalCode::DuplicateColumns, twice));
        }
        let found = |column: &&str| names.iter().position(|name| same(name, column));
        let missing: Vec<String> = required
            .iter()
            .filter(|column| found(column).is_none())
            .map(|column| (*column).to_owned())
            .collect();
        if !missing.is_empty() {
            return Err((RefusalCode::MissingColumns, missing));
        }
        Ok(Self {
            positions: C::NAMES.iter().map(found).collect(),
            width: names.len(),
            unknown: names
                .iter()
                .filter(|name| !name.is_empty() && !C::NAMES.iter().any(|column| same(column, name)))
                .cloned()
                .collect(),
        })
    }

    /// Whether the file has the column.
    pub fn has(&self, column: impl Column) -> bool {
        self.positions.get(column.index()).is_some_and(Option::is_some)
    }

    /// What stands in a column of a row, without surrounding white space.
    pub fn get<'a, C: Column>(&self, record: &Record<'a>, column: C) -> &'a str {
        let Some(Some(position)) = self.positions.get(column.index()) else { return "" };
        record.field(*position)
    }

    /// The column that stands at a position of this file; none: one that nobody knows.
    pub fn column_at<C: Column>(&self, position: usize) -> Option<&'static str> {
        let index = self.positions.iter().position(|at| *at == Some(position))?;
        C::NAMES.get(index).copied()
    }
}
