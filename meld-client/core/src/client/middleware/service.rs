//! The services that layers wrap.

use std::any::Any;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::Body as HttpBody;
use reqwest::Body;
use tokio::sync::Mutex;
use tower_service::Service;

use super::attempt::AttemptMetadata;
use crate::error::Error;
use crate::error::from_layer::BoxError;
use crate::error::outcome::Evidence;

type ResponseFuture = Pin<Box<dyn Future<Output = Result<http::Response<Body>, BoxError>> + Send>>;

/// A body of a response that a layer may return. Implemented for every body of [`Bytes`], such as [`Body`], `String` and
/// those of `http-body-util` and `tower-http`.
pub trait ResponseBody: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + Sync + 'static {}

impl<B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + Sync + 'static> ResponseBody for B {}

/// The service that a layer wraps: the next layer, or the HTTP client.
///
/// It is always ready, and cheap to clone.
#[derive(Clone)]
pub struct AttemptService {
    next: Arc<dyn Next>,
}

/// A service of any type.
trait Next: Send + Sync {
    fn call(self: Arc<Self>, request: http::Request<Body>) -> ResponseFuture;
}

impl AttemptService {
    /// Creates the innermost service.
    pub(super) fn from_client(http: reqwest::Client) -> Self {
        Self { next: Arc::new(Sender { http }) }
    }

    /// Creates a service from that of a layer.
    pub(super) fn new<S, B>(service: S) -> Self
    where
        S: Service<http::Request<Body>, Response = http::Response<B>> + Send + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send + 'static,
        B: ResponseBody,
    {
        Self { next: Arc::new(Layered { service: Mutex::new(service) }) }
    }
}

impl Service<http::Request<Body>> for AttemptService {
    type Response = http::Response<Body>;
    type Error = BoxError;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> ResponseFuture {
        Arc::clone(&self.next).call(request)
    }
}

impl fmt::Debug for AttemptService {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("AttemptService").finish_non_exhaustive()
    }
}

/// The service of a layer.
struct Layered<S> {
    /// Locked until the service has taken a request, so that it need not be `Clone`.
    service: Mutex<S>,
}

impl<S, B> Next for Layered<S>
where
    S: Service<http::Request<Body>, Response = http::Response<B>> + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send + 'static,
    B: ResponseBody,
{
    fn call(self: Arc<Self>, request: http::Request<Body>) -> ResponseFuture {
        Box::pin(async move {
            let response = {
                let mut service = self.service.lock().await;
                std::future::poll_fn(|context| service.poll_ready(context)).await.map_err(Into::into)?;
                service.call(request)
            };
            Ok(response.await.map_err(Into::into)?.map(into_body))
        })
    }
}

/// Converts a body. The body of the HTTP client stays as it is.
fn into_body<B>(body: B) -> Body
where
    B: ResponseBody,
{
    let mut body = Some(body);
    let own = (&mut body as &mut dyn Any).downcast_mut::<Option<Body>>().and_then(Option::take);
    own.or_else(|| body.map(Body::wrap)).unwrap_or_default()
}

/// The innermost service: it adds the credentials, and sends.
struct Sender {
    http: reqwest::Client,
}

impl Next for Sender {
    fn call(self: Arc<Self>, request: http::Request<Body>) -> ResponseFuture {
        Box::pin(async move {
            let attempt = request.extensions().get::<AttemptMetadata>().cloned().ok_or_else(|| {
                Error::configuration("a layer dropped the `AttemptMetadata` from the extensions of the request")
            })?;
            let message = attempt.join(request)?;
            let url = message.url().clone();
            let number = attempt.start()?;
            let response = match self.http.execute(message).await {
                Ok(response) => response,
                Err(error) => {
                    let error = Error::from(error);
                    attempt.sends().finish(number, Err(Evidence::of_error(&error)));
                    return Err(error.into());
                }
            };
            let response = Error::check_url(response, &url)?;
            attempt.sends().finish(number, Ok(response.status()));
            Ok(response.into())
        })
    }
}
