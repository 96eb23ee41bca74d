//! What a site may do.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use meld_fetch::error::ErrorKind;
use meld_fetch::origin::Origin;
use meld_fetch::report::{Outcome, Why};
use meld_fetch::web::Patience;

use crate::support::*;

/// The site with our documents as they are, and one thing about crypto.
fn site(reply: Reply) -> (Site, Workspace) {
    let site = Site::start();
    let workspace = Workspace::new(&site);
    site.publish([(CRYPTO, reply)]);
    (site, workspace)
}

/// Why the reply of the site is refused; the file stays.
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

fn bytes(head: &str, body: &[u8]) -> Reply {
    Reply::Bytes([format!("HTTP/1.1 200 OK\r\n{head}\r\n").as_bytes(), body].concat())
}

fn gzip(body: &[u8]) -> Reply {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(body).unwrap();
    let body = encoder.finish().unwrap();
    let headers = "content-encoding: gzip\r\ncontent-type: application/json\r\n".to_owned();
    Reply::File { body, headers, etag: None }
}

#[test]
fn what_the_server_knows_to_be_the_same_is_not_sent_again() {
    let (site, workspace) = site(tagged(&changed("crypto", "2026-02-03"), "W/\"one\""));
    assert!(is_updated(&workspace));
    let first = site.requests();
    assert!(first.iter().all(|request| request.if_none_match.is_none()), "{first:?}");
    let before = workspace.all();

    let report = workspace.run();
    assert_eq!(outcome(&report, CRYPTO), &Outcome::Unchanged(Why::NotModified));
    assert!(!report.sources_differ);
    assert_eq!(workspace.all(), before);
    let second = site.requests();
    let asked = second.iter().find(|request| request.path.ends_with(CRYPTO)).unwrap();
    assert_eq!((asked.if_none_match.as_deref(), asked.sent), (Some("W/\"one\""), 0));

    // Another version under another name.
    site.publish([(CRYPTO, tagged(&document("crypto", "2026-02-03", "theirs"), "\"two\""))]);
    assert!(is_updated(&workspace));
    assert!(workspace.read("sources.toml").contains("etag = '\"two\"'"));
}

#[test]
fn an_entity_tag_is_for_one_file_at_one_server() {
    let (site, workspace) = site(tagged(&changed("crypto", "2026-02-03"), "\"one\""));
    assert!(is_updated(&workspace));
    // Our file is no longer what came of it: the server is not asked whether it has something newer.
    workspace.write(CRYPTO, &format!("{:#}\n", document("crypto", "2026-02-03", "ours")));
    site.requests();
    assert!(is_updated(&workspace));
    assert!(site.requests().iter().all(|request| request.if_none_match.is_none()));
    // Another server with the same files.
    let other = Site::start();
    other.publish([(CRYPTO, tagged(&changed("crypto", "2026-02-03"), "\"other\""))]);
    let report = workspace.job(&other.address).run(&indicatif::ProgressBar::hidden()).unwrap();
    assert_eq!(outcome(&report, CRYPTO), &Outcome::Unchanged(Why::SameContent));
    assert!(other.requests().iter().all(|request| request.if_none_match.is_none()));
    assert!(workspace.read("sources.toml").contains("etag = '\"one\"'"));
}

#[test]
fn what_is_not_there_is_told_and_kept() {
    let (site, workspace) = site(status("404 Not Found", ""));
    let report = workspace.run();
    let (kind, text) = refusal(&report, CRYPTO);
    assert_eq!(kind, ErrorKind::Status);
    assert!(text.contains("the site mentions it, and it is not there"), "{text}");
    // The others are not mentioned either: they are gone, which is no fault of this run.
    assert_eq!(outcome(&report, WEBHOOKS), &Outcome::Gone);
    assert!(report.text().concat().contains("not published any more; ours stays"));
    assert!(workspace.path(WEBHOOKS).exists() && workspace.path(CRYPTO).exists());

    site.publish([]);
    site.reply(
        &format!("/openapi/{WEBHOOKS}"),
        [published(&document("webhooks", "2026-02-03", "ours"))],
    );
    let report = workspace.run();
    assert!(!report.has_failed());
    assert_eq!(outcome(&report, WEBHOOKS), &Outcome::Unchanged(Why::SameStructure));
    let problems = report.problems().concat();
    assert!(problems.contains("no page mentions it any more"), "{problems}");
    assert!(problems.contains("mention no document: new documents cannot be found"), "{problems}");
}

#[test]
fn redirects_are_followed_at_the_same_host_only() {
    let (site, workspace) = site(status("302 Found", "location: /openapi/moved.json\r\n"));
    site.reply("/openapi/moved.json", [published(&changed("crypto", "2026-02-03"))]);
    assert!(is_updated(&workspace));

    let other = Site::start();
    other.reply("/a", [published(&changed("crypto", "2026-02-03"))]);
    let port = other.address.rsplit(':').next().unwrap();
    for (to, what) in [
        (format!("{}/a", other.address), "redirects to another port"),
        (format!("http://localhost:{port}/a"), "redirects to another host"),
        ("//example.com/a".to_owned(), "redirects to another host"),
        ("file:///etc/passwd".to_owned(), "redirects to another host"),
        (format!("/openapi/{CRYPTO}"), "redirects more than 5 times"),
        ("http://".to_owned(), "redirects to what is no address"),
    ] {
        let (kind, text) = refused(status("301 Moved", &format!("location: {to}\r\n")));
        assert_eq!(kind, ErrorKind::Redirect);
        assert!(text.contains(what), "{to}: {text}");
    }
    assert!(refused(status("308 Moved", "")).1.contains("without saying where to"));
    assert!(other.requests().is_empty());
}

#[test]
fn a_server_that_says_nothing_is_not_waited_for() {
    let started = Instant::now();
    let (kind, text) = refused(Reply::Silence);
    assert_eq!(kind, ErrorKind::TimedOut);
    assert!(text.contains("took too long"), "{text}");
    assert!(started.elapsed().as_secs() < 4, "{:?}", started.elapsed());
    // The second attempt may go well.
    let (site, workspace) = site(Reply::Silence);
    let replies = [Reply::Silence, published(&changed("crypto", "2026-02-03"))];
    site.reply(&format!("/openapi/{CRYPTO}"), replies);
    assert!(is_updated(&workspace));
}

#[test]
fn a_server_that_never_comes_to_an_end_is_left() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n".to_vec();
    let (site, workspace) = site(Reply::Drip(head, 100, Duration::from_millis(40)));
    let mut job = workspace.job(&site.address);
    let patience = Patience { attempt: Duration::from_millis(1500), ..patience() };
    job.origin = Origin::parse(&site.address, Path::new(""), patience).unwrap();
    let report = job.run(&indicatif::ProgressBar::hidden()).unwrap();
    let (kind, text) = refusal(&report, CRYPTO);
    assert_eq!(kind, ErrorKind::TimedOut, "{text}");
}

#[test]
fn what_is_cut_off_is_never_taken() {
    let whole = changed("crypto", "2026-02-03").to_string();
    let half = &whole.as_bytes()[..whole.len() / 2];
    let length = format!("content-length: {}\r\n", whole.len());
    let (kind, text) = refused(bytes(&length, half));
    assert_eq!(kind, ErrorKind::CutOff);
    assert!(text.contains("ended before it was whole"), "{text}");
    // Without a length, only the content says so.
    let (kind, text) = refused(bytes("connection: close\r\n", half));
    assert_eq!(kind, ErrorKind::CutOff);
    assert!(text.contains(&format!("ends too early, after {} bytes", half.len())), "{text}");
    let chunk = format!("{:x}\r\n", whole.len());
    let chunked = [chunk.as_bytes(), half].concat();
    assert_eq!(refused(bytes("transfer-encoding: chunked\r\n", &chunked)).0, ErrorKind::CutOff);
    let Reply::File { body, headers, .. } = gzip(whole.as_bytes()) else { unreachable!() };
    let cut = &body[..body.len() / 2];
    assert_eq!(
        refused(bytes(&format!("connection: close\r\n{headers}"), cut)).0,
        ErrorKind::CutOff
    );
    assert_eq!(refused(file("application/json", "")).0, ErrorKind::CutOff);
    assert_eq!(refused(Reply::Bytes(Vec::new())).0, ErrorKind::Unreachable);

    let (site, workspace) = site(published(&changed("crypto", "2026-02-03")));
    let once = [bytes(&length, half), published(&changed("crypto", "2026-02-03"))];
    site.reply(&format!("/openapi/{CRYPTO}"), once);
    assert!(is_updated(&workspace), "the second attempt goes well");
}

#[test]
fn a_page_is_not_taken_for_a_document() {
    for kind in ["text/html; charset=utf-8", "application/json"] {
        let (error, text) = refused(file(kind, "\u{feff}\n<!doctype html><p>Sign in</p>"));
        assert_eq!(error, ErrorKind::Page);
        assert!(text.contains(&format!("is a page, not JSON (the server says {kind})")), "{text}");
    }
    let (_, text) = refused(file("text/plain", "Sign in"));
    assert!(text.contains("is not JSON"), "{text}");
}

#[test]
fn a_document_is_taken_whatever_the_server_calls_it() {
    let (_site, workspace) = site(file("text/html", changed("crypto", "2026-02-03").to_string()));
    let report = workspace.run();
    assert!(matches!(outcome(&report, CRYPTO), Outcome::Updated { .. }));
    let told = format!("warning: {CRYPTO}: the server says text/html; it is JSON, and is taken");
    assert!(report.problems().contains(&told), "{:?}", report.problems());
}

#[test]
fn compressed_documents_are_read_and_bounded() {
    let (site, workspace) = site(gzip(changed("crypto", "2026-02-03").to_string().as_bytes()));
    assert!(is_updated(&workspace));
    assert!(site.requests().iter().all(|request| request.takes_gzip));

    let spaces = vec![b' '; 17 * 1024 * 1024];
    for reply in [gzip(&spaces), file("application/json", spaces.clone())] {
        let (kind, text) = refused(reply);
        assert_eq!(kind, ErrorKind::TooLarge);
        assert!(text.contains("larger than 16 MiB"), "{text}");
    }
}

#[test]
fn what_may_pass_is_tried_again() {
    for first in [
        status("503 Unavailable", ""),
        status("429 Too Many", "retry-after: 3600\r\n"),
        status("500 Error", ""),
        Reply::Bytes(Vec::new()),
        Reply::Bytes(b"nonsense\r\n\r\n".to_vec()),
    ] {
        let (site, workspace) = site(status("404 Not Found", ""));
        let replies = [first, published(&changed("crypto", "2026-02-03"))];
        site.reply(&format!("/openapi/{CRYPTO}"), replies);
        assert!(is_updated(&workspace));
    }
    let (kind, text) = refused(status("502 Bad Gateway", ""));
    assert_eq!(kind, ErrorKind::Status);
    assert!(text.contains("status 502; try it again later"), "{text}");

    let (site, workspace) = site(status("403 Forbidden", ""));
    assert!(refusal(&workspace.run(), CRYPTO).1.contains("status 403; look at the address"));
    let asked = site.requests().iter().filter(|request| request.path.ends_with(CRYPTO)).count();
    assert_eq!(asked, 1);
}

#[test]
fn without_the_index_nothing_is_done() {
    let (site, workspace) = site(published(&changed("crypto", "2026-02-03")));
    site.reply("/llms-full.txt", [status("500 Error", "")]);
    let before = workspace.all();
    let error = workspace.try_run().unwrap_err();
    assert_eq!(error.kind, ErrorKind::Status);
    assert!(error.to_string().contains("/llms-full.txt: the server responds with status 500"));
    assert_eq!(workspace.all(), before);

    let error = workspace.job("http://127.0.0.1:1").run(&indicatif::ProgressBar::hidden());
    assert_eq!(error.unwrap_err().kind, ErrorKind::Unreachable);
}
