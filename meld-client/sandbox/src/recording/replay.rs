//! Chooses the recorded response of a request.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use axum::http::StatusCode;

use super::exchange::{self, Bindings, Exchange, Received, RecordedResponse};
use super::files;
use super::matching::{Comparison, MARK, restore, strings};
use super::vocabulary::Vocabulary;
use crate::conditions::most_similar;
use crate::error::Error;
use crate::flows::success::{Content, Success};
use crate::problem::Problem;
use crate::specs::{ApiVersion, Operation};

pub(crate) struct Replay {
    words: Vocabulary,
    exchanges: Vec<(String, Exchange)>,
    /// The replacements in the recording.
    replacements: BTreeSet<String>,
    progress: Mutex<Progress>,
}

/// The exchanges that were used, and the values of the client.
struct Progress {
    used: Vec<bool>,
    bindings: Bindings,
}

impl Replay {
    /// Reads a folder.
    pub fn read(folder: &Path, operations: &[Operation]) -> Result<Self, Error> {
        let exchanges = files::read(folder, operations)?;
        let mut replacements = BTreeSet::new();
        for (_, exchange) in &exchanges {
            strings(&exchange.request, &mut replacements);
            exchange.response.body.iter().for_each(|body| strings(body, &mut replacements));
        }
        let progress = Mutex::new(Progress { used: vec![false; exchanges.len()], bindings: Bindings::new() });
        Ok(Self { words: Vocabulary::new(operations), exchanges, replacements, progress })
    }

    /// Returns the response to a request: that of the first unused exchange that matches, or of the last one again.
    pub fn respond(
        &self,
        operation: &Operation,
        received: &Received<'_>,
    ) -> Result<(Success, Option<ApiVersion>), Problem> {
        let sent = exchange::request(operation, &self.words, received, &mut |text| format!("{MARK}{text}"));
        let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        let mut chosen: Option<(usize, Bindings)> = None;
        let mut nearest: Option<(usize, Vec<String>)> = None;
        for (index, (_, exchange)) in self.exchanges.iter().enumerate() {
            if operation.method.as_str() != exchange.method || operation.path != exchange.path {
                continue;
            }
            let (bindings, differences) = (progress.bindings.clone(), Vec::new());
            let mut comparison = Comparison { replacements: &self.replacements, bindings, differences };
            comparison.compare("", &exchange.request, &sent);
            let differences = comparison.differences;
            if differences.is_empty() {
                chosen = Some((index, comparison.bindings));
                if !progress.used[index] {
                    break;
                }
            } else if nearest.as_ref().is_none_or(|(_, known)| differences.len() < known.len()) {
                nearest = Some((index, differences));
            }
        }
        let Some((index, bindings)) = chosen else { return Err(self.unmatched(operation, nearest)) };
        progress.used[index] = true;
        progress.bindings = bindings;
        let (name, exchange) = &self.exchanges[index];
        let response = &exchange.response;
        if let Some(bytes) = response.bytes.filter(|_| response.status < 300) {
            let message =
                format!("The response of {name} was not JSON, so that only its length is known: {bytes} bytes");
            return Err(Problem::new(StatusCode::NOT_IMPLEMENTED, "NOT_SUPPORTED", message));
        }
        Ok((success(response, &progress.bindings), response.version))
    }

    /// Returns the refusal of a request that was not recorded.
    fn unmatched(&self, operation: &Operation, nearest: Option<(usize, Vec<String>)>) -> Problem {
        let call = format!("{} {}", operation.method, operation.path);
        let message = match nearest {
            Some((index, differences)) => {
                let (name, differences) = (&self.exchanges[index].0, differences.join(", "));
                format!("No recording of {call} matches. The nearest is {name}, whose request differs at {differences}")
            }
            None => {
                let calls = self.exchanges.iter().map(|(_, exchange)| format!("{} {}", exchange.method, exchange.path));
                let near = most_similar(&call, calls.collect()).into_iter().next().unwrap_or_default();
                let name = self.exchanges.iter().find(|(_, it)| format!("{} {}", it.method, it.path) == near);
                let name = name.map(|(name, _)| name.as_str()).unwrap_or_default();
                format!("{call} was not recorded. The nearest recording is {name}: {near}")
            }
        };
        Problem::new(StatusCode::NOT_IMPLEMENTED, "NOT_SUPPORTED", message)
    }
}

fn success(response: &RecordedResponse, bindings: &Bindings) -> Success {
    let content = response.body.as_ref().map(|body| Content::AsIs(restore(body, bindings)));
    Success {
        status: StatusCode::from_u16(response.status).ok(),
        retry_after: response.retry_after,
        headers: Vec::new(),
        content: content.unwrap_or_default(),
    }
}
