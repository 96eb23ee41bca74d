//! Who sends and who reads each type, and what a sender must keep to.
//!
//! progenitor would make a newtype with checks for every restricted string, in responses too. Restrictions are taken
//! out of the schemas here and kept as [`FieldRule`]s, which are checked where something is sent.

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::{
    ArrayType, IntegerType, NumberType, OpenAPI, ReferenceOr, SchemaKind, StringType, Type,
};

use serde::{Deserialize, Serialize};

use super::prune;
use crate::spec::visit::{self, SchemaRef, component_name};

/// Where a type is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// In request bodies or parameters.
    pub sent: bool,
    /// In responses.
    pub read: bool,
}

/// What the value of a field or parameter must keep to when it is sent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FieldRule {
    /// Must be there.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// Fewest characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_length: Option<usize>,
    /// Most characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<usize>,
    /// Regular expression that a text must match.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// Least number, as JSON text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum: Option<String>,
    /// Greatest number, as JSON text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<String>,
    /// The minimum itself is not allowed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub exclusive_minimum: bool,
    /// The maximum itself is not allowed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub exclusive_maximum: bool,
    /// Fewest items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_items: Option<usize>,
    /// Most items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_items: Option<usize>,
    /// No item twice.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unique_items: bool,
}

/// The components that are bodies of a PATCH.
pub fn bodies_of_changes(api: &mut OpenAPI) -> Vec<String> {
    let mut names = Vec::new();
    visit::operations(api, &mut |pointer, method, _, operation| {
        let body = format!("{pointer}/requestBody/content/application~1json/schema");
        visit::operation_schemas(pointer, operation, &mut |at: &str, schema: &mut SchemaRef| {
            if method == "patch" && at == body {
                names.extend(component_name(schema).map(str::to_owned));
            }
        });
    });
    names
}

/// What Meld refuses beyond what the documents say, see [`refusals`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Values that a list must not have.
    Values(&'static str, &'static [&'static str]),
    /// Two lists that must not share an item.
    Shared(&'static str, &'static str),
    /// Two properties of which only one may be set.
    Together(&'static str, &'static str),
}

/// Rules that stand in Meld's guides only: module, Rust name of the schema, rule.
const REFUSALS: &[(&str, &str, Refusal)] = &[
    // Historical transactions come by themselves after connecting and cannot be asked for.
    ("bank_linking", "ConnectStartRequest", Refusal::Values("products", HISTORICAL)),
    ("bank_linking", "ConnectStartRequest", Refusal::Values("optionalProducts", HISTORICAL)),
    ("bank_linking", "ConnectStartRequest", Refusal::Shared("products", "optionalProducts")),
    ("bank_linking", "ConnectionAddProductsRequest", Refusal::Values("products", HISTORICAL)),
    ("bank_linking", "ConnectionRefreshRequest", Refusal::Values("products", HISTORICAL)),
    // Exactly one kind of customer id: both are refused with BAD_REQUEST.
    ("crypto", "CryptoQuoteRequest", Refusal::Together("customerId", "externalCustomerId")),
    (
        "crypto",
        "SessionTokenForWidgetRequest",
        Refusal::Together("customerId", "externalCustomerId"),
    ),
];

const HISTORICAL: &[&str] = &["HISTORICAL_TRANSACTIONS"];

/// What Meld refuses of a type beyond its schema.
pub fn refusals<'a>(module: &'a str, schema: &'a str) -> impl Iterator<Item = Refusal> + 'a {
    let of = move |(family, name, refusal): &(&str, &str, Refusal)| {
        (*family == module && *name == schema).then_some(*refusal)
    };
    REFUSALS.iter().filter_map(of)
}

/// Which types are sent and which are read, by component name.
pub fn usage(api: &mut OpenAPI) -> BTreeMap<String, Usage> {
    let (mut sent, mut read) = (Vec::new(), Vec::new());
    visit::operations(api, &mut |pointer, _, _, operation| {
        let responses = format!("{pointer}/responses/");
        visit::operation_schemas(pointer, operation, &mut |at: &str, schema: &mut SchemaRef| {
            if let Some(name) = component_name(schema) {
                let list = if at.starts_with(&responses) { &mut read } else { &mut sent };
                list.push(name.to_owned());
            }
        });
    });
    let sent = prune::reached_from(api, sent);
    let read = prune::reached_from(api, read);
    let names: BTreeSet<&String> = sent.union(&read).collect();
    names
        .into_iter()
        .map(|name| (name.clone(), Usage { sent: sent.contains(name), read: read.contains(name) }))
        .collect()
}

/// Takes the rules of every property out of the components, by component and property.
/// Types that are read keep no required properties: a response without one is still a response.
pub fn take_rules(
    api: &mut OpenAPI,
    usage: &BTreeMap<String, Usage>,
) -> BTreeMap<String, BTreeMap<String, FieldRule>> {
    let mut rules = BTreeMap::new();
    let Some(components) = &mut api.components else { return rules };
    for (name, schema) in &mut components.schemas {
        let ReferenceOr::Item(item) = schema else { continue };
        if let SchemaKind::Type(Type::Object(object)) = &mut item.schema_kind {
            let mut of_type = BTreeMap::new();
            let required: BTreeSet<&String> = object.required.iter().collect();
            for (property, schema) in &mut object.properties {
                let mut rule = FieldRule::default();
                if let ReferenceOr::Item(item) = schema {
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
        // Restrictions of items and map values are not checked, only kept from becoming newtypes.
        let name = name.clone();
        visit::schema_tree("", schema, &mut |_: &str, schema: &mut SchemaRef| {
            if component_name(schema) != Some(name.as_str()) {
                take_rule(schema);
            }
        });
    }
    rules
}

/// Takes the restrictions out of one schema.
pub fn take_rule(schema: &mut SchemaRef) -> FieldRule {
    let mut rule = FieldRule::default();
    if let ReferenceOr::Item(item) = schema {
        take_kind(&mut item.schema_kind, &mut rule);
    }
    rule
}

fn take_kind(kind: &mut SchemaKind, rule: &mut FieldRule) {
    match kind {
        SchemaKind::Type(Type::String(string)) => take_string(string, rule),
        SchemaKind::Type(Type::Number(number)) => take_number(number, rule),
        SchemaKind::Type(Type::Integer(integer)) => take_integer(integer, rule),
        SchemaKind::Type(Type::Array(array)) => take_array(array, rule),
        // A Rust enum of two truth values helps nobody.
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
