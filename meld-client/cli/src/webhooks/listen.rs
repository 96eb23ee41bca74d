//! `meld webhooks listen`: receives events, and forwards them.

use std::net::Ipv4Addr;
use std::sync::Arc;

use clap::ArgMatches;
use meld_client::v2026_02_03::webhooks::operations::{CREATE_PROFILE, UPDATE_PROFILE};
use meld_client::webhooks::Verifier;
use meld_client::{Meld, Request};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};

use super::receiver::Receiver;
use super::secret::secret;
use super::trigger;
use crate::connection;
use crate::failure::{Failure, Kind};
use crate::host::Host;

/// Receives events until Ctrl-C, or until `--count` events.
///
/// # Errors
///
/// Returns a failure if the port is taken, or the profile cannot be created.
pub async fn listen(host: &mut Host<'_>, matches: &ArgMatches) -> Result<(), Failure> {
    let port = matches.get_one::<u16>("port").copied().unwrap_or_default();
    let failed = |error: std::io::Error| Failure::new(Kind::Other, format!("port {port}: {error}"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(failed)?;
    let local = format!("http://{}/", listener.local_addr().map_err(failed)?);
    let url = matches.get_one::<String>("url").unwrap_or(&local).clone();
    let (verifier, known_verifier) = watch::channel(None);
    let (lines, mut received) = mpsc::channel(100);
    let forward_to = matches.get_one::<String>("forward-to").cloned();
    let client = trigger::client(forward_to.as_deref().unwrap_or_default())?;
    let receiver = Receiver { verifier: known_verifier, forward_to, client, lines };
    let server = tokio::spawn(async move { axum::serve(listener, receiver.router()).await });
    // The first event of a new profile needs the server.
    let profile = match matches.get_flag("create-profile") {
        true => Some(Profile::create(host, matches, &url).await?),
        false => None,
    };
    let secret = match &profile {
        Some(profile) => profile.secret.clone(),
        None => secret(host)?,
    };
    let created = Verifier::new(secret, url.as_str()).map_err(|error| Failure::usage(error.to_string()))?;
    verifier.send_replace(Some(Arc::new(created)));
    host.note(&format!("listening on {local} for {url}"));
    let count = matches.get_one::<u64>("count").copied().unwrap_or(u64::MAX);
    let result = print(host, &mut received, count).await;
    server.abort();
    match profile {
        Some(profile) => profile.disable(host).await.and(result),
        None => result,
    }
}

/// Prints lines until Ctrl-C, or until there are enough.
async fn print(host: &mut Host<'_>, received: &mut mpsc::Receiver<String>, count: u64) -> Result<(), Failure> {
    for _ in 0..count {
        tokio::select! {
            line = received.recv() => match line {
                Some(line) => host.print(&line)?,
                None => return Ok(()),
            },
            _ = tokio::signal::ctrl_c() => return Ok(()),
        }
    }
    Ok(())
}

/// A webhook profile that lasts as long as the command.
struct Profile {
    meld: Meld,
    id: String,
    secret: String,
}

impl Profile {
    async fn create(host: &mut Host<'_>, matches: &ArgMatches, url: &str) -> Result<Self, Failure> {
        let meld = connection::open(host, matches, true)?;
        connection::confirm(host, &meld, matches, "creating a webhook profile")?;
        let mut body = json!({ "name": "meld webhooks listen", "url": url });
        if let Some(events) = matches.get_many::<String>("events") {
            body["eventTypes"] = events.map(String::as_str).collect();
        }
        let mut request = Request::new(&CREATE_PROFILE);
        request.body(&body)?;
        let response = meld.transport().send::<Value>(request).await?;
        let text = |name: &str| response[name].as_str().unwrap_or_default().to_owned();
        let (id, secret) = (text("id"), text("secret"));
        host.note(&format!("created the webhook profile {id}"));
        Ok(Self { meld, id, secret })
    }

    /// Disables the profile: Meld has no operation that deletes one.
    async fn disable(self, host: &mut Host<'_>) -> Result<(), Failure> {
        let mut request = Request::new(&UPDATE_PROFILE);
        request.path("webhookProfileId", Some(&self.id))?;
        request.body(&json!({ "status": "DISABLED" }))?;
        self.meld.transport().send::<Value>(request).await?;
        host.note(&format!("disabled the webhook profile {}", self.id));
        Ok(())
    }
}
