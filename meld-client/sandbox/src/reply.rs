//! The response to a request, by its outcome and its fault.

use axum::http::StatusCode;
use chrono::{DateTime, Utc};

use crate::faults::Fault;
use crate::flows;
use crate::flows::success::{Content, Success};
use crate::problem::Problem;
use crate::server::Server;
use crate::specs::{ApiVersion, Operation};
use crate::wire::Reply;

/// The facts about a request that its response depends on, even if it is refused.
pub(crate) struct Progress {
    pub request_id: String,
    pub operation: Option<&'static Operation>,
    pub version: Option<ApiVersion>,
    pub fault: Option<Fault>,
    pub replayed: bool,
}

impl Progress {
    /// Counts a new request.
    pub fn new(server: &Server) -> Self {
        let request_id = server.request_id();
        Self { request_id, operation: None, version: None, fault: None, replayed: false }
    }
}

/// Returns the response to a request, before faults damage it.
pub(crate) fn reply(server: &Server, progress: Progress, outcome: Result<Success, Problem>) -> Reply {
    let Progress { request_id, operation, version, fault, replayed } = progress;
    let mut reply = Reply {
        version,
        operation,
        request_id,
        status: operation.map_or(StatusCode::OK, |operation| operation.success),
        body: None,
        multipart: None,
        retry_after: None,
        headers: Vec::new(),
        fault,
        api_key: server.api_key.clone(),
    };
    match outcome {
        Ok(success) => match fault.and_then(Fault::other_success) {
            Some((status, body)) => {
                reply.retry_after = (status == StatusCode::ACCEPTED).then(|| "1".to_owned());
                (reply.status, reply.body) = (status, Some(body));
            }
            None => {
                if reply.status == StatusCode::CREATED && replayed && server.replay_with_ok {
                    reply.status = StatusCode::OK;
                }
                succeed(&mut reply, success);
            }
        },
        Err(problem) => refuse(&mut reply, &problem, server.clock.now()),
    }
    reply
}

fn succeed(reply: &mut Reply, success: Success) {
    reply.status = success.status.unwrap_or(reply.status);
    reply.retry_after = success.retry_after.map(|seconds| seconds.to_string());
    reply.headers = success.headers;
    match success.content {
        Content::Json(value) => {
            let has_body = reply.operation.is_some_and(|operation| operation.response.is_some());
            reply.body = has_body.then_some(value);
        }
        Content::AsIs(value) => reply.body = Some(value),
        Content::Multipart(parts) => reply.multipart = Some(parts),
        Content::Empty => {}
    }
}

fn refuse(reply: &mut Reply, problem: &Problem, now: DateTime<Utc>) {
    let mut body = problem.envelope(&reply.request_id, now);
    if reply.fault == Some(Fault::CodeUnderError)
        && let Some(fields) = body.as_object_mut()
        && let Some(code) = fields.remove("code")
    {
        fields.insert("error".to_owned(), code);
    }
    // Injected refusals have the common envelope for every operation.
    let is_injected = reply.fault.is_some_and(|fault| fault != Fault::Slow);
    if !is_injected && reply.operation.is_some_and(flows::has_own_errors) {
        body = flows::internal_error_body(problem);
    }
    reply.status = problem.status;
    reply.retry_after.clone_from(&problem.retry_after);
    reply.body = (!problem.is_bare).then_some(body);
}
