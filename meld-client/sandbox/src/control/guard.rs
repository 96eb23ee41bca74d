//! The access to the control API.

use axum::http::{HeaderMap, StatusCode, header};
use sha2::{Digest as _, Sha256};

use crate::problem::Problem;
use crate::server::Server;

/// Refuses all requests if the API is off.
pub(super) fn enabled(server: &Server) -> Result<(), Problem> {
    if server.control_token.is_some() || server.hosts.is_loopback() {
        return Ok(());
    }
    let message = "The control API is off, because other machines can reach this server. --control-token or \
                   Builder::control_token turns it on";
    Err(Problem::new(StatusCode::NOT_FOUND, "NOT_FOUND", message))
}

/// Requires the token, if there is one, and a request that is not from the page of another site.
pub(super) fn check(server: &Server, headers: &HeaderMap) -> Result<(), Problem> {
    enabled(server)?;
    // A browser sends the origin with every request that changes something. Tools do not.
    if let Some(origin) = headers.get(header::ORIGIN) {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        if origin.as_bytes() != format!("http://{host}").as_bytes() {
            return Err(Problem::new(StatusCode::FORBIDDEN, "FORBIDDEN", "Pages of other sites are refused"));
        }
    }
    let Some(token) = &server.control_token else { return Ok(()) };
    let sent = headers.get(header::AUTHORIZATION).map(|value| value.as_bytes()).unwrap_or_default();
    if is_equal(sent, format!("Bearer {token}").as_bytes()) {
        return Ok(());
    }
    let message = "Authorization must be 'Bearer <token>', with the control token";
    Err(Problem::new(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", message))
}

/// Compares two values in a time that does not depend on where they differ.
fn is_equal(one: &[u8], other: &[u8]) -> bool {
    let (one, other) = (Sha256::digest(one), Sha256::digest(other));
    one.iter().zip(&other).fold(0, |difference, (one, other)| difference | (one ^ other)) == 0
}
