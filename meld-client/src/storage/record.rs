//! Records.

use std::fmt;
use std::str::FromStr;

use meld_client_core::chrono::{DateTime, Utc};

/// The queue that a record belongs to. Ids are unique within a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Queue {
    /// Requests to send.
    Outbox,
    /// Events to handle.
    Inbox,
    /// Transactions to ask for.
    Watches,
}

impl Queue {
    /// All queues.
    pub const ALL: [Self; 3] = [Self::Outbox, Self::Inbox, Self::Watches];

    /// Returns the name in a database: `outbox`, `inbox` or `watches`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Outbox => "outbox",
            Self::Inbox => "inbox",
            Self::Watches => "watches",
        }
    }
}

/// The state of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RecordState {
    /// To be worked on when it is due.
    Pending,
    /// Waits for a decision by a person or by your program.
    Parked,
    /// Finished.
    Done,
}

impl RecordState {
    /// Returns the name in a database: `pending`, `parked` or `done`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Parked => "parked",
            Self::Done => "done",
        }
    }
}

impl FromStr for RecordState {
    type Err = UnknownRecordState;

    /// Parses the result of [`as_str`](Self::as_str).
    fn from_str(text: &str) -> Result<Self, UnknownRecordState> {
        let states = [Self::Pending, Self::Parked, Self::Done];
        states.into_iter().find(|state| state.as_str() == text).ok_or(UnknownRecordState)
    }
}

/// The error of a string that is not the name of a [`RecordState`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownRecordState;

impl fmt::Display for UnknownRecordState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the state of a record is none of `pending`, `parked` and `done`")
    }
}

impl std::error::Error for UnknownRecordState {}

/// A unit of work in a [`Store`](super::Store).
///
/// `Debug` shows neither content nor progress, which may have personal data.
///
/// # Examples
///
/// ```
/// use meld_client::chrono::Utc;
/// use meld_client::storage::{Queue, Record, RecordState};
///
/// // Restores a record from a row of a database.
/// let mut record = Record::new(Queue::Outbox, "the id", "the content", Utc::now());
/// record.state = "parked".parse()?;
/// record.attempts = 3;
/// assert_eq!(record.state, RecordState::Parked);
/// # Ok::<(), meld_client::storage::UnknownRecordState>(())
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Record {
    /// The queue.
    pub queue: Queue,
    /// The id, unique within the queue: at most 255 characters.
    pub id: String,
    /// The content, which never changes.
    pub content: String,
    /// The state.
    pub state: RecordState,
    /// The time from which it may be claimed; for other states than pending, the time of the last change.
    pub due_at: DateTime<Utc>,
    /// The number of times that it was claimed.
    pub attempts: u32,
    /// The state so far; `None` for a new record.
    pub progress: Option<String>,
}

impl Record {
    /// Creates a pending record that was never claimed.
    #[must_use]
    pub fn new(queue: Queue, id: impl Into<String>, content: impl Into<String>, due_at: DateTime<Utc>) -> Self {
        Self {
            queue,
            id: id.into(),
            content: content.into(),
            state: RecordState::Pending,
            due_at,
            attempts: 0,
            progress: None,
        }
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Record")
            .field("queue", &self.queue)
            .field("id", &self.id)
            .field("state", &self.state)
            .field("due_at", &self.due_at)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}
