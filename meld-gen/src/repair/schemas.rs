//! Repairs of single schemas: defaults, sets, properties of the server's own classes, patterns.

use indexmap::IndexMap;
use openapiv3::{AnySchema, ReferenceOr, Schema, SchemaData, SchemaKind, StringFormat, Type, VariantOrUnknownOrEmpty};

use super::Context;
use super::edit::{inline, inline_mut, object, object_mut, remove_property, string, target, target_of};
use crate::error::pointer_push;
use crate::spec::visit::{SCHEMA_PREFIX, SchemaRef, all_of_mut, rebox};

/// The pattern that Meld uses in place of the date format.
const DATE_PATTERN: &str = r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";

/// Maximum number of references to follow before a schema counts as not scalar.
const LONGEST_CHAIN: usize = 16;

/// Properties of the server's own classes with `writeOnly`, by component.
///
/// The keyword alone is not sufficient, because properties that are really only sent have it too.
const WRITE_ONLY: &[Internal] = &[Internal {
    schema: "CustomerAddressDetails",
    properties: &["addressDetailsFields"],
    reason: "the server's own view of its sibling fields",
}];

/// Getters of the server's own classes, by component.
const GETTERS: &[Internal] = &[Internal {
    schema: "CustomerInput",
    properties: &[
        "nameEmpty",
        "nameJSONB",
        "nameOrEmptyString",
        "nameOrNull",
        "billingAddress",
        "billingAddressDetails",
        "residenceAddress",
        "residenceAddressDetails",
        "shippingAddress",
        "shippingAddressDetails",
    ],
    reason: "a getter; the name and the addresses hold the data",
}];

/// The wallet addresses of a transaction, with descriptions for specs that lack them.
const WALLET_ADDRESSES: &[(&str, &str)] = &[
    ("walletAddress", "Address of the customer's crypto wallet"),
    ("offrampDestinationWalletAddress", "Address of the wallet that receives the crypto of an offramp"),
    ("sourceWalletAddress", "Address of the wallet that sends the crypto"),
    ("destinationWalletAddress", "Address of the wallet that receives the crypto"),
    ("sessionWalletAddress", "Address of the wallet that was given when the widget was created"),
];

/// Properties that are not part of the API.
struct Internal {
    schema: &'static str,
    properties: &'static [&'static str],
    reason: &'static str,
}

/// Removes members of `allOf` that have nothing but a default; an `allOf` of one remaining reference becomes that
/// reference. Lowering may have moved the default to the outer schema.
pub(super) fn default_only_member(context: &mut Context<'_>) {
    context.schemas(|pointer, schema, notes| {
        let Some(item) = inline_mut(schema) else { return };
        let Some(members) = all_of_mut(item) else { return };
        let before = members.len();
        members.retain(|member| !is_default_only(member));
        let dropped_member = members.len() < before;
        let reference = only_reference(item)
            .filter(|_| item.schema_data == SchemaData::default() || has_default_only(&item.schema_data));
        let moved_default = reference.is_some() && item.schema_data.default.is_some();
        if !dropped_member && !moved_default {
            return;
        }
        notes.note(pointer, "dropped a member of `allOf` with a default only");
        if let Some(reference) = reference {
            *schema = reference;
        }
    });
}

/// Returns the reference that is the only member of `allOf`.
fn only_reference(schema: &Schema) -> Option<SchemaRef> {
    match &schema.schema_kind {
        SchemaKind::AllOf { all_of } => match all_of.as_slice() {
            [only @ ReferenceOr::Reference { .. }] => Some(only.clone()),
            _ => None,
        },
        _ => None,
    }
}

fn is_default_only(member: &SchemaRef) -> bool {
    inline(member).is_some_and(|member| {
        has_default_only(&member.schema_data) && member.schema_kind == SchemaKind::Any(AnySchema::default())
    })
}

/// Returns `true` if a schema has nothing but a default.
fn has_default_only(data: &SchemaData) -> bool {
    let mut rest = data.clone();
    rest.default.take().is_some() && rest == SchemaData::default()
}

pub(super) fn demo_default(context: &mut Context<'_>) {
    context.schemas(|pointer, schema, notes| {
        if let Some(value) = inline_mut(schema).and_then(|item| item.schema_data.default.take()) {
            notes.note(pointer, format!("dropped the default `{value}`"));
        }
    });
}

/// Turns sets of objects into lists.
pub(super) fn unique_items_of_objects(context: &mut Context<'_>) {
    let components = context.components().clone();
    context.schemas(|pointer, schema, notes| {
        let dropped = match inline_mut(schema).map(|item| &mut item.schema_kind) {
            Some(SchemaKind::Type(Type::Array(array)))
                if array.unique_items && !is_scalar(array.items.as_ref(), &components) =>
            {
                array.unique_items = false;
                true
            }
            Some(SchemaKind::Any(any))
                if any.unique_items == Some(true) && !is_scalar(any.items.as_ref(), &components) =>
            {
                any.unique_items = None;
                true
            }
            _ => false,
        };
        if dropped {
            notes.note(pointer, "a set of objects became a list");
        }
    });
}

/// Returns `true` if items are strings, integers or booleans; follows references.
fn is_scalar(items: Option<&ReferenceOr<Box<Schema>>>, components: &IndexMap<String, SchemaRef>) -> bool {
    let mut next = match items {
        None => return false,
        Some(ReferenceOr::Item(items)) => match target_of(items) {
            Some(name) => name,
            None => return is_scalar_kind(&items.schema_kind),
        },
        Some(ReferenceOr::Reference { reference }) => reference.strip_prefix(SCHEMA_PREFIX).unwrap_or_default(),
    };
    for _ in 0..LONGEST_CHAIN {
        let Some(schema) = components.get(next) else { return false };
        match target(schema) {
            Some(name) => next = name,
            None => return inline(schema).is_some_and(|item| is_scalar_kind(&item.schema_kind)),
        }
    }
    false
}

fn is_scalar_kind(kind: &SchemaKind) -> bool {
    matches!(kind, SchemaKind::Type(Type::String(_) | Type::Integer(_) | Type::Boolean(_)))
}

/// Removes write-only properties of the server's own classes.
pub(super) fn write_only_in_responses(context: &mut Context<'_>) {
    remove_internal(context, WRITE_ONLY, |property| {
        property.as_item().is_some_and(|property| property.schema_data.write_only)
    });
}

/// Removes getters of the server's own classes.
pub(super) fn server_getters(context: &mut Context<'_>) {
    remove_internal(context, GETTERS, |_| true);
}

fn remove_internal(context: &mut Context<'_>, rows: &[Internal], is_internal: fn(&ReferenceOr<Box<Schema>>) -> bool) {
    for row in rows {
        let Some(schema) = context.component_mut(row.schema) else { continue };
        let present = |name: &&&str| {
            let property = object(schema).and_then(|(properties, _)| properties.get(**name));
            property.is_some_and(is_internal)
        };
        let names: Vec<&str> = row.properties.iter().filter(present).copied().collect();
        for name in &names {
            remove_property(schema, name);
        }
        for name in names {
            let pointer = format!("/components/schemas/{}/properties", row.schema);
            context.note(pointer_push(&pointer, name), format!("dropped: {}", row.reason));
        }
    }
}

pub(super) fn enum_min_length(context: &mut Context<'_>) {
    context.schemas(|pointer, schema, notes| {
        if let Some(SchemaKind::Type(Type::String(string))) = inline_mut(schema).map(|item| &mut item.schema_kind)
            && !string.enumeration.is_empty()
            && let Some(length) = string.min_length.take()
        {
            notes.note(pointer, format!("dropped the minimum length {length} of an enum"));
        }
    });
}

/// Adds the missing wallet addresses to the crypto details of a transaction.
pub(super) fn wallet_addresses(context: &mut Context<'_>) {
    let described = described_wallet_addresses(context.components());
    let names: Vec<String> = context.components().keys().filter(|name| is_crypto_details(name)).cloned().collect();
    for name in names {
        let schema = context.component_mut(&name);
        let Some((properties, _)) = schema.and_then(object_mut) else { continue };
        let mut added = Vec::new();
        for (address, description) in &described {
            let missing = string(description);
            if !properties.contains_key(*address) {
                properties.insert((*address).to_owned(), rebox(ReferenceOr::Item(missing)));
                added.push(*address);
            }
        }
        if !added.is_empty() {
            let pointer = pointer_push("/components/schemas", &name);
            context.note(pointer, format!("added {}", added.join(", ")));
        }
    }
}

/// Returns `true` for `CryptoDetails`, with or without a date.
fn is_crypto_details(name: &str) -> bool {
    name.strip_prefix("CryptoDetails")
        .is_some_and(|rest| rest.is_empty() || (rest.len() == 8 && rest.bytes().all(|byte| byte.is_ascii_digit())))
}

/// Returns the wallet addresses with the descriptions in any of the crypto details of the spec.
fn described_wallet_addresses(components: &IndexMap<String, SchemaRef>) -> Vec<(&'static str, String)> {
    let details: Vec<&Schema> = components
        .iter()
        .filter(|(name, _)| is_crypto_details(name))
        .filter_map(|(_, schema)| inline(schema))
        .collect();
    let describe = |address: &str| {
        details.iter().find_map(|schema| {
            let property = object(schema)?.0.get(address)?;
            property.as_item()?.schema_data.description.clone()
        })
    };
    WALLET_ADDRESSES.iter().map(|(name, own)| (*name, describe(name).unwrap_or_else(|| (*own).to_owned()))).collect()
}

/// Replaces the pattern of a date with the format.
pub(super) fn date_pattern(context: &mut Context<'_>) {
    context.schemas(|pointer, schema, notes| {
        if let Some(SchemaKind::Type(Type::String(string))) = inline_mut(schema).map(|item| &mut item.schema_kind)
            && string.pattern.as_deref() == Some(DATE_PATTERN)
        {
            string.pattern = None;
            string.format = VariantOrUnknownOrEmpty::Item(StringFormat::Date);
            notes.note(pointer, "a pattern became the format `date`");
        }
    });
}

#[cfg(test)]
mod tests;
