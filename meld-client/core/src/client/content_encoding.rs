//! Compressed bodies: decompression where reqwest leaves one compressed, and the names of other compressions.
//!
//! reqwest decompresses what is called `gzip`, in exactly these letters, and once. `GZIP`, `x-gzip`, `gzip, gzip` and a
//! missing header leave a body as it is. JSON never begins like gzip, so the bytes decide and not the header. A file may
//! be gzip itself, so that the header decides.

use std::borrow::Cow;
#[cfg(feature = "gzip")]
use std::io::Read;

#[cfg(feature = "gzip")]
use bytes::Bytes;
#[cfg(feature = "gzip")]
use flate2::read::MultiGzDecoder;
use http::HeaderMap;
use http::header::CONTENT_ENCODING;

use crate::one_line;

/// The first bytes of every gzip stream: its magic number and the only compression method.
const GZIP: &[u8] = b"\x1f\x8b\x08";

/// The first bytes of every Zstandard frame.
const ZSTANDARD: &[u8] = b"\x28\xb5\x2f\xfd";

/// Values of `Content-Encoding` that servers use for bodies that are not compressed.
const NONE: [&str; 7] = ["", "8bit", "aws-chunked", "binary", "identity", "none", "utf-8"];

/// The number of characters that are shown of the name of a compression.
const MAX_NAME: usize = 40;

/// Returns the name of the compression that the headers have; `None` if they have none.
fn named(headers: &HeaderMap) -> Option<Cow<'_, str>> {
    let values = headers.get_all(CONTENT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let mut names = values.flat_map(|value| value.split(',')).map(str::trim);
    let name = names.rfind(|name| !NONE.iter().any(|none| name.eq_ignore_ascii_case(none)))?;
    Some(one_line::name(name, MAX_NAME))
}

/// Returns the name of the compression of a body that is still compressed; `None` for one that is not. Text and JSON
/// with damaged bytes never are, whatever the headers say.
pub(crate) fn compression<'h>(headers: &'h HeaderMap, body: &[u8], is_file: bool) -> Option<Cow<'h, str>> {
    let by_bytes = match body {
        _ if is_file => None,
        body if body.starts_with(GZIP) => Some("gzip"),
        body if body.starts_with(ZSTANDARD) => Some("zstd"),
        _ => None,
    };
    // A file that was compressed by gzip on its way has been decompressed, and may be gzip itself.
    let is_done = |name: &str| is_file && cfg!(feature = "gzip") && is_gzip_name(name);
    let name = by_bytes.map(Cow::Borrowed).or_else(|| named(headers).filter(|name| !is_done(name)))?;
    let is_json = body.starts_with(b"{\"") || body.starts_with(b"[{") || body.starts_with(b"[\"");
    (!is_json && std::str::from_utf8(body).is_err()).then_some(name)
}

/// Returns `true` for `gzip` and its other names, `x-gzip` and `application/gzip`.
fn is_gzip_name(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with("gzip")
}

/// Returns the reason why a compressed body cannot be decoded, which continues "cannot be decoded:".
pub(crate) fn reason(name: &str) -> String {
    let advice = match (is_gzip_name(name), cfg!(feature = "gzip")) {
        (true, true) => "and the data is broken",
        (true, false) => "and the feature `gzip` of the client is disabled",
        (false, true) => "which the client does not accept; the server must send gzip or no compression",
        (false, false) => "which the client does not accept; the server must send no compression",
    };
    format!("it is compressed as `{name}`, {advice}")
}

/// Returns `true` if the headers say that a file was compressed by gzip on its way.
#[cfg(feature = "gzip")]
pub(crate) fn is_gzip(headers: &HeaderMap) -> bool {
    named(headers).is_some_and(|name| is_gzip_name(&name))
}

/// The number of times that JSON is decompressed. Proxies compress a compressed body a second time.
#[cfg(feature = "gzip")]
pub(crate) const LAYERS: usize = 3;

/// The error of a body that is larger than allowed after decompression.
#[cfg(feature = "gzip")]
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLarge;

/// Decompresses a body that is still gzip, at most `layers` times, and up to a size in bytes. A broken one is returned as
/// it is.
///
/// # Errors
/// Returns [`TooLarge`] if the body is larger than `largest`.
#[cfg(feature = "gzip")]
pub(crate) fn decompress(mut body: Bytes, layers: usize, largest: usize) -> Result<Bytes, TooLarge> {
    for _ in 0..layers {
        if !body.starts_with(GZIP) {
            break;
        }
        // One byte more than allowed shows that the body is too large.
        let most = u64::try_from(largest).unwrap_or(u64::MAX).saturating_add(1);
        let mut inner = Vec::new();
        match MultiGzDecoder::new(&*body).take(most).read_to_end(&mut inner) {
            Ok(length) if length > largest => return Err(TooLarge),
            Ok(_) => body = inner.into(),
            Err(_) => break,
        }
    }
    Ok(body)
}

#[cfg(test)]
#[cfg(feature = "gzip")]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn compressed(body: &[u8]) -> Bytes {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(body).unwrap();
        encoder.finish().unwrap().into()
    }

    #[test]
    fn compression_is_named_by_bytes_or_header() {
        let headers = |value: &'static str| {
            let value = http::HeaderValue::from_static(value);
            HeaderMap::from_iter([(CONTENT_ENCODING, value)])
        };
        let (other, gzip) = (&b"\x8b\x01\x80{}\x03"[..], &*compressed(b"{}"));
        for (header, body, is_file, expected) in [
            ("br", other, false, Some("br")),
            ("br", other, true, Some("br")),
            ("deflate, identity", other, false, Some("deflate")),
            ("identity", ZSTANDARD, false, Some("zstd")),
            ("identity", ZSTANDARD, true, None),
            ("none", gzip, false, Some("gzip")),
            ("none", gzip, true, None),
            ("br", &b"{\"id\":1}"[..], false, None),
            ("br", b"{\"id\":\"caf\xe9\"}", false, None),
            ("br", b"", false, None),
            ("utf-8", other, false, None),
        ] {
            assert_eq!(compression(&headers(header), body, is_file).as_deref(), expected, "{header}");
        }
        assert_eq!(compression(&headers(&"b".repeat(99).leak()[..]), other, false).unwrap().chars().count(), 41);
    }

    #[test]
    fn decompressed_bodies_are_bounded() {
        let bomb = compressed(&vec![b' '; 10_000_000]);
        assert_eq!(decompress(bomb.clone(), LAYERS, 9_999_999), Err(TooLarge));
        assert_eq!(decompress(bomb.clone(), LAYERS, 10_000_000).unwrap().len(), 10_000_000);
        assert_eq!(decompress(compressed(&bomb), LAYERS, 9_999_999), Err(TooLarge));
    }

    #[test]
    fn broken_gzip_is_left_as_it_is() {
        let whole = compressed(b"{\"id\":1}");
        for length in 0..whole.len() {
            assert_eq!(decompress(whole.slice(..length), LAYERS, 100).unwrap(), whole[..length]);
        }
    }
}
