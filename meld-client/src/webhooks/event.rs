//! Events, read from what came.

use std::fmt;

use meld_client_core::Reports;
use meld_client_core::chrono::{DateTime, Utc};
use meld_client_core::json::{self, Found, FromJson, Kind, Object, Report};
use meld_client_core::serde::de::{Deserialize, Deserializer, MapAccess};
use meld_client_core::serde_json::value::RawValue;
use meld_client_core::serde_json::{self, Value};

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
    reports: Reports,
}

impl Event {
    /// Reads an event that was verified before, such as one out of a queue, by the bytes that [`json`](Self::json) gave.
    ///
    /// Nothing is checked here: whoever can send to the URL can send this. What comes from outside goes through a
    /// [`Verifier`](super::Verifier).
    ///
    /// # Errors
    /// It is no JSON object, or has no type. All else that cannot be read is left out and
    /// [reported](Self::reports).
    pub fn read(body: &[u8]) -> Result<Self, NotAnEvent> {
        let (event, reports) = json::collect(|| read(body));
        Ok(Self { reports, ..event? })
    }

    /// The same, but refuses what cannot be read as a whole.
    ///
    /// # Errors
    /// As [`read`](Self::read), and the first thing of the event that cannot be read.
    pub fn read_strict(body: &[u8]) -> Result<Self, NotAnEvent> {
        let event = Self::read(body)?;
        match event.reports.first().first() {
            Some(report) => Err(NotAnEvent::reported(report)),
            None => Ok(event),
        }
    }

    /// What could not be read of the event and was left out: empty in nearly every case.
    #[must_use]
    pub fn reports(&self) -> &Reports {
        &self.reports
    }

    /// The whole event as it came, byte by byte: what to store before the answer, in a queue that outlives the program.
    /// [`read`](Self::read) makes the event of it again.
    ///
    /// It may hold account numbers, which `Debug` leaves out: keep it out of logs.
    #[must_use]
    pub fn json(&self) -> &[u8] {
        &self.json
    }

    /// The payload as it came, for fields that are not known here; `null` if there is none.
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
            .field("reports", &self.reports.count())
            .finish_non_exhaustive()
    }
}

/// Why something is no event: where in it, and what was expected there, without values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAnEvent {
    reason: String,
}

impl NotAnEvent {
    fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }

    fn reported(report: &Report) -> Self {
        Self::new(report.to_string())
    }

    /// Not in the words of the parser, which may quote.
    fn unreadable(error: &serde_json::Error) -> Self {
        Self::new(format!("it is no JSON, at line {} column {}", error.line(), error.column()))
    }
}

impl fmt::Display for NotAnEvent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the body is no event: {}", self.reason)
    }
}

impl std::error::Error for NotAnEvent {}

/// What all events have. The payload is read when the type is known.
#[derive(Clone, Default, PartialEq)]
struct Envelope {
    event_type: Option<EventType>,
    event_id: Option<String>,
    timestamp: Option<DateTime<Utc>>,
    account_id: Option<String>,
    profile_id: Option<String>,
    version: Option<String>,
    payload: Option<Raw>,
}

impl Object for Envelope {
    fn read_field<'de, A: MapAccess<'de>>(
        &mut self,
        key: &str,
        map: &mut A,
    ) -> Result<bool, A::Error> {
        match key {
            "eventType" => json::field(&mut self.event_type, "eventType", map)?,
            "eventId" => json::field(&mut self.event_id, "eventId", map)?,
            "timestamp" => json::field(&mut self.timestamp, "timestamp", map)?,
            "accountId" => json::field(&mut self.account_id, "accountId", map)?,
            "profileId" => json::field(&mut self.profile_id, "profileId", map)?,
            "version" => json::field(&mut self.version, "version", map)?,
            "payload" => json::field(&mut self.payload, "payload", map)?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl FromJson for Envelope {
    const EXPECTED: &'static str = "an object";
    const NESTED: bool = true;

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Found<Self>, D::Error> {
        json::read_object(deserializer)
    }
}

/// Any JSON, as its text.
#[derive(Clone, PartialEq)]
struct Raw(Box<str>);

impl FromJson for Raw {
    const EXPECTED: &'static str = "any value";

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Found<Self>, D::Error> {
        let text: Box<str> = Box::<RawValue>::deserialize(deserializer)?.into();
        Ok(if &*text == "null" { Found::Nothing } else { Found::Value(Self(text)) })
    }
}

/// The payload inside of an event, so that reports have the whole path.
#[derive(Default)]
struct Within<T>(T);

impl<T: FromJson + Default> Object for Within<T> {
    fn read_field<'de, A: MapAccess<'de>>(
        &mut self,
        key: &str,
        map: &mut A,
    ) -> Result<bool, A::Error> {
        if key == "payload" {
            json::field(&mut self.0, "payload", map)?;
        }
        Ok(key == "payload")
    }
}

impl<T: FromJson + Default> FromJson for Within<T> {
    const EXPECTED: &'static str = "an object";
    const NESTED: bool = true;

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Found<Self>, D::Error> {
        json::read_object(deserializer)
    }
}

fn read(body: &[u8]) -> Result<Event, NotAnEvent> {
    let envelope =
        match json::read::<Envelope>(body).map_err(|error| NotAnEvent::unreadable(&error))? {
            Found::Value(envelope) => envelope,
            Found::Nothing => return Err(NotAnEvent::new("it is empty")),
            Found::Unreadable(kind) => return Err(not_an_object(kind)),
        };
    let Some(event_type) = envelope.event_type else {
        return Err(NotAnEvent::new("it has no `eventType`"));
    };
    let payload = read_payload(&event_type, body);
    let account_id = envelope.account_id.or_else(|| payload.account_id().map(str::to_owned));
    Ok(Event {
        event_type,
        event_id: envelope.event_id,
        timestamp: envelope.timestamp,
        account_id,
        profile_id: envelope.profile_id,
        version: envelope.version,
        payload,
        json: body.into(),
        payload_json: envelope.payload.map_or_else(|| "null".into(), |raw| raw.0),
        reports: Reports::default(),
    })
}

fn not_an_object(kind: Kind) -> NotAnEvent {
    NotAnEvent::new(format!("it is {kind}"))
}

fn read_payload(event_type: &EventType, body: &[u8]) -> Payload {
    use EventType as Type;
    let payload = match event_type {
        Type::BankLinkingConnectionCompleted => known(body, Payload::ConnectionCompleted),
        Type::BankLinkingConnectionStatusChange => known(body, Payload::ConnectionStatusChange),
        Type::BankLinkingConnectionDeleted => known(body, Payload::ConnectionDeleted),
        Type::BankLinkingCustomerActionRequired => known(body, Payload::CustomerActionRequired),
        Type::BankLinkingNewAccountsAvailable => known(body, Payload::NewAccountsAvailable),
        Type::BankLinkingAccountsAdded => known(body, Payload::AccountsAdded),
        Type::BankLinkingAccountsUpdating => known(body, Payload::AccountsUpdating),
        Type::BankLinkingAccountsUpdated => known(body, Payload::AccountsUpdated),
        Type::BankLinkingAccountsRemoved => known(body, Payload::AccountsRemoved),
        Type::BankLinkingTransactionsAggregated => known(body, Payload::TransactionsAggregated),
        Type::BankLinkingHistoricalTransactionsAggregated => {
            known(body, Payload::HistoricalTransactionsAggregated)
        }
        Type::TransactionCryptoPending
        | Type::TransactionCryptoTransferring
        | Type::TransactionCryptoComplete
        | Type::TransactionCryptoFailed => known(body, Payload::CryptoTransaction),
        Type::TransactionFiatCreated | Type::TransactionFiatUpdated => {
            known(body, Payload::FiatTransaction)
        }
        Type::CustomerKycStatusChange => known(body, Payload::KycStatusChange),
        Type::WebhookTest | Type::Test => known(body, Payload::Test),
        Type::Unknown(_) => None,
    };
    payload.unwrap_or_else(|| unknown(body))
}

/// The payload of a known type. Nothing if it is nested more deeply than `serde_json` reads, though it is JSON.
fn known<T: FromJson + Default>(body: &[u8], payload: fn(T) -> Payload) -> Option<Payload> {
    match json::read::<Within<T>>(body).ok()? {
        Found::Value(Within(value)) => Some(payload(value)),
        _ => Some(payload(T::default())),
    }
}

/// A payload that is kept as it came.
fn unknown(body: &[u8]) -> Payload {
    let content = match json::read::<Within<Value>>(body) {
        Ok(Found::Value(Within(content))) => content,
        _ => Value::Null,
    };
    Payload::Unknown(UnknownPayload::new(content))
}
