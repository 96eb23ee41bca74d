//! Rust identifiers for arbitrary strings: never a keyword, never empty, unique within an enum.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use heck::{ToSnakeCase, ToUpperCamelCase};
use unicode_normalization::UnicodeNormalization;

use crate::escape::is_hidden;

/// Type names that generated code uses itself; schemas of these names get the suffix `Schema`, and builders of
/// operations the suffix `Builder`.
pub const RESERVED_TYPES: &[&str] = &[
    "BTreeMap",
    "Bound",
    "Box",
    "Client",
    "DateOrTime",
    "DateTime",
    "Decimal",
    "Default",
    "Deserialize",
    "Err",
    "Error",
    "ErrorResponse",
    "Failures",
    "From",
    "Into",
    "IntoIterator",
    "Map",
    "Method",
    "NaiveDate",
    "Nested",
    "None",
    "Nullable",
    "Ok",
    "Operation",
    "Option",
    "Parameter",
    "Request",
    "RequestOptions",
    "ResponseValue",
    "Result",
    "Self",
    "Serialize",
    "Some",
    "String",
    "Transport",
    "TryFrom",
    "TryInto",
    "Utc",
    "Uuid",
    "Validate",
    "Validator",
    "Value",
    "Vec",
];

/// Returns the name of a field, parameter or method.
pub fn snake(text: &str) -> String {
    name(&plain(text).to_snake_case(), "x")
}

/// Returns the name of a variant or builder.
pub fn pascal(text: &str) -> String {
    name(&plain(text).to_upper_camel_case(), "X")
}

/// Returns the name of a type. It is stable, because typify converts names again: `AB` of `A` and `B` would become
/// `Ab`.
pub fn type_name(text: &str) -> String {
    let mut name = pascal(text);
    loop {
        let next = pascal(&name);
        if next == name {
            break;
        }
        name = next;
    }
    if RESERVED_TYPES.contains(&name.as_str()) {
        name.push_str("Schema");
    }
    name
}

/// Returns the variant names of an enum: from the words of the values; else with an `X` for each character that no name
/// can have; else numbered.
pub fn variants(values: &[String]) -> Vec<String> {
    let spelled: Vec<String> = values.iter().map(|value| variant(value)).collect();
    if are_unique(&spelled) {
        return spelled;
    }
    let crossed: Vec<String> =
        values.iter().map(|value| variant(&value.replace(|c| c == '_' || !is_part_of_names(c), "X"))).collect();
    if are_unique(&crossed) {
        return crossed;
    }
    numbered(spelled)
}

/// Returns the name of one variant. `Unknown` is reserved for values that the spec does not list.
pub fn variant(value: &str) -> String {
    let name = match value {
        "+1" => "Plus1".to_owned(),
        "-1" => "Minus1".to_owned(),
        value => pascal(value),
    };
    match name.as_str() {
        "Unknown" => "UnknownValue".to_owned(),
        constant if CONSTANTS.contains(&constant) => format!("{constant}_"),
        _ => name,
    }
}

/// Constants that the macros of the runtime define for enums and unions.
const CONSTANTS: &[&str] = &["CONTENT", "EXPECTED", "KNOWN", "NAMES", "NESTED", "TAG", "VALUES"];

fn are_unique(names: &[String]) -> bool {
    names.iter().collect::<BTreeSet<_>>().len() == names.len()
}

/// Numbers repeated names: the first one stays, the others get the next free number.
fn numbered(names: Vec<String>) -> Vec<String> {
    let mut taken: BTreeSet<String> = names.iter().cloned().collect();
    let mut seen = BTreeSet::new();
    // The last number of each name: counting from 1 again would take quadratic time.
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    let mut result = Vec::new();
    for name in names {
        let free = if seen.insert(name.clone()) {
            name
        } else {
            let stem = name.trim_end_matches('_');
            let number = numbers.entry(stem.to_owned()).or_insert(1);
            loop {
                *number += 1;
                let free = format!("{stem}{number}");
                if !taken.contains(&free) {
                    break free;
                }
            }
        };
        taken.insert(free.clone());
        result.push(free);
    }
    result
}

/// Replaces characters that no name can have, and normalizes to NFKC. rustc compares identifiers in NFC, so that names
/// that rustc would treat as equal are equal here.
fn plain(text: &str) -> String {
    // ASCII is its own normal form.
    let text = if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(text.nfkc().collect::<String>()) };
    text.replace('\'', "").replace(|c| !is_part_of_names(c), "-")
}

fn is_part_of_names(c: char) -> bool {
    // Whitespace would end the name that is parsed.
    let is_visible = |c: char| !c.is_whitespace() && !is_without_shape(c);
    let is_parsed = |c: char| syn::parse_str::<syn::Ident>(&format!("a{c}")).is_ok();
    c == '_' || c.is_ascii_alphanumeric() || (!c.is_ascii() && is_visible(c) && is_parsed(c))
}

/// Returns `true` for characters that Unicode lets be ignored in display: names that differ in them look equal. Some of
/// them, such as fillers and variation selectors, may be part of an identifier.
fn is_without_shape(c: char) -> bool {
    is_hidden(c)
        || matches!(c,
            '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200c}' | '\u{200d}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{e0080}'..='\u{e0fff}')
}

/// Adds `prefix` if the first character cannot start a name, and an underscore to a keyword.
fn name(text: &str, prefix: &str) -> String {
    let starts = |c: char| {
        c == '_' || c.is_ascii_alphabetic() || (!c.is_ascii() && syn::parse_str::<syn::Ident>(&format!("{c}a")).is_ok())
    };
    let name = match text.chars().next() {
        Some(first) if starts(first) => text.to_owned(),
        _ => format!("{prefix}{text}"),
    };
    if is_keyword(&name) { format!("{name}_") } else { name }
}

/// Returns `true` if `name` is a keyword of edition 2024 or not an identifier.
pub fn is_keyword(name: &str) -> bool {
    // Most names need not be parsed: a letter, and then an underscore or digit among letters, is never a keyword.
    let mut bytes = name.bytes();
    let starts = bytes.next().is_some_and(|first| first.is_ascii_alphabetic());
    let is_compound = bytes.clone().any(|byte| byte == b'_' || byte.is_ascii_digit());
    if starts && is_compound && bytes.all(|byte| byte == b'_' || byte.is_ascii_alphanumeric()) {
        return false;
    }
    // A keyword since edition 2024, which syn does not know.
    name == "gen" || syn::parse_str::<syn::Ident>(name).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_gives_a_name() {
        for (text, field, ty) in [
            ("serviceProvider", "service_provider", "ServiceProvider"),
            ("type", "type_", "Type"),
            ("self", "self_", "Self_"),
            ("gen", "gen_", "Gen"),
            ("3ds", "x3ds", "X3ds"),
            ("", "x", "X"),
            ("+", "x", "X"),
            ("_", "x", "X"),
            ("$ref", "ref_", "Ref"),
            ("a-b", "a_b", "AB"),
            ("error", "error", "Error"),
            ("it's", "its", "Its"),
            ("größe", "größe", "Größe"),
            ("名前", "名前", "名前"),
            ("a²", "a2", "A2"),
            ("JSONB", "jsonb", "Jsonb"),
            ("a\nb\u{202e}c\0", "a_b_c", "ABC"),
            ("\n", "x", "X"),
            ("a\u{85}\u{1680}\u{2028}", "a", "A"),
            ("a\u{3164}\u{fe0f}b\u{200d}", "a_b", "AB"),
        ] {
            assert_eq!((snake(text), pascal(text)), (field.to_owned(), ty.to_owned()), "{text}");
        }
    }

    #[test]
    fn type_names_are_stable() {
        for (text, name) in [
            ("AB", "Ab"),
            ("A_b_C", "Abc"),
            ("error", "ErrorSchema"),
            ("Self", "Self_"),
            ("ServiceProvider", "ServiceProvider"),
        ] {
            assert_eq!((type_name(text), type_name(name)), (name.to_owned(), name.to_owned()));
        }
    }

    #[test]
    fn variants_are_told_apart() {
        let names = |values: &[&str]| variants(&values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>());
        for (values, expected) in [
            (&["BUY", "sell"][..], &["Buy", "Sell"][..]),
            (&["UNKNOWN", "", "1"], &["UnknownValue", "X", "X1"]),
            (&["+1", "-1"], &["Plus1", "Minus1"]),
            (&["+", "-"], &["X", "X2"]),
            (&["buy", "BUY", "Buy2"], &["Buy", "Buy3", "Buy2"]),
            (&["a_b", "a-b"], &["AB", "AB2"]),
            (&["a_b", "a+-b"], &["AXb", "AXXb"]),
            (&["A+", "A-"], &["A", "A2"]),
            (&["self", "Self"], &["Self_", "Self2"]),
            (&["K-N-O-W-N", "T_A_G", "ERR", "OK"], &["KNOWN_", "TAG_", "Err", "Ok"]),
            (&["a", "a\n", "\n", "\r"], &["A", "A2", "X", "X2"]),
        ] {
            let found = names(values);
            assert!(are_unique(&found), "{found:?}");
            assert_eq!(found, expected, "{values:?}");
        }
    }
}
