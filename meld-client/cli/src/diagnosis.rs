//! `meld doctor` and `meld explain`.

use std::time::{Duration, SystemTime};

use clap::ArgMatches;
use meld_client::activity::ActivityExt as _;
use meld_client::check::CheckOutcome;

use crate::connection;
use crate::failure::{Failure, Kind};
use crate::host::Host;
use crate::json::Json;
use crate::output::Output;

/// Checks the configuration.
pub async fn doctor(host: &mut Host<'_>, matches: &ArgMatches) -> Result<(), Failure> {
    let meld = connection::open(host, matches, true)?;
    let report = meld.check().await;
    match matches.value_source("output") {
        Some(clap::parser::ValueSource::CommandLine) => {
            let entries = report.entries().iter().map(|entry| {
                let advice = entry.advice.map_or_else(Json::null, Json::from);
                let fields = [
                    ("subject", Json::from(entry.subject.as_str())),
                    ("outcome", Json::from(entry.outcome.as_str())),
                    ("reason", Json::from(entry.reason.as_str())),
                    ("advice", advice),
                ];
                Json::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
            });
            let entries = Json::Array(entries.collect());
            Output::of(matches)?.print(host, &entries)?;
        }
        _ => {
            for entry in report.entries() {
                let line = entry.to_string();
                let color = match entry.outcome {
                    CheckOutcome::Passed => "32",
                    CheckOutcome::Warning => "33",
                    CheckOutcome::Failed => "31",
                    CheckOutcome::Skipped => "2",
                };
                let line = if host.shows_output { format!("\u{1b}[{color}m{line}\u{1b}[0m") } else { line };
                host.print(&line)?;
            }
        }
    }
    if report.is_ok() { Ok(()) } else { Err(Failure::new(Kind::Failed, "a check failed")) }
}

/// Prints the activity log of a request.
///
/// # Errors
///
/// Returns the error of the client, or a failure if the log has nothing about the request.
pub async fn explain(host: &mut Host<'_>, matches: &ArgMatches) -> Result<(), Failure> {
    let output = Output::of(matches)?;
    let id = matches.get_one::<String>("request-id").cloned().unwrap_or_default();
    let since = matches.get_one::<String>("since").map(|text| duration(text)).transpose()?.unwrap_or_default();
    let begin = SystemTime::now().checked_sub(since).unwrap_or(SystemTime::UNIX_EPOCH);
    let meld = connection::open(host, matches, true)?;
    host.progress("searching the activity log …");
    let activities = meld.v2026_02_03().beta().explain_request(&id, begin.into()).await;
    host.progress("");
    let activities = activities?;
    if activities.is_empty() {
        return Err(Failure::new(
            Kind::NotFound,
            "the activity log has nothing about this request; try a longer `--since`",
        ));
    }
    let text = serde_json::to_string(&activities).map_err(|error| Failure::new(Kind::Other, error.to_string()))?;
    let json = Json::parse(&text).map_err(|reason| Failure::new(Kind::Other, reason))?;
    output.print(host, &json)
}

fn duration(text: &str) -> Result<Duration, Failure> {
    let seconds = [("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)].into_iter().find_map(|(unit, seconds)| {
        let number: u64 = text.strip_suffix(unit)?.parse().ok()?;
        number.checked_mul(seconds)
    });
    seconds.map(Duration::from_secs).ok_or_else(|| Failure::usage("`--since` must be such as 90s, 30m, 24h or 7d"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_units() {
        assert_eq!(duration("30m").unwrap(), Duration::from_secs(1800));
        assert_eq!(duration("7d").unwrap(), Duration::from_secs(604_800));
        assert!(["", "7", "d", "-1h", "1w"].iter().all(|text| duration(text).is_err()));
    }
}
