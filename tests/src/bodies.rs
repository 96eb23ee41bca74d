//! Valid bodies for a model, the same for the same seed.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, SecondsFormat, TimeDelta, Utc};
use fastrand::Rng;

use crate::json::Json;
use crate::model::{Node, Object, Scalar};

/// Makes bodies.
pub struct Bodies {
    random: Rng,
    /// The number of lists around the current value.
    depth: usize,
    /// The variant that unions take, modulo their number.
    pub variant: usize,
    /// The percentage of optional fields that are set.
    pub fullness: u8,
}

impl Bodies {
    /// The bodies of a seed.
    pub fn new(seed: u64) -> Self {
        Self { random: Rng::with_seed(seed), depth: 0, variant: 0, fullness: 100 }
    }

    /// A body.
    pub fn body(&mut self, node: &Node) -> Json {
        match node {
            Node::Object(object) => self.object(object),
            Node::List(item) => {
                let count = self.count();
                self.depth += 1;
                let items = (1..=count).map(|index| self.item(item, index == count)).collect();
                self.depth -= 1;
                Json::Array(items)
            }
            Node::Map(value) => {
                let count = self.count();
                Json::Object((0..count).map(|_| (self.name(), self.body(value))).collect())
            }
            Node::Union(_, variants) => {
                let (_, variant) = &variants[self.variant % variants.len()];
                self.body(variant)
            }
            Node::FreeObject(Some(form)) => self.body(form),
            Node::FreeObject(None) => Json::Object(self.free_fields(2)),
            Node::Free => self.free(2),
            Node::Scalar(scalar) => self.scalar(scalar),
        }
    }

    /// An item of a list. In full bodies the last one is full, and the others are sparse.
    fn item(&mut self, node: &Node, is_last: bool) -> Json {
        let fullness = self.fullness;
        if fullness == 100 && !is_last {
            self.fullness = 10;
        }
        let item = self.body(node);
        self.fullness = fullness;
        item
    }

    /// The number of items. In full bodies, nested lists are short.
    fn count(&mut self) -> usize {
        match (self.fullness, self.depth) {
            (100, 0) => 2,
            (100, _) => 1,
            _ => self.random.usize(0..4),
        }
    }

    fn object(&mut self, object: &Object) -> Json {
        let mut fields = BTreeMap::new();
        for field in &object.fields {
            if field.is_required || self.random.u8(0..100) < self.fullness {
                fields.insert(field.name.clone(), self.body(&field.node));
            }
        }
        // The selector names the variant of the union.
        for field in &object.fields {
            if let Node::Union(selector, variants) = &field.node
                && fields.contains_key(&field.name)
            {
                let (value, _) = &variants[self.variant % variants.len()];
                fields.insert(selector.clone(), Json::text(value));
            }
        }
        Json::Object(fields)
    }

    fn scalar(&mut self, scalar: &Scalar) -> Json {
        match scalar {
            Scalar::Text(shortest) => {
                let longest = *shortest + 12;
                let length = self.random.usize(*shortest..longest);
                Json::Text((0..length).map(|_| self.character()).collect())
            }
            Scalar::Enum(values) => Json::text(&values[self.random.usize(0..values.len())]),
            Scalar::DateTime => Json::Text(canonical(self.date_time())),
            Scalar::Date => Json::Text(self.date_time().format("%Y-%m-%d").to_string()),
            Scalar::Uuid => {
                let hex = format!("{:032x}", self.random.u128(..));
                let parts = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
                Json::Text(parts.join("-"))
            }
            Scalar::Number => {
                let (whole, decimals) = (self.random.usize(1..9), self.random.usize(0..21));
                let number = self.digits(whole, decimals);
                Json::Number(if self.random.u8(..) < 64 { format!("-{number}") } else { number })
            }
            Scalar::Integer(32) => Json::Number(self.random.i32(..).to_string()),
            Scalar::Integer(_) => Json::Number(self.random.i64(..).to_string()),
            Scalar::Boolean => Json::Boolean(self.random.bool()),
        }
    }

    /// A number with this many digits before and after the point. Neither the first nor the last is zero.
    pub fn digits(&mut self, whole: usize, decimals: usize) -> String {
        let mut number = String::new();
        for index in 0..whole + decimals {
            if index == whole {
                number.push('.');
            }
            let is_edge = index == 0 || index + 1 == whole + decimals;
            number.push(char::from(self.random.u8(u8::from(is_edge)..10) + b'0'));
        }
        number
    }

    /// A time with nanoseconds.
    pub fn date_time(&mut self) -> DateTime<Utc> {
        let days = TimeDelta::days(self.random.i64(0..20_000));
        let time = TimeDelta::nanoseconds(self.random.i64(0..86_400_000_000_000));
        let nanoseconds = [1_000_000_000, 1_000_000, 1_000, 1][self.random.usize(0..4)];
        let time = time - TimeDelta::nanoseconds(time.num_nanoseconds().unwrap_or(0) % nanoseconds);
        let first = NaiveDate::default().and_time(chrono::NaiveTime::MIN).and_utc();
        first + days + time
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.random.usize(0..end)
    }

    fn character(&mut self) -> char {
        const ODD: [char; 8] = [' ', '"', '\\', '/', '\n', 'ä', '金', '🏦'];
        match self.random.u8(..) {
            0..16 => ODD[self.random.usize(0..ODD.len())],
            _ => self.random.alphanumeric(),
        }
    }

    fn name(&mut self) -> String {
        (0..8).map(|_| self.random.lowercase()).collect()
    }

    fn free_fields(&mut self, depth: usize) -> BTreeMap<String, Json> {
        (0..self.random.usize(1..4)).map(|_| (self.name(), self.free(depth))).collect()
    }

    /// Free-form JSON, never null or empty at the top. Its numbers fit `f64`.
    fn free(&mut self, depth: usize) -> Json {
        match self.random.u8(0..if depth == 0 { 4 } else { 7 }) {
            0 => Json::Number(self.random.i32(..).to_string()),
            1 => Json::Number(format!("{}.5", self.random.u16(..))),
            2 => Json::Boolean(self.random.bool()),
            3 => self.scalar(&Scalar::Text(1)),
            4 => {
                let nothing = [Json::Null, Json::text(""), Json::Array(Vec::new())];
                Json::Array(nothing.into_iter().chain([self.free(depth - 1)]).collect())
            }
            _ => Json::Object(self.free_fields(depth - 1)),
        }
    }
}

/// A time as it is encoded: in UTC, with as few digits as needed, in groups of three.
pub fn canonical(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
