//! The path of a request: version, fault, API key, validation, execution.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State as Shared};
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, Method, Response, StatusCode, header, request};
use axum::middleware::{Next, from_fn_with_state};
use bytes::Bytes;

use crate::call::Call;
use crate::control;
use crate::error::Error;
use crate::faults::Fault;
use crate::flows;
use crate::flows::idempotency::{StoredResponse, execute_once};
use crate::flows::success::{Content, Success};
use crate::generated::{example, example_parts, matching_example};
use crate::multipart::Multipart;
use crate::problem::Problem;
use crate::recording::exchange::{Received, named};
#[cfg(feature = "record")]
use crate::recording::recorder::Recorder;
use crate::reply::{Progress, reply};
use crate::request_log::{self, ReceivedRequest};
use crate::server::Server;
use crate::specs::{ApiVersion, Catalog, Credential, Endpoints, Methods, Operation, choose, variant};
use crate::stubs::StubResponse;
use crate::validation::{self, Parts};
use crate::widget;

const KEY: &str = "x-idempotency-key";
/// The maximum size of a request body, in bytes.
const MAX_BODY: usize = 8 << 20;

/// Returns the router of all operations and of the pages that replace Meld's widgets.
pub(crate) fn router(server: &Arc<Server>, catalog: &'static Catalog) -> Router {
    let endpoints = Arc::new(catalog.endpoints());
    let handler = Arc::clone(server);
    let handle = move |request: Request| {
        let (server, endpoints) = (Arc::clone(&handler), Arc::clone(&endpoints));
        async move { handle(&server, &endpoints, request).await }
    };
    let router = widget::router(server).merge(control::router(server, catalog)).fallback(handle);
    router.layer(from_fn_with_state(Arc::clone(server), check_host))
}

/// The base URL that a request used.
#[derive(Clone)]
struct BaseUrl(String);

/// Refuses requests with a host name that is not accepted.
async fn check_host(Shared(server): Shared<Arc<Server>>, mut request: Request, next: Next) -> Response<Body> {
    if let Some(host) = server.hosts.accept(request.uri(), request.headers()) {
        let base_url = BaseUrl(format!("http://{host}"));
        request.extensions_mut().insert(base_url);
        return next.run(request).await;
    }
    let message = "The host name is not accepted. Use localhost, a loopback address or the listening address, or allow \
                   the name with --allow-host or Builder::allow_host";
    let problem = Problem::new(StatusCode::MISDIRECTED_REQUEST, "BAD_REQUEST", message)
        .with_error("[Host] is not an accepted name");
    reply(&server, Progress::new(&server), Err(problem)).into_response(server.slow)
}

async fn handle(server: &Server, endpoints: &Endpoints, request: Request) -> Response<Body> {
    let mut progress = Progress::new(server);
    let (head, body) = request.into_parts();
    let received = axum::body::to_bytes(body, MAX_BODY).await.ok();
    log(server, &progress, &head, received.as_ref());
    #[cfg(feature = "record")]
    if let Some(recorder) = &server.recorder {
        return forward(server, recorder, endpoints, (&head, received), progress).await;
    }
    let outcome = serve(server, endpoints, (&head, received), &mut progress).await;
    if progress.fault == Some(Fault::Slow) {
        server.clock.wait_until(server.clock.now() + server.slow).await;
    }
    let operation = progress.operation.map(Operation::name);
    let request_id = progress.request_id.clone();
    let response = reply(server, progress, outcome).into_response(server.slow);
    server.log(|log| log.finish(&request_id, operation, response.status().as_u16()));
    response
}

/// Forwards a request to the API that is recorded.
#[cfg(feature = "record")]
async fn forward(
    server: &Server,
    recorder: &Recorder,
    endpoints: &Endpoints,
    (head, received): (&request::Parts, Option<Bytes>),
    progress: Progress,
) -> Response<Body> {
    let request_id = progress.request_id.clone();
    let sent = received.as_deref().unwrap_or_default();
    let matched = find(server, endpoints, head, sent);
    let operation = matched.as_ref().map(|(operation, _)| operation.name());
    let outcome = match received {
        Some(body) => recorder.forward((head, body), matched).await,
        None => Err(Problem::bad_request("The body is incomplete or larger than 8 MiB")),
    };
    let failed = |problem| reply(server, progress, Err(problem)).into_response(server.slow);
    let response = outcome.unwrap_or_else(failed);
    server.log(|log| log.finish(&request_id, operation, response.status().as_u16()));
    response
}

/// Returns the operation of a request and the values of its path.
#[cfg(feature = "record")]
fn find(
    server: &Server,
    endpoints: &Endpoints,
    head: &request::Parts,
    body: &[u8],
) -> Option<(&'static Operation, Vec<(String, String)>)> {
    let (methods, values) = endpoints.find(head.uri.path())?;
    let requested = requested_version(&head.headers).ok().flatten().or(server.version);
    let operations = choose(methods.methods.get(&head.method)?, requested)?;
    let operation = variant(operations, Multipart::is_type(content_type(&head.headers)), body)?;
    Some((operation, named(&operation.path, values)))
}

fn log(server: &Server, progress: &Progress, head: &request::Parts, body: Option<&Bytes>) {
    let body = body.map(|body| &**body).unwrap_or_default();
    let request = ReceivedRequest {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        operation: None,
        query: request_log::query_of(&head.uri),
        headers: request_log::headers_of(&head.headers),
        body: serde_json::from_slice(body).unwrap_or_default(),
        status: None,
        request_id: progress.request_id.clone(),
        at: server.clock.now(),
    };
    server.log(|log| log.add(request, body.len()));
}

async fn serve(
    server: &Server,
    endpoints: &Endpoints,
    (head, received): (&request::Parts, Option<Bytes>),
    progress: &mut Progress,
) -> Result<Success, Problem> {
    let (methods, values) = endpoints.find(head.uri.path()).ok_or_else(|| {
        let message = format!("No spec has the path {}", head.uri.path());
        Problem::new(StatusCode::NOT_FOUND, "NOT_FOUND", message)
    })?;
    let endpoint = methods.methods.get(&head.method).ok_or_else(|| not_allowed(methods))?;
    let requested = requested_version(&head.headers)?.or(server.version);
    let operations = choose(endpoint, requested).ok_or_else(|| Problem::not_found("operation"))?;
    let sent = received.as_deref().unwrap_or_default();
    let operation = variant(operations, Multipart::is_type(content_type(&head.headers)), sent);
    let operation = operation.ok_or_else(|| Problem::not_found("operation"))?;
    progress.operation = Some(operation);
    progress.version = Some(operation.served_version(requested));
    inject(server, operation, &head.headers, progress)?;
    if progress.fault == Some(Fault::ConnectionResetUnworked) {
        return Ok(Success::default());
    }
    authorize(server, operation, &head.headers)?;
    if let Some(replay) = &server.replay {
        let query = request_log::query_of(&head.uri);
        let path = named(&operation.path, values);
        let (success, version) = replay.respond(operation, &Received { path: &path, query: &query, body: sent })?;
        progress.version = version.or(progress.version);
        return Ok(success);
    }
    if !server.examples_only {
        flows::check_unvalidated(operation, &head.headers, head.uri.query().unwrap_or_default())?;
    }
    let body = received.ok_or_else(|| Problem::bad_request("The body is incomplete or larger than 8 MiB"))?;
    let mut call = call(server, operation, (head, values, body), progress).await?;
    let success = match server.stubs(|stubs| (stubs.choose(&call), stubs.only)) {
        (Some(stub), _) => stubbed(server, &stub, &mut call, progress)?,
        (None, true) => return Err(no_stub()),
        (None, false) => execute(server, &call, progress)?,
    };
    progress.fault.and_then(Fault::refusal_after_work).map_or(Ok(success), Err)
}

/// Chooses the fault of a request. Returns the refusal of a fault that refuses.
fn inject(
    server: &Server,
    operation: &'static Operation,
    headers: &HeaderMap,
    progress: &mut Progress,
) -> Result<(), Problem> {
    let chosen = server.choose_fault(operation, requested_fault(headers)?);
    progress.fault = chosen.as_ref().map(|(fault, _)| *fault);
    let code = chosen.and_then(|(_, code)| operation.error_code(&code?));
    if let Some((status, code)) = code {
        return Err(Problem::new(status, code, "Injected error code"));
    }
    progress.fault.and_then(Fault::refusal).map_or(Ok(()), Err)
}

fn no_stub() -> Problem {
    Problem::new(StatusCode::NOT_IMPLEMENTED, "NOT_SUPPORTED", "No stub takes the call, and the server has only stubs")
}

/// Returns the response of a stub, or that of the mock server if the stub is a fault.
fn stubbed(server: &Server, stub: &StubResponse, call: &mut Call, progress: &mut Progress) -> Result<Success, Problem> {
    let Some(fault) = stub.injected() else { return stub.for_operation(call.operation) };
    server.faults(|faults| faults.count(fault));
    progress.fault = Some(fault);
    if fault == Fault::ConnectionResetUnworked {
        return Ok(Success::default());
    }
    call.takes = fault.takes(server.slow);
    fault.refusal().map_or_else(|| execute(server, call, progress), Err)
}

/// Validates a request: its head, the values of its path and its body.
async fn call(
    server: &Server,
    operation: &'static Operation,
    (head, values, body): (&request::Parts, Vec<String>, Bytes),
    progress: &Progress,
) -> Result<Call, Problem> {
    let query = url::form_urlencoded::parse(head.uri.query().unwrap_or_default().as_bytes());
    let query = query.into_owned().collect();
    let path = named(&operation.path, values);
    let (body, files) = parts_of(operation, &head.headers, body).await?;
    let parts = Parts { path, query, headers: &head.headers, body: &body };
    let validated = validation::validate(operation, &parts)?;
    let target = head.uri.path_and_query().map_or("/", PathAndQuery::as_str);
    let base_url = head.extensions.get().map_or(&server.base_url, |BaseUrl(url)| url);
    let key = text(&head.headers, KEY).map(str::to_owned);
    Ok(Call {
        operation,
        version: progress.version.unwrap_or(operation.version),
        path: validated.path,
        query: validated.query,
        body: validated.body,
        files,
        target: target.to_owned(),
        idempotency_key: key.clone().filter(|_| operation.has_header(KEY) && !flows::has_own_errors(operation)),
        key,
        passthrough: passthrough(&head.headers),
        token: token(operation, &head.headers),
        api_key: server.api_key.clone(),
        request_id: progress.request_id.clone(),
        now: server.clock.now(),
        takes: progress.fault.map(|fault| fault.takes(server.slow)).unwrap_or_default(),
        base_url: base_url.clone(),
    })
}

fn content_type(headers: &HeaderMap) -> &str {
    text(headers, header::CONTENT_TYPE.as_str()).unwrap_or_default()
}

/// Splits a multipart body into its JSON part and its files. Any other body is returned as it is.
async fn parts_of(operation: &Operation, headers: &HeaderMap, body: Bytes) -> Result<(Bytes, Multipart), Problem> {
    let content_type = content_type(headers);
    if !Multipart::is_type(content_type) || operation.multipart_request.is_none() {
        return Ok((body, Multipart::default()));
    }
    let mut parts = Multipart::parse(content_type, body).await?;
    let position = parts.0.iter().position(|part| part.name == "data");
    let data = position.map(|index| parts.0.remove(index).bytes);
    let data =
        data.ok_or_else(|| Problem::bad_request("The body has no part `data`").with_error("[data] is required"))?;
    Ok((data, parts))
}

fn not_allowed(methods: &Methods) -> Problem {
    let mut allowed: Vec<&str> = methods.methods.keys().map(Method::as_str).collect();
    allowed.sort_unstable();
    let message = format!("The path supports only {}", allowed.join(", "));
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", message)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().unwrap_or_default())
}

/// Returns the names of the headers that carry a merchant's own credentials.
fn passthrough(headers: &HeaderMap) -> Vec<String> {
    let names = headers.keys().map(|name| name.as_str().to_owned());
    names.filter(|name| name.starts_with("meld-passthrough-")).collect()
}

fn requested_version(headers: &HeaderMap) -> Result<Option<ApiVersion>, Problem> {
    let requested = text(headers, "meld-version").map(str::parse).transpose();
    requested.map_err(|error: Error| Problem::bad_request(error.to_string()))
}

fn requested_fault(headers: &HeaderMap) -> Result<Option<Fault>, Problem> {
    let requested = text(headers, "sandbox-fault").map(str::parse).transpose();
    requested.map_err(|error: Error| Problem::bad_request(error.to_string()))
}

/// Requires the credential of the operation, and no other. An open operation accepts no key, too, but not a wrong one.
///
/// Handlers check the values of tokens, because these depend on the state. Generated examples accept any.
fn authorize(server: &Server, operation: &Operation, headers: &HeaderMap) -> Result<(), Problem> {
    let refused = |code, message| Err(Problem::new(StatusCode::UNAUTHORIZED, code, message));
    let sent = text(headers, header::AUTHORIZATION.as_str());
    let twice = headers.get_all(header::AUTHORIZATION).iter().count() > 1;
    match &operation.credential {
        Credential::ApiKey => match sent {
            None if operation.open => Ok(()),
            Some(sent) if !twice && sent == format!("BASIC {}", server.api_key) => Ok(()),
            _ => refused("UNAUTHORIZED", "Authorization must be 'BASIC <key>', with a key of this environment"),
        },
        _ if server.examples_only => Ok(()),
        _ if operation.open && sent.is_none() => Ok(()),
        Credential::BearerToken if twice || token(operation, headers).is_none() => {
            refused("AUTHORIZATION_REQUIRED", "Authorization must be 'Bearer <token>', and the only one")
        }
        Credential::Header(_) if token(operation, headers).is_none() => {
            refused("UNAUTHORIZED", "The header with the token is missing")
        }
        _ => Ok(()),
    }
}

/// Returns the token that an operation takes instead of the API key.
fn token(operation: &Operation, headers: &HeaderMap) -> Option<String> {
    let token = match &operation.credential {
        Credential::ApiKey => None,
        Credential::BearerToken => text(headers, header::AUTHORIZATION.as_str())?.strip_prefix("Bearer "),
        Credential::Header(name) => text(headers, name),
    };
    token.filter(|token| !token.is_empty()).map(str::to_owned)
}

/// Executes a request, or replays the response to its idempotency key.
fn execute(server: &Server, call: &Call, progress: &mut Progress) -> Result<Success, Problem> {
    let handler = flows::handler(call.operation.name());
    // Where the schemas of a spec contradict each other, no example is valid.
    let is_example = server.examples_only || handler.is_none();
    let response = match handler {
        _ if server.examples_only => match example_parts(server, call) {
            Some(parts) => Ok(StoredResponse::first(parts)),
            None => example(server, call).map(StoredResponse::first),
        },
        // Without state to change, concurrent requests need not wait for one another.
        None if call.idempotency_key.is_none() => server
            .read(|state, _| flows::check(state, call))
            .and_then(|()| matching_example(server, call))
            .map(StoredResponse::first),
        None => server.change(|state, _| {
            execute_once(state, call, |state| {
                flows::check(state, call)?;
                matching_example(server, call).map(Success::from)
            })
        }),
        Some(handler) => {
            server.change(|state, _| execute_once(state, call, |state| flows::execute(handler, state, call)))
        }
    }?;
    progress.replayed = response.replayed;
    finish(call.operation, response.success, is_example)
}

/// Removes the fields that the version does not declare, and validates the response of a handler.
fn finish(operation: &Operation, success: Success, is_example: bool) -> Result<Success, Problem> {
    let Content::Json(body) = success.content else { return Ok(success) };
    let body = operation.retain_declared(body);
    let errors = if is_example { Vec::new() } else { operation.response_errors(&body)? };
    if errors.is_empty() {
        return Ok(Success { content: Content::Json(body), ..success });
    }
    Err(Problem::internal("The mock server's own response is not valid").with_errors(errors))
}
