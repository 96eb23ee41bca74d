//! The secrets of a request.

use percent_encoding::percent_decode_str;

use super::Request;
use crate::redact::{self, Secrets, is_sensitive};

impl Request {
    /// Adds the values that must be redacted everywhere: credentials in headers, and sensitive parameters and fields.
    pub(crate) fn add_secrets(&self, secrets: &mut Secrets) {
        let headers = self.fields.headers.values().chain(self.fields.options.headers().values());
        let headers = headers.filter(|value| value.is_sensitive());
        headers.for_each(|value| secrets.add_header(value));
        let sensitive = self.fields.query.iter().filter(|(name, _)| is_sensitive("", name));
        sensitive.for_each(|(_, value)| secrets.add(value));
        for (name, value) in self.fields.operation.path.split('/').zip(self.fields.path.split('/')) {
            if name.starts_with('{') && is_sensitive("", name.trim_matches(['{', '}'])) {
                secrets.add(&percent_decode_str(value).decode_utf8_lossy());
            }
        }
        if let Some(body) = self.fields.body.as_ref().filter(|_| self.fields.deviations.has_json_body()) {
            redact::add_body(body, secrets);
        }
        #[cfg(feature = "multipart")]
        self.fields.multipart.iter().for_each(|body| body.add_secrets(secrets));
    }
}
