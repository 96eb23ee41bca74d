//! From a request to its response: version, key, faults, checks, work.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State as Shared};
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, Method, Response, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use serde_json::Value;

use crate::check::{self, Parts};
use crate::documents::{ApiVersion, Catalog, Endpoints, Methods, Operation, choose};
use crate::envelope::Problem;
use crate::faults::Fault;
use crate::paths::Template;
use crate::schema::fit;
use crate::server::Server;
use crate::state::idempotency::{self, StoredResponse};
use crate::state::{self, Call, State};
use crate::wire::Reply;
use crate::{Error, widget};

/// Larger bodies are refused.
const LARGEST_BODY: usize = 8 << 20;

/// What a request has got as far as it came.
struct Progress {
    request_id: String,
    operation: Option<&'static Operation>,
    fault: Option<Fault>,
    replayed: bool,
}

impl Progress {
    /// A request that has just come.
    fn new(server: &Server) -> Self {
        let request_id = server.request_id();
        Self { request_id, operation: None, fault: None, replayed: false }
    }
}

/// All endpoints of the documents, and the pages that stand for Meld's widgets.
pub(crate) fn router(server: &Arc<Server>, catalog: &'static Catalog) -> Router {
    let endpoints = Arc::new(catalog.endpoints());
    let handler = Arc::clone(server);
    let handle = move |request: Request| {
        let (server, endpoints) = (Arc::clone(&handler), Arc::clone(&endpoints));
        async move { handle(&server, &endpoints, request).await }
    };
    let router = widget::router(server).fallback(handle);
    router.layer(from_fn_with_state(Arc::clone(server), check_host))
}

/// The URL by which a request calls this server, without a path.
#[derive(Clone)]
struct Called(String);

/// Refuses requests by which somebody else's name was meant.
async fn check_host(
    Shared(server): Shared<Arc<Server>>,
    mut request: Request,
    next: Next,
) -> Response<Body> {
    if let Some(host) = server.hosts.called(request.uri(), request.headers()) {
        let called = Called(format!("http://{host}"));
        request.extensions_mut().insert(called);
        return next.run(request).await;
    }
    let message = "This server has no such name. It responses to localhost, to loopback addresses and to the address that \
                   it listens on; other names are allowed with --allow-host or Builder::allow_host";
    let errors = vec!["[Host] is not a name of this server".to_owned()];
    let problem = Problem::new(StatusCode::MISDIRECTED_REQUEST, "BAD_REQUEST", message);
    let progress = Progress::new(&server);
    reply(&server, progress, Err(problem.with_errors(errors))).into_response(server.slow)
}

async fn handle(server: &Server, endpoints: &Endpoints, request: Request) -> Response<Body> {
    let mut progress = Progress::new(server);
    let outcome = serve(server, endpoints, request, &mut progress).await;
    if progress.fault == Some(Fault::Slow) {
        server.clock.wait_until(server.clock.now() + server.slow).await;
    }
    reply(server, progress, outcome).into_response(server.slow)
}

async fn serve(
    server: &Server,
    endpoints: &Endpoints,
    request: Request,
    progress: &mut Progress,
) -> Result<Value, Problem> {
    let (head, body) = request.into_parts();
    let (methods, values) = endpoints.find(head.uri.path()).ok_or_else(|| {
        let message = format!("No document has the path {}", head.uri.path());
        Problem::new(StatusCode::NOT_FOUND, "NOT_FOUND", message)
    })?;
    let endpoint = methods.methods.get(&head.method).ok_or_else(|| not_allowed(methods))?;
    let asked = asked_version(&head.headers)?.or(server.version);
    let operation = choose(endpoint, asked).ok_or_else(|| Problem::not_found("operation"))?;
    progress.operation = Some(operation);
    progress.fault = server.choose_fault(operation, asked_fault(&head.headers)?);
    if let Some(refusal) = progress.fault.and_then(Fault::refusal) {
        return Err(refusal);
    }
    if progress.fault == Some(Fault::ConnectionResetUnworked) {
        return Ok(Value::Null);
    }
    authorize(server, operation, &head.headers)?;
    let body = axum::body::to_bytes(body, LARGEST_BODY)
        .await
        .map_err(|_| Problem::bad_request("The body cannot be read or is too large"))?;
    let query = url::form_urlencoded::parse(head.uri.query().unwrap_or_default().as_bytes());
    let query = query.into_owned().collect();
    let path = Template::names(&operation.path).into_iter().zip(values).collect();
    let parts = Parts { path, query, headers: &head.headers, body: &body };
    let checked = check::check(operation, &parts)?;
    let target = head.uri.path_and_query().map_or("/", PathAndQuery::as_str);
    let base_url = head.extensions.get().map_or(&server.base_url, |Called(url)| url);
    let key = Some("x-idempotency-key").filter(|name| operation.has_header(name));
    let call = Call {
        operation,
        path: checked.path,
        query: checked.query,
        body: checked.body,
        target: target.to_owned(),
        idempotency_key: key.and_then(|name| text(&head.headers, name)).map(str::to_owned),
        passthrough: passthrough(&head.headers),
        request_id: progress.request_id.clone(),
        now: server.clock.now(),
        base_url: base_url.clone(),
    };
    let value = work(server, &call, progress);
    let value = value?;
    progress.fault.and_then(Fault::refusal_after_work).map_or(Ok(value), Err)
}

fn not_allowed(methods: &Methods) -> Problem {
    let mut allowed: Vec<&str> = methods.methods.keys().map(Method::as_str).collect();
    allowed.sort_unstable();
    let message = format!("This path has only {}", allowed.join(", "));
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", message)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().unwrap_or_default())
}

/// The names of the headers with a merchant's own credentials.
fn passthrough(headers: &HeaderMap) -> Vec<String> {
    let names = headers.keys().map(|name| name.as_str().to_owned());
    names.filter(|name| name.starts_with("meld-passthrough-")).collect()
}

fn asked_version(headers: &HeaderMap) -> Result<Option<ApiVersion>, Problem> {
    let asked = text(headers, "meld-version").map(str::parse).transpose();
    asked.map_err(|error: Error| Problem::bad_request(error.to_string()))
}

fn asked_fault(headers: &HeaderMap) -> Result<Option<Fault>, Problem> {
    let asked = text(headers, "sandbox-fault").map(str::parse).transpose();
    asked.map_err(|error: Error| Problem::bad_request(error.to_string()))
}

/// `Authorization: BASIC <key>`, exactly. Where the document asks for no key, none is needed, but a
/// wrong one is refused.
fn authorize(server: &Server, operation: &Operation, headers: &HeaderMap) -> Result<(), Problem> {
    let sent = text(headers, header::AUTHORIZATION.as_str());
    let twice = headers.get_all(header::AUTHORIZATION).iter().count() > 1;
    match sent {
        None if operation.open => Ok(()),
        Some(sent) if !twice && sent == format!("BASIC {}", server.api_key) => Ok(()),
        _ => Err(Problem::new(
            StatusCode::UNAUTHORIZED,
            "UNAUTHORIZED",
            "Authorization is to be 'BASIC <key>', with a key of this environment",
        )),
    }
}

/// Carries a request out, or finds the response to its first sending.
fn work(server: &Server, call: &Call, progress: &mut Progress) -> Result<Value, Problem> {
    let takes = progress.fault.map(|fault| fault.takes(server.slow)).unwrap_or_default();
    let first = |body| StoredResponse { body, replayed: false };
    let response = match state::handler(call.operation.name()) {
        _ if server.examples_only => example(server, call).map(first),
        // Nothing is remembered of it, so nobody has to wait for the state.
        None if call.idempotency_key.is_none() => server
            .look(|state| state::check(state, call))
            .and_then(|()| response(server, call))
            .map(first),
        None => server.change(|state| {
            idempotency::once(state, call, takes, |state| {
                state::check(state, call)?;
                response(server, call)
            })
        }),
        Some(handler) => server.change(|state| {
            idempotency::once(state, call, takes, |state| logged(handler, state, call))
        }),
    }?;
    progress.replayed = response.replayed;
    finish(call.operation, response.body)
}

/// Carries a request out, and notes in the activity log that it came.
fn logged(handler: state::Handler, state: &mut State, call: &Call) -> Result<Value, Problem> {
    let response = handler(state, call);
    state::activity::log_request(state, call, &response);
    response
}

/// A response made from the schema: the same for the same seed and request.
fn example(server: &Server, call: &Call) -> Result<Value, Problem> {
    let subject = format!("{} {}", call.target, call.body);
    call.operation
        .example_response(server.seed, &subject, server.filling)
        .map(Option::unwrap_or_default)
        .map_err(|error| Problem::sandbox(error.to_string()))
}

/// An example that agrees with its request, as the service's responses do.
fn response(server: &Server, call: &Call) -> Result<Value, Problem> {
    let mut response = example(server, call)?;
    repeat_request(call, &mut response);
    if let Some(transaction) = response.get_mut("transaction") {
        repeat_request(call, transaction);
    }
    for quote in response.get_mut("quotes").and_then(Value::as_array_mut).into_iter().flatten() {
        repeat_request(call, quote);
    }
    Ok(response)
}

/// Gives the strings and numbers of an object the values that the request has under the same names.
fn repeat_request(call: &Call, object: &mut Value) {
    let Some(object) = object.as_object_mut() else { return };
    for (name, value) in object {
        let requested = match name.as_str() {
            "id" => call.path.values().next().map(|id| Value::from(id.as_str())),
            "paymentMethodType" => call
                .body
                .pointer("/paymentMethod/type")
                .or_else(|| call.body.get("paymentMethodType"))
                .cloned(),
            "serviceProvider" => call
                .body
                .pointer("/serviceProviders/0")
                .or_else(|| call.body.get("serviceProvider"))
                .cloned(),
            name => call.body.get(name).cloned(),
        };
        match requested {
            Some(requested) if requested.is_string() && value.is_string() => *value = requested,
            Some(requested) if requested.is_number() && value.is_number() => *value = requested,
            _ => {}
        }
    }
}

/// The response without what this version does not know. A response that its document would not allow
/// is a fault of the sandbox, and said to be one.
fn finish(operation: &Operation, response: Value) -> Result<Value, Problem> {
    let broken = |error: Error| Problem::sandbox(error.to_string());
    let document = operation.document();
    let pointer = operation.response.as_deref();
    let Some(schema) = pointer.and_then(|pointer| document.root.pointer(pointer)) else {
        return Ok(Value::Null);
    };
    let response = fit(document, &[schema], response);
    let errors = operation.check_response(&response).map_err(broken)?;
    if errors.is_empty() {
        return Ok(response);
    }
    Err(Problem::sandbox("The sandbox's own response is not valid").with_errors(errors))
}

fn reply(server: &Server, progress: Progress, outcome: Result<Value, Problem>) -> Reply {
    let Progress { request_id, operation, fault, replayed } = progress;
    let success = operation.map_or(StatusCode::OK, |operation| operation.success);
    let success = match success {
        StatusCode::CREATED if replayed && server.replays_are_ok => StatusCode::OK,
        success => success,
    };
    let has_body = operation.is_some_and(|operation| operation.response.is_some());
    let (status, body, retry_after) = match outcome {
        Ok(value) => match fault.and_then(Fault::other_success) {
            Some((status, body)) => {
                let retry_after = (status == StatusCode::ACCEPTED).then(|| "1".to_owned());
                (status, Some(body), retry_after)
            }
            None => (success, has_body.then_some(value), None),
        },
        Err(problem) => {
            let mut body = problem.envelope(&request_id, server.clock.now());
            if fault == Some(Fault::CodeUnderError)
                && let Some(fields) = body.as_object_mut()
                && let Some(code) = fields.remove("code")
            {
                fields.insert("error".to_owned(), code);
            }
            (problem.status, Some(body), problem.retry_after)
        }
    };
    Reply {
        operation,
        request_id,
        status,
        body,
        retry_after,
        fault,
        api_key: server.api_key.clone(),
    }
}
