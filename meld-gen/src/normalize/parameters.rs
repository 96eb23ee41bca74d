//! Parameters: only what can be written as one text, or as several with commas between them.

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::{
    HeaderStyle, OpenAPI, Operation, Parameter, ParameterSchemaOrContent, PathStyle, QueryStyle,
    ReferenceOr, Schema, SchemaKind, StringType, Type,
};

use super::constraints::take_rule;
use crate::error::{Error, ErrorKind, Location, Notice, Result};
use crate::model::{ParameterLocation, ParameterModel};
use crate::naming::enums::enum_values;
use crate::naming::operations::setter_name;
use crate::spec::visit::{self, SchemaRef, component_name};

/// The components that are enums: the only ones that a parameter can be.
pub fn enum_components(api: &OpenAPI) -> BTreeSet<String> {
    let components = api.components.iter().flat_map(|components| &components.schemas);
    components
        .filter(|(_, schema)| enum_values(schema).is_some())
        .map(|(name, _)| name.clone())
        .collect()
}

/// Refuses a path that could not be sent as it is.
pub fn check_path(path: &str, place: &Location) -> Result<()> {
    let mut outside = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        outside.push_str(before);
        rest = after.split_once('}').map_or(after, |(_, rest)| rest);
    }
    outside.push_str(rest);
    let count = |c: char| path.matches(c).count();
    let odd = outside.chars().find(|c| !c.is_ascii_graphic() || r##"?#{}"<>\^`|"##.contains(*c));
    if odd.is_none() && count('{') == count('}') {
        return Ok(());
    }
    let what = format!("the path {path:?} holds what no path can hold");
    Err(Error::new(
        ErrorKind::NotOpenApi,
        place.clone(),
        what,
        "percent-encode it, close its braces, and make a query of query parameters",
    ))
}

/// Reads the parameters of an operation: those of the path first, the others in the order of the document.
///
/// # Errors
/// When one has a form that no client can send, or two get one name.
pub fn shape(
    operation: &mut Operation,
    place: &Location,
    enums: &BTreeSet<String>,
    notices: &mut Vec<Notice>,
) -> Result<Vec<ParameterModel>> {
    let mut shapes: Vec<ParameterModel> = Vec::new();
    let mut setters: BTreeMap<String, String> = BTreeMap::new();
    for (index, parameter) in operation.parameters.iter_mut().enumerate() {
        let ReferenceOr::Item(parameter) = parameter else { continue };
        let at = Location::new(&*place.file, format!("{}/parameters/{index}", place.pointer));
        let parameter_place = place_of(parameter, &at)?;
        let data = visit::parameter_data_mut(parameter);
        let ParameterSchemaOrContent::Schema(schema) = &mut data.format else {
            let what = "a parameter described by `content`";
            return Err(refuse(&at, at.pointer.clone(), what, "describe it by `schema`"));
        };
        let is_list = settle(schema, parameter_place, &at, enums, notices)?;
        let mut rule = take_rule(schema);
        visit::schema_tree("", schema, &mut |_: &str, schema: &mut SchemaRef| {
            take_rule(schema);
        });
        rule.required = data.required;
        let rust_name = setter_name(&data.name, parameter_place);
        if let Some(other) = setters.insert(rust_name.clone(), data.name.clone()) {
            let what = format!(
                "the parameters {other} and {} would both get the setter {rust_name}",
                data.name
            );
            let advice = "rename one of them, or give it a name in HEADER_NAMES";
            return Err(Error::new(ErrorKind::NameCollision, at, what, advice));
        }
        shapes.push(ParameterModel {
            hidden_name: String::new(),
            rust_name,
            name: data.name.clone(),
            place: parameter_place,
            is_list,
            description: data.description.clone(),
            rule,
        });
    }
    shapes.sort_by_key(|shape| shape.place != ParameterLocation::Path);
    Ok(shapes)
}

/// The place of a parameter, whose style must be the usual one there.
fn place_of(parameter: &Parameter, at: &Location) -> Result<ParameterLocation> {
    let (place, is_usual) = match parameter {
        Parameter::Path { style, .. } => (ParameterLocation::Path, *style == PathStyle::Simple),
        Parameter::Query { style, .. } => (ParameterLocation::Query, *style == QueryStyle::Form),
        Parameter::Header { style, parameter_data } => {
            let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
            if parameter_data.name.is_empty() || !parameter_data.name.chars().all(is_token) {
                let what = format!("{:?} is no name of a header", parameter_data.name);
                let pointer = format!("{}/name", at.pointer);
                return Err(refuse(at, pointer, &what, "correct the name"));
            }
            (ParameterLocation::Header, *style == HeaderStyle::Simple)
        }
        Parameter::Cookie { .. } => {
            let what = "a cookie parameter, which no client of this API sends";
            let advice = "make it a header or query parameter";
            return Err(refuse(at, at.pointer.clone(), what, advice));
        }
    };
    if is_usual {
        return Ok(place);
    }
    let what = "a parameter of an unusual style";
    let advice = "write it in the style `form` in the query, `simple` elsewhere";
    Err(refuse(at, format!("{}/style", at.pointer), what, advice))
}

/// Brings the schema of a parameter into a form that can be sent, and says whether it is a list.
fn settle(
    schema: &mut SchemaRef,
    place: ParameterLocation,
    at: &Location,
    enums: &BTreeSet<String>,
    notices: &mut Vec<Notice>,
) -> Result<bool> {
    let pointer = format!("{}/schema", at.pointer);
    let refuse = |pointer: String, what: &str| {
        let advice = "make it a text, number, truth value or enum, or in the query a list of those";
        Err(refuse(at, pointer, what, advice))
    };
    let mut opened = settle_scalar(schema, enums);
    let mut is_list = false;
    if opened.is_none()
        && let ReferenceOr::Item(item) = &mut *schema
        && let SchemaKind::Type(Type::Array(array)) = &mut item.schema_kind
    {
        if place != ParameterLocation::Query {
            return refuse(pointer, "a list that is no query parameter");
        }
        is_list = true;
        item.schema_data.nullable = false;
        let items = array.items.take().map_or_else(text, visit::unbox);
        let mut items = items;
        opened = settle_scalar(&mut items, enums);
        array.items = Some(visit::rebox(items));
    }
    match opened {
        None => refuse(pointer, "a parameter that is an object, or a list of lists or objects"),
        Some(true) => {
            let message = "a parameter without a type is sent as text".to_owned();
            notices.push(Notice { location: Location::new(&*at.file, pointer), message });
            Ok(is_list)
        }
        Some(false) => Ok(is_list),
    }
}

/// Settles the schema of one value: says whether a type had to be made up, and nothing if it is no single value.
fn settle_scalar(schema: &mut SchemaRef, enums: &BTreeSet<String>) -> Option<bool> {
    if let ReferenceOr::Item(item) = schema {
        item.schema_data.nullable = false;
        match &item.schema_kind {
            SchemaKind::Type(Type::Array(_) | Type::Object(_)) => return None,
            SchemaKind::Type(_) => return Some(false),
            SchemaKind::AllOf { all_of } => {
                let [only] = all_of.as_slice() else { return None };
                *schema = only.clone();
            }
            SchemaKind::Any(_) => {
                *schema = text();
                return Some(true);
            }
            _ => return None,
        }
    }
    component_name(schema).filter(|name| enums.contains(*name)).map(|_| false)
}

fn text() -> SchemaRef {
    ReferenceOr::Item(Schema {
        schema_data: Default::default(),
        schema_kind: SchemaKind::Type(Type::String(StringType::default())),
    })
}

/// An error for what no client can send or read.
pub fn refuse(place: &Location, pointer: String, what: &str, advice: &str) -> Error {
    Error::new(
        ErrorKind::UnsupportedKeyword,
        Location::new(place.file.clone(), pointer),
        what,
        advice,
    )
}
