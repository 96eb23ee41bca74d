//! The API version of single calls.

use meld_client::payments::{IdempotentExt, Outcome};
use meld_client::{
    ApiVersion, Call, Error, ErrorKind, Idempotency, Method, Operation, Parameter, Receive, Request, RequestOptions,
    Transport,
};

use crate::support::{Server, clean, get, json, pay, quote, response};

/// A read that needs a newer version than that of its spec, and still newer ones with its parameters.
static READ: Operation = Operation {
    version: "2026-02-03",
    family: "crypto",
    operation_id: "read",
    path: "/crypto/orders",
    rust_name: "read",
    parameters: &[
        Parameter::query("mode", "mode").since("2026-06-01"),
        Parameter::header("X-Mode", "x_mode").since("2026-07-01"),
        Parameter::cookie("m", "m").since("2026-08-01"),
    ],
    minimum_version: Some("2026-05-01"),
    ..Operation::DEFAULT
};

static WRITE: Operation = Operation {
    operation_id: "write",
    method: Method::Post,
    takes_idempotency_key: true,
    idempotency: Idempotency::WithKey,
    ..READ
};

#[tokio::test]
async fn operations_and_parameters_raise_the_version() {
    let server = Server::start([json("{}")]).await;
    let transport = server.meld().transport().clone();
    let mut request = Request::new(&READ);
    transport.send_ignoring_body(request.clone()).await.unwrap();
    request.query("modes", Some("HEADLESS"));
    request.query("mode", Some("HEADLESS"));
    transport.send_ignoring_body(request.clone()).await.unwrap();
    request.header("X-Mode", Some("HEADLESS")).unwrap();
    transport.send_ignoring_body(request.clone()).await.unwrap();
    request.cookie("m", Some("HEADLESS"), false).unwrap();
    transport.send_ignoring_body(request).await.unwrap();
    get(&server.meld()).send().await.unwrap();
    let versions: Vec<String> = server.sent("meld-version").into_iter().flatten().collect();
    assert_eq!(versions, ["2026-05-01", "2026-06-01", "2026-07-01", "2026-08-01", "2026-02-03"]);
}

#[tokio::test]
async fn version_of_a_call_overrides_all_others() {
    let server = Server::start([json("{}")]).await;
    let meld = server.meld();
    get(&meld).meld_version("2026-05-01").send().await.unwrap();
    let version: ApiVersion = "2024-01-01".parse().unwrap();
    quote(&meld).meld_version(version).send().await.unwrap();
    let mut lower = Request::new(&READ);
    lower.options_mut().set_meld_version(version);
    meld.transport().send_ignoring_body(lower).await.unwrap();
    let versions: Vec<String> = server.sent("meld-version").into_iter().flatten().collect();
    assert_eq!(versions, ["2026-05-01", "2024-01-01", "2024-01-01"]);
    for invalid in ["", "2026-13-01", "2026-05-01\r\nEvil: 1"] {
        let error = clean(get(&meld).meld_version(invalid).send().await.unwrap_err());
        assert_eq!(error.field(), Some("Meld-Version"), "{invalid}");
        assert!(!error.outcome_unknown());
        let refused = pay(&meld).meld_version(invalid).idempotent().unwrap().send().await;
        assert!(refused.is_err(), "not sent, so not executed");
    }
    assert_eq!(server.received().len(), 3, "nothing else was sent");
}

#[tokio::test]
async fn older_response_is_an_error_and_unknown_write() {
    let served = |version: &str| response("200 OK", &format!("Meld-Version: {version}\r\n"), r#"{"id":"a"}"#);
    let server = Server::start([served("2026-02-03")]).await;
    let transport = server.meld().transport().clone();
    for (operation, is_unknown) in [(&READ, false), (&WRITE, true)] {
        let error = clean(transport.send_ignoring_body(Request::new(operation)).await.unwrap_err());
        let ErrorKind::OlderVersion { needed, served, .. } = error.kind() else { panic!("{error}") };
        assert_eq!((*needed, served.as_str()), ("2026-05-01", "2026-02-03"));
        assert_eq!(error.outcome_unknown(), is_unknown, "{error}");
        assert_eq!(error.body(), Some(&br#"{"id":"a"}"#[..]));
        assert_eq!(error.type_name(), "older_version");
        assert!(!error.is_retryable());
    }
    // An operation without a minimum takes any version.
    assert_eq!(get(&server.meld()).send().await.unwrap().version(), Some("2026-02-03"));
    let unversioned = Server::start([served("unversioned")]).await;
    assert!(unversioned.meld().transport().send_ignoring_body(Request::new(&READ)).await.is_err());
    let newer = Server::start([served("2026-05-01"), served("2027-01-01"), served("soon"), json("{}")]).await;
    for _ in 0..4 {
        newer.meld().transport().send_ignoring_body(Request::new(&READ)).await.unwrap();
    }
}

/// A call of `WRITE`.
#[derive(Clone)]
struct Write(Transport, RequestOptions);

impl Call for Write {
    type Output = ();

    const OPERATION: &'static Operation = &WRITE;

    const RECEIVE: Receive<Self::Output> = Receive::send_ignoring_body();

    fn transport(&self) -> &Transport {
        &self.0
    }

    fn options_mut(&mut self) -> &mut RequestOptions {
        &mut self.1
    }

    fn into_request(self) -> Result<Request, Error> {
        Ok(Request::with_options(&WRITE, self.1))
    }
}

#[tokio::test]
async fn older_write_is_no_proof_of_refusal() {
    let server = Server::start([response("200 OK", "Meld-Version: 2026-02-03\r\n", "{}")]).await;
    let write = Write(server.meld().transport().clone(), Default::default());
    let request = write.clone().idempotent().unwrap();
    let Outcome::Unknown(error) = request.send().await.unwrap() else { panic!() };
    assert!(matches!(error.kind(), ErrorKind::OlderVersion { .. }), "{error}");
}
