//! Schemas with `$ref`, `allOf`, `oneOf` and `anyOf` resolved.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

/// Returns `true` if a schema of the spec `root`, or one that it is composed of, sets a keyword such as `readOnly`.
pub(crate) fn has_flag(root: &Value, schema: &Value, keyword: &str) -> bool {
    let resolved = ResolvedSchema::choosing(root, &[schema], &mut |_| Vec::new());
    resolved.values(keyword).any(|value| value == true)
}

/// All constraints on one value: a schema of a spec with its references, compositions and unions resolved.
#[derive(Debug, Default)]
pub struct ResolvedSchema<'a> {
    /// The schemas that apply to the value, including the targets of references and the members of unions.
    parts: Vec<&'a Value>,
    /// The references that were followed.
    pub references: BTreeSet<&'a str>,
}

impl<'a> ResolvedSchema<'a> {
    /// Resolves the conjunction of some schemas of the spec `root`, with all members of each union.
    pub fn new(root: &'a Value, schemas: &[&'a Value]) -> Self {
        Self::choosing(root, schemas, &mut |members| (0..members).collect())
    }

    /// Resolves the conjunction of some schemas of the spec `root`. `choose` is called with the number of members of
    /// each union and returns the indices of those to include.
    pub fn choosing(root: &'a Value, schemas: &[&'a Value], choose: &mut dyn FnMut(usize) -> Vec<usize>) -> Self {
        let mut resolved = Self::default();
        for schema in schemas {
            resolved.add(root, schema, choose);
        }
        resolved
    }

    fn add(&mut self, root: &'a Value, schema: &'a Value, choose: &mut dyn FnMut(usize) -> Vec<usize>) {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            // A reference that was followed before adds nothing, and may be recursive.
            if self.references.insert(reference)
                && let Some(target) = reference.strip_prefix('#').and_then(|at| root.pointer(at))
            {
                self.add(root, target, choose);
            }
        }
        for member in list(schema, "allOf") {
            self.add(root, member, choose);
        }
        for union in ["oneOf", "anyOf"] {
            let members: Vec<&Value> = list(schema, union).iter().filter(|member| !is_null(member)).collect();
            if !members.is_empty() {
                for index in choose(members.len()) {
                    self.add(root, members[index], choose);
                }
            }
        }
        self.parts.push(schema);
    }

    /// Returns the values of a keyword in all parts that have it.
    pub fn values(&self, keyword: &str) -> impl Iterator<Item = &'a Value> {
        self.parts.iter().filter_map(move |part| part.get(keyword))
    }

    /// Returns the first string value of a keyword.
    pub fn text(&self, keyword: &str) -> Option<&'a str> {
        self.values(keyword).find_map(Value::as_str)
    }

    /// Returns the greatest number of a keyword.
    pub fn greatest(&self, keyword: &str) -> Option<f64> {
        self.values(keyword).filter_map(Value::as_f64).reduce(f64::max)
    }

    /// Returns the least number of a keyword.
    pub fn least(&self, keyword: &str) -> Option<f64> {
        self.values(keyword).filter_map(Value::as_f64).reduce(f64::min)
    }

    /// Returns the type of the value, if it is stated or follows from `properties` or `items`.
    pub fn kind(&self) -> Option<&'a str> {
        let properties = || self.values("properties").next().map(|_| "object");
        let items = || self.values("items").next().map(|_| "array");
        let first_of_several = || {
            let kinds = self.values("type").filter_map(Value::as_array).flatten();
            kinds.filter_map(Value::as_str).find(|kind| *kind != "null")
        };
        self.text("type").or_else(first_of_several).or_else(properties).or_else(items)
    }

    /// Returns the allowed values: `const`, or the intersection of all `enum` lists.
    pub fn allowed(&self) -> Option<Vec<&'a Value>> {
        if let Some(value) = self.values("const").next() {
            return Some(vec![value]);
        }
        let mut lists = self.values("enum").filter_map(Value::as_array);
        let first: Vec<&Value> = lists.next()?.iter().collect();
        Some(lists.fold(first, |common, list| common.into_iter().filter(|value| list.contains(value)).collect()))
    }

    /// Returns `true` if the value can be null.
    fn is_nullable(&self) -> bool {
        let is_null =
            |kind: &Value| kind == "null" || kind.as_array().is_some_and(|kinds| kinds.contains(&"null".into()));
        self.values("type").any(is_null) || self.allowed().is_some_and(|values| values.contains(&&Value::Null))
    }

    /// Returns the schemas of the items of an array.
    pub fn items(&self) -> Vec<&'a Value> {
        self.values("items").collect()
    }

    /// Returns the schemas of each property.
    pub fn properties(&self) -> BTreeMap<&'a str, Vec<&'a Value>> {
        let mut properties: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
        for (name, schema) in self.values("properties").filter_map(Value::as_object).flatten() {
            // Published specs have entries that are not schemas, such as a list of examples.
            if schema.is_object() {
                properties.entry(name.as_str()).or_default().push(schema);
            }
        }
        properties
    }

    /// Returns the names of the required properties.
    pub fn required(&self) -> BTreeSet<&'a str> {
        let lists = self.values("required").filter_map(Value::as_array);
        lists.flatten().filter_map(Value::as_str).collect()
    }

    /// Returns the schema of additional properties, if there is one.
    pub fn additional(&self) -> Option<&'a Value> {
        self.values("additionalProperties").find(|schema| schema.is_object())
    }
}

/// Returns `true` for a schema of null alone, which a union has beside others.
fn is_null(schema: &Value) -> bool {
    schema.get("type").is_some_and(|kind| kind == "null")
}

fn list<'a>(schema: &'a Value, keyword: &str) -> &'a [Value] {
    schema.get(keyword).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// Removes the properties that a schema does not declare, such as those of other versions, and nulls that no schema
/// allows.
pub(crate) fn retain_declared(root: &Value, schemas: &[&Value], value: Value) -> Value {
    let schema = ResolvedSchema::new(root, schemas);
    match value {
        Value::Object(fields) => Value::Object(retain_declared_fields(root, &schema, fields)),
        Value::Array(items) => {
            let schemas = schema.items();
            items.into_iter().map(|item| retain_declared(root, &schemas, item)).collect()
        }
        other => other,
    }
}

fn retain_declared_fields(root: &Value, schema: &ResolvedSchema<'_>, fields: Map<String, Value>) -> Map<String, Value> {
    let properties = schema.properties();
    let is_open = properties.is_empty() || schema.values("additionalProperties").next().is_some();
    let required = schema.required();
    let is_nullable =
        |name: &str| properties.get(name).is_some_and(|schemas| ResolvedSchema::new(root, schemas).is_nullable());
    let present = fields.into_iter().filter(|(name, value)| !value.is_null() || is_nullable(name));
    present
        .filter_map(|(name, value)| match properties.get(name.as_str()) {
            Some(schemas) => Some((name, retain_declared(root, schemas, value))),
            None => (is_open || required.contains(name.as_str())).then_some((name, value)),
        })
        .collect()
}
