//! Orders that are carried out once, whatever happens in between.

use std::fmt;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::fingerprint;
use super::order_key::{KEY, OrderKey};
use crate::http::{HeaderMap, StatusCode, header};
use crate::{Call, Error, ErrorKind, Repetition, Request, ResponseValue, Transport, Waiting};

/// Makes an order of a call that moves money: every call that takes an idempotency key has it.
///
/// A key is made before anything is sent. Store it with the order in your own books; then a crash, a time-out or a
/// broken connection leave no doubt: the same order with the same key is sent again and is carried out once, and what
/// was answered at first is answered again.
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "payments"))]
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = meld_sandbox::Sandbox::start().await?;
/// # let meld = meld_client::Meld::builder();
/// # let meld = meld.api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use meld_client::Decimal;
/// use meld_client::payments::OrderOutcome;
/// use meld_client::v2026_02_03::payments::types::{PaymentMethodInput, PaymentTransactionRequest};
/// use meld_client::v2026_02_03::prelude::*;
///
/// let payments = meld.v2026_02_03().payments();
/// let charge = |amount: Decimal| {
///     let method = PaymentMethodInput::meld_payment_token("EdDCdge5ufs6XXRaR7WgF6");
///     method.map(|method| {
///         let request = PaymentTransactionRequest::builder().source_amount(amount);
///         payments.charge(request.source_currency_code("USD").payment_method(method))
///     })
/// };
///
/// let order = charge(Decimal::from(25))?.order()?;
/// let stored = order.key().to_string(); // into your books, before anything is sent
/// match order.send().await? {
///     OrderOutcome::Done(answer) => println!("carried out: {:?}", answer.transaction),
///     OrderOutcome::Running { .. } | OrderOutcome::NotKnown(_) => println!("to be sent again"),
/// }
///
/// // After a crash: the same order, with the key from the books. It is not carried out a second time.
/// let again = charge(Decimal::from(25))?.order_with_key(&stored.parse()?)?;
/// assert!(matches!(again.send().await?, OrderOutcome::Done(_)));
/// # assert_eq!(sandbox.payments().len(), 1);
///
/// // The key of one order is refused for another: the service would answer what it answered to the first.
/// assert!(charge(Decimal::from(26))?.order_with_key(&stored.parse()?).is_err());
/// # Ok(())
/// # }
/// # #[cfg(not(all(feature = "v2026-02-03", feature = "payments")))]
/// # fn main() {}
/// ```
pub trait Ordered: Call {
    /// An order with a new key, or with the one that was set.
    ///
    /// # Errors
    /// The request cannot be made, or its operation takes no idempotency key, so that it cannot be said to be carried
    /// out once.
    fn order(self) -> Result<Order<Self>, Error> {
        Order::new(self, None)
    }

    /// The order that this key was made for, once more.
    ///
    /// # Errors
    /// Those of [`order`](Self::order), and the key was made for another request; see [`OrderKey`].
    fn order_with_key(self, key: &OrderKey) -> Result<Order<Self>, Error> {
        Order::new(self, Some(*key))
    }
}

impl<C: Call> Ordered for C {}

/// An order: a request with its key, which can be sent as often as it takes.
pub struct Order<C> {
    transport: Transport,
    request: Request,
    key: OrderKey,
    /// Whether it was sent before without an answer that says what came of it, as far as anybody knows.
    is_open: Arc<AtomicBool>,
    call: PhantomData<fn() -> C>,
}

impl<C: Call> Order<C> {
    fn new(call: C, known: Option<OrderKey>) -> Result<Self, Error> {
        let transport = call.transport().clone();
        let mut request = call.into_request()?;
        let operation = request.operation();
        let refuse = |why: &str| Error::invalid(KEY, why).with_operation(operation);
        let own = request.idempotency_key().and_then(|key| key.parse().ok());
        let own = own.ok_or_else(|| refuse("is not taken by this operation"))?;
        let ordered = fingerprint::of(&request)?;
        let key = known.unwrap_or(OrderKey::new(own, ordered));
        if key.ordered() != ordered {
            return Err(refuse("was made for another request"));
        }
        request.header(KEY, Some(&key.idempotency_key()))?;
        // A key from the books may have been sent before.
        let is_open = Arc::new(AtomicBool::new(known.is_some()));
        Ok(Self { transport, request, key, is_open, call: PhantomData })
    }

    /// Sends the order. What it takes is tried again by the rules of the client; what is left then is told apart.
    ///
    /// An order that may have been sent before, by [`order_with_key`](Ordered::order_with_key) or with an open outcome,
    /// is not refused by what says nothing of that sending: no connection, 401, 403 and 429 are
    /// [`NotKnown`](OrderOutcome::NotKnown) then.
    ///
    /// # Errors
    /// The order was refused and not carried out.
    pub fn send(
        &self,
    ) -> impl Future<Output = Result<OrderOutcome<C::Answer>, Error>> + Send + use<C> {
        let (transport, request) = (self.transport.clone(), self.request.clone());
        let is_open = self.is_open.clone();
        async move {
            // Open until there is an answer, also if this is given up in between.
            let was_open = is_open.swap(true, Ordering::AcqRel);
            match C::send_request(&transport, request).await {
                Ok(answer) if answer.status() == StatusCode::ACCEPTED => {
                    Ok(OrderOutcome::Running { retry_after: retry_after(answer.headers()) })
                }
                Ok(answer) => Ok(OrderOutcome::Done(answer)),
                Err(error) if error.status().is_some_and(|status| status.as_u16() == 425) => {
                    Ok(OrderOutcome::Running { retry_after: error.retry_after() })
                }
                Err(error) if error.may_have_been_carried_out() => {
                    Ok(OrderOutcome::NotKnown(error))
                }
                Err(error) if was_open && says_nothing_of_before(&error) => {
                    Ok(OrderOutcome::NotKnown(error))
                }
                Err(error) => {
                    is_open.store(was_open, Ordering::Release);
                    Err(error)
                }
            }
        }
    }

    /// Sends the order until it is done or the waiting ends; then the last outcome. What sending again cannot change
    /// ends it at once: credentials that are refused, and a refund or capture of which nothing is known, as the guides do
    /// not say that these heed the key.
    ///
    /// # Errors
    /// The order was refused and not carried out.
    pub async fn finish(&self, waiting: Waiting) -> Result<OrderOutcome<C::Answer>, Error> {
        let last = Mutex::new(OrderOutcome::Running { retry_after: None });
        let last_seen = &last;
        let done = waiting.until(|| async move {
            match self.send().await? {
                done @ OrderOutcome::Done(_) => Ok(Some(done)),
                OrderOutcome::NotKnown(error) if self.is_vain(&error) => {
                    Ok(Some(OrderOutcome::NotKnown(error)))
                }
                open => {
                    *last_seen.lock().unwrap_or_else(PoisonError::into_inner) = open;
                    Ok(None)
                }
            }
        });
        let done = done.await?;
        Ok(done.unwrap_or(last.into_inner().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl<C> Order<C> {
    /// Whether it is of no use, or not safe, to send the order again after this error.
    fn is_vain(&self, error: &Error) -> bool {
        let is_refused = error.status().is_some_and(|status| matches!(status.as_u16(), 401 | 403));
        is_refused || self.request.operation().repetition() != Repetition::NeedsKey
    }

    /// The key, to be stored before the order is sent.
    #[must_use]
    pub fn key(&self) -> OrderKey {
        self.key
    }

    /// The request as it is sent.
    #[must_use]
    pub fn request(&self) -> &Request {
        &self.request
    }
}

/// The same order with the same key.
impl<C> Clone for Order<C> {
    fn clone(&self) -> Self {
        Self {
            transport: self.transport.clone(),
            request: self.request.clone(),
            key: self.key,
            is_open: self.is_open.clone(),
            call: PhantomData,
        }
    }
}

/// Shows the key and the operation.
impl<C> fmt::Debug for Order<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Order")
            .field("key", &self.key)
            .field("operation", &self.request.operation().operation_id)
            .finish_non_exhaustive()
    }
}

/// What came of an order that was not refused.
#[derive(Debug)]
#[must_use]
pub enum OrderOutcome<A> {
    /// It was carried out, now or at an earlier sending: the answer says with what result, which may be that a
    /// provider declined it.
    Done(ResponseValue<A>),
    /// The service is still working on it (425, or 202): send it again after a while, with the same key.
    Running {
        /// The least time that the service asks to wait.
        retry_after: Option<Duration>,
    },
    /// Not known: no answer came, or one that the service failed, or one that says nothing of an earlier sending. It may
    /// have been carried out: send it again with the same key, and make no new order before the outcome is known.
    ///
    /// Of refunds and captures Meld's guides do not say that they heed the key: read the transaction before sending one
    /// again.
    NotKnown(Error),
}

impl<A> OrderOutcome<A> {
    /// The answer, if the order was carried out.
    #[must_use]
    pub fn done(self) -> Option<ResponseValue<A>> {
        match self {
            Self::Done(answer) => Some(answer),
            Self::Running { .. } | Self::NotKnown(_) => None,
        }
    }
}

/// Whether a refusal came before the service looked at the key, so that it tells nothing of an earlier sending.
fn says_nothing_of_before(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Api(answer) => matches!(answer.status().as_u16(), 401 | 403 | 429),
        _ => true,
    }
}

/// How long an answer that is a success asks to wait, in seconds.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?;
    text.trim().parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
#[cfg(all(feature = "v2026-02-03", feature = "payments"))]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::payments::Payments;
    use crate::uuid::Uuid;
    use crate::v2026_02_03::payments::Client;
    use crate::v2026_02_03::payments::types::PaymentTransactionRequest;
    use crate::{Decimal, Meld, Retries};

    fn payments_at(base_url: &str) -> Client {
        let meld = Meld::builder().api_key("key").base_url(base_url).retries(Retries::off());
        meld.build().unwrap().v2026_02_03().payments()
    }

    fn payments() -> Client {
        payments_at("http://localhost:1")
    }

    const SEVEN: Duration = Duration::from_secs(7);

    /// A server that gives these answers, each on a connection of its own. Gives its address.
    async fn answering(answers: Vec<&'static str>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            for answer in answers {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = [0; 4096];
                let _ = stream.read(&mut request).await.unwrap();
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        address
    }

    /// What comes of an order to which this is the answer.
    async fn outcome(answer: &'static str) -> Result<&'static str, Error> {
        let address = answering(vec![answer]).await;
        let order = payments_at(&address).refund("a").order().unwrap();
        let outcome = order.send().await?;
        Ok(match outcome {
            OrderOutcome::Done(_) => "done",
            OrderOutcome::Running { retry_after: None } => "running",
            OrderOutcome::Running { retry_after: Some(SEVEN) } => "running 7",
            OrderOutcome::Running { .. } => "running otherwise",
            OrderOutcome::NotKnown(_) => "not known",
        })
    }

    #[tokio::test]
    async fn what_was_carried_out_is_told_from_what_was_not_and_from_what_nobody_knows() {
        for (answer, expected) in [
            ("HTTP/1.1 200 OK\r\ncontent-length: 18\r\n\r\n{\"transaction\":{}}", "done"),
            ("HTTP/1.1 201 Created\r\ncontent-length: 18\r\n\r\n{\"transaction\":{}}", "done"),
            ("HTTP/1.1 202 Accepted\r\nretry-after: 7\r\ncontent-length: 0\r\n\r\n", "running 7"),
            ("HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n", "running"),
            ("HTTP/1.1 425 Too Early\r\nretry-after: 7\r\ncontent-length: 0\r\n\r\n", "running 7"),
            ("HTTP/1.1 503 Unavailable\r\ncontent-length: 0\r\n\r\n", "not known"),
            ("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n{", "not known"),
            ("", "not known"),
        ] {
            assert_eq!(outcome(answer).await.unwrap(), expected, "{answer}");
        }
        for refused in [
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 409 Conflict\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 429 Too Many Requests\r\ncontent-length: 0\r\n\r\n",
        ] {
            assert!(outcome(refused).await.is_err(), "{refused}");
        }
    }

    #[tokio::test]
    async fn a_refusal_says_nothing_of_what_was_sent_before() {
        // Nobody listens there: for a first sending that is a refusal.
        let known = payments().refund("a").order().unwrap().key();
        let first = payments().refund("a").order().unwrap();
        assert!(first.send().await.is_err());
        assert!(first.send().await.is_err(), "what was not sent leaves nothing open");
        let again = payments().refund("a").order_with_key(&known).unwrap();
        assert!(matches!(again.send().await, Ok(OrderOutcome::NotKnown(_))));

        const FAILED: &str =
            "HTTP/1.1 503 Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        for (refusal, is_definite) in [
            ("HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\nconnection: close\r\n\r\n", false),
            ("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n", false),
            ("HTTP/1.1 429 Too Many\r\ncontent-length: 0\r\nconnection: close\r\n\r\n", false),
            ("HTTP/1.1 422 Refused\r\ncontent-length: 0\r\nconnection: close\r\n\r\n", true),
        ] {
            let address = answering(vec![FAILED, refusal]).await;
            let order = payments_at(&address).refund("a").order().unwrap();
            assert!(matches!(order.send().await, Ok(OrderOutcome::NotKnown(_))));
            // A clone is the same order.
            let outcome = order.clone().send().await;
            assert_eq!(outcome.is_err(), is_definite, "{refusal}: {outcome:?}");
        }
    }

    #[test]
    fn a_key_fits_the_order_that_it_was_made_for_and_no_other() {
        let charge = |amount: Decimal, customer: &str, text: &str| {
            let request = PaymentTransactionRequest::builder()
                .source_amount(amount)
                .source_currency_code("USD")
                .customer_id(customer)
                .description(text);
            payments().charge(request)
        };
        let key = charge(Decimal::new(10, 0), "a", "x").order().unwrap().key();
        // As it may come back from the books.
        let same = charge(Decimal::new(10_000_000, 6), "a", "y").order_with_key(&key).unwrap();
        assert_eq!(
            same.request().idempotency_key(),
            Some(key.idempotency_key().to_string().as_str())
        );
        for other in [
            charge(Decimal::new(11, 0), "a", "x").order_with_key(&key).err(),
            charge(Decimal::new(10, 0), "b", "x").order_with_key(&key).err(),
            payments().refund("a").order_with_key(&key).err(),
            payments().capture("a").order_with_key(&key).err(),
        ] {
            assert_eq!(other.unwrap().field(), Some(KEY));
        }
    }

    #[test]
    fn each_order_has_its_own_key_unless_one_was_set() {
        let refund = || payments().refund("a");
        assert_ne!(refund().order().unwrap().key(), refund().order().unwrap().key());
        let uuid = Uuid::from_u128(7);
        let key = refund().idempotency_key(uuid).order().unwrap().key();
        assert_eq!(key.idempotency_key(), uuid);
        assert_eq!(key, refund().order_with_key(&key).unwrap().clone().key());
    }

    #[test]
    fn what_takes_no_key_is_no_order() {
        let error = payments().transactions_get().id("a").order().unwrap_err();
        assert_eq!(error.field(), Some(KEY));
        assert!(error.to_string().contains("is not taken"), "{error}");
    }

    #[test]
    fn an_order_can_be_left_to_a_task() {
        fn is_send<T: Send>(_: &T) {}
        let order = payments().refund("a").order().unwrap();
        is_send(&order.send());
        is_send(&order.finish(Waiting::default()));
    }
}
