//! What the sandbox remembers, by flow.

pub(crate) mod idempotency;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;

use crate::documents::Operation;
use crate::envelope::Problem;
use crate::random::{identifier, seeded};

/// A request that was checked and is to be carried out.
pub(crate) struct Call {
    pub operation: &'static Operation,
    pub path: BTreeMap<String, String>,
    pub query: BTreeMap<String, String>,
    pub body: Value,
    /// Path and query as they were sent.
    pub target: String,
    pub idempotency_key: Option<String>,
    pub request_id: String,
    pub now: DateTime<Utc>,
    pub base_url: String,
}

/// Carries a request out.
pub(crate) type Handler = fn(&mut State, &Call) -> Result<Value, Problem>;

/// Everything that is remembered.
pub(crate) struct State {
    random: ChaCha8Rng,
    pub replays: idempotency::Replays,
}

impl State {
    pub fn new(seed: u64) -> Self {
        Self { random: seeded(seed, "state"), replays: BTreeMap::new() }
    }

    /// A new id.
    pub fn identifier(&mut self) -> String {
        identifier(&mut self.random)
    }

    /// Lets everything happen that has come due.
    pub fn catch_up(&mut self, _now: DateTime<Utc>) {}
}

/// What carries an operation out. All others are answered from their schemas.
pub(crate) fn handler(_operation: &str) -> Option<Handler> {
    None
}
