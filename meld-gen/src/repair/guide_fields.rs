//! Fields, parameters, values and versions that Meld's guides show and its specs lack.

mod rows;
mod types;

use std::collections::BTreeSet;

use openapiv3::{
    AdditionalProperties, AnySchema, MediaType, ObjectType, OpenAPI, Parameter, ParameterData,
    ParameterSchemaOrContent, QueryStyle, ReferenceOr, Schema, SchemaData, SchemaKind, StatusCode, StringType, Type,
};

use self::rows::ROWS;
use super::edit::{annotated_reference, inline_mut, object_mut, string};
use super::{Applied, Context};
use crate::catalog::ApiVersion;
use crate::error::pointer_push;
use crate::model::OperationFacts;
use crate::spec::visit::{self, SchemaRef, component_name, rebox, reference_to};

pub(super) const NAME: &str = "guide-fields";

/// The site of the guides and of the reference.
const SITE: &str = "https://docs.meld.io";

/// One difference between a guide and the specs.
struct Row {
    family: &'static str,
    /// The oldest API version that has it.
    since: &'static str,
    page: &'static str,
    change: Change,
}

struct Operation(&'static str, &'static str);

/// The change of a row. Schemas are named without their dates.
enum Change {
    /// Adds an optional property to a schema.
    Property(&'static str, &'static str, Field),
    /// Adds a component, an enum of strings, if the schema that refers to it exists: the names of both.
    Enum(&'static str, &'static str, Field),
    /// Replaces the schema of a property, in the schemas of all dates.
    Retype(&'static str, &'static str, Field),
    /// Turns a number into a string with its digits.
    DecimalText(&'static str, &'static str),
    /// Adds values to the enum of a property.
    Values(&'static str, &'static str, &'static [&'static str]),
    /// Adds an optional query parameter.
    Parameter(Operation, &'static str, Field),
    /// Replaces the schema of a query parameter, or that of the items of its list.
    ParameterType(Operation, &'static str, Field),
    /// Sets the version that requests with a parameter need.
    ParameterVersion(Operation, &'static str, &'static str),
    /// Sets the version that requests need.
    Version(Operation, &'static str),
    /// Adds success statuses with the body of the first success.
    Successes(Operation, &'static [u16]),
    /// Adds the error codes of a status.
    Codes(Operation, u16, &'static [&'static str]),
    /// Gives the body of an operation a schema of its own, which is equal to the present one.
    OwnBody(Operation, &'static str),
}

/// The schema of an added property or parameter, with its description.
enum Field {
    Text(&'static str),
    Enum(&'static str, &'static [&'static str]),
    /// A date, or a time without a zone. Only for parameters.
    DateOrTime,
    /// Any JSON object.
    Object(&'static str),
    Reference(&'static str, &'static str),
}

impl Field {
    fn schema(&self) -> SchemaRef {
        let (description, schema_kind) = match self {
            Self::DateOrTime => return types::date_or_time(),
            Self::Text(description) => return ReferenceOr::Item(string(description)),
            Self::Reference(component, description) => {
                return annotated_reference(component, Some((*description).to_owned()));
            }
            Self::Enum(description, values) => return types::string_enum(description, values),
            Self::Object(description) => {
                let additional_properties = Some(AdditionalProperties::Any(true));
                let object = ObjectType { additional_properties, ..ObjectType::default() };
                (description, SchemaKind::Type(Type::Object(object)))
            }
        };
        let schema_data = SchemaData { description: Some((*description).to_owned()), ..SchemaData::default() };
        ReferenceOr::Item(Schema { schema_data, schema_kind })
    }
}

impl Row {
    /// The name of the difference, which its note starts with.
    fn label(&self) -> String {
        match &self.change {
            Change::Property(schema, name, _) => format!("{schema}.{name}"),
            Change::Enum(component, ..) => format!("enum {component}"),
            Change::Retype(schema, name, _) => format!("schema of {schema}.{name}"),
            Change::DecimalText(schema, name) => format!("string {schema}.{name}"),
            Change::Values(schema, name, values) => format!("{} of {schema}.{name}", values.join(", ")),
            Change::Parameter(operation, name, _) => format!("parameter {name} of {operation}"),
            Change::ParameterType(operation, name, _) => format!("schema of {name} of {operation}"),
            Change::ParameterVersion(operation, name, version) => format!("{version} for {name} of {operation}"),
            Change::Version(operation, version) => format!("{version} for {operation}"),
            Change::Successes(operation, statuses) => format!("{statuses:?} of {operation}"),
            Change::Codes(operation, status, codes) => format!("{status} {} of {operation}", codes.join(", ")),
            Change::OwnBody(_, component) => format!("schema {component}"),
        }
    }

    /// Applies the change. Returns the pointers of the differences.
    fn apply(&self, context: &mut Context<'_>) -> Vec<String> {
        match &self.change {
            Change::Retype(schema, name, field) => types::retype_all(context.api, schema, name, field),
            _ => self.apply_once(context).into_iter().collect(),
        }
    }

    /// Applies a change with one difference. Returns its pointer, or `None` if there is no difference.
    fn apply_once(&self, context: &mut Context<'_>) -> Option<String> {
        match &self.change {
            Change::Property(schema, name, field) => add_property(context.api, schema, name, field),
            // It may have several differences.
            Change::Retype(..) => None,
            Change::Enum(component, user, field) => types::add_component(context.api, component, user, field),
            Change::DecimalText(schema, name) => retype(context.api, schema, name, decimal_text),
            Change::Values(schema, name, values) => {
                retype(context.api, schema, name, |property| with_values(property, values))
            }
            Change::Parameter(operation, name, field) => {
                operation.change(context, |operation, _| add_parameter(operation, name, field))
            }
            Change::ParameterType(operation, name, field) => {
                operation.change(context, |operation, _| types::retype_parameter(operation, name, field))
            }
            Change::ParameterVersion(operation, name, version) => operation.change(context, |_, facts| {
                let version = ApiVersion::parse(version)?;
                let old = facts.parameter_versions.insert((*name).to_owned(), version);
                (old != Some(version)).then(|| "parameters".to_owned())
            }),
            Change::Version(operation, version) => operation.change(context, |_, facts| {
                let version = ApiVersion::parse(version);
                (facts.minimum_version.replace(version?) != version).then(String::new)
            }),
            Change::Successes(operation, statuses) => {
                operation.change(context, |operation, _| add_successes(operation, statuses))
            }
            Change::Codes(operation, status, codes) => operation.change(context, |_, facts| {
                let known = facts.error_codes.entry(*status).or_default();
                let missing = codes.iter().filter(|code| !known.iter().any(|known| known == *code));
                let missing: Vec<String> = missing.map(|code| (*code).to_owned()).collect();
                let is_changed = !missing.is_empty();
                known.extend(missing);
                is_changed.then(|| "responses".to_owned())
            }),
            Change::OwnBody(operation, component) => own_body(context, operation, component),
        }
    }
}

impl std::fmt::Display for Operation {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} {}", self.0.to_uppercase(), self.1)
    }
}

impl Operation {
    /// Changes the operation. Returns the pointer of the changed part, which `change` names; it is empty for the
    /// operation itself.
    fn change(
        &self,
        context: &mut Context<'_>,
        change: impl Fn(&mut openapiv3::Operation, &mut OperationFacts) -> Option<String>,
    ) -> Option<String> {
        let mut changed = None;
        let Context { api, facts, .. } = context;
        visit::operations(api, &mut |pointer, method, path, operation| {
            if (method, path) == (self.0, self.1)
                && let Some(part) = change(operation, facts.operation(pointer))
            {
                changed = Some(if part.is_empty() { pointer.to_owned() } else { pointer_push(pointer, part) });
            }
        });
        changed
    }
}

/// Applies every row of the family and version.
pub(super) fn guide_fields(context: &mut Context<'_>) {
    for row in ROWS {
        let is_since = ApiVersion::parse(row.since).is_some_and(|since| since <= context.version);
        if row.family != context.family || !is_since {
            continue;
        }
        for pointer in row.apply(context) {
            context.note(pointer, format!("{}: {SITE}/{}", row.label(), row.page));
        }
    }
}

/// Returns the labels of the rows that none of `applied` names.
pub(super) fn unused<'a>(applied: impl Iterator<Item = &'a Applied>) -> Vec<String> {
    let notes = applied.filter(|applied| applied.repair == NAME);
    let labels: BTreeSet<&str> = notes.filter_map(|note| Some(note.what.split_once(": ")?.0)).collect();
    let unused = ROWS.iter().map(Row::label).filter(|label| !labels.contains(label.as_str()));
    unused.map(|label| format!("{NAME} ({label})")).collect()
}

/// Returns the schema of this name, with or without a date, and its pointer.
fn component<'a>(api: &'a mut OpenAPI, name: &str) -> Option<(String, &'a mut Schema)> {
    let (name, schema) = dated(api, name).next()?;
    Some((pointer_push("/components/schemas", name), inline_mut(schema)?))
}

/// Returns the schemas of this name, with any date or without.
fn dated<'a>(api: &'a mut OpenAPI, name: &str) -> impl Iterator<Item = (&'a str, &'a mut SchemaRef)> {
    let is_it = move |own: &str| {
        let date = own.strip_prefix(name);
        date.is_some_and(|date| matches!(date.len(), 0 | 8) && date.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let schemas = api.components.iter_mut().flat_map(|components| &mut components.schemas);
    schemas.map(|(name, schema)| (name.as_str(), schema)).filter(move |(name, _)| is_it(name))
}

fn add_property(api: &mut OpenAPI, schema: &str, name: &str, field: &Field) -> Option<String> {
    if let Field::Reference(target, _) = field {
        component(api, target)?;
    }
    let (pointer, schema) = component(api, schema)?;
    let (properties, _) = object_mut(schema)?;
    if properties.contains_key(name) {
        return None;
    }
    properties.insert(name.to_owned(), rebox(field.schema()));
    Some(pointer)
}

/// Changes the schema of a property by `change`, which returns `None` if it needs no change.
fn retype(
    api: &mut OpenAPI,
    schema: &str,
    name: &str,
    change: impl Fn(&SchemaRef) -> Option<SchemaRef>,
) -> Option<String> {
    let (pointer, schema) = component(api, schema)?;
    let property = object_mut(schema)?.0.get_mut(name)?;
    *property = rebox(change(&visit::unbox(property.clone()))?);
    Some(pointer_push(&format!("{pointer}/properties"), name))
}

fn decimal_text(number: &SchemaRef) -> Option<SchemaRef> {
    let number = number.as_item()?;
    let SchemaKind::Type(Type::Number(_)) = number.schema_kind else { return None };
    let schema_kind = SchemaKind::Type(Type::String(StringType::default()));
    Some(ReferenceOr::Item(Schema { schema_data: number.schema_data.clone(), schema_kind }))
}

fn with_values(property: &SchemaRef, values: &[&str]) -> Option<SchemaRef> {
    let mut schema = property.as_item()?.clone();
    let SchemaKind::Type(Type::String(string)) = &mut schema.schema_kind else { return None };
    let is_known = |value: &&&str| string.enumeration.iter().flatten().any(|known| known == *value);
    let missing: Vec<&str> = values.iter().filter(|value| !is_known(value)).copied().collect();
    if string.enumeration.is_empty() || missing.is_empty() {
        return None;
    }
    string.enumeration.extend(missing.into_iter().map(|value| Some(value.to_owned())));
    Some(ReferenceOr::Item(schema))
}

fn add_parameter(operation: &mut openapiv3::Operation, name: &str, field: &Field) -> Option<String> {
    let is_it = |parameter: &ReferenceOr<Parameter>| {
        parameter.as_item().is_some_and(|parameter| parameter.parameter_data_ref().name == name)
    };
    if operation.parameters.iter().any(is_it) {
        return None;
    }
    let mut schema = field.schema();
    let description = inline_mut(&mut schema).and_then(|schema| schema.schema_data.description.take());
    let parameter_data = ParameterData {
        name: name.to_owned(),
        description,
        required: false,
        deprecated: None,
        format: ParameterSchemaOrContent::Schema(schema),
        example: None,
        examples: Default::default(),
        explode: None,
        extensions: Default::default(),
    };
    let query =
        Parameter::Query { parameter_data, allow_reserved: false, style: QueryStyle::Form, allow_empty_value: None };
    operation.parameters.push(ReferenceOr::Item(query));
    Some("parameters".to_owned())
}

fn add_successes(operation: &mut openapiv3::Operation, statuses: &[u16]) -> Option<String> {
    let responses = &mut operation.responses.responses;
    let is_success = |status: &StatusCode| matches!(status, StatusCode::Code(200..=299));
    let (_, first) = responses.iter().find(|(status, _)| is_success(status))?;
    let first = first.clone();
    let before = responses.len();
    for status in statuses {
        responses.entry(StatusCode::Code(*status)).or_insert_with(|| first.clone());
    }
    (responses.len() > before).then(|| "responses".to_owned())
}

/// Copies the component of a body, so that a later row changes it for this operation only.
fn own_body(context: &mut Context<'_>, operation: &Operation, name: &str) -> Option<String> {
    let target = std::cell::RefCell::new(None);
    let pointer = operation.change(context, |operation, _| {
        let Some(ReferenceOr::Item(body)) = &mut operation.request_body else { return None };
        let media: &mut MediaType = body.content.get_mut("application/json")?;
        let present = component_name(media.schema.as_ref()?).filter(|present| *present != name)?;
        *target.borrow_mut() = Some(present.to_owned());
        media.schema = Some(reference_to(name));
        Some("requestBody".to_owned())
    })?;
    let components = context.components();
    let any = || {
        let schema_kind = SchemaKind::Any(AnySchema::default());
        ReferenceOr::Item(Schema { schema_data: SchemaData::default(), schema_kind })
    };
    let copy = target.into_inner().and_then(|target| components.get(&target).cloned()).unwrap_or_else(any);
    components.insert(name.to_owned(), copy);
    Some(pointer)
}

#[cfg(test)]
mod tests;
