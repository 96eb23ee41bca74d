//! The settings and the start with recordings.

use std::path::PathBuf;

use super::Builder;
use crate::error::Error;
use crate::sandbox::Sandbox;

impl Sandbox {
    /// Starts a mock server that responds with the recorded exchanges of a folder.
    ///
    /// An exchange matches by its method, path, query and body. Repeated requests get the responses in recorded order,
    /// then the last one again. Times match any other. A value that the recording replaced matches any value of the
    /// client, but then the same in all requests; responses have the client's value. Any other request is refused with
    /// a 501 that names the nearest recording.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Recording`] with the file and the JSON pointer if the folder has other files than recordings.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), meld_sandbox::Error> {
    /// let sandbox = meld_sandbox::Sandbox::replay("tests/recordings/quotes").await?;
    /// // Point a client at `sandbox.base_url()` with the key `sandbox.api_key()`.
    /// # Ok(())
    /// # }
    /// ```
    pub async fn replay(folder: impl Into<PathBuf>) -> Result<Self, Error> {
        Self::builder().replay(folder).start().await
    }
}

impl Builder {
    /// Responds with the recorded exchanges of a folder instead of the state, see [`Sandbox::replay`].
    pub fn replay(self, folder: impl Into<PathBuf>) -> Self {
        Self { replay: Some(folder.into()), ..self }
    }

    /// Forwards all requests to the API at a URL, with their headers, and records each exchange in a folder for
    /// [`replay`](Self::replay). The folder must be empty or missing.
    ///
    /// A file has only values that the spec proves to be harmless, such as enum values, codes of currencies, times and
    /// amounts. All others are replaced: equal values by equal numbered ones, so that ids still match. Unknown fields
    /// and headers are left out. A response says in `x-mock-recorded` if its exchange was written.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), meld_sandbox::Error> {
    /// let builder = meld_sandbox::Sandbox::builder().record("https://api-sb.meld.io", "tests/recordings/quotes");
    /// let sandbox = builder.start().await?;
    /// // Run the flow against `sandbox.base_url()`, with the key of the real sandbox.
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "record")]
    pub fn record(self, url: impl Into<String>, folder: impl Into<PathBuf>) -> Self {
        Self { record: Some((url.into(), folder.into())), ..self }
    }
}
