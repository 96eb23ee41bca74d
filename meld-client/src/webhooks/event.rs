//! Events, read from what came.

use std::fmt;

use meld_client_core::DecodeWarnings;
use meld_client_core::chrono::{DateTime, Utc};
use meld_client_core::json::{
    self, DecodeWarning, Error, Found, FromJson, JsonKind, Object, Parser,
};

use super::{EventType, Payload, UnknownPayload};

/// Something that happened, as Meld tells it.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Event {
    /// What kind of event it is.
    pub event_type: EventType,
    /// The id of the event. An event can come more than once and has the same id each time: do nothing about an id
    /// that was there before.
    pub event_id: Option<String>,
    /// When it happened.
    pub timestamp: Option<DateTime<Utc>>,
    /// The account at Meld, from the event or else from its payload.
    pub account_id: Option<String>,
    /// The webhook profile that it is sent for.
    pub profile_id: Option<String>,
    /// The version of the payload, a date.
    pub version: Option<String>,
    /// What it says.
    pub payload: Payload,
    json: Box<[u8]>,
    payload_json: Box<str>,
    warnings: DecodeWarnings,
}

impl Event {
    /// Reads an event that was verified before, such as one out of a queue, by the bytes that [`json`](Self::json) gave.
    ///
    /// Nothing is checked here: whoever can send to the URL can send this. What comes from outside goes through a
    /// [`Verifier`](super::Verifier).
    ///
    /// # Errors
    /// It is no JSON object, or has no type. All else that cannot be read is left out and
    /// [reported](Self::decode_warnings); a type that is damaged is [unknown](EventType::Unknown).
    pub fn read(body: &[u8]) -> Result<Self, ParseEventError> {
        read(body)
    }

    /// The same, but refuses what cannot be read as a whole.
    ///
    /// # Errors
    /// As [`read`](Self::read), and the first thing of the event that cannot be read.
    pub fn read_strict(body: &[u8]) -> Result<Self, ParseEventError> {
        let event = Self::read(body)?;
        match event.warnings.first().first() {
            Some(warning) => Err(ParseEventError::from_warning(warning)),
            None => Ok(event),
        }
    }

    /// What could not be read of the event and was left out: empty in nearly every case.
    #[must_use]
    pub fn decode_warnings(&self) -> &DecodeWarnings {
        &self.warnings
    }

    /// The whole event as it came, byte by byte: what to store before the response, in a queue that outlives the program.
    /// [`read`](Self::read) makes the event of it again.
    ///
    /// It may hold account numbers, which `Debug` leaves out: keep it out of logs.
    #[must_use]
    pub fn json(&self) -> &[u8] {
        &self.json
    }

    /// The payload as it came, for fields that are not known here; `null` if there is none.
    ///
    /// Damaged values in it, such as a string that is not UTF-8, are `null`. [`json`](Self::json) has them as they came.
    #[must_use]
    pub fn payload_json(&self) -> &str {
        &self.payload_json
    }
}

/// Without the payload as it came, which may hold account numbers.
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

/// Why something is no event: where in it, and what was expected there, without values.
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

    fn unreadable(error: &Error) -> Self {
        Self::new(format!("it is no JSON, at byte {}: {error}", error.offset()))
    }
}

impl fmt::Display for ParseEventError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the body is no event: {}", self.reason)
    }
}

impl std::error::Error for ParseEventError {}

/// What all events have. The payload is read when the type is known.
#[derive(Clone, Default, PartialEq)]
struct Envelope {
    event_type: Option<EventType>,
    event_id: Option<String>,
    timestamp: Option<DateTime<Utc>>,
    account_id: Option<String>,
    profile_id: Option<String>,
    version: Option<String>,
    /// As it came.
    payload: Vec<u8>,
}

impl Object for Envelope {
    fn read_field(&mut self, key: &str, parser: &mut Parser<'_>) -> Result<bool, Error> {
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

    fn read(parser: &mut Parser<'_>) -> Result<Found<Self>, Error> {
        json::read_object(parser)
    }
}

fn read(body: &[u8]) -> Result<Event, ParseEventError> {
    let (found, mut warnings) =
        json::read::<Envelope>(body).map_err(|error| ParseEventError::unreadable(&error))?;
    let envelope = match found {
        Found::Value(envelope) => envelope,
        Found::Nothing => return Err(ParseEventError::new("it is empty")),
        Found::Unreadable(kind) => return Err(not_an_object(kind)),
    };
    let event_type = match envelope.event_type {
        Some(event_type) => event_type,
        // Refused, the event would come again for three days and be as damaged each time.
        None if is_damaged(&warnings, "eventType") => EventType::from(""),
        None => return Err(ParseEventError::new("it has no `eventType`")),
    };
    let (payload, inner) = read_payload(&event_type, &envelope.payload);
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

/// Returns `true` if the value of a field was there, and was no JSON.
fn is_damaged(warnings: &DecodeWarnings, path: &str) -> bool {
    let is_kind = |kind| !matches!(kind, JsonKind::Array | JsonKind::Object);
    warnings.first().iter().any(|warning| warning.path == path && is_kind(warning.found))
}

fn not_an_object(kind: JsonKind) -> ParseEventError {
    ParseEventError::new(format!("it is {kind}"))
}

fn read_payload(event_type: &EventType, json: &[u8]) -> (Payload, DecodeWarnings) {
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
        Type::BankLinkingHistoricalTransactionsAggregated => {
            known(json, Payload::HistoricalTransactionsAggregated)
        }
        Type::TransactionCryptoPending
        | Type::TransactionCryptoTransferring
        | Type::TransactionCryptoComplete
        | Type::TransactionCryptoFailed => known(json, Payload::CryptoTransaction),
        Type::TransactionFiatCreated | Type::TransactionFiatUpdated => {
            known(json, Payload::FiatTransaction)
        }
        Type::CustomerKycStatusChange => known(json, Payload::KycStatusChange),
        Type::WebhookTest | Type::Test => known(json, Payload::Test),
        Type::Unknown(_) => None,
    };
    payload.unwrap_or_else(|| unknown(json))
}

/// The payload of a known type. `None` if it takes too much memory.
fn known<T: FromJson + Default>(
    json: &[u8],
    payload: fn(T) -> Payload,
) -> Option<(Payload, DecodeWarnings)> {
    let (value, warnings) = decode(json).ok()?;
    Some((payload(value), warnings))
}

/// A payload that is kept as it came.
fn unknown(json: &[u8]) -> (Payload, DecodeWarnings) {
    let (content, warnings) = decode(json).unwrap_or_default();
    (Payload::Unknown(UnknownPayload::new(content)), warnings)
}

fn decode<T: FromJson + Default>(json: &[u8]) -> Result<(T, DecodeWarnings), Error> {
    if json.is_empty() {
        return Ok((T::default(), DecodeWarnings::default()));
    }
    let (value, warnings) = json::read_at::<T>("payload", json)?;
    Ok((value.unwrap_or_default(), warnings))
}
