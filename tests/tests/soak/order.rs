//! Idempotent requests that are sent until their outcome is known.

use std::time::Duration;

use meld_client::payments::{IdempotentExt, IdempotentRequest, Outcome};
use meld_client::{Call, Decimal};

/// The most attempts to resolve an unknown outcome, beyond the client's own retries.
pub const RESENT_AT_MOST: usize = 50;
/// The delay before each of these attempts.
pub const BEFORE_RESENDING: Duration = Duration::from_millis(100);

/// An idempotent request and its known outcome.
pub struct Order {
    /// The noun for its figures.
    pub kind: &'static str,
    pub key: String,
    pub amount: Decimal,
    pub resent: usize,
    pub end: End,
    /// The end of the money that the order moves later, such as by the submission of a transfer.
    pub moved: Option<End>,
    /// Nouns for what has happened to it, which are counted.
    pub notes: Vec<&'static str>,
}

/// The end of an order.
#[derive(Debug, PartialEq)]
pub enum End {
    /// Executed, as this transaction or order.
    Done(String),
    /// Rejected, and not to be retried.
    Refused,
    /// Unknown after all attempts.
    Unknown,
}

/// Sends a request, and again with the same key while its outcome is unknown, as users of the client have to. Trusts the
/// client's outcome. Returns the response, too, if the request was executed.
pub async fn ordered<C: Call>(
    kind: &'static str,
    call: C,
    amount: Decimal,
    id: impl Fn(&C::Output) -> Option<String>,
) -> (Order, Option<C::Output>) {
    let request = call.idempotent().unwrap();
    let order =
        |resent, end| Order { kind, key: key_of(&request), amount, resent, end, moved: None, notes: Vec::new() };
    for resent in 0..RESENT_AT_MOST {
        match request.send().await {
            Ok(Outcome::Completed(response)) => {
                let response = response.into_inner();
                if let Some(id) = id(&response) {
                    return (order(resent, End::Done(id)), Some(response));
                }
            }
            Ok(_) => {}
            Err(_) => return (order(resent, End::Refused), None),
        }
        // The client does not retry refunds by itself; a request in progress needs time.
        tokio::time::sleep(BEFORE_RESENDING).await;
    }
    (order(RESENT_AT_MOST, End::Unknown), None)
}

pub fn key_of<C: Call>(request: &IdempotentRequest<C>) -> String {
    request.key().idempotency_key().to_string()
}
