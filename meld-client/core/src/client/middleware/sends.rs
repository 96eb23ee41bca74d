//! The record of what layers sent within one attempt.

use http::StatusCode;

use crate::error::outcome::{Earlier, Evidence};

/// The requests that were sent within one attempt. There are several if a layer repeats them.
#[derive(Debug, Default)]
pub(crate) struct Sends {
    /// `true` once the attempt has ended. A layer may hold its request for longer.
    is_closed: bool,
    all: Vec<Sent>,
}

#[derive(Clone, Copy, Debug)]
struct Sent {
    /// The status of the response, if one arrived.
    status: Option<StatusCode>,
    evidence: Evidence,
}

/// The reason why a request must not be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The attempt has ended.
    Closed,
    /// The operation must not be repeated.
    Repeated,
}

impl Sends {
    /// Starts sending, and returns the number of the request. Its outcome is unknown until
    /// [`finish`](Self::finish).
    pub(crate) fn start(&mut self, may_repeat: bool) -> Result<usize, Refusal> {
        if self.is_closed {
            return Err(Refusal::Closed);
        }
        if !may_repeat && !self.none_was_executed() {
            return Err(Refusal::Repeated);
        }
        self.all.push(Sent { status: None, evidence: Evidence::Inconclusive });
        Ok(self.all.len() - 1)
    }

    /// Records the response to a request, or the evidence of its failure.
    pub(crate) fn finish(&mut self, number: usize, result: Result<StatusCode, Evidence>) {
        if let Some(sent) = self.all.get_mut(number) {
            *sent = match result {
                // The code of an error status is not known here, and could revert what the status proves.
                Ok(status) if status.is_success() => Sent { status: Some(status), evidence: Evidence::Accepted },
                Ok(status) => Sent { status: Some(status), evidence: Evidence::Inconclusive },
                Err(evidence) => Sent { status: None, evidence },
            };
        }
    }

    /// Ends the attempt: nothing is sent from now on.
    pub(crate) fn close(&mut self) {
        self.is_closed = true;
    }

    /// Returns `true` if nothing was sent, or nothing that can have been executed.
    pub(crate) fn none_was_executed(&self) -> bool {
        self.all.iter().all(|sent| sent.evidence == Evidence::RefusesAttempt)
    }

    /// Returns what is known of the requests that the result of the attempt does not stand for. The result has a status
    /// if it is a response.
    pub(crate) fn other_than(&self, status: Option<StatusCode>) -> Earlier {
        let represented = self.all.iter().rposition(|sent| sent.status == status);
        let others = self.all.iter().enumerate().filter(|(number, _)| Some(*number) != represented);
        others.fold(Earlier::NotExecuted, |earlier, (_, sent)| earlier.after(sent.evidence))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OK: StatusCode = StatusCode::OK;
    const FORBIDDEN: StatusCode = StatusCode::FORBIDDEN;

    #[test]
    fn only_sends_without_result_count_as_earlier() {
        let mut sends = Sends::default();
        assert_eq!(sends.other_than(Some(OK)), Earlier::NotExecuted);
        let first = sends.start(true).unwrap();
        assert_eq!(sends.other_than(None), Earlier::NotExecuted);
        sends.finish(first, Err(Evidence::RefusesAttempt));
        let second = sends.start(true).unwrap();
        sends.finish(second, Ok(FORBIDDEN));
        assert_eq!(sends.other_than(Some(FORBIDDEN)), Earlier::NotExecuted);
        // A layer that hides the response.
        assert_eq!(sends.other_than(Some(StatusCode::TOO_MANY_REQUESTS)), Earlier::Unknown);
        let third = sends.start(true).unwrap();
        assert_eq!(sends.other_than(Some(FORBIDDEN)), Earlier::Unknown);
        sends.finish(third, Ok(OK));
        assert_eq!(sends.other_than(Some(FORBIDDEN)), Earlier::Accepted);
    }

    #[test]
    fn unsafe_repeats_and_late_sends_are_refused() {
        let mut sends = Sends::default();
        let first = sends.start(false).unwrap();
        assert_eq!(sends.start(false), Err(Refusal::Repeated));
        sends.finish(first, Err(Evidence::RefusesAttempt));
        assert_eq!(sends.start(false), Ok(1));
        sends.close();
        assert_eq!(sends.start(true), Err(Refusal::Closed));
    }
}
