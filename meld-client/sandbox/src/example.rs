//! Values made from schemas: the same for the same seed, and valid by the schema.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use axum::http::Method;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;
use serde_json::{Map, Number, Value, json};

use crate::Error;
use crate::documents::{Direction, Document, Operation, Place};
use crate::random::{identifier, letters, seeded};
use crate::schema::Gathered;

/// Below this, only what is required is filled in.
const DEEPEST_OPTIONAL: usize = 8;
/// Below this there is nothing: schemas that require themselves have no finite value.
const DEEPEST: usize = 24;

/// How much of what is optional is filled in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Filling {
    /// What is required, and nothing else.
    Minimal,
    /// Each optional field in half of the cases, by the seed.
    Mixed,
    /// All that there is.
    #[default]
    Full,
}

/// A request that an operation takes.
#[derive(Clone, Debug)]
pub struct ExampleRequest {
    /// The method.
    pub method: Method,
    /// Path and query, ready to be sent.
    pub target: String,
    /// The header parameters.
    pub headers: Vec<(String, String)>,
    /// The body, if the operation takes one.
    pub body: Option<Value>,
}

impl Operation {
    /// A request that is valid by the document: the same for the same seed. It has no
    /// `Authorization` and no `Meld-Version`.
    ///
    /// # Errors
    /// When the document cannot be used.
    pub fn example_request(&self, seed: u64, filling: Filling) -> Result<ExampleRequest, Error> {
        let subject = format!("request {} {}", self.version, self.id);
        let mut generator = Generator {
            document: self.document(),
            random: seeded(seed, &subject),
            filling,
            direction: Direction::Request,
        };
        let mut target = self.path.clone();
        let mut query = String::new();
        let mut headers = Vec::new();
        for parameter in &self.parameters {
            // Of the two ends of a page only one may be named.
            let excluded = parameter.name == "before" && self.is_paged();
            if !parameter.required && (excluded || !generator.takes_optional(0)) {
                continue;
            }
            let value = generator.at(&parameter.schema, &parameter.name);
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let escaped = utf8_percent_encode(&text, NON_ALPHANUMERIC);
            match parameter.place {
                Place::Path => {
                    target =
                        target.replace(&format!("{{{}}}", parameter.name), &escaped.to_string());
                }
                Place::Query => {
                    let mark = if query.is_empty() { '?' } else { '&' };
                    let _ = write!(query, "{mark}{}={escaped}", parameter.name);
                }
                Place::Header => headers.push((parameter.name.clone(), text)),
            }
        }
        let body = self.request.as_ref().map(|pointer| generator.at(pointer, ""));
        Ok(ExampleRequest { method: self.method.clone(), target: target + &query, headers, body })
    }

    /// A body of success that is valid by the document: the same for the same seed and subject.
    /// There is none where the operation responds without.
    ///
    /// # Errors
    /// When the document cannot be used.
    pub fn example_response(
        &self,
        seed: u64,
        subject: &str,
        filling: Filling,
    ) -> Result<Option<Value>, Error> {
        let subject = format!("response {} {} {subject}", self.version, self.id);
        let mut generator = Generator {
            document: self.document(),
            random: seeded(seed, &subject),
            filling,
            direction: Direction::Response,
        };
        Ok(self.response.as_ref().map(|pointer| generator.at(pointer, "")))
    }
}

struct Generator<'a> {
    document: &'a Document,
    random: ChaCha8Rng,
    filling: Filling,
    direction: Direction,
}

impl<'a> Generator<'a> {
    /// A value of the schema at a JSON pointer.
    fn at(&mut self, pointer: &str, name: &str) -> Value {
        match self.document.root.pointer(pointer) {
            Some(schema) => self.value(&[schema], name, &BTreeSet::new(), 0),
            None => Value::Null,
        }
    }

    fn takes_optional(&mut self, depth: usize) -> bool {
        depth < DEEPEST_OPTIONAL
            && match self.filling {
                Filling::Minimal => false,
                Filling::Mixed => self.random.random_bool(0.5),
                Filling::Full => true,
            }
    }

    /// A value of which all these schemas hold. `above` are the references that lead here.
    fn value(
        &mut self,
        schemas: &[&'a Value],
        name: &str,
        above: &BTreeSet<&'a str>,
        depth: usize,
    ) -> Value {
        let random = &mut self.random;
        let mut one_of = |members: usize| vec![random.random_range(0..members)];
        let gathered = Gathered::new(self.document, schemas, &mut one_of);
        if let Some(allowed) = gathered.allowed().filter(|allowed| !allowed.is_empty()) {
            return allowed[self.random.random_range(0..allowed.len())].clone();
        }
        if let Some(example) = gathered.values("examples").find_map(|list| list.get(0)) {
            return example.clone();
        }
        let mut path = above.clone();
        path.extend(&gathered.references);
        match gathered.kind() {
            _ if depth > DEEPEST => Value::Null,
            Some("object") => self.object(&gathered, &path, depth),
            Some("array") => self.array(&gathered, name, &path, depth),
            Some("boolean") => json!(self.random.random_bool(0.5)),
            Some("integer") => json!(self.integer(&gathered, name)),
            Some("number") => self.number(&gathered),
            Some("string") => Value::String(self.text(&gathered, name)),
            // A schema that says nothing takes anything.
            _ => json!({}),
        }
    }

    /// Whether one of the references that lead here comes again below: then it would go on for ever.
    fn leads_back(&self, schemas: &[&'a Value], above: &BTreeSet<&'a str>) -> bool {
        let mut all = |members: usize| (0..members).collect();
        let gathered = Gathered::new(self.document, schemas, &mut all);
        let items = gathered.values("items").chain(gathered.further());
        let mut followed = gathered.references.clone();
        for item in items {
            followed.extend(Gathered::new(self.document, &[item], &mut all).references);
        }
        !followed.is_disjoint(above)
    }

    fn object(
        &mut self,
        gathered: &Gathered<'a>,
        above: &BTreeSet<&'a str>,
        depth: usize,
    ) -> Value {
        let required = gathered.required();
        let mut fields = Map::new();
        for (name, schemas) in gathered.properties() {
            let keyword = self.direction.excluded_by();
            if schemas.iter().any(|schema| self.document.has_flag(schema, keyword)) {
                continue;
            }
            let wanted = required.contains(name)
                || (self.takes_optional(depth) && !self.leads_back(&schemas, above));
            if wanted {
                fields.insert(name.to_owned(), self.value(&schemas, name, above, depth + 1));
            }
        }
        if let Some(schema) = gathered.further()
            && fields.is_empty()
            && self.takes_optional(depth)
            && !self.leads_back(&[schema], above)
        {
            let name = letters(&mut self.random, 6);
            fields.insert(name, self.value(&[schema], "", above, depth + 1));
        }
        Value::Object(fields)
    }

    fn array(
        &mut self,
        gathered: &Gathered<'a>,
        name: &str,
        above: &BTreeSet<&'a str>,
        depth: usize,
    ) -> Value {
        let schemas: Vec<&Value> = gathered.values("items").collect();
        let least = gathered.greatest("minItems").unwrap_or_default() as usize;
        let unique = gathered.values("uniqueItems").any(|unique| unique == true);
        let most = match self.filling {
            Filling::Minimal => least,
            _ if self.leads_back(&schemas, above) => least,
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

    fn integer(&mut self, gathered: &Gathered<'a>, name: &str) -> i64 {
        // Bounds that exclude themselves leave out the next integer.
        let above = gathered.greatest("exclusiveMinimum").map(|bound| bound + 1.0);
        let below = gathered.least("exclusiveMaximum").map(|bound| bound - 1.0);
        let least = gathered.greatest("minimum").or(above);
        let most = gathered.least("maximum").or(below);
        // Pages have ranges that only the descriptions tell.
        let usual: f64 = if name == "limit" { 10.0 } else { 100_000.0 };
        let least = least.unwrap_or(most.map_or(1.0, |most| most.min(1.0)));
        let most = most.unwrap_or(usual.max(least));
        self.random.random_range(least as i64..=(most as i64).max(least as i64))
    }

    fn number(&mut self, gathered: &Gathered<'a>) -> Value {
        let most = gathered.least("maximum").or(gathered.least("exclusiveMaximum"));
        let least = gathered.greatest("minimum").or(gathered.greatest("exclusiveMinimum"));
        let least = least.unwrap_or(match most {
            Some(most) if most <= 0.0 => most - 1.0,
            _ => 0.0,
        });
        let cents = f64::from(self.random.random_range(1..=100_000_u32)) / 100.0;
        let value = match most {
            // Between both, however near they are.
            Some(most) if least + cents >= most => f64::midpoint(least, most),
            _ => least + cents,
        };
        Number::from_f64(value).map_or(Value::Null, Value::Number)
    }

    fn text(&mut self, gathered: &Gathered<'a>, name: &str) -> String {
        let random = &mut self.random;
        let day = random.random_range(1..=28);
        match gathered.text("format") {
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
        // The only patterns of the documents are those of days.
        if gathered.text("pattern").is_some() {
            return format!("1990-04-{day:02}");
        }
        let text = by_name(name).map_or_else(|| identifier(random), str::to_owned);
        let least = gathered.greatest("minLength").unwrap_or_default() as usize;
        let most = gathered.least("maxLength").map_or(usize::MAX, |most| most as usize);
        match text.len() {
            length if length < least => letters(random, least),
            // What looks right for a name is of one byte a character.
            length if length > most => text[..most].to_owned(),
            _ => text,
        }
    }
}

/// What looks right for a field of this name.
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
        "clientipaddress" => "192.0.2.1",
        "dateofbirth" => "1990-04-01",
        "eventversion" => "2026-02-03",
        "start" | "from" | "startdate" => "2026-01-01T00:00:00.000Z",
        "end" | "to" | "enddate" => "2026-01-31T00:00:00.000Z",
        _ => return None,
    })
}
