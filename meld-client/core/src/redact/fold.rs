//! Comparison of characters regardless of letter case, accents, separators and the grouping of digits.

use super::escapes::Unit;
use crate::one_line::is_invisible;

/// The first of the characters of [`LATIN`].
const FIRST_LATIN: u32 = 0xc0;

/// The first of the characters of [`LATIN_ADDITIONAL`].
const FIRST_LATIN_ADDITIONAL: u32 = 0x1e00;

/// The letters of U+00C0 to U+0233 without their accents; `.` for characters without one.
const LATIN: &[u8; 372] =
    b"aaaaaa.ceeeeiiii.nooooo..uuuuy..aaaaaa.ceeeeiiii.nooooo..uuuuy.yaaaaaaccccccccdd..eeeeeeeeeegggg\
    gggghh..iiiiiiiii...jjkk.llllll....nnnnnn...oooooo..rrrrrrsssssssstttt..uuuuuuuuuuuuwwyyyzzzzzz.\
    ................................oo.............uu............................aaiioouuuuuuuuuu.aa\
    aa....ggkkoooo..j...gg..nnaa....aaaaeeeeiiiioooorrrruuuusstt..hh......aaeeooooooooyy";

/// The same of U+1E00 to U+1EFF.
const LATIN_ADDITIONAL: &[u8; 256] =
    b"aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooooooopppprrrrrrrr\
    ssssssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwy......aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee\
    eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......";

/// Appends a character as it is compared: without case and accent, and as nothing for a separator or an accent alone, so
/// that both forms of `é` in Unicode are equal. `ß` is `ss`.
pub(super) fn push(text: &mut String, character: char) {
    match character {
        _ if separates(character) || is_accent(character) => {}
        _ if character.is_ascii() => text.push(character.to_ascii_lowercase()),
        _ => match without_accent(character) {
            Some(letter) => text.push(letter),
            // By upper case, which is the same for more letters.
            None => text.extend(character.to_uppercase().flat_map(char::to_lowercase)),
        },
    }
}

/// Returns `true` for characters that do not count: spaces, dashes, and those that cannot be seen.
pub(super) fn separates(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(
            character,
            '-' | '.' | '/' | '(' | ')' | '+' | '\u{2010}'..='\u{2015}' | char::REPLACEMENT_CHARACTER
        )
        || is_invisible(character)
}

/// Returns `true` for a character between groups of three digits: `1,234,567`, `1'234'567`.
pub(super) fn groups_digits(units: &[Unit], index: usize) -> bool {
    let is_digit = |index: usize| units.get(index).is_some_and(|unit| unit.character.is_ascii_digit());
    matches!(units[index].character, ',' | '_' | '\'' | '\u{2019}' | '\u{66c}')
        && index.checked_sub(1).is_some_and(is_digit)
        && (1..=3).all(|next| is_digit(index + next))
        && !is_digit(index + 4)
}

/// Returns the index of the last accent that belongs to a unit, or that of the unit itself.
pub(super) fn with_accents(units: &[Unit], last: usize) -> usize {
    last + units[last + 1..].iter().take_while(|unit| is_accent(unit.character)).count()
}

/// Returns `true` for a combining accent, which follows its letter.
fn is_accent(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}')
}

fn without_accent(character: char) -> Option<char> {
    let letter = |letters: &[u8], first| {
        let index = u32::from(character).checked_sub(first)?;
        letters.get(usize::try_from(index).ok()?).filter(|letter| **letter != b'.').copied().map(char::from)
    };
    letter(LATIN, FIRST_LATIN).or_else(|| letter(LATIN_ADDITIONAL, FIRST_LATIN_ADDITIONAL))
}
