//! Readers for entries of an expected type. What can be read more loosely is, with a notice; other types are errors.

use std::sync::LazyLock;

use openapiv3::{Info, SecurityRequirement, Server};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{Lowering, Object};
use crate::error::{Error, ErrorKind, Location, Notice, Result, pointer_push};
use crate::spec::limits::{MAX_NOTICES, MAX_SCHEMAS};

/// The object that an entry without a value is read as.
static EMPTY: LazyLock<Object> = LazyLock::new(Map::new);

impl<'a> Lowering<'a> {
    pub(super) fn error(&self, kind: ErrorKind, pointer: &str, what: impl Into<String>, advice: &str) -> Error {
        Error::new(kind, Location::at(pointer), what, advice)
    }

    pub(super) fn not_openapi(&self, pointer: &str, what: impl Into<String>) -> Error {
        let advice = "correct the entry according to the OpenAPI specification";
        self.error(ErrorKind::NotOpenApi, pointer, what, advice)
    }

    pub(super) fn notice(&self, pointer: &str, message: impl Into<String>) {
        let mut notices = self.notices.borrow_mut();
        if notices.len() >= MAX_NOTICES {
            self.further_notices.set(self.further_notices.get() + 1);
            return;
        }
        let location = Location::at(pointer);
        notices.insert(Notice { location, message: message.into() });
    }

    pub(super) fn all_notices(self) -> Vec<Notice> {
        let further = self.further_notices.get();
        let further = (further > 0)
            .then(|| Notice { location: Location::at(""), message: format!("{further} more notices like these") });
        self.notices.into_inner().into_iter().chain(further).collect()
    }

    /// Counts a lowered schema; the target of a reference counts in each location that refers to it.
    pub(super) fn count_schema(&mut self, pointer: &str) -> Result<()> {
        self.schemas += 1;
        if self.schemas <= MAX_SCHEMAS {
            return Ok(());
        }
        let what = format!("the spec has more than {MAX_SCHEMAS} schemas after references are inlined");
        let advice = "split the spec, or let parameters, bodies and responses refer to component schemas";
        Err(self.error(ErrorKind::TooLarge, pointer, what, advice))
    }

    /// Reads an object. Null, which YAML has for an entry without a value, is an empty one.
    pub(super) fn object(&self, value: &'a Value, pointer: &str, name: &str) -> Result<&'a Object> {
        match value {
            Value::Object(object) => Ok(object),
            Value::Null => {
                self.notice(pointer, format!("{name} is null; read as empty"));
                Ok(&EMPTY)
            }
            _ => Err(self.not_openapi(pointer, format!("{name} is not an object"))),
        }
    }

    /// Reads the entry `key` with `read`; `None` if it is missing or null.
    pub(super) fn entry<T>(
        &self,
        object: &'a Object,
        key: &str,
        pointer: &str,
        form: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>> {
        let Some(value) = self.present(object, key, pointer) else {
            return Ok(None);
        };
        match read(value) {
            Some(value) => Ok(Some(value)),
            None => Err(self.not_openapi(&pointer_push(pointer, key), format!("`{key}` is not {form}"))),
        }
    }

    /// Returns the entry `key`; null counts as missing, with a notice.
    pub(super) fn present(&self, object: &'a Object, key: &str, pointer: &str) -> Option<&'a Value> {
        let value = object.get(key)?;
        if value.is_null() {
            self.notice(&pointer_push(pointer, key), format!("`{key}` is null; read as missing"));
            return None;
        }
        Some(value)
    }

    pub(super) fn text(&self, object: &'a Object, key: &str, pointer: &str) -> Result<Option<&'a str>> {
        self.entry(object, key, pointer, "a string", Value::as_str)
    }

    /// Reads a string; a number or boolean counts as its text, because YAML has no quotes around strings.
    pub(super) fn owned_text(&self, object: &'a Object, key: &str, pointer: &str) -> Result<Option<String>> {
        match object.get(key) {
            Some(value @ (Value::Number(_) | Value::Bool(_))) => {
                self.notice(&pointer_push(pointer, key), format!("`{key}` is not a string; read as `{value}`"));
                Ok(Some(value.to_string()))
            }
            _ => Ok(self.text(object, key, pointer)?.map(str::to_owned)),
        }
    }

    /// Reads a description or title; an empty string counts as missing.
    pub(super) fn prose(&self, object: &'a Object, key: &str, pointer: &str) -> Result<Option<String>> {
        let text = self.owned_text(object, key, pointer)?;
        Ok(text.filter(|text| !text.trim().is_empty()))
    }

    pub(super) fn flag(&self, object: &'a Object, key: &str, pointer: &str) -> Result<Option<bool>> {
        match object.get(key).and_then(Value::as_str).and_then(|text| text.parse().ok()) {
            Some(flag) => {
                self.notice(&pointer_push(pointer, key), format!("`{key}` is a string; read as the boolean"));
                Ok(Some(flag))
            }
            None => self.entry(object, key, pointer, "a boolean", Value::as_bool),
        }
    }

    pub(super) fn map(&self, object: &'a Object, key: &str, pointer: &str) -> Result<Option<&'a Object>> {
        self.entry(object, key, pointer, "an object", Value::as_object)
    }

    pub(super) fn list(&self, object: &'a Object, key: &str, pointer: &str) -> Result<Option<&'a Vec<Value>>> {
        self.entry(object, key, pointer, "a list", Value::as_array)
    }

    /// Reads a restriction of values that is a count. A malformed one is dropped, because the service validates values.
    pub(super) fn count(&self, object: &'a Object, key: &str, pointer: &str) -> Option<usize> {
        let whole = |number: f64| (number.fract() == 0.0 && number >= 0.0).then_some(number as u64);
        let read = |value: &Value| value.as_u64().or_else(|| value.as_f64().and_then(whole));
        let count = self.restriction(object, key, pointer, "a non-negative integer", read)?;
        Some(usize::try_from(count).unwrap_or(usize::MAX))
    }

    /// Reads a restriction of values with `read`. A malformed one is dropped.
    pub(super) fn restriction<T>(
        &self,
        object: &'a Object,
        key: &str,
        pointer: &str,
        form: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Option<T> {
        let value = read(self.present(object, key, pointer)?);
        if value.is_none() {
            self.notice(&pointer_push(pointer, key), format!("`{key}` is not {form}; dropped"));
        }
        value
    }

    /// Reads an entry that has no effect on the types. A malformed one is dropped.
    pub(super) fn annotation<T: DeserializeOwned>(&self, object: &'a Object, key: &str, pointer: &str) -> Option<T> {
        self.parsed_annotation(self.present(object, key, pointer)?, &pointer_push(pointer, key))
    }

    pub(super) fn parsed_annotation<T: DeserializeOwned>(&self, value: &Value, pointer: &str) -> Option<T> {
        let parsed = T::deserialize(value);
        if let Err(error) = &parsed {
            self.notice(pointer, format!("the entry is malformed ({error}); dropped"));
        }
        parsed.ok()
    }

    fn parsed<T: DeserializeOwned>(&self, value: &Value, pointer: &str) -> Result<T> {
        T::deserialize(value).map_err(|error| self.not_openapi(pointer, format!("the entry is malformed ({error})")))
    }

    /// Reads `info`, of which only the version has an effect. A malformed one loses the rest.
    pub(super) fn info(&self, root: &'a Object) -> Result<Info> {
        let Some(info) = self.map(root, "info", "")? else {
            return Err(self.not_openapi("", "`info` is missing"));
        };
        Ok(match serde_json::from_value(Value::Object(info.clone())) {
            Ok(info) => info,
            Err(error) => {
                self.notice("/info", format!("the entry is malformed ({error}); dropped except for the version"));
                Info { version: self.owned_text(info, "version", "/info")?.unwrap_or_default(), ..Info::default() }
            }
        })
    }

    /// Reads `servers`. Numbers in variables count as their text.
    pub(super) fn servers(&self, object: &'a Object, pointer: &str) -> Result<Vec<Server>> {
        let Some(servers) = self.present(object, "servers", pointer) else { return Ok(Vec::new()) };
        let place = pointer_push(pointer, "servers");
        let mut servers = servers.clone();
        for (index, server) in servers.as_array_mut().into_iter().flatten().enumerate() {
            let variables = server.get_mut("variables").and_then(Value::as_object_mut);
            let variables = variables.into_iter().flatten().filter_map(|(_, variable)| variable.as_object_mut());
            let values = variables.flat_map(|variable| variable.values_mut());
            let mut values: Vec<&mut Value> = values.flat_map(scalars).filter(|value| !value.is_string()).collect();
            if !values.is_empty() {
                self.notice(&pointer_push(&place, index), "values of variables are not strings; read as their text");
            }
            values.iter_mut().for_each(|value| **value = Value::String(value.to_string()));
        }
        self.parsed(&servers, &place)
    }

    /// Reads `security`. A scheme without a list of scopes has none.
    pub(super) fn security(&self, object: &'a Object, pointer: &str) -> Result<Option<Vec<SecurityRequirement>>> {
        let Some(security) = self.present(object, "security", pointer) else { return Ok(None) };
        let place = pointer_push(pointer, "security");
        let mut security = security.clone();
        let alternatives = security.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut);
        for scopes in alternatives.flat_map(|schemes| schemes.values_mut()).filter(|scopes| scopes.is_null()) {
            self.notice(&place, "scopes are null; read as none");
            *scopes = Value::Array(Vec::new());
        }
        self.parsed(&security, &place).map(Some)
    }
}

/// Returns the scalars in a value of a variable: itself, or its items.
fn scalars(value: &mut Value) -> Vec<&mut Value> {
    match value {
        Value::Array(items) => items.iter_mut().collect(),
        value => vec![value],
    }
}
