//! Responses with malformed bytes or mislabelled compression.

use meld_client::v2026_02_03::bank_linking::builder::SearchTransactions;
use meld_client::v2026_02_03::prelude::*;
use meld_client::{Decimal, ErrorKind};

use crate::support::{Reply, Server, failed, get, gzip, pay, quote, response};

fn page(rows: &[&[u8]], remaining: u32) -> Reply {
    let end = format!("],\"remaining\":{remaining}}}");
    let rows = rows.join(&b","[..]);
    let body = [b"{\"financialAccountTransactions\":[", &*rows, end.as_bytes()].concat();
    response("200 OK", "content-type: application/json\r\n", body)
}

const MALFORMED: [&[u8]; 6] = [b"\"\\ud83d\"", b"\"caf\xe9\"", b"\"a\nb\"", b"\"\\x\"", b"NaN", b"\xff"];

/// Streams these pages. Returns the ids, the error at the end, and the `after` of each request that has one.
async fn stream(pages: impl IntoIterator<Item = Reply>) -> (Vec<String>, Option<String>, Vec<String>) {
    let server = Server::start(pages).await;
    let search: SearchTransactions = server.meld().v2026_02_03().bank_linking().search_transactions();
    let mut rows = search.stream();
    let (mut ids, mut end) = (Vec::new(), None);
    while let Some(row) = rows.next().await {
        match row {
            Ok(row) => ids.push(row.id.unwrap_or_default()),
            Err(error) => end = Some(error.to_string()),
        }
    }
    let after = |line: &str| line.split_once("after=").map(|(_, key)| key.to_owned());
    (ids, end, server.received().iter().filter_map(|request| after(request.line())).collect())
}

const A: &[u8] = b"{\"id\":\"a\",\"key\":\"a\"}";
const C: &[u8] = b"{\"id\":\"c\",\"key\":\"c\"}";

/// Returns the row `b` with this field, whose value may be malformed.
fn row(field: &str, value: &[u8]) -> Vec<u8> {
    [format!("{{\"id\":\"b\",{field}:").as_bytes(), value, b"}"].concat()
}

#[tokio::test]
async fn malformed_values_do_not_end_a_stream() {
    for malformed in MALFORMED {
        let shown = malformed.escape_ascii();
        let field = row("\"key\":\"b\",\"description\"", malformed);
        let (ids, end, after) = stream([page(&[A, &field], 1), page(&[C], 0)]).await;
        assert_eq!((ids.concat(), end, after.concat()), ("abc".into(), None, "b".into()), "{shown}");

        // A row without a key is on the next page again, which starts after the last valid key.
        let key = row("\"key\"", malformed);
        let (ids, end, after) = stream([page(&[A, &key], 1), page(&[&key, C], 0)]).await;
        assert_eq!((ids.concat(), end, after.concat()), ("abc".into(), None, "a".into()), "{shown}");
    }
}

#[tokio::test]
async fn page_without_keys_is_an_error() {
    for malformed in MALFORMED {
        let key = row("\"key\"", malformed);
        let (ids, end, after) = stream([page(&[A], 2), page(&[&key], 1)]).await;
        assert_eq!((ids.concat(), after.concat()), ("ab".into(), "a".into()));
        assert!(end.unwrap().contains("no key to continue from"));
        let (ids, end, _) = stream([page(&[A], 2), page(&[malformed], 1)]).await;
        assert!(ids == ["a"] && end.is_some(), "{ids:?} {end:?}");
    }
}

#[tokio::test]
async fn malformed_error_body_keeps_its_code() {
    for malformed in MALFORMED {
        let body = [b"{\"code\":\"CONFLICT\",\"displayMessage\":", malformed, b",\"message\":\"no\"}"].concat();
        let error = failed(response("409 Conflict", "", &body), get).await;
        assert_eq!(error.code().unwrap().as_str(), "CONFLICT");
        assert_eq!(error.error_response().unwrap().message.as_deref(), Some("no"));
    }
}

#[tokio::test]
async fn strict_decoding_rejects_malformed_bytes() {
    for malformed in MALFORMED {
        let body = [b"{\"quotes\":[{\"sourceAmount\":100.1,\"exchangeRate\":", malformed, b"}]}"].concat();
        let server = Server::start([response("200 OK", "", &body)]).await;
        let strict = server.builder().strict_decoding(true).build().unwrap();
        let error = quote(&strict).send().await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Decode { path, .. } if path == "quotes[0].exchangeRate"));
        let quotes = quote(&server.meld()).send().await.unwrap();
        assert_eq!(quotes.decode_warnings().first()[0].path, "quotes[0].exchangeRate");
        assert_eq!(quotes.quotes[0].source_amount, Some(Decimal::new(1001, 1)));
    }
}

#[tokio::test]
async fn gzip_under_any_name_is_decompressed() {
    let body = b"{\"quotes\":[{\"sourceAmount\":100.1}]}";
    let (once, twice) = (gzip(body), gzip(gzip(body)));
    let two_members = [&*once, &gzip(b"")].concat();
    for (encoding, body) in [
        ("content-encoding: gzip\r\n", &*once),
        ("content-encoding: GZIP\r\n", &once),
        ("content-encoding: Gzip \r\n", &once),
        ("content-encoding: x-gzip\r\n", &once),
        ("content-encoding: application/gzip\r\n", &once),
        ("content-encoding: utf-8\r\n", &once),
        ("", &once),
        ("content-encoding: gzip\r\n", &two_members),
        ("content-encoding: gzip\r\n", &twice),
        ("content-encoding: gzip, gzip\r\n", &twice),
        ("content-encoding: utf-8\r\n", body),
        ("content-encoding: identity\r\n", body),
        ("content-encoding: none\r\n", body),
    ] {
        let server = Server::start([response("200 OK", encoding, body)]).await;
        let quotes = quote(&server.meld()).send().await.unwrap();
        assert_eq!(quotes.quotes[0].source_amount, Some(Decimal::new(1001, 1)), "{encoding}");
    }
    let body = gzip(b"{\"code\":\"CONFLICT\"}");
    let error = failed(response("409 Conflict", "content-encoding: GZIP\r\n", &body), get).await;
    assert_eq!(error.code().unwrap().as_str(), "CONFLICT");
}

#[tokio::test]
async fn other_compressions_are_named() {
    // The first bytes of a Brotli stream.
    let body = b"\x8b\x01\x80{\"transaction\":{\"id\":\"very-private\"}}\x03";
    for encoding in ["br", "deflate", "zstd", "gzip, br"] {
        let header = format!("content-encoding: {encoding}\r\n");
        let name = encoding.rsplit(", ").next().unwrap();
        let expected = format!("it is compressed as `{name}`, which the client does not accept");
        let error = failed(response("200 OK", &header, body), get).await;
        assert!(matches!(error.kind(), ErrorKind::Decode { .. }) && error.to_string().contains(&expected), "{error}");
        let refused = failed(response("400 Bad Request", &header, body), pay).await;
        assert!(refused.to_string().contains("400 Bad Request, whose body cannot be decoded"), "{refused}");
        assert!(refused.to_string().contains(&expected) && refused.outcome_unknown(), "{refused}");
        assert_eq!((error.body(), refused.body()), (Some(&b""[..]), Some(&b""[..])));

        let server = Server::start([response("200 OK", &header, body)]).await;
        let request = || get(&server.meld()).into_request().unwrap();
        let transport = server.meld().transport().clone();
        assert!(transport.send_bytes(request()).await.is_err(), "the file is not what was asked for");
        assert!(transport.send_ignoring_body(request()).await.is_ok());
    }
    // A file that is compressed itself.
    let (file, sent) = (gzip(b"a"), gzip(gzip(b"a")));
    for (header, body) in [("", &file), ("content-encoding: x-gzip\r\n", &sent)] {
        let server = Server::start([response("200 OK", header, body)]).await;
        let request = get(&server.meld()).into_request().unwrap();
        let received = server.meld().transport().send_bytes(request).await.unwrap();
        assert!(received.into_inner() == file || header.is_empty(), "{header}");
    }
}

/// Small objects take much more memory than bytes.
#[tokio::test]
async fn decoded_size_is_limited() {
    let rows = vec!["{\"id\":1}"; 500_000].join(",");
    let body = gzip(format!("{{\"financialAccountTransactions\":[{rows}]}}"));
    assert!(body.len() < 65_000);
    let server = Server::start([response("200 OK", "content-encoding: gzip\r\n", &body)]).await;
    let search = server.meld().v2026_02_03().bank_linking().search_transactions();
    let error = search.send().await.unwrap_err();
    let ErrorKind::Decode { reason, .. } = error.kind() else { panic!("{error}") };
    assert!(reason.contains("14 bytes of memory"), "{reason}");
}
