//! Failures of the program, and its exit codes.

use std::fmt;
use std::io;

use meld_client::{Error, ErrorKind};

use crate::json::Json;
use crate::printable::printable;

/// Defines the kinds of failures, each with its exit code, its name in JSON and its description in the help.
macro_rules! kinds {
    ($($kind:ident = $code:literal, $name:literal, $description:literal;)+) => {
        /// The kinds of failures. Their numbers are the exit codes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Kind {
            $(#[doc = $description] $kind = $code,)+
        }

        impl Kind {
            /// All kinds, in the order of their exit codes.
            pub const ALL: &[Self] = &[$(Self::$kind),+];

            pub const fn code(self) -> u8 {
                self as u8
            }

            /// Returns the name in JSON.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)+
                }
            }

            /// Returns the description in the help.
            pub const fn description(self) -> &'static str {
                match self {
                    $(Self::$kind => $description,)+
                }
            }
        }
    };
}

kinds! {
    Other = 1, "other", "another failure, such as a file that cannot be read";
    Usage = 2, "usage", "the command line or the request is not valid; nothing was sent";
    Configuration = 3, "configuration", "the configuration is not valid, or there is no API key";
    Denied = 4, "denied", "Meld refuses the key or the account (401, 403)";
    NotFound = 5, "not_found", "Meld does not know the id (404)";
    Refused = 6, "refused", "Meld refuses the request (other 4xx)";
    RateLimited = 7, "rate_limited", "too many requests (429)";
    Server = 8, "server", "Meld or a provider failed (5xx)";
    Network = 9, "network", "no response; nothing was executed";
    Response = 10, "response", "the response cannot be decoded; the request was executed";
    Unknown = 11, "unknown_outcome", "the outcome of a change is unknown";
    Failed = 12, "failed", "a check failed (doctor, webhooks verify)";
}

#[derive(Debug)]
pub enum Failure {
    /// A failure with its message and more lines, such as suggestions.
    Message {
        kind: Kind,
        message: String,
    },
    Client(Box<Error>),
    /// Standard output is closed, which is no failure.
    ClosedPipe,
}

impl Failure {
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self::Message { kind, message: message.into() }
    }

    /// Creates a failure of the command line.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// Creates a failure of the configuration.
    pub fn configuration(message: impl Into<String>) -> Self {
        Self::new(Kind::Configuration, message)
    }

    pub fn exit_code(&self) -> u8 {
        match self {
            Self::ClosedPipe => 0,
            Self::Message { kind, .. } => kind.code(),
            Self::Client(error) => kind_of(error).code(),
        }
    }

    pub fn to_json(&self) -> Json {
        let mut fields = vec![("message", Json::from(self.to_string().as_str()))];
        let kind = match self {
            Self::ClosedPipe => return Json::null(),
            Self::Message { kind, .. } => *kind,
            Self::Client(error) => {
                let mut add = |name, value: Option<String>| {
                    fields.extend(value.map(|value| (name, Json::from(value.as_str()))));
                };
                add("code", error.code().map(ToString::to_string));
                add("field", error.field().map(str::to_owned));
                add("requestId", error.request_id().map(str::to_owned));
                add("idempotencyKey", error.idempotency_key().map(str::to_owned));
                if let Some(status) = error.status() {
                    fields.push(("status", Json::Literal(status.as_u16().to_string())));
                }
                fields.push(("outcomeUnknown", Json::Literal(error.outcome_unknown().to_string())));
                kind_of(error)
            }
        };
        fields.push(("kind", Json::from(kind.name())));
        fields.push(("exitCode", Json::Literal(kind.code().to_string())));
        let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Json::Object([("error".to_owned(), Json::Object(fields))].into_iter().collect())
    }
}

fn kind_of(error: &Error) -> Kind {
    let is_read = error.operation().is_some_and(meld_client::Operation::is_read_only);
    if error.outcome_unknown() && !is_read {
        return Kind::Unknown;
    }
    match error.kind() {
        ErrorKind::InvalidRequest { .. } => Kind::Usage,
        ErrorKind::Configuration { .. } => Kind::Configuration,
        ErrorKind::Transport(_) => Kind::Network,
        ErrorKind::Decode { .. } | ErrorKind::OlderVersion { .. } => Kind::Response,
        ErrorKind::Api(response) => match response.status().as_u16() {
            401 | 403 => Kind::Denied,
            404 => Kind::NotFound,
            429 => Kind::RateLimited,
            400..=499 => Kind::Refused,
            // A success status with an error as its body.
            200..=299 => Kind::Refused,
            _ => Kind::Server,
        },
        _ => Kind::Other,
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Message { message, .. } => formatter.write_str(message),
            Self::Client(error) => {
                write!(formatter, "{error}")?;
                let lines = error.error_response().map(|response| response.errors.as_slice()).unwrap_or_default();
                lines.iter().try_for_each(|line| write!(formatter, "\n  {}", printable(line)))?;
                if error.outcome_unknown()
                    && let Some(key) = error.idempotency_key()
                {
                    write!(formatter, "\nThe outcome is unknown. Repeat the command with --idempotency-key {key}")?;
                }
                Ok(())
            }
            Self::ClosedPipe => Ok(()),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Client(Box::new(error))
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::ClosedPipe,
            _ => Self::new(Kind::Other, error.to_string()),
        }
    }
}

impl From<meld_sandbox::Error> for Failure {
    fn from(error: meld_sandbox::Error) -> Self {
        Self::new(Kind::Other, error.to_string())
    }
}
