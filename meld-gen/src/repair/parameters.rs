//! Repairs of parameters: their order, their types, and facts that stand only in descriptions.

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::{
    ArrayType, Operation, Parameter, ParameterData, ParameterSchemaOrContent, QueryStyle, ReferenceOr, Schema,
    SchemaData, SchemaKind, Type, VariantOrUnknownOrEmpty,
};

use super::Context;
use crate::spec::visit::{names_in_path, parameter_data_mut, rebox};

/// Page sizes by path, from Meld's guides, for specs whose descriptions lack them.
const PAGE_SIZES: &[(&str, i64, i64)] = &[
    ("/accounts/customers", 1, 100),
    ("/activity-log", 1, 100),
    ("/bank-linking/accounts", 1, 100),
    ("/bank-linking/connections", 1, 100),
    ("/bank-linking/investments/holdings", 1, 1000),
    ("/bank-linking/investments/transactions", 1, 1000),
    ("/bank-linking/transactions", 1, 1000),
    ("/institutions", 1, 1000),
    ("/notifications/webhooks", 1, 100),
    ("/payments/transactions", 1, 100),
];

/// Phrases in the description of a parameter that takes several values: Meld's, and that of this project's specs.
const LIST_PHRASES: &[&str] = &["comma separated", "comma-separated", "takes any number of values"];

/// Phrases in a description before the name of an excluded parameter.
const EXCLUSION_PHRASES: &[&str] = &["not together with ", "cannot be combined with "];

/// The headers that the client sends with every request.
const CLIENT_HEADERS: [&str; 2] = ["Meld-Version", "Authorization"];

/// Removes header parameters for what the client sends by itself.
pub(super) fn client_headers(context: &mut Context<'_>) {
    context.operations(|pointer, _, operation, notes| {
        let mut dropped = Vec::new();
        operation.parameters.retain(|parameter| {
            let header = client_header(parameter);
            dropped.extend(header);
            header.is_none()
        });
        if !dropped.is_empty() {
            let what = format!("dropped {}, which the client sends", dropped.join(" and "));
            notes.note(format!("{pointer}/parameters"), what);
        }
    });
}

fn client_header(parameter: &ReferenceOr<Parameter>) -> Option<&'static str> {
    let ReferenceOr::Item(Parameter::Header { parameter_data, .. }) = parameter else {
        return None;
    };
    CLIENT_HEADERS.into_iter().find(|name| parameter_data.name.eq_ignore_ascii_case(name))
}

/// Sorts path parameters by their order in the path; all other parameters keep their positions.
pub(super) fn path_parameter_order(context: &mut Context<'_>) {
    context.operations(|pointer, path, operation, notes| {
        let parameters = &mut operation.parameters;
        let places: Vec<usize> =
            (0..parameters.len()).filter(|index| path_parameter_name(&parameters[*index]).is_some()).collect();
        let declared: Vec<_> = places.iter().map(|index| parameters[*index].clone()).collect();
        let mut ordered = declared.clone();
        let names: Vec<&str> = names_in_path(path).collect();
        ordered.sort_by_key(|parameter| {
            let name = path_parameter_name(parameter);
            names.iter().position(|other| Some(*other) == name).unwrap_or(names.len())
        });
        if ordered == declared {
            return;
        }
        let order: Vec<_> = ordered.iter().filter_map(path_parameter_name).collect();
        let what = format!("reordered to {}", order.join(", "));
        for (index, parameter) in places.into_iter().zip(ordered.clone()) {
            parameters[index] = parameter;
        }
        notes.note(format!("{pointer}/parameters"), what);
    });
}

fn path_parameter_name(parameter: &ReferenceOr<Parameter>) -> Option<&str> {
    match parameter {
        ReferenceOr::Item(Parameter::Path { parameter_data, .. }) => Some(&parameter_data.name),
        _ => None,
    }
}

/// Types a query parameter as a list if its description says that it takes several values.
pub(super) fn comma_separated_list(context: &mut Context<'_>) {
    context.operations(|pointer, _, operation, notes| {
        for (index, parameter) in operation.parameters.iter_mut().enumerate() {
            if let ReferenceOr::Item(Parameter::Query { parameter_data, style, .. }) = parameter
                && let Some(what) = make_list(parameter_data)
            {
                *style = QueryStyle::Form;
                notes.note(format!("{pointer}/parameters/{index}/schema"), what);
            }
        }
    });
}

/// Turns the schema of a parameter into an array and returns a description of the change.
fn make_list(parameter: &mut ParameterData) -> Option<String> {
    let prose = prose(parameter).to_lowercase();
    if !LIST_PHRASES.iter().any(|phrase| prose.contains(phrase)) {
        return None;
    }
    let name = parameter.name.clone();
    let ParameterSchemaOrContent::Schema(ReferenceOr::Item(schema)) = &mut parameter.format else {
        return None;
    };
    let SchemaKind::Type(Type::String(string)) = &schema.schema_kind else { return None };
    let has_format = !matches!(string.format, VariantOrUnknownOrEmpty::Empty);
    // A parameter with an enum may take one value only, unless its name is a plural.
    let is_single_value = !string.enumeration.is_empty() && !is_plural(&name);
    if has_format || is_single_value {
        return None;
    }
    let what = if string.enumeration.is_empty() { "strings" } else { "enum values" };
    let item =
        Schema { schema_data: SchemaData::default(), schema_kind: SchemaKind::Type(Type::String(string.clone())) };
    schema.schema_kind = SchemaKind::Type(Type::Array(ArrayType {
        items: Some(rebox(ReferenceOr::Item(item))),
        min_items: None,
        max_items: None,
        unique_items: false,
    }));
    parameter.explode = Some(false);
    Some(format!("{name} became a list of {what}, separated by commas"))
}

/// Returns `true` if a name is a plural: `statuses`, but not `status` or `address`.
fn is_plural(name: &str) -> bool {
    name.ends_with('s') && !name.ends_with("us") && !name.ends_with("ss")
}

/// Adds the range of page sizes to the schema, from the description or from the guides.
pub(super) fn limit_range(context: &mut Context<'_>) {
    context.operations(|pointer, path, operation, notes| {
        for (index, parameter) in operation.parameters.iter_mut().enumerate() {
            if let ReferenceOr::Item(Parameter::Query { parameter_data, .. }) = parameter
                && parameter_data.name == "limit"
                && let Some((least, most)) = range_in_prose(&prose(parameter_data)).or_else(|| known_range(path))
                && set_range(parameter_data, least, most)
            {
                let pointer = format!("{pointer}/parameters/{index}/schema");
                notes.note(pointer, format!("limit became {least} to {most}"));
            }
        }
    });
}

fn known_range(path: &str) -> Option<(i64, i64)> {
    PAGE_SIZES.iter().find(|(known, ..)| *known == path).map(|(_, least, most)| (*least, *most))
}

/// Returns the range in a description such as `1 to 1000`.
fn range_in_prose(prose: &str) -> Option<(i64, i64)> {
    let words: Vec<&str> = prose.split_whitespace().collect();
    words.windows(3).find_map(|words| {
        let (least, most) = (number(words[0])?, number(words[2])?);
        (words[1] == "to" && least < most).then_some((least, most))
    })
}

/// Parses a number that may be surrounded by punctuation and have thousands separators.
fn number(word: &str) -> Option<i64> {
    let digits = word.trim_matches(|c: char| !c.is_ascii_digit()).replace(',', "");
    digits.parse().ok()
}

fn set_range(parameter: &mut ParameterData, least: i64, most: i64) -> bool {
    let ParameterSchemaOrContent::Schema(ReferenceOr::Item(schema)) = &mut parameter.format else {
        return false;
    };
    let SchemaKind::Type(Type::Integer(integer)) = &mut schema.schema_kind else { return false };
    // A range that the spec declares is kept.
    if integer.minimum.is_some() || integer.maximum.is_some() {
        return false;
    }
    integer.minimum = Some(least);
    integer.maximum = Some(most);
    true
}

/// Records pairs of query parameters that exclude each other: `before` and `after`, and those that a description names.
pub(super) fn exclusive_parameters(context: &mut Context<'_>) {
    context.operation_facts(|pointer, operation, facts, notes| {
        let pairs = exclusive_pairs(operation);
        if facts.exclusive != pairs {
            let names: Vec<_> = pairs.iter().map(|(one, other)| format!("{one}/{other}")).collect();
            notes.note(pointer, format!("exclude each other: {}", names.join(", ")));
            facts.exclusive = pairs;
        }
    });
}

fn exclusive_pairs(operation: &mut Operation) -> Vec<(String, String)> {
    let parameters: Vec<(String, String)> = operation
        .parameters
        .iter_mut()
        .filter_map(|parameter| match parameter {
            ReferenceOr::Item(parameter @ Parameter::Query { .. }) => {
                let data = parameter_data_mut(parameter);
                Some((data.name.clone(), prose(data)))
            }
            _ => None,
        })
        .collect();
    let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, (name, _)) in parameters.iter().enumerate() {
        places.entry(name.to_lowercase()).or_default().push(index);
    }
    let mut pairs = BTreeSet::new();
    for (index, (name, prose)) in parameters.iter().enumerate() {
        let page = match name.as_str() {
            "before" => Some("after".to_owned()),
            "after" => Some("before".to_owned()),
            _ => None,
        };
        let others = excluded(prose).into_iter().chain(page);
        for other in others.filter_map(|name| places.get(&name)).flatten() {
            pairs.insert((index.min(*other), index.max(*other)));
        }
    }
    let named = |index: usize| parameters[index].0.clone();
    pairs.into_iter().filter(|(one, other)| one != other).map(|(one, other)| (named(one), named(other))).collect()
}

/// Returns the lower-case names of parameters that a description excludes.
fn excluded(prose: &str) -> Vec<String> {
    let prose = prose.to_lowercase();
    let rests = EXCLUSION_PHRASES.iter().flat_map(|phrase| prose.split(phrase).skip(1));
    let word = |rest: &str| {
        let name = rest.trim_start_matches('`');
        name.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().map(str::to_owned)
    };
    rests.filter_map(word).collect()
}

/// Returns the descriptions of a parameter and of its schema.
fn prose(parameter: &ParameterData) -> String {
    let mut prose = parameter.description.clone().unwrap_or_default();
    if let ParameterSchemaOrContent::Schema(ReferenceOr::Item(schema)) = &parameter.format
        && let Some(description) = &schema.schema_data.description
    {
        prose.push(' ');
        prose.push_str(description);
    }
    prose
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::{applied, at_path, operation, repaired, repaired_facts};
    use super::*;

    fn query(name: &str, description: &str, schema: &Value) -> Value {
        json!({ "name": name, "in": "query", "description": description, "schema": schema })
    }

    fn parameters(parameters: Value) -> Value {
        operation(json!({ "parameters": parameters, "responses": {} }))
    }

    fn in_path(name: &str) -> Value {
        json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } })
    }

    #[test]
    fn headers_of_the_client_are_dropped() {
        let header = |name: &str| json!({ "name": name, "in": "header", "schema": { "type": "string" } });
        let (after, notes) = repaired(parameters(json!([header("meld-version"), header("Meld-Account-Id")])));
        assert_eq!(applied(&notes, "client-header-parameters")[0].what, "dropped Meld-Version, which the client sends");
        let after = &after["paths"]["/things"]["get"]["parameters"];
        assert_eq!(after.as_array().unwrap().len(), 1);
        assert_eq!(after[0]["name"], "Meld-Account-Id");
    }

    #[test]
    fn path_parameters_follow_the_path() {
        let header = json!({ "name": "h", "in": "header", "schema": { "type": "string" } });
        let before = at_path(
            "/routes/{source}/{destination}",
            json!({ "parameters": [in_path("destination"), header, in_path("source")], "responses": {} }),
        );
        let (after, notes) = repaired(before);
        let after = &after["paths"]["/routes/{source}/{destination}"]["get"]["parameters"];
        let names: Vec<_> = after.as_array().unwrap().iter().map(|p| &p["name"]).collect();
        assert_eq!(names, ["source", "h", "destination"]);
        let notes = applied(&notes, "path-parameter-order");
        assert_eq!(notes[0].what, "reordered to source, destination");
    }

    #[test]
    fn path_parameters_in_order_are_not_touched() {
        let (_, notes) = repaired(at_path(
            "/routes/{source}/{destination}",
            json!({ "parameters": [in_path("source"), in_path("destination")], "responses": {} }),
        ));
        assert!(notes.is_empty());
    }

    #[test]
    fn comma_separated_string_becomes_list() {
        let (after, notes) = repaired(parameters(json!([
            query("ids", "Ids, comma separated", &json!({ "type": "string" })),
            query("statuses", "Comma-separated", &json!({ "type": "string", "enum": ["A", "B"] })),
            query("status", "Status; see comma separated statuses", &json!({ "type": "string", "enum": ["A"] })),
            query("day", "Days, comma separated", &json!({ "type": "string", "format": "date" })),
            query("name", "Name", &json!({ "type": "string" })),
        ])));
        let after = &after["paths"]["/things"]["get"]["parameters"];
        assert_eq!(after[0]["schema"], json!({ "type": "array", "items": { "type": "string" } }));
        assert_eq!(after[0]["description"], "Ids, comma separated");
        assert_eq!(after[0]["explode"], false);
        let items = json!({ "type": "string", "enum": ["A", "B"] });
        assert_eq!(after[1]["schema"], json!({ "type": "array", "items": items }));
        for untouched in 2..5 {
            assert_eq!(after[untouched]["schema"]["type"], "string");
        }
        assert_eq!(applied(&notes, "comma-separated-list").len(), 2);
    }

    #[test]
    fn limit_range_comes_from_description() {
        let integer = json!({ "type": "integer", "format": "int32" });
        let (after, notes) =
            repaired(parameters(json!([query("limit", "Page size, 1 to 1,000, default 10", &integer)])));
        let schema = &after["paths"]["/things"]["get"]["parameters"][0]["schema"];
        assert_eq!((&schema["minimum"], &schema["maximum"]), (&json!(1), &json!(1000)));
        assert_eq!(applied(&notes, "limit-range")[0].what, "limit became 1 to 1000");
    }

    #[test]
    fn limit_range_comes_from_guides_otherwise() {
        let before = json!({
            "parameters": [query("limit", "Page size", &json!({ "type": "integer" }))],
            "responses": {}
        });
        let (after, _) = repaired(at_path("/institutions", before.clone()));
        let schema = &after["paths"]["/institutions"]["get"]["parameters"][0]["schema"];
        assert_eq!(schema["maximum"], 1000);
        let (_, notes) = repaired(at_path("/elsewhere", before));
        assert!(notes.is_empty());
    }

    #[test]
    fn a_declared_range_stays() {
        let declared = json!({ "type": "integer", "minimum": 5 });
        let (_, notes) = repaired(parameters(json!([query("limit", "1 to 100; default 10", &declared)])));
        assert!(notes.is_empty());
    }

    #[test]
    fn ranges_are_parsed_from_descriptions() {
        assert_eq!(range_in_prose("Page size, 1 to 100; default 10"), Some((1, 100)));
        assert_eq!(range_in_prose("Between (1 to 1000)."), Some((1, 1000)));
        assert_eq!(range_in_prose("from 3 to 2"), None);
        assert_eq!(range_in_prose("Up to 100"), None);
        assert_eq!(range_in_prose("1 to 99999999999999999999"), None);
    }

    #[test]
    fn exclusive_parameters_are_recorded() {
        let string = json!({ "type": "string" });
        let (_, facts, notes) = repaired_facts(parameters(json!([
            query("customerId", "Not together with externalCustomerId.", &string),
            query("externalCustomerId", "cannot be combined with customerId", &string),
            query("before", "Key", &string),
            query("after", "Key", &string),
        ])));
        let pair = |one: &str, other: &str| (one.to_owned(), other.to_owned());
        assert_eq!(
            facts.operations["/paths/~1things/get"].exclusive,
            [pair("customerId", "externalCustomerId"), pair("before", "after")]
        );
        assert_eq!(applied(&notes, "exclusive-parameters").len(), 1);
    }

    #[test]
    fn parameters_with_precedence_are_not_exclusive() {
        let string = json!({ "type": "string" });
        let (_, notes) = repaired(parameters(json!([
            query("customerId", "Give it or externalCustomerId; this one wins.", &string),
            query("externalCustomerId", "Not together with customerIds.", &string),
            query("before", "Key", &string),
        ])));
        assert!(notes.is_empty());
    }
}
