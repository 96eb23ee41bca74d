//! Untrusted strings as one printable line.

use std::borrow::Cow;
use std::fmt::{self, Write};

/// The default number of characters.
#[cfg(feature = "client")]
const LONGEST: usize = 300;

/// An untrusted string, such as a message of a response or the name of a field, for a line of a log.
///
/// Control characters, line breaks, direction marks and invisible characters become spaces. The string can then not
/// begin a new line, control a terminal, or hide or reorder other text. A string that is too long ends with `…`.
pub(crate) struct OneLine<'a> {
    text: &'a str,
    longest: usize,
}

#[cfg(feature = "client")]
impl<'a> OneLine<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, longest: LONGEST }
    }

    /// Shows at most so many characters.
    pub(crate) fn at_most(self, longest: usize) -> Self {
        Self { longest, ..self }
    }
}

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut characters = self.text.trim().chars();
        for character in characters.by_ref().take(self.longest) {
            formatter.write_char(if is_printable(character) { character } else { ' ' })?;
        }
        if characters.next().is_some() {
            formatter.write_char('…')?;
        }
        Ok(())
    }
}

/// Returns a name for a path: printable, and at most `longest` characters.
pub(crate) fn name(text: &str, longest: usize) -> Cow<'_, str> {
    if text.len() <= longest && text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(OneLine { text, longest }.to_string())
}

/// Returns `false` for characters that a line must not contain.
fn is_printable(character: char) -> bool {
    !(character.is_control()
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{fff9}'..='\u{fffb}')
        || is_invisible(character))
}

/// Returns `true` for characters that programs may omit from display, by Unicode: joiners, direction marks, fillers,
/// variation selectors and tags.
pub(crate) fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fff8}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(all(test, feature = "client"))]
mod tests {
    use super::*;

    #[test]
    fn untrusted_string_is_one_printable_line() {
        for (text, shown) in [
            ("two\nlines\r\nand\tmore", "two lines  and more"),
            ("\u{1b}[31mred\u{1b}[0m", " [31mred [0m"),
            ("c1 \u{9b}31m \u{85}", "c1  31m"),
            ("rtl \u{202e}evil\u{2066}\u{200f}", "rtl  evil"),
            ("zero\u{200b}width\u{feff}\u{2060}\u{ad}!", "zero width   !"),
            ("line\u{2028}paragraph\u{2029}.", "line paragraph ."),
            ("tag\u{e0041} filler\u{3164}.", "tag  filler ."),
            ("plain äöü 中文 😀", "plain äöü 中文 😀"),
        ] {
            let line = OneLine::new(text).to_string();
            assert_eq!(line.trim_end(), shown, "{text:?}");
            assert_eq!(name(text, 99).trim_end(), shown, "{text:?}");
        }
    }

    #[test]
    fn long_strings_are_cut() {
        let long = "ä".repeat(1000);
        assert_eq!(OneLine::new(&long).to_string(), format!("{}…", "ä".repeat(LONGEST)));
        assert_eq!(name(&long, 3), "äää…");
        assert_eq!(name("abc", 3), "abc");
        assert_eq!(name("abcd", 3), "abc…");
    }
}
