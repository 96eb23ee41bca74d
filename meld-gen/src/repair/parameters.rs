//! Parameters: their order, their types, and what stands in prose only.

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::{
    ArrayType, Operation, Parameter, ParameterData, ParameterSchemaOrContent, QueryStyle,
    ReferenceOr, Schema, SchemaData, SchemaKind, Type, VariantOrUnknownOrEmpty,
};

use super::Context;
use crate::spec::visit::{parameter_data_mut, rebox};

/// Page sizes by path, from Meld's guides, for documents whose prose does not tell them.
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

/// What the prose says where two parameters exclude each other; the other's name follows.
const EXCLUSION_PHRASES: &[&str] = &["not together with ", "cannot be combined with "];

/// Brings the path parameters into the order of the path; all others keep their places.
pub(super) fn path_parameter_order(context: &mut Context<'_>) {
    context.operations(|pointer, path, operation, notes| {
        let parameters = &mut operation.parameters;
        let places: Vec<usize> = (0..parameters.len())
            .filter(|index| path_parameter_name(&parameters[*index]).is_some())
            .collect();
        let declared: Vec<_> = places.iter().map(|index| parameters[*index].clone()).collect();
        let mut ordered = declared.clone();
        let names = names_in_path(path);
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

fn names_in_path(path: &str) -> Vec<&str> {
    path.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0)).collect()
}

/// Types a query parameter as a list where its prose says that its values are separated by commas.
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

/// Turns the schema of a parameter into an array, and says what became of it.
fn make_list(parameter: &mut ParameterData) -> Option<String> {
    let prose = prose(parameter).to_lowercase();
    if !prose.contains("comma separated") && !prose.contains("comma-separated") {
        return None;
    }
    let name = parameter.name.clone();
    let ParameterSchemaOrContent::Schema(ReferenceOr::Item(schema)) = &mut parameter.format else {
        return None;
    };
    let SchemaKind::Type(Type::String(string)) = &schema.schema_kind else { return None };
    let has_format = !matches!(string.format, VariantOrUnknownOrEmpty::Empty);
    // An enum is typed with care: one value of it may well be meant unless the name is a plural.
    let is_single_value = !string.enumeration.is_empty() && !is_plural(&name);
    if has_format || is_single_value {
        return None;
    }
    let what = if string.enumeration.is_empty() { "strings" } else { "enum values" };
    let item = Schema {
        schema_data: SchemaData::default(),
        schema_kind: SchemaKind::Type(Type::String(string.clone())),
    };
    schema.schema_kind = SchemaKind::Type(Type::Array(ArrayType {
        items: Some(rebox(ReferenceOr::Item(item))),
        min_items: None,
        max_items: None,
        unique_items: false,
    }));
    parameter.explode = Some(false);
    Some(format!("{name} became a list of {what}, separated by commas"))
}

/// Whether a name is a plural: `statuses`, not `status` or `address`.
fn is_plural(name: &str) -> bool {
    name.ends_with('s') && !name.ends_with("us") && !name.ends_with("ss")
}

/// Puts the range of page sizes into the schema, from the prose or from the guides.
pub(super) fn limit_range(context: &mut Context<'_>) {
    context.operations(|pointer, path, operation, notes| {
        for (index, parameter) in operation.parameters.iter_mut().enumerate() {
            if let ReferenceOr::Item(Parameter::Query { parameter_data, .. }) = parameter
                && parameter_data.name == "limit"
                && let Some((least, most)) =
                    range_in_prose(&prose(parameter_data)).or_else(|| known_range(path))
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

/// Finds `1 to 1000` in prose.
fn range_in_prose(prose: &str) -> Option<(i64, i64)> {
    let words: Vec<&str> = prose.split_whitespace().collect();
    words.windows(3).find_map(|words| {
        let (least, most) = (number(words[0])?, number(words[2])?);
        (words[1] == "to" && least < most).then_some((least, most))
    })
}

/// Reads a number that may have punctuation around it and thousands separators in it.
fn number(word: &str) -> Option<i64> {
    let digits = word.trim_matches(|c: char| !c.is_ascii_digit()).replace(',', "");
    digits.parse().ok()
}

fn set_range(parameter: &mut ParameterData, least: i64, most: i64) -> bool {
    let ParameterSchemaOrContent::Schema(ReferenceOr::Item(schema)) = &mut parameter.format else {
        return false;
    };
    let SchemaKind::Type(Type::Integer(integer)) = &mut schema.schema_kind else { return false };
    // What the document itself declares is not overwritten.
    if integer.minimum.is_some() || integer.maximum.is_some() {
        return false;
    }
    integer.minimum = Some(least);
    integer.maximum = Some(most);
    true
}

/// Records the pairs of query parameters of which only one may be given: `before` and `after`
/// always, and those of which the prose says so.
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
    pairs
        .into_iter()
        .filter(|(one, other)| one != other)
        .map(|(one, other)| (named(one), named(other)))
        .collect()
}

/// The names, in lower case, of the parameters that the prose says its parameter excludes.
fn excluded(prose: &str) -> Vec<String> {
    let prose = prose.to_lowercase();
    let rests = EXCLUSION_PHRASES.iter().flat_map(|phrase| prose.split(phrase).skip(1));
    let word = |rest: &str| {
        rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().map(str::to_owned)
    };
    rests.filter_map(word).collect()
}

/// All that is said about a parameter, at the parameter and at its schema.
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
    fn a_comma_separated_string_becomes_a_list() {
        let (after, notes) = repaired(parameters(json!([
            query("ids", "Ids, comma separated", &json!({ "type": "string" })),
            query("statuses", "Comma-separated", &json!({ "type": "string", "enum": ["A", "B"] })),
            query(
                "status",
                "Status; see comma separated statuses",
                &json!({ "type": "string", "enum": ["A"] })
            ),
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
    fn the_range_of_limit_comes_from_the_prose() {
        let integer = json!({ "type": "integer", "format": "int32" });
        let (after, notes) = repaired(parameters(json!([query(
            "limit",
            "Page size, 1 to 1,000, default 10",
            &integer
        )])));
        let schema = &after["paths"]["/things"]["get"]["parameters"][0]["schema"];
        assert_eq!((&schema["minimum"], &schema["maximum"]), (&json!(1), &json!(1000)));
        assert_eq!(applied(&notes, "limit-range")[0].what, "limit became 1 to 1000");
    }

    #[test]
    fn the_range_of_limit_comes_from_the_guides_where_the_prose_lacks_it() {
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
        let (_, notes) =
            repaired(parameters(json!([query("limit", "1 to 100; default 10", &declared)])));
        assert!(notes.is_empty());
    }

    #[test]
    fn ranges_are_read_off_prose() {
        assert_eq!(range_in_prose("Page size, 1 to 100; default 10"), Some((1, 100)));
        assert_eq!(range_in_prose("Between (1 to 1000)."), Some((1, 1000)));
        assert_eq!(range_in_prose("from 3 to 2"), None);
        assert_eq!(range_in_prose("Up to 100"), None);
        assert_eq!(range_in_prose("1 to 99999999999999999999"), None);
    }

    #[test]
    fn parameters_that_exclude_each_other_are_recorded() {
        let string = json!({ "type": "string" });
        let (_, facts, notes) = repaired_facts(parameters(json!([
            query("customerId", "Not together with externalCustomerId.", &string),
            query("externalCustomerId", "cannot be combined with customerId", &string),
            query("before", "Key", &string),
            query("after", "Key", &string),
        ])));
        let pair = |one: &str, other: &str| (one.to_owned(), other.to_owned());
        assert_eq!(
            facts["/paths/~1things/get"].exclusive,
            [pair("customerId", "externalCustomerId"), pair("before", "after")]
        );
        assert_eq!(applied(&notes, "exclusive-parameters").len(), 1);
    }

    #[test]
    fn parameters_of_which_one_wins_do_not_exclude_each_other() {
        let string = json!({ "type": "string" });
        let (_, notes) = repaired(parameters(json!([
            query("customerId", "Give it or externalCustomerId; this one wins.", &string),
            query("externalCustomerId", "Not together with customerIds.", &string),
            query("before", "Key", &string),
        ])));
        assert!(notes.is_empty());
    }
}
