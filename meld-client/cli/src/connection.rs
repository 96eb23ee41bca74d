//! The client of a run: environment, key and settings.

use std::time::Duration;

use clap::ArgMatches;
use meld_client::{Environment, Meld, MeldBuilder, RetryPolicy, Transport};

use crate::failure::Failure;
use crate::host::Host;
use crate::keys;
use crate::profile::{Config, Profile};
use crate::request::api_version;

pub const API_KEY: &str = "MELD_API_KEY";

const NO_KEY: &str = "no API key is set. Set one of:\n  \
    MELD_API_KEY and MELD_ENVIRONMENT=sandbox (or production)\n  \
    a profile: `meld profile add NAME --environment sandbox`, then `meld profile set-key NAME`\n\
    Try without a key: `meld mock` starts a local mock server";

/// Creates the client of a command.
///
/// # Errors
///
/// Returns a failure if there is no key or environment, or a setting is not valid. `needs_key` is `false` for
/// operations that can be called without a key.
pub fn open(host: &mut Host<'_>, matches: &ArgMatches, needs_key: bool) -> Result<Meld, Failure> {
    let mut builder = Meld::builder().user_agent(concat!("meld-cli/", env!("CARGO_PKG_VERSION")));
    builder = match profile(host, matches)? {
        Some((name, profile)) => from_profile(host, builder, &name, &profile, needs_key)?,
        None => from_env(host, builder, needs_key)?,
    };
    if let Some(retries) = matches.get_one::<u32>("retry") {
        builder = builder.retry_policy(RetryPolicy::default().max_retries(*retries));
    }
    if let Some(seconds) = matches.get_one::<u64>("timeout") {
        builder = builder.timeout(Duration::from_secs(*seconds));
    }
    if let Some(version) = matches.get_one::<String>("version") {
        builder = builder.meld_version(api_version(version)?);
    }
    Ok(builder.strict_decoding(matches.get_flag("strict")).build()?)
}

/// Returns the profile that is chosen; `None` for the variables.
fn profile(host: &mut Host<'_>, matches: &ArgMatches) -> Result<Option<(String, Profile)>, Failure> {
    let chosen = matches.get_one::<String>("profile").cloned().or_else(|| host.variable("MELD_PROFILE"));
    if chosen.is_none() && host.variable(API_KEY).is_some() {
        return Ok(None);
    }
    let config = Config::load(host)?;
    let Some(name) = chosen.or_else(|| config.default.clone()) else { return Ok(None) };
    let profile = config.find(&name)?.clone();
    Ok(Some((name, profile)))
}

fn from_profile(
    host: &mut Host<'_>,
    builder: MeldBuilder,
    name: &str,
    profile: &Profile,
    needs_key: bool,
) -> Result<MeldBuilder, Failure> {
    let mut builder = match (&profile.base_url, &profile.environment) {
        (Some(url), None) => builder.base_url(url.as_str()),
        (None, Some(environment)) => builder.environment(environment.parse::<Environment>()?),
        _ => return Err(Failure::configuration(format!("profile `{name}` needs either `environment` or `base-url`"))),
    };
    if let Some(account) = &profile.account_id {
        builder = builder.account_id(account.as_str());
    }
    let key = match &profile.key_variable {
        Some(variable) => host.variable(variable),
        None => keys::load(host, name)?.or_else(|| host.variable(API_KEY)),
    };
    match key {
        Some(key) => Ok(builder.api_key(key)),
        None if !needs_key => Ok(builder.without_api_key()),
        None => Err(Failure::configuration(match &profile.key_variable {
            Some(variable) => format!("profile `{name}` has no API key: set the variable {variable}"),
            None => format!("profile `{name}` has no API key: run `meld profile set-key {name}`, or set {API_KEY}"),
        })),
    }
}

fn from_env(host: &mut Host<'_>, builder: MeldBuilder, needs_key: bool) -> Result<MeldBuilder, Failure> {
    let builder = match host.variable(API_KEY) {
        Some(key) => builder.api_key(key),
        None if !needs_key => builder.without_api_key(),
        None => return Err(Failure::configuration(NO_KEY)),
    };
    match (host.variable("MELD_BASE_URL"), host.variable("MELD_ENVIRONMENT")) {
        (Some(_), Some(_)) => Err(Failure::configuration("set either MELD_BASE_URL or MELD_ENVIRONMENT, not both")),
        (Some(url), None) => Ok(builder.base_url(url)),
        (None, Some(environment)) => Ok(builder.environment(environment.parse::<Environment>()?)),
        (None, None) => {
            Err(Failure::configuration("no environment is set: set MELD_ENVIRONMENT to `sandbox` or `production`"))
        }
    }
}

/// Returns the transport of a client. With the variable `MELD_SAMPLE_RESPONSES`, responses need not match their requests.
pub fn transport(host: &Host<'_>, meld: &Meld) -> Transport {
    let takes_samples = host.variable("MELD_SAMPLE_RESPONSES").is_some_and(|value| value == "true");
    meld.transport().clone().with_sample_responses(takes_samples)
}

/// Asks before a change in production, unless `--yes` is given.
///
/// # Errors
///
/// Returns a failure if the user declines, or cannot be asked.
pub fn confirm(host: &mut Host<'_>, meld: &Meld, matches: &ArgMatches, change: &str) -> Result<(), Failure> {
    let production = Environment::Production.base_url();
    let is_production = meld.transport().base_url().trim_end_matches('/') == production;
    if !is_production || matches.get_flag("yes") || matches.get_flag("dry-run") {
        return Ok(());
    }
    if !host.can_ask {
        return Err(Failure::usage(format!("`{change}` changes production; add `--yes` to a script that may do so")));
    }
    match host.ask(&format!("{change} changes production. Continue? [y/N]"))?.to_ascii_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(Failure::usage("not sent")),
    }
}
