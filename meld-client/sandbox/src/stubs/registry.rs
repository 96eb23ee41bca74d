//! The stubs of a running server.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::response::StubResponse;
use super::rule::StubRule;
use super::unmet::UnmetStubs;
use crate::call::Call;
use crate::conditions::{Counter, Position, matches_operation};

/// The maximum number of unexpected calls that are kept.
const MAX_UNEXPECTED: usize = 100;

struct Entry {
    id: u64,
    rule: StubRule,
    counter: Counter,
    /// The number of calls that it took.
    calls: u64,
}

/// The stubs of a server in a file.
#[derive(Default, Deserialize, Serialize)]
pub(crate) struct SavedStubs {
    pub entries: Vec<SavedStub>,
    added: u64,
    unexpected: Vec<String>,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct SavedStub {
    id: u64,
    pub rule: StubRule,
    calls: u64,
    position: Position,
}

/// The stubs of a running server, oldest first.
#[derive(Default)]
pub(crate) struct Stubs {
    entries: Vec<Entry>,
    added: u64,
    /// `true` if calls that no stub takes are refused.
    pub only: bool,
    unexpected: Vec<String>,
}

impl Stubs {
    /// Creates a registry without stubs. If `only` is `true`, calls that no stub takes are unexpected.
    pub fn new(only: bool) -> Self {
        Self { only, ..Self::default() }
    }

    /// Adds a stub and returns its id.
    pub fn add(&mut self, rule: StubRule, seed: u64) -> u64 {
        self.added += 1;
        let counter = Counter::new(seed, &format!("stub {}", self.added));
        self.entries.push(Entry { id: self.added, rule, counter, calls: 0 });
        self.added
    }

    /// Returns the stubs and their numbers of calls for a file.
    pub fn save(&self) -> SavedStubs {
        let one = |entry: &Entry| SavedStub {
            id: entry.id,
            rule: entry.rule.clone(),
            calls: entry.calls,
            position: entry.counter.position(),
        };
        let entries = self.entries.iter().map(one).collect();
        SavedStubs { entries, added: self.added, unexpected: self.unexpected.clone() }
    }

    /// Continues with the stubs of a file.
    pub fn resume(&mut self, saved: SavedStubs, seed: u64) {
        let one = |SavedStub { id, rule, calls, position }| {
            let counter = Counter::resume(seed, &format!("stub {id}"), position);
            Entry { id, rule, counter, calls }
        };
        self.entries = saved.entries.into_iter().map(one).collect();
        (self.added, self.unexpected) = (saved.added, saved.unexpected);
    }

    pub fn clear(&mut self) {
        self.entries.clear();
        self.unexpected.clear();
    }

    /// Returns the number of calls that a stub took.
    pub fn calls(&self, id: u64) -> u64 {
        self.entries.iter().find(|entry| entry.id == id).map_or(0, |entry| entry.calls)
    }

    /// Returns the response of the first stub that takes a call. All stubs that match count it.
    pub fn choose(&mut self, call: &Call) -> Option<StubResponse> {
        let mut chosen = None;
        let (mut reasons, mut is_expected) = (Vec::new(), false);
        for entry in self.entries.iter_mut().filter(|entry| matches_operation(&entry.rule.operation, call.operation)) {
            is_expected |= entry.rule.is_occasional();
            if let Some(reason) = entry.rule.mismatch(call) {
                reasons.push(reason);
            } else if entry.counter.count(entry.rule.nth, entry.rule.probability) && chosen.is_none() {
                chosen = entry.rule.response(entry.calls).cloned();
                entry.calls += u64::from(chosen.is_some());
                if chosen.is_none() {
                    reasons.push(format!("all {} responses are used", entry.calls));
                }
            }
        }
        let is_unexpected = self.only || (!is_expected && !reasons.is_empty());
        if chosen.is_none() && is_unexpected && self.unexpected.len() < MAX_UNEXPECTED {
            let operation = call.operation;
            if reasons.is_empty() {
                reasons.push("no stub takes the call".to_owned());
            }
            self.unexpected.push(format!("{} {}: {}", operation.method, operation.path, reasons.join("; ")));
        }
        chosen
    }

    /// Returns an error if a stub was not used as declared or a call was unexpected.
    pub fn check(&self) -> Result<(), UnmetStubs> {
        let unused = self.entries.iter().filter(|entry| entry.calls < entry.rule.expected_calls());
        let unused = unused.map(|entry| {
            let expected = entry.rule.expected_calls();
            format!("{}: {} of {expected} calls", entry.rule, entry.calls)
        });
        let unmet = UnmetStubs { unused: unused.collect(), unexpected: self.unexpected.clone() };
        if unmet == UnmetStubs::default() { Ok(()) } else { Err(unmet) }
    }

    /// Returns all stubs with their numbers of calls.
    pub fn to_json(&self) -> Value {
        let stubs =
            self.entries.iter().map(|entry| json!({ "id": entry.id, "calls": entry.calls, "stub": entry.rule }));
        stubs.collect()
    }
}
