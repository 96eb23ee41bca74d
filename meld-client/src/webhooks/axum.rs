//! The axum extractor for deliveries.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRef, FromRequest, Request};
use axum::response::{IntoResponse, Response};
use meld_client_core::http::StatusCode;

use super::{Delivery, Rejection, Verifier};

/// An axum extractor for verified deliveries. Takes the [`Verifier`] from the state of the router.
///
/// A request that fails verification gets a response with the [status](Rejection::status) only, and does not reach the
/// handler. To log the reason, take `Result<VerifiedDelivery, Rejection>` instead. The size of the body is limited by
/// axum's `DefaultBodyLimit`, 2 MB by default.
///
/// Respond with 200 within ten seconds: queue the event and process it elsewhere. Meld does not retry a delivery after
/// a 200, so store [`Event::json`](super::Event::json) first if no event may be lost.
///
/// # Examples
///
/// ```
/// use axum::Router;
/// use axum::extract::State;
/// use axum::http::StatusCode;
/// use axum::routing::post;
/// use meld_client::webhooks::{Event, VerifiedDelivery, Verifier};
/// use tokio::sync::mpsc;
///
/// #[derive(Clone)]
/// struct App {
///     verifier: Verifier,
///     queue: mpsc::Sender<Event>,
/// }
///
/// impl axum::extract::FromRef<App> for Verifier {
///     fn from_ref(app: &App) -> Self {
///         app.verifier.clone()
///     }
/// }
///
/// async fn receive(
///     State(app): State<App>,
///     VerifiedDelivery(delivery): VerifiedDelivery,
/// ) -> StatusCode {
///     match app.queue.try_send(delivery.event) {
///         Ok(()) => StatusCode::OK,
///         // Meld retries it.
///         Err(_) => StatusCode::SERVICE_UNAVAILABLE,
///     }
/// }
///
/// # let (queue, _) = mpsc::channel(1000);
/// # let verifier = Verifier::new("the secret", "https://example.com/webhooks").unwrap();
/// let router: Router = Router::new()
///     .route("/webhooks", post(receive))
///     .with_state(App { verifier, queue });
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct VerifiedDelivery(pub Delivery);

impl<S> FromRequest<S> for VerifiedDelivery
where
    S: Send + Sync,
    Verifier: FromRef<S>,
{
    type Rejection = Rejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, Rejection> {
        let headers = request.headers().clone();
        let body = Bytes::from_request(request, state).await.map_err(|error| rejection(&error))?;
        Verifier::from_ref(state).verify(&headers, &body).map(Self)
    }
}

fn rejection(error: &BytesRejection) -> Rejection {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { Rejection::BodyTooLarge } else { Rejection::BodyInterrupted }
}

/// Responds with the status only, because the reason would help an attacker.
impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        self.status().into_response()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use std::time::SystemTime;

    use axum::body::{Body, to_bytes};
    use axum::extract::DefaultBodyLimit;
    use axum::handler::Handler;
    use meld_client_core::http::HeaderMap;

    use super::*;
    use crate::webhooks::Signer;

    /// The URL of the profile. The server sees another one.
    const URL: &str = "https://example.com/webhooks";
    const BODY: &str = r#"{"eventType":"WEBHOOK_TEST","eventId":"event-1","payload":{}}"#;

    #[derive(Clone)]
    struct App(Verifier);

    impl FromRef<App> for Verifier {
        fn from_ref(app: &App) -> Self {
            app.0.clone()
        }
    }

    async fn receive(VerifiedDelivery(delivery): VerifiedDelivery) -> String {
        delivery.event.event_id.unwrap_or_default()
    }

    fn signed(body: &str) -> HeaderMap {
        Signer::new("secret", URL).sign(SystemTime::now().into(), body.as_bytes())
    }

    /// Returns the status and body of the response.
    async fn call_handler(headers: HeaderMap, body: &str) -> (u16, String) {
        let mut request = Request::new(Body::from(body.to_owned()));
        *request.headers_mut() = headers;
        DefaultBodyLimit::max(1000).apply(&mut request);
        let app = App(Verifier::new("secret", URL).unwrap());
        let response = Handler::call(receive, request, app).await;
        let (status, body) = (response.status(), response.into_body());
        let body = to_bytes(body, usize::MAX).await.unwrap();
        (status.as_u16(), String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn handler_gets_only_verified_deliveries() {
        assert_eq!(call_handler(signed(BODY), BODY).await, (200, "event-1".to_owned()));
        let changed = BODY.replace("event-1", "event-2");
        for (headers, body, status) in [
            (signed(BODY), changed.as_str(), 401),
            (HeaderMap::new(), BODY, 401),
            (signed("no event"), "no event", 400),
            (signed(&"1".repeat(1001)), &"1".repeat(1001), 413),
        ] {
            let response = call_handler(headers, body).await;
            assert_eq!(response, (status, String::new()), "the reason is not shown");
        }
    }
}
