//! One HTTP exchange through the layers.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};
use tower_service::Service;

use super::Expected;
use crate::client::limits::TIMEOUT;
use crate::client::middleware::{AttemptMetadata, AttemptService};
use crate::client::observer::Attempt;
use crate::client::transport::Inner;
use crate::error::outcome::{Earlier, Evidence};
use crate::error::{Error, TransportFailure};
use crate::http_response::HttpResponse;

/// The time limit of an attempt that has none: a year.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Ends an attempt, also if its call is dropped.
struct Open(AttemptMetadata);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.sends().close();
    }
}

impl Inner {
    /// Sends a message through the layers, and returns the response if it is a success. Also returns what is known of
    /// additional requests that a layer sent.
    pub(in crate::client) async fn exchange_in_layers(
        &self,
        mut service: AttemptService,
        message: reqwest::Request,
        attempt: &Attempt<'_>,
        expected: Expected,
    ) -> (Result<HttpResponse, Error>, Earlier) {
        let limit = message.timeout().copied().unwrap_or(TIMEOUT).min(LONGEST);
        let deadline = Instant::now() + limit;
        let request = attempt.request;
        let (metadata, message) = match AttemptMetadata::split(message, request, attempt.retries, deadline) {
            Ok(parts) => parts,
            Err(error) => return (Err(error), Earlier::NotExecuted),
        };
        let open = Open(metadata);
        let response = match timeout_at(deadline, service.call(message)).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(Error::from_layer(error, &self.secrets(request))),
            Err(_) => Err(Error::transport(TransportFailure::Timeout)),
        };
        let result = match response {
            Ok(response) => self.receive(response, request, expected, Some(deadline)).await,
            Err(error) => Err(error),
        };
        let mut sends = open.0.sends();
        sends.close();
        let result = result.map_err(|error| {
            let claims_not_sent = error.status().is_none() && Evidence::of_error(&error) == Evidence::RefusesAttempt;
            if claims_not_sent && !sends.none_was_executed() { error.into_layer_failure() } else { error }
        });
        let status = match &result {
            Ok(response) => Some(response.status),
            Err(error) => error.status(),
        };
        let earlier = sends.other_than(status);
        drop(sends);
        (result, earlier)
    }
}
