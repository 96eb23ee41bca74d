//! Multipart responses.

use std::fmt;
use std::ops::Deref;

use bytes::Bytes;
use serde::Serializer;

use super::parse::{self, Parsed, ResponseParts};
use super::received_file::ReceivedFile;
use crate::client::response::ResponseValue;
use crate::error::Error;
use crate::http_response::HttpResponse;
use crate::http_response::decode::Undecodable;
use crate::json::{self, Found, FromJson, Parser, ToJson, View};

/// A multipart response: its fields and files.
///
/// It dereferences to the fields.
#[derive(Clone, Default, PartialEq)]
pub struct Multipart<T> {
    fields: T,
    files: Vec<ReceivedFile>,
}

impl<T> Multipart<T> {
    /// Creates a response from its parts. Use it in tests.
    #[must_use]
    pub fn new(fields: T, files: Vec<ReceivedFile>) -> Self {
        Self { fields, files }
    }

    /// Returns the parts that are no files, decoded.
    #[must_use]
    pub fn fields(&self) -> &T {
        &self.fields
    }

    /// Returns all files in the order of the response.
    #[must_use]
    pub fn files(&self) -> &[ReceivedFile] {
        &self.files
    }

    /// Returns the file in the part of this name.
    #[must_use]
    pub fn file(&self, part: &str) -> Option<&ReceivedFile> {
        self.files.iter().find(|file| file.name == part)
    }

    /// Returns the fields and the files.
    #[must_use]
    pub fn into_parts(self) -> (T, Vec<ReceivedFile>) {
        (self.fields, self.files)
    }
}

impl<T> Deref for Multipart<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.fields
    }
}

/// Prints the fields, and the number of files.
impl<T: fmt::Debug> fmt::Debug for Multipart<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("Multipart");
        debug.field("fields", &self.fields).field("files", &self.files.len()).finish()
    }
}

/// Encodes the fields.
impl<T: ToJson> ToJson for Multipart<T> {
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.fields.encode(serializer)
    }

    fn view(&self) -> View<'_> {
        self.fields.view()
    }
}

/// A response of an operation that responds with JSON or with a multipart body, depending on the request.
///
/// Match it exhaustively: no values will be added.
#[derive(Clone, Debug, PartialEq)]
pub enum JsonOrMultipart<J, M> {
    /// JSON.
    Json(J),
    /// A multipart body.
    Multipart(Multipart<M>),
}

impl<J, M> JsonOrMultipart<J, M> {
    /// Returns the JSON; `None` for a multipart body.
    #[must_use]
    pub fn json(self) -> Option<J> {
        match self {
            Self::Json(json) => Some(json),
            Self::Multipart(_) => None,
        }
    }

    /// Returns the multipart body; `None` for JSON.
    #[must_use]
    pub fn multipart(self) -> Option<Multipart<M>> {
        match self {
            Self::Json(_) => None,
            Self::Multipart(multipart) => Some(multipart),
        }
    }
}

impl<J: Default, M> Default for JsonOrMultipart<J, M> {
    fn default() -> Self {
        Self::Json(J::default())
    }
}

/// Decodes JSON.
impl<J: FromJson, M> FromJson for JsonOrMultipart<J, M> {
    const EXPECTED: &'static str = J::EXPECTED;
    const NESTED: bool = J::NESTED;

    fn declares(name: &str) -> bool {
        J::declares(name)
    }

    fn decode(parser: &mut Parser<'_>) -> Result<Found<Self>, json::Error> {
        Ok(J::decode(parser)?.map(Self::Json))
    }
}

/// Encodes the JSON, or the fields of a multipart body.
impl<J: ToJson, M: ToJson> ToJson for JsonOrMultipart<J, M> {
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Json(json) => json.encode(serializer),
            Self::Multipart(multipart) => multipart.encode(serializer),
        }
    }

    fn view(&self) -> View<'_> {
        match self {
            Self::Json(json) => json.view(),
            Self::Multipart(multipart) => multipart.view(),
        }
    }
}

/// Decodes a response that must be multipart.
pub(crate) fn decode_multipart<M: FromJson + Default>(
    response: HttpResponse,
    parts: &ResponseParts,
    strict: bool,
) -> Result<ResponseValue<Multipart<M>>, Error> {
    let HttpResponse { status, headers, body } = response;
    let failed = |reason: &str, headers| {
        // The body has files with personal data, which no error needs.
        let response = HttpResponse { status, headers, body: Bytes::new() };
        Error::decode(Undecodable { path: String::new(), reason: reason.to_owned() }, response)
    };
    if !parse::is_multipart(&headers) {
        return Err(failed("expected a multipart body, found another media type", headers));
    }
    match parse::parse(&headers, body.clone(), parts) {
        Ok(Parsed { fields, files }) => {
            let response = HttpResponse { status, headers, body: fields.into() };
            let response = ResponseValue::<M>::from_http_response(response, &[], strict)?;
            Ok(response.with_bytes(body).map(|fields| Multipart { fields, files }))
        }
        Err(reason) => Err(failed(reason, headers)),
    }
}

pub(crate) fn is_multipart(response: &HttpResponse) -> bool {
    parse::is_multipart(&response.headers)
}
