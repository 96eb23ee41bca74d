//! A stub as data: the calls that it matches, and its responses.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::response::StubResponse;
use crate::call::Call;
use crate::conditions::{self, matches_operation, most_similar};
use crate::error::Error;
use crate::specs::{Operation, ParameterLocation, ResolvedSchema};

/// A stub: the calls that it matches, and its responses in order.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StubRule {
    pub operation: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub path: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub query: BTreeMap<String, String>,
    /// The fields that the body must have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nth: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    pub responses: Vec<StubResponse>,
}

impl fmt::Display for StubRule {
    /// Writes the operation and the names of what must match, without the values of the body.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.operation)?;
        for (name, value) in self.path.iter().chain(&self.query) {
            write!(formatter, ", {name}={value}")?;
        }
        if let Some(body) = &self.body {
            let names: Vec<&str> = body.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
            write!(formatter, ", body with {}", names.join(", "))?;
        }
        self.nth.map_or(Ok(()), |nth| write!(formatter, ", call {nth}"))
    }
}

impl StubRule {
    pub fn new(operation: String) -> Self {
        let (path, query) = (BTreeMap::new(), BTreeMap::new());
        Self { operation, path, query, body: None, nth: None, probability: None, responses: Vec::new() }
    }

    /// Refuses a stub that can never apply, or whose responses cannot be sent.
    pub fn validate(&self, operations: &[Operation]) -> Result<(), Error> {
        conditions::validate(Some(&self.operation), self.nth, self.probability, operations).map_err(Error::Stub)?;
        let matching = operations.iter().filter(|operation| matches_operation(&self.operation, operation));
        let matching: Vec<&Operation> = matching.collect();
        for (location, names) in [(ParameterLocation::Path, &self.path), (ParameterLocation::Query, &self.query)] {
            validate_names(location, names, &matching).map_err(Error::Stub)?;
        }
        if self.body.is_some() && matching.iter().all(|operation| operation.request_pointer().is_none()) {
            return Err(Error::Stub(format!("`{}` has no body to match", self.operation)));
        }
        if let Some(body) = &self.body {
            validate_fields(body, &matching).map_err(Error::Stub)?;
        }
        if self.responses.is_empty() {
            return Err(Error::Stub(format!("the stub of `{}` has no response", self.operation)));
        }
        let mut responses = self.responses.iter();
        responses.try_for_each(|response| response.validate(&self.operation, &matching)).map_err(Error::Stub)
    }

    /// Returns the reason why a call of the operation does not match.
    pub fn mismatch(&self, call: &Call) -> Option<String> {
        for (sent, wanted) in [(&call.path, &self.path), (&call.query, &self.query)] {
            for (name, value) in wanted {
                if sent.get(name) != Some(value) {
                    return Some(format!("`{name}` is not `{value}`"));
                }
            }
        }
        let wanted = self.body.as_ref()?;
        difference("", wanted, &call.body).map(|pointer| format!("`{pointer}` of the body differs"))
    }

    /// Returns the response to a call that matches, after this number of calls. `None` if all are used up.
    pub fn response(&self, mut calls: u64) -> Option<&StubResponse> {
        for (index, response) in self.responses.iter().enumerate() {
            match response.times {
                None if index + 1 == self.responses.len() => return Some(response),
                times => match calls.checked_sub(times.unwrap_or(1)) {
                    Some(left) => calls = left,
                    None => return Some(response),
                },
            }
        }
        None
    }

    /// Returns the number of calls that use each response at least once, or as often as was declared.
    pub fn expected_calls(&self) -> u64 {
        match (self.probability, self.nth) {
            (Some(_), _) => 0,
            (None, Some(_)) => 1,
            (None, None) => self.responses.iter().map(|response| response.times.unwrap_or(1)).sum(),
        }
    }

    /// Returns `true` if calls that the stub does not take are expected.
    pub fn is_occasional(&self) -> bool {
        self.nth.is_some() || self.probability.is_some()
    }
}

fn validate_names(
    location: ParameterLocation,
    wanted: &BTreeMap<String, String>,
    operations: &[&Operation],
) -> Result<(), String> {
    let parameters = operations.iter().flat_map(|operation| &operation.parameters);
    let known: BTreeSet<String> =
        parameters.filter(|it| it.location == location).map(|parameter| parameter.name.clone()).collect();
    let Some(unknown) = wanted.keys().find(|name| !known.contains(*name)) else { return Ok(()) };
    let near = most_similar(unknown, known).join(", ");
    Err(format!("`{unknown}` is not a parameter of the operation; the nearest are {near}"))
}

/// Refuses a body with a field that no operation has, because it would match no request.
fn validate_fields(body: &Value, operations: &[&Operation]) -> Result<(), String> {
    let mut unknown = None;
    for operation in operations {
        let Some(schema) = operation.request_schema() else { continue };
        match unknown_field("", body, &schema, operation) {
            Some(field) => unknown = unknown.or(Some(field)),
            None => return Ok(()),
        }
    }
    unknown.map_or(Ok(()), |(pointer, near)| {
        let near = near.join(", ");
        Err(format!("`{pointer}` is not a field of the body; the nearest are {near}"))
    })
}

/// Returns the JSON pointer of the first field that the schema does not have, and the nearest names.
fn unknown_field(
    pointer: &str,
    body: &Value,
    schema: &ResolvedSchema<'_>,
    operation: &Operation,
) -> Option<(String, Vec<String>)> {
    let properties = schema.properties();
    if properties.is_empty() || schema.values("additionalProperties").next().is_some() {
        return None;
    }
    body.as_object()?.iter().find_map(|(name, value)| {
        let pointer = format!("{pointer}/{name}");
        match properties.get(name.as_str()) {
            Some(schemas) => unknown_field(&pointer, value, &operation.resolve(schemas), operation),
            None => Some((pointer, most_similar(name, properties.keys().map(|name| (*name).to_owned()).collect()))),
        }
    })
}

/// Returns the JSON pointer of the first value that differs. Objects may have more fields than wanted.
fn difference(pointer: &str, wanted: &Value, sent: &Value) -> Option<String> {
    match (wanted, sent) {
        (Value::Object(wanted), Value::Object(sent)) => wanted.iter().find_map(|(name, value)| {
            let found = sent.get(name).unwrap_or(&Value::Null);
            difference(&format!("{pointer}/{name}"), value, found)
        }),
        (Value::Array(wanted), Value::Array(sent)) if wanted.len() == sent.len() => wanted
            .iter()
            .zip(sent)
            .enumerate()
            .find_map(|(index, (wanted, sent))| difference(&format!("{pointer}/{index}"), wanted, sent)),
        (Value::Number(wanted), Value::Number(sent)) if wanted.as_f64() == sent.as_f64() => None,
        _ => (wanted != sent).then(|| pointer.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn difference_is_a_json_pointer() {
        let sent = json!({ "a": { "b": [1, { "c": 2.0 }] }, "d": null });
        for (wanted, found) in [
            (json!({}), None),
            (json!({ "a": { "b": [1, { "c": 2 }] } }), None),
            (json!({ "d": null, "missing": null }), None),
            (json!({ "a": { "b": [1, { "c": 3 }] } }), Some("/a/b/1/c")),
            (json!({ "a": { "b": [1] } }), Some("/a/b")),
            (json!({ "e": 1 }), Some("/e")),
        ] {
            assert_eq!(difference("", &wanted, &sent).as_deref(), found, "{wanted}");
        }
    }

    #[test]
    fn last_response_repeats_unless_counted() {
        let response = |status| StubResponse::json(status, Value::Null);
        let mut rule = StubRule::new("*".to_owned());
        rule.responses = vec![response(200), response(201).times(2), response(202)];
        let statuses = |rule: &StubRule| -> Vec<Option<u16>> {
            let sent = |calls| rule.responses.iter().position(|it| Some(it) == rule.response(calls));
            (0..6).map(|calls| sent(calls).and_then(|index| u16::try_from(index).ok())).collect()
        };
        assert_eq!(statuses(&rule), [Some(0), Some(1), Some(1), Some(2), Some(2), Some(2)]);
        assert_eq!(rule.expected_calls(), 4);
        rule.responses[2] = response(202).times(1);
        assert_eq!(statuses(&rule)[3..], [Some(2), None, None]);
    }
}
