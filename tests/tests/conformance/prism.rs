//! The same requests against Prism, which shares no code with this project. It validates them by the published specs and
//! makes responses from these.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use meld_client::http::{HeaderMap, HeaderName, HeaderValue};
use meld_client::{Error, HttpConfig, Observer, RetryPolicy, Transport};
use meld_client_core::{Attempt, AttemptResult as Ended, Operation, SecretString};
use meld_gen::catalog::Catalog;
use meld_tests::calls::{Outcome, Planned, key};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::run::{all, assert_none, say, send};

/// Errors of Prism in correct requests and responses: start of the operation, part of the error, and the reason why the
/// spec or Prism is wrong.
const FAULTS: &[(&str, &str, &str)] = &[
    (
        "POST /bank-linking/connections/import",
        "must be <= 9007199254740991",
        "int64 has more values than the numbers of JavaScript, which Prism takes for all there are",
    ),
    (
        "POST /payments/virtual-account/onramp-order",
        "receivingBankInformation must match exactly one schema in oneOf",
        "two of the forms of a response have the same fields, none required: none fits one of them alone",
    ),
    (
        "POST /payments/virtual-account/deposit-instructions",
        "receivingBankInformation must ",
        "the forms extend a schema without a type, for which Prism makes no properties, and have no required ones",
    ),
    (
        "POST /crypto/order/headless/onramp",
        "paymentMethodResponseDetails must match exactly one schema in oneOf",
        "the forms of a response have no required fields, so that many values fit several of them",
    ),
    (
        "",
        "serviceProviderDetails must have required property 'type'",
        "the forms extend a schema without a type, for which Prism makes no properties",
    ),
    (
        "GET /bank-linking/investments/transactions",
        "parameter statuses ",
        "the schema has one status; by the description, there can be several, separated by commas",
    ),
    (
        "POST /bank-linking/connections/import",
        "serviceProvider must be equal to one of the allowed values",
        "MESH has a schema of its own, but is not among the values of the selector",
    ),
    (
        "POST /crypto/session/widget",
        "sessionData must match exactly one schema in oneOf",
        "the selector, sessionType, is beside the data, where a schema cannot refer to it",
    ),
    ("PATCH ", " must be string", "null removes a value, but the schema has no nullable field"),
];

/// Methods whose operation shares its path with another one. Prism knows one operation for each path.
const VARIANTS: &[&str] = &["export_kyc_data", "import_kyc_data", "read_transfer_action"];

/// The known reason for an error of Prism.
fn reason(operation: &str, said: &str) -> Option<&'static str> {
    let is_it = |(known, what, _): &&(&str, &str, _)| operation.starts_with(known) && said.contains(what);
    FAULTS.iter().find(is_it).map(|(_, _, reason)| *reason)
}

/// The number of instances at once. Each needs a core while it starts.
const AT_ONCE: usize = 2;

/// The program of Prism; `None` if it is not installed.
fn program() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).parent()?.join("prism");
    let program = folder.join("node_modules/@stoplight/prism-cli/dist/index.js");
    let node = Command::new("node").arg("--version").stdout(Stdio::null()).status();
    (program.is_file() && node.is_ok_and(|status| status.success())).then_some(program)
}

/// A published spec in which `*/*`, which Prism sends in no response, is JSON.
fn spec(path: &Path) -> Value {
    let mut document = meld_tests::specs::read(path).unwrap();
    say_json(&mut document);
    document
}

fn say_json(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if let Some(content) = fields.get_mut("content").and_then(Value::as_object_mut)
                && !content.contains_key("application/json")
                && let Some(media) = content.remove("*/*")
            {
                content.insert("application/json".to_owned(), media);
            }
            fields.values_mut().for_each(say_json);
        }
        Value::Array(items) => items.iter_mut().for_each(say_json),
        _ => {}
    }
}

/// The longest time for a start.
const STARTS_WITHIN: Duration = Duration::from_secs(60);

/// Returns `true` if Prism listens at an address. Its errors name it.
async fn is_prism(address: SocketAddr) -> io::Result<bool> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(b"GET /no-such-path HTTP/1.0\r\n\r\n").await?;
    let mut response = Vec::new();
    timeout(Duration::from_secs(5), stream.read_to_end(&mut response)).await??;
    Ok(String::from_utf8_lossy(&response).contains("prism"))
}

/// A running Prism, until it is dropped.
struct Prism {
    process: Child,
    address: String,
}

impl Prism {
    /// Starts Prism. Another program may take the free port first, so that Prism ends, and is started again.
    async fn start(program: &Path, spec: &Path) -> Self {
        let mut starts = 0;
        loop {
            if let Some(prism) = Self::start_once(program, spec).await {
                return prism;
            }
            starts += 1;
            assert!(starts < 3, "Prism rejects {spec:?}");
        }
    }

    /// Starts Prism, and waits until it responds. Returns `None` if it ends.
    async fn start_once(program: &Path, spec: &Path) -> Option<Self> {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let process = Command::new("node")
            .arg(program)
            .arg("mock")
            .arg(spec)
            // Without `--errors`, which would refuse responses too. A header of every response has the errors.
            .args(["--host", "127.0.0.1", "--verboseLevel", "error"])
            .args(["--port", &address.port().to_string()])
            .args(["--seed", "meld"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut prism = Self { process, address: format!("http://{address}") };
        let started = Instant::now();
        while !is_prism(address).await.unwrap_or_default() {
            assert!(started.elapsed() < STARTS_WITHIN, "Prism does not start with {spec:?}");
            if prism.process.try_wait().unwrap().is_some() {
                return None;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Some(prism)
    }

    /// A transport without retries. With `is_dynamic`, responses are made from schemas instead of examples.
    fn transport(&self, is_dynamic: bool, seen: &Arc<Seen>) -> Transport {
        let mut headers = HeaderMap::new();
        if is_dynamic {
            // The same as `--dynamic`, for this request.
            let prefer = HeaderName::from_static("prefer");
            headers.insert(prefer, HeaderValue::from_static("dynamic=true"));
        }
        let http = HttpConfig::default().configure(move |http| http.default_headers(headers.clone()));
        Transport::new(&self.address, http)
            .unwrap()
            .with_api_key(SecretString::from("key-of-the-tests"))
            .with_retry_policy(RetryPolicy::never())
            // Its responses are the examples of the specs, whatever the request.
            .with_sample_responses(true)
            .with_timeout(Duration::from_secs(120))
            .with_observer(Arc::clone(seen) as Arc<dyn Observer>)
    }
}

impl Drop for Prism {
    fn drop(&mut self) {
        // Fails if the process has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Prism's errors in requests and in its own responses, by operation.
#[derive(Default)]
struct Seen(Mutex<Vec<(&'static Operation, String)>>);

impl Observer for Seen {
    fn on_result(&self, attempt: &Attempt<'_>, outcome: &Ended<'_>) {
        let violations = outcome.headers().and_then(|headers| headers.get("sl-violations"));
        if let Some(violations) = violations {
            let said = String::from_utf8_lossy(violations.as_bytes()).into_owned();
            self.0.lock().unwrap().push((attempt.operation(), said));
        }
    }
}

#[derive(Default)]
struct Judged {
    documents: usize,
    calls: usize,
    read: usize,
    /// Their operations, and `true` if the response was made from a schema.
    operations: BTreeSet<(bool, String)>,
    /// The reasons for errors, with their counts.
    reasons: BTreeMap<&'static str, usize>,
    failures: Vec<String>,
}

impl Judged {
    fn add(&mut self, other: Self) {
        self.documents += other.documents;
        self.calls += other.calls;
        self.read += other.read;
        self.operations.extend(other.operations);
        self.failures.extend(other.failures);
        for (reason, count) in other.reasons {
            *self.reasons.entry(reason).or_default() += count;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn conformance_by_prism() {
    let Some(program) = program() else {
        let missing = "Prism is not installed beside the builds, or there is no node";
        assert!(std::env::var_os("CI").is_none(), "{missing}");
        say(&format!("conformance: {missing}: nothing is compared with it; `cargo xtask ci setup` installs it"));
        return;
    };
    let is_known = |planned: &Planned| !VARIANTS.contains(&planned.operation.rust_name);
    let requests: Vec<Planned> = all().into_iter().filter(is_known).collect();
    let judged = judge_all(&program, &requests).await;
    let operations: BTreeSet<String> = requests.iter().map(|planned| key(planned.operation)).collect();
    say(&format!(
        "conformance: Prism, {} documents, {} operations, {} requests, static and dynamic responses: {} calls, {} responses \
         read, {} failures",
        judged.documents,
        operations.len(),
        requests.len(),
        judged.calls,
        judged.read,
        judged.failures.len(),
    ));
    for (reason, count) in &judged.reasons {
        say(&format!("conformance: Prism, {count} times known: {reason}"));
    }
    assert_none(&judged.failures);
    assert_eq!(judged.calls, 2 * requests.len());
    let covered = judged.operations.len();
    assert_eq!(covered, 2 * operations.len(), "each operation has a response");
    assert_eq!(judged.reasons.len(), FAULTS.len(), "some are no faults any more");
}

/// Sends all requests, those of each spec to an instance of its own.
async fn judge_all(program: &Path, requests: &[Planned]) -> Judged {
    let folder = tempfile::tempdir().unwrap();
    let openapi = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi");
    let catalog = Catalog::read(&openapi).unwrap();
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut judging = Vec::new();
    for entry in catalog.entries() {
        let version = entry.version.module().replace('_', "-");
        let is_of_it = |planned: &&Planned| planned.version == version && planned.family == entry.family.module;
        let requests: Vec<Planned> = requests.iter().filter(is_of_it).copied().collect();
        let path = folder.path().join(entry.path.file_name().unwrap());
        std::fs::write(&path, spec(&entry.path).to_string()).unwrap();
        let (places, program) = (Arc::clone(&places), program.to_owned());
        judging.push(tokio::spawn(async move {
            let _place = places.acquire().await.unwrap();
            judge(&Prism::start(&program, &path).await, requests).await
        }));
    }
    let mut all = Judged::default();
    for judged in judging {
        all.add(judged.await.unwrap());
    }
    all
}

/// Sends all requests of a spec.
async fn judge(prism: &Prism, requests: Vec<Planned>) -> Judged {
    let mut judged = Judged { documents: 1, ..Judged::default() };
    for is_dynamic in [false, true] {
        let seen = Arc::new(Seen::default());
        let transport = prism.transport(is_dynamic, &seen);
        for (planned, outcome) in send(requests.iter().copied(), &transport).await {
            judged.calls += 1;
            if outcome.is_ok() {
                judged.read += 1;
                judged.operations.insert((is_dynamic, key(planned.operation)));
            }
            let wrong = wrong(&outcome).map(|wrong| format!("{}, dynamic {is_dynamic}: {wrong}", planned.place()));
            judged.failures.extend(wrong);
        }
        for (operation, said) in seen.0.lock().unwrap().drain(..) {
            match reason(&operation.to_string(), &said) {
                Some(reason) => *judged.reasons.entry(reason).or_default() += 1,
                None => judged.failures.push(format!("{}: {said}", key(operation))),
            }
        }
    }
    judged
}

/// The fault of an outcome. Validation errors are in a header, and are checked separately.
fn wrong(outcome: &Result<Outcome, Error>) -> Option<String> {
    match outcome {
        Ok(outcome) => outcome.first_report.clone(),
        Err(error) if error.headers().is_some_and(|all| all.contains_key("sl-violations")) => None,
        Err(error) => {
            let body = String::from_utf8_lossy(error.body().unwrap_or_default()).into_owned();
            Some(format!("{error}: {body}"))
        }
    }
}
