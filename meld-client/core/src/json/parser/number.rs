//! The numbers of nearly all responses: few digits, and no exponent.

use super::Parser;

/// A number of at most 19 digits without an exponent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::json) struct PlainNumber {
    pub(in crate::json) is_negative: bool,
    /// All digits, without the point.
    pub(in crate::json) digits: u64,
    /// The number of digits after the point.
    pub(in crate::json) decimals: u32,
}

/// The number of digits that always fit into 64 bits.
const MOST_DIGITS: usize = 19;

impl Parser<'_> {
    /// Consumes a plain number that a comma or a closing bracket follows, if it can be converted. Returns `None`, with
    /// nothing but whitespace consumed, for every other value.
    ///
    /// It parses and scans the digits at once, which takes a quarter of the time of a token that is parsed then.
    #[inline]
    pub(in crate::json) fn plain_number<T>(&mut self, convert: impl FnOnce(PlainNumber) -> Option<T>) -> Option<T> {
        let first = self.peek()?;
        let is_negative = first == b'-';
        let bytes = self.body.get(self.position + usize::from(is_negative)..)?;
        let (mut digits, mut point, mut end) = (0_u64, None, 0);
        loop {
            match *bytes.get(end)? {
                digit @ b'0'..=b'9' => digits = digits.wrapping_mul(10).wrapping_add(u64::from(digit - b'0')),
                b'.' if point.is_none() => point = Some(end),
                b',' | b'}' | b']' => break,
                _ => return None,
            }
            end += 1;
        }
        let (whole, decimals) = point.map_or((end, 0), |point| (point, end - point - 1));
        let is_plain = whole + decimals <= MOST_DIGITS
            && whole > 0
            && (whole == 1 || bytes.first() != Some(&b'0'))
            && (point.is_none() || decimals > 0);
        if !is_plain {
            return None;
        }
        let number = convert(PlainNumber { is_negative, digits, decimals: decimals as u32 })?;
        self.position += usize::from(is_negative) + end;
        Some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Option<(String, &str)> {
        let mut parser = Parser::new(text.as_bytes());
        let PlainNumber { is_negative, digits, decimals } = parser.plain_number(Some)?;
        let sign = if is_negative { "-" } else { "" };
        Some((format!("{sign}{digits}e-{decimals}"), &text[parser.position..]))
    }

    #[test]
    fn usual_numbers_are_plain() {
        for (text, number) in [
            ("0,", "0e-0"),
            (" 12.50}", "1250e-2"),
            ("-0.07]", "-7e-2"),
            ("9999999999999999999,", "9999999999999999999e-0"),
            ("0.000000000000000001,", "1e-18"),
        ] {
            let (found, rest) = plain(text).unwrap();
            assert_eq!((&*found, rest.len()), (number, 1), "{text}");
        }
    }

    #[test]
    fn other_values_are_left_to_the_token() {
        for text in [
            "",
            "-",
            "-,",
            "1",
            "1 ,",
            "01,",
            "-01,",
            ".5,",
            "1.,",
            "1.2.3,",
            "1e3,",
            "1.5E-3,",
            "+1,",
            "--1,",
            "1x,",
            "\"1\",",
            "null,",
            "99999999999999999999,",
            "0.0000000000000000001,",
        ] {
            let mut parser = Parser::new(text.as_bytes());
            assert_eq!((parser.plain_number(Some), parser.position), (None, 0), "{text}");
        }
    }
}
