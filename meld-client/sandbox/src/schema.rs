//! Schemas as the documents have them: what has to hold of a value, gathered from `$ref`, `allOf`,
//! `oneOf` and `anyOf`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::documents::Document;

/// Everything that has to hold of one value.
#[derive(Default)]
pub(crate) struct Gathered<'a> {
    /// The schemas that say something themselves, `$ref` and unions resolved.
    pub parts: Vec<&'a Value>,
    /// The references that were followed.
    pub references: BTreeSet<&'a str>,
}

impl<'a> Gathered<'a> {
    /// Gathers what has to hold when all of these schemas do; `choose` says which members of a union
    /// to take, by their number.
    pub fn new(
        document: &'a Document,
        schemas: &[&'a Value],
        choose: &mut dyn FnMut(usize) -> Vec<usize>,
    ) -> Self {
        let mut gathered = Self::default();
        for schema in schemas {
            gathered.add(document, schema, choose);
        }
        gathered
    }

    fn add(
        &mut self,
        document: &'a Document,
        schema: &'a Value,
        choose: &mut dyn FnMut(usize) -> Vec<usize>,
    ) {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            // A reference that was followed already adds nothing, and may lead round in a circle.
            if self.references.insert(reference)
                && let Some(target) = document.resolve(reference)
            {
                self.add(document, target, choose);
            }
        }
        for member in list(schema, "allOf") {
            self.add(document, member, choose);
        }
        for union in ["oneOf", "anyOf"] {
            let members = list(schema, union);
            if !members.is_empty() {
                for index in choose(members.len()) {
                    self.add(document, &members[index], choose);
                }
            }
        }
        self.parts.push(schema);
    }

    /// The values of a keyword in all parts that have it.
    pub fn values(&self, keyword: &str) -> impl Iterator<Item = &'a Value> {
        self.parts.iter().filter_map(move |part| part.get(keyword))
    }

    /// The first text of a keyword.
    pub fn text(&self, keyword: &str) -> Option<&'a str> {
        self.values(keyword).find_map(Value::as_str)
    }

    /// The greatest number of a keyword.
    pub fn greatest(&self, keyword: &str) -> Option<f64> {
        self.values(keyword).filter_map(Value::as_f64).reduce(f64::max)
    }

    /// The least number of a keyword.
    pub fn least(&self, keyword: &str) -> Option<f64> {
        self.values(keyword).filter_map(Value::as_f64).reduce(f64::min)
    }

    /// The kind of the value, where it is said or shown.
    pub fn kind(&self) -> Option<&'a str> {
        let properties = || self.values("properties").next().map(|_| "object");
        let items = || self.values("items").next().map(|_| "array");
        // One of several is enough, but nothing comes of null.
        let of_several = || {
            let kinds = self.values("type").filter_map(Value::as_array).flatten();
            kinds.filter_map(Value::as_str).find(|kind| *kind != "null")
        };
        self.text("type").or_else(of_several).or_else(properties).or_else(items)
    }

    /// What all lists of allowed values have in common.
    pub fn allowed(&self) -> Option<Vec<&'a Value>> {
        if let Some(value) = self.values("const").next() {
            return Some(vec![value]);
        }
        let mut lists = self.values("enum").filter_map(Value::as_array);
        let first: Vec<&Value> = lists.next()?.iter().collect();
        Some(lists.fold(first, |common, list| {
            common.into_iter().filter(|value| list.contains(value)).collect()
        }))
    }

    /// The schemas of each property.
    pub fn properties(&self) -> BTreeMap<&'a str, Vec<&'a Value>> {
        let mut properties: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
        for (name, schema) in self.values("properties").filter_map(Value::as_object).flatten() {
            // Published files have entries that are no schema, such as a list of examples.
            if schema.is_object() {
                properties.entry(name).or_default().push(schema);
            }
        }
        properties
    }

    /// The names of the properties that must be there.
    pub fn required(&self) -> BTreeSet<&'a str> {
        let lists = self.values("required").filter_map(Value::as_array);
        lists.flatten().filter_map(Value::as_str).collect()
    }

    /// The schema of further properties, where there may be some.
    pub fn further(&self) -> Option<&'a Value> {
        self.values("additionalProperties").find(|schema| schema.is_object())
    }
}

fn list<'a>(schema: &'a Value, keyword: &str) -> &'a [Value] {
    schema.get(keyword).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// A value without what its schema does not know: properties of other versions, and nulls, which no
/// schema of the documents allows.
pub(crate) fn fit(document: &Document, schemas: &[&Value], value: Value) -> Value {
    let gathered = Gathered::new(document, schemas, &mut |members| (0..members).collect());
    match value {
        Value::Object(fields) => Value::Object(fit_fields(document, &gathered, fields)),
        Value::Array(items) => {
            let schemas: Vec<&Value> = gathered.values("items").collect();
            items.into_iter().map(|item| fit(document, &schemas, item)).collect()
        }
        other => other,
    }
}

fn fit_fields(
    document: &Document,
    gathered: &Gathered<'_>,
    fields: Map<String, Value>,
) -> Map<String, Value> {
    let properties = gathered.properties();
    let open = properties.is_empty() || gathered.values("additionalProperties").next().is_some();
    let known = fields.into_iter().filter(|(_, value)| !value.is_null());
    known
        .filter_map(|(name, value)| match properties.get(name.as_str()) {
            Some(schemas) => Some((name, fit(document, schemas, value))),
            None if open => Some((name, value)),
            None => None,
        })
        .collect()
}
