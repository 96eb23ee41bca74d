//! Descriptions as Markdown for documentation: paragraphs, lists and inline code stay; code blocks become `text`.

use super::{code, is_hidden, longest_row};

/// Maximum length of inline code in bytes, which bounds the search for closing backticks.
const LONGEST_CODE: usize = 1_000;

/// Columns of whitespace that make a line code in Markdown.
const CODE_INDENT: usize = 4;

/// Returns a description as lines of Markdown; empty if it has no content.
///
/// Paragraphs, list items and inline code are kept. Code blocks become blocks of `text`, URLs become code, and all
/// other Markdown syntax is escaped. All kinds of line breaks count; other invisible characters are dropped.
pub fn prose(text: &str) -> Vec<String> {
    let text = normalized(text);
    let mut writer = Writer::default();
    let mut lines = text.trim().lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(fence) = Fence::open(line) {
            let mut block = Vec::new();
            for line in lines.by_ref().take_while(|line| !fence.is_closed_by(line)) {
                block.push(line);
            }
            writer.block(&block);
        } else if writer.is_between_blocks() && indent(line) >= CODE_INDENT {
            let mut block = vec![line];
            while let Some(line) = lines.next_if(|next| next.trim().is_empty() || indent(next) >= CODE_INDENT) {
                block.push(line);
            }
            writer.block(&block);
        } else {
            writer.line(line.trim());
        }
    }
    writer.finish()
}

/// Replaces every line break with `\n` and tabs with spaces, and drops other invisible characters.
fn normalized(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let line_break = |c: char| matches!(c, '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}');
    let text = text.replace(line_break, "\n").replace('\t', "    ");
    text.chars().filter(|character| *character == '\n' || !is_hidden(*character)).collect()
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Returns the line that opens a code block.
struct Fence {
    mark: char,
    length: usize,
}

impl Fence {
    fn open(line: &str) -> Option<Self> {
        let line = line.trim_start();
        let mark = line.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
        let rest = line.trim_start_matches(mark);
        let length = line.len() - rest.len();
        // A fence of backticks with more backticks in its line is inline code.
        let is_open = length >= 3 && !(mark == '`' && rest.contains('`'));
        is_open.then_some(Self { mark, length })
    }

    fn is_closed_by(&self, line: &str) -> bool {
        let line = line.trim();
        line.len() >= self.length && line.chars().all(|character| character == self.mark)
    }
}

#[derive(Default)]
struct Writer {
    lines: Vec<String>,
    /// `true` if the last line is a list item.
    in_list: bool,
}

impl Writer {
    fn is_between_blocks(&self) -> bool {
        self.lines.last().is_none_or(String::is_empty)
    }

    fn blank(&mut self) {
        if !self.is_between_blocks() {
            self.lines.push(String::new());
        }
        self.in_list = false;
    }

    /// Appends a code block that nothing in it can close.
    fn block(&mut self, lines: &[&str]) {
        let indent = lines.iter().filter(|line| !line.trim().is_empty()).map(|l| indent(l)).min();
        let Some(indent) = indent else { return };
        let lines: Vec<&str> = lines.iter().map(|line| line.get(indent..).unwrap_or_default().trim_end()).collect();
        let text = lines.join("\n");
        let fence = "`".repeat(longest_row(&text).max(2) + 1);
        self.blank();
        self.lines.push(format!("{fence}text"));
        self.lines.extend(text.trim_matches('\n').lines().map(str::to_owned));
        self.lines.extend([fence, String::new()]);
    }

    fn line(&mut self, line: &str) {
        if line.is_empty() {
            return self.blank();
        }
        if let Some((marker, text)) = item(line) {
            self.lines.push(format!("{marker} {}", paragraph(text)));
            self.in_list = true;
        } else if self.in_list {
            // A line below an item belongs to it.
            if let Some(item) = self.lines.last_mut() {
                item.push(' ');
                item.push_str(&paragraph(line));
            }
        } else {
            self.lines.push(paragraph(line));
        }
    }

    fn finish(mut self) -> Vec<String> {
        while self.lines.last().is_some_and(String::is_empty) {
            self.lines.pop();
        }
        self.lines
    }
}

/// Returns the marker of a list item and the rest of the line.
fn item(line: &str) -> Option<(&str, &str)> {
    let (marker, text) = line.split_once(' ')?;
    let number = marker.strip_suffix('.').or_else(|| marker.strip_suffix(')')).unwrap_or_default();
    let is_number = (1..=3).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    let marker = match marker {
        "-" | "*" | "+" => "-",
        marker if is_number => marker,
        _ => return None,
    };
    Some((marker, text.trim_start())).filter(|(_, text)| !text.is_empty())
}

/// Escapes one line of a paragraph except inline code.
fn paragraph(line: &str) -> String {
    let (beginning, escape) = start(line);
    let mut escaped = format!("{beginning}{escape}");
    let mut rest = &line[beginning.len()..];
    while let Some(character) = rest.chars().next() {
        if character == '`' {
            rest = inline_code(rest, &mut escaped);
        } else if let Some(url) = url(rest) {
            escaped.push_str(&code(url));
            rest = &rest[url.len()..];
        } else {
            let before = &line[..line.len() - rest.len()];
            rest = &rest[character.len_utf8()..];
            if is_special(before, character, rest) {
                escaped.push('\\');
            }
            escaped.push(character);
        }
    }
    escaped
}

/// Returns the leading digits of a line, and an escape if they would begin a heading, a list or a table.
fn start(line: &str) -> (&str, &'static str) {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = line.split_at(digits);
    let marks: &[char] = if digits.is_empty() { &['#', '-', '+', '=', ':'] } else { &['.', ')'] };
    (digits, if rest.starts_with(marks) { "\\" } else { "" })
}

/// Appends the inline code at the start of `rest`, or its backticks if nothing closes them; returns the remainder.
fn inline_code<'t>(rest: &'t str, escaped: &mut String) -> &'t str {
    let inner = rest.trim_start_matches('`');
    let row = &rest[..rest.len() - inner.len()];
    let mut end = 0;
    for part in inner.split_inclusive(|character| character != '`') {
        let backticks = part.bytes().take_while(|byte| *byte == b'`').count();
        if backticks == row.len() {
            let text = inner[..end].trim();
            if text.is_empty() {
                break;
            }
            escaped.push_str(&code(text));
            return &inner[end + backticks..];
        }
        end += part.len();
        if end > LONGEST_CODE {
            break;
        }
    }
    escaped.push_str(&"\\`".repeat(row.len()));
    inner
}

fn url(text: &str) -> Option<&str> {
    text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let ends = |character: char| character.is_whitespace() || "<>\"'()[]{}|\\^`".contains(character);
    let url = &text[..text.find(ends).unwrap_or(text.len())];
    Some(url.trim_end_matches(['.', ',', ';', ':', '!', '?']))
}

/// Returns `true` if a character between these two strings is Markdown syntax.
fn is_special(before: &str, character: char, after: &str) -> bool {
    match character {
        '\\' | '*' | '[' | ']' | '<' | '>' | '|' => true,
        '~' => before.ends_with('~') || after.starts_with('~'),
        '&' => is_entity(after),
        // Between letters it is part of a word.
        '_' => {
            let before = before.trim_end_matches('_').chars().next_back();
            let after = after.trim_start_matches('_').chars().next();
            !(before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric))
        }
        _ => false,
    }
}

/// Returns `true` if an ampersand before `rest` would begin a character reference.
fn is_entity(after: &str) -> bool {
    let name = after.trim_start_matches(|c: char| c == '#' || c.is_ascii_alphanumeric());
    name.len() < after.len() && name.starts_with(';')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> String {
        prose(text).join("\n")
    }

    #[test]
    fn plain_descriptions_stay_unchanged() {
        for text in [
            "The code, not `a[0]`.",
            "One of IN_PROGRESS, ACTIVE (RECONNECT_REQUIRED, say); null & void: 5 - 3 = 2!",
            "First line\nsecond line\n\nSecond paragraph",
            "- one\n- two `x`\n1. three",
            "It's \"quoted\", {x} and größe → 名前",
        ] {
            assert_eq!(lines(text), text);
        }
    }

    #[test]
    fn markup_is_escaped() {
        for (text, expected) in [
            ("one [of] <these>", r"one \[of\] \<these\>"),
            ("[a](javascript:b) ![c](d)", r"\[a\](javascript:b) !\[c\](d)"),
            ("See https://docs.meld.io/a_b.", "See `https://docs.meld.io/a_b`."),
            ("(http://a.b)x", "(`http://a.b`)x"),
            ("# Title\n=====\n---\n+ \n-", "\\# Title\n\\=====\n\\---\n\\+\n\\-"),
            ("a|b\n-|-", "a\\|b\n\\-\\|-"),
            (":-|-:", "\\:-\\|-:"),
            ("*a* _b_ ~~c~~ a_b __d", r"\*a\* \_b\_ \~\~c\~\~ a_b \_\_d"),
            ("a & b &lt; &#60;", r"a & b \&lt; \&#60;"),
            (r"\[a] \", r"\\\[a\] \\"),
            ("a ` b", r"a \` b"),
            ("``a`b`` ```c``` ` `", "``a`b`` `c` \\` \\`"),
            ("2024. Year\n1234) x", "2024\\. Year\n1234\\) x"),
            ("- - -", r"- \- -"),
            ("-      ```rust", r"- \`\`\`rust"),
            ("- a\nb\n\nc", "- a b\n\nc"),
        ] {
            assert_eq!(lines(text), expected, "{text:?}");
        }
    }

    #[test]
    fn code_blocks_become_text() {
        for (text, expected) in [
            ("a\n```rust\nfn f() {}\n```\nb", "a\n\n```text\nfn f() {}\n```\n\nb"),
            ("~~~\n```\n~~~", "````text\n```\n````"),
            ("```\nnever closed", "```text\nnever closed\n```"),
            ("a\n\n    indented\n\n      more\nb", "a\n\n```text\nindented\n\n  more\n```\n\nb"),
            ("a\n\n\tindented\n    ```", "a\n\n````text\nindented\n```\n````"),
            ("    first\n    line", "first\nline"),
            ("a\n    b", "a\nb"),
            ("```a`", r"\`\`\`a\`"),
            ("```\n```", ""),
        ] {
            assert_eq!(lines(text), expected, "{text:?}");
        }
    }

    #[test]
    fn line_breaks_stay_invisible_text_is_dropped() {
        assert_eq!(lines("a\r\nb\rc\u{2028}d\u{b}e\u{85}f"), "a\nb\nc\nd\ne\nf");
        assert_eq!(lines("a\u{202e}b\u{1b}[31m\u{0}"), r"ab\[31m");
        assert_eq!(lines(" \r\n\t\u{200b}"), "");
    }
}
