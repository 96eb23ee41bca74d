//! Small changes to schemas that several repairs share.

use indexmap::IndexMap;
use openapiv3::{AnySchema, ObjectType, OpenAPI, ReferenceOr, Schema, SchemaData, SchemaKind, StringType, Type};

use crate::spec::visit::{self, SchemaRef, all_of, all_of_mut, component_name, reference_to};

/// The properties of an object in openapiv3.
pub(super) type Properties = IndexMap<String, ReferenceOr<Box<Schema>>>;

/// Returns the properties of a schema and the names of the required ones; `None` if it cannot have properties.
pub(super) fn object(schema: &Schema) -> Option<(&Properties, &Vec<String>)> {
    match &schema.schema_kind {
        SchemaKind::Type(Type::Object(object)) => Some((&object.properties, &object.required)),
        SchemaKind::Any(any) => Some((&any.properties, &any.required)),
        _ => None,
    }
}

/// Returns the properties of a schema and the names of the required ones, to change.
pub(super) fn object_mut(schema: &mut Schema) -> Option<(&mut Properties, &mut Vec<String>)> {
    match &mut schema.schema_kind {
        SchemaKind::Type(Type::Object(object)) => Some((&mut object.properties, &mut object.required)),
        SchemaKind::Any(any) => Some((&mut any.properties, &mut any.required)),
        _ => None,
    }
}

pub(super) fn remove_property(schema: &mut Schema, name: &str) -> bool {
    let Some((properties, required)) = object_mut(schema) else { return false };
    required.retain(|other| other != name);
    properties.shift_remove(name).is_some()
}

pub(super) fn inline(schema: &SchemaRef) -> Option<&Schema> {
    schema.as_item()
}

/// Returns the schema, to change, if it is inline.
pub(super) fn inline_mut(schema: &mut SchemaRef) -> Option<&mut Schema> {
    match schema {
        ReferenceOr::Item(schema) => Some(schema),
        ReferenceOr::Reference { .. } => None,
    }
}

/// Returns the component that a schema stands for: a reference, or an `allOf` of one reference with annotations.
pub(super) fn target(schema: &SchemaRef) -> Option<&str> {
    match schema {
        ReferenceOr::Reference { .. } => component_name(schema),
        ReferenceOr::Item(item) => target_of(item),
    }
}

/// Returns the component that an annotated reference stands for.
pub(super) fn target_of(schema: &Schema) -> Option<&str> {
    match &schema.schema_kind {
        SchemaKind::AllOf { all_of } => match all_of.as_slice() {
            [only] => component_name(only),
            _ => None,
        },
        _ => None,
    }
}

/// Returns a reference to `name`, annotated if there is a description.
pub(super) fn annotated_reference(name: &str, description: Option<String>) -> SchemaRef {
    if description.is_none() {
        return reference_to(name);
    }
    ReferenceOr::Item(Schema {
        schema_data: SchemaData { description, ..SchemaData::default() },
        schema_kind: SchemaKind::AllOf { all_of: vec![reference_to(name)] },
    })
}

pub(super) fn one_of(schema: &Schema) -> &[SchemaRef] {
    match &schema.schema_kind {
        SchemaKind::OneOf { one_of } => one_of,
        SchemaKind::Any(any) => &any.one_of,
        _ => &[],
    }
}

pub(super) fn empty_object(schema_data: SchemaData) -> Schema {
    Schema { schema_data, schema_kind: SchemaKind::Type(Type::Object(ObjectType::default())) }
}

pub(super) fn string(description: &str) -> Schema {
    Schema {
        schema_data: SchemaData { description: Some(description.to_owned()), ..SchemaData::default() },
        schema_kind: SchemaKind::Type(Type::String(StringType::default())),
    }
}

/// Returns `true` if the schema extends the component `base` by `allOf`.
pub(super) fn extends(schema: &Schema, base: &str) -> bool {
    all_of(schema).iter().any(|member| component_name(member) == Some(base))
}

/// Removes `base` from `allOf`; inline members that remain become the schema itself.
pub(super) fn stop_extending(schema: &mut Schema, base: &str) {
    if let Some(members) = all_of_mut(schema) {
        members.retain(|member| component_name(member) != Some(base));
    }
    collapse_single_member(schema);
}

/// Replaces an `allOf` of one inline object with that object, merged with the properties and required names beside the
/// `allOf`; leaves any other schema as it is.
fn collapse_single_member(schema: &mut Schema) {
    let beside = match &schema.schema_kind {
        SchemaKind::AllOf { .. } => AnySchema::default(),
        SchemaKind::Any(any) => any.clone(),
        _ => return,
    };
    let object = match all_of(schema) {
        [] if matches!(schema.schema_kind, SchemaKind::AllOf { .. }) => ObjectType::default(),
        [ReferenceOr::Item(Schema { schema_data, schema_kind: SchemaKind::Type(Type::Object(object)) })]
            if *schema_data == SchemaData::default() =>
        {
            object.clone()
        }
        _ => return,
    };
    if let Some(object) = extend_object(object, beside) {
        schema.schema_kind = SchemaKind::Type(Type::Object(object));
    }
}

/// Adds the siblings of `allOf` to its only member; `None` if they are not only those of an object.
fn extend_object(mut object: ObjectType, beside: AnySchema) -> Option<ObjectType> {
    let AnySchema { typ, properties, required, all_of: _, additional_properties, .. } = beside.clone();
    let rest = AnySchema {
        typ: None,
        properties: IndexMap::new(),
        required: Vec::new(),
        all_of: Vec::new(),
        additional_properties: None,
        ..beside
    };
    let is_object = typ.is_none_or(|typ| typ == "object");
    if rest != AnySchema::default() || !is_object {
        return None;
    }
    for (name, property) in properties {
        object.properties.entry(name).or_insert(property);
    }
    for name in required {
        if !object.required.contains(&name) {
            object.required.push(name);
        }
    }
    object.additional_properties = object.additional_properties.or(additional_properties);
    Some(object)
}

/// Counts the references to the component `name`.
pub(super) fn count_references(api: &mut OpenAPI, name: &str) -> usize {
    let mut count = 0;
    visit::schemas(api, &mut |_: &str, schema: &mut SchemaRef| {
        count += usize::from(component_name(schema) == Some(name));
    });
    count
}

/// Redirects references to components that another component replaces.
pub(super) fn redirect_references(api: &mut OpenAPI, places: &IndexMap<String, String>) {
    visit::schemas(api, &mut |_: &str, schema: &mut SchemaRef| {
        if let Some(to) = component_name(schema).and_then(|name| places.get(name)) {
            *schema = reference_to(to);
        }
    });
}
