//! Scanning of words, strings and numbers by their bytes.

use crate::json::kind::JsonKind;

/// The bytes that end a word: marks and whitespace.
const ENDS_WORD: [bool; 256] = {
    let mut table = [false; 256];
    let ends = b"{}[],:\" \n\r\t";
    let mut index = 0;
    while index < ends.len() {
        table[ends[index] as usize] = true;
        index += 1;
    }
    table
};

pub(super) fn is_word(byte: u8) -> bool {
    !ENDS_WORD[usize::from(byte)]
}

/// Returns the position of the first byte of a string that is a quote, a backslash or a control character. It compares
/// eight bytes at once.
#[inline]
pub(super) fn end_of_run(body: &[u8], start: usize) -> usize {
    const ONES: u64 = u64::MAX / 255;
    const HIGH_BITS: u64 = ONES << 7;
    // Sets the high bit of each byte that is zero. Bytes above the lowest of them may have it too.
    let zeros = |bytes: u64| bytes.wrapping_sub(ONES) & !bytes;
    // Exchanges the quote (0x22) with the space, so that quotes and control characters are the bytes below 0x21.
    let below = |bytes: u64| bytes.wrapping_sub(ONES * 0x21) & !bytes;
    let mut position = start;
    while let Some(chunk) = body.get(position..).and_then(|rest| rest.first_chunk::<8>()) {
        let bytes = u64::from_le_bytes(*chunk);
        let quotes_and_controls = below(bytes ^ (ONES * 0x02));
        let backslashes = zeros(bytes ^ (ONES * u64::from(b'\\')));
        let found = (quotes_and_controls | backslashes) & HIGH_BITS;
        if found != 0 {
            return position + found.trailing_zeros() as usize / 8;
        }
        position += 8;
    }
    let rest = body.get(position..).unwrap_or_default();
    let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | ..0x20);
    position + rest.iter().position(is_special).unwrap_or(rest.len())
}

/// Decodes the escape that the bytes begin with into its character and length in bytes.
pub(super) fn unescape(bytes: &[u8]) -> Result<(char, usize), (JsonKind, usize)> {
    let character = match bytes {
        [b'\\', b'u', rest @ ..] => return unescape_unicode(rest),
        [b'\\', escaped, ..] => match escaped {
            b'"' | b'\\' | b'/' => char::from(*escaped),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            _ => return Err((JsonKind::InvalidEscape, 2)),
        },
        _ => return Err((JsonKind::ControlCharacter, 1)),
    };
    Ok((character, 2))
}

/// Decodes an escape after its `\u`.
fn unescape_unicode(rest: &[u8]) -> Result<(char, usize), (JsonKind, usize)> {
    let first = hexadecimal(rest).ok_or((JsonKind::InvalidEscape, 2))?;
    if let Some(character) = char::from_u32(first) {
        return Ok((character, 6));
    }
    let second = match rest.get(4..) {
        Some([b'\\', b'u', second @ ..]) if first < 0xdc00 => hexadecimal(second),
        _ => None,
    };
    match second {
        Some(second @ 0xdc00..0xe000) => {
            let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            char::from_u32(code).map(|character| (character, 12)).ok_or((JsonKind::LoneSurrogate, 6))
        }
        _ => Err((JsonKind::LoneSurrogate, 6)),
    }
}

fn hexadecimal(bytes: &[u8]) -> Option<u32> {
    let digits = bytes.first_chunk::<4>()?;
    digits.iter().try_fold(0, |number, digit| Some(number * 16 + char::from(*digit).to_digit(16)?))
}

/// Returns the length of the number that the bytes begin with.
#[inline]
pub(super) fn number_length(bytes: &[u8]) -> Option<usize> {
    let mut position = usize::from(bytes.first() == Some(&b'-'));
    let start = position;
    digits(bytes, &mut position)?;
    if bytes[start] == b'0' && position > start + 1 {
        return None;
    }
    if bytes.get(position) == Some(&b'.') {
        position += 1;
        digits(bytes, &mut position)?;
    }
    if matches!(bytes.get(position), Some(b'e' | b'E')) {
        position += 1;
        if matches!(bytes.get(position), Some(b'+' | b'-')) {
            position += 1;
        }
        digits(bytes, &mut position)?;
    }
    Some(position)
}

#[inline]
fn digits(bytes: &[u8], position: &mut usize) -> Option<()> {
    let start = *position;
    while bytes.get(*position).is_some_and(u8::is_ascii_digit) {
        *position += 1;
    }
    (*position > start).then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_end_at_each_special_byte() {
        for length in 0..20 {
            for byte in 0..=u8::MAX {
                let mut body = vec![b'a'; length];
                body.extend([byte, 0x1f, b'"', b'!', b' ']);
                let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | ..0x20);
                assert_eq!(Some(end_of_run(&body, 0)), body.iter().position(is_special), "{length} {byte}");
            }
        }
    }
}
