//! Bodies of the type `multipart/form-data`.

use bytes::Bytes;
use futures_util::stream;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::problem::Problem;

/// The boundary of responses. No part contains it.
const BOUNDARY: &str = "meld-sandbox-boundary-7f3a9c";

#[derive(Clone, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Part {
    pub name: String,
    pub file_name: Option<String>,
    pub content_type: Option<String>,
    #[serde(with = "base64_text")]
    pub bytes: Bytes,
}

impl Part {
    /// Creates a JSON part.
    pub fn json(name: &str, value: &Value) -> Self {
        let content_type = Some("application/json".to_owned());
        Self { name: name.to_owned(), file_name: None, content_type, bytes: Bytes::from(value.to_string()) }
    }
}

/// The parts of a body, in order.
#[derive(Clone, Default, Deserialize, Serialize)]
pub(crate) struct Multipart(pub Vec<Part>);

// The parts contain personal data, so Debug prints only their names.
impl std::fmt::Debug for Multipart {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_list().entries(self.0.iter().map(|part| &part.name)).finish()
    }
}

impl Multipart {
    /// Returns `true` if a `Content-Type` is that of a multipart body.
    pub fn is_type(content_type: &str) -> bool {
        let essence = content_type.split(';').next().unwrap_or_default();
        essence.trim().eq_ignore_ascii_case("multipart/form-data")
    }

    /// Parses a body by its `Content-Type`.
    pub async fn parse(content_type: &str, body: Bytes) -> Result<Self, Problem> {
        let bad = |error: multer::Error| Problem::bad_request(format!("The body is not multipart/form-data: {error}"));
        let boundary = multer::parse_boundary(content_type).map_err(bad)?;
        let mut parser = multer::Multipart::new(stream::iter([Ok::<_, std::io::Error>(body)]), boundary);
        let mut parts = Vec::new();
        while let Some(field) = parser.next_field().await.map_err(bad)? {
            let name = field.name().unwrap_or_default().to_owned();
            let file_name = field.file_name().map(str::to_owned);
            let content_type = field.content_type().map(ToString::to_string);
            let bytes = field.bytes().await.map_err(bad)?;
            parts.push(Part { name, file_name, content_type, bytes });
        }
        Ok(Self(parts))
    }

    /// Returns the part with this name.
    pub fn part(&self, name: &str) -> Option<&Part> {
        self.0.iter().find(|part| part.name == name)
    }

    /// Returns the `Content-Type` of [`encode`](Self::encode).
    pub fn content_type() -> String {
        format!("multipart/form-data; boundary={BOUNDARY}")
    }

    /// Encodes the body. Quotation marks and control characters in names are percent-encoded, as browsers do.
    pub fn encode(&self) -> Vec<u8> {
        let mut body = Vec::new();
        for part in &self.0 {
            let mut head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{}\"", quoted(&part.name));
            if let Some(file_name) = &part.file_name {
                head.push_str(&format!("; filename=\"{}\"", quoted(file_name)));
            }
            if let Some(content_type) = &part.content_type {
                head.push_str(&format!("\r\nContent-Type: {content_type}"));
            }
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(b"\r\n\r\n");
            body.extend_from_slice(&part.bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        body
    }
}

/// Escapes a name for the quotation marks of a header.
fn quoted(name: &str) -> String {
    name.chars().fold(String::new(), |mut quoted, character| {
        if character == '"' || character.is_control() {
            let mut bytes = [0; 4];
            character.encode_utf8(&mut bytes).bytes().for_each(|byte| quoted.push_str(&format!("%{byte:02X}")));
        } else {
            quoted.push(character);
        }
        quoted
    })
}

/// Bytes as base64 text.
mod base64_text {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use bytes::Bytes;
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(bytes: &Bytes, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(text).map(Bytes::from).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_end_their_header() {
        let part = Part {
            name: "a\"\r\nX: 1".to_owned(),
            file_name: Some("größe\u{85}.txt".to_owned()),
            content_type: None,
            bytes: Bytes::new(),
        };
        let body = String::from_utf8(Multipart(vec![part]).encode()).unwrap();
        let head = "Content-Disposition: form-data; name=\"a%22%0D%0AX: 1\"; filename=\"größe%C2%85.txt\"\r\n\r\n";
        assert!(body.contains(head), "{body}");
    }
}
