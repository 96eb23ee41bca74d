//! Schemas of OpenAPI 3.0 made from keywords: a specific kind if a single keyword suffices, else the general kind.

use openapiv3::{AdditionalProperties, AnySchema, ReferenceOr, Schema, SchemaData, SchemaKind};
use serde_json::Value;

use super::BoxedSchema;
use super::constraints::{Constraints, ValueType};
use crate::spec::visit::{SchemaRef, rebox, reference_to, unbox};

/// Keywords that combine schemas.
#[derive(Default)]
pub(super) struct Composed {
    pub all_of: Vec<BoxedSchema>,
    pub one_of: Vec<BoxedSchema>,
    pub any_of: Vec<BoxedSchema>,
    pub not: Option<BoxedSchema>,
    /// `true` if `all_of` holds the remaining one of two choices, the other being null.
    collapsed: bool,
}

impl Composed {
    fn is_empty(&self) -> bool {
        self.all_of.is_empty() && self.one_of.is_empty() && self.any_of.is_empty() && self.not.is_none()
    }
}

pub(super) fn any_value() -> Schema {
    Schema { schema_data: SchemaData::default(), schema_kind: SchemaKind::Any(AnySchema::default()) }
}

#[inline(never)]
pub(super) fn boxed_any_value() -> BoxedSchema {
    ReferenceOr::boxed_item(any_value())
}

fn is_any(kind: &SchemaKind) -> bool {
    matches!(kind, SchemaKind::Any(any) if *any == AnySchema::default())
}

/// Returns `true` if `schema` accepts null only.
fn is_null(schema: &BoxedSchema) -> bool {
    let null = AnySchema { enumeration: vec![Value::Null], ..AnySchema::default() };
    let kind = schema.as_item().map(|schema| &schema.schema_kind);
    matches!(kind, Some(SchemaKind::Any(any)) if *any == null)
}

/// Returns the reference that a member of a composition wraps: `{title, allOf: [$ref]}` adds nothing to `$ref`.
pub(super) fn plain_reference(member: BoxedSchema) -> BoxedSchema {
    match &member {
        ReferenceOr::Item(schema) => match &schema.schema_kind {
            SchemaKind::AllOf { all_of } if has_only_prose(&schema.schema_data) => match all_of.as_slice() {
                [only @ ReferenceOr::Reference { .. }] => rebox(only.clone()),
                _ => member,
            },
            _ => member,
        },
        ReferenceOr::Reference { .. } => member,
    }
}

fn has_only_prose(data: &SchemaData) -> bool {
    let (title, description) = (data.title.clone(), data.description.clone());
    *data == SchemaData { title, description, ..SchemaData::default() }
}

/// Moves annotations and null, which are members in 3.1, to the schema itself. Returns `true` if only null is left.
pub(super) fn hoist_annotations(composed: &mut Composed, data: &mut SchemaData) -> bool {
    for member in std::mem::take(&mut composed.all_of) {
        match member {
            ReferenceOr::Item(schema) if is_any(&schema.schema_kind) => {
                add_annotations(data, schema.schema_data);
            }
            member => composed.all_of.push(member),
        }
    }
    let mut only_null = false;
    for members in [&mut composed.one_of, &mut composed.any_of] {
        let count = members.len();
        members.retain(|member| !is_null(member));
        if members.len() == count {
            continue;
        }
        // OpenAPI 3.0 has no null type: a choice between null and a schema is that schema made nullable.
        data.nullable = true;
        only_null |= members.is_empty();
        if members.len() == 1 {
            composed.all_of.append(members);
            composed.collapsed = true;
        }
    }
    only_null
}

/// Adds the annotations of a member that has nothing else; existing annotations stay.
fn add_annotations(data: &mut SchemaData, more: SchemaData) {
    data.nullable |= more.nullable;
    data.read_only |= more.read_only;
    data.write_only |= more.write_only;
    data.deprecated |= more.deprecated;
    data.external_docs = data.external_docs.take().or(more.external_docs);
    data.example = data.example.take().or(more.example);
    data.title = data.title.take().or(more.title);
    data.description = data.description.take().or(more.description);
    data.discriminator = data.discriminator.take().or(more.discriminator);
    data.default = data.default.take().or(more.default);
    for (name, value) in more.extensions {
        data.extensions.entry(name).or_insert(value);
    }
}

pub(super) fn kind(types: &[ValueType], constraints: Constraints, composed: Composed) -> SchemaKind {
    let choice = |constraints: &Constraints| -> Vec<SchemaRef> {
        let single = |value_type: &ValueType| {
            let schema_kind = constraints.only_for(*value_type).into_kind(*value_type);
            ReferenceOr::Item(Schema { schema_data: SchemaData::default(), schema_kind })
        };
        // Values are restricted to `enumeration`, so a type without a listed value is impossible.
        let listed = |value_type: &&ValueType| {
            constraints.enumeration.is_empty() || constraints.enumeration.iter().any(|value| value_type.holds(value))
        };
        types.iter().filter(listed).map(single).collect()
    };
    if composed.is_empty() {
        return match types {
            [] => SchemaKind::Any(constraints.into_any(None)),
            [value_type] => constraints.into_kind(*value_type),
            _ => SchemaKind::AnyOf { any_of: choice(&constraints) },
        };
    }
    let mut any = match types {
        [] => constraints.into_any(None),
        [value_type] => constraints.into_any(Some(*value_type)),
        _ => {
            let schema_kind = SchemaKind::AnyOf { any_of: choice(&constraints) };
            let choice = Schema { schema_data: SchemaData::default(), schema_kind };
            AnySchema { all_of: vec![ReferenceOr::Item(choice)], ..AnySchema::default() }
        }
    };
    any.all_of.splice(0..0, composed.all_of.into_iter().map(unbox));
    any.one_of = composed.one_of.into_iter().map(unbox).collect();
    any.any_of = composed.any_of.into_iter().map(unbox).collect();
    any.not = composed.not.map(|not| Box::new(unbox(not)));
    match specific(any) {
        SchemaKind::AllOf { all_of } if composed.collapsed => collapsed(all_of),
        kind => kind,
    }
}

/// Returns the specific kind of a single combining keyword, or the general kind if there are others.
fn specific(mut any: AnySchema) -> SchemaKind {
    let all_of = std::mem::take(&mut any.all_of);
    let one_of = std::mem::take(&mut any.one_of);
    let any_of = std::mem::take(&mut any.any_of);
    let not = any.not.take();
    let alone = any == AnySchema::default();
    match (alone, all_of.is_empty(), one_of.is_empty(), any_of.is_empty(), not) {
        (true, false, true, true, None) => SchemaKind::AllOf { all_of },
        (true, true, false, true, None) => SchemaKind::OneOf { one_of },
        (true, true, true, false, None) => SchemaKind::AnyOf { any_of },
        (true, true, true, true, Some(not)) => SchemaKind::Not { not },
        (.., not) => SchemaKind::Any(AnySchema { all_of, one_of, any_of, not, ..any }),
    }
}

/// Returns the only member itself if it is inline and has no annotations.
fn collapsed(mut all_of: Vec<SchemaRef>) -> SchemaKind {
    match all_of.pop() {
        Some(ReferenceOr::Item(schema)) if all_of.is_empty() && schema.schema_data == SchemaData::default() => {
            schema.schema_kind
        }
        last => {
            all_of.extend(last);
            SchemaKind::AllOf { all_of }
        }
    }
}

/// Returns a reference combined with its sibling keywords by `allOf`, because 3.0 ignores siblings of `$ref`.
pub(super) fn with_reference(name: &str, kind: SchemaKind, data: SchemaData) -> BoxedSchema {
    let reference = reference_to(name);
    let mut all_of = vec![reference];
    match kind {
        kind if is_any(&kind) && data == SchemaData::default() => return rebox(reference_to(name)),
        kind if is_any(&kind) => {}
        SchemaKind::AllOf { all_of: members } => all_of.extend(members),
        schema_kind => {
            let schema_data = SchemaData::default();
            all_of.push(ReferenceOr::Item(Schema { schema_data, schema_kind }));
        }
    }
    let schema_kind = SchemaKind::AllOf { all_of };
    ReferenceOr::boxed_item(Schema { schema_data: data, schema_kind })
}

/// Normalizes a schema that accepts any value to `true`.
#[inline(never)]
pub(super) fn additional_properties(schema: BoxedSchema) -> AdditionalProperties {
    match schema {
        ReferenceOr::Item(schema) if schema.schema_kind == any_value().schema_kind => AdditionalProperties::Any(true),
        schema => AdditionalProperties::Schema(Box::new(unbox(schema))),
    }
}

/// Returns a schema for values of any of `members`.
#[inline(never)]
pub(super) fn any_of(members: Vec<BoxedSchema>) -> BoxedSchema {
    let schema_kind = SchemaKind::AnyOf { any_of: members.into_iter().map(unbox).collect() };
    ReferenceOr::boxed_item(Schema { schema_data: SchemaData::default(), schema_kind })
}
