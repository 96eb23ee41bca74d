//! A call of every operation of every version, through the typed builders as a user would write it.

use std::future::Future;
use std::pin::Pin;

use meld_client_core::json::{FromJson, Json, ToJson, exact};
use meld_client_core::{Error, Operation, Request, ResponseValue, Transport, serde_json};

use crate::responses::MODULES;
use crate::values::Values;

/// The calls of a module of a version: one family of operations.
pub struct ModuleCalls {
    /// `v2026-02-03`.
    pub version: &'static str,
    /// `bank_linking`.
    pub family: &'static str,
    /// One for each operation.
    pub calls: &'static [Call],
}

/// One operation and its call.
pub struct Call {
    /// The operation.
    pub operation: &'static Operation,
    /// `true` if its body has fields that can be set to null.
    pub clears: bool,
    /// Decodes a body as its type, and encodes it; `None` for a call without JSON.
    pub recode: Option<Recode>,
    /// Builds the request.
    pub request: fn(&Transport, Fill, &mut Values) -> Result<Request, Error>,
    /// Builds the same request and sends it.
    pub send: fn(Transport, Fill, &mut Values) -> Sending,
}

/// Decodes a body, and encodes it again.
pub type Recode = fn(&[u8]) -> Result<String, String>;

/// The parts of a request that are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// Everything required.
    Minimal,
    /// Everything.
    Full,
    /// Everything required; every field that can be null is.
    Cleared,
}

/// A request that is being sent.
pub type Sending = Pin<Box<dyn Future<Output = Result<Outcome, Error>> + Send>>;

/// The result of a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The status of the response.
    pub status: u16,
    /// The number of values that could not be decoded.
    pub reports: usize,
    /// The report of the first of them.
    pub first_report: Option<String>,
    /// The header `Meld-Version` of the response.
    pub version: Option<String>,
    /// The response, encoded again; `None` if it has no body.
    pub value: Option<serde_json::Value>,
}

/// Decodes a body exactly, and encodes it.
fn recoded<T: FromJson + ToJson>(body: &[u8]) -> Result<String, String> {
    let body: T = exact::decode(body).map_err(|error| error.to_string())?;
    serde_json::to_string(&Json(&body)).map_err(|error| error.to_string())
}

/// The outcome of a call whose response has a body.
fn made<T: ToJson>(response: ResponseValue<T>) -> Outcome {
    // As a string first, as everything else is encoded: a serializer less to compile for each type.
    let text = serde_json::to_string(&Json(response.as_ref()));
    let value = text.and_then(|text| serde_json::from_str(&text)).ok();
    Outcome { value, ..nothing_made(response) }
}

/// The outcome of a call whose response has no body.
fn nothing_made<T>(response: ResponseValue<T>) -> Outcome {
    let reports = response.decode_warnings();
    Outcome {
        status: response.status().as_u16(),
        reports: reports.count(),
        first_report: reports.first().first().map(ToString::to_string),
        version: response.version().map(str::to_owned),
        value: None,
    }
}

/// Every request that a call can make: minimal, full, and cleared if it has nullable fields. Alternatives, such as
/// parameters that exclude each other, take turns.
pub fn variations(call: &Call, transport: &Transport) -> Result<Vec<(Fill, usize)>, Error> {
    let mut variations = Vec::new();
    for fill in [Fill::Minimal, Fill::Full, Fill::Cleared] {
        if fill == Fill::Cleared && !call.clears {
            continue;
        }
        let mut values = Values::new(0);
        (call.request)(transport, fill, &mut values)?;
        variations.extend((0..values.turns()).map(|turn| (fill, turn)));
    }
    Ok(variations)
}

/// A request to send.
#[derive(Clone, Copy)]
pub struct Planned {
    /// `v2026-02-03`.
    pub version: &'static str,
    /// `bank_linking`.
    pub family: &'static str,
    /// The operation.
    pub operation: &'static Operation,
    /// Its call.
    pub call: &'static Call,
    /// The parts that are set.
    pub fill: Fill,
    /// The turn of its alternatives.
    pub turn: usize,
    /// The number of turns.
    pub turns: usize,
}

/// Every request of every operation, in the order of the operations.
pub fn planned(transport: &Transport) -> Result<Vec<Planned>, Error> {
    let mut planned = Vec::new();
    for operation in MODULES.iter().flat_map(|module| module.operations.iter().copied()) {
        let calls = CALLS.iter().flat_map(|m| m.calls.iter().map(move |call| (m, call)));
        for (module, call) in calls.filter(|(_, call)| call.operation == operation) {
            let variations = variations(call, transport)?;
            for &(fill, turn) in &variations {
                let turns = variations.iter().filter(|(other, _)| *other == fill).count();
                let ModuleCalls { version, family, .. } = *module;
                planned.push(Planned { version, family, operation, call, fill, turn, turns });
            }
        }
    }
    Ok(planned)
}

impl Planned {
    /// `create_quote (full 1 of 2)`.
    pub fn title(&self) -> String {
        let fill = format!("{:?}", self.fill).to_lowercase();
        let turn = match self.turns {
            1 => String::new(),
            turns => format!(" {} of {turns}", self.turn + 1),
        };
        format!("{} ({fill}{turn})", self.operation.rust_name)
    }

    /// The title with the module, for messages.
    pub fn place(&self) -> String {
        format!("{} {} {}", self.version, self.family, self.title())
    }

    /// Builds the request.
    pub fn request(&self, transport: &Transport) -> Result<Request, Error> {
        (self.call.request)(transport, self.fill, &mut Values::new(self.turn))
    }

    /// Sends the request.
    pub fn send(&self, transport: Transport) -> Sending {
        (self.call.send)(transport, self.fill, &mut Values::new(self.turn))
    }
}

/// The identity of an operation: version, family, method and path.
pub fn key(operation: &Operation) -> String {
    // Variants of an operation have the same method and path.
    let Operation { version, family, operation_id, .. } = operation;
    format!("{version} {family} {operation} {operation_id}")
}

include!(concat!(env!("OUT_DIR"), "/calls.rs"));
