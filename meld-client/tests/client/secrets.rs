//! Redaction of request secrets that a response repeats.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use meld_client::v2026_02_03::payments;
use meld_client::{Attempt, AttemptResult, Meld, MeldBuilder, Observer, RetryPolicy, serde_json};
use serde_json::json;

use crate::support::{KEY, PRIVATE, Reply, Server, clean, failed, get, json as success, logged, pay, response};

const CARD: &str = "4242424242424242";
const CODE: &str = "737";
const EXPIRATION: &str = "11/38";
const ACCOUNT: &str = "000123456789";
const ROUTING: &str = "021000021";
const IBAN: &str = "DE89370400440532013000";
const EMAIL: &str = "jane.doe@example.com";
const PHONE: &str = "+15551234567";
const BIRTH: &str = "1990-12-31";

const SECRETS: [&str; 11] = [KEY, PRIVATE, CARD, CODE, EXPIRATION, ACCOUNT, ROUTING, IBAN, EMAIL, PHONE, BIRTH];

/// Returns a payment with all secrets.
fn payment(meld: &Meld) -> payments::builder::CreateTransaction {
    let details = json!({
        "cardNumber": CARD, "securityCode": CODE, "expiration": EXPIRATION, "accountNumber": ACCOUNT,
        "routingNumber": ROUTING, "iban": IBAN, "holder": {"email": EMAIL, "phone": PHONE, "dateOfBirth": BIRTH},
    });
    let method = payments::types::PaymentMethodInput::builder().type_("CARD").details(details);
    let body = payments::types::PaymentTransactionRequest::builder()
        .source_amount(meld_client::Decimal::new(2500, 2))
        .source_currency_code("USD")
        .nonce(PRIVATE)
        .payment_method(method.build().unwrap());
    meld.v2026_02_03().payments().create_transaction().body(body)
}

/// Returns the forms in which a JSON string may repeat a secret.
pub fn echoes(secret: &str) -> Vec<String> {
    let escaped = |escape: &dyn Fn(u32) -> String| -> String {
        secret.chars().map(|character| escape(u32::from(character))).collect()
    };
    let spaced: Vec<String> = secret.chars().map(String::from).collect();
    let mut echoes = vec![
        secret.to_owned(),
        secret.to_lowercase(),
        secret.to_uppercase(),
        escaped(&|code| format!("\\u{code:04x}")),
        escaped(&|code| format!("\\\\u{code:04X}")),
        escaped(&|code| format!("%{code:02x}")),
        escaped(&|code| format!("&#{code};")),
        secret.replace('/', "\\/"),
        STANDARD.encode(secret),
        URL_SAFE.encode(format!("BASIC {secret}")),
    ];
    // In groups, as card and account numbers are printed.
    if secret.len() >= 8 {
        echoes.push(spaced.chunks(4).map(<[String]>::concat).collect::<Vec<_>>().join(" "));
        echoes.push(spaced.chunks(3).map(<[String]>::concat).collect::<Vec<_>>().join("-"));
        echoes.push(secret.bytes().map(|byte| format!("{byte:02x}")).collect());
    }
    echoes
}

/// Collects everything that observers see.
#[derive(Clone, Default)]
pub struct Seen(Arc<Mutex<String>>);

impl Seen {
    pub fn text(&self) -> String {
        self.0.lock().unwrap().clone()
    }
}

impl Observer for Seen {
    fn on_result(&self, attempt: &Attempt<'_>, outcome: &AttemptResult<'_>) {
        let error = outcome.error().map(|error| format!("{error} {error:?}"));
        let text = format!("{attempt:?} {outcome:?} {:?} {error:?}", outcome.headers());
        self.0.lock().unwrap().push_str(&text);
    }
}

pub fn seen_by(server: &Server) -> (MeldBuilder, Seen) {
    let seen = Seen::default();
    (server.builder().observer(seen.clone()), seen)
}

pub fn assert_redacted(text: &str, secret: &str, echo: &str) {
    // Short secrets may be parts of other words.
    let words = || text.split(|c: char| !(c.is_alphanumeric() || c == '/'));
    let is_shown = match secret.len() {
        0..8 => words().any(|word| word == secret || word == echo),
        _ => text.contains(echo) || text.contains(secret),
    };
    assert!(!is_shown, "{secret} as {echo} in {text}");
}

/// Returns an error that repeats a secret in its body and headers.
fn refusal(secret: &str, echo: &str) -> Reply {
    let body = format!(
        r#"{{"code":"{echo}","message":"it is {echo}, wrong","errors":["[{echo}] {echo}","a {echo}"],
        "{echo}":1,"requestId":"{echo}","displayMessage":"{echo}","timestamp":"{echo}",
        "serviceProviderDetails":{{"raw":["{echo}"],"{echo}":{{"a":"{echo}"}}}}}}"#
    );
    // Headers have no JSON escapes.
    let value = if echo.contains('\\') { secret } else { echo };
    let headers = format!("x-request-id: {value}\r\nmeld-version: {value}\r\nx-a: {value}\r\n");
    response("400 Bad Request", &headers, &body)
}

#[tokio::test]
async fn echoed_secrets_are_redacted_everywhere() {
    for secret in SECRETS {
        let echoes = echoes(secret);
        // One client for all of them, because making one takes longer than all of its calls.
        let server = Server::start(echoes.iter().map(|echo| refusal(secret, echo))).await;
        let (meld, seen) = seen_by(&server);
        let meld = meld.build().unwrap();
        for echo in &echoes {
            let error = clean(payment(&meld).send().await.unwrap_err());
            let response: serde_json::Value = error.decode_body().unwrap();
            let kept = String::from_utf8(error.body().unwrap().to_vec()).unwrap();
            for text in [
                error.to_string(),
                format!("{error:?}"),
                format!("{:?}", error.error_response()),
                format!("{:?}", error.headers()),
                kept,
                response.to_string(),
                seen.text(),
            ] {
                assert_redacted(&text, secret, echo);
            }
            assert!(error.error_response().unwrap().message.as_deref().unwrap().contains("[redacted]"));
        }
    }
}

#[tokio::test]
async fn numbers_that_are_secrets_are_redacted() {
    for (secret, number) in [(CARD, CARD), (ACCOUNT, "123456789"), (ROUTING, "21000021"), (CODE, CODE)] {
        let body = format!(r#"{{"code":"X","message":{number},"other":[{number},1],"n":{number}.0}}"#);
        let error = failed(response("400 Bad Request", "", &body), payment).await;
        let response: serde_json::Value = error.decode_body().unwrap();
        assert_eq!(response["message"], "[redacted]", "{number}");
        assert_redacted(&response.to_string(), secret, number);
    }
}

#[tokio::test]
async fn query_values_that_are_secrets_are_redacted() {
    let body = format!(r#"{{"code":"X","message":"{EMAIL} has no customer"}}"#);
    let server = Server::start([response("404 Not Found", "", &body)]).await;
    let mut request = get(&server.meld()).into_request().unwrap();
    request.query("email", Some(EMAIL));
    let error = server.meld().transport().send_ignoring_body(request).await.unwrap_err();
    assert_eq!(error.error_response().unwrap().message.as_deref(), Some("[redacted] has no customer"));
}

/// The caller gets the values of a success; the log does not.
#[tokio::test]
async fn successes_that_echo_secrets_log_none() {
    for secret in [KEY, PRIVATE, CARD, EMAIL] {
        let headers = format!("x-request-id: {secret}\r\nmeld-version: {secret}\r\n");
        let body = format!(r#"{{"a {secret}":"7"}}"#);
        let server = Server::start([response("200 OK", &headers, &body)]).await;
        let (builder, seen) = seen_by(&server);
        let meld = builder.build().unwrap();
        let read = |strict| {
            let request = payment(&meld).into_request().unwrap();
            let transport = meld.transport().clone().with_strict_decoding(strict);
            async move { transport.send::<BTreeMap<String, bool>>(request).await }
        };
        let value = read(false).await.unwrap();
        assert_eq!(value.decode_warnings().first()[0].path, "a [redacted]");
        if secret == KEY {
            assert_eq!((value.request_id(), value.version()), (Some("[redacted]"), Some("[redacted]")));
        }
        let error = clean(read(true).await.unwrap_err());
        for text in [format!("{error} {error:?} {:?}", error.excerpt()), seen.text()] {
            assert_redacted(&text, secret, secret);
        }
        assert_redacted(&logged().lock().unwrap(), secret, secret);
    }
}

/// A failed attempt is logged before the next one.
#[tokio::test(start_paused = true)]
async fn retries_log_no_secrets() {
    let body = format!(r#"{{"code":"{CARD}","message":"{EMAIL} {KEY}"}}"#);
    let server = Server::start([response("503 x", "", &body), success("{}")]).await;
    let meld = server.builder().retry_policy(RetryPolicy::default()).build().unwrap();
    assert_eq!(payment(&meld).send().await.unwrap().retries(), 1);
    let logged = logged().lock().unwrap();
    assert!(logged.contains("retrying"));
    [CARD, EMAIL, KEY].iter().for_each(|secret| assert_redacted(&logged, secret, secret));
}

#[tokio::test]
async fn errors_show_what_is_not_secret() {
    let body = r#"{"code":"INVALID_AMOUNT_TOO_LOW","message":"25.00 USD by CARD is below 30.00",
        "errors":["[sourceAmount] 25.00"],"requestId":"4d9e1f737aa"}"#;
    let error = failed(response("400 Bad Request", "", body), payment).await;
    assert_eq!(
        error.to_string(),
        "POST /payments/transactions: 400 Bad Request, INVALID_AMOUNT_TOO_LOW: 25.00 USD by CARD is \
         below 30.00 [sourceAmount] (request id 4d9e1f737aa)"
    );
    assert_eq!(error.body(), Some(body.as_bytes()));
}

#[tokio::test]
async fn responses_cannot_control_a_terminal() {
    let odd = "a\\n\\u001b[2J\\u009b\\u202e\\u2066\\u200b\\u2028b";
    let body = format!(r#"{{"code":"{odd}","message":"{odd}","errors":["[{odd}] x"],"requestId":"{odd}"}}"#);
    let long = "x".repeat(5000);
    let long = format!(r#"{{"code":"{long}","message":"{long}","requestId":"{long}"}}"#);
    let page = "<title>a\u{1b}[2J\u{202e}\nb</title>";
    let damaged = "{\"a\u{1b}\u{202e}\n\": \u{1b}";
    for reply in [
        response("400 Bad Request", "", &body),
        response("400 Bad Request", "", &long),
        response("502 Bad Gateway", "", page),
        response("200 OK", "", damaged),
    ] {
        let error = failed(reply, pay).await;
        for text in [error.to_string(), format!("{error:?}"), error.excerpt().unwrap_or_default()] {
            let is_odd =
                |c: char| c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}');
            assert!(!text.contains(is_odd) && text.len() < 2000, "{text:?}");
        }
    }
}
