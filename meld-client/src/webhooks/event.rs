//! Events, and parsing them.

use std::fmt;

use meld_client_core::DecodeWarnings;
use meld_client_core::chrono::{DateTime, Utc};
use meld_client_core::json::{self, DecodeWarning, Error, Found, FromJson, JsonKind, Object, Parser};

use super::{EventType, Payload, UnknownPayload};

/// An event: something that happened at Meld.
///
/// The fields that [`Payload`] does not have are in [`payload_json`](Self::payload_json). `Debug` omits the raw JSON,
/// which may contain account numbers.
///
/// # Examples
///
/// ```
/// use meld_client::webhooks::{Event, EventType};
///
/// let stored = br#"{"eventType":"WEBHOOK_TEST","eventId":"1","payload":{"requestId":"2"}}"#;
/// let event = Event::parse(stored)?;
/// assert_eq!(event.event_type, EventType::WebhookTest);
/// assert_eq!(event.payload.request_id(), Some("2"));
/// # Ok::<(), meld_client::webhooks::ParseEventError>(())
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Event {
    /// The type of the event.
    pub event_type: EventType,
    /// The id of the event. Every delivery of the same event has the same id: skip ids that you have processed.
    pub event_id: Option<String>,
    /// The time at which it happened.
    pub timestamp: Option<DateTime<Utc>>,
    /// Your account at Meld, from the event or else from its payload.
    pub account_id: Option<String>,
    /// The id of the webhook profile that subscribes to the event.
    pub profile_id: Option<String>,
    /// The version of the payload, a date.
    pub version: Option<String>,
    /// The details, by event type.
    pub payload: Payload,
    json: Box<[u8]>,
    payload_json: Box<str>,
    warnings: DecodeWarnings,
}

impl Event {
    /// Parses an event that was verified before, such as one from your queue. Takes the bytes that [`json`](Self::json)
    /// returned.
    ///
    /// This method does not check the signature, so use a [`Verifier`](super::Verifier) for requests from outside.
    /// Fields that cannot be decoded are dropped and [reported](Self::decode_warnings). An event type that cannot be
    /// decoded is [unknown](EventType::Unknown).
    ///
    /// # Errors
    ///
    /// Returns [`ParseEventError`] if the body is not a JSON object, or has no `eventType`.
    pub fn parse(body: &[u8]) -> Result<Self, ParseEventError> {
        parse(body)
    }

    /// Parses an event like [`parse`](Self::parse), but fails if any field cannot be decoded.
    ///
    /// # Errors
    ///
    /// Returns [`ParseEventError`] under the conditions of [`parse`](Self::parse), and for the first field that cannot
    /// be decoded.
    pub fn parse_strict(body: &[u8]) -> Result<Self, ParseEventError> {
        let event = Self::parse(body)?;
        match event.warnings.first().first() {
            Some(warning) => Err(ParseEventError::from_warning(warning)),
            None => Ok(event),
        }
    }

    /// Returns the fields that could not be decoded and were dropped. Usually empty.
    #[must_use]
    pub fn decode_warnings(&self) -> &DecodeWarnings {
        &self.warnings
    }

    /// Returns the raw bytes of the whole event, to be stored in a durable queue before you respond. Restore the event
    /// with [`parse`](Self::parse).
    ///
    /// They may contain account numbers: do not log them.
    #[must_use]
    pub fn json(&self) -> &[u8] {
        &self.json
    }

    /// Returns the JSON of the payload, which includes fields that this crate does not know. `null` if there is no
    /// payload.
    ///
    /// Malformed values, such as a string that is not UTF-8, are replaced by `null`; [`json`](Self::json) has the raw
    /// bytes.
    #[must_use]
    pub fn payload_json(&self) -> &str {
        &self.payload_json
    }
}

/// Omits the raw JSON, which may contain account numbers.
impl fmt::Debug for Event {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Event")
            .field("event_type", &self.event_type)
            .field("event_id", &self.event_id)
            .field("timestamp", &self.timestamp)
            .field("account_id", &self.account_id)
            .field("profile_id", &self.profile_id)
            .field("version", &self.version)
            .field("payload", &self.payload)
            .field("warnings", &self.warnings.count())
            .finish_non_exhaustive()
    }
}

/// The error of [`Event::parse`]. Names the position and the expected JSON, but no values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseEventError {
    reason: String,
}

impl ParseEventError {
    fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }

    fn from_warning(warning: &DecodeWarning) -> Self {
        Self::new(warning.to_string())
    }

    fn malformed(error: &Error) -> Self {
        Self::new(format!("it is not JSON, at byte {}: {error}", error.offset()))
    }
}

impl fmt::Display for ParseEventError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the body is not an event: {}", self.reason)
    }
}

impl std::error::Error for ParseEventError {}

/// The fields that all events have. The payload is decoded later, because its type depends on `event_type`.
#[derive(Clone, Default, PartialEq)]
struct Envelope {
    event_type: Option<EventType>,
    event_id: Option<String>,
    timestamp: Option<DateTime<Utc>>,
    account_id: Option<String>,
    profile_id: Option<String>,
    version: Option<String>,
    payload: Vec<u8>,
}

impl Object for Envelope {
    fn decode_field(&mut self, key: &str, parser: &mut Parser<'_>) -> Result<bool, Error> {
        match key {
            "eventType" => json::field(&mut self.event_type, "eventType", parser)?,
            "eventId" => json::field(&mut self.event_id, "eventId", parser)?,
            "timestamp" => json::field(&mut self.timestamp, "timestamp", parser)?,
            "accountId" => json::field(&mut self.account_id, "accountId", parser)?,
            "profileId" => json::field(&mut self.profile_id, "profileId", parser)?,
            "version" => json::field(&mut self.version, "version", parser)?,
            "payload" => self.payload = parser.raw()?.into(),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl FromJson for Envelope {
    const EXPECTED: &'static str = "an object";
    const NESTED: bool = true;

    fn decode(parser: &mut Parser<'_>) -> Result<Found<Self>, Error> {
        json::decode_object(parser)
    }
}

fn parse(body: &[u8]) -> Result<Event, ParseEventError> {
    let (found, mut warnings) = json::decode::<Envelope>(body).map_err(|error| ParseEventError::malformed(&error))?;
    let envelope = match found {
        Found::Value(envelope) => envelope,
        Found::Nothing => return Err(ParseEventError::new("it is empty")),
        Found::Undecodable(kind) => return Err(not_an_object(kind)),
    };
    let event_type = match envelope.event_type {
        Some(event_type) => event_type,
        // Accepted as unknown: Meld would retry a rejected event for three days, equally damaged each time.
        None if is_damaged(&warnings, "eventType") => EventType::from(""),
        None => return Err(ParseEventError::new("it has no `eventType`")),
    };
    let (payload, inner) = decode_payload(&event_type, &envelope.payload);
    warnings.append(inner);
    warnings.log();
    let account_id = envelope.account_id.or_else(|| payload.account_id().map(str::to_owned));
    let payload_json = json::repair(&envelope.payload).unwrap_or_default();
    Ok(Event {
        event_type,
        event_id: envelope.event_id,
        timestamp: envelope.timestamp,
        account_id,
        profile_id: envelope.profile_id,
        version: envelope.version,
        payload,
        json: body.into(),
        payload_json: if payload_json.is_empty() { "null" } else { &payload_json }.into(),
        warnings,
    })
}

/// Returns `true` if a field is present, but its value cannot be decoded.
fn is_damaged(warnings: &DecodeWarnings, path: &str) -> bool {
    let is_kind = |kind| !matches!(kind, JsonKind::Array | JsonKind::Object);
    warnings.first().iter().any(|warning| warning.path == path && is_kind(warning.found))
}

fn not_an_object(kind: JsonKind) -> ParseEventError {
    ParseEventError::new(format!("it is {kind}"))
}

fn decode_payload(event_type: &EventType, json: &[u8]) -> (Payload, DecodeWarnings) {
    use EventType as Type;
    let payload = match event_type {
        Type::BankLinkingConnectionCompleted => known(json, Payload::ConnectionCompleted),
        Type::BankLinkingConnectionStatusChange => known(json, Payload::ConnectionStatusChange),
        Type::BankLinkingConnectionDeleted => known(json, Payload::ConnectionDeleted),
        Type::BankLinkingCustomerActionRequired => known(json, Payload::CustomerActionRequired),
        Type::BankLinkingNewAccountsAvailable => known(json, Payload::NewAccountsAvailable),
        Type::BankLinkingAccountsAdded => known(json, Payload::AccountsAdded),
        Type::BankLinkingAccountsUpdating => known(json, Payload::AccountsUpdating),
        Type::BankLinkingAccountsUpdated => known(json, Payload::AccountsUpdated),
        Type::BankLinkingAccountsRemoved => known(json, Payload::AccountsRemoved),
        Type::BankLinkingTransactionsAggregated => known(json, Payload::TransactionsAggregated),
        Type::BankLinkingHistoricalTransactionsAggregated => known(json, Payload::HistoricalTransactionsAggregated),
        Type::TransactionCryptoPending
        | Type::TransactionCryptoTransferring
        | Type::TransactionCryptoComplete
        | Type::TransactionCryptoFailed => known(json, Payload::CryptoTransaction),
        Type::TransactionFiatCreated | Type::TransactionFiatUpdated => known(json, Payload::FiatTransaction),
        Type::CustomerKycStatusChange => known(json, Payload::KycStatusChange),
        Type::WebhookTest | Type::Test => known(json, Payload::Test),
        Type::Unknown(_) => None,
    };
    payload.unwrap_or_else(|| unknown(json))
}

/// Decodes the payload of a known type. `None` if it takes too much memory.
fn known<T: FromJson + Default>(json: &[u8], payload: fn(T) -> Payload) -> Option<(Payload, DecodeWarnings)> {
    let (value, warnings) = decode(json).ok()?;
    Some((payload(value), warnings))
}

/// Keeps a payload as free-form JSON.
fn unknown(json: &[u8]) -> (Payload, DecodeWarnings) {
    let (content, warnings) = decode(json).unwrap_or_default();
    (Payload::Unknown(UnknownPayload::new(content)), warnings)
}

fn decode<T: FromJson + Default>(json: &[u8]) -> Result<(T, DecodeWarnings), Error> {
    if json.is_empty() {
        return Ok((T::default(), DecodeWarnings::default()));
    }
    let (value, warnings) = json::decode_at::<T>("payload", json)?;
    Ok((value.unwrap_or_default(), warnings))
}
