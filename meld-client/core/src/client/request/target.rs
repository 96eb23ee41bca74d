//! The server of a request, the API key that it takes, and the media type that it accepts.

use super::Request;

impl Request {
    /// Sets the server of the operation: a path on the host of the base URL, or a URL.
    ///
    /// Another host gets no API key and no merchant's credentials. A base URL of plain HTTP, as mock servers have, stands
    /// for all servers, so that tests reach no other host.
    pub fn server(&mut self, server: &'static str) {
        self.fields.deviations.server = Some(server);
    }

    /// Never sends the API key, because the operation takes none.
    pub fn without_api_key(&mut self) {
        self.fields.deviations.is_without_key = true;
    }

    /// Sends the request without an API key if there is none.
    pub fn api_key_is_optional(&mut self) {
        self.fields.deviations.key_is_optional = true;
    }

    /// Sets the media type of the response instead of `application/json`.
    pub fn accept(&mut self, media_type: &'static str) {
        self.fields.deviations.accept = Some(media_type);
    }
}
