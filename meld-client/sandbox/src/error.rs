use std::path::PathBuf;

/// An error of starting or steering a mock server.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A spec cannot be used.
    #[error("the spec `{name}` cannot be used: {message}")]
    Spec {
        /// The file name of the spec, without `.json`.
        name: String,
        /// The problem, with the JSON pointer where it occurred.
        message: String,
    },
    /// A version is not a date.
    #[error("`{0}` is not a date such as `2026-02-03`")]
    Version(String),
    /// A setting of [`Builder`](crate::Builder) cannot be used.
    #[error("the setting `{name}` cannot be used: {message}")]
    Setting {
        /// The method of [`Builder`](crate::Builder).
        name: &'static str,
        /// The reason.
        message: String,
    },
    /// The server cannot listen on its address.
    #[error("cannot listen on this machine: {0}")]
    Listen(String),
    /// The HTTP client that delivers webhooks cannot be built.
    #[error("cannot build an HTTP client: {0}")]
    Client(String),
    /// The file of the state cannot be used.
    #[error("the state file `{}` cannot be used: {message}", path.display())]
    State {
        /// The file.
        path: PathBuf,
        /// The reason.
        message: String,
    },
    /// A recording cannot be used.
    #[error("the recording `{}` cannot be used{}: {message}", path.display(), at(pointer))]
    Recording {
        /// The file or folder.
        path: PathBuf,
        /// The JSON pointer of the problem; empty for a whole file.
        pointer: String,
        /// The reason.
        message: String,
    },
    /// A fault rule is invalid.
    #[error("invalid fault rule: {0}")]
    Faults(String),
    /// A stub is invalid.
    #[error("invalid stub: {0}")]
    Stub(String),
    /// The connection, account, session or customer does not exist.
    #[error("there is no {0}")]
    Unknown(String),
}

fn at(pointer: &str) -> String {
    if pointer.is_empty() { String::new() } else { format!(" at `{pointer}`") }
}
