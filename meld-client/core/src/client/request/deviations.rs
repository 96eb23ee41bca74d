//! The ways in which an operation differs from those of Meld.

#[cfg(feature = "multipart")]
use crate::client::multipart::ResponseParts;

/// The ways in which an operation differs from those of Meld: most have none.
#[derive(Clone, Copy, Default)]
pub(crate) struct Deviations {
    /// Media type of the body; `None` for `application/json`.
    pub content_type: Option<&'static str>,
    /// Media type of the response; `None` for `application/json`.
    pub accept: Option<&'static str>,
    /// Path on the host of the base URL, or URL, instead of the base URL.
    pub server: Option<&'static str>,
    /// `true` if the request is sent without an API key if there is none.
    pub key_is_optional: bool,
    /// `true` if the API key is never sent.
    pub is_without_key: bool,
    /// `true` if the response is bytes, which are not decompressed.
    pub is_raw: bool,
    /// The fields of a multipart response.
    #[cfg(feature = "multipart")]
    pub response_parts: Option<&'static ResponseParts>,
}

impl Deviations {
    pub(crate) fn has_json_body(&self) -> bool {
        self.content_type.is_none_or(|media_type| media_type.contains("json"))
    }
}
