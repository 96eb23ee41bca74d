//! Runs of base64 and hexadecimal digits in a text.

use super::escapes::Unit;

/// An encoding of bytes as letters and digits.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Encoding {
    /// Both alphabets of base64.
    Base64,
    Hexadecimal,
}

impl Encoding {
    pub(super) const ALL: [Self; 2] = [Self::Base64, Self::Hexadecimal];

    /// Returns the number of bits of a digit.
    fn bits(self) -> usize {
        match self {
            Self::Base64 => 6,
            Self::Hexadecimal => 4,
        }
    }

    /// Returns the number of digits after which bytes begin at a digit again.
    pub(super) fn alignments(self) -> usize {
        match self {
            Self::Base64 => 4,
            Self::Hexadecimal => 2,
        }
    }

    fn digit(self, character: char) -> Option<u8> {
        let byte = u8::try_from(character).ok()?;
        match (self, byte) {
            (Self::Hexadecimal, _) => character.to_digit(16).and_then(|digit| u8::try_from(digit).ok()),
            (Self::Base64, b'A'..=b'Z') => Some(byte - b'A'),
            (Self::Base64, b'a'..=b'z') => Some(byte - b'a' + 26),
            (Self::Base64, b'0'..=b'9') => Some(byte - b'0' + 52),
            (Self::Base64, b'+' | b'-') => Some(62),
            (Self::Base64, b'/' | b'_') => Some(63),
            _ => None,
        }
    }

    /// Returns `true` for characters between the digits of one run, after a word of this length: hexadecimal digits are
    /// grouped, and base64 is split over lines.
    fn is_skipped(self, character: char, length: usize) -> bool {
        match self {
            Self::Hexadecimal => character.is_whitespace() || matches!(character, ':' | '-'),
            // Zero after other white space.
            Self::Base64 => character.is_whitespace() && (length == 0 || length >= SHORTEST_LINE),
        }
    }
}

/// The number of base64 digits after which white space may be the end of a line. Encoders write 60 to 76 in a line, and no
/// words are as long, so that text is not decoded.
const SHORTEST_LINE: usize = 32;

/// Digits of one encoding without other characters in between. Words are such runs too.
#[derive(Clone, Copy)]
pub(super) struct Run<'d> {
    encoding: Encoding,
    /// The index of the unit of each digit, and its value.
    digits: &'d [(usize, u8)],
}

/// Calls `visit` with each run of an encoding.
pub(super) fn for_each_run(units: &[Unit], encoding: Encoding, mut visit: impl FnMut(Run<'_>)) {
    let (mut digits, mut length) = (Vec::new(), 0);
    for (index, unit) in units.iter().enumerate() {
        match encoding.digit(unit.character) {
            Some(digit) => {
                digits.push((index, digit));
                length += 1;
                continue;
            }
            None if digits.is_empty() || encoding.is_skipped(unit.character, length) => {}
            None => {
                visit(Run { encoding, digits: &digits });
                digits.clear();
            }
        }
        length = 0;
    }
    visit(Run { encoding, digits: &digits });
}

impl<'d> Run<'d> {
    /// Returns the number of bytes of the run.
    pub(super) fn length(&self) -> usize {
        self.digits.len() * self.encoding.bits() / 8
    }

    /// Decodes the digits from this one on.
    pub(super) fn bytes(&self, from: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.length());
        let (mut value, mut bits) = (0_u32, 0);
        for (_, digit) in self.digits.iter().skip(from) {
            value = value << self.encoding.bits() | u32::from(*digit);
            bits += self.encoding.bits();
            if bits >= 8 {
                bits -= 8;
                bytes.push((value >> bits & 0xff) as u8);
            }
        }
        bytes
    }

    /// Returns the first and the last unit of the words that hold a range of the bytes from this digit on.
    pub(super) fn words(&self, from: usize, (start, end): (usize, usize)) -> (usize, usize) {
        let bits = self.encoding.bits();
        let (mut first, mut last) = (from + start * 8 / bits, from + (end * 8 - 1) / bits);
        let unit = |digit: usize| self.digits.get(digit).map_or(0, |(unit, _)| *unit);
        while first > 0 && unit(first - 1) + 1 == unit(first) {
            first -= 1;
        }
        while last + 1 < self.digits.len() && unit(last) + 1 == unit(last + 1) {
            last += 1;
        }
        (unit(first), unit(last))
    }

    /// Returns the words of the run, each as a run.
    pub(super) fn split(self) -> impl Iterator<Item = Self> + use<'d> {
        let words = self.digits.chunk_by(|(one, _), (next, _)| one + 1 == *next);
        words.map(move |digits| Self { digits, ..self })
    }
}
