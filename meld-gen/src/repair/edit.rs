//! Small changes to schemas that several repairs need.

use indexmap::IndexMap;
use openapiv3::{
    AnySchema, ObjectType, OpenAPI, ReferenceOr, Schema, SchemaData, SchemaKind, StringType, Type,
};

use crate::spec::visit::{self, SchemaRef, component_name, reference_to};

/// The properties of an object, as openapiv3 holds them.
pub(super) type Properties = IndexMap<String, ReferenceOr<Box<Schema>>>;

/// The properties of a schema and the names of the required ones, if it is of a kind that has any.
pub(super) fn object(schema: &Schema) -> Option<(&Properties, &Vec<String>)> {
    match &schema.schema_kind {
        SchemaKind::Type(Type::Object(object)) => Some((&object.properties, &object.required)),
        SchemaKind::Any(any) => Some((&any.properties, &any.required)),
        _ => None,
    }
}

/// The properties of a schema and the names of the required ones, to change.
pub(super) fn object_mut(schema: &mut Schema) -> Option<(&mut Properties, &mut Vec<String>)> {
    match &mut schema.schema_kind {
        SchemaKind::Type(Type::Object(object)) => {
            Some((&mut object.properties, &mut object.required))
        }
        SchemaKind::Any(any) => Some((&mut any.properties, &mut any.required)),
        _ => None,
    }
}

/// Removes a property, also from the required ones; false if there is none of that name.
pub(super) fn remove_property(schema: &mut Schema, name: &str) -> bool {
    let Some((properties, required)) = object_mut(schema) else { return false };
    required.retain(|other| other != name);
    properties.shift_remove(name).is_some()
}

/// The schema if it stands inline.
pub(super) fn inline(schema: &SchemaRef) -> Option<&Schema> {
    schema.as_item()
}

/// The schema to change, if it stands inline.
pub(super) fn inline_mut(schema: &mut SchemaRef) -> Option<&mut Schema> {
    match schema {
        ReferenceOr::Item(schema) => Some(schema),
        ReferenceOr::Reference { .. } => None,
    }
}

/// Whether a JSON pointer is that of a component schema itself, not of something in one.
pub(super) fn is_component(pointer: &str) -> bool {
    pointer.starts_with("/components/schemas/") && pointer.matches('/').count() == 3
}

/// The component that a schema stands for: a reference, or an annotated reference, which is an
/// allOf of one reference.
pub(super) fn target(schema: &SchemaRef) -> Option<&str> {
    match schema {
        ReferenceOr::Reference { .. } => component_name(schema),
        ReferenceOr::Item(item) => target_of(item),
    }
}

/// The component that an annotated reference stands for.
pub(super) fn target_of(schema: &Schema) -> Option<&str> {
    match &schema.schema_kind {
        SchemaKind::AllOf { all_of } => match all_of.as_slice() {
            [only] => component_name(only),
            _ => None,
        },
        _ => None,
    }
}

/// A reference to `name`, in the annotated form if there is a description.
pub(super) fn annotated_reference(name: &str, description: Option<String>) -> SchemaRef {
    if description.is_none() {
        return reference_to(name);
    }
    ReferenceOr::Item(Schema {
        schema_data: SchemaData { description, ..SchemaData::default() },
        schema_kind: SchemaKind::AllOf { all_of: vec![reference_to(name)] },
    })
}

/// The members of a oneOf; empty where there is none.
pub(super) fn one_of(schema: &Schema) -> &[SchemaRef] {
    match &schema.schema_kind {
        SchemaKind::OneOf { one_of } => one_of,
        SchemaKind::Any(any) => &any.one_of,
        _ => &[],
    }
}

/// The members of an allOf, to change.
pub(super) fn all_of_mut(schema: &mut Schema) -> Option<&mut Vec<SchemaRef>> {
    match &mut schema.schema_kind {
        SchemaKind::AllOf { all_of } => Some(all_of),
        SchemaKind::Any(any) => Some(&mut any.all_of),
        _ => None,
    }
}

/// The members of an allOf; empty where there is none.
pub(super) fn all_of(schema: &Schema) -> &[SchemaRef] {
    match &schema.schema_kind {
        SchemaKind::AllOf { all_of } => all_of,
        SchemaKind::Any(any) => &any.all_of,
        _ => &[],
    }
}

/// An object without properties.
pub(super) fn empty_object(schema_data: SchemaData) -> Schema {
    Schema { schema_data, schema_kind: SchemaKind::Type(Type::Object(ObjectType::default())) }
}

/// A plain string.
pub(super) fn string(description: &str) -> Schema {
    Schema {
        schema_data: SchemaData {
            description: Some(description.to_owned()),
            ..SchemaData::default()
        },
        schema_kind: SchemaKind::Type(Type::String(StringType::default())),
    }
}

/// Whether the schema extends the component `base` by its allOf.
pub(super) fn extends(schema: &Schema, base: &str) -> bool {
    all_of(schema).iter().any(|member| component_name(member) == Some(base))
}

/// Makes the schema extend `base` no longer; what its allOf still says becomes its own.
pub(super) fn stop_extending(schema: &mut Schema, base: &str) {
    if let Some(members) = all_of_mut(schema) {
        members.retain(|member| component_name(member) != Some(base));
    }
    fold_only_member(schema);
}

/// Replaces an allOf of one inline object by that object, with the properties and the required
/// names that stand beside the allOf; anything less plain stays as it is.
fn fold_only_member(schema: &mut Schema) {
    let beside = match &schema.schema_kind {
        SchemaKind::AllOf { .. } => AnySchema::default(),
        SchemaKind::Any(any) => any.clone(),
        _ => return,
    };
    let object = match all_of(schema) {
        [] if matches!(schema.schema_kind, SchemaKind::AllOf { .. }) => ObjectType::default(),
        [
            ReferenceOr::Item(Schema {
                schema_data,
                schema_kind: SchemaKind::Type(Type::Object(object)),
            }),
        ] if *schema_data == SchemaData::default() => object.clone(),
        _ => return,
    };
    if let Some(object) = extend_object(object, beside) {
        schema.schema_kind = SchemaKind::Type(Type::Object(object));
    }
}

/// Adds what stands beside the allOf to its only member; none if that is more than an object holds.
fn extend_object(mut object: ObjectType, beside: AnySchema) -> Option<ObjectType> {
    let AnySchema { typ, properties, required, all_of: _, additional_properties, .. } =
        beside.clone();
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

/// How many references to the component `name` there are in the document.
pub(super) fn count_references(api: &mut OpenAPI, name: &str) -> usize {
    let mut count = 0;
    visit::schemas(api, &mut |_: &str, schema: &mut SchemaRef| {
        count += usize::from(component_name(schema) == Some(name));
    });
    count
}

/// Points every reference to a component that has another in its place at that one.
pub(super) fn redirect_references(api: &mut OpenAPI, places: &IndexMap<String, String>) {
    visit::schemas(api, &mut |_: &str, schema: &mut SchemaRef| {
        if let Some(to) = component_name(schema).and_then(|name| places.get(name)) {
            *schema = reference_to(to);
        }
    });
}
