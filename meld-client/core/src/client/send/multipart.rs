//! Calls with multipart responses.

use crate::client::multipart::{JsonOrMultipart, Multipart, ResponseParts, decode_multipart, is_multipart};
use crate::client::request::Request;
use crate::client::response::ResponseValue;
use crate::client::transport::Transport;
use crate::error::Error;
use crate::http_response::HttpResponse;
use crate::json::{FromJson, ToJson};

use super::{Receive, Received};

const NO_PARTS: ResponseParts = ResponseParts { json: &[], text: &[] };

impl<M: FromJson + Default> Receive<Multipart<M>> {
    /// Decodes multipart.
    #[must_use]
    pub const fn send_multipart() -> Self {
        let receive = |received: Received<'_>| {
            received.finish(|inner, request, response| {
                let without_content = request.operation().success_without_content;
                if response.body.is_empty() && without_content.contains(&response.status.as_u16()) {
                    let HttpResponse { status, headers, .. } = response;
                    return Ok(ResponseValue::new(Multipart::default(), status, headers));
                }
                decode_multipart(response, request.fields.deviations.response_parts.unwrap_or(&NO_PARTS), inner.strict)
            })
        };
        Self::by(receive, M::declares)
    }
}

impl<J: FromJson + ToJson + Default, M: FromJson + Default> Receive<JsonOrMultipart<J, M>> {
    /// Decodes JSON or multipart.
    #[must_use]
    pub const fn send_json_or_multipart() -> Self {
        let receive = |received: Received<'_>| {
            received.finish(|inner, request, response| {
                if !is_multipart(&response) {
                    return Ok(inner.decode_json::<J>(request, response)?.map(JsonOrMultipart::Json));
                }
                let parts = request.fields.deviations.response_parts.unwrap_or(&NO_PARTS);
                Ok(decode_multipart::<M>(response, parts, inner.strict)?.map(JsonOrMultipart::Multipart))
            })
        };
        Self::by(receive, J::declares)
    }
}

impl Transport {
    /// Sends a request whose response is multipart ([`Request::accept_multipart`]).
    ///
    /// # Errors
    ///
    /// Returns an error as [`send`](Self::send) does, and of kind [`Decode`](crate::ErrorKind::Decode) if the response
    /// is not multipart or is malformed.
    pub async fn send_multipart<M: FromJson + Default>(
        &self,
        request: Request,
    ) -> Result<ResponseValue<Multipart<M>>, Error> {
        self.receive(request, Receive::send_multipart()).await
    }

    /// Sends a request whose response is JSON or multipart, by its `Content-Type`.
    ///
    /// # Errors
    ///
    /// Returns an error as [`send`](Self::send) does, and of kind [`Decode`](crate::ErrorKind::Decode) if a multipart
    /// response is malformed.
    pub async fn send_json_or_multipart<J: FromJson + ToJson + Default, M: FromJson + Default>(
        &self,
        request: Request,
    ) -> Result<ResponseValue<JsonOrMultipart<J, M>>, Error> {
        self.receive(request, Receive::send_json_or_multipart()).await
    }
}
