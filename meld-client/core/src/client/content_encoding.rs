//! Decompression of bodies whose `Content-Encoding` is spelt in a way that reqwest does not know.
//!
//! reqwest decompresses what is called `gzip`, in exactly these letters, and once. `GZIP`, `x-gzip`, `gzip, gzip` and a
//! missing header leave a body as it is. JSON never begins like gzip, so the bytes decide and not the header.

use std::io::Read;

use bytes::Bytes;
use flate2::read::MultiGzDecoder;

/// The first bytes of every gzip stream: its magic number and the only compression method.
const GZIP: &[u8] = b"\x1f\x8b\x08";

/// The number of times that a body is decompressed. Proxies compress a compressed body a second time.
const LAYERS: usize = 3;

/// The error of a body that is larger than allowed after decompression.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLarge;

/// Decompresses a body that is still gzip, up to a size in bytes. A broken one is returned as it is.
///
/// # Errors
/// Returns [`TooLarge`] if the body is larger than `largest`.
pub(crate) fn decompress(mut body: Bytes, largest: usize) -> Result<Bytes, TooLarge> {
    for _ in 0..LAYERS {
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
    fn decompressed_bodies_are_bounded() {
        let bomb = compressed(&vec![b' '; 10_000_000]);
        assert_eq!(decompress(bomb.clone(), 9_999_999), Err(TooLarge));
        assert_eq!(decompress(bomb.clone(), 10_000_000).unwrap().len(), 10_000_000);
        assert_eq!(decompress(compressed(&bomb), 9_999_999), Err(TooLarge));
    }

    #[test]
    fn broken_gzip_is_left_as_it_is() {
        let whole = compressed(b"{\"id\":1}");
        for length in 0..whole.len() {
            assert_eq!(decompress(whole.slice(..length), 100).unwrap(), whole[..length]);
        }
    }
}
