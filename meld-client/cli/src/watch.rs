//! `meld transactions watch`: polls transactions, and prints those that are new or changed.

use std::collections::HashMap;
use std::time::Duration;

use clap::ArgMatches;
use meld_client::transactions::TransactionStatus;
use meld_client::v2026_02_03::payments::operations::{GET_TRANSACTION, SEARCH_TRANSACTIONS};
use meld_client::{Meld, Request};
use serde_json::Value;

use crate::connection;
use crate::failure::Failure;
use crate::host::Host;
use crate::json::Json;
use crate::printable::printable;

/// Runs the command until it is interrupted, or has printed `--count` lines, or the transaction of `--id` has ended.
///
/// # Errors
///
/// Returns the first error of the client that is not retryable.
pub async fn run(host: &mut Host<'_>, matches: &ArgMatches) -> Result<(), Failure> {
    let meld = connection::open(host, matches, true)?;
    let interval = Duration::from_secs(matches.get_one::<u64>("interval").copied().unwrap_or(10));
    let id = matches.get_one::<String>("id");
    let count = matches.get_one::<u64>("count").copied().unwrap_or(u64::MAX);
    let (mut seen, mut printed) = (HashMap::new(), 0);
    loop {
        for transaction in transactions(&meld, id).await? {
            let text = |name: &str| transaction.field(name).and_then(Json::as_str).unwrap_or_default().to_owned();
            let status = text("status");
            if seen.insert(text("id"), status.clone()).as_ref() == Some(&status) {
                continue;
            }
            host.print(&line(&transaction))?;
            printed += 1;
            if printed >= count || (id.is_some() && TransactionStatus::from(status.as_str()).is_terminal()) {
                return Ok(());
            }
        }
        host.progress(&format!("watching; the next request is in {} s", interval.as_secs()));
        tokio::time::sleep(interval).await;
        host.progress("");
    }
}

/// Returns one transaction, or the newest ones, oldest first.
async fn transactions(meld: &Meld, id: Option<&String>) -> Result<Vec<Json>, Failure> {
    let request = match id {
        Some(id) => {
            let mut request = Request::new(&GET_TRANSACTION);
            request.path("id", Some(id))?;
            request
        }
        None => {
            let mut request = Request::new(&SEARCH_TRANSACTIONS);
            request.replace_query("limit", "100");
            request
        }
    };
    let response = match meld.transport().send::<Value>(request).await {
        Ok(response) => response,
        // The next request may succeed.
        Err(error) if error.is_retryable() => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let json = Json::from(&*response);
    Ok(match (json.field("transaction"), json.field("transactions")) {
        (Some(transaction), _) => vec![transaction.clone()],
        (None, Some(Json::Array(items))) => items.iter().rev().cloned().collect(),
        _ => vec![json],
    })
}

/// Returns the line of a transaction.
fn line(transaction: &Json) -> String {
    let text = |name: &str| match transaction.field(name) {
        Some(Json::String(text)) => text.clone(),
        Some(Json::Literal(text)) if text != "null" => text.clone(),
        _ => "-".to_owned(),
    };
    let names = ["updatedAt", "id", "status", "transactionType", "sourceAmount", "sourceCurrencyCode"];
    let text: Vec<String> = names.iter().map(|name| printable(&text(name))).collect();
    text.join("  ")
}
