//! The attempts of one idempotent request, shared by its clones.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use meld_client_core::outcome::{Earlier, Evidence, Execution};

/// The attempts of one idempotent request. Clones share them.
#[derive(Clone, Debug)]
pub(super) struct Attempts {
    state: Arc<Mutex<State>>,
    honors_key: bool,
}

#[derive(Debug)]
struct State {
    /// The number of attempts that have not ended.
    in_flight: usize,
    /// The combined outcome of the ended attempts. It never decreases, because a refusal proves nothing about earlier
    /// ones.
    ended: Earlier,
    /// `true` once an attempt was started, by this process or another one.
    has_started: bool,
}

/// The knowledge of attempts by other processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum History {
    /// There were none, or none of them was executed.
    Unsent,
    /// One of them may have been executed.
    Unknown,
}

impl Attempts {
    /// Starts with what is known of attempts by other processes. `honors_key` says that the operation executes requests
    /// with the same key only once.
    pub(super) fn new(history: History, honors_key: bool) -> Self {
        let ended = match history {
            History::Unsent => Earlier::NotExecuted,
            History::Unknown => Earlier::Unknown,
        };
        let state = State { in_flight: 0, ended, has_started: history == History::Unknown };
        Self { state: Arc::new(Mutex::new(state)), honors_key }
    }

    /// Registers an attempt before it is sent.
    pub(super) fn start(&self) -> Attempt {
        let mut state = self.lock();
        (state.in_flight, state.has_started) = (state.in_flight + 1, true);
        drop(state);
        Attempt { attempts: self.clone(), has_ended: false }
    }

    pub(super) fn has_started(&self) -> bool {
        self.lock().has_started
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An attempt in flight. If it is dropped (cancelled), its outcome is unknown.
#[derive(Debug)]
pub(super) struct Attempt {
    attempts: Attempts,
    has_ended: bool,
}

impl Attempt {
    /// Ends the attempt and returns the combined outcome of all attempts. `retried` is the outcome of the retries
    /// before the last one in the same call.
    pub(super) fn end(mut self, evidence: Evidence, retried: Earlier) -> Execution {
        self.has_ended = true;
        let mut state = self.attempts.lock();
        state.in_flight -= 1;
        state.ended = state.ended.max(retried);
        // Other attempts in flight may still be executed.
        let others = if state.in_flight > 0 { Earlier::Unknown } else { Earlier::NotExecuted };
        let execution = Execution::of(evidence, state.ended.max(others), self.attempts.honors_key);
        state.ended = state.ended.after(evidence);
        execution
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        if !self.has_ended {
            let mut state = self.attempts.lock();
            state.in_flight -= 1;
            state.ended = state.ended.max(Earlier::Unknown);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFUSED: (Evidence, Earlier) = (Evidence::RefusesAttempt, Earlier::NotExecuted);

    fn fresh() -> Attempts {
        Attempts::new(History::Unsent, true)
    }

    fn end(attempt: Attempt, (evidence, retried): (Evidence, Earlier)) -> Execution {
        attempt.end(evidence, retried)
    }

    #[test]
    fn refusals_are_certain_only_when_alone() {
        let order = fresh();
        let (first, second) = (order.start(), order.clone().start());
        assert_eq!(end(first, REFUSED), Execution::Unknown, "another attempt is in flight");
        assert_eq!(end(second, REFUSED), Execution::NotExecuted, "both were refused");
    }

    #[test]
    fn retries_within_a_call_count_as_attempts() {
        let order = fresh();
        let retried = (Evidence::RefusesAttempt, Earlier::Unknown);
        assert_eq!(end(order.start(), retried), Execution::Unknown);
        assert_eq!(end(order.start(), REFUSED), Execution::Unknown);
    }

    #[test]
    fn accepted_orders_are_never_refused() {
        for accepted in [Evidence::Accepted, Evidence::Executed] {
            let order = fresh();
            end(order.start(), (accepted, Earlier::NotExecuted));
            let content = (Evidence::RefusesRequest, Earlier::NotExecuted);
            assert_eq!(end(order.start(), content), Execution::Unknown);
        }
    }
}
