//! The inbox itself.

use std::fmt;

use meld_client_core::chrono::{DateTime, Utc};

use super::event::{self, InboxEvent, ParkedEvent};
use crate::storage::{self, Queue, Record, RecordState, Schedule, Store};
use crate::webhooks::Event;

/// Webhook events that are stored before they are handled, and handled once.
///
/// Several processes may share one store. The [module docs](super) describe what happens after a crash.
///
/// # Examples
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use meld_client::inbox::Inbox;
/// use meld_client::storage::MemoryStore;
/// use meld_client::webhooks::Payload;
///
/// // In production, a store in your database.
/// let inbox = Inbox::new(MemoryStore::default());
///
/// // In the handler of the webhook, after the delivery was verified:
/// # let body = br#"{"eventType":"TRANSACTION_CRYPTO_COMPLETE","eventId":"1",
/// #     "payload":{"paymentTransactionId":"2","paymentTransactionStatus":"SETTLED"}}"#;
/// # let signer = meld_client::webhooks::Signer::new("secret", "https://example.com/webhooks");
/// # let headers = signer.sign(std::time::SystemTime::now().into(), body);
/// # let verifier = meld_client::webhooks::Verifier::new("secret", "https://example.com/webhooks")?;
/// let delivery = verifier.verify(&headers, body)?;
/// inbox.receive(&delivery.event).await?; // then respond with 200
///
/// // In a task of its own:
/// let handled = inbox.run_once(|received| async move {
///     if let Payload::CryptoTransaction(transaction) = &received.event.payload {
///         println!("{:?} {:?}", received.id, transaction.payment_transaction_status);
///     }
///     Ok::<(), std::io::Error>(())
/// });
/// assert_eq!(handled.await?.len(), 1);
/// # assert!(!inbox.receive(&delivery.event).await?);
/// # Ok(())
/// # }
/// ```
#[must_use]
pub struct Inbox<S> {
    store: S,
    schedule: Schedule,
}

/// The result of handling one event.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Handled {
    /// Your code succeeded.
    Done {
        /// The id in the store.
        id: String,
    },
    /// Your code failed. The event is handed out again when it is due.
    Pending {
        /// The id in the store.
        id: String,
        /// The time of the next attempt.
        due_at: DateTime<Utc>,
    },
    /// Your code failed too often, or the stored event is damaged. The event waits for your decision.
    Parked(ParkedEvent),
    /// The lease ended before your code did, so that another process has the event. Use a longer lease.
    Lost {
        /// The id in the store.
        id: String,
    },
}

impl<S: Store> Inbox<S> {
    /// Creates an inbox with the default [`Schedule`].
    pub fn new(store: S) -> Self {
        Self { store, schedule: Schedule::default() }
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

    /// Stores a verified event. Returns `false` if the inbox has it already. Respond with 200 in both cases.
    ///
    /// Events are told apart by [`Event::event_id`], or by their bytes if they have none.
    ///
    /// # Errors
    ///
    /// Returns the error of the store. Respond with 500, so that Meld delivers the event again.
    pub async fn receive(&self, event: &Event) -> Result<bool, S::Error> {
        self.store.insert(&Record::new(Queue::Inbox, event::id(event), event::content(event), Utc::now())).await
    }

    /// Hands a batch of the events that are due to `handle`, one after the other in the order of their arrival.
    ///
    /// Call it in a loop, and after a start. An empty result means that nothing was due. Events can arrive out of
    /// order, so rely on the state that you fetch. A handler that panics has failed.
    ///
    /// # Errors
    ///
    /// Returns the error of the store.
    pub async fn run_once<E: fmt::Display, Handling: Future<Output = Result<(), E>>>(
        &self,
        mut handle: impl FnMut(InboxEvent) -> Handling,
    ) -> Result<Vec<Handled>, S::Error> {
        let (mut handled, started) = (Vec::new(), Utc::now());
        for _ in 0..self.schedule.batch_size() {
            // Claimed one by one, so that each has its whole lease.
            let until = self.schedule.lease_end(Utc::now());
            let claimed = self.store.claim(Queue::Inbox, started, until, 1).await?;
            let Some(record) = claimed.into_iter().next() else { break };
            handled.push(self.handle(record, &mut handle).await?);
        }
        Ok(handled)
    }

    /// Hands one event to `handle` now, if it is due. Returns `None` if it is missing, handled or parked, or if another
    /// process is handling it.
    ///
    /// # Errors
    ///
    /// Returns the error of the store.
    pub async fn process<E: fmt::Display, Handling: Future<Output = Result<(), E>>>(
        &self,
        id: &str,
        handle: impl FnOnce(InboxEvent) -> Handling,
    ) -> Result<Option<Handled>, S::Error> {
        let now = Utc::now();
        match self.store.claim_one(Queue::Inbox, id, now, self.schedule.lease_end(now)).await? {
            Some(record) => self.handle(record, handle).await.map(Some),
            None => Ok(None),
        }
    }

    /// Makes a handled or parked event due, to be handed out again. Returns `false` if there is none.
    ///
    /// # Errors
    ///
    /// Returns the error of the store.
    pub async fn replay(&self, id: &str) -> Result<bool, S::Error> {
        let record = self.store.get(Queue::Inbox, id).await?;
        let Some(record) = record.filter(|record| record.state != RecordState::Pending) else { return Ok(false) };
        self.store.update(&Record { state: RecordState::Pending, due_at: Utc::now(), ..record }).await
    }

    /// Returns at most `limit` parked events, the oldest first.
    ///
    /// # Errors
    ///
    /// Returns the error of the store.
    pub async fn parked(&self, limit: usize) -> Result<Vec<ParkedEvent>, S::Error> {
        let records = self.store.list(Queue::Inbox, RecordState::Parked, limit).await?;
        Ok(records.into_iter().map(parked).collect())
    }

    /// Removes at most `limit` events that were handled before a time. Returns their number.
    ///
    /// Keep events for at least four days, because Meld delivers an event for up to three days. An event that was
    /// removed is new if it arrives again.
    ///
    /// # Errors
    ///
    /// Returns the error of the store.
    pub async fn prune(&self, before: DateTime<Utc>, limit: usize) -> Result<usize, S::Error> {
        let mut removed = 0;
        for record in self.store.list(Queue::Inbox, RecordState::Done, limit).await? {
            if record.due_at < before {
                removed += usize::from(self.store.remove(Queue::Inbox, &record.id).await?);
            }
        }
        Ok(removed)
    }

    /// Hands out a claimed event, and stores the result.
    async fn handle<E: fmt::Display, Handling: Future<Output = Result<(), E>>>(
        &self,
        record: Record,
        handle: impl FnOnce(InboxEvent) -> Handling,
    ) -> Result<Handled, S::Error> {
        let result = match event::event(&record) {
            Ok(event) => {
                let received = InboxEvent { id: record.id.clone(), event, attempt: record.attempts };
                storage::handled(async { handle(received).await }).await.map_err(|reason| (reason, true))
            }
            Err(error) => Err((error.to_string(), false)),
        };
        let now = Utc::now();
        let (state, due_at, progress) = match result {
            Ok(()) => (RecordState::Done, now, None),
            Err((reason, may_pass)) if may_pass && !self.schedule.is_exhausted(&record) => {
                (RecordState::Pending, self.schedule.next(&record, now, None), Some(reason))
            }
            Err((reason, _)) => (RecordState::Parked, now, Some(reason)),
        };
        let changed = Record { state, due_at, progress, ..record };
        if !self.store.update(&changed).await? {
            return Ok(Handled::Lost { id: changed.id });
        }
        Ok(match state {
            RecordState::Done => Handled::Done { id: changed.id },
            RecordState::Pending => Handled::Pending { id: changed.id, due_at },
            RecordState::Parked => Handled::Parked(parked(changed)),
        })
    }
}

fn parked(record: Record) -> ParkedEvent {
    ParkedEvent { id: record.id, reason: record.progress.unwrap_or_default() }
}

impl<S> fmt::Debug for Inbox<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Inbox").field("schedule", &self.schedule).finish_non_exhaustive()
    }
}
