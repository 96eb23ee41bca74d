//! The reconciler itself.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use meld_client_core::chrono::{DateTime, Utc};
use meld_client_core::{Call, Error, Page, serde_json};

use super::reconciled::Reconciled;
use super::watched::Watched;
use crate::pagination;
use crate::storage::{self, Queue, Record, RecordState, Schedule, Store, after};
use crate::transactions::{Transaction, TransactionResponse, TransactionStatusExt, TransactionsExt};

/// The default of [`Reconciler::patience`]. Meld asks to poll transactions at most every 6 hours.
const PATIENCE: Duration = Duration::from_secs(6 * 3600);

/// The default of [`Reconciler::max_transactions`].
const MAX_TRANSACTIONS: usize = 1000;

/// Transactions that are fetched if nothing was heard of them.
///
/// `C` is the `crypto` or `payments` client of any API version. Several processes may share one store. The
/// [module docs](super) describe its use together with webhooks.
///
/// # Examples
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "payments", feature = "webhooks"))]
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = meld_sandbox::Sandbox::start().await?;
/// # let meld = meld_client::Meld::builder();
/// # let meld = meld.api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// # let method = meld_client::v2026_02_03::payments::types::PaymentMethodInput::meld_payment_token("EdDCdge5ufs6XXRaR7WgF6")?;
/// # let charge = meld_client::v2026_02_03::payments::types::PaymentTransactionRequest::builder();
/// # let charge = charge.money(Money::new(25, FiatCurrency::new("USD")?)).payment_method(method);
/// # let paid = meld.v2026_02_03().payments().charge(charge).send().await?;
/// # let id = paid.transaction.as_ref().and_then(|it| it.id.clone()).unwrap_or_default();
/// use std::time::Duration;
///
/// use meld_client::Money;
/// use meld_client::crypto::FiatCurrency;
/// use meld_client::inbox::Inbox;
/// use meld_client::reconciler::{Reconciler, Watched};
/// use meld_client::storage::MemoryStore;
/// use meld_client::v2026_02_03::prelude::*;
///
/// // In production, a store in your database.
/// let store = MemoryStore::default();
/// let inbox = Inbox::new(store.clone());
/// let reconciler = Reconciler::new(meld.v2026_02_03().payments(), store);
/// # let reconciler = reconciler.patience(Duration::ZERO);
///
/// // After a payment or an order was made:
/// reconciler.watch(&Watched::Transaction(id)).await?;
///
/// // In the handler of the inbox: `reconciler.heard_event(&received.event).await?;`
///
/// // In a task of its own:
/// let inbox = &inbox;
/// let watches = reconciler.run_once(|found| async move {
///     let event = found.event()?;
///     inbox.receive(&event).await?;
///     Ok::<(), Box<dyn std::error::Error>>(())
/// });
/// assert_eq!(watches.await?.len(), 1);
/// # assert_eq!(inbox.run_once(|_| async { Ok::<(), std::fmt::Error>(()) }).await?.len(), 1);
/// # Ok(())
/// # }
/// # #[cfg(not(all(feature = "v2026-02-03", feature = "payments", feature = "webhooks")))]
/// # fn main() {}
/// ```
#[must_use]
pub struct Reconciler<C, S> {
    client: C,
    store: S,
    patience: Duration,
    max_transactions: usize,
    schedule: Schedule,
}

/// The state of a watch after its transactions were fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Watch {
    /// All transactions have ended. They are no longer watched.
    Ended {
        /// The watched object.
        watched: Watched,
    },
    /// A transaction is pending, there is none yet, or it could not be fetched or handled.
    Pending {
        /// The watched object.
        watched: Watched,
        /// The time of the next look.
        due_at: DateTime<Utc>,
        /// The error, in one line; `None` if there was none.
        error: Option<String>,
    },
    /// There was no end after [`Schedule::max_attempts`] looks. It is no longer fetched.
    Parked {
        /// The watched object.
        watched: Watched,
    },
}

/// The known transactions of a watch.
#[derive(Clone, Default, PartialEq)]
struct Seen {
    /// The status that was handed out last, by the id of the transaction.
    statuses: BTreeMap<String, String>,
}

meld_client_core::object! { sent Seen { statuses: "statuses" } }

impl Seen {
    fn of(record: &Record) -> Self {
        let seen = record.progress.as_deref().map(serde_json::from_str);
        seen.and_then(Result::ok).unwrap_or_default()
    }
}

impl<C: TransactionsExt + Sync, S: Store> Reconciler<C, S> {
    /// Creates a reconciler that fetches by `client`.
    pub fn new(client: C, store: S) -> Self {
        Self { client, store, patience: PATIENCE, max_transactions: MAX_TRANSACTIONS, schedule: Schedule::default() }
    }

    /// Sets how long nothing must be heard before a transaction is fetched. The default is 6 hours.
    pub fn patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Sets how many transactions of one session or order are fetched, the newest first. The default is 1000.
    ///
    /// A session or order with more does not end. The error of its [`Watch::Pending`] names the limit.
    pub fn max_transactions(self, max_transactions: usize) -> Self {
        Self { max_transactions, ..self }
    }

    /// Sets leases, and the times of retries after errors. The default parks a watch after 100 looks, which takes 25
    /// days with the default patience.
    pub fn schedule(self, schedule: Schedule) -> Self {
        Self { schedule, ..self }
    }

    /// Begins to watch. Returns `false` if it is watched already.
    ///
    /// # Errors
    ///
    /// Returns the error of the store.
    pub async fn watch(&self, watched: &Watched) -> Result<bool, S::Error> {
        let due_at = after(Utc::now(), self.patience);
        self.store.insert(&Record::new(Queue::Watches, watched.to_string(), "", due_at)).await
    }

    /// Records that something was heard: the patience starts over, unless the watch is due already, or the watch ends with
    /// `has_ended`. Returns `false` if it is not watched.
    ///
    /// Set `has_ended` only if you have fetched the final state, for example with `is_terminal` of the transaction. For an
    /// event, call [`heard_event`](Self::heard_event).
    ///
    /// # Errors
    ///
    /// Returns the error of the store.
    pub async fn heard(&self, watched: &Watched, has_ended: bool) -> Result<bool, S::Error> {
        let id = watched.to_string();
        if has_ended {
            return self.store.remove(Queue::Watches, &id).await;
        }
        let (now, record) = (Utc::now(), self.store.get(Queue::Watches, &id).await?);
        let Some(record) = record else { return Ok(false) };
        if record.due_at > now {
            self.store.update(&Record { due_at: after(now, self.patience), ..record }).await?;
        }
        Ok(true)
    }

    /// Records that an event of a webhook was heard, for its transaction, session and order.
    ///
    /// No event ends a watch, because events arrive late, repeatedly and out of order, and a session or order may have
    /// several transactions. The event of a final state makes the watch due, also a parked one: the next
    /// [`run_once`](Self::run_once) fetches the transactions, and ends the watch if all have ended. It does not hand out the
    /// state of the event again, so call this method after you have handled the event. Any other event starts the patience
    /// over.
    ///
    /// # Errors
    ///
    /// Returns the error of the store.
    #[cfg(feature = "webhooks")]
    pub async fn heard_event(&self, event: &crate::webhooks::Event) -> Result<(), S::Error> {
        use crate::webhooks::Payload;
        let (id, others, status) = match &event.payload {
            Payload::CryptoTransaction(payload) => {
                let order = payload.headless_order_id.as_ref().or(payload.virtual_account_ramp_order_id.as_ref());
                let others = [payload.session_id.clone().map(Watched::Session), order.cloned().map(Watched::Order)];
                (&payload.payment_transaction_id, others, payload.transaction_status())
            }
            Payload::FiatTransaction(payload) => {
                (&payload.payment_transaction_id, [None, None], payload.transaction_status())
            }
            _ => return Ok(()),
        };
        let transaction = id.clone().map(Watched::Transaction);
        for watched in transaction.iter().chain(others.iter().flatten()) {
            match status.as_ref().filter(|status| status.is_terminal()) {
                Some(status) => self.make_due(watched, id.as_deref(), status.as_str()).await?,
                None => self.heard(watched, false).await.map(drop)?,
            }
        }
        Ok(())
    }

    /// Makes a watch due, of which the state of a transaction was heard.
    #[cfg(feature = "webhooks")]
    async fn make_due(&self, watched: &Watched, transaction: Option<&str>, status: &str) -> Result<(), S::Error> {
        let Some(record) = self.store.get(Queue::Watches, &watched.to_string()).await? else { return Ok(()) };
        let mut seen = Seen::of(&record);
        seen.statuses.extend(transaction.map(|id| (id.to_owned(), status.to_owned())));
        let progress = serde_json::to_string(&seen).ok();
        let record = Record { due_at: Utc::now(), state: RecordState::Pending, progress, ..record };
        self.store.update(&record).await.map(drop)
    }

    /// Fetches a batch of the transactions that were silent for too long, and hands each new state to `handle`.
    ///
    /// Call it in a loop. A state is handed out again if `handle` fails or panics, or if the process crashes before the
    /// result is stored.
    ///
    /// # Errors
    ///
    /// Returns the error of the store. Errors of Meld are in the results, and are tried again.
    pub async fn run_once<E: fmt::Display, Handling: Future<Output = Result<(), E>>>(
        &self,
        mut handle: impl FnMut(Reconciled<C::Transaction>) -> Handling,
    ) -> Result<Vec<Watch>, S::Error> {
        let (mut watches, started) = (Vec::new(), Utc::now());
        for _ in 0..self.schedule.batch_size() {
            // Claimed one by one, so that each has its whole lease.
            let until = self.schedule.lease_end(Utc::now());
            let claimed = self.store.claim(Queue::Watches, started, until, 1).await?;
            let Some(record) = claimed.into_iter().next() else { break };
            watches.extend(self.look(record, &mut handle).await?);
        }
        Ok(watches)
    }

    /// Fetches the transactions of a claimed watch, and stores the result. Returns `None` for a record that is none.
    async fn look<E: fmt::Display, Handling: Future<Output = Result<(), E>>>(
        &self,
        record: Record,
        handle: &mut impl FnMut(Reconciled<C::Transaction>) -> Handling,
    ) -> Result<Option<Watch>, S::Error> {
        let Some(watched) = Watched::parse(&record.id) else {
            self.store.update(&Record { state: RecordState::Parked, ..record }).await?;
            return Ok(None);
        };
        let mut seen = Seen::of(&record);
        let result = self.fetch(&watched, &mut seen, handle).await;
        if let Ok(true) = result {
            self.store.remove(Queue::Watches, &record.id).await?;
            return Ok(Some(Watch::Ended { watched }));
        }
        let now = Utc::now();
        let (due_at, error) = match result {
            Ok(_) => (after(now, self.patience), None),
            Err(failure) => (self.schedule.next(&record, now, failure.retry_after), Some(failure.reason)),
        };
        let is_exhausted = self.schedule.is_exhausted(&record);
        let state = if is_exhausted { RecordState::Parked } else { RecordState::Pending };
        let changed = Record { state, due_at, progress: serde_json::to_string(&seen).ok(), ..record };
        self.store.update(&changed).await?;
        Ok(Some(match is_exhausted {
            true => Watch::Parked { watched },
            false => Watch::Pending { watched, due_at, error },
        }))
    }

    /// Fetches transactions and hands out their new states. Returns `true` if all have ended.
    async fn fetch<E: fmt::Display, Handling: Future<Output = Result<(), E>>>(
        &self,
        watched: &Watched,
        seen: &mut Seen,
        handle: &mut impl FnMut(Reconciled<C::Transaction>) -> Handling,
    ) -> Result<bool, Failure> {
        let at_most = self.max_transactions;
        let (ids, has_more) = match watched {
            Watched::Transaction(id) => (vec![id.clone()], false),
            Watched::Session(id) => ids(self.client.search_session(id), at_most).await?,
            Watched::Order(id) => ids(self.client.search_order(id), at_most).await?,
        };
        let mut have_ended = !ids.is_empty();
        for id in ids {
            let response = crate::call::send(self.client.get(&id)).await?;
            let Some(transaction) = response.into_inner().into_transaction() else {
                return Err(Failure::of("the response has no transaction"));
            };
            have_ended &= transaction.is_terminal();
            let status = transaction.transaction_status().map_or(String::new(), |it| it.to_string());
            if seen.statuses.get(&id) == Some(&status) {
                continue;
            }
            let reconciled = Reconciled::new(watched.clone(), id.clone(), transaction);
            storage::handled(async { handle(reconciled).await }).await.map_err(Failure::of)?;
            seen.statuses.insert(id, status);
        }
        if has_more {
            let reason = format!("there are more than {at_most} transactions, and only the newest are fetched");
            return Err(Failure::of(reason));
        }
        Ok(have_ended)
    }
}

/// Returns the ids of the transactions of a search, and `true` if there are more than `at_most`.
async fn ids(
    search: impl Call<Output: Page<Item: Transaction + Send> + Send>,
    at_most: usize,
) -> Result<(Vec<String>, bool), Error> {
    let (items, has_more) = pagination::first(search, at_most).await?;
    Ok((items.iter().filter_map(|item| item.fields().id.map(str::to_owned)).collect(), has_more))
}

/// The reason for which transactions were not fetched or handled.
struct Failure {
    reason: String,
    retry_after: Option<Duration>,
}

impl Failure {
    fn of(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), retry_after: None }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { reason: error.to_string(), retry_after: error.retry_after() }
    }
}

impl<C, S> fmt::Debug for Reconciler<C, S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Reconciler").field("patience", &self.patience).finish_non_exhaustive()
    }
}
