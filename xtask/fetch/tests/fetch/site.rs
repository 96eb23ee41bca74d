//! Replies of a site: redirects, timeouts, incomplete files, errors.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use meld_fetch::error::ErrorKind;
use meld_fetch::http::HttpOptions;
use meld_fetch::origin::Origin;
use meld_fetch::report::{Outcome, UnchangedReason};
use meld_test_server::response;
use serde_json::Value;

use crate::support::*;

/// Returns a site that publishes one spec with this reply.
fn site(reply: Reply) -> (Site, Workspace) {
    let (site, workspace) = start();
    site.publish([(CRYPTO, reply)]);
    (site, workspace)
}

/// Returns the error of a reply, and checks that our file is kept.
fn refused(reply: Reply) -> (ErrorKind, String) {
    let (_site, workspace) = site(reply);
    let before = workspace.read(CRYPTO);
    let report = workspace.run();
    assert_eq!(workspace.read(CRYPTO), before);
    refusal(&report, CRYPTO)
}

fn is_updated(workspace: &Workspace) -> bool {
    matches!(outcome(&workspace.run(), CRYPTO), Outcome::Updated { .. })
}

/// Returns a response that ends with the connection.
fn bytes(head: &str, body: &[u8]) -> Reply {
    Reply::Break([format!("HTTP/1.1 200 OK\r\n{head}\r\n").as_bytes(), body].concat())
}

const GZIP: &str = "content-encoding: gzip\r\ncontent-type: application/json\r\n";

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

/// Returns the changed spec that most sites publish.
fn newer() -> Value {
    changed("crypto", "2026-02-03")
}

fn has_etag(request: &Received) -> bool {
    request.header("if-none-match").is_some()
}

#[test]
fn unmodified_spec_is_not_sent() {
    let (site, workspace) = site(tagged(&newer(), "W/\"one\""));
    assert!(is_updated(&workspace));
    let first = site.requests();
    assert!(!first.iter().any(has_etag), "{first:?}");
    let before = workspace.all();

    let report = workspace.run();
    assert_eq!(outcome(&report, CRYPTO), &Outcome::Unchanged(UnchangedReason::NotModified));
    assert!(!report.sources_differ);
    assert_eq!(workspace.all(), before);
    let second = site.requests();
    let request = second.iter().find(|request| request.target().ends_with(CRYPTO)).unwrap();
    assert_eq!(request.header("if-none-match"), Some("W/\"one\""));

    // Other content with another `ETag`.
    site.publish([(CRYPTO, tagged(&spec("crypto", "2026-02-03", "theirs"), "\"two\""))]);
    assert!(is_updated(&workspace));
    assert!(workspace.read("sources.toml").contains("etag = '\"two\"'"));
}

#[test]
fn etag_is_for_one_file_and_server() {
    let (site, workspace) = site(tagged(&newer(), "\"one\""));
    assert!(is_updated(&workspace));
    // Our file is no longer the result of the last fetch, so its `ETag` is not sent.
    workspace.write(CRYPTO, &format!("{:#}\n", spec("crypto", "2026-02-03", "ours")));
    site.requests();
    assert!(is_updated(&workspace));
    assert!(!site.requests().iter().any(has_etag));
    // Another server with the same files.
    let other = Site::start();
    other.publish([(CRYPTO, tagged(&newer(), "\"other\""))]);
    let report = workspace.job(&other.address).run(&indicatif::ProgressBar::hidden()).unwrap();
    assert_eq!(outcome(&report, CRYPTO), &Outcome::Unchanged(UnchangedReason::SameContent));
    assert!(!other.requests().iter().any(has_etag));
    assert!(workspace.read("sources.toml").contains("etag = '\"one\"'"));
}

#[test]
fn missing_spec_is_reported_and_kept() {
    let (site, workspace) = site(status("404 Not Found", ""));
    let report = workspace.run();
    let (kind, text) = refusal(&report, CRYPTO);
    assert_eq!(kind, ErrorKind::Status);
    assert!(text.contains("the index mentions it, but it does not exist"), "{text}");
    // The others are not in the index, so they are no longer published, which is not an error.
    assert_eq!(outcome(&report, WEBHOOKS), &Outcome::Gone);
    assert!(report.text().concat().contains("no longer published; our file is kept"));
    assert!(workspace.path(WEBHOOKS).exists() && workspace.path(CRYPTO).exists());

    site.publish([]);
    site.reply(&format!("/openapi/{WEBHOOKS}"), [published(&spec("webhooks", "2026-02-03", "ours"))]);
    let report = workspace.run();
    assert!(!report.has_failed());
    assert_eq!(outcome(&report, WEBHOOKS), &Outcome::Unchanged(UnchangedReason::SameStructure));
    let problems = report.problems().concat();
    assert!(problems.contains("the index no longer mentions it"), "{problems}");
    assert!(problems.contains("mention no spec: new specs cannot be found"), "{problems}");
}

#[test]
fn redirects_stay_on_the_same_host() {
    let (site, workspace) = site(status("302 Found", "location: /openapi/moved.json\r\n"));
    site.reply("/openapi/moved.json", [published(&newer())]);
    assert!(is_updated(&workspace));

    let other = Site::start();
    other.reply("/a", [published(&newer())]);
    let port = other.address.rsplit(':').next().unwrap();
    for (to, what) in [
        (format!("{}/a", other.address), "redirects to another port"),
        (format!("http://localhost:{port}/a"), "redirects to another host"),
        ("//example.com/a".to_owned(), "redirects to another host"),
        ("file:///etc/passwd".to_owned(), "redirects to another host"),
        (format!("/openapi/{CRYPTO}"), "redirects more than 5 times"),
        ("http://".to_owned(), "redirects to an invalid URL"),
    ] {
        let (kind, text) = refused(status("301 Moved", &format!("location: {to}\r\n")));
        assert_eq!(kind, ErrorKind::Redirect);
        assert!(text.contains(what), "{to}: {text}");
    }
    assert!(refused(status("308 Moved", "")).1.contains("without a `Location`"));
    assert!(other.requests().is_empty());
}

#[test]
fn silent_server_times_out() {
    let started = Instant::now();
    let (kind, text) = refused(Reply::Silence);
    assert_eq!(kind, ErrorKind::TimedOut);
    assert!(text.contains("took too long"), "{text}");
    assert!(started.elapsed().as_secs() < 4, "{:?}", started.elapsed());
    // A retry may succeed.
    let (site, workspace) = site(Reply::Silence);
    let replies = [Reply::Silence, published(&newer())];
    site.reply(&format!("/openapi/{CRYPTO}"), replies);
    assert!(is_updated(&workspace));
}

#[test]
fn endless_response_times_out() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n".to_vec();
    let (site, workspace) = site(Reply::Drip(head, vec![b' '; 100], Duration::from_millis(40)));
    let mut job = workspace.job(&site.address);
    let options = HttpOptions { attempt_timeout: Duration::from_millis(1500), ..options() };
    job.origin = Origin::parse(&site.address, Path::new(""), options).unwrap();
    let report = job.run(&indicatif::ProgressBar::hidden()).unwrap();
    let (kind, text) = refusal(&report, CRYPTO);
    assert_eq!(kind, ErrorKind::TimedOut, "{text}");
}

#[test]
fn incomplete_files_are_refused() {
    let whole = newer().to_string();
    let half = &whole.as_bytes()[..whole.len() / 2];
    let length = format!("content-length: {}\r\n", whole.len());
    let (kind, text) = refused(bytes(&length, half));
    assert_eq!(kind, ErrorKind::CutOff);
    assert!(text.contains("the response is incomplete"), "{text}");
    // Without a length, only the content shows it.
    let (kind, text) = refused(bytes("connection: close\r\n", half));
    assert_eq!(kind, ErrorKind::CutOff);
    assert!(text.contains(&format!("it ends after {} bytes", half.len())), "{text}");
    let chunk = format!("{:x}\r\n", whole.len());
    let chunked = [chunk.as_bytes(), half].concat();
    assert_eq!(refused(bytes("transfer-encoding: chunked\r\n", &chunked)).0, ErrorKind::CutOff);
    let compressed = gzip(whole.as_bytes());
    let cut = bytes(&format!("connection: close\r\n{GZIP}"), &compressed[..compressed.len() / 2]);
    assert_eq!(refused(cut).0, ErrorKind::CutOff);
    assert_eq!(refused(file("application/json", "")).0, ErrorKind::CutOff);
    assert_eq!(refused(Reply::Break(Vec::new())).0, ErrorKind::Unreachable);

    let (site, workspace) = site(published(&newer()));
    let once = [bytes(&length, half), published(&newer())];
    site.reply(&format!("/openapi/{CRYPTO}"), once);
    assert!(is_updated(&workspace), "the retry succeeds");
}

#[test]
fn web_page_is_refused() {
    for kind in ["text/html; charset=utf-8", "application/json"] {
        let (error, text) = refused(file(kind, "\u{feff}\n<!doctype html><p>Sign in</p>"));
        assert_eq!(error, ErrorKind::Page);
        assert!(text.contains(&format!("is a web page, not JSON (`Content-Type` is {kind})")), "{text}");
    }
    let (_, text) = refused(file("text/plain", "Sign in"));
    assert!(text.contains("is not JSON"), "{text}");
}

#[test]
fn spec_with_other_content_type_is_accepted() {
    let (_site, workspace) = site(file("text/html", newer().to_string()));
    let report = workspace.run();
    assert!(matches!(outcome(&report, CRYPTO), Outcome::Updated { .. }));
    let warning = format!("warning: {CRYPTO}: `Content-Type` is text/html; the file is JSON and is accepted");
    assert!(report.problems().contains(&warning), "{:?}", report.problems());
}

#[test]
fn compressed_files_are_read_and_limited() {
    let compressed = gzip(newer().to_string().as_bytes());
    let (site, workspace) = site(response("200 OK", GZIP, compressed));
    assert!(is_updated(&workspace));
    let takes_gzip = |request: &Received| request.header("accept-encoding") == Some("gzip");
    assert!(site.requests().iter().all(takes_gzip));

    let spaces = vec![b' '; 17 * 1024 * 1024];
    let compressed = response("200 OK", GZIP, gzip(&spaces));
    for reply in [compressed, file("application/json", spaces)] {
        let (kind, text) = refused(reply);
        assert_eq!(kind, ErrorKind::TooLarge);
        assert!(text.contains("larger than 16 MiB"), "{text}");
    }
}

#[test]
fn temporary_errors_are_retried() {
    for first in [
        status("503 Unavailable", ""),
        status("429 Too Many", "retry-after: 3600\r\n"),
        status("500 Error", ""),
        Reply::Break(Vec::new()),
        Reply::Break(b"nonsense\r\n\r\n".to_vec()),
    ] {
        let (site, workspace) = site(status("404 Not Found", ""));
        let replies = [first, published(&newer())];
        site.reply(&format!("/openapi/{CRYPTO}"), replies);
        assert!(is_updated(&workspace));
    }
    let (kind, text) = refused(status("502 Bad Gateway", ""));
    assert_eq!(kind, ErrorKind::Status);
    assert!(text.contains("status 502; try again later"), "{text}");

    let (site, workspace) = site(status("403 Forbidden", ""));
    assert!(refusal(&workspace.run(), CRYPTO).1.contains("status 403; open the URL"));
    let is_crypto = |request: &&Received| request.target().ends_with(CRYPTO);
    assert_eq!(site.requests().iter().filter(is_crypto).count(), 1);
}

#[test]
fn error_of_index_fails_the_run() {
    let (site, workspace) = site(published(&newer()));
    site.reply("/llms-full.txt", [status("500 Error", "")]);
    let before = workspace.all();
    let error = workspace.try_run().unwrap_err();
    assert_eq!(error.kind, ErrorKind::Status);
    assert!(error.to_string().contains("/llms-full.txt: the server returned status 500"));
    assert_eq!(workspace.all(), before);

    let error = workspace.job("http://127.0.0.1:1").run(&indicatif::ProgressBar::hidden());
    assert_eq!(error.unwrap_err().kind, ErrorKind::Unreachable);
}
