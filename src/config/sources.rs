//! Reads settings from the environment and from the settings file.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

use toml::de::{DeTable, DeValue};

use super::{
    SETTINGS, Setting, Settings, SettingsError,
    table::{Apply, CONFIG},
};

const ENVIRONMENT: &str = "environment";

impl Settings {
    /// Reads this process's environment, and `portal.toml` of the working folder or the file that `PORTAL_CONFIG` names.
    ///
    /// # Errors
    /// The first setting that is unknown or wrong.
    pub fn load() -> Result<Self, SettingsError> {
        Self::from_sources(std::env::vars_os(), Path::new("."))
    }

    /// The same from a given environment; `folder` is where `portal.toml` is looked for, and where a relative `PORTAL_CONFIG` starts.
    ///
    /// # Errors
    /// The first setting that is unknown or wrong.
    pub fn from_sources(
        environment: impl IntoIterator<Item = (OsString, OsString)>,
        folder: &Path,
    ) -> Result<Self, SettingsError> {
        let given = ours(environment)?;
        let named = given
            .iter()
            .find(|(setting, _)| setting.name == CONFIG)
            .map(|(_, path)| folder.join(path));
        let mut settings = Self::default();
        // The file is read first, so that the environment overwrites it.
        apply_file(&mut settings, named, folder)?;
        for (setting, text) in &given {
            set(&mut settings, setting.apply, text, setting.name, ENVIRONMENT)?;
        }
        in_order(&settings)?;
        Ok(settings)
    }
}

/// Our settings among the variables. An empty one is one that is not set: compose files pass variables on that way.
fn ours(environment: impl IntoIterator<Item = (OsString, OsString)>) -> Result<Vec<(&'static Setting, String)>, SettingsError> {
    let mut given = Vec::new();
    for (name, text) in environment {
        let name = name.to_string_lossy().into_owned();
        let Some(setting) = SETTINGS.iter().find(|setting| setting.name == name) else {
            if name.starts_with("PORTAL_") {
                return Err(unknown(name, ENVIRONMENT.to_owned()));
            }
            continue;
        };
        let Ok(text) = text.into_string() else {
            return Err(wrong(&name, "is not UTF-8".to_owned(), ENVIRONMENT));
        };
        if !text.is_empty() {
            given.push((setting, text));
        }
    }
    Ok(given)
}

fn apply_file(settings: &mut Settings, named: Option<PathBuf>, folder: &Path) -> Result<(), SettingsError> {
    let optional = named.is_none();
    let path = named.unwrap_or_else(|| folder.join("portal.toml"));
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if optional && error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => {
            let name = if optional { "portal.toml" } else { CONFIG };
            return Err(wrong(name, format!("cannot be read: {error}"), &path.display().to_string()));
        }
    };
    let place = |at: usize| {
        let line = text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1;
        format!("{}, line {line}", path.display())
    };
    let table = DeTable::parse(&text).map_err(|error| {
        let at = place(error.span().map_or(0, |span| span.start));
        wrong("the settings file", format!("is not TOML: {}", error.message()), &at)
    })?;
    for (key, value) in table.get_ref() {
        let (name, place) = (key.get_ref().as_ref(), place(key.span().start));
        let Some(setting) = SETTINGS.iter().find(|setting| setting.key().as_deref() == Some(name)) else {
            return Err(unknown(name.to_owned(), place));
        };
        let Some(text) = scalar(value.get_ref()) else {
            return Err(wrong(name, "must be a single value".to_owned(), &place));
        };
        set(settings, setting.apply, &text, name, &place)?;
    }
    Ok(())
}

/// The text of a single value, so that a number or a day need no quotes in the file.
fn scalar(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Boolean(truth) => Some(truth.to_string()),
        DeValue::Datetime(at) => Some(at.to_string()),
        DeValue::Float(_) | DeValue::Array(_) | DeValue::Table(_) => None,
    }
}

fn set(settings: &mut Settings, apply: Apply, text: &str, name: &str, place: &str) -> Result<(), SettingsError> {
    apply(settings, text).map_err(|problem| wrong(name, problem, place))
}

/// What only shows when all settings are there.
fn in_order(settings: &Settings) -> Result<(), SettingsError> {
    if settings.smtp_url.is_some() && settings.mail_from.is_none() {
        let problem = "is needed with PORTAL_SMTP_URL".to_owned();
        return Err(wrong("PORTAL_MAIL_FROM", problem, "environment and settings file together"));
    }
    if settings.psc_closed_from < settings.psc_read_only_from {
        let problem = "is before PORTAL_PSC_READ_ONLY_FROM".to_owned();
        return Err(wrong("PORTAL_PSC_CLOSED_FROM", problem, "environment and settings file together"));
    }
    Ok(())
}

fn wrong(name: &str, problem: String, place: &str) -> SettingsError {
    SettingsError { name: name.to_owned(), problem, place: place.to_owned() }
}

fn unknown(name: String, place: String) -> SettingsError {
    SettingsError { name, problem: "is not a setting; the README lists them all".to_owned(), place }
}
