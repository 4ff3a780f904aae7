//! The letter: text and HTML in the reader's language.

use askama::Template;
use chrono::{DateTime, Utc};
use lettre::{
    Message,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
};

use crate::{
    auth::Actor,
    config::Settings,
    error::AppError,
    notifications::{store::list::Notice, views::Line},
    web::{L10n, Lang},
};

/// Told in one mail at most; the page has the rest.
pub const LINES: usize = 50;

#[derive(Template)]
#[template(path = "notifications/mail.txt")]
struct Text<'a>(&'a Letter);

#[derive(Template)]
#[template(path = "notifications/mail.html")]
struct Html<'a>(&'a Letter);

/// What a mail says.
pub struct Letter {
    pub l: L10n,
    pub subject: String,
    pub greeting: String,
    pub lines: Vec<Line>,
    /// "and 12 more"
    pub more: Option<String>,
    /// The addresses of the notifications' page and of the preferences.
    pub page: String,
    pub preferences: String,
    /// Where the portal is, without a slash at the end.
    portal: String,
}

impl Letter {
    /// `total`: how many the mail tells of, shown or not. At least one of `notices` is there.
    pub fn new(person: &Actor, notices: &[Notice], total: i64, daily: bool, settings: &Settings) -> Self {
        let l = L10n {
            lang: person.locale.as_deref().and_then(Lang::from_code).unwrap_or_default(),
            zone: person.time_zone.parse().unwrap_or_default(),
        };
        let lines: Vec<Line> = notices
            .iter()
            .take(LINES)
            .map(|notice| Line::new(&l, notice, person.is_vendor()))
            .collect();
        let rest = total - i64::try_from(lines.len()).unwrap_or(i64::MAX);
        let portal = settings.public_url.trim_end_matches('/');
        let subject = match lines.as_slice() {
            _ if daily => l.count("mail-subject-daily", total),
            [only] if total == 1 => only.words.clone(),
            _ => l.count("mail-subject-many", total),
        };
        Self {
            l,
            // One line, whatever a deal's name holds.
            subject: subject.replace(char::is_control, " "),
            greeting: l.t1("mail-greeting", "name", &person.display_name),
            more: (rest > 0 && notices.len() > LINES).then(|| l.count("mail-more", rest)),
            lines,
            page: format!("{portal}/notifications"),
            preferences: format!("{portal}/notifications/preferences"),
            portal: portal.to_owned(),
        }
    }

    pub fn link(&self, line: &Line) -> String {
        line.path
            .as_ref()
            .map_or_else(|| self.page.clone(), |path| format!("{}{path}", self.portal))
    }

    pub fn t(&self, key: &str) -> String {
        self.l.t(key)
    }

    pub fn lang(&self) -> &'static str {
        self.l.lang.code()
    }

    /// As a mail to the person. Its id is the same at every attempt, so that a mail server can drop a second one.
    ///
    /// # Errors
    /// When the person's address or the sender's is none.
    pub fn message(&self, person: &Actor, mail_id: i64, at: DateTime<Utc>, settings: &Settings) -> Result<Message, AppError> {
        let failed = |what: &'static str| move |_| AppError::Internal(what.to_owned());
        let from: Mailbox = settings
            .mail_from
            .as_deref()
            .unwrap_or("portal@localhost")
            .parse()
            .map_err(failed("the sender is no mail address"))?;
        let address = person.mail.parse().map_err(failed("the recipient is no mail address"))?;
        let id = format!("<portal-{mail_id}-{}@{}>", person.user.0.simple(), from.email.domain());
        let (text, html) = (Text(self).render()?, Html(self).render()?);
        Message::builder()
            .from(from)
            .to(Mailbox::new(Some(person.display_name.replace(char::is_control, " ")), address))
            .subject(self.subject.clone())
            .message_id(Some(id))
            .date(at.into())
            // No holiday notices in return.
            .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()))
            .multipart(MultiPart::alternative_plain_html(text, html))
            .map_err(|error| AppError::Internal(error.to_string()))
    }
}
