//! Events of the inbox, and their stored form.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::storage::Record;
use crate::webhooks::{Event, ParseEventError};

/// The longest id of a record, in bytes. Meld's ids are UUIDs.
const LONGEST_ID: usize = 255;

/// An event that is handed to your code.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct InboxEvent {
    /// The id in the store: [`Event::event_id`], or a hash of an event without one.
    pub id: String,
    /// The event.
    pub event: Event,
    /// The number of times that the event was handed out, this time included. If it is more than 1, a part of the work
    /// may already be done.
    pub attempt: u32,
}

/// An event that waits for your decision.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParkedEvent {
    /// The id in the store.
    pub id: String,
    /// The error of the last attempt.
    pub reason: String,
}

pub(super) fn id(event: &Event) -> String {
    match &event.event_id {
        Some(id) if !id.is_empty() && id.len() <= LONGEST_ID => id.clone(),
        _ => format!("sha256:{}", hexadecimal(&Sha256::digest(event.json()))),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The mark of events that are not UTF-8. JSON begins with a brace.
const BASE64: &str = "base64:";

pub(super) fn content(event: &Event) -> String {
    match str::from_utf8(event.json()) {
        Ok(text) => text.to_owned(),
        Err(_) => format!("{BASE64}{}", STANDARD.encode(event.json())),
    }
}

pub(super) fn event(record: &Record) -> Result<Event, ParseEventError> {
    let decoded = record.content.strip_prefix(BASE64).and_then(|text| STANDARD.decode(text).ok());
    Event::parse(decoded.as_deref().unwrap_or(record.content.as_bytes()))
}
