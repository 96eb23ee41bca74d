//! Visitors for the schemas of a lowered spec, with JSON pointers.

use indexmap::IndexMap;
use openapiv3::{
    AdditionalProperties, AnySchema, OpenAPI, Operation, Parameter, ParameterData, ParameterSchemaOrContent, PathItem,
    ReferenceOr, Schema, SchemaData, SchemaKind, StringType, Type,
};

use crate::error::pointer_push;

/// An inline schema or a reference.
pub type SchemaRef = ReferenceOr<Schema>;

/// The prefix of references to component schemas.
pub const SCHEMA_PREFIX: &str = "#/components/schemas/";

/// Returns the name of the component schema that a reference points to; `None` if `schema` is inline.
pub fn component_name(schema: &SchemaRef) -> Option<&str> {
    match schema {
        ReferenceOr::Reference { reference } => reference.strip_prefix(SCHEMA_PREFIX),
        ReferenceOr::Item(_) => None,
    }
}

/// Returns the name of the component schema at a JSON pointer, as the pointer has it; `None` for any other schema.
pub fn component_at(pointer: &str) -> Option<&str> {
    pointer.strip_prefix("/components/schemas/").filter(|name| !name.contains('/'))
}

/// Returns a reference to the component schema `name`.
pub fn reference_to(name: &str) -> SchemaRef {
    ReferenceOr::Reference { reference: format!("{SCHEMA_PREFIX}{name}") }
}

/// Returns the members of `allOf`; empty if there is none.
pub fn all_of(schema: &Schema) -> &[SchemaRef] {
    match &schema.schema_kind {
        SchemaKind::AllOf { all_of } => all_of,
        SchemaKind::Any(any) => &any.all_of,
        _ => &[],
    }
}

/// Returns the members of `allOf`, to change.
pub fn all_of_mut(schema: &mut Schema) -> Option<&mut Vec<SchemaRef>> {
    match &mut schema.schema_kind {
        SchemaKind::AllOf { all_of } => Some(all_of),
        SchemaKind::Any(any) => Some(&mut any.all_of),
        _ => None,
    }
}

/// Returns the names in braces of a path template.
pub fn names_in_path(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0))
}

/// Converts from the boxed form, which openapiv3 uses for properties and items.
pub fn unbox(schema: ReferenceOr<Box<Schema>>) -> SchemaRef {
    match schema {
        ReferenceOr::Reference { reference } => ReferenceOr::Reference { reference },
        ReferenceOr::Item(schema) => ReferenceOr::Item(*schema),
    }
}

/// Converts to the boxed form.
pub fn rebox(schema: SchemaRef) -> ReferenceOr<Box<Schema>> {
    match schema {
        ReferenceOr::Reference { reference } => ReferenceOr::Reference { reference },
        ReferenceOr::Item(schema) => ReferenceOr::Item(Box::new(schema)),
    }
}

/// Callback for each schema with its JSON pointer; it may replace the schema.
pub trait Visit: FnMut(&str, &mut SchemaRef) {}
impl<F: FnMut(&str, &mut SchemaRef)> Visit for F {}

/// Visits every schema of a spec: components first, then operations; outer schemas before inner ones.
pub fn schemas(api: &mut OpenAPI, visit: &mut dyn Visit) {
    if let Some(components) = &mut api.components {
        for (name, schema) in &mut components.schemas {
            schema_tree(&pointer_push("/components/schemas", name), schema, visit);
        }
    }
    operations(api, &mut |pointer, _, _, operation| operation_schemas(pointer, operation, visit));
}

/// Visits every operation with its JSON pointer, method and path.
pub fn operations(api: &mut OpenAPI, visit: &mut dyn FnMut(&str, &str, &str, &mut Operation)) {
    for (path, item) in &mut api.paths.paths {
        let pointer = pointer_push("/paths", path);
        if let ReferenceOr::Item(item) = item {
            for (method, operation) in methods_mut(item) {
                visit(&pointer_push(&pointer, method), method, path, operation);
            }
        }
    }
}

/// Returns the operations of a path item with their methods.
pub fn methods_mut(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    [
        ("get", &mut item.get),
        ("put", &mut item.put),
        ("post", &mut item.post),
        ("delete", &mut item.delete),
        ("options", &mut item.options),
        ("head", &mut item.head),
        ("patch", &mut item.patch),
        ("trace", &mut item.trace),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// Visits the schemas of an operation: parameters, request body, responses.
pub fn operation_schemas(pointer: &str, operation: &mut Operation, visit: &mut dyn Visit) {
    let parameters = pointer_push(pointer, "parameters");
    for (index, parameter) in operation.parameters.iter_mut().enumerate() {
        if let ReferenceOr::Item(parameter) = parameter
            && let ParameterSchemaOrContent::Schema(schema) = &mut parameter_data_mut(parameter).format
        {
            schema_tree(&format!("{parameters}/{index}/schema"), schema, visit);
        }
    }
    if let Some(ReferenceOr::Item(body)) = &mut operation.request_body {
        let pointer = pointer_push(pointer, "requestBody");
        content_schemas(&pointer, &mut body.content, visit);
    }
    let pointer = pointer_push(pointer, "responses");
    let default = operation.responses.default.iter_mut().map(|r| ("default".to_owned(), r));
    let by_status = operation.responses.responses.iter_mut().map(|(s, r)| (s.to_string(), r));
    for (status, response) in by_status.chain(default) {
        if let ReferenceOr::Item(response) = response {
            content_schemas(&pointer_push(&pointer, status), &mut response.content, visit);
        }
    }
}

/// Returns a required parameter that is a string.
pub fn string_parameter(name: &str, description: Option<String>) -> ParameterData {
    let string = SchemaKind::Type(Type::String(StringType::default()));
    let schema = Schema { schema_data: SchemaData::default(), schema_kind: string };
    ParameterData {
        name: name.to_owned(),
        description,
        required: true,
        deprecated: None,
        format: ParameterSchemaOrContent::Schema(ReferenceOr::Item(schema)),
        example: None,
        examples: IndexMap::new(),
        explode: None,
        extensions: IndexMap::new(),
    }
}

/// Returns the part of a parameter that is common to all locations.
pub fn parameter_data_mut(parameter: &mut Parameter) -> &mut ParameterData {
    match parameter {
        Parameter::Query { parameter_data, .. }
        | Parameter::Header { parameter_data, .. }
        | Parameter::Path { parameter_data, .. }
        | Parameter::Cookie { parameter_data, .. } => parameter_data,
    }
}

fn content_schemas(pointer: &str, content: &mut openapiv3::Content, visit: &mut dyn Visit) {
    for (media_type, media) in content {
        if let Some(schema) = &mut media.schema {
            let pointer = pointer_push(&pointer_push(pointer, "content"), media_type);
            schema_tree(&pointer_push(&pointer, "schema"), schema, visit);
        }
    }
}

/// Visits `schema` and then the schemas inside of it; does not follow references.
pub fn schema_tree(pointer: &str, schema: &mut SchemaRef, visit: &mut dyn Visit) {
    visit(pointer, schema);
    if let ReferenceOr::Item(item) = schema {
        children(item, &mut |keyword, child| {
            schema_tree(&format!("{pointer}{keyword}"), child, visit);
        });
    }
}

/// Returns the names of the component schemas that `schema` and the schemas inside of it refer to.
pub fn references_in(schema: &mut SchemaRef) -> Vec<String> {
    let mut names = Vec::new();
    schema_tree("", schema, &mut |_: &str, schema: &mut SchemaRef| {
        names.extend(component_name(schema).map(str::to_owned));
    });
    names
}

/// Returns the number of schemas inside of `schema`; does not follow references.
pub fn size(schema: &Schema) -> usize {
    let mut count = 0;
    let mut open = vec![schema];
    while let Some(schema) = open.pop() {
        let mut inner = Vec::new();
        match &schema.schema_kind {
            SchemaKind::Type(Type::Object(object)) => {
                inner_of_object(&object.properties, object.additional_properties.as_ref(), &mut inner);
            }
            SchemaKind::Type(Type::Array(array)) => inner.extend(array.items.as_ref().map(unboxed)),
            SchemaKind::Type(_) => {}
            SchemaKind::OneOf { one_of: list }
            | SchemaKind::AllOf { all_of: list }
            | SchemaKind::AnyOf { any_of: list } => inner.extend(list.iter().map(ReferenceOr::as_item)),
            SchemaKind::Not { not } => inner.push(not.as_item()),
            SchemaKind::Any(any) => {
                inner_of_object(&any.properties, any.additional_properties.as_ref(), &mut inner);
                inner.extend(any.items.as_ref().map(unboxed));
                let lists = [&any.one_of, &any.all_of, &any.any_of];
                inner.extend(lists.into_iter().flatten().map(ReferenceOr::as_item));
                inner.extend(any.not.iter().map(|not| not.as_item()));
            }
        }
        count += inner.len();
        open.extend(inner.into_iter().flatten());
    }
    count
}

fn inner_of_object<'s>(
    properties: &'s indexmap::IndexMap<String, ReferenceOr<Box<Schema>>>,
    additional: Option<&'s AdditionalProperties>,
    inner: &mut Vec<Option<&'s Schema>>,
) {
    inner.extend(properties.values().map(unboxed));
    if let Some(AdditionalProperties::Schema(schema)) = additional {
        inner.push(schema.as_item());
    }
}

fn unboxed(schema: &ReferenceOr<Box<Schema>>) -> Option<&Schema> {
    schema.as_item().map(|schema| &**schema)
}

/// Calls `visit` for each direct child of `schema` with the JSON pointer relative to it.
pub fn children(schema: &mut Schema, visit: &mut dyn FnMut(&str, &mut SchemaRef)) {
    match &mut schema.schema_kind {
        SchemaKind::Type(Type::Object(object)) => {
            boxed_map(&mut object.properties, visit);
            additional(&mut object.additional_properties, visit);
        }
        SchemaKind::Type(Type::Array(array)) => boxed_option("/items", &mut array.items, visit),
        SchemaKind::Type(_) => {}
        SchemaKind::OneOf { one_of } => list("/oneOf", one_of, visit),
        SchemaKind::AllOf { all_of } => list("/allOf", all_of, visit),
        SchemaKind::AnyOf { any_of } => list("/anyOf", any_of, visit),
        SchemaKind::Not { not } => visit("/not", not),
        SchemaKind::Any(any) => any_children(any, visit),
    }
}

fn any_children(any: &mut AnySchema, visit: &mut dyn FnMut(&str, &mut SchemaRef)) {
    boxed_map(&mut any.properties, visit);
    additional(&mut any.additional_properties, visit);
    boxed_option("/items", &mut any.items, visit);
    list("/oneOf", &mut any.one_of, visit);
    list("/allOf", &mut any.all_of, visit);
    list("/anyOf", &mut any.any_of, visit);
    if let Some(not) = &mut any.not {
        visit("/not", not);
    }
}

fn list(keyword: &str, members: &mut [SchemaRef], visit: &mut dyn FnMut(&str, &mut SchemaRef)) {
    for (index, member) in members.iter_mut().enumerate() {
        visit(&format!("{keyword}/{index}"), member);
    }
}

fn additional(additional: &mut Option<AdditionalProperties>, visit: &mut dyn FnMut(&str, &mut SchemaRef)) {
    if let Some(AdditionalProperties::Schema(schema)) = additional {
        visit("/additionalProperties", schema);
    }
}

fn boxed_map(
    properties: &mut indexmap::IndexMap<String, ReferenceOr<Box<Schema>>>,
    visit: &mut dyn FnMut(&str, &mut SchemaRef),
) {
    for (name, property) in properties {
        boxed(&pointer_push("/properties", name), property, visit);
    }
}

fn boxed_option(
    keyword: &str,
    schema: &mut Option<ReferenceOr<Box<Schema>>>,
    visit: &mut dyn FnMut(&str, &mut SchemaRef),
) {
    if let Some(schema) = schema {
        boxed(keyword, schema, visit);
    }
}

/// Lends the schema without its box, which is kept: most schemas are visited often and not replaced.
fn boxed(keyword: &str, schema: &mut ReferenceOr<Box<Schema>>, visit: &mut dyn FnMut(&str, &mut SchemaRef)) {
    let mut kept = None;
    let mut plain = match std::mem::replace(schema, ReferenceOr::Reference { reference: String::new() }) {
        ReferenceOr::Reference { reference } => ReferenceOr::Reference { reference },
        ReferenceOr::Item(mut boxed) => {
            let inner = std::mem::replace(&mut *boxed, nothing());
            kept = Some(boxed);
            ReferenceOr::Item(inner)
        }
    };
    visit(keyword, &mut plain);
    *schema = match (plain, kept) {
        (ReferenceOr::Item(inner), Some(mut boxed)) => {
            *boxed = inner;
            ReferenceOr::Item(boxed)
        }
        (plain, _) => rebox(plain),
    };
}

/// The smallest schema, in place of one that is lent.
fn nothing() -> Schema {
    Schema { schema_data: SchemaData::default(), schema_kind: SchemaKind::OneOf { one_of: Vec::new() } }
}
