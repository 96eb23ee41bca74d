//! One request to the action endpoint, with its token.

use std::sync::{Mutex, PoisonError};

use meld_client_core::uuid::Uuid;
use meld_client_core::{Call, Error, ErrorKind, RetryPolicy, SecretString};

use super::advice::Advice;
use super::state::TransferState;
use super::versions::{Action, Order, State, Target, Transfers};
use crate::polling::{Poll, TimeLeft};

/// A request to the action endpoint.
pub(super) enum Sent {
    /// An action with its idempotency key.
    Action(Action, Uuid),
    /// A query, which is rejected with a key.
    Query(&'static str),
}

/// The result of a request.
pub(super) enum ActionResult {
    /// The state of the order.
    State(Box<TransferState>),
    /// Meld refused the action. The order must be read.
    Refused(Error),
    /// The action may have been executed.
    Unknown(Error),
}

/// The action endpoint of one order. The action token is its only credential.
pub(super) struct Endpoint<C> {
    client: C,
    provider: String,
    order_id: String,
    token: Mutex<SecretString>,
}

impl<C: Transfers> Endpoint<C> {
    /// Returns the endpoint of an order, if it is the documented one. The token is sent nowhere else.
    pub(super) fn of(client: C, order: &C::Order) -> Result<Self, Error> {
        let fields = order.fields();
        let required = |value: Option<&str>, name| value.map(str::to_owned).ok_or_else(|| Error::missing(name));
        let expected = fields.expected_endpoint();
        if fields.endpoint.is_some() && fields.endpoint != expected.as_deref() {
            return Err(Error::invalid("paymentActions.endpoint", "is not the documented path of the actions"));
        }
        Ok(Self {
            client,
            provider: required(fields.provider, "serviceProvider")?,
            order_id: required(fields.id, "id")?,
            token: Mutex::new(token(order)?),
        })
    }

    pub(super) fn order_id(&self) -> &str {
        &self.order_id
    }

    /// Reads the order, and keeps its new token.
    pub(super) async fn read_order(&self, left: Option<TimeLeft>) -> Result<C::Order, Error> {
        let mut call = self.client.get_order(&self.order_id);
        if let Some(left) = left {
            left.limit(call.options_mut());
        }
        let order = send(call).await?;
        *self.token.lock().unwrap_or_else(PoisonError::into_inner) = token(&order)?;
        Ok(order)
    }

    /// Sends a request, once more with a new token if the token has expired.
    pub(super) async fn attempt(&self, sent: &Sent, left: TimeLeft) -> Result<Poll<ActionResult>, Error> {
        let mut is_refreshed = false;
        loop {
            let error = match self.send(sent, left).await {
                Ok(state) => return Ok(Poll::Ready(ActionResult::State(Box::new(state)))),
                Err(error) => error,
            };
            let is_query = matches!(sent, Sent::Query(_));
            return match Advice::of(&error) {
                Advice::RefreshToken if !is_refreshed => {
                    is_refreshed = true;
                    self.read_order(Some(left)).await?;
                    continue;
                }
                Advice::Wait => Ok(Poll::Pending { retry_after: error.retry_after() }),
                Advice::ReadOrder => Ok(Poll::Ready(ActionResult::Refused(error))),
                // Queries change nothing, so that they can be repeated.
                Advice::Unknown | Advice::ReadState if !is_query => Ok(Poll::Ready(ActionResult::Unknown(error))),
                _ => Err(error),
            };
        }
    }

    /// Sends a request without retries, which follow the rules of the endpoint.
    async fn send(&self, sent: &Sent, left: TimeLeft) -> Result<TransferState, Error> {
        let token = self.token.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let target = Target { provider: self.provider.clone(), order_id: self.order_id.clone(), token };
        match sent {
            Sent::Action(action, key) => state(self.client.run(&target, action, *key), left).await,
            Sent::Query(query) => state(self.client.query(&target, query), left).await,
        }
    }
}

fn token(order: &impl Order) -> Result<SecretString, Error> {
    let token = order.fields().token.filter(|token| !token.0.is_empty());
    token.map(|token| token.0.into()).ok_or_else(|| Error::missing("actionToken"))
}

/// Sends a call whose response is a state, also with status 503.
async fn state<A: Call<Output: State>>(mut call: A, left: TimeLeft) -> Result<TransferState, Error> {
    left.limit(call.options_mut());
    let sent = send(call.with_retry_policy(RetryPolicy::never())).await;
    match sent {
        Ok(state) => Ok(state.state()),
        Err(error) if matches!(error.kind(), ErrorKind::Api(_)) && Advice::of(&error) == Advice::ReadState => {
            // A body without a state is that of a gateway.
            let state = error.decode_body::<A::Output>().map(|state| state.state());
            state.ok().filter(TransferState::is_outcome_unknown).ok_or(error)
        }
        Err(error) => Err(error),
    }
}

async fn send<A: Call>(call: A) -> Result<A::Output, Error> {
    let transport = call.transport().clone();
    Ok(A::send_request(&transport, call.into_request()?).await?.into_inner())
}
