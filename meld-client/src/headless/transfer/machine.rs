//! A transfer as a state machine.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use meld_client_core::Error;

use super::attempt::{ActionResult, Endpoint, Sent};
use super::idempotency_keys;
use super::state::{TransferNextStep, TransferState};
use super::versions::{Action, Order, Transfers};
use crate::polling::{Poll, Polling};

/// A transfer in progress. Returned by [`TransferExt::transfer`](super::TransferExt::transfer) and
/// [`TransferExt::resume_transfer`](super::TransferExt::resume_transfer).
///
/// [`step`](Self::step) returns the next step, which has only the methods that Meld allows in it. Each method updates
/// the transfer.
///
/// - The action token is only sent to the action endpoint, and never together with the API key. If it has expired, the
///   order is read for a new one, and the action is retried with the same key.
/// - The keys are those that Meld requires: none for queries, one for the submission of an order, and a new one for
///   each attempt of the customer. They need not be stored.
/// - A submission without a known result is read, and never repeated.
pub struct Transfer<C: Transfers> {
    endpoint: Endpoint<C>,
    order: C::Order,
    state: TransferState,
    /// `true` after a submission without a response, until the submission is read.
    is_outcome_unknown: bool,
    polling: Polling,
}

/// The result of an action. Match it exhaustively: there will be no other values.
///
/// The transfer is updated in any case: continue with its [`step`](Transfer::step).
#[derive(Debug)]
#[must_use]
pub enum Acted {
    /// Meld executed the action.
    Done,
    /// Meld refused the action, and the order was read again.
    Refused(Error),
    /// Meld was still executing the action at the time limit. Wait, and [`reload`](Transfer::reload) the order.
    InFlight,
    /// The action may have been executed, and the crypto may have moved. Create no new order:
    /// [`wait`](Transfer::wait) until the provider has decided.
    OutcomeUnknown,
}

impl<C: Transfers> Transfer<C> {
    pub(super) fn new(client: C, order: C::Order) -> Result<Self, Error> {
        let endpoint = Endpoint::of(client, &order)?;
        let state = order.state();
        let polling = Polling::default().timeout(Duration::from_secs(60));
        Ok(Self { endpoint, order, state, is_outcome_unknown: false, polling })
    }

    /// Sets the interval and the time limit of each action. The default time limit is a minute.
    #[must_use]
    pub fn with_polling(self, polling: Polling) -> Self {
        Self { polling, ..self }
    }

    /// Returns the order as read last. Its action token may have expired.
    #[must_use]
    pub fn order(&self) -> &C::Order {
        &self.order
    }

    /// Returns the id of the order.
    #[must_use]
    pub fn order_id(&self) -> &str {
        self.endpoint.order_id()
    }

    /// Returns the id of the transaction. `None` before the provider has accepted the transfer.
    #[must_use]
    pub fn transaction_id(&self) -> Option<&str> {
        let sent = self.state.sent.as_ref().and_then(|sent| sent.transaction_id.as_deref());
        sent.or_else(|| self.order.fields().transaction_id)
    }

    /// Returns the state as read last.
    #[must_use]
    pub fn state(&self) -> &TransferState {
        &self.state
    }

    /// Returns the kind of the next step. A submission without a known result always waits.
    #[must_use]
    pub fn next_step(&self) -> Option<TransferNextStep> {
        match self.is_outcome_unknown {
            true => Some(TransferNextStep::WaitForProvider),
            false => self.state.next_step.clone(),
        }
    }

    /// Reads the order again (`GET /crypto/order/headless/transfer/{orderId}`).
    ///
    /// # Errors
    ///
    /// Returns the errors of the request. The transfer is unchanged then.
    pub async fn reload(&mut self) -> Result<(), Error> {
        let order = self.endpoint.read_order(None).await?;
        self.set(order.state());
        self.order = order;
        Ok(())
    }

    /// Reads the submission until the next step is not to wait, or the time limit is reached.
    ///
    /// Use webhooks for longer waits.
    ///
    /// # Errors
    ///
    /// Returns the first error that is not retryable. The outcome of the transfer is then unknown.
    pub async fn wait(&mut self, polling: Polling) -> Result<(), Error> {
        let (endpoint, query) = (&self.endpoint, &Sent::Query("READ_SUBMISSION"));
        let last = &Mutex::new(None);
        let decided = polling.until(|left| async move {
            match endpoint.attempt(query, left).await? {
                Poll::Ready(ActionResult::State(state)) if is_waiting(&state) => {
                    *last.lock().unwrap_or_else(PoisonError::into_inner) = Some(state);
                    Ok(Poll::Pending { retry_after: None })
                }
                other => Ok(other),
            }
        });
        let decided = decided.await?;
        let last = last.lock().unwrap_or_else(PoisonError::into_inner).take();
        match decided {
            Some(ActionResult::State(state)) => self.set(*state),
            Some(ActionResult::Refused(_) | ActionResult::Unknown(_)) => self.reload().await?,
            None => last.map_or((), |state| self.set(*state)),
        }
        Ok(())
    }

    /// Sends a query, and updates the state.
    pub(super) async fn query(&mut self, query: &'static str) -> Result<Acted, Error> {
        let result = self.request(Sent::Query(query)).await?;
        self.update(result).await
    }

    /// Sends an action, and updates the state.
    pub(super) async fn act(&mut self, action: Action) -> Result<Acted, Error> {
        let moves_money = matches!(action, Action::Submit { .. } | Action::SecondFactor { .. });
        let key = idempotency_keys::key(&action, self.order_id());
        match self.request(Sent::Action(action, key)).await? {
            Some(ActionResult::Unknown(_)) if moves_money => {
                self.is_outcome_unknown = true;
                // Whatever it returns, the submission is not repeated.
                if let Ok(Some(ActionResult::State(state))) = self.request(Sent::Query("READ_SUBMISSION")).await {
                    self.set(*state);
                }
                Ok(Acted::OutcomeUnknown)
            }
            result => self.update(result).await,
        }
    }

    async fn request(&self, sent: Sent) -> Result<Option<ActionResult>, Error> {
        self.polling.until(|left| self.endpoint.attempt(&sent, left)).await
    }

    async fn update(&mut self, result: Option<ActionResult>) -> Result<Acted, Error> {
        match result {
            None => Ok(Acted::InFlight),
            Some(ActionResult::State(state)) => {
                let is_unknown = state.is_outcome_unknown();
                self.set(*state);
                Ok(if is_unknown { Acted::OutcomeUnknown } else { Acted::Done })
            }
            Some(ActionResult::Refused(error)) => {
                self.reload().await?;
                Ok(Acted::Refused(error))
            }
            // The link to the account, which the order tells.
            Some(ActionResult::Unknown(error)) => match self.reload().await {
                Ok(()) => Ok(Acted::OutcomeUnknown),
                Err(_) => Err(error),
            },
        }
    }

    pub(super) fn has_unknown_outcome(&self) -> bool {
        self.is_outcome_unknown || self.state.is_outcome_unknown()
    }

    fn set(&mut self, state: TransferState) {
        self.is_outcome_unknown = false;
        self.state = state;
    }
}

fn is_waiting(state: &TransferState) -> bool {
    state.is_outcome_unknown() || state.next_step == Some(TransferNextStep::WaitForProvider)
}

/// Prints the id and the next step.
impl<C: Transfers> fmt::Debug for Transfer<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Transfer")
            .field("order_id", &self.order_id())
            .field("next_step", &self.next_step())
            .finish_non_exhaustive()
    }
}
