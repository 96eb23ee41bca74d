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
/// Answer within ten seconds, and with 200: put the event into a queue and do the work elsewhere.
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
/// # let verifier = Verifier::new("the secret", "https://example.com/webhooks");
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
