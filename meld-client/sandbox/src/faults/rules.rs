//! Rules that choose the fault of a call.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::fault::Fault;
use crate::conditions::{self, Counter, Position};
use crate::error::Error;
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
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[must_use]
pub struct FaultRule {
    /// The fault.
    pub fault: Fault,
    /// A pattern for the operationId, the path, or the method and path, in which `*` matches any text.
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

    /// Limits the rule to operations whose operationId, path, or method and path (`POST /payments/*`) match, where `*`
    /// matches any text.
    ///
    /// A pattern that matches no operation is an error when the rule is added to a server.
    pub fn operation(self, pattern: impl Into<String>) -> Self {
        Self { operation: Some(pattern.into()), ..self }
    }

    /// Limits the rule to one of the matching calls, counted from 1.
    ///
    /// 0 is an error when the rule is added to a server.
    pub fn nth(self, nth: u64) -> Self {
        Self { nth: Some(nth), ..self }
    }

    /// Limits the rule to a share of the matching calls: a probability from 0 to 1, by the seed.
    ///
    /// Any other value is an error when the rule is added to a server.
    pub fn probability(self, probability: f64) -> Self {
        Self { probability: Some(probability), ..self }
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
        conditions::validate(self.operation.as_deref(), self.nth, self.probability, operations)
            .map_err(Error::Faults)?;
        let code = self.code.as_deref();
        code.map_or(Ok(()), |code| conditions::validate_code(self.operation.as_deref(), code, operations))
            .map_err(Error::Faults)
    }

    fn matches(&self, operation: &Operation) -> bool {
        let documents = |code: &String| operation.error_code(code).is_some();
        let pattern = self.operation.as_ref();
        pattern.is_none_or(|pattern| conditions::matches_operation(pattern, operation))
            && self.code.as_ref().is_none_or(documents)
    }
}

/// The rules of a server in a file.
#[derive(Default, Deserialize, Serialize)]
pub(crate) struct SavedFaults {
    pub rules: Vec<(FaultRule, Position)>,
    injected: BTreeMap<Fault, u64>,
}

/// The rules of a running server.
pub(crate) struct Faults {
    rules: Vec<(FaultRule, Counter)>,
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
        let counter = Counter::new(seed, &format!("fault rule {}", self.rules.len()));
        self.rules.push((rule, counter));
    }

    /// Returns the rules and counts for a file.
    pub fn save(&self) -> SavedFaults {
        let rules = self.rules.iter().map(|(rule, counter)| (rule.clone(), counter.position()));
        SavedFaults { rules: rules.collect(), injected: self.injected.clone() }
    }

    /// Continues with the rules and counts of a file. Rules of this start replace those of the file.
    pub fn resume(&mut self, saved: SavedFaults, seed: u64) {
        if self.rules.is_empty() {
            let rules = saved.rules.into_iter().enumerate();
            let resumed =
                rules.map(|(index, (rule, at))| (rule, Counter::resume(seed, &format!("fault rule {index}"), at)));
            self.rules = resumed.collect();
        }
        self.injected = saved.injected;
    }

    pub fn clear(&mut self) {
        self.rules.clear();
    }

    pub fn rules(&self) -> impl Iterator<Item = &FaultRule> {
        self.rules.iter().map(|(rule, _)| rule)
    }

    /// Chooses the fault of a call: the one that its header requests, or that of the first matching rule, with its error
    /// code.
    pub fn choose(&mut self, operation: &Operation, requested: Option<Fault>) -> Option<(Fault, Option<String>)> {
        let mut chosen = requested.map(|fault| (fault, None));
        // All rules count the call, so that they are independent of one another.
        for (rule, counter) in &mut self.rules {
            if rule.matches(operation) && counter.count(rule.nth, rule.probability) {
                chosen = chosen.or_else(|| Some((rule.fault, rule.code.clone())));
            }
        }
        if let Some((fault, _)) = &chosen {
            self.count(*fault);
        }
        chosen
    }

    /// Counts a fault that is injected.
    pub fn count(&mut self, fault: Fault) {
        *self.injected.entry(fault).or_default() += 1;
    }
}
