//! Removal of escapes from text, with the origin of each character.

/// A character of the text or of an escape, with its byte range.
#[derive(Clone, Copy)]
pub(super) struct Unit {
    pub(super) character: char,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// A group of escapes that are removed together.
#[derive(Clone, Copy)]
pub(super) enum Escapes {
    /// The escapes within strings of JSON.
    Json,
    /// The escapes of URLs and of HTML.
    Web,
}

/// Returns the characters of a text, with U+FFFD for every invalid byte.
pub(super) fn units(text: &[u8]) -> Vec<Unit> {
    let mut units = Vec::with_capacity(text.len());
    let mut position = 0_u32;
    let mut push = |character: char, length: usize| {
        let start = position;
        position = position.saturating_add(u32::try_from(length).unwrap_or(u32::MAX));
        units.push(Unit { character, start, end: position });
    };
    for chunk in text.utf8_chunks() {
        chunk.valid().chars().for_each(|character| push(character, character.len_utf8()));
        chunk.invalid().iter().for_each(|_| push(char::REPLACEMENT_CHARACTER, 1));
    }
    units
}

/// Removes one layer of escapes. Returns `None` if there are none.
pub(super) fn unescaped(units: &[Unit], kind: Escapes) -> Option<Vec<Unit>> {
    let mut plain = Vec::new();
    let mut rest = units;
    let mut changed = false;
    while let Some(first) = rest.first() {
        let escape = match (kind, first.character) {
            (Escapes::Json, '\\') => json_escape(rest),
            (Escapes::Web, '%') => percent_escape(rest),
            (Escapes::Web, '&') => html_escape(rest),
            _ => None,
        };
        if escape.is_some() && !changed {
            changed = true;
            plain.reserve(units.len());
            plain.extend_from_slice(&units[..units.len() - rest.len()]);
        }
        let (character, length) = escape.unwrap_or((first.character, 1));
        let (escape, after) = rest.split_at(length);
        if changed {
            let end = escape.last().map_or(first.end, |last| last.end);
            plain.push(Unit { character, start: first.start, end });
        }
        rest = after;
    }
    changed.then_some(plain)
}

/// Decodes `\u0074`, `\u{74}`, `\x74` and `\"`, into the character and the length of the escape.
fn json_escape(units: &[Unit]) -> Option<(char, usize)> {
    match units.get(1)?.character {
        'u' if units.get(2)?.character == '{' => {
            let length = units.iter().take(10).position(|unit| unit.character == '}')?;
            Some((char::from_u32(hex(units.get(3..length)?)?)?, length + 1))
        }
        'u' => {
            let high = hex(units.get(2..6)?)?;
            let low = || {
                let is_escape = units.get(6)?.character == '\\' && units.get(7)?.character == 'u';
                hex(units.get(8..12)?).filter(|low| is_escape && matches!(low, 0xdc00..=0xdfff))
            };
            match (high, low()) {
                (0xd800..=0xdbff, Some(low)) => {
                    char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00)).map(|character| (character, 12))
                }
                _ => Some((char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER), 6)),
            }
        }
        'x' => Some((char::from_u32(hex(units.get(2..4)?)?)?, 4)),
        'b' | 'f' | 'n' | 'r' | 't' => Some((' ', 2)),
        character @ ('"' | '\'' | '\\' | '/') => Some((character, 2)),
        _ => None,
    }
}

/// Decodes `%74`, and up to four of them for a character that is not ASCII. Also decodes `%u0074`, which no standard
/// has.
fn percent_escape(units: &[Unit]) -> Option<(char, usize)> {
    if units.get(1)?.character == 'u' {
        return Some((char::from_u32(hex(units.get(2..6)?)?)?, 6));
    }
    let byte = |index: usize| {
        let escape = units.get(3 * index..3 * index + 3)?;
        let value = hex(&escape[1..]).filter(|_| escape[0].character == '%')?;
        u8::try_from(value).ok()
    };
    let bytes: Vec<u8> = (0..4).map_while(byte).collect();
    let first = bytes.first()?;
    let character = bytes.utf8_chunks().next().and_then(|chunk| chunk.valid().chars().next());
    Some(match character {
        Some(character) => (character, 3 * character.len_utf8()),
        None => (char::from(*first), 3),
    })
}

/// Decodes `&#116;`, `&#x74;` and `&amp;`. Numbers may lack the semicolon, as in HTML.
fn html_escape(units: &[Unit]) -> Option<(char, usize)> {
    if units.get(1)?.character == '#' {
        let is_hex = matches!(units.get(2)?.character, 'x' | 'X');
        let (radix, start) = if is_hex { (16, 3) } else { (10, 2) };
        let digits = units.iter().skip(start).take(8).map_while(|unit| unit.character.to_digit(radix));
        let (value, count) = digits.fold((0_u32, 0), |(value, count), digit| (value * radix + digit, count + 1));
        let end = start + count;
        let has_semicolon = units.get(end).is_some_and(|unit| unit.character == ';');
        let character = char::from_u32(value).filter(|_| count > 0)?;
        return Some((character, end + usize::from(has_semicolon)));
    }
    let length = units.iter().take(10).position(|unit| unit.character == ';')?;
    let name: String = units.get(1..length)?.iter().map(|unit| unit.character).collect();
    let character = match name.as_str() {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "colon" => ':',
        "comma" => ',',
        "commat" => '@',
        "equals" => '=',
        "lowbar" => '_',
        // Separators, which the search skips.
        "hyphen" | "lpar" | "nbsp" | "NewLine" | "period" | "plus" | "rpar" | "sol" | "Tab" => ' ',
        _ => return None,
    };
    Some((character, length + 1))
}

fn hex(units: &[Unit]) -> Option<u32> {
    units.iter().try_fold(0, |value, unit| Some(value * 16 + unit.character.to_digit(16)?))
}
