//! Deliveries as arguments of the handlers of axum.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRef, FromRequest, Request};
use axum::response::{IntoResponse, Response};
use meld_client_core::http::StatusCode;

use super::{Delivery, Rejection, Verifier};

/// A delivery that was verified, as an argument of a handler. The state of the router has the [`Verifier`].
///
/// What is not verified is answered with its [status](Rejection::status) and nothing else, and does not reach the
/// handler. To log why, take `Result<VerifiedDelivery, Rejection>`. The body may have as many bytes as axum's
/// `DefaultBodyLimit` lets it, 2 MB unless set.
///
/// Output within ten seconds, and with 200: put the event into a queue and do the work elsewhere. What was answered with
/// 200 does not come again: where nothing may be lost, store [`Event::json`](super::Event::json) first.
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
///         // Meld sends it again.
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
        let body = Bytes::from_request(request, state).await.map_err(|error| refused(&error))?;
        Verifier::from_ref(state).verify(&headers, &body).map(Self)
    }
}

fn refused(error: &BytesRejection) -> Rejection {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Rejection::BodyTooLarge
    } else {
        Rejection::BodyInterrupted
    }
}

/// The status alone.
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

    /// As it is in the profile; the server sees another one.
    const URL: &str = "https://example.com/webhooks";
    const BODY: &str = r#"{"eventType":"WEBHOOK_TEST","eventId":"event-1","payload":{}}"#;

    /// A state of which the verifier is a part.
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

    /// Starts a server. Gives the address.
    async fn serve(secret: &str, largest: usize) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/", post(receive))
            .layer(DefaultBodyLimit::max(largest))
            .with_state(App(Verifier::new(secret, URL).unwrap()));
        tokio::spawn(async move { axum::serve(listener, router).await });
        url
    }

    fn signed(body: &str) -> HeaderMap {
        Signer::new("secret", URL).sign(SystemTime::now().into(), body.as_bytes())
    }

    /// The status and the body of the response.
    async fn post_to(url: &str, headers: HeaderMap, body: &str) -> (u16, String) {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let response =
            client.post(url).headers(headers).body(body.to_owned()).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    #[tokio::test]
    async fn only_what_is_verified_reaches_the_handler() {
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
            assert_eq!(response, (status, String::new()), "why is not told");
        }
    }
}
