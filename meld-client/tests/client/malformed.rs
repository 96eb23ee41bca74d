//! Responses with malformed bytes or mislabelled compression.

use futures_util::StreamExt;
use meld_client::v2026_02_03::bank_linking::builder::SearchTransactions;
use meld_client::v2026_02_03::prelude::*;
use meld_client::{Decimal, ErrorKind};

use crate::support::{Reply, Server, get, gzip, quote, response};

/// Returns a page with these rows.
fn page(rows: &[&[u8]], remaining: u32) -> Reply {
    let end = format!("],\"remaining\":{remaining}}}");
    let rows = rows.join(&b","[..]);
    let body = [b"{\"financialAccountTransactions\":[", &*rows, end.as_bytes()].concat();
    response("200 OK", "content-type: application/json\r\n", body)
}

/// Malformed values of a field.
const MALFORMED: [&[u8]; 6] =
    [b"\"\\ud83d\"", b"\"caf\xe9\"", b"\"a\nb\"", b"\"\\x\"", b"NaN", b"\xff"];

/// Streams these pages. Returns the ids, the error at the end, and the `after` of each request that has one.
async fn stream(
    pages: impl IntoIterator<Item = Reply>,
) -> (Vec<String>, Option<String>, Vec<String>) {
    let server = Server::start(pages).await;
    let search: SearchTransactions =
        server.meld().v2026_02_03().bank_linking().search_transactions();
    let mut rows = std::pin::pin!(search.stream());
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

#[tokio::test]
async fn malformed_field_does_not_end_a_stream() {
    for malformed in MALFORMED {
        let row = [b"{\"id\":\"b\",\"key\":\"b\",\"description\":", malformed, b"}"].concat();
        let first = page(&[b"{\"id\":\"a\",\"key\":\"a\"}", &row], 1);
        let (ids, end, after) = stream([first, page(&[b"{\"id\":\"c\",\"key\":\"c\"}"], 0)]).await;
        assert_eq!(
            (ids, end, after),
            (vec!["a".into(), "b".into(), "c".into()], None, vec!["b".into()])
        );
    }
}

#[tokio::test]
async fn malformed_key_does_not_end_a_stream() {
    for malformed in MALFORMED {
        let row = [b"{\"id\":\"b\",\"key\":", malformed, b"}"].concat();
        let first = page(&[b"{\"id\":\"a\",\"key\":\"a\"}", &row], 1);
        // The row is on the next page again, which starts after the last valid key.
        let second = page(&[&row, b"{\"id\":\"c\",\"key\":\"c\"}"], 0);
        let (ids, end, after) = stream([first, second]).await;
        assert_eq!(
            (ids, end, after),
            (vec!["a".into(), "b".into(), "c".into()], None, vec!["a".into()])
        );
    }
}

#[tokio::test]
async fn page_without_keys_is_an_error() {
    for malformed in MALFORMED {
        let row = [b"{\"id\":\"b\",\"key\":", malformed, b"}"].concat();
        let (ids, end, after) =
            stream([page(&[b"{\"id\":\"a\",\"key\":\"a\"}"], 2), page(&[&row], 1)]).await;
        assert_eq!((ids, after), (vec!["a".into(), "b".into()], vec!["a".to_owned()]));
        assert!(end.unwrap().contains("no key to continue from"));
        let (ids, end, _) =
            stream([page(&[b"{\"id\":\"a\",\"key\":\"a\"}"], 2), page(&[malformed], 1)]).await;
        assert!(ids == ["a"] && end.is_some(), "{ids:?} {end:?}");
    }
}

#[tokio::test]
async fn malformed_error_body_keeps_its_code() {
    for malformed in MALFORMED {
        let body =
            [b"{\"code\":\"CONFLICT\",\"displayMessage\":", malformed, b",\"message\":\"no\"}"]
                .concat();
        let server = Server::start([response("409 Conflict", "", &body)]).await;
        let error = get(&server.meld()).send().await.unwrap_err();
        assert_eq!(error.code().unwrap().as_str(), "CONFLICT");
        assert_eq!(error.error_response().unwrap().message.as_deref(), Some("no"));
    }
}

#[tokio::test]
async fn strict_decoding_rejects_malformed_bytes() {
    for malformed in MALFORMED {
        let body =
            [b"{\"quotes\":[{\"sourceAmount\":100.1,\"exchangeRate\":", malformed, b"}]}"].concat();
        let server = Server::start([response("200 OK", "", &body)]).await;
        let strict = server.builder().strict_decoding(true).build().unwrap();
        let error = quote(&strict).send().await.unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::Decode { path, .. } if path == "quotes[0].exchangeRate")
        );
        let quotes = quote(&server.meld()).send().await.unwrap();
        assert_eq!(quotes.decode_warnings().first()[0].path, "quotes[0].exchangeRate");
        assert_eq!(quotes.quotes[0].source_amount, Some(Decimal::new(1001, 1)));
    }
}

#[tokio::test]
async fn gzip_under_any_name_is_decompressed() {
    let body = b"{\"quotes\":[{\"sourceAmount\":100.1}]}";
    let (once, twice) = (gzip(body), gzip(gzip(body)));
    for (encoding, body) in [
        ("content-encoding: gzip\r\n", &*once),
        ("content-encoding: GZIP\r\n", &once),
        ("content-encoding: Gzip \r\n", &once),
        ("content-encoding: x-gzip\r\n", &once),
        ("content-encoding: application/gzip\r\n", &once),
        ("content-encoding: utf-8\r\n", &once),
        ("", &once),
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
    let server =
        Server::start([response("409 Conflict", "content-encoding: GZIP\r\n", &body)]).await;
    let error = get(&server.meld()).send().await.unwrap_err();
    assert_eq!(error.code().unwrap().as_str(), "CONFLICT");
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
