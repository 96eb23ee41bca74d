//! Panics of handlers.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

/// Awaits a handler. Returns the reason of its failure, also if it panics: otherwise one record would end the program's
/// loop again and again, and never be parked.
pub(crate) async fn handled<E: ToString>(handling: impl Future<Output = Result<(), E>>) -> Result<(), String> {
    let mut handling = pin!(handling);
    let result = poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| handling.as_mut().poll(context))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(result)) => Poll::Ready(result.map_err(|error| error.to_string())),
        Err(_) => Poll::Ready(Err("the handler panicked".to_owned())),
    });
    result.await
}
