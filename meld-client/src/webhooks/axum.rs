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
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Rejection::BodyTooLarge
    } else {
        Rejection::BodyInterrupted
    }
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

    use axum::Router;
    use axum::extract::DefaultBodyLimit;
    use axum::routing::post;
    use meld_client_core::http::HeaderMap;
    use tokio::net::TcpListener;

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

    /// Starts a server and returns its URL.
    async fn serve(secret: &str, limit: usize) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/", post(receive))
            .layer(DefaultBodyLimit::max(limit))
            .with_state(App(Verifier::new(secret, URL).unwrap()));
        tokio::spawn(async move { axum::serve(listener, router).await });
        url
    }

    fn signed(body: &str) -> HeaderMap {
        Signer::new("secret", URL).sign(SystemTime::now().into(), body.as_bytes())
    }

    /// Returns the status and body of the response.
    async fn post_to(url: &str, headers: HeaderMap, body: &str) -> (u16, String) {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let response =
            client.post(url).headers(headers).body(body.to_owned()).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    #[tokio::test]
    async fn handler_gets_only_verified_deliveries() {
        let url = serve("secret", 1000).await;
        assert_eq!(post_to(&url, signed(BODY), BODY).await, (200, "event-1".to_owned()));
        let changed = BODY.replace("event-1", "event-2");
        for (headers, body, status) in [
            (signed(BODY), changed.as_str(), 401),
            (HeaderMap::new(), BODY, 401),
            (signed("no event"), "no event", 400),
            (signed(&"1".repeat(1001)), &"1".repeat(1001), 413),
        ] {
            let response = post_to(&url, headers, body).await;
            assert_eq!(response, (status, String::new()), "the reason is not shown");
        }
    }
}
