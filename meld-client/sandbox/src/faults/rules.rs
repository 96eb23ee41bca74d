//! Rules that choose the fault of a call.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;
use serde::Deserialize;

use super::fault::Fault;
use crate::error::Error;
use crate::random::seeded;
use crate::specs::{Operation, operations};

/// A rule that injects a fault into the calls that match its conditions. Without conditions, all calls match.
///
/// # Examples
///
/// ```
/// # async fn example() -> Result<(), meld_sandbox::Error> {
/// use meld_sandbox::{Fault, FaultRule, Sandbox};
///
/// let sandbox = Sandbox::start().await?;
/// // The second quote fails.
/// sandbox.add_fault(FaultRule::new(Fault::Unavailable).operation("crypto-quote-get").nth(2))?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// The fault.
    pub fault: Fault,
    /// A pattern for the operationId or the path, in which `*` matches any text.
    #[serde(default)]
    pub operation: Option<String>,
    /// The number of the matching call, from 1.
    #[serde(default)]
    pub nth: Option<u64>,
    /// The probability, from 0 to 1, by the seed.
    #[serde(default)]
    pub probability: Option<f64>,
    /// A documented error code, which is sent with its status instead of those of the fault. The rule then applies only
    /// to operations that document the code.
    #[serde(default)]
    pub code: Option<String>,
}

impl FaultRule {
    /// Creates a rule that injects a fault into all calls.
    pub fn new(fault: Fault) -> Self {
        Self { fault, operation: None, nth: None, probability: None, code: None }
    }

    /// Creates a rule that refuses calls with an error code, such as `QUOTE_TIMEOUT`, and its documented status. It
    /// counts as [`Fault::BadRequest`].
    ///
    /// A code that no matching operation documents is an error when the rule is added to a server.
    ///
    /// # Examples
    ///
    /// ```
    /// # async fn example() -> Result<(), meld_sandbox::Error> {
    /// use meld_sandbox::{FaultRule, Sandbox};
    ///
    /// let sandbox = Sandbox::start().await?;
    /// sandbox.add_fault(FaultRule::error_code("QUOTE_TIMEOUT").operation("crypto-quote-get"))?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn error_code(code: impl Into<String>) -> Self {
        Self { code: Some(code.into()), ..Self::new(Fault::BadRequest) }
    }

    /// Limits the rule to operations whose operationId or path matches, where `*` matches any text.
    ///
    /// A pattern that matches no operation is an error when the rule is added to a server.
    #[must_use]
    pub fn operation(mut self, pattern: impl Into<String>) -> Self {
        self.operation = Some(pattern.into());
        self
    }

    /// Limits the rule to one of the matching calls, counted from 1.
    ///
    /// 0 is an error when the rule is added to a server.
    #[must_use]
    pub fn nth(mut self, nth: u64) -> Self {
        self.nth = Some(nth);
        self
    }

    /// Limits the rule to a share of the matching calls: a probability from 0 to 1, by the seed.
    ///
    /// Any other value is an error when the rule is added to a server.
    #[must_use]
    pub fn probability(mut self, probability: f64) -> Self {
        self.probability = Some(probability);
        self
    }

    /// Reads the rules of a file: a list `faults` in JSON, or in TOML if the file name ends in `.toml`.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Faults`] if the file cannot be read or parsed, or if a rule can never apply.
    pub fn read(path: &Path) -> Result<Vec<Self>, Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Rules {
            faults: Vec<FaultRule>,
        }
        let invalid = |message: String| Error::Faults(format!("{}: {message}", path.display()));
        let text = std::fs::read_to_string(path).map_err(|error| invalid(error.to_string()))?;
        let rules: Rules = if path.extension().is_some_and(|extension| extension == "toml") {
            toml::from_str(&text).map_err(|error| invalid(error.to_string()))?
        } else {
            serde_json::from_str(&text).map_err(|error| invalid(error.to_string()))?
        };
        for rule in &rules.faults {
            rule.validate(operations()?).map_err(|error| invalid(error.to_string()))?;
        }
        Ok(rules.faults)
    }

    /// Refuses a rule that can never apply. A typo would otherwise leave a test without its fault.
    pub(crate) fn validate(&self, operations: &[Operation]) -> Result<(), Error> {
        if let Some(pattern) = &self.operation
            && !operations.iter().any(|operation| self.matches_pattern(operation))
        {
            let near = nearest(pattern, operations).join(", ");
            return Err(Error::Faults(format!(
                "`operation` is `{pattern}`, which matches no operation; the nearest are {near}"
            )));
        }
        if let Some(code) = &self.code
            && !operations.iter().any(|operation| self.matches(operation))
        {
            let mut known: Vec<&str> = operations
                .iter()
                .filter(|operation| self.matches_pattern(operation))
                .flat_map(|operation| &operation.error_codes)
                .map(|(_, code)| code.as_str())
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect();
            known.sort_by_cached_key(|known| strsim::damerau_levenshtein(code, known));
            known.truncate(3);
            return Err(Error::Faults(format!(
                "`code` is `{code}`, which no matching operation documents; the nearest are {}",
                known.join(", ")
            )));
        }
        if self.nth == Some(0) {
            return Err(Error::Faults("`nth` is 0; calls are counted from 1".to_owned()));
        }
        match self.probability {
            Some(chance) if !(0.0..=1.0).contains(&chance) => {
                Err(Error::Faults(format!("`probability` is {chance}; expected 0 to 1")))
            }
            _ => Ok(()),
        }
    }

    fn matches(&self, operation: &Operation) -> bool {
        let documents = |code: &String| operation.error_code(code).is_some();
        self.matches_pattern(operation) && self.code.as_ref().is_none_or(documents)
    }

    fn matches_pattern(&self, operation: &Operation) -> bool {
        self.operation.as_ref().is_none_or(|pattern| {
            let pattern = pattern.as_str();
            matches(pattern, operation.name()) || matches(pattern, &operation.path)
        })
    }
}

/// Returns the operationIds, or for a path the paths, that are most similar to a text.
fn nearest<'a>(text: &str, operations: &'a [Operation]) -> Vec<&'a str> {
    let names = operations.iter().map(|operation| match text.starts_with('/') {
        true => operation.path.as_str(),
        false => operation.name(),
    });
    let mut names: Vec<&str> = names.collect::<BTreeSet<_>>().into_iter().collect();
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

/// The rules of a running server.
pub(crate) struct Faults {
    /// Each rule with the number of calls that it matched and its random numbers.
    rules: Vec<(FaultRule, u64, ChaCha8Rng)>,
    /// The number of times that each fault was injected.
    pub injected: BTreeMap<Fault, u64>,
}

impl Faults {
    pub fn new(rules: Vec<FaultRule>, seed: u64) -> Self {
        let mut faults = Self { rules: Vec::new(), injected: BTreeMap::new() };
        rules.into_iter().for_each(|rule| faults.add(rule, seed));
        faults
    }

    pub fn add(&mut self, rule: FaultRule, seed: u64) {
        let random = seeded(seed, &format!("fault rule {}", self.rules.len()));
        self.rules.push((rule, 0, random));
    }

    pub fn clear(&mut self) {
        self.rules.clear();
    }

    /// Chooses the fault of a call: the one that its header requests, or that of the first matching rule, with its error
    /// code.
    pub fn choose(&mut self, operation: &Operation, requested: Option<Fault>) -> Option<(Fault, Option<String>)> {
        let mut chosen = requested.map(|fault| (fault, None));
        // All rules count the call, so that they are independent of one another.
        for (rule, calls, random) in &mut self.rules {
            if !rule.matches(operation) {
                continue;
            }
            *calls += 1;
            let now = rule.nth.is_none_or(|nth| nth == *calls);
            let chance = rule.probability.is_none_or(|chance| random.random::<f64>() < chance);
            if now && chance {
                chosen = chosen.or_else(|| Some((rule.fault, rule.code.clone())));
            }
        }
        if let Some((fault, _)) = &chosen {
            *self.injected.entry(*fault).or_default() += 1;
        }
        chosen
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
