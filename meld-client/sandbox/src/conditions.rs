//! The conditions that fault rules and stubs share: an operation, the number of the call, and a probability.

use std::collections::BTreeSet;

use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::random::seeded;
use crate::specs::Operation;

/// Refuses conditions that no call meets. A typo would otherwise leave a test without its fault or stub.
pub(crate) fn validate(
    pattern: Option<&str>,
    nth: Option<u64>,
    probability: Option<f64>,
    operations: &[Operation],
) -> Result<(), String> {
    if let Some(pattern) = pattern
        && !operations.iter().any(|operation| matches_operation(pattern, operation))
    {
        let near = nearest(pattern, operations).join(", ");
        return Err(format!("`operation` is `{pattern}`, which matches no operation; the nearest are {near}"));
    }
    if nth == Some(0) {
        return Err("`nth` is 0; calls are counted from 1".to_owned());
    }
    match probability {
        Some(chance) if !(0.0..=1.0).contains(&chance) => Err(format!("`probability` is {chance}; expected 0 to 1")),
        _ => Ok(()),
    }
}

/// Refuses an error code that no matching operation documents.
pub(crate) fn validate_code<'a>(
    pattern: Option<&str>,
    code: &str,
    operations: impl IntoIterator<Item = &'a Operation>,
) -> Result<(), String> {
    let matching = |operation: &&Operation| pattern.is_none_or(|pattern| matches_operation(pattern, operation));
    let codes = operations.into_iter().filter(matching).flat_map(|operation| &operation.error_codes);
    let known: BTreeSet<&str> = codes.map(|(_, known)| known.as_str()).collect();
    if known.contains(code) {
        return Ok(());
    }
    let near = most_similar(code, known.into_iter().map(str::to_owned).collect()).join(", ");
    let hint = if near.is_empty() {
        "there are none; use a status and body".to_owned()
    } else {
        format!("the nearest are {near}")
    };
    Err(format!("`code` is `{code}`, which no matching operation documents; {hint}"))
}

/// Returns `true` if a pattern matches the operationId, the path, or the method and path of an operation.
pub(crate) fn matches_operation(pattern: &str, operation: &Operation) -> bool {
    let is_path = |pattern: &str| matches(pattern, &operation.path);
    let with_method = || {
        let (method, path) = pattern.split_once(' ')?;
        Some(method.eq_ignore_ascii_case(operation.method.as_str()) && is_path(path.trim_start()))
    };
    matches(pattern, operation.name())
        || matches(pattern, &operation.id)
        || is_path(pattern)
        || with_method() == Some(true)
}

/// Returns the operationIds, or for a path the paths, that are most similar to a text.
fn nearest(text: &str, operations: &[Operation]) -> Vec<String> {
    let names = operations.iter().map(|operation| match (text.contains(' '), text.starts_with('/')) {
        (true, _) => format!("{} {}", operation.method, operation.path),
        (false, true) => operation.path.clone(),
        (false, false) => operation.name().to_owned(),
    });
    most_similar(text, names.collect())
}

/// Returns the three names that are most similar to a text.
pub(crate) fn most_similar(text: &str, names: BTreeSet<String>) -> Vec<String> {
    let mut names: Vec<String> = names.into_iter().collect();
    names.sort_by_cached_key(|name| strsim::damerau_levenshtein(text, name));
    names.truncate(3);
    names
}

/// Returns `true` if a text matches a pattern in which `*` is any text.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|text| {
            text.char_indices().map(|(index, _)| index).chain([text.len()]).any(|index| matches(rest, &text[index..]))
        }),
    }
}

/// The position of a [`Counter`].
#[derive(Clone, Copy, Deserialize, Serialize)]
pub(crate) struct Position {
    matched: u64,
    random: u64,
}

/// The number of calls that a rule matched, and its random numbers.
pub(crate) struct Counter {
    calls: u64,
    random: ChaCha8Rng,
}

impl Counter {
    /// Creates a counter whose random numbers depend on the seed and the name of the rule.
    pub fn new(seed: u64, rule: &str) -> Self {
        Self { calls: 0, random: seeded(seed, rule) }
    }

    /// Returns the number of calls and the position of the random numbers, for a file.
    pub fn position(&self) -> Position {
        Position { matched: self.calls, random: u64::try_from(self.random.get_word_pos()).unwrap_or(u64::MAX) }
    }

    /// Continues a counter of a file.
    pub fn resume(seed: u64, rule: &str, position: Position) -> Self {
        let mut counter = Self { calls: position.matched, ..Self::new(seed, rule) };
        counter.random.set_word_pos(position.random.into());
        counter
    }

    /// Counts a matching call. Returns `true` if the rule applies to it.
    pub fn count(&mut self, nth: Option<u64>, probability: Option<f64>) -> bool {
        self.calls += 1;
        let now = nth.is_none_or(|nth| nth == self.calls);
        let chance = probability.is_none_or(|chance| self.random.random::<f64>() < chance);
        now && chance
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pattern_star_matches_any_text() {
        assert!(matches("*", ""));
        assert!(matches("/payments/*/refund", "/payments/transactions/{id}/refund"));
        assert!(!matches("/payments/*/refund", "/payments/transactions/{id}/capture"));
        assert!(matches("crypto-*", "crypto-quote-get"));
        assert!(!matches("crypto", "crypto-quote-get"));
    }
}
