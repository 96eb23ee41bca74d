//! `Display` and `Debug` of errors: one printable line, without secrets.

use std::error::Error as StdError;
use std::fmt;

use http::header;

use super::kind::{ErrorKind, RawResponse, TransportFailure};
use super::response::ErrorResponse;
use super::{Error, excerpt};
use crate::one_line::OneLine;

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Error")
            .field("operation", &self.inner.operation.map(ToString::to_string))
            .field("kind", &self.inner.kind)
            .field("retries", &self.inner.attempts.retries)
            .field("source", &self.inner.source)
            .finish()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.inner.operation {
            write!(formatter, "{operation}: ")?;
        }
        match &self.inner.kind {
            ErrorKind::InvalidRequest { field, reason, others } => {
                write!(formatter, "`{}` {}", OneLine::new(field), OneLine::new(reason))?;
                if !others.is_empty() {
                    write!(formatter, "; {others}")?;
                }
            }
            ErrorKind::Transport(failure) => self.write_transport(*failure, formatter)?,
            ErrorKind::Api(response) => {
                write_api(response, formatter)?;
                if response.is_truncated {
                    formatter.write_str(", its body is truncated")?;
                }
            }
            ErrorKind::Decode { path, reason, response } => {
                write!(formatter, "the response ({}) cannot be decoded", response.status())?;
                if !path.is_empty() {
                    write!(formatter, " at `{}`", OneLine::new(path))?;
                }
                write!(formatter, ": {}", OneLine::new(reason))?;
                if let Some(excerpt) = self.excerpt() {
                    write!(formatter, ", in `{}`", OneLine::new(&excerpt))?;
                }
            }
            ErrorKind::OlderVersion { needed, served, response } => {
                let status = response.status();
                write!(formatter, "the response ({status}) is of API version `{}`, ", OneLine::new(served))?;
                write!(formatter, "but the request needs `{needed}` or newer")?;
            }
            ErrorKind::Configuration { reason } => write!(formatter, "{}", OneLine::new(reason))?,
        }
        match (self.inner.attempts.retries, self.request_id()) {
            (0, None) => Ok(()),
            (0, Some(id)) => write!(formatter, " (request id {})", OneLine::new(id)),
            (retries, None) => write!(formatter, " (retries: {retries})"),
            (retries, Some(id)) => {
                write!(formatter, " (retries: {retries}, request id {})", OneLine::new(id))
            }
        }
    }
}

impl Error {
    fn write_transport(&self, failure: TransportFailure, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match failure {
            TransportFailure::Connect => "no connection to Meld",
            TransportFailure::Tls => "no secure connection to Meld",
            TransportFailure::Timeout => "no response in time",
            TransportFailure::Interrupted => "the connection broke before the whole response came",
            TransportFailure::ResponseTooLarge => "the response is larger than allowed",
            TransportFailure::OtherUrl => "the response came from another URL than that of the request",
            TransportFailure::NotSent => "the request was not sent",
            TransportFailure::Layer => "a layer of the client failed",
            TransportFailure::Other => "the request could not be sent",
        })?;
        if let Some(refusal) = self.not_sent() {
            write!(formatter, ": {refusal}")?;
            if refusal.source().is_none() {
                return Ok(());
            }
        }
        let mut cause = self.source();
        while let Some(deeper) = cause.and_then(StdError::source) {
            cause = Some(deeper);
        }
        match cause {
            Some(cause) => write!(formatter, ": {}", OneLine::new(&cause.to_string())),
            None => Ok(()),
        }
    }
}

/// Writes `400 Bad Request, BAD_REQUEST: message [field, otherField]`, or describes a body that is not Meld's.
fn write_api(response: &RawResponse, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(formatter, "{}", response.status())?;
    let error = &response.error;
    if *error == ErrorResponse::default() {
        return write_unknown_body(response, formatter);
    }
    if let Some(code) = &error.code {
        write!(formatter, ", {}", OneLine::new(code.as_str()))?;
    }
    if let Some(message) = &error.message {
        write!(formatter, ": {}", OneLine::new(message))?;
    }
    let fields: Vec<&str> = error.errors.iter().filter_map(|line| field_of(line)).collect();
    if !fields.is_empty() {
        write!(formatter, " [{}]", OneLine::new(&fields.join(", ")))?;
    }
    Ok(())
}

/// Writes `502 Bad Gateway, with text/html and not Meld's form of errors: "Bad gateway"`.
fn write_unknown_body(response: &RawResponse, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
    if let Some(location) = header(header::LOCATION).filter(|_| response.status().is_redirection()) {
        // The rest of the URL may hold values of the request.
        let host = url::Url::parse(location).ok();
        let host = host.as_ref().and_then(url::Url::host_str).unwrap_or("the same host");
        return write!(formatter, ", a redirect to {}, which is not followed", OneLine::new(host));
    }
    if let Some(reason) = &response.unreadable {
        return write!(formatter, ", whose body cannot be decoded: {}", OneLine::new(reason));
    }
    if response.body().trim_ascii().is_empty() {
        return formatter.write_str(", without a body");
    }
    let kind = header(header::CONTENT_TYPE).unwrap_or("a body");
    write!(formatter, ", with {} and not Meld's form of errors", OneLine::new(kind))?;
    match excerpt::title(response.body()) {
        Some(title) => write!(formatter, ": \"{}\"", OneLine::new(&title)),
        None => Ok(()),
    }
}

/// Returns the part of a line of `errors` that holds no values: the field of `[field] message`, or all of `field:
/// STATE`.
fn field_of(line: &str) -> Option<&str> {
    if let Some((field, _)) = line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return Some(field);
    }
    let (field, state) = line.split_once(": ")?;
    let is_name = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let is_state = is_name(state) && !state.bytes().any(|byte| byte.is_ascii_lowercase());
    (is_name(field) && is_state).then_some(line)
}
