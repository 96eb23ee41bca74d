//! Normalizes parameters: only scalars, and lists of scalars that are joined by commas.

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

/// Returns the components that are enums, the only ones that a parameter can refer to.
pub fn enum_components(api: &OpenAPI) -> BTreeSet<String> {
    let components = api.components.iter().flat_map(|components| &components.schemas);
    components
        .filter(|(_, schema)| enum_values(schema).is_some())
        .map(|(name, _)| name.clone())
        .collect()
}

/// Checks that a path can be sent as it is.
pub fn check_path(path: &str, pointer: &str) -> Result<()> {
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
    let what = format!("the path `{path}` has characters that a URL path cannot have");
    Err(Error::new(
        ErrorKind::NotOpenApi,
        Location::at(pointer),
        what,
        "percent-encode the path, close its braces, and use query parameters for a query",
    ))
}

/// Returns the models of an operation's parameters: path parameters first, the others in the order of the spec.
///
/// # Errors
/// Returns an error if a client cannot send a parameter, or if two parameters have the same Rust name.
pub fn normalize(
    operation: &mut Operation,
    pointer: &str,
    enums: &BTreeSet<String>,
    notices: &mut Vec<Notice>,
) -> Result<Vec<ParameterModel>> {
    let mut models: Vec<ParameterModel> = Vec::new();
    let mut setters: BTreeMap<String, String> = BTreeMap::new();
    for (index, parameter) in operation.parameters.iter_mut().enumerate() {
        let ReferenceOr::Item(parameter) = parameter else { continue };
        let pointer = format!("{pointer}/parameters/{index}");
        let location = location_of(parameter, &pointer)?;
        let data = visit::parameter_data_mut(parameter);
        let ParameterSchemaOrContent::Schema(schema) = &mut data.format else {
            let what = "the parameter is described by `content`";
            return Err(unsupported(pointer, what, "describe it by `schema`"));
        };
        let is_list = normalize_schema(schema, location, &pointer, enums, notices)?;
        let mut rule = take_rule(schema);
        visit::schema_tree("", schema, &mut |_: &str, schema: &mut SchemaRef| {
            take_rule(schema);
        });
        rule.required = data.required;
        let rust_name = setter_name(&data.name, location);
        if let Some(other) = setters.insert(rust_name.clone(), data.name.clone()) {
            let what = format!(
                "the parameters `{other}` and `{}` would both get the setter `{rust_name}`",
                data.name
            );
            let advice = "rename one of them, or add a name to HEADER_NAMES";
            return Err(Error::new(ErrorKind::NameCollision, Location::at(pointer), what, advice));
        }
        models.push(ParameterModel {
            hidden_name: String::new(),
            rust_name,
            name: data.name.clone(),
            place: location,
            is_list,
            description: data.description.clone(),
            rule,
        });
    }
    models.sort_by_key(|model| model.place != ParameterLocation::Path);
    Ok(models)
}

/// Returns the location of a parameter, and checks that it has the default style of that location.
fn location_of(parameter: &Parameter, pointer: &str) -> Result<ParameterLocation> {
    let (location, is_default) = match parameter {
        Parameter::Path { style, .. } => (ParameterLocation::Path, *style == PathStyle::Simple),
        Parameter::Query { style, .. } => (ParameterLocation::Query, *style == QueryStyle::Form),
        Parameter::Header { style, parameter_data } => {
            let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
            if parameter_data.name.is_empty() || !parameter_data.name.chars().all(is_token) {
                let what = format!("`{}` is not a valid header name", parameter_data.name);
                return Err(unsupported(format!("{pointer}/name"), &what, "correct the name"));
            }
            (ParameterLocation::Header, *style == HeaderStyle::Simple)
        }
        Parameter::Cookie { .. } => {
            let what = "cookie parameters are not supported";
            let advice = "make it a header or query parameter";
            return Err(unsupported(pointer.to_owned(), what, advice));
        }
    };
    if is_default {
        return Ok(location);
    }
    let what = "the style of the parameter is not the default one";
    let advice = "use the style `form` in the query, and `simple` elsewhere";
    Err(unsupported(format!("{pointer}/style"), what, advice))
}

/// Normalizes the schema of a parameter; returns `true` if it is a list.
fn normalize_schema(
    schema: &mut SchemaRef,
    location: ParameterLocation,
    pointer: &str,
    enums: &BTreeSet<String>,
    notices: &mut Vec<Notice>,
) -> Result<bool> {
    let pointer = format!("{pointer}/schema");
    let reject = |pointer: String, what: &str| {
        let advice = "use a string, number, boolean or enum, or a list of those in the query";
        Err(unsupported(pointer, what, advice))
    };
    let mut opened = normalize_scalar(schema, enums);
    let mut is_list = false;
    if opened.is_none()
        && let ReferenceOr::Item(item) = &mut *schema
        && let SchemaKind::Type(Type::Array(array)) = &mut item.schema_kind
    {
        if location != ParameterLocation::Query {
            return reject(pointer, "a list that is not a query parameter");
        }
        is_list = true;
        item.schema_data.nullable = false;
        let mut items = array.items.take().map_or_else(text, visit::unbox);
        opened = normalize_scalar(&mut items, enums);
        array.items = Some(visit::rebox(items));
    }
    match opened {
        None => reject(pointer, "a parameter that is an object, or a list of lists or objects"),
        Some(true) => {
            let message = "a parameter without a type is sent as a string".to_owned();
            notices.push(Notice { location: Location::at(pointer), message });
            Ok(is_list)
        }
        Some(false) => Ok(is_list),
    }
}

/// Normalizes the schema of one value. Returns `Some(true)` if it had no type, and `None` if it is not a scalar.
fn normalize_scalar(schema: &mut SchemaRef, enums: &BTreeSet<String>) -> Option<bool> {
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

/// Returns the error for a construct that a client cannot represent.
pub fn unsupported(pointer: String, what: &str, advice: &str) -> Error {
    Error::new(ErrorKind::UnsupportedKeyword, Location::at(pointer), what, advice)
}
