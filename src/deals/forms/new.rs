//! A new deal as far as it has been typed, and its steps.

use serde::{Deserialize, Serialize};

use super::{Do, Fields, Part, Sheet, customer, solutions, team};
use crate::{
    catalogue::service::Business,
    ids::LocationId,
    referrals::{
        command::{NewDeal, Person},
        kind::{DealType, Help},
        rules::{self, Flaw},
        service,
    },
};

/// The value of the location field that means the organisation itself.
pub const ORGANISATION: &str = "organisation";

/// One thing per page, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Customer,
    Details,
    Team,
    Solutions,
    Help,
    Contact,
    /// Check your answers.
    Check,
}

/// Who is to take part; decides the type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Microsoft is asked for help.
    Help,
    /// No help needed, and Microsoft's sellers may see it.
    Show,
    /// No help needed, and they may not.
    Hide,
}

/// As typed, right or wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    pub sheet: Sheet,
    /// [`ORGANISATION`], a location's ID, or not said yet.
    pub location: String,
    pub assessment: bool,
    /// Code of an [`Ask`], or not said yet.
    pub ask: String,
    /// Codes of kinds of help.
    pub help: Vec<String>,
    pub vendor_notes: String,
    /// The customer agreed that the contact is shared.
    pub consent: bool,
}

impl Step {
    pub const ALL: [Self; 7] =
        [Self::Customer, Self::Details, Self::Team, Self::Solutions, Self::Help, Self::Contact, Self::Check];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Details => "details",
            Self::Team => "team",
            Self::Solutions => "solutions",
            Self::Help => "help",
            Self::Contact => "contact",
            Self::Check => "check",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.code() == code)
    }

    pub fn next(self) -> Self {
        self.moved(1)
    }

    pub fn back(self) -> Self {
        self.moved(-1)
    }

    /// Counted from 1.
    pub fn number(self) -> usize {
        Self::ALL.iter().position(|step| *step == self).unwrap_or_default() + 1
    }

    fn moved(self, by: isize) -> Self {
        let at = (self.number() - 1).checked_add_signed(by);
        at.and_then(|at| Self::ALL.get(at).copied()).unwrap_or(self)
    }

    /// The part of the sheet that it fills.
    pub const fn part(self) -> Option<Part> {
        match self {
            Self::Customer => Some(Part::Customer),
            Self::Details => Some(Part::Details),
            Self::Team => Some(Part::Team),
            Self::Solutions => Some(Part::Solutions),
            Self::Help | Self::Contact | Self::Check => None,
        }
    }

    /// Where a field stands.
    pub fn of(field: &str) -> Self {
        let begins = |start: &str| field.starts_with(start);
        match field {
            "q" => Self::Customer,
            "ask" | "help" | "vendor_notes" => Self::Help,
            "consent" => Self::Contact,
            "assessment" => Self::Solutions,
            _ if begins("customer") => Self::Customer,
            _ if begins("contact") => Self::Contact,
            _ if begins("team") => Self::Team,
            _ if begins("solutions") => Self::Solutions,
            _ => Self::Details,
        }
    }
}

impl Ask {
    pub const ALL: [Self; 3] = [Self::Help, Self::Show, Self::Hide];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Help => "ask",
            Self::Show => "show",
            Self::Hide => "hide",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ask| ask.code() == code)
    }

    /// The type that results.
    pub const fn deal_type(self) -> DealType {
        DealType::chosen(matches!(self, Self::Help), matches!(self, Self::Show), false)
    }
}

impl Draft {
    /// A new one, with its maker on the team.
    pub fn begin(maker: Person) -> Self {
        Self { sheet: Sheet { team: vec![maker], ..Sheet::default() }, ..Self::default() }
    }

    /// Takes over what was typed into a step's form.
    pub fn read(&mut self, step: Step, fields: &Fields) {
        if let Some(part) = step.part() {
            self.sheet.read(part, fields);
        }
        match step {
            Step::Details => self.location = fields.text("location"),
            Step::Help if !self.assessment => {
                self.ask = fields.text("ask");
                self.help = fields.all("help");
                self.vendor_notes = fields.text("vendor_notes");
            }
            Step::Help => {
                self.help = fields.all("help");
                self.vendor_notes = fields.text("vendor_notes");
            }
            Step::Contact => {
                self.sheet.contact = team::person(fields, "contact");
                self.consent = fields.has("consent");
            }
            Step::Solutions if self.assessment => self.sheet.read_assessment(fields),
            _ => {}
        }
    }

    /// What a step's own buttons do; as of [`Sheet::press`].
    pub fn press(&mut self, step: Step, button: &Do, business: Option<&Business>, offered: &[Person]) {
        if let Some(part) = step.part() {
            self.sheet.press(part, button, business, offered);
        }
        if let (Step::Solutions, Do::Assess(yes)) = (step, button) {
            if *yes != self.assessment {
                self.sheet.solutions.clear();
            }
            self.assessment = *yes;
        }
    }

    /// Microsoft is asked to act.
    pub fn asks_vendor(&self) -> bool {
        self.assessment || Ask::from_code(&self.ask) == Some(Ask::Help)
    }

    /// What the deal's type will be; `None`: not decided yet.
    pub fn deal_type(&self) -> Option<DealType> {
        if self.assessment { Some(DealType::SolutionAssessment) } else { Ask::from_code(&self.ask).map(Ask::deal_type) }
    }

    /// The deal as far as it can be understood, and all that is wrong with it. Nothing is looked up.
    pub fn parse(&self) -> (NewDeal, Vec<Flaw>) {
        let (details, wrong_details) = self.sheet.details.parse();
        let (chosen, wrong_solutions) = solutions::parse(&self.sheet.solutions);
        let ask = Ask::from_code(&self.ask).filter(|_| !self.assessment);
        let helps = self.assessment || ask == Some(Ask::Help);
        let help: Vec<Help> = self
            .help
            .iter()
            .filter(|_| helps)
            .filter_map(|code| Help::from_code(code))
            .collect();
        let location: Option<LocationId> = self.location.parse().ok();
        let no_help = ask == Some(Ask::Help) && help.is_empty();
        let mut new = NewDeal {
            details,
            location,
            customer: self.sheet.customer.clone(),
            contact: self.sheet.contact.clone(),
            consent: self.consent,
            team: self.sheet.team.clone(),
            solutions: chosen,
            // Without a kind of help it would be a private deal: its other flaws are those of a request.
            help: if no_help { vec![Help::GeneralOrOther] } else { help },
            vendor_notes: if helps { self.vendor_notes.clone() } else { String::new() },
            visible: ask == Some(Ask::Show),
            assessment: self.assessment,
        };
        let of = |flaw: &Flaw| Step::of(&flaw.field);
        let mut flaws: Vec<Flaw> = customer::flaws(&self.sheet.customer);
        flaws.extend(wrong_details);
        if location.is_none() && self.location != ORGANISATION {
            flaws.push(Flaw::new("location", "flaw-location"));
        }
        flaws.extend(rules::team(&self.sheet.team));
        if self.assessment {
            flaws.extend((self.sheet.solutions.len() != 1).then(|| Flaw::new("assessment", "flaw-assessment")));
        } else {
            flaws.extend(wrong_solutions);
        }
        flaws.extend((!self.assessment && ask.is_none()).then(|| Flaw::new("ask", "flaw-ask")));
        flaws.extend(no_help.then(|| Flaw::new("help", "flaw-help")));
        flaws.extend(
            service::new_deal_flaws(&new)
                .into_iter()
                .filter(|flaw| matches!(of(flaw), Step::Help | Step::Contact)),
        );
        if no_help {
            new.help.clear();
        }
        (new, flaws)
    }

    /// A flaw at the field of its form: the type of a solution assessment is chosen in a field of its own.
    pub fn placed(&self, flaw: Flaw) -> Flaw {
        let solutions = self.assessment && flaw.field.starts_with("solutions");
        if solutions { Flaw::new("assessment", flaw.key) } else { flaw }
    }

    /// What is wrong with one step.
    pub fn flaws_of(&self, step: Step) -> Vec<Flaw> {
        let (_, mut flaws) = self.parse();
        flaws.retain(|flaw| Step::of(&flaw.field) == step);
        flaws
    }
}
