//! Escapes names and descriptions of a spec for documentation, pages and terminals: one function per target.
//!
//! A spec is untrusted data. Nothing in it may become Rust code, a doctest, a heading, a table, a link or HTML in any
//! target. Names go through [`code`] or [`table_code`], descriptions through [`prose`], and printed output through
//! [`line`](line()). String literals need none of these, because `quote` escapes them.

mod prose;

pub use prose::prose;

/// Returns `true` for invisible characters and for those that move others: control characters, line separators,
/// directional marks and zero-width characters.
///
/// Joiners (U+200C and U+200D) are not among them, because several scripts need them.
pub fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Escapes a string for one printable line of a terminal or log: invisible characters become their number.
///
/// The bracket of `##[` becomes a number too, because GitHub takes it for a command in a log.
pub fn line(text: &str) -> String {
    shown(text, |_| false).replace("##[", "##\\u{5b}")
}

/// Escapes printable lines like [`line`](line()), but keeps line breaks and tabs.
pub fn lines(text: &str) -> String {
    shown(text, |character| matches!(character, '\n' | '\t')).replace("##[", "##\\u{5b}")
}

/// Escapes invisible characters inside the strings of a JSON text; its meaning stays the same.
pub fn json(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if is_hidden(character) && character != '\n' {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                escaped.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            escaped.push(character);
        }
    }
    escaped
}

/// Formats a name as inline code in Markdown.
pub fn code(name: &str) -> String {
    if name.is_empty() {
        return "`\"\"`".to_owned();
    }
    let name = shown(name, |_| false);
    let fence = "`".repeat(longest_row(&name) + 1);
    let touches = name.starts_with('`') || name.ends_with('`');
    // Markdown strips one space at each end, except from code of spaces only.
    let is_padded = name.starts_with(' ') && name.ends_with(' ') && !name.trim().is_empty();
    let gap = if touches || is_padded { " " } else { "" };
    format!("{fence}{gap}{name}{gap}{fence}")
}

/// Formats a name as inline code in a table cell, where a bar would end the cell. A bar after an odd number of
/// backslashes gets one more backslash.
pub fn table_code(name: &str) -> String {
    let mut escaped = String::new();
    let mut backslashes = 0;
    for character in code(name).chars() {
        if character == '|' {
            escaped.push_str(if backslashes % 2 == 1 { "\\\\" } else { "\\" });
        }
        backslashes = if character == '\\' { backslashes + 1 } else { 0 };
        escaped.push(character);
    }
    escaped
}

/// Returns the length of the longest run of backticks.
pub fn longest_row(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or_default()
}

fn shown(text: &str, is_kept: impl Fn(char) -> bool) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_hidden(character) && !is_kept(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_end_inline_code() {
        for (name, expected) in [
            ("limit", "`limit`"),
            ("<b>[x](y)", "`<b>[x](y)`"),
            ("a`b", "``a`b``"),
            ("`a``", "``` `a`` ```"),
            (" a ", "`  a  `"),
            ("  ", "`  `"),
            ("", "`\"\"`"),
            ("a\n```\nb", "````a\\u{a}```\\u{a}b````"),
            ("a\u{202e}b", "`a\\u{202e}b`"),
        ] {
            assert_eq!(code(name), expected, "{name:?}");
        }
    }

    #[test]
    fn names_cannot_end_table_cells() {
        for (name, expected) in [("a|b", r"`a\|b`"), (r"a\|b", r"`a\\\|b`"), (r"a\\|b", r"`a\\\|b`"), ("||", r"`\|\|`")]
        {
            assert_eq!(table_code(name), expected, "{name:?}");
        }
    }

    #[test]
    fn terminals_get_one_printable_line() {
        assert_eq!(line("a\u{1b}[31m\r\nb\u{85}\u{2028}"), r"a\u{1b}[31m\u{d}\u{a}b\u{85}\u{2028}");
        assert_eq!(line("x##[error]"), r"x##\u{5b}error]");
        assert_eq!(lines("a\tb\nc\u{2066}"), "a\tb\nc\\u{2066}");
        assert_eq!(line("größe 名前 🦀 a\u{200d}b"), "größe 名前 🦀 a\u{200d}b");
    }

    #[test]
    fn escaped_json_keeps_its_meaning() {
        let value = serde_json::json!({"a\u{7f}": "b\u{202e}\u{e0041}\n"});
        let text = json(&serde_json::to_string_pretty(&value).unwrap());
        assert!(text.chars().all(|character| character == '\n' || !is_hidden(character)));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }
}
