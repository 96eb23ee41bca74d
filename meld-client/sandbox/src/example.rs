//! Valid values generated from schemas, determined by a seed.

mod scalars;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use axum::http::Method;
use bytes::Bytes;
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;
use serde_json::{Map, Value, json};

use crate::error::Error;
use crate::multipart::{Multipart, Part};
use crate::random::{letters, seeded};
use crate::specs::schema::ResolvedSchema;
use crate::specs::{Direction, Operation, ParameterLocation, Spec};

/// The number of attempts to generate a valid response. Where schemas contradict each other, none is.
const ATTEMPTS: usize = 8;
/// The maximum depth of optional fields.
const MAX_OPTIONAL_DEPTH: usize = 8;
/// The maximum number of fields of a map, and of items, unless more are required.
const MAX_FIELDS: usize = 100;
/// The maximum depth of a value. A schema that requires itself has no finite value.
const MAX_DEPTH: usize = 24;

/// The characters of a path in a spec that no URL path has.
const NOT_IN_PATHS: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The optional fields that generated values have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Filling {
    /// Required fields only.
    Minimal,
    /// Each optional field with a probability of one half, by the seed.
    Mixed,
    /// All fields.
    #[default]
    Full,
}

/// A valid request of an operation.
#[derive(Clone, Debug)]
pub struct ExampleRequest {
    /// The HTTP method.
    pub method: Method,
    /// The path and query, percent-encoded.
    pub target: String,
    /// The header parameters.
    pub headers: Vec<(String, String)>,
    /// The JSON body, or the part `data` of a multipart body; `None` if the operation has no request body.
    pub body: Option<Value>,
    /// The names of the files of a multipart body; `None` if the body is JSON.
    pub files: Option<Vec<String>>,
}

impl Operation {
    /// Generates a valid request, determined by the seed. It has no `Authorization` and no `Meld-Version`.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Spec`] if the spec cannot be used.
    pub fn example_request(&self, seed: u64, filling: Filling) -> Result<ExampleRequest, Error> {
        let subject = format!("request {} {}", self.version, self.id);
        let mut generator = Generator::new(self, seed, &subject, filling, Direction::Request);
        let mut target = self.path.clone();
        let mut query = String::new();
        let mut headers = Vec::new();
        for parameter in &self.parameters {
            // The cursors `before` and `after` cannot be combined.
            let excluded = parameter.name == "before" && self.is_paged();
            if !parameter.required && (excluded || !generator.takes_optional(0)) {
                continue;
            }
            let value = generator.at(&parameter.schema, &parameter.name);
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let escaped = utf8_percent_encode(&text, NON_ALPHANUMERIC);
            match parameter.location {
                ParameterLocation::Path => {
                    target = target.replace(&format!("{{{}}}", parameter.name), &escaped.to_string());
                }
                ParameterLocation::Query => {
                    let mark = if query.is_empty() { '?' } else { '&' };
                    let _ = write!(query, "{mark}{}={escaped}", parameter.name);
                }
                ParameterLocation::Header => headers.push((parameter.name.clone(), text)),
            }
        }
        let target = utf8_percent_encode(&target, NOT_IN_PATHS).to_string();
        let body = self.request_pointer().map(|pointer| generator.at(pointer, ""));
        let is_multipart = self.request.is_none() && self.multipart_request.is_some();
        let files = body.as_ref().filter(|_| is_multipart).map(file_names);
        Ok(ExampleRequest { method: self.method.clone(), target: target + &query, headers, body, files })
    }

    /// Generates a valid body of a successful response, determined by the seed and the subject.
    ///
    /// Returns `None` if the response has no body.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Spec`] if the spec cannot be used.
    pub fn example_response(&self, seed: u64, subject: &str, filling: Filling) -> Result<Option<Value>, Error> {
        let Some(pointer) = &self.response else { return Ok(None) };
        let subject = format!("response {} {} {subject}", self.version, self.id);
        let mut generator = Generator::new(self, seed, &subject, filling, Direction::Response);
        let first = generator.at(pointer, "");
        let is_valid = |body: &Value| self.response_errors(&self.retain_declared(body.clone())).map(|it| it.is_empty());
        if is_valid(&first)? {
            return Ok(Some(first));
        }
        // Other members of unions, and fewer fields. Examples of the spec may be what is not valid.
        generator.takes_examples = false;
        for attempt in 0..ATTEMPTS {
            generator.filling = if attempt + 1 == ATTEMPTS { Filling::Minimal } else { filling };
            let next = generator.at(pointer, "");
            if is_valid(&next)? {
                return Ok(Some(next));
            }
        }
        Ok(Some(first))
    }

    /// Generates a multipart body of a successful response: its part `data`, and the files that this names.
    pub(crate) fn example_parts(&self, seed: u64, subject: &str, filling: Filling) -> Option<Multipart> {
        let pointer = self.multipart_response.as_ref()?;
        let subject = format!("response {} {} {subject}", self.version, self.id);
        let data = Generator::new(self, seed, &subject, filling, Direction::Response).at(pointer, "");
        let mut parts = vec![Part::json("data", &data)];
        parts.extend(file_names(&data).into_iter().map(|name| Part {
            name,
            file_name: Some("example.png".to_owned()),
            content_type: Some("image/png".to_owned()),
            bytes: Bytes::from_static(b"\x89PNG\r\n\x1a\nexample"),
        }));
        Some(Multipart(parts))
    }
}

/// Returns the names of the parts that the documents in the part `data` have.
fn file_names(data: &Value) -> Vec<String> {
    let documents = data.pointer("/applicantData/documents").and_then(Value::as_array);
    let parts = documents.into_iter().flatten().filter_map(|document| document["part"].as_str());
    let names: BTreeSet<String> = parts.map(str::to_owned).collect();
    names.into_iter().collect()
}

struct Generator<'a> {
    spec: &'a Spec,
    random: ChaCha8Rng,
    filling: Filling,
    direction: Direction,
    /// `true` if the examples of schemas are used.
    takes_examples: bool,
}

impl<'a> Generator<'a> {
    fn new(operation: &'a Operation, seed: u64, subject: &str, filling: Filling, direction: Direction) -> Self {
        Self { spec: &operation.spec, random: seeded(seed, subject), filling, direction, takes_examples: true }
    }

    /// Generates a value of the schema at a JSON pointer.
    fn at(&mut self, pointer: &str, name: &str) -> Value {
        match self.spec.root.pointer(pointer) {
            Some(schema) => self.value(&[schema], name, &BTreeSet::new(), 0),
            None => Value::Null,
        }
    }

    fn takes_optional(&mut self, depth: usize) -> bool {
        depth < MAX_OPTIONAL_DEPTH
            && match self.filling {
                Filling::Minimal => false,
                Filling::Mixed => self.random.random_bool(0.5),
                Filling::Full => true,
            }
    }

    /// Generates a value that is valid against all these schemas. `above` are the references that lead to it.
    fn value(&mut self, schemas: &[&'a Value], name: &str, above: &BTreeSet<&'a str>, depth: usize) -> Value {
        let random = &mut self.random;
        let mut one_of = |members: usize| vec![random.random_range(0..members)];
        let schema = ResolvedSchema::choosing(&self.spec.root, schemas, &mut one_of);
        if let Some(allowed) = schema.allowed().filter(|allowed| !allowed.is_empty()) {
            return allowed[self.random.random_range(0..allowed.len())].clone();
        }
        if let Some(example) = schema.values("examples").find_map(|list| list.get(0)).filter(|_| self.takes_examples) {
            return example.clone();
        }
        let mut path = above.clone();
        path.extend(&schema.references);
        match schema.kind() {
            _ if depth > MAX_DEPTH => Value::Null,
            Some("object") => self.object(&schema, &path, depth),
            Some("array") => self.array(&schema, name, &path, depth),
            Some("boolean") => json!(self.random.random_bool(0.5)),
            Some("integer") => json!(scalars::integer(&mut self.random, &schema, name)),
            Some("number") => scalars::number(&mut self.random, &schema),
            Some("string") => Value::String(scalars::text(&mut self.random, &schema, name)),
            Some("null") => Value::Null,
            // An empty schema accepts any value.
            _ => json!({}),
        }
    }

    /// Returns `true` if one of the references that lead to a value recurs in it.
    fn is_recursive(&self, schemas: &[&'a Value], above: &BTreeSet<&'a str>) -> bool {
        let root = &self.spec.root;
        let schema = ResolvedSchema::new(root, schemas);
        let mut followed = schema.references.clone();
        for item in schema.values("items").chain(schema.additional()) {
            followed.extend(ResolvedSchema::new(root, &[item]).references);
        }
        !followed.is_disjoint(above)
    }

    fn object(&mut self, schema: &ResolvedSchema<'a>, above: &BTreeSet<&'a str>, depth: usize) -> Value {
        let required = schema.required();
        let mut fields = Map::new();
        for (name, schemas) in schema.properties() {
            let keyword = self.direction.excluded_by();
            if schemas.iter().any(|schema| self.spec.has_flag(schema, keyword)) {
                continue;
            }
            let wanted = required.contains(name) || (self.takes_optional(depth) && !self.is_recursive(&schemas, above));
            if wanted {
                let value = self.value(&schemas, name, above, depth + 1);
                let tag =
                    tag(schema, name).filter(|_| ResolvedSchema::new(&self.spec.root, &schemas).allowed().is_none());
                fields.insert(name.to_owned(), tag.unwrap_or(value));
            }
        }
        self.add_undeclared(schema, &mut fields, above, depth);
        Value::Object(fields)
    }

    /// Adds the required fields that no property describes, and a field to a map.
    fn add_undeclared(
        &mut self,
        schema: &ResolvedSchema<'a>,
        fields: &mut Map<String, Value>,
        above: &BTreeSet<&'a str>,
        depth: usize,
    ) {
        let additional = schema.additional();
        let properties = schema.properties();
        for name in schema.required().into_iter().filter(|name| !properties.contains_key(name)) {
            fields.insert(name.to_owned(), self.value(additional.as_slice(), name, above, depth + 1));
        }
        let Some(additional) = additional else { return };
        let least = schema.greatest("minProperties").unwrap_or_default() as usize;
        let takes_one = fields.is_empty() && self.takes_optional(depth) && !self.is_recursive(&[additional], above);
        let names: Vec<&Value> = schema.values("propertyNames").collect();
        for _ in fields.len()..least.max(usize::from(takes_one)).min(MAX_FIELDS) {
            let name = match names.is_empty() {
                true => letters(&mut self.random, 6),
                false => self.value(&names, "", above, depth + 1).as_str().unwrap_or_default().to_owned(),
            };
            fields.insert(name, self.value(&[additional], "", above, depth + 1));
        }
    }

    fn array(&mut self, schema: &ResolvedSchema<'a>, name: &str, above: &BTreeSet<&'a str>, depth: usize) -> Value {
        let schemas = schema.items();
        let least = schema.greatest("minItems").unwrap_or_default() as usize;
        let unique = schema.values("uniqueItems").any(|unique| unique == true);
        let first: Vec<&Value> = schema.values("prefixItems").filter_map(Value::as_array).flatten().collect();
        let contained = schema.values("contains").next();
        let most = match self.filling {
            Filling::Minimal => least,
            _ if self.is_recursive(&schemas, above) => least,
            _ => least.max(2),
        };
        let most = schema.least("maxItems").map_or(most, |limit| most.min(limit as usize)).min(MAX_FIELDS.max(least));
        let mut items: Vec<Value> = Vec::new();
        if let Some(contained) = contained {
            let count = schema.greatest("minContains").map_or(1, |count| count as usize).min(MAX_FIELDS);
            items.extend((0..count).map(|_| self.value(&[contained], name, above, depth + 1)));
        }
        items.extend(first.iter().map(|schema| self.value(&[schema], name, above, depth + 1)));
        // No items may follow those of a tuple.
        let most = if schemas.contains(&&Value::Bool(false)) { items.len() } else { most };
        for _ in items.len()..most {
            let item = self.value(&schemas, name, above, depth + 1);
            if !unique || !items.contains(&item) {
                items.push(item);
            }
        }
        Value::Array(items)
    }
}

/// Returns a value of the tag `name` of a parent that stands for its children.
fn tag(schema: &ResolvedSchema<'_>, name: &str) -> Option<Value> {
    let is_own = |discriminator: &&Value| discriminator.get("propertyName").and_then(Value::as_str) == Some(name);
    let mapping = schema.values("discriminator").find(is_own)?.get("mapping")?.as_object()?;
    mapping.keys().next().map(|value| Value::from(value.as_str()))
}
