//! Normalizes parameters: scalars and lists of scalars have types; everything else is any JSON.

use std::collections::BTreeSet;

use openapiv3::{
    Content, HeaderStyle, OpenAPI, Operation, Parameter, ParameterSchemaOrContent, PathStyle, QueryStyle, ReferenceOr,
    Schema, SchemaKind, StringType, Type,
};

use super::constraints::{report_pattern, take_rule};
use crate::error::Notice;
use crate::model::{Credential, ParameterLocation, ParameterModel, ParameterStyle, Union};
use crate::naming::enums::enum_values;
use crate::naming::operations::setter_names;
use crate::spec::visit::{self, SchemaRef, component_name};

/// Returns the components that are enums, the only ones that a parameter can refer to.
pub fn enum_components(api: &OpenAPI) -> BTreeSet<String> {
    let components = api.components.iter().flat_map(|components| &components.schemas);
    components.filter(|(_, schema)| enum_values(schema).is_some()).map(|(name, _)| name.clone()).collect()
}

/// Returns the path as it can be sent: characters outside of parameters that no URL path has are percent-encoded.
pub fn sendable_path(path: &str, pointer: &str, notices: &mut Vec<Notice>) -> String {
    let mut sendable = String::new();
    let mut rest = path;
    while let Some((before, name, after)) = parameter_in(rest) {
        sendable.push_str(&encoded(before));
        sendable.push_str(&format!("{{{name}}}"));
        rest = after;
    }
    sendable.push_str(&encoded(rest));
    if sendable != path {
        let message = "characters that a URL path cannot have are percent-encoded";
        notices.push(Notice::at(pointer, message));
    }
    sendable
}

/// Percent-encodes the characters that a URL path cannot have as they are.
fn encoded(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !br##"?#{}"<>\^`|"##.contains(&byte);
    text.bytes().fold(String::new(), |mut encoded, byte| {
        match is_plain(byte) {
            true => encoded.push(char::from(byte)),
            false => encoded.push_str(&format!("%{byte:02X}")),
        }
        encoded
    })
}

/// Returns the text before the first parameter of a path, its name, and the text after it.
fn parameter_in(path: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = path.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

/// Removes the headers that credentials have, too.
pub fn remove_headers(operation: &mut Operation, credentials: &[Credential]) {
    operation.parameters.retain(|parameter| match parameter {
        ReferenceOr::Item(Parameter::Header { parameter_data, .. }) => {
            !credentials.iter().any(|it| it.header.eq_ignore_ascii_case(&parameter_data.name))
        }
        _ => true,
    });
}

/// Returns the models of an operation's parameters: path parameters first, the others in the order of the spec.
/// Parameters that cannot be sent are removed. A credential belongs to the header of its name.
pub fn normalize(
    operation: &mut Operation,
    pointer: &str,
    (enums, credentials): (&BTreeSet<String>, Vec<Credential>),
    notices: &mut Vec<Notice>,
) -> Vec<ParameterModel> {
    let mut models: Vec<ParameterModel> = Vec::new();
    let mut index = 0;
    operation.parameters.retain_mut(|parameter| {
        let ReferenceOr::Item(parameter) = parameter else { return false };
        let pointer = format!("{pointer}/parameters/{index}");
        index += 1;
        let model = normalize_parameter(parameter, &pointer, enums, notices);
        let is_kept = model.is_some();
        models.extend(model);
        is_kept
    });
    for credential in credentials {
        let is_its = |model: &&mut ParameterModel| {
            model.location == ParameterLocation::Header && model.name == credential.header
        };
        if let Some(model) = models.iter_mut().find(is_its) {
            model.credential = Some(credential);
        }
    }
    models.sort_by_key(|model| model.location != ParameterLocation::Path);
    // The header of a credential does not say what it holds, and the name of the scheme does.
    let name = |model: &'_ ParameterModel| match &model.credential {
        Some(credential) => credential.scheme.clone(),
        None => model.name.clone(),
    };
    let names: Vec<_> = models.iter().map(|model| (name(model), model.location)).collect();
    let names = setter_names(names.iter().map(|(name, location)| (name.as_str(), *location)));
    for (model, name) in models.iter_mut().zip(names) {
        model.rust_name = name;
    }
    models
}

fn normalize_parameter(
    parameter: &mut Parameter,
    pointer: &str,
    enums: &BTreeSet<String>,
    notices: &mut Vec<Notice>,
) -> Option<ParameterModel> {
    let (location, style) = location_of(parameter);
    let data = visit::parameter_data_mut(parameter);
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    let needs_token = matches!(location, ParameterLocation::Header | ParameterLocation::Cookie);
    if needs_token && (data.name.is_empty() || !data.name.chars().all(is_token)) {
        let message = format!("`{}` is not a valid name; the parameter is dropped", data.name);
        notices.push(Notice::at(format!("{pointer}/name"), message));
        return None;
    }
    let style = match &mut data.format {
        ParameterSchemaOrContent::Content(content) => {
            let (schema, style) = from_content(content, pointer, notices);
            data.format = ParameterSchemaOrContent::Schema(schema);
            style
        }
        ParameterSchemaOrContent::Schema(schema) => {
            // Cookies are written like a query.
            let is_form = matches!(location, ParameterLocation::Query | ParameterLocation::Cookie);
            let explode = data.explode.unwrap_or(is_form && style == "form");
            let written = Written { location, style, explode };
            normalize_schema(schema, &written, &format!("{pointer}/schema"), enums, notices)
        }
    };
    let mut rule = Default::default();
    if let ParameterSchemaOrContent::Schema(schema) = &mut data.format {
        if let ReferenceOr::Item(item) = &*schema {
            report_pattern(&item.schema_kind, &format!("{pointer}/schema"), notices);
        }
        rule = take_rule(schema);
        visit::schema_tree("", schema, &mut |_: &str, schema: &mut SchemaRef| {
            take_rule(schema);
        });
    }
    rule.required = data.required;
    Some(ParameterModel {
        hidden_name: String::new(),
        rust_name: String::new(),
        name: data.name.clone(),
        location,
        style,
        description: data.description.clone(),
        deprecated: data.deprecated.unwrap_or_default(),
        rule,
        minimum_version: None,
        credential: None,
    })
}

/// Returns the location of a parameter and the name of its style.
fn location_of(parameter: &Parameter) -> (ParameterLocation, &'static str) {
    match parameter {
        Parameter::Path { style, .. } => {
            let style = match style {
                PathStyle::Simple => "simple",
                PathStyle::Label => "label",
                PathStyle::Matrix => "matrix",
            };
            (ParameterLocation::Path, style)
        }
        Parameter::Query { style, .. } => {
            let style = match style {
                QueryStyle::Form => "form",
                QueryStyle::SpaceDelimited => "spaceDelimited",
                QueryStyle::PipeDelimited => "pipeDelimited",
                QueryStyle::DeepObject => "deepObject",
            };
            (ParameterLocation::Query, style)
        }
        Parameter::Header { style: HeaderStyle::Simple, .. } => (ParameterLocation::Header, "simple"),
        Parameter::Cookie { .. } => (ParameterLocation::Cookie, "form"),
    }
}

/// Returns the schema and style of a parameter that is described by a media type.
fn from_content(content: &mut Content, pointer: &str, notices: &mut Vec<Notice>) -> (SchemaRef, ParameterStyle) {
    let media_type = content.keys().next().cloned().unwrap_or_default();
    let pointer = format!("{pointer}/content");
    if media_type.split(';').next().is_some_and(|essence| essence.trim().ends_with("json")) {
        notices.push(Notice::at(pointer, "the parameter is any JSON, and sent as JSON"));
        (text(), ParameterStyle::Json)
    } else {
        let message = format!("the parameter is sent as the string that the caller makes of `{media_type}`");
        notices.push(Notice::at(pointer, message));
        (text(), ParameterStyle::Scalar)
    }
}

/// The form in which a parameter is written.
struct Written {
    location: ParameterLocation,
    style: &'static str,
    explode: bool,
}

impl Written {
    fn styled(&self) -> ParameterStyle {
        ParameterStyle::Styled { name: self.style, explode: self.explode }
    }
}

/// Normalizes the schema of a parameter, and returns how it is written.
fn normalize_schema(
    schema: &mut SchemaRef,
    written: &Written,
    pointer: &str,
    enums: &BTreeSet<String>,
    notices: &mut Vec<Notice>,
) -> ParameterStyle {
    let opened = normalize_scalar(schema, enums);
    let is_plain = !matches!(written.style, "label" | "matrix");
    if let Some(opened) = opened.filter(|_| is_plain) {
        if opened {
            notices.push(Notice::at(pointer, "a parameter without a type is sent as a string"));
        }
        return ParameterStyle::Scalar;
    }
    if written.location == ParameterLocation::Query
        && written.style == "form"
        && let ReferenceOr::Item(item) = &mut *schema
        && let SchemaKind::Type(Type::Array(array)) = &mut item.schema_kind
    {
        item.schema_data.nullable = false;
        let mut items = array.items.take().map_or_else(text, visit::unbox);
        let opened = normalize_scalar(&mut items, enums);
        array.items = Some(visit::rebox(items));
        if let Some(opened) = opened {
            if opened {
                notices.push(Notice::at(pointer, "a parameter without a type is sent as a string"));
            }
            let is_exploded = written.explode;
            return if is_exploded { ParameterStyle::Repeated } else { ParameterStyle::List };
        }
    }
    let is_union = is_union(schema);
    *schema = text();
    if is_union && is_plain {
        notices.push(Notice::at(pointer, "a parameter of several types is sent as a string"));
        return ParameterStyle::Scalar;
    }
    if written.location == ParameterLocation::Cookie {
        notices.push(Notice::at(pointer, "the parameter is any JSON, and sent as JSON"));
        return ParameterStyle::Json;
    }
    let message = format!("the parameter is any JSON in Rust, and sent in the style `{}`", written.style);
    notices.push(Notice::at(pointer, message));
    written.styled()
}

/// Returns `true` for a schema of several kinds, which values of a URL do not tell apart.
fn is_union(schema: &SchemaRef) -> bool {
    use SchemaKind::{AllOf, AnyOf, Not, OneOf};
    let ReferenceOr::Item(item) = schema else { return false };
    let is_composed = matches!(item.schema_kind, OneOf { .. } | AnyOf { .. } | AllOf { .. } | Not { .. });
    // The variants of a union with a selector are objects, which have a style.
    is_composed && Union::read(schema).is_none()
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
