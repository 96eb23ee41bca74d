//! The keywords of a schema: known ones and restrictions.

use std::collections::HashSet;

use indexmap::IndexSet;
use openapiv3::AdditionalProperties;
use serde_json::{Number, Value};

use super::composition::{additional_properties, any_of, boxed_any_value};
use super::constraints::{Bound, Constraints, Fields, List, Numeric, Text};
use super::{BoxedSchema, Lowering, Object};
use crate::error::{Result, pointer_push};

/// Keywords that may add properties, which stay untyped.
const UNTYPED: &[&str] = &["dependentSchemas", "else", "if", "then"];

/// Keywords that refer to the schema that applies at run time.
const DYNAMIC: &[&str] = &["$dynamicRef", "$recursiveRef"];

/// Maximum number of differing `prefixItems`.
const MOST_ITEMS: usize = 100;

/// Keywords that restrict values without changing a type; the service validates them.
const RESTRICTING: &[&str] = &[
    "contains",
    "dependentRequired",
    "maxContains",
    "maxProperties",
    "minContains",
    "minProperties",
    "multipleOf",
    "propertyNames",
];

/// Keywords that other functions read, and keywords that do not describe values.
const KNOWN: &[&str] = &[
    "$anchor",
    "$comment",
    "$defs",
    "$dynamicAnchor",
    "$dynamicRef",
    "$id",
    "$recursiveAnchor",
    "$recursiveRef",
    "$ref",
    "$schema",
    "$vocabulary",
    "additionalItems",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "contentEncoding",
    "contentMediaType",
    "contentSchema",
    "default",
    "definitions",
    "deprecated",
    "description",
    "discriminator",
    "enum",
    "example",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "externalDocs",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "nullable",
    "oneOf",
    "pattern",
    "patternProperties",
    "prefixItems",
    "properties",
    "readOnly",
    "required",
    "title",
    "type",
    "unevaluatedItems",
    "unevaluatedProperties",
    "uniqueItems",
    "writeOnly",
    "xml",
];

impl<'a> Lowering<'a> {
    /// Reports keywords that are dropped.
    pub(super) fn report_keywords(&mut self, object: &'a Object, pointer: &str) {
        for (keyword, value) in object {
            let place = pointer_push(pointer, keyword);
            match keyword.as_str() {
                "$id" if !value.as_str().is_some_and(|id| id.starts_with('#')) => {
                    let message = "`$id` is ignored: references are relative to the whole spec";
                    self.notice(&place, message);
                }
                "unevaluatedItems" | "unevaluatedProperties" => {
                    self.report_unevaluated(value, keyword, &place);
                }
                keyword if DYNAMIC.contains(&keyword) => {
                    self.notice(&place, format!("`{keyword}` has no type; it accepts any JSON"));
                }
                keyword if UNTYPED.contains(&keyword) => {
                    let message = format!("`{keyword}` is dropped; what it adds has no type");
                    self.notice(&place, message);
                }
                keyword if RESTRICTING.contains(&keyword) => {
                    self.notice(&place, format!("`{keyword}` only restricts values; dropped"));
                }
                keyword if keyword.starts_with("x-") || KNOWN.contains(&keyword) => {}
                keyword => {
                    self.notice(&place, format!("the keyword `{keyword}` is unknown; dropped"));
                }
            }
        }
    }

    fn report_unevaluated(&mut self, value: &Value, keyword: &str, place: &str) {
        match value {
            Value::Bool(true) => {}
            Value::Object(schema) if schema.is_empty() => {}
            Value::Bool(false) => {
                self.notice(place, format!("`{keyword}` only restricts values; dropped"));
            }
            _ => self.notice(place, format!("`{keyword}` is dropped; such values have no type")),
        }
    }

    /// Reads restrictions, except types, enumerations and combined schemas.
    pub(super) fn constraints(
        &mut self,
        object: &'a Object,
        pointer: &str,
        constraints: &mut Constraints,
    ) -> Result<()> {
        constraints.format = self.owned_text(object, "format", pointer)?;
        constraints.text = Text {
            pattern: self.owned_text(object, "pattern", pointer)?,
            min_length: self.count(object, "minLength", pointer),
            max_length: self.count(object, "maxLength", pointer),
        };
        constraints.number = Numeric {
            multiple_of: self.number(object, "multipleOf", pointer),
            minimum: self.bound(object, pointer, "minimum", "exclusiveMinimum", f64::gt),
            maximum: self.bound(object, pointer, "maximum", "exclusiveMaximum", f64::lt),
        };
        self.list_keywords(object, pointer, &mut constraints.list)?;
        self.fields(object, pointer, &mut constraints.fields)
    }

    fn number(&self, object: &'a Object, keyword: &str, pointer: &str) -> Option<Number> {
        self.restriction(object, keyword, pointer, "a number", |value| value.as_number().cloned())
    }

    /// Returns the stricter of the two bounds; 3.0 has a boolean where 3.1 has a number.
    fn bound(
        &self,
        object: &'a Object,
        pointer: &str,
        keyword: &str,
        exclusive_keyword: &str,
        is_stricter: impl Fn(&f64, &f64) -> bool,
    ) -> Option<Bound> {
        let inclusive = self.number(object, keyword, pointer);
        let exclusive = match object.get(exclusive_keyword) {
            Some(Value::Bool(exclusive)) => return inclusive.map(|value| Bound { value, exclusive: *exclusive }),
            _ => self.number(object, exclusive_keyword, pointer),
        };
        let bound = |value, exclusive| Some(Bound { value, exclusive });
        match (inclusive, exclusive) {
            (None, None) => None,
            (Some(inclusive), None) => bound(inclusive, false),
            (None, Some(exclusive)) => bound(exclusive, true),
            (Some(inclusive), Some(exclusive)) => {
                let is_inclusive_stricter = match (inclusive.as_f64(), exclusive.as_f64()) {
                    (Some(inclusive), Some(exclusive)) => is_stricter(&inclusive, &exclusive),
                    _ => false,
                };
                if is_inclusive_stricter { bound(inclusive, false) } else { bound(exclusive, true) }
            }
        }
    }

    fn list_keywords(&mut self, object: &'a Object, pointer: &str, list: &mut List) -> Result<()> {
        list.min_items = self.count(object, "minItems", pointer);
        list.max_items = self.count(object, "maxItems", pointer);
        list.unique_items = self.flag(object, "uniqueItems", pointer)?.unwrap_or_default();
        let place = pointer_push(pointer, "items");
        let items = self.present(object, "items", pointer);
        if let Some(Value::Array(prefix)) = items {
            self.notice(&place, "a list of schemas, as in older drafts of JSON Schema; read as `prefixItems`");
            return self.tuple(prefix, object.get("additionalItems"), &place, pointer, list);
        }
        match self.list(object, "prefixItems", pointer)? {
            Some(prefix) if !prefix.is_empty() => {
                self.tuple(prefix, items, &pointer_push(pointer, "prefixItems"), pointer, list)
            }
            _ => {
                list.items = items.map(|items| self.schema(items, &place)).transpose()?;
                Ok(())
            }
        }
    }

    /// Reads `prefixItems` at `place`: 3.0 has one schema for all items.
    fn tuple(
        &mut self,
        prefix: &'a [Value],
        items: Option<&'a Value>,
        place: &str,
        pointer: &str,
        list: &mut List,
    ) -> Result<()> {
        let mut distinct: Vec<BoxedSchema> = Vec::new();
        for (index, schema) in prefix.iter().enumerate() {
            let schema = self.schema(schema, &pointer_push(place, index))?;
            if distinct.len() <= MOST_ITEMS && !distinct.contains(&schema) {
                distinct.push(schema);
            }
        }
        if distinct.len() > MOST_ITEMS {
            let message = format!("more than {MOST_ITEMS} `prefixItems` differ; items accept any JSON");
            self.notice(place, message);
            distinct = vec![boxed_any_value()];
        }
        let closed = items == Some(&Value::Bool(false));
        let bounded = list.max_items.is_some_and(|most| most <= prefix.len());
        match items {
            Some(rest) if !closed && !bounded => {
                let rest = self.schema(rest, &pointer_push(pointer, "items"))?;
                if !distinct.contains(&rest) {
                    distinct.push(rest);
                }
            }
            None if !bounded && distinct.len() > 1 => {
                let message = "`prefixItems` differ and more items may follow; items accept any JSON";
                self.notice(place, message);
                distinct = vec![boxed_any_value()];
            }
            _ => {}
        }
        if closed {
            list.max_items = Some(list.max_items.map_or(prefix.len(), |m| m.min(prefix.len())));
        }
        list.items = match distinct.len() {
            1 => distinct.pop(),
            _ => Some(any_of(distinct)),
        };
        Ok(())
    }

    fn fields(&mut self, object: &'a Object, pointer: &str, fields: &mut Fields) -> Result<()> {
        fields.required = self.required(object, pointer)?;
        fields.min_properties = self.count(object, "minProperties", pointer);
        fields.max_properties = self.count(object, "maxProperties", pointer);
        self.properties(object, pointer, fields)?;
        if let Some(value) = self.present(object, "additionalProperties", pointer) {
            let place = pointer_push(pointer, "additionalProperties");
            fields.additional = Some(self.additional(value, &place)?);
            if *value == Value::Bool(true) && !fields.properties.is_empty() {
                self.notice(&place, "only the properties are decoded and sent");
            }
            // `{"default": …}` beside a composition says nothing, and would hide that the schema is only a reference.
            let is_composed = ["$ref", "allOf"].iter().any(|keyword| object.contains_key(*keyword));
            if is_composed && fields.properties.is_empty() && value.get("default").is_some() {
                fields.additional = fields.additional.take().filter(|it| *it != AdditionalProperties::Any(true));
            }
        }
        let Some(by_pattern) = self.pattern_properties(object, pointer)? else {
            return Ok(());
        };
        fields.additional = match fields.additional.take() {
            // Additional properties match no pattern, so that both kinds may occur.
            Some(AdditionalProperties::Schema(other)) if AdditionalProperties::Schema(other.clone()) != by_pattern => {
                let message = "other properties have another schema; all accept any JSON";
                self.notice(&pointer_push(pointer, "patternProperties"), message);
                Some(AdditionalProperties::Any(true))
            }
            _ => Some(by_pattern),
        };
        Ok(())
    }

    fn required(&self, object: &'a Object, pointer: &str) -> Result<Vec<String>> {
        let mut required = IndexSet::new();
        let place = pointer_push(pointer, "required");
        if object.get("required").is_some_and(Value::is_boolean) {
            self.notice(
                &place,
                "a boolean, as in older drafts of JSON Schema; it is about the property, not the schema",
            );
            return Ok(Vec::new());
        }
        for name in self.list(object, "required", pointer)?.into_iter().flatten() {
            match name.as_str() {
                Some(name) => drop(required.insert(name)),
                None => return Err(self.not_openapi(&place, "`required` is not a list of strings")),
            }
        }
        Ok(required.into_iter().map(str::to_owned).collect())
    }

    fn properties(&mut self, object: &'a Object, pointer: &str, fields: &mut Fields) -> Result<()> {
        let parent = pointer_push(pointer, "properties");
        let properties = self.map(object, "properties", pointer)?;
        // Older drafts of JSON Schema mark each property.
        let is_marked = |schema: &Value| schema.get("required") == Some(&Value::Bool(true));
        let marked = properties.into_iter().flatten().filter(|(_, schema)| is_marked(schema));
        fields.required.extend(marked.map(|(name, _)| name.clone()));
        let required: HashSet<String> = fields.required.iter().cloned().collect();
        for (name, schema) in properties.into_iter().flatten() {
            let place = pointer_push(&parent, name);
            match schema {
                Value::Bool(false) if required.contains(name) => {
                    let message = "the property is required, but its schema is `false`; dropped";
                    self.notice(&place, message);
                    fields.required.retain(|other| other != name);
                }
                // The object must not have the property, which equals an undocumented one.
                Value::Bool(false) => {}
                Value::Bool(true) | Value::Object(_) => {
                    fields.properties.insert(name.clone(), self.schema(schema, &place)?);
                }
                _ => self.notice(&place, "the entry of `properties` is not a schema; dropped"),
            }
        }
        Ok(())
    }

    fn additional(&mut self, value: &'a Value, place: &str) -> Result<AdditionalProperties> {
        if let Value::Bool(allowed) = value {
            return Ok(AdditionalProperties::Any(*allowed));
        }
        Ok(additional_properties(self.schema(value, place)?))
    }

    /// Returns the one schema of all patterns; generated code does not validate property names.
    fn pattern_properties(&mut self, object: &'a Object, pointer: &str) -> Result<Option<AdditionalProperties>> {
        let parent = pointer_push(pointer, "patternProperties");
        let mut found = None;
        for (pattern, schema) in self.map(object, "patternProperties", pointer)?.into_iter().flatten() {
            let schema = self.additional(schema, &pointer_push(&parent, pattern))?;
            found = match found {
                Some(known) if known != schema => {
                    let message = "the schemas differ; such properties accept any JSON";
                    self.notice(&parent, message);
                    Some(AdditionalProperties::Any(true))
                }
                _ => Some(schema),
            };
        }
        if found.is_some() {
            self.notice(&parent, "property names are accepted even if they do not match the pattern");
        }
        Ok(found)
    }
}
