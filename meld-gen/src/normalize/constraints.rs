//! Moves constraints from schemas to [`FieldRule`]s.
//!
//! progenitor generates a checked newtype for every constrained string, in responses too. The generated code validates
//! requests only.

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::{
    ArrayType, IntegerType, NumberType, OpenAPI, ReferenceOr, SchemaKind, StringFormat, StringType, Type,
    VariantOrUnknownOrEmpty,
};

use crate::error::{Notice, pointer_push};
use crate::model::{FieldRule, Usage};
use crate::spec::visit::{self, SchemaRef, component_name};

/// Takes the rules of every property out of the component schemas, by component and property.
/// Response types keep no required properties, because responses without them have to decode too.
pub fn take_rules(
    api: &mut OpenAPI,
    usage: &BTreeMap<String, Usage>,
    notices: &mut Vec<Notice>,
) -> BTreeMap<String, BTreeMap<String, FieldRule>> {
    let mut rules = BTreeMap::new();
    let Some(components) = &mut api.components else { return rules };
    for (name, schema) in &mut components.schemas {
        let ReferenceOr::Item(item) = schema else { continue };
        let pointer = format!("/components/schemas/{name}");
        let is_sent = usage.get(name).is_some_and(|usage| usage.sent);
        if let SchemaKind::Type(Type::Object(object)) = &mut item.schema_kind {
            let mut of_type = BTreeMap::new();
            let required: BTreeSet<&String> = object.required.iter().collect();
            for (property, schema) in &mut object.properties {
                let mut rule = FieldRule::default();
                if let ReferenceOr::Item(item) = schema {
                    if is_sent {
                        let place = pointer_push(&format!("{pointer}/properties"), property);
                        report_pattern(&item.schema_kind, &place, notices);
                    }
                    take_kind(&mut item.schema_kind, &mut rule);
                }
                rule.required = required.contains(property);
                of_type.insert(property.clone(), rule);
            }
            if usage.get(name).is_some_and(|usage| usage.read) {
                object.required.clear();
            }
            rules.insert(name.clone(), of_type);
        }
        // Constraints of items and map values are not validated; they are removed so that no newtypes are generated.
        let name = name.clone();
        visit::schema_tree(&pointer, schema, &mut |place: &str, schema: &mut SchemaRef| {
            if component_name(schema) != Some(name.as_str()) && take_rule(schema) != FieldRule::default() && is_sent {
                let message = "constraints of items and of the values of maps only restrict values; dropped";
                notices.push(Notice::at(place, message));
            }
        });
    }
    rules
}

/// Takes the constraints out of one schema.
pub fn take_rule(schema: &mut SchemaRef) -> FieldRule {
    let mut rule = FieldRule::default();
    if let ReferenceOr::Item(item) = schema {
        take_kind(&mut item.schema_kind, &mut rule);
    }
    rule
}

/// Reports the pattern of a string in a request, unless the string has a type that keeps to it.
pub fn report_pattern(kind: &SchemaKind, pointer: &str, notices: &mut Vec<Notice>) {
    use StringFormat::{Date, DateTime};
    let SchemaKind::Type(Type::String(string)) = kind else { return };
    let is_typed = match &string.format {
        VariantOrUnknownOrEmpty::Item(format) => matches!(format, Date | DateTime),
        VariantOrUnknownOrEmpty::Unknown(format) => format == "uuid",
        VariantOrUnknownOrEmpty::Empty => false,
    };
    if string.pattern.is_some() && !is_typed {
        notices.push(Notice::at(pointer_push(pointer, "pattern"), "`pattern` only restricts values; dropped"));
    }
}

fn take_kind(kind: &mut SchemaKind, rule: &mut FieldRule) {
    match kind {
        SchemaKind::Type(Type::String(string)) => take_string(string, rule),
        SchemaKind::Type(Type::Number(number)) => take_number(number, rule),
        SchemaKind::Type(Type::Integer(integer)) => take_integer(integer, rule),
        SchemaKind::Type(Type::Array(array)) => take_array(array, rule),
        // A Rust enum of `true` and `false` would have no use.
        SchemaKind::Type(Type::Boolean(boolean)) => boolean.enumeration.clear(),
        _ => {}
    }
}

fn take_string(string: &mut StringType, rule: &mut FieldRule) {
    rule.min_length = string.min_length.take();
    rule.max_length = string.max_length.take();
    rule.pattern = string.pattern.take();
}

fn take_number(number: &mut NumberType, rule: &mut FieldRule) {
    rule.minimum = number.minimum.take().map(|minimum| minimum.to_string());
    rule.maximum = number.maximum.take().map(|maximum| maximum.to_string());
    rule.exclusive_minimum = std::mem::take(&mut number.exclusive_minimum);
    rule.exclusive_maximum = std::mem::take(&mut number.exclusive_maximum);
    number.multiple_of = None;
    number.enumeration.clear();
}

fn take_integer(integer: &mut IntegerType, rule: &mut FieldRule) {
    rule.minimum = integer.minimum.take().map(|minimum| minimum.to_string());
    rule.maximum = integer.maximum.take().map(|maximum| maximum.to_string());
    rule.exclusive_minimum = std::mem::take(&mut integer.exclusive_minimum);
    rule.exclusive_maximum = std::mem::take(&mut integer.exclusive_maximum);
    integer.multiple_of = None;
    integer.enumeration.clear();
}

fn take_array(array: &mut ArrayType, rule: &mut FieldRule) {
    rule.min_items = array.min_items.take();
    rule.max_items = array.max_items.take();
    rule.unique_items = std::mem::take(&mut array.unique_items);
}
