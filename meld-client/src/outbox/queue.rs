//! The outbox itself.

use std::collections::HashSet;
use std::fmt;

use futures_util::{StreamExt, stream};
use meld_client_core::chrono::Utc;
use meld_client_core::uuid::Uuid;
use meld_client_core::{Error, ErrorKind, Operation, Transport};

use super::delivery::{Delivery, Parked, Rejection, Settled};
use super::error::OutboxError;
use super::progress::{Progress, decoded};
use crate::client::Meld;
use crate::idempotent::{History, IdempotentRequest, JsonResponse, Outcome, StoreError, StoredRequest, UntypedRequest};
use crate::storage::{Queue, Record, RecordState, Schedule, Store};

/// Requests that are stored before they are sent, and sent until their outcome is known.
///
/// Several processes may share one store. The [module docs](super) describe results and parked requests.
///
/// # Examples
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "payments"))]
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = meld_sandbox::Sandbox::start().await?;
/// # let meld = meld_client::Meld::builder();
/// # let meld = meld.api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use meld_client::Money;
/// use meld_client::crypto::FiatCurrency;
/// use meld_client::outbox::{Delivery, Outbox, Settlement};
/// use meld_client::storage::MemoryStore;
/// use meld_client::v2026_02_03::payments::types::{PaymentMethodInput, PaymentTransactionRequest};
/// use meld_client::v2026_02_03::prelude::*;
///
/// // In production, a store in your database.
/// let outbox = Outbox::new(&meld, MemoryStore::default());
///
/// let method = PaymentMethodInput::meld_payment_token("EdDCdge5ufs6XXRaR7WgF6")?;
/// let charge = PaymentTransactionRequest::builder().money(Money::new(25, FiatCurrency::new("USD")?));
/// let request = meld.v2026_02_03().payments().charge(charge.payment_method(method)).idempotent()?;
/// let id = outbox.enqueue_with_secrets(&request).await?; // stored, not yet sent
///
/// for delivery in outbox.run_once().await? {
///     match delivery {
///         Delivery::Settled(settled) => {
///             match settled.settlement {
///                 Settlement::Completed(response) => println!("{}", response.value()["transaction"]["id"]),
///                 Settlement::Rejected(rejection) => println!("not executed: {}", rejection.message()),
///             }
///             // After it was recorded in your own tables:
///             outbox.remove(settled.id).await?;
///         }
///         Delivery::Pending { due_at, reason, .. } => println!("again at {due_at}: {reason}"),
///         Delivery::Parked(parked) => println!("look at {}: {}", parked.id, parked.reason),
///         _ => {}
///     }
/// }
/// # assert_eq!(sandbox.payments().len(), 1);
/// # assert_eq!(sandbox.payments()[0].idempotency_key, Some(id.to_string()));
/// # Ok(())
/// # }
/// # #[cfg(not(all(feature = "v2026-02-03", feature = "payments")))]
/// # fn main() {}
/// ```
#[must_use]
pub struct Outbox<S> {
    transport: Transport,
    store: S,
    schedule: Schedule,
}

impl<S: Store> Outbox<S> {
    /// Creates an outbox that sends by `meld`, with the default [`Schedule`].
    pub fn new(meld: &Meld, store: S) -> Self {
        Self { transport: meld.transport().clone(), store, schedule: Schedule::default() }
    }

    /// Sets leases and the times of retries.
    pub fn schedule(self, schedule: Schedule) -> Self {
        Self { schedule, ..self }
    }

    /// Returns the store.
    #[must_use]
    pub fn store(&self) -> &S {
        &self.store
    }

    /// Stores a request, to be sent by [`run_once`](Self::run_once) or [`send`](Self::send). Returns its idempotency
    /// key.
    ///
    /// A request that the outbox already has is not added again.
    ///
    /// # Errors
    ///
    /// Returns an error if:
    ///
    /// - the request has redacted values (see [`IdempotentRequest::store`]) or files
    /// - the outbox has another request with the same key
    /// - the store fails
    pub async fn enqueue<C>(&self, request: &IdempotentRequest<C>) -> Result<Uuid, OutboxError<S::Error>> {
        self.insert(&request.store()?, request.key().idempotency_key()).await
    }

    /// Stores a request with card and account numbers, credentials and personal data in clear, like
    /// [`IdempotentRequest::store_with_secrets`].
    ///
    /// # Errors
    ///
    /// Returns an error as [`enqueue`](Self::enqueue) does, except for redacted values.
    pub async fn enqueue_with_secrets<C>(&self, request: &IdempotentRequest<C>) -> Result<Uuid, OutboxError<S::Error>> {
        self.insert(&request.store_with_secrets()?, request.key().idempotency_key()).await
    }

    async fn insert(&self, stored: &StoredRequest, id: Uuid) -> Result<Uuid, OutboxError<S::Error>> {
        let content = meld_client_core::serde_json::to_string(stored);
        let content = content.map_err(|error| StoreError::NotStorable { reason: error.to_string() })?;
        let record = Record::new(Queue::Outbox, id.to_string(), content, Utc::now());
        if self.store.insert(&record).await.map_err(OutboxError::Store)? {
            return Ok(id);
        }
        let known = self.store.get(Queue::Outbox, &record.id).await.map_err(OutboxError::Store)?;
        let known = known.as_ref().and_then(decoded::<StoredRequest>);
        match known.and_then(|known| known.key()) == stored.key() {
            true => Ok(id),
            false => Err(OutboxError::KeyInUse(id)),
        }
    }

    /// Sends one request now, if it is due. Returns `None` if it is missing, settled or parked, or if another process
    /// is sending it.
    ///
    /// # Errors
    ///
    /// Returns [`OutboxError::Store`] if the store fails.
    pub async fn send(&self, id: Uuid) -> Result<Option<Delivery>, OutboxError<S::Error>> {
        let (id, now) = (id.to_string(), Utc::now());
        let claimed = self.store.claim_one(Queue::Outbox, &id, now, self.schedule.lease_end(now));
        match claimed.await.map_err(OutboxError::Store)? {
            Some(record) => self.deliver(record).await.map(Some),
            None => Ok(None),
        }
    }

    /// Sends a batch of the requests that are due, concurrently, each once with the client's retries.
    ///
    /// Call it in a loop, and after a start: it continues the requests of a process that has crashed, once their lease
    /// has ended. An empty result means that nothing was due.
    ///
    /// # Errors
    ///
    /// Returns [`OutboxError::Store`] if the store fails. Requests whose outcome was stored are then in
    /// [`settled`](Self::settled); the others are retried.
    pub async fn run_once(&self) -> Result<Vec<Delivery>, OutboxError<S::Error>> {
        let now = Utc::now();
        let batch = self.schedule.batch_size();
        let claimed = self.store.claim(Queue::Outbox, now, self.schedule.lease_end(now), batch);
        let mut claimed = claimed.await.map_err(OutboxError::Store)?;
        // A row that a query returns twice must not be sent twice.
        let mut ids = HashSet::new();
        claimed.retain(|record| ids.insert(record.id.clone()));
        let sending = stream::iter(claimed.into_iter().map(|record| self.deliver(record)));
        let deliveries: Vec<Result<Delivery, _>> = sending.buffer_unordered(batch).collect().await;
        deliveries.into_iter().collect()
    }

    /// Returns at most `limit` settled requests that were not removed, the oldest first.
    ///
    /// # Errors
    ///
    /// Returns [`OutboxError::Store`] if the store fails.
    pub async fn settled(&self, limit: usize) -> Result<Vec<Settled>, OutboxError<S::Error>> {
        let records = self.store.list(Queue::Outbox, RecordState::Done, limit).await.map_err(OutboxError::Store)?;
        Ok(records.iter().filter_map(settled).collect())
    }

    /// Returns at most `limit` parked requests, the oldest first.
    ///
    /// # Errors
    ///
    /// Returns [`OutboxError::Store`] if the store fails.
    pub async fn parked(&self, limit: usize) -> Result<Vec<Parked>, OutboxError<S::Error>> {
        let records = self.store.list(Queue::Outbox, RecordState::Parked, limit).await.map_err(OutboxError::Store)?;
        Ok(records.iter().filter_map(|record| Some(parked(record, id(record)?, &Progress::of(record)))).collect())
    }

    /// Makes a parked request due, so that it is retried with the same key. Returns `false` if it is not parked.
    ///
    /// Call it for a refund or capture only after you have read the transaction: the call says that no attempt was
    /// executed.
    ///
    /// # Errors
    ///
    /// Returns [`OutboxError::Store`] if the store fails.
    pub async fn retry(&self, id: Uuid) -> Result<bool, OutboxError<S::Error>> {
        let record = self.store.get(Queue::Outbox, &id.to_string()).await.map_err(OutboxError::Store)?;
        let Some(record) = record.filter(|record| record.state == RecordState::Parked) else { return Ok(false) };
        let mut progress = Progress::of(&record);
        let operation = decoded::<StoredRequest>(&record).and_then(|stored| stored.operation());
        if operation.is_some_and(|operation| !operation.honors_idempotency_key()) {
            progress.unsent_after = Some(record.attempts);
        }
        let due = Record { state: RecordState::Pending, due_at: Utc::now(), progress: progress.to_text(), ..record };
        self.store.update(&due).await.map_err(OutboxError::Store)
    }

    /// Removes a request: a settled one that you have recorded, or a parked one that you have dealt with. Returns
    /// `false` if there is none.
    ///
    /// # Errors
    ///
    /// Returns [`OutboxError::Store`] if the store fails.
    pub async fn remove(&self, id: Uuid) -> Result<bool, OutboxError<S::Error>> {
        self.store.remove(Queue::Outbox, &id.to_string()).await.map_err(OutboxError::Store)
    }

    /// Sends a claimed request and stores its outcome.
    async fn deliver(&self, record: Record) -> Result<Delivery, OutboxError<S::Error>> {
        let progress = Progress::of(&record);
        let next = self.attempt(&record, progress).await;
        self.save(record, next).await
    }

    async fn attempt(&self, record: &Record, progress: Progress) -> Next {
        let stored: Option<StoredRequest> = decoded(record);
        let Some(stored) = stored else { return Next::Park("the stored request is not JSON".to_owned()) };
        let is_unsent = progress.is_unsent(record, stored.was_sent());
        let history = if is_unsent { History::Unsent } else { History::Unknown };
        let mut request = match UntypedRequest::load_with(&self.transport, &stored, history) {
            Ok(request) => request,
            Err(error) => return Next::Park(error.to_string()),
        };
        let operation = request.request().operation();
        if !is_unsent && !operation.honors_idempotency_key() {
            return Next::Park(READ_FIRST.to_owned());
        }
        // Leaves time to store the outcome before another process takes over.
        request.request_mut().options_mut().set_time_left(self.schedule.lease_duration() / 2);
        self.next(record, operation, request.send().await)
    }

    /// Decides what follows from the result of an attempt.
    fn next(&self, record: &Record, operation: &Operation, result: Result<Outcome<JsonResponse>, Error>) -> Next {
        let is_exhausted = self.schedule.is_exhausted(record);
        match result {
            Ok(Outcome::Completed(response)) => Next::Complete(response.into_inner()),
            Ok(Outcome::InProgress { retry_after }) if !is_exhausted => {
                Next::Wait { reason: "Meld is still executing it".to_owned(), retry_after, is_unsent: false }
            }
            Ok(Outcome::InProgress { .. }) => Next::Park("Meld is still executing it".to_owned()),
            Ok(Outcome::Unknown(error)) => {
                let retry_after = error.retry_after();
                if !operation.honors_idempotency_key() {
                    return Next::Park(format!("{READ_FIRST}; {error}"));
                }
                match is_exhausted {
                    true => Next::Park(format!("its outcome is unknown; {error}")),
                    false => Next::Wait { reason: error.to_string(), retry_after, is_unsent: false },
                }
            }
            // No attempt was executed.
            Err(error) => {
                let may_pass = error.is_retryable() || matches!(error.kind(), ErrorKind::Configuration { .. });
                match may_pass && !is_exhausted {
                    true => Next::Wait { reason: error.to_string(), retry_after: error.retry_after(), is_unsent: true },
                    false => Next::Reject(Rejection::of(&error)),
                }
            }
        }
    }

    /// Stores what follows from an attempt.
    async fn save(&self, record: Record, next: Next) -> Result<Delivery, OutboxError<S::Error>> {
        let now = Utc::now();
        let mut progress = Progress::of(&record);
        let (state, due_at) = match next {
            Next::Complete(response) => {
                progress.response = Some(response.as_str().to_owned());
                (RecordState::Done, now)
            }
            Next::Reject(rejection) => {
                progress.rejection = Some(rejection);
                (RecordState::Done, now)
            }
            Next::Park(reason) => {
                progress.reason = Some(reason);
                (RecordState::Parked, now)
            }
            Next::Wait { reason, retry_after, is_unsent } => {
                progress.reason = Some(reason);
                progress.unsent_after = is_unsent.then_some(record.attempts);
                (RecordState::Pending, self.schedule.next(&record, now, retry_after))
            }
        };
        let changed = Record { state, due_at, progress: progress.to_text(), ..record };
        let is_own = self.store.update(&changed).await.map_err(OutboxError::Store)?;
        if !is_own {
            // Another process sends it with the same key, and gets the same response.
            progress.reason = Some("the lease ended before the response; another process has it".to_owned());
        }
        Ok(delivery(&changed, progress, is_own))
    }
}

const READ_FIRST: &str = "it may have been executed, and Meld does not document that this operation honors the \
                          idempotency key; read the transaction, then retry or remove it";

enum Next {
    Complete(JsonResponse),
    Reject(Rejection),
    Park(String),
    Wait {
        reason: String,
        retry_after: Option<std::time::Duration>,
        /// No attempt so far was executed.
        is_unsent: bool,
    },
}

/// Returns the id of a record. Every record of the outbox has one.
fn id(record: &Record) -> Option<Uuid> {
    record.id.parse().ok()
}

fn operation_id(record: &Record) -> Option<String> {
    decoded::<StoredRequest>(record)?.operation_id().map(str::to_owned)
}

fn settled(record: &Record) -> Option<Settled> {
    let settlement = Progress::of(record).settlement()?;
    Some(Settled { id: id(record)?, operation_id: operation_id(record).unwrap_or_default(), settlement })
}

fn parked(record: &Record, id: Uuid, progress: &Progress) -> Parked {
    Parked { id, operation_id: operation_id(record), reason: progress.reason.clone().unwrap_or_default() }
}

fn delivery(record: &Record, progress: Progress, is_own: bool) -> Delivery {
    let id = id(record).unwrap_or_default();
    match (record.state, settled(record)) {
        (RecordState::Done, Some(settled)) if is_own => Delivery::Settled(settled),
        (RecordState::Parked, _) if is_own => Delivery::Parked(parked(record, id, &progress)),
        _ => Delivery::Pending { id, due_at: record.due_at, reason: progress.reason.unwrap_or_default() },
    }
}

impl<S> fmt::Debug for Outbox<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Outbox").field("schedule", &self.schedule).finish_non_exhaustive()
    }
}
