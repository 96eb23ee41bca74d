//! The multipart body of a request.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use reqwest::multipart::{Form, Part};
use serde_json::value::RawValue;

use super::file::FilePart;
use super::files::Files;
use crate::error::Error;
use crate::redact::{self, Secrets};

/// The maximal number of characters in the name of a part.
const MAX_NAME: usize = 256;

/// The parts of a body. It is rebuilt for each attempt.
#[derive(Clone, Default)]
pub(crate) struct MultipartBody {
    parts: Vec<(Cow<'static, str>, Content)>,
    /// The fields as one JSON object.
    fields: Vec<u8>,
}

#[derive(Clone)]
enum Content {
    Text(String),
    Json(String),
    File(FilePart),
}

impl MultipartBody {
    /// Creates a body of files, and of fields that are encoded as a JSON object. Each field becomes a part:
    ///
    /// - an object is JSON
    /// - a scalar is text
    /// - a list is a part for each item
    ///
    /// # Errors
    /// Returns an error of kind `InvalidRequest` if a part has no valid name, or a field and a file have the same name.
    pub(crate) fn new(fields: Vec<u8>, files: Files) -> Result<Self, Error> {
        let mut body = Self::default();
        let objects: BTreeMap<String, Box<RawValue>> = match fields.is_empty() {
            true => BTreeMap::new(),
            false => serde_json::from_slice(&fields).map_err(|_| Error::invalid("body", "is not an object"))?,
        };
        let names: BTreeSet<String> = objects.keys().cloned().collect();
        for (name, value) in objects {
            body.add(name, &value)?;
        }
        for (name, file) in files.0 {
            if let Cow::Owned(name) = &name {
                check_name(name)?;
            }
            if names.contains(&*name) {
                return Err(Error::invalid(name.into_owned(), "is used for a field and a file"));
            }
            body.parts.push((name, Content::File(file)));
        }
        body.fields = fields;
        Ok(body)
    }

    fn add(&mut self, name: String, value: &RawValue) -> Result<(), Error> {
        let text = value.get();
        if let Some(b'[') = text.bytes().next() {
            let items: Vec<Box<RawValue>> = serde_json::from_str(text).map_err(|_| not_json(&name))?;
            return items.iter().try_for_each(|item| self.add_one(&name, item));
        }
        self.add_one(&name, value)
    }

    fn add_one(&mut self, name: &str, value: &RawValue) -> Result<(), Error> {
        let text = value.get();
        let content = match text.bytes().next() {
            Some(b'n') => return Ok(()),
            Some(b'{' | b'[') => Content::Json(text.to_owned()),
            Some(b'"') => Content::Text(serde_json::from_str(text).map_err(|_| not_json(name))?),
            _ => Content::Text(text.to_owned()),
        };
        self.parts.push((Cow::Owned(name.to_owned()), content));
        Ok(())
    }

    pub(crate) fn check_size(&self, largest: u64) -> Result<(), Error> {
        let size = self.parts.iter().fold(0_u64, |size, (_, content)| size.saturating_add(content.length()));
        if size > largest {
            let reason = format!("has {size} bytes, more than the {largest} of `max_upload_size`");
            return Err(Error::invalid("body", reason));
        }
        Ok(())
    }

    /// Makes the form for one attempt. A stream is taken out, so that there is no second one.
    pub(crate) fn form(&self) -> Result<Form, Error> {
        let mut form = Form::new();
        for (name, content) in &self.parts {
            let part = match content {
                Content::Text(text) => Part::text(text.clone()),
                Content::Json(json) => {
                    let part = Part::text(json.clone()).mime_str("application/json");
                    part.map_err(|_| not_json(name))?
                }
                Content::File(file) => file.part(name)?,
            };
            form = form.part(name.clone(), part);
        }
        Ok(form)
    }

    /// Returns `true` if the body can be sent once only.
    pub(crate) fn has_stream(&self) -> bool {
        self.parts.iter().any(|(_, content)| matches!(content, Content::File(file) if file.is_stream()))
    }

    pub(crate) fn count(&self) -> usize {
        self.parts.len()
    }

    /// Returns bytes that only an equal body has; `None` if a part is a stream.
    pub(crate) fn identity(&self) -> Option<Vec<u8>> {
        let mut identity = Vec::new();
        for (name, content) in &self.parts {
            let parts = match content {
                Content::Text(text) => [&b"text"[..], b"", text.as_bytes()],
                Content::Json(json) => [&b"json"[..], b"", json.as_bytes()],
                Content::File(file) => file.identity()?,
            };
            let kind = matches!(content, Content::File(_));
            identity.push(u8::from(kind));
            for part in [name.as_bytes()].into_iter().chain(parts) {
                // The length distinguishes `a` + `bc` from `ab` + `c`.
                identity.extend((part.len() as u64).to_be_bytes());
                identity.extend(part);
            }
        }
        Some(identity)
    }

    pub(crate) fn add_secrets(&self, secrets: &mut Secrets) {
        redact::add_body(&self.fields, secrets);
    }
}

impl Content {
    fn length(&self) -> u64 {
        match self {
            Self::Text(text) | Self::Json(text) => u64::try_from(text.len()).unwrap_or(u64::MAX),
            Self::File(file) => file.length(),
        }
    }
}

/// Returns an error if the name of a part would not be sent as it is.
fn check_name(name: &str) -> Result<(), Error> {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !br##""#%/<>?\`{}"##.contains(&byte);
    if (1..=MAX_NAME).contains(&name.len()) && name.bytes().all(is_plain) {
        return Ok(());
    }
    Err(Error::invalid("part", "must have a name of 1 to 256 plain characters, such as `docFront`"))
}

fn not_json(name: &str) -> Error {
    Error::invalid(name.to_owned(), "cannot be encoded as JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(fields: &str, files: &[(&str, FilePart)]) -> Result<MultipartBody, Error> {
        let mut all = Files::default();
        files.iter().for_each(|(name, file)| all.add(*name, file.clone()));
        MultipartBody::new(fields.as_bytes().to_vec(), all)
    }

    #[test]
    fn fields_become_parts_by_kind() {
        let fields = r#"{"data":{"a":1.50},"list":["x",2,{"b":[]}],"no":null,"text":"ä\"b","yes":true}"#;
        let body = body(fields, &[("file", FilePart::bytes("x"))]).unwrap();
        let parts: Vec<(&str, String)> = body
            .parts
            .iter()
            .map(|(name, content)| {
                let content = match content {
                    Content::Text(text) => format!("text {text}"),
                    Content::Json(json) => format!("json {json}"),
                    Content::File(file) => format!("file {}", file.length()),
                };
                (&**name, content)
            })
            .collect();
        let expected = [
            ("data", "json {\"a\":1.50}"),
            ("list", "text x"),
            ("list", "text 2"),
            ("list", "json {\"b\":[]}"),
            ("text", "text ä\"b"),
            ("yes", "text true"),
            ("file", "file 1"),
        ];
        assert_eq!(parts, expected.map(|(name, content)| (name, content.to_owned())));
    }

    #[test]
    fn names_of_parts_are_plain_and_distinct() {
        for name in ["", "a\"b", "a\r\nb", "a/b", "ä", &"x".repeat(257)] {
            assert_eq!(body("{}", &[(name, FilePart::bytes(""))]).err().unwrap().field(), Some("part"), "{name}");
        }
        let error = body(r#"{"data":{}}"#, &[("data", FilePart::bytes(""))]).err().unwrap();
        assert_eq!(error.field(), Some("data"));
        assert!(body("", &[("a.b-c_1", FilePart::bytes("")), ("a.b-c_1", FilePart::bytes(""))]).is_ok());
    }

    #[test]
    fn identity_covers_every_part_of_the_body() {
        let file = || FilePart::bytes("abc");
        let one = |fields: &str, name: &str, file| body(fields, &[(name, file)]).unwrap().identity().unwrap();
        let base = one("{}", "f", file());
        assert_eq!(base, one("{}", "f", file()));
        for other in [
            one(r#"{"a":1}"#, "f", file()),
            one("{}", "g", file()),
            one("{}", "f", file().file_name("a")),
            one("{}", "f", file().content_type("a/b")),
            one("{}", "f", FilePart::bytes("abd")),
        ] {
            assert_ne!(base, other);
        }
        let stream = body("{}", &[("f", FilePart::stream("abc", 3))]).unwrap();
        assert!(stream.identity().is_none() && stream.has_stream());
        assert!(stream.form().is_ok());
        assert_eq!(stream.form().unwrap_err().field(), Some("f"), "a stream is sent once");
    }

    #[test]
    fn sizes_are_bounded_before_sending() {
        let body = body(r#"{"a":"12"}"#, &[("f", FilePart::stream("", 97)), ("g", FilePart::bytes("x"))]).unwrap();
        assert!(body.check_size(100).is_ok());
        assert_eq!(body.check_size(99).unwrap_err().field(), Some("body"));
    }

    #[test]
    fn invalid_media_types_are_refused() {
        for media_type in ["", "png", "image/png\r\nX: 1", "image/\"png"] {
            let file = FilePart::bytes("").content_type(media_type);
            assert_eq!(body("", &[("f", file)]).unwrap().form().unwrap_err().field(), Some("f"), "{media_type}");
        }
    }
}
