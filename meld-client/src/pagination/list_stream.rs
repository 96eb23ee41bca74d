//! The stream of a list.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::stream::FusedStream;
use futures_util::{Stream, StreamExt, TryStreamExt};
use meld_client_core::Error;

/// A stream of the items or pages of a list, requested on demand.
///
/// [`next`](Self::next) and [`try_next`](Self::try_next) need no other crate and no pinning. For combinators such as
/// `map`, use a crate like `futures-util`: this type implements [`Stream`] and is `Unpin`.
///
/// The stream ends after an error.
///
/// # Examples
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "bank_linking"))]
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = meld_sandbox::Sandbox::start().await?;
/// # let meld = meld_client::Meld::builder();
/// # let meld = meld.api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use meld_client::v2026_02_03::prelude::*;
///
/// let mut banks = meld.v2026_02_03().bank_linking().search_institutions().stream();
/// while let Some(bank) = banks.next().await {
///     match bank {
///         Ok(bank) => println!("{:?}", bank.name),
///         Err(error) => eprintln!("the list ends early: {error}"),
///     }
/// }
/// # Ok(())
/// # }
/// # #[cfg(not(all(feature = "v2026-02-03", feature = "bank_linking")))]
/// # fn main() {}
/// ```
#[must_use = "streams do nothing unless polled"]
pub struct ListStream<'a, T> {
    /// `None` once the stream has ended.
    items: Option<Items<'a, T>>,
}

type Items<'a, T> = Pin<Box<dyn Stream<Item = Result<T, Error>> + Send + 'a>>;

impl<'a, T> ListStream<'a, T> {
    pub(crate) fn new(items: impl Stream<Item = Result<T, Error>> + Send + 'a) -> Self {
        Self { items: Some(Box::pin(items)) }
    }

    /// Returns the next item or error. `None` at the end of the list, and after an error.
    ///
    /// The future can be dropped before it completes, for example by a timeout. No item is lost, because the request of
    /// a page continues with the next call.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        StreamExt::next(self).await
    }

    /// Returns the next item. `None` at the end of the list, and after an error.
    ///
    /// # Errors
    ///
    /// Returns the errors of the stream.
    pub async fn try_next(&mut self) -> Result<Option<T>, Error> {
        TryStreamExt::try_next(self).await
    }
}

impl<T> Stream for ListStream<'_, T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(items) = &mut self.items else { return Poll::Ready(None) };
        let next = items.as_mut().poll_next(context);
        if matches!(next, Poll::Ready(None | Some(Err(_)))) {
            self.items = None;
        }
        next
    }
}

impl<T> FusedStream for ListStream<'_, T> {
    fn is_terminated(&self) -> bool {
        self.items.is_none()
    }
}

impl<T> fmt::Debug for ListStream<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ListStream").field("has_ended", &self.items.is_none()).finish()
    }
}
