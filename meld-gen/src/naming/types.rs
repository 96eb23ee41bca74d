//! Names of types without dates and generated numbers; equal schemas that differ only by date become one type.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use openapiv3::{OpenAPI, ReferenceOr};

use super::overrides::TYPE_NAMES;
use crate::error::pointer_push;
use crate::identifiers::type_name;
use crate::model::{Origin, Origins};
use crate::spec::visit::{self, SchemaRef, component_name, reference_to, references_in};

/// New names of component schemas by their old ones.
pub type Names = BTreeMap<String, String>;

const SCHEMAS: &str = "/components/schemas";

/// A schema name, split into the part without the date, and the date.
#[derive(Debug, PartialEq, Eq)]
struct Dated {
    base: String,
    date: Option<String>,
}

/// Gives every component schema its Rust name and merges equal schemas that differ only by date. Different schemas whose
/// names would be equal get numbers. Returns the origin of each Rust name.
pub fn rename(api: &mut OpenAPI, module: &str) -> Origins {
    let Some(components) = &mut api.components else { return Origins::new() };
    let mut names = choose(&components.schemas, module);
    number_repeated(&components.schemas, &mut names);
    let mut renamed = IndexMap::new();
    let mut sources: IndexMap<String, String> = IndexMap::new();
    for (name, mut schema) in std::mem::take(&mut components.schemas) {
        rewrite_references(&mut schema, &names);
        let new = names.get(&name).cloned().unwrap_or_else(|| name.clone());
        // The one of two equal schemas with the later date is the origin of both.
        if sources.get(&new).is_some_and(|twin| name < *twin) {
            continue;
        }
        sources.insert(new.clone(), name);
        renamed.insert(new, schema);
    }
    components.schemas = renamed;
    visit::operations(api, &mut |pointer, _, _, operation| {
        visit::operation_schemas(pointer, operation, &mut |_: &str, schema: &mut SchemaRef| {
            rewrite_reference(schema, &names);
        });
    });
    let origin = |name: String| Origin { pointer: pointer_push(SCHEMAS, &name), name };
    sources.into_iter().map(|(new, name)| (new, origin(name))).collect()
}

/// Gives a number to every schema that differs from an earlier one of the same name.
///
/// Equality depends on the names of referenced schemas. Therefore, all are compared again until no name changes.
fn number_repeated(schemas: &IndexMap<String, SchemaRef>, names: &mut Names) {
    let mut taken: BTreeSet<String> = names.values().cloned().collect();
    loop {
        let mut first: BTreeMap<String, &str> = BTreeMap::new();
        let mut repeated = Vec::new();
        for (name, schema) in schemas {
            let Some(rust) = names.get(name).cloned() else { continue };
            match first.get(&rust) {
                Some(other) if !same_with_names(&schemas[*other], schema, names) => {
                    repeated.push((name.clone(), rust));
                }
                Some(_) => {}
                None => drop(first.insert(rust, name)),
            }
        }
        if repeated.is_empty() {
            return;
        }
        for (name, rust) in repeated {
            let stem = rust.trim_end_matches('_');
            let mut numbered = (2..).map(|number: usize| format!("{stem}{number}"));
            let free = numbered.find(|name| !taken.contains(name)).unwrap_or(rust);
            taken.insert(free.clone());
            names.insert(name, free);
        }
    }
}

/// Chooses the Rust name of each schema.
fn choose(schemas: &IndexMap<String, SchemaRef>, module: &str) -> Names {
    let mut names = BTreeMap::new();
    let mut groups: BTreeMap<String, Vec<(Option<String>, String)>> = BTreeMap::new();
    for name in schemas.keys() {
        if let Some(explicit) = explicit_name(module, name) {
            names.insert(name.clone(), explicit.to_owned());
        } else {
            let Dated { base, date } = split_date(name);
            groups.entry(base).or_default().push((date, name.clone()));
        }
    }
    let taken: BTreeSet<String> = names.values().cloned().collect();
    let mut tentative = names.clone();
    for (base, members) in &groups {
        for (_, name) in members {
            tentative.insert(name.clone(), base.clone());
        }
    }
    separate(schemas, &groups, &taken, &mut tentative);
    names.extend(tentative);
    names
}

/// Gives members of a group their own names until only equal members share the common name.
///
/// Equality depends on the names of referenced schemas. Therefore, groups that refer to a renamed schema are compared
/// again until no name changes.
fn separate(
    schemas: &IndexMap<String, SchemaRef>,
    groups: &BTreeMap<String, Vec<(Option<String>, String)>>,
    taken: &BTreeSet<String>,
    tentative: &mut Names,
) {
    let referring = referring_groups(schemas, groups);
    let mut open: BTreeSet<&str> = groups
        .iter()
        .filter(|(base, members)| members.len() > 1 || taken.contains(*base))
        .map(|(base, _)| base.as_str())
        .collect();
    while !open.is_empty() {
        let mut next = BTreeSet::new();
        for base in open {
            let members = &groups[base];
            let keeper = keeper(members);
            for (_, name) in members {
                let shares = tentative[name] == base;
                let may_share = !taken.contains(base)
                    && (name == keeper || same_with_names(&schemas[keeper], &schemas[name], tentative));
                if shares && !may_share {
                    let own = undated_name(name);
                    if own != base {
                        next.extend(referring.get(name.as_str()).into_iter().flatten());
                    }
                    tentative.insert(name.clone(), own);
                }
            }
        }
        open = next;
    }
}

/// Returns, for each schema, the groups of several members that refer to it.
fn referring_groups<'g>(
    schemas: &IndexMap<String, SchemaRef>,
    groups: &'g BTreeMap<String, Vec<(Option<String>, String)>>,
) -> BTreeMap<String, BTreeSet<&'g str>> {
    let mut referring: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (base, members) in groups.iter().filter(|(_, members)| members.len() > 1) {
        for (_, name) in members {
            for target in references_in(&mut schemas[name].clone()) {
                referring.entry(target).or_default().insert(base);
            }
        }
    }
    referring
}

/// Returns the member that keeps the common name: the one without a date, else the newest.
fn keeper(members: &[(Option<String>, String)]) -> &str {
    let undated = members.iter().find(|(date, _)| date.is_none());
    let newest = members.iter().max();
    undated.or(newest).map_or("", |(_, name)| name.as_str())
}

fn explicit_name<'a>(module: &str, name: &str) -> Option<&'a str> {
    TYPE_NAMES
        .iter()
        .find(|(family, schema, _)| (*family == "*" || *family == module) && *schema == name)
        .map(|(_, _, rust)| *rust)
}

/// Returns the Rust name of a schema with its date, distinct from names that generated code uses.
fn undated_name(name: &str) -> String {
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        return type_name(&format!("Schema{name}"));
    }
    type_name(name)
}

/// Splits names such as `FinancialAccount_2022_09_21`, `Customer20230401`, `SessionDataInputV20231219` and
/// `Country20231122Region`.
fn split_date(name: &str) -> Dated {
    let bytes = name.as_bytes();
    for start in 0..bytes.len() {
        if let Some(length) = date_length(&bytes[start..])
            && !start.checked_sub(1).is_some_and(|before| bytes[before].is_ascii_digit())
        {
            let date = name[start..start + length].replace('_', "");
            let before = name[..start].trim_end_matches('_');
            let before = before.strip_suffix('V').unwrap_or(before);
            let after = name[start + length..].trim_start_matches('_');
            let base = undated_name(&format!("{before}{after}"));
            return Dated { base, date: Some(date) };
        }
    }
    Dated { base: undated_name(name), date: None }
}

/// Returns the length of the date at the start of `bytes`: `20231219` or `2022_09_21`.
fn date_length(bytes: &[u8]) -> Option<usize> {
    let digits =
        |range: std::ops::Range<usize>| bytes.get(range).is_some_and(|part| part.iter().all(u8::is_ascii_digit));
    let ends = |length: usize| !bytes.get(length).is_some_and(u8::is_ascii_digit);
    if !bytes.starts_with(b"20") {
        None
    } else if digits(0..8) && ends(8) {
        Some(8)
    } else if digits(0..4)
        && bytes.get(4) == Some(&b'_')
        && digits(5..7)
        && bytes.get(7) == Some(&b'_')
        && digits(8..10)
        && ends(10)
    {
        Some(10)
    } else {
        None
    }
}

/// Gives the references in `schema` the new names of their targets.
pub fn rewrite_references(schema: &mut SchemaRef, names: &Names) {
    visit::schema_tree("", schema, &mut |_: &str, schema: &mut SchemaRef| {
        rewrite_reference(schema, names);
    });
}

fn rewrite_reference(schema: &mut SchemaRef, names: &Names) {
    if let Some(new) = component_name(schema).and_then(|name| names.get(name)) {
        *schema = reference_to(new);
    } else if let ReferenceOr::Item(item) = schema
        && let Some(discriminator) = &mut item.schema_data.discriminator
    {
        for target in discriminator.mapping.values_mut() {
            let name = target.strip_prefix(visit::SCHEMA_PREFIX).unwrap_or(target);
            if let Some(new) = names.get(name) {
                *target = format!("{}{new}", visit::SCHEMA_PREFIX);
            }
        }
    }
}

fn same_with_names(a: &SchemaRef, b: &SchemaRef, names: &Names) -> bool {
    let (mut a, mut b) = (a.clone(), b.clone());
    rewrite_references(&mut a, names);
    rewrite_references(&mut b, names);
    same(&a, &b)
}

/// Returns `true` if two schemas are equal except for descriptions, titles and examples.
pub fn same(a: &SchemaRef, b: &SchemaRef) -> bool {
    let bare = |schema: &SchemaRef| {
        let mut schema = schema.clone();
        visit::schema_tree("", &mut schema, &mut |_: &str, schema: &mut SchemaRef| {
            if let ReferenceOr::Item(item) = schema {
                item.schema_data.description = None;
                item.schema_data.title = None;
                item.schema_data.example = None;
                if let openapiv3::SchemaKind::AllOf { all_of } = &item.schema_kind
                    && let [only] = all_of.as_slice()
                    && item.schema_data == openapiv3::SchemaData::default()
                {
                    *schema = only.clone();
                }
            }
        });
        schema
    };
    bare(a) == bare(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_removed_from_names() {
        for (name, base, date) in [
            ("FinancialAccount_2022_09_21", "FinancialAccount", Some("20220921")),
            ("Customer20230401", "Customer", Some("20230401")),
            ("SessionDataInputV20231219", "SessionDataInput", Some("20231219")),
            ("Country20231122Region", "CountryRegion", Some("20231122")),
            ("CryptoQuote", "CryptoQuote", None),
            ("Error", "ErrorSchema", None),
            ("JSONB", "Jsonb", None),
            ("payment-method", "PaymentMethod", None),
            ("Id120231219", "Id120231219", None),
        ] {
            let expected = Dated { base: base.to_owned(), date: date.map(str::to_owned) };
            assert_eq!(split_date(name), expected, "{name}");
        }
    }

    fn renamed(schemas: serde_json::Value) -> Vec<String> {
        let mut api: OpenAPI = serde_json::from_value(serde_json::json!({
            "openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {},
            "components": {"schemas": schemas}
        }))
        .unwrap();
        rename(&mut api, "t");
        api.components.unwrap().schemas.keys().cloned().collect()
    }

    #[test]
    fn only_equal_schemas_lose_their_dates() {
        let leaf = |kind: &str| serde_json::json!({"type": "object", "properties": {"a": {"type": kind}}});
        let holder = |name: &str| {
            serde_json::json!({"type": "object", "properties": {
                "leaf": {"$ref": format!("#/components/schemas/{name}")}}})
        };
        let equal = serde_json::json!({
            "Leaf20230401": leaf("string"), "Leaf20250304": leaf("string"),
            "Holder20230401": holder("Leaf20230401"), "Holder20250304": holder("Leaf20250304")
        });
        assert_eq!(renamed(equal), ["Leaf", "Holder"]);
        let different = serde_json::json!({
            "Leaf20230401": leaf("string"), "Leaf20250304": leaf("integer"),
            "Holder20230401": holder("Leaf20230401"), "Holder20250304": holder("Leaf20250304")
        });
        assert_eq!(renamed(different), ["Leaf20230401", "Leaf", "Holder20230401", "Holder"]);
    }

    #[test]
    fn undated_schema_keeps_its_name() {
        let different = serde_json::json!({
            "Leaf": {"type": "object", "properties": {"a": {"type": "string"}}},
            "Leaf20250304": {"type": "object", "properties": {"b": {"type": "string"}}}
        });
        assert_eq!(renamed(different), ["Leaf", "Leaf20250304"]);
    }

    #[test]
    fn names_that_would_be_equal_get_numbers() {
        let names = renamed(serde_json::json!({
            "my-leaf": {"type": "string"}, "MyLeaf": {"type": "integer"},
            "my_leaf": {"type": "string"}, "MyLeaf2": {"type": "boolean"},
            "?": {"type": "string"}, "!": {"type": "integer"},
            "Client": {"type": "string"}, "ClientSchema": {"type": "integer"}
        }));
        let expected = ["MyLeaf", "MyLeaf3", "MyLeaf2", "X", "X2", "ClientSchema", "ClientSchema2"];
        assert_eq!(names, expected);
    }
}
