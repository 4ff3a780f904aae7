//! What addresses and forms of the sellers' pages say, as typed values.

mod acts;
mod list;
mod sending;
mod settings;

pub use acts::{AcceptForm, DetailsForm, EndForm, HandOverForm, NoteForm, SeenForm, StageForm};
pub use list::{ListQuery, Looking, partner_led_path, request_path};
pub use sending::{FindQuery, KINDS, SendForm, Step};
pub use settings::SettingsForm;
