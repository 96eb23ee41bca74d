//! Layers around attempts.

use std::error::Error as StdError;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use meld_client::http::{Request, Response, StatusCode};
use meld_client::middleware::{AttemptMetadata, AttemptService, Body, BoxError, NotSent, Service, layer_fn};
use meld_client::{Call, Error, Idempotency, Meld, MeldBuilder, Passthrough, RetryPolicy, TransportFailure};
use tokio::time::{Instant, sleep};
use tower::ServiceBuilder;
use tower::limit::{ConcurrencyLimitLayer, RateLimitLayer};
use tower::util::{BoxCloneSyncService, MapRequestLayer, MapResponseLayer, service_fn};

use crate::support::{KEY, PRIVATE, Reply, Server, clean, failure, get, gzip, json, pay, repair, response, send};

type Log = Arc<Mutex<Vec<String>>>;

fn retrying(server: &Server) -> MeldBuilder {
    server.builder().retry_policy(RetryPolicy::default())
}

/// Adds a layer that handles requests with an async function of the inner service and the request.
fn around<F, R>(builder: MeldBuilder, handle: F) -> Meld
where
    F: Fn(AttemptService, Request<Body>) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Result<Response<Body>, BoxError>> + Send + 'static,
{
    let layer = layer_fn(move |inner: AttemptService| {
        let handle = handle.clone();
        BoxCloneSyncService::new(service_fn(move |request| handle(inner.clone(), request)))
    });
    builder.layer(layer).build().unwrap()
}

async fn fail<C: Call>(meld: &Meld, call: impl Fn(&Meld) -> C) -> Error {
    clean(send(call(meld)).await.map(drop).unwrap_err())
}

#[tokio::test(start_paused = true)]
async fn first_layer_is_outermost_of_each_attempt() {
    let log = Log::default();
    let (outer, inner) = (log.clone(), log.clone());
    let server = Server::start([response("503 x", "", ""), json("{}")]).await;
    let meld = retrying(&server)
        .layer(MapRequestLayer::new(move |mut request: Request<Body>| {
            outer.lock().unwrap().push("outer".to_owned());
            request.headers_mut().insert("x-order", "outer".parse().unwrap());
            request
        }))
        .layer(MapRequestLayer::new(move |mut request: Request<Body>| {
            let metadata = request.extensions().get::<AttemptMetadata>().unwrap();
            let (operation, retries) = (metadata.operation(), metadata.retries());
            let key = metadata.idempotency_key().unwrap().len();
            inner.lock().unwrap().push(format!("{operation} {retries} {key}"));
            request.headers_mut().insert("x-order", "inner".parse().unwrap());
            request
        }))
        .build()
        .unwrap();
    let response = pay(&meld).send().await.unwrap();
    let (first, second) = ("POST /payments/transactions 0 36", "POST /payments/transactions 1 36");
    assert_eq!(*log.lock().unwrap(), ["outer", first, "outer", second]);
    assert_eq!(server.sent("x-order"), vec![Some("inner".to_owned()); 2]);
    let key = response.idempotency_key().map(str::to_owned);
    assert_eq!(server.sent("x-idempotency-key"), [key.clone(), key]);
}

#[tokio::test]
async fn layers_see_no_credentials() {
    let seen = Log::default();
    let log = seen.clone();
    let server = Server::start([json("{}")]).await;
    let builder = server.builder().passthrough(Passthrough::square(PRIVATE, PRIVATE));
    let meld = builder
        .header("X-Gateway-Key", PRIVATE)
        .header("X-Tenant", "acme")
        .layer(MapRequestLayer::new(move |mut request: Request<Body>| {
            log.lock().unwrap().push(format!("{:?} {:?}", request.headers(), request.extensions()));
            let metadata = request.extensions().get::<AttemptMetadata>();
            log.lock().unwrap().push(format!("{metadata:?}"));
            request.headers_mut().insert("authorization", "BASIC other".parse().unwrap());
            request.headers_mut().insert("x-idempotency-key", "other".parse().unwrap());
            request
        }))
        .build()
        .unwrap();
    pay(&meld).send().await.unwrap();
    let seen = seen.lock().unwrap().join("\n");
    assert!(!seen.contains(KEY) && !seen.contains(PRIVATE) && !seen.contains("uthorization"), "{seen}");
    assert!(seen.contains("acme") && seen.contains("AttemptMetadata"), "{seen}");
    let sent = server.request();
    assert_eq!(sent.header("authorization"), Some(&*format!("BASIC {KEY}")));
    assert_eq!(sent.header("meld-passthrough-key-private"), Some(PRIVATE));
    assert_eq!(sent.header("x-gateway-key"), Some(PRIVATE));
    assert_ne!(sent.header("x-idempotency-key"), Some("other"));
    assert!(sent.body.contains("2500") || sent.body.contains("25.00"), "{}", sent.body);
}

#[tokio::test]
async fn layered_calls_behave_like_others() {
    let pass = || layer_fn(|inner: AttemptService| inner);
    let large = format!(r#"{{"x":"{}"}}"#, "a".repeat(100_000));
    let redirect = response("307 x", "location: http://localhost:1/\r\n", "");
    let compressed = response("200 OK", "content-encoding: gzip\r\n", gzip(&large));
    let chunked =
        format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{large}\r\n0\r\n\r\n", large.len());
    for reply in [
        json("{}"),
        response("400 x", "x-request-id: r1\r\n", format!(r#"{{"code":"CONFLICT","message":"{KEY}"}}"#)),
        response("200 OK", "", "{"),
        Reply::Break(Vec::new()),
        Reply::Break(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"id\":".to_vec()),
        Reply::Break(b"HTTP/1.1 403 x\r\ncontent-length: 100\r\n\r\n{\"code\":".to_vec()),
        redirect,
        json(&large),
        compressed,
        Reply::Bytes(chunked.into_bytes()),
    ] {
        let server = Server::start([reply]).await;
        let plain = server.builder().max_response_size(100_007).build().unwrap();
        let layered = server.builder().max_response_size(100_007).layer(pass()).layer(pass()).build().unwrap();
        assert_eq!(text(&plain, get).await, text(&layered, get).await);
        assert_eq!(text(&plain, pay).await, text(&layered, pay).await);
        let received = server.received();
        for pair in received.chunks(2) {
            let headers = |index: usize| {
                let mut headers: Vec<_> = pair[index].headers().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
                headers.retain(|(name, _)| name != "x-idempotency-key");
                headers.sort();
                headers
            };
            assert_eq!((headers(0), pair[0].line(), &pair[0].body), (headers(1), pair[1].line(), &pair[1].body));
        }
    }
}

/// Returns the result of a call as text.
async fn text<C: Call>(meld: &Meld, call: impl Fn(&Meld) -> C) -> String {
    match send(call(meld)).await {
        Ok(_) => "a success".to_owned(),
        Err(error) => {
            let error = clean(error);
            format!("{error} {:?} {}", error.body(), error.outcome_unknown())
        }
    }
}

#[tokio::test(start_paused = true)]
async fn rate_limit_is_shared_by_clones() {
    let server = Server::start([json("{}")]).await;
    let meld = server.builder().layer(RateLimitLayer::new(2, Duration::from_secs(1))).build().unwrap();
    let started = Instant::now();
    let calls = (0..6).map(|_| {
        let meld = meld.clone();
        tokio::spawn(async move { get(&meld).send().await.map(drop) })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap().unwrap();
    }
    let changed = meld.transport().clone().with_strict_decoding(true);
    let request = get(&meld).into_request().unwrap();
    changed.send_ignoring_body(request).await.unwrap();
    assert_eq!((started.elapsed().as_secs(), server.received().len()), (3, 7));
}

#[tokio::test(start_paused = true)]
async fn hanging_layer_ends_with_the_time_limit() {
    let server = Server::start([json("{}")]).await;
    let meld = around(server.builder().timeout(Duration::from_secs(3)), |_, _| std::future::pending());
    let started = Instant::now();
    let error = fail(&meld, pay).await;
    assert_eq!((failure(&error), started.elapsed().as_secs()), (TransportFailure::Timeout, 3));
    assert!(error.outcome_unknown(), "a layer may send by other means");
    // One that never becomes ready.
    let meld = server.builder().timeout(Duration::from_secs(3)).layer(ConcurrencyLimitLayer::new(0)).build().unwrap();
    assert_eq!(failure(&fail(&meld, get).await), TransportFailure::Timeout);
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn panicking_layer_does_not_affect_other_calls() {
    let server = Server::start([json("{}")]).await;
    let calls = Arc::new(AtomicU32::new(0));
    let meld = server.builder().layer(MapRequestLayer::new(move |request: Request<Body>| {
        assert!(calls.fetch_add(1, Ordering::Relaxed) > 0, "the first call panics");
        request
    }));
    let meld = meld.build().unwrap();
    let call = get(&meld).send();
    assert!(tokio::spawn(call).await.unwrap_err().is_panic());
    get(&meld).send().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn refusals_keep_the_outcome_known() {
    let server = Server::start([json("{}")]).await;
    type AsTold = fn(NotSent) -> NotSent;
    let closed = || NotSent::new("closed");
    let refusals: [(AsTold, u32, u64); 3] = [
        (|refusal| refusal, 0, 0),
        (NotSent::retryable, 2, 0),
        (|refusal| refusal.retry_after(Duration::from_secs(5)), 2, 10),
    ];
    for (as_told, retries, seconds) in refusals {
        let meld = around(retrying(&server), move |_, _| std::future::ready(Err(as_told(closed()).into())));
        for is_write_with_key in [true, false] {
            let started = Instant::now();
            let error = if is_write_with_key { fail(&meld, pay).await } else { fail(&meld, repair).await };
            assert_eq!(failure(&error), TransportFailure::NotSent);
            assert_eq!((error.retries(), error.outcome_unknown()), (retries, false));
            assert!(error.to_string().contains("the request was not sent: closed"), "{error}");
            assert!(started.elapsed() >= Duration::from_secs(seconds));
        }
    }
    // tower's own refusals, by `map_err`.
    let shed = ServiceBuilder::new()
        .map_err(|error: BoxError| BoxError::from(NotSent::new("overloaded").with_source(error)))
        .load_shed()
        .concurrency_limit(0);
    let meld = server.builder().layer(shed).build().unwrap();
    let error = fail(&meld, pay).await;
    assert!(!error.outcome_unknown() && error.to_string().contains("the request was not sent: overloaded"), "{error}");
    assert!(server.received().is_empty());
}

#[derive(Debug)]
struct Custom(&'static str);

impl std::fmt::Display for Custom {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.0)
    }
}

impl StdError for Custom {}

#[tokio::test(start_paused = true)]
async fn other_errors_leave_the_outcome_unknown() {
    let server = Server::start([json("{}")]).await;
    let meld = around(retrying(&server), |_, _| std::future::ready(Err(Custom("the cache is broken").into())));
    let error = fail(&meld, pay).await;
    assert_eq!((failure(&error), error.retries()), (TransportFailure::Layer, 0));
    assert!(error.outcome_unknown() && error.type_name() == "layer");
    assert!(error.to_string().ends_with("a layer of the client failed: the cache is broken"), "{error}");
    assert!(error.source().unwrap().downcast_ref::<Custom>().is_some());
    // A text with a secret of the request is replaced.
    let meld = around(server.builder(), |_, _| std::future::ready(Err(Custom("very-private nonce").into())));
    assert!(fail(&meld, pay).await.to_string().ends_with("failed: [redacted] nonce"));
    let refusal = || Error::from(NotSent::new("the policy refuses very-private"));
    let meld = around(server.builder(), move |_, _| std::future::ready(Err(refusal().into())));
    let error = fail(&meld, pay).await;
    assert_eq!(failure(&error), TransportFailure::NotSent);
    assert!(error.to_string().ends_with("the request was not sent: the policy refuses [redacted]"), "{error}");
    // An error of the client stays what it is.
    let broken = || Error::transport(TransportFailure::Interrupted);
    let meld = around(server.builder(), move |_, _| std::future::ready(Err(broken().into())));
    assert_eq!(failure(&fail(&meld, pay).await), TransportFailure::Interrupted);
}

#[tokio::test(start_paused = true)]
async fn false_claim_of_a_layer_is_not_believed() {
    let server = Server::start([json("{}")]).await;
    let meld = around(retrying(&server), |mut inner, request| async move {
        drop(inner.call(request).await);
        Err(NotSent::new("closed").retryable().into())
    });
    for error in [fail(&meld, pay).await, fail(&meld, repair).await] {
        assert_eq!((failure(&error), error.retries()), (TransportFailure::Layer, 0));
        assert!(error.outcome_unknown());
    }
}

/// A retry layer of a user.
async fn twice(mut inner: AttemptService, request: Request<Body>) -> Result<Response<Body>, BoxError> {
    let (parts, body) = request.into_parts();
    let bytes = http_body_util::BodyExt::collect(body).await?.to_bytes();
    let again = Request::from_parts(parts.clone(), Body::from(bytes.clone()));
    match inner.call(Request::from_parts(parts, Body::from(bytes))).await {
        Ok(response) if response.status().is_success() => Ok(response),
        _ => inner.call(again).await,
    }
}

#[tokio::test]
async fn repeats_of_a_layer_count_as_attempts() {
    // The first may have been executed, so that the refusal of the second proves nothing.
    let server = Server::start([Reply::Break(Vec::new()), response("403 x", "", "")]).await;
    let error = fail(&around(server.builder(), twice), pay).await;
    assert_eq!((error.status(), error.retries()), (Some(StatusCode::FORBIDDEN), 0));
    assert!(error.outcome_unknown());
    assert_eq!(server.received().len(), 2);
    // A call that must not be repeated is not sent a second time.
    let server = Server::start([Reply::Break(Vec::new()), json("{}")]).await;
    let meld = around(server.builder(), twice);
    assert_eq!(repair(&meld).into_request().unwrap().operation().idempotency, Idempotency::NotIdempotent);
    let error = fail(&meld, repair).await;
    assert!(error.to_string().contains("a layer repeats a request"), "{error}");
    assert!(error.outcome_unknown());
    server.request();
}

#[tokio::test]
async fn detached_request_is_not_sent_later() {
    let server = Server::start([json("{}")]).await;
    let meld = around(server.builder(), |mut inner, request| async move {
        tokio::spawn(async move {
            sleep(Duration::from_millis(50)).await;
            drop(inner.call(request).await);
        });
        Err(NotSent::new("closed").into())
    });
    assert!(!fail(&meld, pay).await.outcome_unknown());
    sleep(Duration::from_millis(200)).await;
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn other_servers_never_get_the_key() {
    let (server, other) = (Server::start([json("{}")]).await, Server::start([json("{}")]).await);
    let uri = format!("{}/payments/transactions/a", other.address);
    let meld = around(server.builder(), move |mut inner, mut request| {
        *request.uri_mut() = uri.parse().unwrap();
        async move { inner.call(request).await }
    });
    let error = fail(&meld, get).await;
    assert!(error.to_string().contains("a layer changed the method or the URL"), "{error}");
    let meld = around(server.builder(), |mut inner, request: Request<Body>| async move {
        inner.call(Request::new(request.into_body())).await
    });
    let error = fail(&meld, pay).await;
    assert!(error.to_string().contains("a layer dropped the `AttemptMetadata`"), "{error}");
    assert!(other.received().is_empty() && server.received().is_empty());
}

#[tokio::test]
async fn layer_may_respond_itself() {
    let server = Server::start([json("{}")]).await;
    let respond = MapResponseLayer::new(|_: Response<Body>| Response::new(r#"{"transaction":{"id":"a"}}"#.to_owned()));
    let meld = server.builder().layer(respond).build().unwrap();
    let transaction = get(&meld).send().await.unwrap().into_inner().transaction.unwrap();
    assert_eq!(transaction.id.as_deref(), Some("a"));
}
