//! The input of progenitor: a spec with only what decides a Rust type, in forms that progenitor and typify accept
//! without inventing a name, refusing or panicking.

use std::collections::BTreeSet;

use openapiv3::{
    AdditionalProperties, AnySchema, ArrayType, Content, HeaderStyle, IntegerFormat, ObjectType, OpenAPI, Parameter,
    PathStyle, QueryStyle, ReferenceOr, Schema, SchemaData, SchemaKind, StringFormat, StringType, Type,
    VariantOrUnknownOrEmpty,
};
use serde_json::json;

use crate::error::{Location, Notice};
use crate::model::{self, ModuleModel, ParameterLocation};
use crate::normalize::multipart::MULTIPART;
use crate::spec::visit::{self, SchemaRef, component_at, component_name};

/// Names a Rust type for typify. Entries of a spec with this name are removed.
const RUST_TYPE: &str = "x-rust-type";

/// Stands for the values of every enum: their names come from the model, and typify panics on some values.
const ANY_VALUE: &str = "VALUE";

/// Prepares the spec of `model` for progenitor and adds notices about omissions.
pub fn prepare(model: &mut ModuleModel) {
    for mut notice in simplify_schemas(&mut model.api) {
        notice.location =
            model::in_spec(notice.location, |name| model.types.get(name).map(|model| model.pointer.as_str()));
        model.notices.push(notice);
    }
    take_fields(model);
    hide_names(model);
}

/// Takes out the fields of multipart bodies and responses beside JSON. Their types remain.
fn take_fields(model: &mut ModuleModel) {
    let mut operations = model.operations.iter_mut();
    visit::operations(&mut model.api, &mut |_, _, _, operation| {
        let Some(known) = operations.next() else { return };
        if let Some(ReferenceOr::Item(body)) = &mut operation.request_body
            && let Some(multipart) = &mut known.multipart_body
        {
            multipart.fields = take_type(&mut body.content);
        }
        for response in operation.responses.responses.values_mut() {
            if let (ReferenceOr::Item(response), Some(multipart)) = (response, &mut known.multipart_response) {
                multipart.fields = take_type(&mut response.content);
            }
        }
    });
}

fn take_type(content: &mut Content) -> Option<String> {
    let schema = content.shift_remove(MULTIPART)?.schema?;
    let name = match &schema {
        ReferenceOr::Item(Schema { schema_kind: SchemaKind::AllOf { all_of }, .. }) => {
            all_of.first().and_then(component_name)
        }
        schema => component_name(schema),
    };
    name.map(str::to_owned)
}

/// Simplifies all schemas and reports omissions.
fn simplify_schemas(api: &mut OpenAPI) -> Vec<Notice> {
    let mut notices = Vec::new();
    hide_variants(api);
    move_null_to_references(api);
    visit::schemas(api, &mut |pointer: &str, schema: &mut SchemaRef| {
        let ReferenceOr::Item(item) = schema else { return };
        let is_date_or_time = is_parameter(pointer) && is_date_or_time(&item.schema_kind);
        if let Some(keyword) = nullable_inside(&item.schema_kind) {
            let message = "null is left out when it is decoded, and cannot be sent".to_owned();
            notices.push(Notice { location: Location::at(format!("{pointer}/{keyword}")), message });
        }
        if let Some(what) = simplify_kind(&mut item.schema_kind, component_at(pointer).is_some()) {
            let location = Location::at(pointer);
            notices.push(Notice { location, message: what.to_owned() });
        }
        simplify_data(item);
        if is_date_or_time {
            let path = "meld_client_core::DateOrTime";
            let name = json!({ "crate": "meld-client-core", "version": "*", "path": path });
            item.schema_data.extensions.insert(RUST_TYPE.to_owned(), name);
        }
    });
    open_bare_decimals(api, &mut notices);
    notices
}

/// Replaces unions with objects: their types come from the model.
fn hide_variants(api: &mut OpenAPI) {
    visit::schemas(api, &mut |_: &str, schema: &mut SchemaRef| {
        if let ReferenceOr::Item(item) = schema
            && matches!(item.schema_kind, SchemaKind::OneOf { .. })
        {
            item.schema_kind = SchemaKind::Type(Type::Object(ObjectType::default()));
        }
    });
}

/// Returns `true` for the schema of a parameter of an operation, which has no schema below.
fn is_parameter(pointer: &str) -> bool {
    let place = pointer.strip_suffix("/schema").and_then(|pointer| pointer.rsplit_once('/'));
    pointer.starts_with("/paths/") && place.is_some_and(|(parameters, _)| parameters.ends_with("/parameters"))
}

fn is_date_or_time(kind: &SchemaKind) -> bool {
    let SchemaKind::Type(Type::String(string)) = kind else { return false };
    matches!(&string.format, VariantOrUnknownOrEmpty::Unknown(format) if format == model::DATE_OR_TIME)
}

/// Moves `nullable` from components, where typify would generate a second type, to their references.
fn move_null_to_references(api: &mut OpenAPI) {
    let mut nullable = BTreeSet::new();
    for (name, schema) in api.components.iter_mut().flat_map(|components| &mut components.schemas) {
        if let ReferenceOr::Item(item) = schema
            && std::mem::take(&mut item.schema_data.nullable)
        {
            nullable.insert(name.clone());
        }
    }
    visit::schemas(api, &mut |pointer: &str, schema: &mut SchemaRef| match schema {
        // The reference inside of `allOf` is the one place where null has no effect.
        ReferenceOr::Reference { .. } if pointer.ends_with("/allOf/0") => {}
        ReferenceOr::Reference { .. } => {
            if component_name(schema).is_some_and(|name| nullable.contains(name)) {
                let schema_data = SchemaData { nullable: true, ..SchemaData::default() };
                let schema_kind = SchemaKind::AllOf { all_of: vec![schema.clone()] };
                *schema = ReferenceOr::Item(Schema { schema_data, schema_kind });
            }
        }
        ReferenceOr::Item(item) => {
            if let SchemaKind::AllOf { all_of } = &item.schema_kind
                && all_of.iter().filter_map(component_name).any(|name| nullable.contains(name))
            {
                item.schema_data.nullable = true;
            }
        }
    });
}

/// Keeps only the description and null.
fn simplify_data(item: &mut Schema) {
    let holds_decimals = holds_decimals(item);
    let data = &mut item.schema_data;
    let kept = SchemaData {
        // Any JSON may be null anyway, and lists of decimals decode null as empty.
        nullable: data.nullable && !matches!(item.schema_kind, SchemaKind::Any(_)) && !holds_decimals,
        description: data.description.take(),
        ..SchemaData::default()
    };
    *data = kept;
}

/// Returns the keyword of the items of a list, or of the values of a map, that may be null. Any JSON keeps null.
fn nullable_inside(kind: &SchemaKind) -> Option<&'static str> {
    let is_nullable = |item: &Schema| item.schema_data.nullable && !matches!(item.schema_kind, SchemaKind::Any(_));
    match kind {
        SchemaKind::Type(Type::Array(array)) => {
            let items = array.items.as_ref().and_then(ReferenceOr::as_item);
            items.filter(|item| is_nullable(item)).map(|_| "items")
        }
        SchemaKind::Type(Type::Object(object)) if object.properties.is_empty() => match &object.additional_properties {
            Some(AdditionalProperties::Schema(schema)) => {
                schema.as_item().filter(|item| is_nullable(item)).map(|_| "additionalProperties")
            }
            _ => None,
        },
        _ => None,
    }
}

/// Returns `true` for a list or map of numbers.
fn holds_decimals(item: &Schema) -> bool {
    let inner = match &item.schema_kind {
        SchemaKind::Type(Type::Array(array)) => array.items.as_ref().and_then(ReferenceOr::as_item).map(|item| &**item),
        SchemaKind::Type(Type::Object(object)) => match &object.additional_properties {
            Some(AdditionalProperties::Schema(schema)) => schema.as_item(),
            _ => None,
        },
        _ => None,
    };
    inner.is_some_and(|inner| matches!(inner.schema_kind, SchemaKind::Type(Type::Number(_))) || holds_decimals(inner))
}

/// Simplifies a schema kind and returns the message of a notice, if any.
fn simplify_kind(kind: &mut SchemaKind, is_component: bool) -> Option<&'static str> {
    match kind {
        SchemaKind::Type(Type::String(string)) => simplify_string(string, is_component),
        SchemaKind::Type(Type::Number(number)) => *number = Default::default(),
        SchemaKind::Type(Type::Integer(integer)) => {
            let format = integer_format(&integer.format);
            *integer = Default::default();
            integer.format = format;
        }
        SchemaKind::Type(Type::Boolean(boolean)) => boolean.enumeration.clear(),
        SchemaKind::Type(Type::Array(array)) => {
            *array = ArrayType { items: array.items.take(), min_items: None, max_items: None, unique_items: false };
        }
        SchemaKind::Type(Type::Object(object)) => return simplify_object(object),
        SchemaKind::AllOf { all_of } if matches!(all_of.as_slice(), [ReferenceOr::Reference { .. }]) => {}
        other => *other = SchemaKind::Any(AnySchema::default()),
    }
    None
}

fn simplify_string(string: &mut StringType, is_component: bool) {
    use VariantOrUnknownOrEmpty::{Empty, Item, Unknown};
    let has_values = string.enumeration.iter().flatten().next().is_some();
    let format = match std::mem::replace(&mut string.format, Empty) {
        _ if has_values => Empty,
        Item(format @ (StringFormat::Date | StringFormat::DateTime)) => Item(format),
        Unknown(format) if format == "uuid" => Unknown(format),
        // Emails, durations, bytes and other formats have no type here and stay strings.
        _ => Empty,
    };
    let enumeration = match has_values && is_component {
        true => vec![Some(ANY_VALUE.to_owned())],
        false => Vec::new(),
    };
    *string = StringType { format, enumeration, ..StringType::default() };
}

/// Maps integer formats to those that parameters can have too; smaller ones fit into them.
fn integer_format(format: &VariantOrUnknownOrEmpty<IntegerFormat>) -> VariantOrUnknownOrEmpty<IntegerFormat> {
    use VariantOrUnknownOrEmpty::{Empty, Item, Unknown};
    match format {
        Item(format) => Item(*format),
        Unknown(name) => match name.as_str() {
            "int8" | "int16" => Item(IntegerFormat::Int32),
            "uint8" | "uint16" | "uint32" => Unknown("uint32".to_owned()),
            "uint" | "uint64" => Unknown("uint64".to_owned()),
            _ => Empty,
        },
        Empty => Empty,
    }
}

fn simplify_object(object: &mut ObjectType) -> Option<&'static str> {
    let mut notice = None;
    object.required.retain(|name| object.properties.contains_key(name));
    object.min_properties = None;
    object.max_properties = None;
    object.additional_properties = match object.additional_properties.take() {
        Some(AdditionalProperties::Schema(schema)) if object.properties.is_empty() => {
            Some(AdditionalProperties::Schema(schema))
        }
        Some(AdditionalProperties::Schema(schema)) => {
            notice = (!is_any(&schema))
                .then_some("additionalProperties beside properties: only the properties are decoded and sent");
            None
        }
        _ => None,
    };
    notice
}

fn is_any(schema: &SchemaRef) -> bool {
    schema
        .as_item()
        .is_some_and(|item| matches!(&item.schema_kind, SchemaKind::Any(any) if *any == AnySchema::default()))
}

/// Opens numbers, and lists or maps of numbers, that are whole bodies or responses: decimals are decoded and encoded as
/// fields only.
fn open_bare_decimals(api: &mut OpenAPI, notices: &mut Vec<Notice>) {
    visit::operations(api, &mut |pointer, _, _, operation| {
        let parameters = format!("{pointer}/parameters/");
        visit::operation_schemas(pointer, operation, &mut |place: &str, schema: &mut SchemaRef| {
            let ReferenceOr::Item(item) = schema else { return };
            let is_number = matches!(item.schema_kind, SchemaKind::Type(Type::Number(_)));
            if !place.starts_with(&parameters) && (is_number || holds_decimals(item)) {
                notices.push(Notice {
                    location: Location::at(place),
                    message: "numbers outside of any object are any JSON in Rust".to_owned(),
                });
                item.schema_kind = SchemaKind::Any(AnySchema::default());
            }
        });
    });
}

/// Replaces the names of operations, parameters and paths, which progenitor would change or reject.
fn hide_names(model: &mut ModuleModel) {
    let mut operations = model.operations.iter_mut();
    let mut index = 0;
    visit::operations(&mut model.api, &mut |_, _, path, operation| {
        let hidden = format!("operation_{index}");
        index += 1;
        operation.operation_id = Some(hidden.clone());
        let Some(known) = operations.next() else { return };
        known.hidden_name = hidden;
        for (index, parameter) in operation.parameters.iter_mut().enumerate() {
            let ReferenceOr::Item(parameter) = parameter else { continue };
            let location = location(parameter);
            use_default_style(parameter);
            let data = visit::parameter_data_mut(parameter);
            let hidden = match location {
                ParameterLocation::Path => hidden_name(path, &data.name, index),
                _ => format!("parameter_{index}"),
            };
            let name = std::mem::replace(&mut data.name, hidden.clone());
            let known = known.parameters.iter_mut();
            let mut known = known.filter(|known| known.name == name && location == known.location);
            known.next().into_iter().for_each(|known| known.hidden_name.clone_from(&hidden));
        }
    });
    let paths = std::mem::take(&mut model.api.paths.paths).into_iter().enumerate();
    model.api.paths.paths = paths
        .map(|(index, (path, item))| {
            let names = distinct_names(&path);
            let names = names.iter().map(|name| hidden_name(&path, name, 0));
            let places: String = names.map(|name| format!("/{{{name}}}")).collect();
            (format!("/{index}{places}"), item)
        })
        .collect();
}

/// Makes a parameter one that progenitor knows: it has no cookies and one style for each location. Only the type matters.
fn use_default_style(parameter: &mut Parameter) {
    match parameter {
        Parameter::Path { style, .. } => *style = PathStyle::Simple,
        Parameter::Query { style, .. } => *style = QueryStyle::Form,
        Parameter::Header { .. } => {}
        Parameter::Cookie { parameter_data, .. } => {
            let parameter_data = parameter_data.clone();
            *parameter = Parameter::Header { parameter_data, style: HeaderStyle::Simple };
        }
    }
}

fn location(parameter: &Parameter) -> ParameterLocation {
    match parameter {
        Parameter::Path { .. } => ParameterLocation::Path,
        Parameter::Query { .. } => ParameterLocation::Query,
        Parameter::Header { .. } => ParameterLocation::Header,
        Parameter::Cookie { .. } => ParameterLocation::Cookie,
    }
}

/// Returns the distinct names in braces of a path template.
fn distinct_names(path: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for name in visit::names_in_path(path) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Returns the name of a parameter in the input of progenitor: its number in the path, else in the operation.
fn hidden_name(path: &str, name: &str, index: usize) -> String {
    match distinct_names(path).iter().position(|other| *other == name) {
        Some(position) => format!("path_{position}"),
        None => format!("parameter_{index}"),
    }
}
