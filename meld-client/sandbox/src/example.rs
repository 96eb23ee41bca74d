//! Valid values generated from schemas, determined by a seed.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use axum::http::Method;
use bytes::Bytes;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;
use serde_json::{Map, Number, Value, json};

use crate::error::Error;
use crate::multipart::{Multipart, Part};
use crate::random::{identifier, letters, seeded};
use crate::specs::schema::ResolvedSchema;
use crate::specs::{Direction, Operation, ParameterLocation, Spec, matches_pattern};

/// The maximum depth of optional fields.
const MAX_OPTIONAL_DEPTH: usize = 8;
/// The maximum depth of a value. A schema that requires itself has no finite value.
const MAX_DEPTH: usize = 24;

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
        let subject = format!("response {} {} {subject}", self.version, self.id);
        let mut generator = Generator::new(self, seed, &subject, filling, Direction::Response);
        Ok(self.response.as_ref().map(|pointer| generator.at(pointer, "")))
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
}

impl<'a> Generator<'a> {
    fn new(operation: &'a Operation, seed: u64, subject: &str, filling: Filling, direction: Direction) -> Self {
        Self { spec: &operation.spec, random: seeded(seed, subject), filling, direction }
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

    /// Generates a value that is valid by all these schemas. `above` are the references that lead to it.
    fn value(&mut self, schemas: &[&'a Value], name: &str, above: &BTreeSet<&'a str>, depth: usize) -> Value {
        let random = &mut self.random;
        let mut one_of = |members: usize| vec![random.random_range(0..members)];
        let schema = ResolvedSchema::choosing(&self.spec.root, schemas, &mut one_of);
        if let Some(allowed) = schema.allowed().filter(|allowed| !allowed.is_empty()) {
            return allowed[self.random.random_range(0..allowed.len())].clone();
        }
        if let Some(example) = schema.values("examples").find_map(|list| list.get(0)) {
            return example.clone();
        }
        let mut path = above.clone();
        path.extend(&schema.references);
        match schema.kind() {
            _ if depth > MAX_DEPTH => Value::Null,
            Some("object") => self.object(&schema, &path, depth),
            Some("array") => self.array(&schema, name, &path, depth),
            Some("boolean") => json!(self.random.random_bool(0.5)),
            Some("integer") => json!(self.integer(&schema, name)),
            Some("number") => self.number(&schema),
            Some("string") => Value::String(self.text(&schema, name)),
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
                fields.insert(name.to_owned(), self.value(&schemas, name, above, depth + 1));
            }
        }
        if let Some(schema) = schema.additional()
            && fields.is_empty()
            && self.takes_optional(depth)
            && !self.is_recursive(&[schema], above)
        {
            let name = letters(&mut self.random, 6);
            fields.insert(name, self.value(&[schema], "", above, depth + 1));
        }
        Value::Object(fields)
    }

    fn array(&mut self, schema: &ResolvedSchema<'a>, name: &str, above: &BTreeSet<&'a str>, depth: usize) -> Value {
        let schemas = schema.items();
        let least = schema.greatest("minItems").unwrap_or_default() as usize;
        let unique = schema.values("uniqueItems").any(|unique| unique == true);
        let most = match self.filling {
            Filling::Minimal => least,
            _ if self.is_recursive(&schemas, above) => least,
            _ => least.max(2),
        };
        let mut items: Vec<Value> = Vec::new();
        for _ in 0..most {
            let item = self.value(&schemas, name, above, depth + 1);
            if !unique || !items.contains(&item) {
                items.push(item);
            }
        }
        Value::Array(items)
    }

    fn integer(&mut self, schema: &ResolvedSchema<'a>, name: &str) -> i64 {
        // Exclusive bounds of integers are one more or less.
        let above = schema.greatest("exclusiveMinimum").map(|bound| bound + 1.0);
        let below = schema.least("exclusiveMaximum").map(|bound| bound - 1.0);
        let least = schema.greatest("minimum").or(above);
        let most = schema.least("maximum").or(below);
        // Only the descriptions state the range of a page's limit.
        let usual: f64 = if name == "limit" { 10.0 } else { 100_000.0 };
        let least = least.unwrap_or(most.map_or(1.0, |most| most.min(1.0)));
        let most = most.unwrap_or(usual.max(least));
        self.random.random_range(least as i64..=(most as i64).max(least as i64))
    }

    fn number(&mut self, schema: &ResolvedSchema<'a>) -> Value {
        let most = schema.least("maximum").or(schema.least("exclusiveMaximum"));
        let least = schema.greatest("minimum").or(schema.greatest("exclusiveMinimum"));
        let least = least.unwrap_or(match most {
            Some(most) if most <= 0.0 => most - 1.0,
            _ => 0.0,
        });
        let cents = f64::from(self.random.random_range(1..=100_000_u32)) / 100.0;
        let value = match most {
            // Between both bounds, however close they are.
            Some(most) if least + cents >= most => f64::midpoint(least, most),
            _ => least + cents,
        };
        Number::from_f64(value).map_or(Value::Null, Value::Number)
    }

    fn text(&mut self, schema: &ResolvedSchema<'a>, name: &str) -> String {
        let random = &mut self.random;
        let day = random.random_range(1..=28);
        match schema.text("format") {
            Some("date-time") => {
                let micros = random.random_range(0..1_000_000);
                return format!("2026-01-{day:02}T09:41:22.{micros:06}Z");
            }
            Some("date") => return format!("2026-01-{day:02}"),
            Some("uuid") => {
                let bytes: [u8; 16] = random.random();
                return uuid::Builder::from_random_bytes(bytes).into_uuid().to_string();
            }
            Some("email") => return format!("{}@example.com", letters(random, 8)),
            _ => {}
        }
        if let Some(pattern) = schema.text("pattern") {
            let date = format!("1990-04-{day:02}");
            let known = [by_name(name).unwrap_or_default(), &date, "US"];
            let is_match = |text: &&str| matches_pattern(pattern, text);
            return known.into_iter().find(is_match).map_or_else(|| identifier(random), str::to_owned);
        }
        let text = by_name(name).map_or_else(|| identifier(random), str::to_owned);
        let least = schema.greatest("minLength").unwrap_or_default() as usize;
        let most = schema.least("maxLength").map_or(usize::MAX, |most| most as usize);
        match text.len() {
            length if length < least => letters(random, least),
            // Values by name are ASCII.
            length if length > most => text[..most].to_owned(),
            _ => text,
        }
    }
}

/// Returns a realistic value for a field of this name.
fn by_name(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    let ends = |ending: &str| lower.ends_with(ending);
    if ends("url") {
        return Some("https://example.com/path?and=query");
    }
    if ends("amount") {
        return Some("100.10");
    }
    Some(match lower.as_str() {
        "country" | "countrycode" | "countries" => "US",
        "sourcecurrencycode" | "currency" | "currencycode" => "USD",
        "destinationcurrencycode" => "BTC",
        "email" => "robin@example.com",
        "phone" | "customerphonenumber" => "+14155550123",
        "firstname" => "Robin",
        "lastname" => "Example",
        "clientipaddress" | "ip" => "192.0.2.1",
        "dateofbirth" => "1990-04-01",
        "eventversion" => "2026-02-03",
        "start" | "from" | "startdate" => "2026-01-01T00:00:00.000Z",
        "end" | "to" | "enddate" => "2026-01-31T00:00:00.000Z",
        _ => return None,
    })
}
