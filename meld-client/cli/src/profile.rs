//! Profiles: named environments in a file. Keys are never in it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::{fs, io};

use clap::ArgMatches;
use etcetera::BaseStrategy as _;
use serde::{Deserialize, Serialize};

use crate::command::unknown_value;
use crate::failure::{Failure, Kind};
use crate::host::Host;
use crate::json::Json;
use crate::keys;
use crate::output::Output;

/// The configuration file.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Config {
    /// The profile that is used if none is chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    #[serde(default)]
    profiles: BTreeMap<String, Profile>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Profile {
    /// `sandbox` or `production`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// A base URL in place of an environment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    /// The environment variable with the API key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_variable: Option<String>,
    /// The account of network-partner operations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
}

impl Config {
    /// Loads the configuration. A file that does not exist is an empty one.
    ///
    /// # Errors
    ///
    /// Returns a failure with line and column if the file is not valid. It quotes no values, which may be secrets.
    pub fn load(host: &Host<'_>) -> Result<Self, Failure> {
        let path = path(host)?;
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(Failure::configuration(format!("{}: {error}", path.display()))),
        };
        toml::from_str(&text).map_err(|error| {
            let (line, column) = position(&text, error.span().map_or(0, |span| span.start));
            let reason = error.message();
            let is_key = ["`key`", "`api-key`", "`api_key`", "`secret`"].iter().any(|name| reason.contains(name));
            let advice = if is_key { "; keys do not belong here: `meld profile set-key NAME` stores one" } else { "" };
            Failure::configuration(format!("{}, line {line}, column {column}: {reason}{advice}", path.display()))
        })
    }

    fn save(&self, host: &Host<'_>) -> Result<(), Failure> {
        // A link stays one, and its target is replaced.
        let path = path(host)?;
        let path = fs::canonicalize(&path).unwrap_or(path);
        let failed = |error: io::Error| Failure::new(Kind::Other, format!("{}: {error}", path.display()));
        let text = toml::to_string_pretty(self).map_err(|error| Failure::new(Kind::Other, error.to_string()))?;
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        // In one step, so that an interruption leaves no half of a file.
        let new = path.with_extension(format!("toml.{}.new", std::process::id()));
        fs::write(&new, text).and_then(|()| fs::rename(&new, &path)).map_err(failed)
    }

    /// Returns a profile.
    ///
    /// # Errors
    ///
    /// Returns a failure that names the nearest profile if there is no such one.
    pub fn find(&self, name: &str) -> Result<&Profile, Failure> {
        self.profiles.get(name).ok_or_else(|| {
            let known: Vec<String> = self.profiles.keys().cloned().collect();
            let text = unknown_value("profile", name, &known).unwrap_or_default();
            let suggestion = text.split_once("; ").map_or("", |(_, rest)| rest);
            let advice = if suggestion.is_empty() { "`meld profile list` lists them" } else { suggestion };
            Failure::configuration(format!("there is no profile `{name}`; {advice}"))
        })
    }
}

/// Runs a command of `meld profile`.
pub fn run(host: &mut Host<'_>, matches: &ArgMatches) -> Result<(), Failure> {
    let Some((command, matches)) = matches.subcommand() else { return Err(Failure::usage("no command is given")) };
    let mut config = Config::load(host)?;
    let name = matches.try_get_one::<String>("name").ok().flatten().cloned().unwrap_or_default();
    let value = |id: &str| matches.get_one::<String>(id).cloned();
    match command {
        "list" => return list(host, &config, matches),
        "add" => {
            let profile = Profile {
                environment: value("environment"),
                base_url: value("base-url"),
                key_variable: value("key-variable"),
                account_id: value("account-id"),
            };
            config.profiles.insert(name.clone(), profile);
            config.default.get_or_insert(name);
        }
        "use" => {
            config.find(&name)?;
            config.default = Some(name);
        }
        "remove" => {
            config.find(&name)?;
            keys::remove(host, &name)?;
            config.profiles.remove(&name);
            config.default = config.default.filter(|default| *default != name);
        }
        "set-key" => {
            config.find(&name)?;
            return set_key(host, &name);
        }
        _ => {
            config.find(&name)?;
            return keys::remove(host, &name);
        }
    }
    config.save(host)
}

fn list(host: &mut Host<'_>, config: &Config, matches: &ArgMatches) -> Result<(), Failure> {
    let text = |text: &Option<String>| text.as_deref().map_or_else(Json::null, Json::from);
    let rows = config.profiles.iter().map(|(name, profile)| {
        let is_default = config.default.as_ref() == Some(name);
        let fields = [
            ("name", Json::from(name.as_str())),
            ("environment", text(&profile.environment)),
            ("baseUrl", text(&profile.base_url)),
            ("keyVariable", text(&profile.key_variable)),
            ("accountId", text(&profile.account_id)),
            ("default", Json::Literal(is_default.to_string())),
        ];
        Json::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    });
    let rows = Json::Array(rows.collect());
    Output::of(matches)?.print(host, &rows)
}

fn set_key(host: &mut Host<'_>, name: &str) -> Result<(), Failure> {
    let key = keys::ask(host)?;
    keys::store(host, name, &key)
}

/// Returns the path of the file: `MELD_CONFIG`, or `meld/config.toml` in the folder of the platform.
fn path(host: &Host<'_>) -> Result<PathBuf, Failure> {
    if let Some(path) = host.variable("MELD_CONFIG") {
        return Ok(PathBuf::from(path));
    }
    let strategy = etcetera::base_strategy::choose_native_strategy();
    let strategy =
        strategy.map_err(|error| Failure::configuration(format!("no home folder: {error}; set MELD_CONFIG")))?;
    Ok(strategy.config_dir().join("meld").join("config.toml"))
}

/// Returns line and column of an offset, from 1.
fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    (line, before.rsplit('\n').next().unwrap_or_default().chars().count() + 1)
}
