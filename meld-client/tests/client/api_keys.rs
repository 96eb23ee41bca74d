//! Providers of API keys.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use meld_client::{
    ApiKeyFuture, ApiKeyProvider, Environment, Error, Meld, NotSent, RetryPolicy, SecretString, TransportFailure,
};

use crate::support::{KEY, Reply, Server, clean, get, json, pay, refresh, repair, response, send};

/// Returns these keys in order, and the last one repeatedly. Counts refreshes.
#[derive(Clone, Default)]
struct Keys(Arc<Mutex<(VecDeque<&'static str>, usize)>>);

impl Keys {
    fn new(keys: impl IntoIterator<Item = &'static str>) -> Self {
        Self(Arc::new(Mutex::new((keys.into_iter().collect(), 0))))
    }

    fn next(&self) -> SecretString {
        let mut state = self.0.lock().unwrap();
        let key = if state.0.len() > 1 { state.0.pop_front().unwrap() } else { state.0[0] };
        SecretString::from(key)
    }

    fn refreshes(&self) -> usize {
        self.0.lock().unwrap().1
    }
}

impl ApiKeyProvider for Keys {
    fn api_key(&self) -> ApiKeyFuture<'_> {
        Box::pin(std::future::ready(Ok(self.next())))
    }

    fn refresh<'a>(&'a self, _: &'a SecretString) -> ApiKeyFuture<'a> {
        self.0.lock().unwrap().1 += 1;
        self.api_key()
    }
}

const ONE: &str = "very-private:one-key-of-account";
const TWO: &str = "very-private:two-key-of-account";

fn failing(status: &str) -> Reply {
    response(status, "", "")
}

fn with(server: &Server, provider: impl ApiKeyProvider) -> Meld {
    server.builder().api_key_provider(provider).build().unwrap()
}

fn sent_keys(server: &Server) -> Vec<String> {
    let sent = server.sent("authorization").into_iter().flatten();
    sent.map(|value| value.trim_start_matches("BASIC ").to_owned()).collect()
}

#[tokio::test(start_paused = true)]
async fn provider_is_asked_for_each_attempt() {
    let server = Server::start([failing("503 x"), json("{}")]).await;
    let meld = server.builder().retry_policy(RetryPolicy::default()).api_key_provider(Keys::new([ONE, TWO, KEY]));
    let meld = meld.build().unwrap();
    get(&meld).send().await.unwrap();
    get(&meld).send().await.unwrap();
    assert_eq!(sent_keys(&server), [ONE, TWO, KEY]);
    let fixed = with(&server, SecretString::from(KEY));
    get(&fixed).send().await.unwrap();
    assert_eq!(sent_keys(&server).last().unwrap(), KEY);
}

#[tokio::test]
async fn rejected_key_is_refreshed_once() {
    for is_write in [false, true] {
        let server = Server::start([failing("401 x"), json("{}")]).await;
        let keys = Keys::new([ONE, TWO]);
        let meld = with(&server, keys.clone());
        let retries = match is_write {
            false => get(&meld).send().await.unwrap().retries(),
            true => pay(&meld).send().await.unwrap().retries(),
        };
        assert_eq!((sent_keys(&server), keys.refreshes(), retries), (vec![ONE.to_owned(), TWO.to_owned()], 1, 1));
        let sent = server.sent("x-idempotency-key");
        assert_eq!(sent[0], sent[1]);
    }
    // A 401 proves that nothing was executed, so that writes without a key are repeated too.
    for call in [0, 1] {
        let server = Server::start([failing("401 x"), json("{}")]).await;
        let meld = with(&server, Keys::new([ONE, TWO]));
        match call {
            0 => drop(send(repair(&meld)).await.unwrap()),
            _ => drop(send(refresh(&meld)).await.unwrap()),
        }
        assert_eq!(server.received().len(), 2);
    }
}

#[tokio::test]
async fn doubtful_401_repeats_no_write_without_a_key() {
    let body = r#"{"code":"TRANSACTION_NO_RESPONSE"}"#;
    let truncated = Reply::Break(b"HTTP/1.1 401 x\r\ncontent-length: 99\r\n\r\n{\"code\":".to_vec());
    for reply in [response("401 x", "", body), truncated] {
        let server = Server::start([reply.clone(), json("{}")]).await;
        let error = clean(send(repair(&with(&server, Keys::new([ONE, TWO])))).await.unwrap_err());
        assert!(error.outcome_unknown(), "{error}");
        assert_eq!(server.received().len(), 1);
        let server = Server::start([reply, json("{}")]).await;
        pay(&with(&server, Keys::new([ONE, TWO]))).send().await.unwrap();
        let sent = server.sent("x-idempotency-key");
        assert_eq!((sent.len(), &sent[0]), (2, &sent[1]));
    }
}

#[tokio::test]
async fn second_401_and_same_key_end_the_call() {
    for keys in [&[ONE, TWO, KEY][..], &[ONE]] {
        let server = Server::start([failing("401 x")]).await;
        let provider = Keys::new(keys.iter().copied());
        let error = clean(pay(&with(&server, provider.clone())).send().await.unwrap_err());
        assert_eq!((error.status().unwrap().as_u16(), provider.refreshes()), (401, 1));
        assert_eq!(server.received().len(), keys.len().min(2));
        assert!(!error.outcome_unknown());
    }
    // Without a provider, there is nothing to refresh.
    let server = Server::start([failing("401 x"), json("{}")]).await;
    assert_eq!(clean(pay(&server.meld()).send().await.unwrap_err()).retries(), 0);
}

#[tokio::test(start_paused = true)]
async fn outcome_stays_unknown_across_a_refresh() {
    let server = Server::start([failing("500 x"), failing("401 x"), failing("401 x")]).await;
    let meld = server.builder().retry_policy(RetryPolicy::default()).api_key_provider(Keys::new([ONE, TWO, KEY]));
    let error = clean(pay(&meld.build().unwrap()).send().await.unwrap_err());
    assert_eq!((error.status().unwrap().as_u16(), error.retries()), (401, 2));
    assert!(error.outcome_unknown());
}

#[tokio::test]
async fn current_and_previous_key_are_redacted() {
    let body = format!(r#"{{"code":"X","message":"{ONE} {TWO}"}}"#);
    let server = Server::start([failing("401 x"), response("400 x", "", &body)]).await;
    let error = clean(get(&with(&server, Keys::new([ONE, TWO]))).send().await.unwrap_err());
    assert_eq!(error.error_response().unwrap().message.as_deref(), Some("[redacted] [redacted]"));
    let headers = format!("x-request-id: {TWO}\r\nmeld-version: {ONE}\r\n");
    let server = Server::start([failing("401 x"), response("200 OK", &headers, "{}")]).await;
    let value = get(&with(&server, Keys::new([ONE, TWO]))).send().await.unwrap();
    assert_eq!((value.request_id(), value.version()), (Some("[redacted]"), Some("[redacted]")));
}

/// Fails in a way that depends on the number.
struct Failing(u8);

impl ApiKeyProvider for Failing {
    fn api_key(&self) -> ApiKeyFuture<'_> {
        let number = self.0;
        Box::pin(async move {
            match number {
                0 => Err(Error::configuration("no key")),
                1 => Err(NotSent::new("the vault is sealed").retryable().into()),
                2 => Err(Error::transport(TransportFailure::Timeout)),
                3 => Ok(SecretString::from("two words")),
                _ => std::future::pending().await,
            }
        })
    }
}

#[tokio::test(start_paused = true)]
async fn failing_provider_proves_nothing_was_sent() {
    let server = Server::start([json("{}")]).await;
    for (number, text, retries) in [
        (0, "no key", 0),
        (1, "the request was not sent: the vault is sealed (retries: 2)", 2),
        (2, "the request was not sent: there is no API key: no response in time (retries: 2)", 2),
        (3, "the API key must be the key alone", 0),
        (4, "the provider of the API key did not respond in time (retries: 2)", 2),
    ] {
        let meld = server.builder().retry_policy(RetryPolicy::default()).api_key_provider(Failing(number));
        let error = clean(pay(&meld.build().unwrap()).send().await.unwrap_err());
        assert!(error.to_string().contains(text), "{error}");
        assert_eq!(error.retries(), retries, "{error}");
        assert!(!error.outcome_unknown(), "{error}");
    }
    assert!(server.received().is_empty());
}

/// Provides one key, and fails afterwards with a text that repeats it.
struct Talkative {
    keys: Keys,
    retryable: bool,
}

impl Talkative {
    fn fail(&self) -> Error {
        let text = format!("the vault has revoked {ONE}");
        if self.retryable { NotSent::new(text).retryable().into() } else { Error::configuration(text) }
    }
}

impl ApiKeyProvider for Talkative {
    fn api_key(&self) -> ApiKeyFuture<'_> {
        let is_first = self.keys.0.lock().unwrap().0.pop_front().is_some();
        Box::pin(std::future::ready(if is_first { Ok(SecretString::from(ONE)) } else { Err(self.fail()) }))
    }
}

#[tokio::test(start_paused = true)]
async fn errors_of_providers_are_redacted() {
    for retryable in [false, true] {
        let server = Server::start([failing("401 x")]).await;
        let meld = with(&server, Talkative { keys: Keys::new([ONE]), retryable });
        let error = clean(get(&meld).send().await.unwrap_err());
        assert_eq!(error.status().unwrap().as_u16(), 401, "the refresh failed: {error}");
        let error = clean(get(&meld).send().await.unwrap_err());
        assert!(error.to_string().ends_with("the vault has revoked [redacted]"), "{error}");
        assert_eq!(error.is_retryable(), retryable);
    }
}

#[tokio::test]
async fn gateway_gets_requests_without_a_key() {
    let server = Server::start([json("{}")]).await;
    let gateway = Meld::builder().without_api_key().base_url(&server.address).build().unwrap();
    pay(&gateway).send().await.unwrap();
    assert_eq!(server.sent("authorization"), [None]);
    // Meld itself adds no key.
    for environment in [Environment::Sandbox, Environment::Production] {
        let meld = Meld::builder().without_api_key();
        for meld in [meld.clone().environment(environment), meld.base_url(environment.base_url())] {
            let error = clean(get(&meld.build().unwrap()).send().await.unwrap_err());
            assert!(error.to_string().contains("needs an API key"), "{error}");
        }
    }
    assert!(Meld::builder().base_url(&server.address).build().is_err());
}

#[tokio::test(start_paused = true)]
async fn slow_provider_shares_the_time_limit() {
    let server = Server::start([json("{}")]).await;
    let started = tokio::time::Instant::now();
    let meld = server.builder().timeout(Duration::from_secs(3)).api_key_provider(Failing(4)).build().unwrap();
    clean(get(&meld).send().await.unwrap_err());
    assert_eq!(started.elapsed().as_secs(), 3);
}
