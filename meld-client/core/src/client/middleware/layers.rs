//! The layers of a transport.

use std::sync::{Arc, OnceLock};

use reqwest::Body;
use tower_layer::Layer;
use tower_service::Service;

use super::service::{AttemptService, ResponseBody};
use crate::error::from_layer::BoxError;

type Wrap = Arc<dyn Fn(AttemptService) -> AttemptService + Send + Sync>;

/// The layers of a transport, from the outermost to the innermost.
#[derive(Clone, Default)]
pub(crate) struct Layers {
    wraps: Vec<Wrap>,
    /// The service of all layers, which clones share. It is made at the first call, because some layers need a runtime.
    service: Arc<OnceLock<AttemptService>>,
}

impl Layers {
    /// Returns the service of all layers; `None` if there are none.
    pub(crate) fn service(&self, http: &reqwest::Client) -> Option<AttemptService> {
        if self.wraps.is_empty() {
            return None;
        }
        let make = || {
            let innermost = AttemptService::from_client(http.clone());
            self.wraps.iter().rev().fold(innermost, |service, wrap| wrap(service))
        };
        Some(self.service.get_or_init(make).clone())
    }

    /// Adds the innermost layer. All layers start with fresh state.
    pub(crate) fn push<L, B>(&mut self, layer: L)
    where
        L: Layer<AttemptService> + Send + Sync + 'static,
        L::Service: Service<http::Request<Body>, Response = http::Response<B>> + Send + 'static,
        <L::Service as Service<http::Request<Body>>>::Error: Into<BoxError>,
        <L::Service as Service<http::Request<Body>>>::Future: Send + 'static,
        B: ResponseBody,
    {
        self.wraps.push(Arc::new(move |inner| AttemptService::new(layer.layer(inner))));
        self.service = Arc::default();
    }
}
