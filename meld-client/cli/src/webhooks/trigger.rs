//! `meld webhooks trigger`: sends a signed example event.

use std::net::IpAddr;
use std::time::{Duration, SystemTime};

use clap::ArgMatches;
use meld_client::chrono::{DateTime, SecondsFormat, Utc};
use meld_client::http::HeaderMap;
use meld_client::reqwest;
use meld_client::webhooks::{EventType, Signer};

use super::example;
use super::secret::secret;
use crate::body::assignment;
use crate::command::unknown_value;
use crate::failure::{Failure, Kind};
use crate::host::Host;

/// The time that Meld gives receivers.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Sends an event, and prints the status of the response.
///
/// # Errors
///
/// Returns a failure if the receiver does not respond with 200.
pub async fn trigger(host: &mut Host<'_>, matches: &ArgMatches) -> Result<(), Failure> {
    let name = matches.get_one::<String>("event").map(|name| name.to_ascii_uppercase()).unwrap_or_default();
    if name == "LIST" {
        return EventType::KNOWN.iter().try_for_each(|known| host.print(known.as_str()));
    }
    let event_type = EventType::from(name.as_str());
    if let Some(text) = unknown_value("event", &name, &known_names()) {
        host.warn(&text);
    }
    let now: DateTime<Utc> = SystemTime::now().into();
    let mut event = example::event(&event_type, &now.to_rfc3339_opts(SecondsFormat::Micros, true));
    for source in matches.get_many::<String>("set").into_iter().flatten() {
        let (path, value) = assignment(host, source, |_| None)?;
        path.set(&mut event, value).map_err(|reason| Failure::usage(format!("`--set` {path}: {reason}")))?;
    }
    let to = matches.get_one::<String>("to").ok_or_else(|| Failure::usage("`--to URL` names the receiver"))?;
    let url = matches.get_one::<String>("url").unwrap_or(to);
    let body = event.to_compact();
    let headers = Signer::new(secret(host)?, url.as_str()).sign(now, body.as_bytes());
    if matches.get_flag("dry-run") {
        return host.print(&format!("POST {to}\n\n{}", event.to_pretty()));
    }
    let status = post(&client(to)?, to, headers, body.into()).await?;
    host.print(&format!("{status} {event_type}"))?;
    match status {
        200 => Ok(()),
        _ => Err(Failure::new(Kind::Failed, format!("the receiver responded with {status}; Meld retries all but 200"))),
    }
}

fn known_names() -> Vec<String> {
    EventType::KNOWN.iter().map(|known| known.as_str().to_owned()).collect()
}

/// Returns an HTTP client for this URL that follows no redirects, like Meld's.
pub fn client(to: &str) -> Result<reqwest::Client, Failure> {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(TIMEOUT);
    let client = if is_direct(to) { client.no_proxy() } else { client };
    client.build().map_err(|error| Failure::new(Kind::Other, error.to_string()))
}

/// Returns `true` for a URL that is reached without a proxy: one on this machine, which a proxy does not know, and plain
/// `http`, because a proxy would read the event.
fn is_direct(to: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(to) else { return true };
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let is_local = host.parse().is_ok_and(|address: IpAddr| address.is_loopback() || address.is_unspecified());
    url.scheme() != "https" || is_local || host == "localhost" || host.ends_with(".localhost")
}

/// Posts a body, and returns the status.
pub async fn post(client: &reqwest::Client, to: &str, headers: HeaderMap, body: Vec<u8>) -> Result<u16, Failure> {
    let request = client.post(to).headers(headers).header("content-type", "application/json").body(body);
    match request.send().await {
        Ok(response) => Ok(response.status().as_u16()),
        // Without the URL, which may contain a token.
        Err(error) => {
            Err(Failure::new(Kind::Network, format!("the receiver does not respond: {}", error.without_url())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_go_through_no_proxy_in_clear() {
        for to in ["http://example.com/hooks", "http://localhost:3000", "https://127.0.0.1/", "https://[::1]:9", "x"] {
            assert!(is_direct(to), "{to}");
        }
        assert!(!is_direct("https://example.com/hooks"));
    }
}
