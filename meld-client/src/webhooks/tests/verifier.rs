//! Tests of [`Verifier`].

use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use hmac::{Hmac, KeyInit, Mac};
use meld_client_core::chrono::{DateTime, TimeDelta, Utc};
use meld_client_core::http::{HeaderMap, HeaderName, Request, StatusCode};
use sha2::Sha256;

use super::delivered::{Delivered, example_time, value};
use super::json;
use crate::webhooks::{EventType, Payload, Rejection, Verifier, VerifierError};

#[test]
fn example_of_the_guides_is_verified() {
    let example = Delivered::vector();
    assert_eq!(
        example.signer().signature("2022-05-26T20:25:17.682818Z", &example.body).into_bytes(),
        example.signature
    );
    let headers = example.headers().unwrap();
    let delivery = example.verifier().verify_at(&headers, &example.body, example_time()).unwrap();
    assert_eq!(delivery.event.event_type, EventType::WebhookTest);
    assert_eq!(delivery.event.event_id.as_deref(), Some("GDtv8pQgwzc9HuFFBQFrww"));
    assert_eq!(delivery.signed_at, Some(example_time()));
    assert_eq!(delivery.retry, None);
}

#[test]
fn any_flipped_bit_is_rejected() {
    let example = Delivered::vector();
    let mut rejected = 0;
    let mut reject = |changed: &Delivered, part: &str| {
        let Some(headers) = changed.headers() else { return };
        let Ok(verifier) = Verifier::new(changed.secret.as_str(), changed.url.as_str()) else { return };
        let verdict = verifier.verify_at(&headers, &changed.body, example_time());
        assert!(verdict.is_err(), "{part}");
        assert_eq!(verdict.unwrap_err().status(), StatusCode::UNAUTHORIZED, "{part}");
        rejected += 1;
    };
    for change in flipped(&example.body) {
        reject(&Delivered { body: change, ..example.clone() }, "body");
    }
    for change in flipped(&example.signature) {
        reject(&Delivered { signature: change, ..example.clone() }, "signature");
    }
    for change in flipped(&example.timestamp) {
        reject(&Delivered { timestamp: change, ..example.clone() }, "timestamp");
    }
    for change in flipped(example.secret.as_bytes()) {
        let Ok(secret) = String::from_utf8(change) else { continue };
        reject(&Delivered { secret, ..example.clone() }, "secret");
    }
    for change in flipped(example.url.as_bytes()) {
        let Ok(url) = String::from_utf8(change) else { continue };
        reject(&Delivered { url, ..example.clone() }, "URL");
    }
    assert!(rejected > 2400, "{rejected}");
}

/// Returns all byte strings that differ in one bit.
fn flipped(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..bytes.len() * 8).map(|bit| {
        let mut bytes = bytes.to_vec();
        bytes[bit / 8] ^= 1 << (bit % 8);
        bytes
    })
}

#[test]
fn url_must_equal_that_of_the_profile() {
    for url in [
        "http://example.meld.io/webhooks",
        "https://example.meld.io/webhooks/",
        "https://example.meld.io/Webhooks",
        "https://example.meld.io:443/webhooks",
        "http://10.0.0.5:8080/webhooks",
    ] {
        let example = Delivered { url: url.to_owned(), ..Delivered::vector() };
        assert_eq!(example.verify(), Err(Rejection::WrongSignature), "{url}");
    }
}

#[test]
fn url_of_the_request_is_ignored() {
    let now = DateTime::<Utc>::from(SystemTime::now());
    let example = Delivered::signed_at(&now.to_rfc3339());
    let mut request = Request::post("http://10.0.0.5:8080/internal").header("host", "10.0.0.5");
    for (name, value) in &example.headers().unwrap() {
        request = request.header(name, value);
    }
    let request = request.body(example.body.clone()).unwrap();
    assert!(example.verifier().verify_request(&request).is_ok());
}

#[test]
fn encoded_again_json_is_rejected() {
    let mut example = Delivered::vector();
    let event = json(&example.body);
    example.body = meld_client_core::serde_json::to_vec_pretty(&event).unwrap();
    assert_eq!(example.verify(), Err(Rejection::WrongSignature));
    // The same fields in reverse order.
    let fields = event.as_object().unwrap().iter().rev();
    let fields: Vec<String> = fields.map(|(name, value)| format!("{name:?}:{value}")).collect();
    example.body = format!("{{{}}}", fields.join(",")).into_bytes();
    assert_eq!(json(&example.body), event);
    assert_eq!(example.verify(), Err(Rejection::WrongSignature));
    example.body = [Delivered::vector().body, b"\n".to_vec()].concat();
    assert_eq!(example.verify(), Err(Rejection::WrongSignature));
}

#[test]
fn malformed_signatures_are_explained() {
    let valid = String::from_utf8(Delivered::vector().signature).unwrap();
    let bytes = URL_SAFE.decode(&valid).unwrap();
    let hexadecimal = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    for (signature, why) in [
        (valid.trim_end_matches('=').to_owned(), "the signature lacks its padding"),
        (valid.replace('-', "+"), "URL-safe base64"),
        (hexadecimal, "hexadecimal"),
        (format!("sha256={valid}"), "44 characters"),
        (String::new(), "44 characters"),
        ("====".to_owned(), "44 characters"),
        (format!("{valid}="), "44 characters"),
        (format!("{valid} "), "44 characters"),
        ("AAAA".repeat(11), "44 characters"),
        // The same bytes, with other padding bits.
        (valid.replace("Hg=", "Hh="), "44 characters"),
    ] {
        let example = Delivered { signature: signature.into_bytes(), ..Delivered::vector() };
        let rejection = example.verify().unwrap_err();
        assert!(rejection.to_string().contains(why), "{rejection}");
        assert_eq!(rejection.status(), StatusCode::UNAUTHORIZED);
    }
}

#[test]
fn signature_of_the_body_alone_is_rejected() {
    let mut example = Delivered::vector();
    let mut mac = Hmac::<Sha256>::new_from_slice(example.secret.as_bytes()).unwrap();
    mac.update(&example.body);
    let signature = URL_SAFE.encode(mac.finalize().into_bytes());
    example.signature = signature.into_bytes();
    assert_eq!(example.verify(), Err(Rejection::WrongSignature));
}

#[test]
fn headers_match_in_any_letter_case() {
    let example = Delivered::vector();
    for (signature, timestamp) in [
        ("meld-signature", "meld-signature-timestamp"),
        ("Meld-Signature", "Meld-Signature-Timestamp"),
        ("MELD-SIGNATURE", "MELD-SIGNATURE-TIMESTAMP"),
    ] {
        let entries = [(signature, &example.signature), (timestamp, &example.timestamp)];
        let headers: HeaderMap =
            entries.iter().map(|(name, bytes)| (name.parse::<HeaderName>().unwrap(), value(bytes).unwrap())).collect();
        let verdict = example.verifier().verify_at(&headers, &example.body, example_time());
        assert!(verdict.is_ok(), "{signature}");
    }
    for (removed, missing) in
        [("meld-signature", "Meld-Signature"), ("meld-signature-timestamp", "Meld-Signature-Timestamp")]
    {
        let mut headers = example.headers().unwrap();
        headers.remove(removed);
        let verdict = example.verifier().verify_at(&headers, &example.body, example_time());
        assert_eq!(verdict, Err(Rejection::MissingHeader(missing)));
    }
}

#[test]
fn any_added_secret_is_accepted() {
    let example = Delivered::vector();
    let verifier = |secrets: [&str; 2]| {
        let verifier = Verifier::new(secrets[0], example.url.as_str()).unwrap();
        example.verify_with(&verifier.add_secret(secrets[1]).unwrap())
    };
    assert_eq!(verifier([&example.secret, "other"]), Ok(()));
    assert_eq!(verifier(["other", &example.secret]), Ok(()));
    assert_eq!(verifier(["other", "another"]), Err(Rejection::WrongSignature));
}

#[test]
fn blank_secret_or_url_is_an_error() {
    let url = "https://example.com/webhooks";
    for blank in ["", " ", "\n\t"] {
        let error = Verifier::new(blank, url).unwrap_err();
        assert_eq!(error, VerifierError::EmptySecret);
        assert!(error.to_string().contains("secret of the webhook verifier"), "{error}");
        let with_another = Verifier::new("secret", url).unwrap().add_secret(blank);
        assert_eq!(with_another.unwrap_err(), VerifierError::EmptySecret);
        assert_eq!(Verifier::new("secret", blank).unwrap_err(), VerifierError::EmptyUrl);
    }
}

#[test]
fn settings_that_match_no_signature_are_errors() {
    let url = "https://example.com/webhooks";
    for secret in ["secret\n", " secret"] {
        assert_eq!(Verifier::new(secret, url).unwrap_err(), VerifierError::SpaceAroundSecret);
    }
    for url in ["example.com/webhooks", "https://example.com/webhooks\n", "/webhooks", "https://example .com"] {
        assert_eq!(Verifier::new("secret", url).unwrap_err(), VerifierError::InvalidUrl, "{url}");
    }
    assert!(Verifier::new("secret", "http://127.0.0.1:3000/webhooks").is_ok());
}

#[test]
fn rejections_show_whole_seconds() {
    let tolerance = Duration::from_secs(300);
    let age = Duration::new(300, 999_999_450);
    for (rejection, start) in [
        (Rejection::TooOld { age, tolerance }, "the delivery was signed 301 seconds ago, more than the 300 seconds of"),
        (
            Rejection::InTheFuture { ahead: age, tolerance },
            "the delivery was signed 301 seconds in the future, more than the 300 seconds of",
        ),
    ] {
        assert!(rejection.to_string().starts_with(start), "{rejection}");
        assert!(rejection.to_string().contains("`tolerance`"), "{rejection}");
    }
}

#[test]
fn clocks_may_differ_by_the_tolerance() {
    let example = Delivered::vector();
    let headers = example.headers().unwrap();
    let at = |verifier: &Verifier, difference: TimeDelta| {
        let now = example_time() + difference;
        verifier.verify_at(&headers, &example.body, now).map(drop)
    };
    let (default, bound) = (example.verifier(), TimeDelta::seconds(300));
    let nanosecond = TimeDelta::nanoseconds(1);
    for difference in [TimeDelta::zero(), bound, -bound] {
        assert_eq!(at(&default, difference), Ok(()), "{difference}");
    }
    let tolerance = Duration::from_secs(300);
    let beyond = tolerance + Duration::from_nanos(1);
    let too_old = Rejection::TooOld { age: beyond, tolerance };
    assert_eq!(at(&default, bound + nanosecond), Err(too_old));
    assert_eq!(at(&default, -bound - nanosecond), Err(Rejection::InTheFuture { ahead: beyond, tolerance }));

    let strict = example.verifier().tolerance(Duration::ZERO);
    assert_eq!(at(&strict, TimeDelta::zero()), Ok(()));
    let too_old = Rejection::TooOld { age: Duration::from_nanos(1), tolerance: Duration::ZERO };
    assert_eq!(at(&strict, nanosecond), Err(too_old));
    let lenient = example.verifier().tolerance(Duration::MAX);
    assert_eq!(at(&lenient, TimeDelta::days(100_000)), Ok(()));
    for difference in [TimeDelta::days(10_000), TimeDelta::days(-10_000)] {
        assert_eq!(at(&example.verifier().allow_any_age(), difference), Ok(()));
    }
}

#[test]
fn verify_uses_the_current_time() {
    let example = Delivered::vector();
    let verdict = example.verifier().verify(&example.headers().unwrap(), &example.body);
    assert!(matches!(verdict, Err(Rejection::TooOld { age, .. }) if age > Duration::from_secs(86_400)));
    let headers = example.signer().sign(SystemTime::now().into(), &example.body);
    assert!(example.verifier().verify(&headers, &example.body).is_ok());
}

#[test]
fn timestamps_may_have_several_formats() {
    for timestamp in ["1653596717", "1653596717682", "2022-05-26T20:25:17Z", "2022-05-26T22:25:17+02:00"] {
        assert_eq!(Delivered::signed_at(timestamp).verify(), Ok(()), "{timestamp}");
    }
    for timestamp in ["1653596417", "1653596417000", "2022-05-26T20:25:17+02:00"] {
        let rejection = Delivered::signed_at(timestamp).verify().unwrap_err();
        assert!(matches!(rejection, Rejection::TooOld { .. }), "{timestamp}: {rejection}");
    }
    let unreadable = Delivered::signed_at("Thu 26 May 2022");
    assert_eq!(unreadable.verify(), Err(Rejection::MalformedTimestamp));
    let verifier = unreadable.verifier().allow_any_age();
    let headers = unreadable.headers().unwrap();
    let delivery = verifier.verify_at(&headers, &unreadable.body, example_time()).unwrap();
    assert_eq!(delivery.signed_at, None);
    for timestamp in ["yesterday", "2022-05-26", "9223372036854775807", "-9223372036854775808", "1e9"] {
        assert_eq!(Delivered::signed_at(timestamp).verify(), Err(Rejection::MalformedTimestamp), "{timestamp}");
    }
    let long = Delivered::signed_at(&"1".repeat(65));
    assert_eq!(long.verify_with(&long.verifier().allow_any_age()), Err(Rejection::MalformedTimestamp));
}

/// The signed parts are joined by full stops only. An attacker who controls a string in an event could otherwise move
/// the start of the body into the timestamp.
#[test]
fn body_cannot_be_moved_into_the_timestamp() {
    let mut example = Delivered::vector();
    let inner = br#"{"eventType":"TRANSACTION_CRYPTO_COMPLETE"}"#;
    let prefix = b"{\"eventType\":\"A\",\"note\":\"";
    let separator = format!(".{}.", example.url);
    example.body = [prefix, separator.as_bytes(), inner].concat();
    let time = "2022-05-26T20:25:17.682818Z";
    example.signature = example.signer().signature(time, &example.body).into();
    let forged = Delivered {
        timestamp: [time.as_bytes(), separator.as_bytes(), prefix].concat(),
        body: inner.to_vec(),
        ..example.clone()
    };
    let signed = |one: &Delivered| [&one.timestamp[..], b".", one.url.as_bytes(), b".", &one.body].concat();
    assert_eq!(signed(&forged), signed(&example), "the signature is valid");
    let verifier = forged.verifier().allow_any_age();
    assert_eq!(forged.verify_with(&verifier), Err(Rejection::MalformedTimestamp));
}

#[test]
fn signed_body_that_is_no_event_gets_400() {
    for body in ["", "null", "[]", "\"text\"", "{}", "{\"eventId\":\"1\"}", "{\"eventType\":"] {
        let rejection = Delivered::signed("1653596717", body.as_bytes()).verify().unwrap_err();
        assert!(matches!(rejection, Rejection::InvalidEvent(_)), "{body}: {rejection}");
        assert_eq!(rejection.status(), StatusCode::BAD_REQUEST);
    }
}

#[test]
fn signed_malformed_event_is_decoded() {
    let body = b"{\"eventType\":\"WEBHOOK_TEST\",\"eventId\":\"caf\xe9\",\"payload\":{\"requestId\":\"r\"}}";
    let example = Delivered::signed("1653596717", body);
    let unsigned = Delivered { signature: Delivered::vector().signature, ..example.clone() };
    assert_eq!(unsigned.verify(), Err(Rejection::WrongSignature), "the signature comes first");
    assert_eq!(example.verify(), Ok(()));
    let verifier = example.verifier().allow_any_age();
    let delivery = verifier.verify(&example.headers().unwrap(), &example.body).unwrap();
    assert!(matches!(&delivery.event.payload, Payload::Test(test) if test.request_id.as_deref() == Some("r")));
    assert_eq!(delivery.event.decode_warnings().first()[0].path, "eventId");
}

#[test]
fn strict_decoding_rejects_malformed_fields() {
    let body = br#"{"eventType":"WEBHOOK_TEST","timestamp":"secret-text","payload":{}}"#;
    let example = Delivered::signed("1653596717", body);
    assert_eq!(example.verify(), Ok(()));
    let rejection = example.verify_with(&example.verifier().strict_decoding(true)).unwrap_err();
    let message = rejection.to_string();
    let start = "the body is not an event: timestamp: expected a date-time";
    assert!(message.starts_with(start) && !message.contains("secret"), "{message}");
}

#[test]
fn secrets_and_signatures_are_redacted() {
    let example = Delivered::vector();
    let verifier = example.verifier().add_secret("another-secret").unwrap();
    let shown = format!("{verifier:?} {:?}", example.signer());
    assert!(!shown.contains(&example.secret) && !shown.contains("another-secret"), "{shown}");
    assert!(shown.contains("https://example.meld.io/webhooks"), "{shown}");
    let signature = String::from_utf8(example.signature.clone()).unwrap();
    let wrong = Delivered { url: "https://example.com/".to_owned(), ..example.clone() };
    let malformed = Delivered { signature: signature[1..].into(), ..example.clone() };
    for rejection in [wrong.verify().unwrap_err(), malformed.verify().unwrap_err()] {
        let shown = format!("{rejection} {rejection:?}");
        for hidden in [&example.secret, &signature[1..], "GDtv8pQgwzc9HuFFBQFrww"] {
            assert!(!shown.contains(hidden), "{shown}");
        }
    }
}
