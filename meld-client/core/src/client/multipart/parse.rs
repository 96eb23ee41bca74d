//! Parsing of multipart bodies.

use std::convert::Infallible;

use bytes::Bytes;
use futures_util::{FutureExt, stream};
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use multer::Multipart;

use super::file_name::plain_file_name;
use super::received_file::ReceivedFile;

const MAX_PARTS: usize = 256;

/// The parts of a multipart response that are no files, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResponseParts {
    /// Parts with JSON.
    pub json: &'static [&'static str],
    /// Parts with text.
    pub text: &'static [&'static str],
}

/// The parts of a response: the fields as a JSON object, which can be damaged, and the files.
pub(super) struct Parsed {
    pub(super) fields: Vec<u8>,
    pub(super) files: Vec<ReceivedFile>,
}

/// Returns `true` for a response that is multipart by its header.
pub(super) fn is_multipart(headers: &HeaderMap) -> bool {
    content_type(headers).get(..10).is_some_and(|start| start.eq_ignore_ascii_case("multipart/"))
}

/// Parses a body. The error is the reason why it cannot be parsed, without values.
pub(super) fn parse(headers: &HeaderMap, body: Bytes, parts: &ResponseParts) -> Result<Parsed, &'static str> {
    let boundary = boundary(content_type(headers)).ok_or("the media type has no boundary")?;
    let whole = stream::once(async { Ok::<_, Infallible>(body) });
    let multipart = Multipart::new(whole, boundary);
    // The whole body is there, so that nothing is waited for.
    read(multipart, parts).now_or_never().unwrap_or(Err(INCOMPLETE))
}

const INCOMPLETE: &str = "the multipart body is incomplete or malformed";

async fn read(mut multipart: Multipart<'_>, parts: &ResponseParts) -> Result<Parsed, &'static str> {
    let mut fields = Fields::default();
    let mut files = Vec::new();
    for _ in 0..=MAX_PARTS {
        let Some(field) = multipart.next_field().await.map_err(|_| INCOMPLETE)? else {
            return Ok(Parsed { fields: fields.finish(), files });
        };
        let name = field.name().ok_or("a part has no name")?.to_owned();
        let file_name = field.file_name().and_then(plain_file_name);
        let content_type = field.content_type().map(|mime| mime.essence_str().to_owned());
        let content = field.bytes().await.map_err(|_| INCOMPLETE)?;
        if parts.json.contains(&&*name) {
            fields.add(&name, &content);
        } else if parts.text.contains(&&*name) {
            // A damaged string is dropped and reported by the decoder.
            let text = std::str::from_utf8(&content).map_or(b"\"\xff\"".to_vec(), |text| quoted(text).into_bytes());
            fields.add(&name, &text);
        } else {
            files.push(ReceivedFile { name, file_name, content_type, content: content.to_vec() });
        }
    }
    Err("the multipart body has too many parts")
}

/// A JSON object that is being written.
#[derive(Default)]
struct Fields(Vec<u8>);

impl Fields {
    fn add(&mut self, name: &str, json: &[u8]) {
        self.0.push(if self.0.is_empty() { b'{' } else { b',' });
        self.0.extend(quoted(name).into_bytes());
        self.0.push(b':');
        self.0.extend(if json.trim_ascii().is_empty() { &b"null"[..] } else { json });
    }

    fn finish(mut self) -> Vec<u8> {
        if self.0.is_empty() {
            self.0.push(b'{');
        }
        self.0.push(b'}');
        self.0
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn content_type(headers: &HeaderMap) -> &str {
    headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().trim_start()
}

fn boundary(media_type: &str) -> Option<String> {
    let mut parameters = media_type.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let (_, value) = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("boundary"))?;
    let value = value.trim().trim_matches('"');
    ((1..=70).contains(&value.len())).then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const PARTS: ResponseParts = ResponseParts { json: &["data"], text: &["note"] };

    fn parsed(media_type: &'static str, body: &str) -> Result<Parsed, &'static str> {
        let headers = [(CONTENT_TYPE, HeaderValue::from_static(media_type))].into_iter().collect();
        parse(&headers, body.replace('\n', "\r\n").into(), &PARTS)
    }

    fn part(disposition: &str, content: &str) -> String {
        format!("--b\nContent-Disposition: form-data; {disposition}\n\n{content}\n")
    }

    #[test]
    fn parts_are_fields_or_files() {
        let body = part("name=\"data\"", "{\"id\":1.50}")
            + &part("name=\"note\"", "a \"b\"")
            + &part("name=\"front\"; filename=\"../../../etc/a\\\"b.png\"", "\u{1}bytes")
            + "--b--\n";
        for media_type in ["multipart/form-data; boundary=b", "Multipart/Mixed; charset=x; Boundary=\"b\""] {
            let Parsed { fields, files } = parsed(media_type, &body).unwrap();
            assert_eq!(fields, br#"{"data":{"id":1.50},"note":"a \"b\""}"#);
            let [file] = files.as_slice() else { panic!("{files:?}") };
            assert_eq!((file.name(), file.file_name(), file.content()), ("front", Some("ab.png"), &b"\x01bytes"[..]));
        }
        assert_eq!(parsed("multipart/form-data; boundary=b", "--b--\n").unwrap().fields, b"{}");
    }

    #[test]
    fn malformed_bodies_are_errors() {
        let media_type = "multipart/form-data; boundary=b";
        let whole = part("name=\"data\"", "{}") + &part("name=\"f\"; filename=\"x\"", "abc") + "--b--\n";
        for length in 0..whole.len() - "--\n".len() {
            assert!(parsed(media_type, &whole[..length]).is_err(), "{}", &whole[..length]);
        }
        for (media_type, body) in [
            ("multipart/form-data", whole.clone()),
            ("multipart/form-data; boundary=", whole.clone()),
            ("multipart/form-data; boundary=other", whole),
            (media_type, part("filename=\"x\"", "a") + "--b--\n"),
            (media_type, part("name=\"f\"", "a").repeat(MAX_PARTS + 1) + "--b--\n"),
            (media_type, "{}".to_owned()),
            (media_type, String::new()),
        ] {
            assert!(parsed(media_type, &body).is_err(), "{media_type} {body}");
        }
        assert!(parsed(media_type, &(part("name=\"f\"", "a").repeat(MAX_PARTS) + "--b--\n")).is_ok());
    }
}
