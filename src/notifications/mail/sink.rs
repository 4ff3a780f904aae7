//! The way out: an SMTP server, a folder, or (nothing being set) only a line in the log.

use std::{path::PathBuf, time::Duration};

use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use crate::config::Settings;

/// How long the mail server may take for one step.
const PATIENCE: Duration = Duration::from_secs(15);

pub enum Sink {
    Smtp(Box<AsyncSmtpTransport<Tokio1Executor>>),
    Folder(PathBuf),
    Log,
}

/// Why a mail did not go out. The code holds no address: it is kept and logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The server cannot be reached: no other mail would go out now either.
    Away(String),
    /// Certainly not sent; another try may help.
    Later(String),
    /// Another try would not help, or might send it twice.
    Never(String),
}

impl Sink {
    /// # Errors
    /// When the SMTP address is none; starting with such a setting is refused before.
    pub fn new(settings: &Settings) -> Result<Self, lettre::transport::smtp::Error> {
        if let Some(url) = &settings.smtp_url {
            let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)?;
            return Ok(Self::Smtp(Box::new(builder.timeout(Some(PATIENCE)).build())));
        }
        Ok(settings.mail_folder.clone().map_or(Self::Log, Self::Folder))
    }

    /// Hands a mail over, once.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub async fn send(&self, message: &Message, mail_id: i64) -> Result<(), Refusal> {
        match self {
            Self::Smtp(server) => smtp(server, message).await,
            Self::Folder(folder) => file(folder, message, mail_id)
                .await
                .map_err(|error| Refusal::Later(error.kind().to_string())),
            Self::Log => {
                tracing::info!(
                    mail = mail_id,
                    bytes = message.formatted().len(),
                    "a mail that goes nowhere: no mail server is set"
                );
                Ok(())
            }
        }
    }
}

/// Looks first whether the server answers at all. After that, what is not a clear refusal may have been a delivery: it is not
/// repeated, so that nobody gets a mail twice.
async fn smtp(server: &AsyncSmtpTransport<Tokio1Executor>, message: &Message) -> Result<(), Refusal> {
    match server.test_connection().await {
        Ok(true) => {}
        Ok(false) => return Err(Refusal::Away("no answer".into())),
        Err(error) => return Err(Refusal::Away(code(&error))),
    }
    match server.send(message.clone()).await {
        Ok(_) => Ok(()),
        Err(error) if error.is_transient() => Err(Refusal::Later(code(&error))),
        Err(error) if error.is_permanent() => Err(Refusal::Never(code(&error))),
        Err(error) => Err(Refusal::Never(format!("unclear, {}", code(&error)))),
    }
}

/// The server's code, or the kind of trouble; its words may name people.
fn code(error: &lettre::transport::smtp::Error) -> String {
    match error.status() {
        Some(status) => format!("answer {status}"),
        None if error.is_timeout() => "no answer in time".into(),
        None if error.is_tls() => "no trusted connection".into(),
        None => "connection broken".into(),
    }
}

/// Under another name first: whoever reads the folder finds whole mails only. A mail written twice is one file.
async fn file(folder: &std::path::Path, message: &Message, mail_id: i64) -> std::io::Result<()> {
    tokio::fs::create_dir_all(folder).await?;
    let (unfinished, whole) = (folder.join(format!("{mail_id}.part")), folder.join(format!("{mail_id}.eml")));
    tokio::fs::write(&unfinished, message.formatted()).await?;
    tokio::fs::rename(&unfinished, &whole).await
}
