//! Random sequences of attempts, clones, cancellations, crashes and responses against a model of the service: an order is
//! never reported as not executed if the service executed it, now or later, and never executed twice.
#![cfg(all(feature = "v2026-02-03", feature = "payments"))]
#![allow(clippy::unwrap_used, reason = "helpers of tests fail by panicking, too")]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use meld_client::http::{HeaderMap, StatusCode};
use meld_client::payments::{IdempotencyKey, IdempotentExt, IdempotentRequest, Outcome, PaymentsExt};
use meld_client::v2026_02_03::payments::types::{PaymentTransactionRequest, PaymentTransactionResponse};
use meld_client::{
    Call, Decimal, Error, Meld, Operation, Receive, Request, RequestOptions, ResponseValue, Transport, TransportFailure,
};
use proptest::prelude::*;
use proptest::test_runner::RngAlgorithm;

/// The number of random sequences: a quarter, or all with `MELD_ALL_CASES` in the environment.
fn sequences() -> u32 {
    if std::env::var_os("MELD_ALL_CASES").is_some() { 30_000 } else { 7_500 }
}

thread_local! {
    /// Where the calls of this thread are sent.
    static SERVICE: RefCell<Service> = RefCell::default();
}

type Response = Result<ResponseValue<PaymentTransactionResponse>, Error>;

/// A model of the service and of the network before it.
#[derive(Default)]
struct Service {
    /// Every attempt has the same content, so it is valid for all or for none.
    refuses_content: bool,
    /// The keys of executed orders, and whether the first execution has ended.
    executed: BTreeMap<String, bool>,
    attempts: Vec<Attempt>,
}

/// A request on its way. It stays on its way if the client gives it up.
struct Attempt {
    key: String,
    is_delivered: bool,
    response: Option<Response>,
}

/// A call that is sent to [`SERVICE`] instead of the network.
struct Modelled<C>(C);

impl<C: Call<Output = PaymentTransactionResponse>> Call for Modelled<C> {
    type Output = PaymentTransactionResponse;

    const OPERATION: &'static Operation = C::OPERATION;

    const RECEIVE: Receive<Self::Output> = C::RECEIVE;

    fn transport(&self) -> &Transport {
        self.0.transport()
    }

    fn options_mut(&mut self) -> &mut RequestOptions {
        self.0.options_mut()
    }

    fn into_request(self) -> Result<Request, Error> {
        self.0.into_request()
    }

    async fn send_request(_: &Transport, request: Request) -> Response {
        let key = request.idempotency_key().unwrap().to_owned();
        let number = SERVICE.with_borrow_mut(|service| {
            service.attempts.push(Attempt { key, is_delivered: false, response: None });
            service.attempts.len() - 1
        });
        poll_fn(|_| match SERVICE.with_borrow_mut(|it| it.attempts[number].response.take()) {
            Some(response) => Poll::Ready(response),
            None => Poll::Pending,
        })
        .await
    }
}

/// Decodes a response as the client does.
fn respond(status: u16, body: &str) -> Response {
    let (status, body) = (StatusCode::from_u16(status).unwrap(), body.as_bytes().to_vec());
    if status.is_success() {
        ResponseValue::from_body(status, HeaderMap::new(), body, false)
    } else {
        Err(Error::from_response(status, HeaderMap::new(), body))
    }
}

fn code(status: u16, code: &str) -> Response {
    respond(status, &format!(r#"{{"code":"{code}","message":"of the model"}}"#))
}

const PAID: &str = r#"{"transaction":{"id":"a"}}"#;
const WITHOUT_ID: &str = r#"{"transaction":{"status":"SETTLED"}}"#;
const ONLY_AN_ERROR: &str = r#"{"error":"PROVIDER_TIMEOUT","path":"/","x":1}"#;

impl Service {
    /// Delivers an attempt to the service and stores the response, chosen by `choice`.
    fn deliver(&mut self, number: usize, choice: u8) {
        let key = self.attempts[number].key.clone();
        let response = self.handle(key, choice);
        let attempt = &mut self.attempts[number];
        attempt.is_delivered = true;
        attempt.response = Some(response);
    }

    fn handle(&mut self, key: String, choice: u8) -> Response {
        // Proxies, firewalls and the checks before the key is looked at.
        match choice % 24 {
            0 => return respond(401, ""),
            1 => return code(403, "SERVICE_PROVIDER_NOT_ENABLED"),
            2 => return respond(407, "<html>"),
            3 => return respond(421, ""),
            4 => return code(429, "TOO_MANY_REQUESTS"),
            5 => return respond(307, ""),
            6 => return respond(502, "<html>"),
            7 => return respond(200, ONLY_AN_ERROR),
            8 => return respond(201, WITHOUT_ID),
            _ => {}
        }
        if self.refuses_content {
            return match choice % 3 {
                0 => code(400, "INVALID_AMOUNT"),
                1 => code(422, "TRANSACTION_REQUEST_VALIDATION_ERROR"),
                _ => code(400, "BAD_REQUEST"),
            };
        }
        match self.executed.get_mut(&key) {
            Some(has_ended) if !*has_ended => {
                *has_ended = choice.is_multiple_of(2);
                match choice % 3 {
                    0 => code(425, "TOO_EARLY"),
                    1 => respond(202, ""),
                    _ => code(409, "HEADLESS_PAYMENT_IN_PROGRESS"),
                }
            }
            Some(_) => Self::response_known_key(choice),
            None => self.response_new_key(key, choice),
        }
    }

    /// A replay, or a complaint about the earlier order.
    fn response_known_key(choice: u8) -> Response {
        match choice % 11 {
            0 => code(409, "IDEMPOTENCY_KEY_CONFLICT"),
            1 => code(409, "REQUEST_CONFLICT"),
            2 => code(409, "CONFLICT"),
            3 => code(400, "EXTERNAL_ORDER_ID_NOT_UNIQUE"),
            4 => code(422, "CUSTOMER_NOT_PAYMENT_READY"),
            5 => code(404, "NOT_FOUND"),
            6 => respond(303, ""),
            7 => Err(Error::transport(TransportFailure::Interrupted)),
            _ => respond(200, PAID),
        }
    }

    /// Executes the order or not. In either case the response may not say so.
    fn response_new_key(&mut self, key: String, choice: u8) -> Response {
        match choice % 20 {
            0 => return code(403, "KYC_NOT_COMPLETED"),
            1 => return code(422, "HEADLESS_PROVIDER_REJECTED"),
            2 => return code(409, "CONFLICT"),
            3 => return code(500, "SERVICE_PROVIDER_ERROR"),
            _ => {}
        }
        self.executed.insert(key, choice % 20 != 4);
        match choice % 20 {
            4 => respond(202, ""),
            5 => respond(200, ONLY_AN_ERROR),
            6 => respond(201, r#"{"code":"PROVIDER_TIMEOUT","error":"PROVIDER_TIMEOUT"}"#),
            7 => respond(202, ONLY_AN_ERROR),
            8 => respond(503, ""),
            9 => respond(200, "{"),
            10 => code(400, "TRANSACTION_NO_RESPONSE"),
            11 => Err(Error::transport(TransportFailure::Interrupted)),
            12 => Err(Error::transport(TransportFailure::ResponseTooLarge)),
            13 => respond(303, ""),
            14 => respond(406, ""),
            // A proxy or firewall that has passed the request on.
            15 => respond(403, "<html>"),
            16 => respond(404, ""),
            17 => respond(400, r#"{"message":"no"}"#),
            18 => respond(200, WITHOUT_ID),
            _ => respond(201, PAID),
        }
    }
}

/// The next action of the program or the network. Numbers choose among the possible ones.
#[derive(Clone, Copy, Debug)]
enum Step {
    Send(u8),
    Clone,
    Deliver(u8, u8),
    Receive(u8),
    /// The connection cannot be made.
    Refuse(u8),
    /// The client times out; the request may still arrive.
    TimeOut(u8),
    Cancel(u8),
    Crash,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => any::<u8>().prop_map(Step::Send),
        1 => Just(Step::Clone),
        6 => any::<(u8, u8)>().prop_map(|(which, choice)| Step::Deliver(which, choice)),
        5 => any::<u8>().prop_map(Step::Receive),
        1 => any::<u8>().prop_map(Step::Refuse),
        1 => any::<u8>().prop_map(Step::TimeOut),
        1 => any::<u8>().prop_map(Step::Cancel),
        1 => Just(Step::Crash),
    ]
}

type Sending = Pin<Box<dyn Future<Output = Result<Outcome<PaymentTransactionResponse>, Error>>>>;

/// A program that wants to be paid once.
struct Program<C: Call, F: Fn() -> Modelled<C>> {
    charge: F,
    orders: Vec<IdempotentRequest<Modelled<C>>>,
    /// Attempts in flight, with their number at the service.
    sending: Vec<(usize, Sending)>,
    stored: String,
}

impl<C: Call<Output = PaymentTransactionResponse> + 'static, F: Fn() -> Modelled<C>> Program<C, F> {
    fn start(charge: F) -> Self {
        let order = charge().idempotent().unwrap();
        let stored = order.key().to_string();
        Self { charge, orders: vec![order], sending: Vec::new(), stored }
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Send(which) => {
                let order = &self.orders[usize::from(which) % self.orders.len()];
                let number = SERVICE.with_borrow(|service| service.attempts.len());
                self.sending.push((number, Box::pin(order.send())));
                self.poll(self.sending.len() - 1);
            }
            Step::Clone => self.orders.push(self.orders[0].clone()),
            Step::Deliver(which, choice) => {
                deliver(which, choice);
            }
            Step::Receive(which) => self.end(which, None),
            Step::Refuse(which) => self.end(which, Some(TransportFailure::Connect)),
            Step::TimeOut(which) => self.end(which, Some(TransportFailure::Timeout)),
            Step::Cancel(which) => {
                if let Some(index) = pick(self.sending.len(), which) {
                    drop(self.sending.swap_remove(index));
                }
            }
            Step::Crash => {
                self.sending.clear();
                let key: IdempotencyKey = self.stored.parse().unwrap();
                self.orders = vec![(self.charge)().with_idempotency_key(&key).unwrap()];
            }
        }
    }

    /// Ends an attempt with the response of the service or with a failure of the network.
    fn end(&mut self, which: u8, failure: Option<TransportFailure>) {
        let Some(index) = pick(self.sending.len(), which) else { return };
        let number = self.sending[index].0;
        SERVICE.with_borrow_mut(|service| {
            let attempt = &mut service.attempts[number];
            match failure {
                // Too late: the request has arrived.
                Some(TransportFailure::Connect) if attempt.is_delivered => {}
                Some(failure) => {
                    attempt.is_delivered |= failure == TransportFailure::Connect;
                    attempt.response = Some(Err(Error::transport(failure)));
                }
                None => {}
            }
        });
        self.poll(index);
    }

    fn poll(&mut self, index: usize) {
        let mut context = Context::from_waker(Waker::noop());
        let Poll::Ready(result) = self.sending[index].1.as_mut().poll(&mut context) else { return };
        drop(self.sending.swap_remove(index));
        let key = self.orders[0].key().idempotency_key().to_string();
        let is_executed = SERVICE.with_borrow(|service| service.executed.contains_key(&key));
        match result {
            Ok(Outcome::Completed(_) | Outcome::InProgress { .. }) => {
                assert!(is_executed, "reported as executed, and it was not");
            }
            Ok(Outcome::Unknown(_)) => {}
            Err(error) => {
                assert!(!is_executed, "reported as not executed: {error}");
                // The program believes it and orders anew.
                let order = (self.charge)().idempotent().unwrap();
                self.stored = order.key().to_string();
                (self.orders, self.sending) = (vec![order], Vec::new());
            }
        }
    }
}

/// Delivers one of the requests that are on their way. Returns `false` if there is none.
fn deliver(which: u8, choice: u8) -> bool {
    SERVICE.with_borrow_mut(|service| {
        let attempts = service.attempts.iter().enumerate();
        let open: Vec<usize> = attempts.filter(|(_, it)| !it.is_delivered).map(|(number, _)| number).collect();
        let chosen = pick(open.len(), which).map(|index| open[index]);
        chosen.into_iter().for_each(|number| service.deliver(number, choice));
        chosen.is_some()
    })
}

fn pick(length: usize, which: u8) -> Option<usize> {
    usize::from(which).checked_rem(length)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: sequences(),
        failure_persistence: None,
        // Half of the time went into the default generator.
        rng_algorithm: RngAlgorithm::XorShift,
        ..ProptestConfig::default()
    })]

    #[test]
    fn orders_are_executed_at_most_once(
        refuses_content in proptest::bool::weighted(0.15),
        steps in proptest::collection::vec(step(), 1..16),
        rest in any::<u8>(),
    ) {
        thread_local! {
            static MELD: Meld =
                Meld::builder().api_key("key").base_url("http://localhost:1").build().unwrap();
        }
        SERVICE.set(Service { refuses_content, ..Service::default() });
        let payments = MELD.with(|meld| meld.v2026_02_03().payments());
        let mut program = Program::start(|| {
            let request = PaymentTransactionRequest::builder().source_amount(Decimal::TEN);
            Modelled(payments.charge(request.source_currency_code("USD").customer_id("a")))
        });
        for step in steps {
            program.step(step);
        }
        // Deliveries that are still on their way arrive in the end.
        while deliver(0, rest) {}
        let executions = SERVICE.with_borrow(|service| service.executed.len());
        prop_assert!(executions <= 1, "executed {executions} times");
    }
}
