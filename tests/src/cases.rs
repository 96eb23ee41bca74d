//! The known deviations of responses from the specs: values instead of the declared ones, and the expected result of
//! decoding each.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use meld_client_core::JsonKind;

use crate::bodies::{Bodies, canonical};
use crate::json::{Json, Step};
use crate::model::{Node, Object, Scalar};

/// A position in a body.
pub struct Place<'a> {
    /// Its path.
    pub path: Vec<Step>,
    /// The declared value.
    pub node: &'a Node,
    /// `true` if the spec requires a value.
    pub is_required: bool,
}

/// One change at a position.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its description.
    pub what: &'static str,
    /// The new value; `None` to remove it.
    pub put: Option<Json>,
    /// The decoded value; `None` if it is dropped.
    pub expected: Option<Json>,
    /// The expected report: what should have been there, and the kind of what was.
    pub report: Option<(&'static str, JsonKind)>,
}

/// All positions in a body. Lists and maps are represented by their last item.
pub fn places<'a>(node: &'a Node, body: &Json) -> Vec<Place<'a>> {
    let mut places = vec![Place { path: Vec::new(), node, is_required: true }];
    inside(node, body, &[], &mut places);
    places
}

fn inside<'a>(node: &'a Node, body: &Json, path: &[Step], places: &mut Vec<Place<'a>>) {
    match (node, body) {
        (Node::Object(object), Json::Object(values)) => {
            for field in object.fields.iter().filter(|field| field.is_known) {
                let Some(value) = values.get(&field.name) else { continue };
                let path = [path, &[Step::Name(field.name.clone())]].concat();
                let (node, is_required) = (&field.node, field.is_required);
                places.push(Place { path: path.clone(), node, is_required });
                inside(variant(node, values).unwrap_or(node), value, &path, places);
            }
        }
        (Node::List(item), Json::Array(items)) => {
            if let Some((index, value)) = items.iter().enumerate().next_back() {
                let path = [path, &[Step::Index(index)]].concat();
                places.push(Place { path: path.clone(), node: item, is_required: false });
                inside(item, value, &path, places);
            }
        }
        (Node::Map(entry), Json::Object(values)) => {
            if let Some((name, value)) = values.iter().next_back() {
                let path = [path, &[Step::Name(name.clone())]].concat();
                places.push(Place { path: path.clone(), node: entry, is_required: false });
                inside(entry, value, &path, places);
            }
        }
        _ => {}
    }
}

/// The variant of a union that is selected in an object with these values.
pub fn variant<'a>(node: &'a Node, values: &BTreeMap<String, Json>) -> Option<&'a Node> {
    let Node::Union(selector, variants) = node else { return None };
    let Some(Json::Text(selected)) = values.get(selector) else { return None };
    let mut variants = variants.iter();
    let (_, variant) = variants.find(|(value, _)| value.eq_ignore_ascii_case(selected))?;
    Some(variant)
}

/// The cases of a position.
struct Cases<'a> {
    cases: Vec<Case>,
    bodies: &'a mut Bodies,
}

/// All deviations at a position.
pub fn cases(place: &Place<'_>, current: &Json, bodies: &mut Bodies) -> Vec<Case> {
    let mut cases = Cases { cases: Vec::new(), bodies };
    if !place.path.is_empty() {
        cases.nothing(place);
        cases.other_kinds(place.node);
    }
    match (place.node, current) {
        (Node::Scalar(scalar), Json::Text(text)) => cases.text(scalar, text),
        (Node::Scalar(Scalar::Number), _) => cases.number(),
        (Node::Scalar(Scalar::Integer(_)), _) => cases.integer(),
        (Node::Scalar(Scalar::Boolean), _) => cases.boolean(),
        (Node::Object(object), current) => cases.object(object, place, current),
        (Node::List(_), Json::Array(items)) => cases.list(items),
        (Node::Union(..), Json::Object(_)) => {
            cases.read("an unknown field", with_unknown_field(current), current.clone());
        }
        _ => {}
    }
    cases.cases
}

/// An object with a field that no spec has.
fn with_unknown_field(object: &Json) -> Json {
    let mut object = object.clone();
    if let Json::Object(fields) = &mut object {
        let deep = Json::object([("id", Json::number("1")), ("more", Json::Array(vec![Json::Null]))]);
        fields.insert("fieldOfTomorrow".to_owned(), deep);
    }
    object
}

fn some_array() -> Json {
    Json::Array(vec![Json::number("1")])
}

fn some_object() -> Json {
    Json::object([("fieldOfTomorrow", Json::number("1"))])
}

impl Cases<'_> {
    fn read(&mut self, what: &'static str, put: Json, expected: Json) {
        let (put, expected) = (Some(put), Some(expected));
        self.cases.push(Case { what, put, expected, report: None });
    }

    fn reported(&mut self, what: &'static str, put: Json, expected: &'static str, found: JsonKind) {
        let report = Some((expected, found));
        self.cases.push(Case { what, put: Some(put), expected: None, report });
    }

    /// Null, missing and empty, which are equivalent.
    fn nothing(&mut self, place: &Place<'_>) {
        let absent = if place.is_required { "a required field missing" } else { "absent" };
        let empty = [
            (absent, None),
            ("null", Some(Json::Null)),
            ("an empty text", Some(Json::text(""))),
            ("an empty array", Some(Json::Array(Vec::new()))),
            ("an empty object", Some(Json::Object(BTreeMap::new()))),
        ];
        let cases = empty.map(|(what, put)| Case { what, put, expected: None, report: None });
        self.cases.extend(cases);
    }

    /// Values of kinds that cannot be decoded as the declared one.
    fn other_kinds(&mut self, node: &Node) {
        let boolean = || Json::Boolean(true);
        let odd = [
            ("an array", some_array(), JsonKind::Array),
            ("an object", some_object(), JsonKind::Object),
            ("a string", Json::text("soon"), JsonKind::String),
            ("a boolean", boolean(), JsonKind::Boolean),
            ("a number", Json::number("7.5"), JsonKind::Number),
        ];
        for (what, put, found) in odd {
            match outcome(node, found) {
                Outcome::Reported(expected) => self.reported(what, put, expected, found),
                Outcome::Kept => self.read(what, put.clone(), put),
                Outcome::Other => {}
            }
        }
    }

    fn text(&mut self, scalar: &Scalar, text: &str) {
        match scalar {
            Scalar::DateTime => return self.date_time(),
            Scalar::Date => {
                let later = Json::text(format!("{text} 23:59:59"));
                return self.read("a date-time", later, Json::text(text));
            }
            Scalar::Uuid => {
                return self.read("upper case", Json::text(text.to_uppercase()), Json::text(text));
            }
            Scalar::Enum(values) => self.enumeration(values, text),
            _ => {}
        }
        for number in ["7", "-3", "2.5", "12345678901234567890"] {
            self.read("a number", Json::number(number), Json::text(number));
        }
        let long = "1234567890.12345678901234567890";
        self.read("a number of many digits", Json::number(long), Json::text(long));
        let read = match scalar {
            Scalar::Enum(values) => values.iter().find(|value| value.eq_ignore_ascii_case("true")),
            _ => None,
        };
        let read = read.map_or("true", String::as_str);
        self.read("a boolean", Json::Boolean(true), Json::text(read));
    }

    fn enumeration(&mut self, values: &[String], text: &str) {
        let new = "BRAND_new 1";
        self.read("an unknown value", Json::text(new), Json::text(new));
        for other in [text.to_ascii_lowercase(), text.to_ascii_uppercase(), swapped_case(text)] {
            let known = values.iter().find(|value| **value == other);
            let known = known.or_else(|| values.iter().find(|v| v.eq_ignore_ascii_case(&other)));
            if let Some(known) = known {
                self.read("another letter case", Json::text(other), Json::text(known));
            }
        }
    }

    fn number(&mut self) {
        for (whole, decimals) in [(28, 0), (8, 20), (1, 27), (12, 16)] {
            let number = Json::Number(self.bodies.digits(whole, decimals));
            self.read("a number of 28 digits", number.clone(), number);
        }
        for (whole, decimals) in [(40, 0), (20, 20), (1, 39), (12, 20)] {
            let number = Json::Number(self.bodies.digits(whole, decimals));
            self.reported("a number of too many digits", number, "a number", JsonKind::LongNumber);
        }
        let digits = self.bodies.digits(8, 20);
        self.read("a number as text", Json::text(&digits), Json::number(digits));
        self.read("an exponent", Json::number("1.50e-8"), Json::number("0.0000000150"));
        let zeros = "2.00000000000000000000";
        self.read("zeros behind the point", Json::number(zeros), Json::number(zeros));
    }

    fn integer(&mut self) {
        self.read("a number as text", Json::text("-12"), Json::number("-12"));
        self.read("a fraction of zeros", Json::number("12.00"), Json::number("12"));
        for (whole, decimals) in [(28, 0), (40, 0), (8, 20)] {
            let number = Json::Number(self.bodies.digits(whole, decimals));
            self.reported("no whole number", number, "a whole number", JsonKind::Number);
        }
    }

    fn boolean(&mut self) {
        for (text, value) in [("true", true), ("FALSE", false)] {
            self.read("a boolean as text", Json::text(text), Json::Boolean(value));
        }
        for (number, value) in [("1", true), ("0", false)] {
            self.read("a boolean as number", Json::number(number), Json::Boolean(value));
        }
    }

    fn object(&mut self, object: &Object, place: &Place<'_>, current: &Json) {
        self.read("an unknown field", with_unknown_field(current), current.clone());
        if let Some(field) = &object.text
            && !place.path.is_empty()
        {
            let read = Json::object([(field, Json::text("a@b.example"))]);
            self.read("its only string", Json::text("a@b.example"), read);
        }
    }

    fn list(&mut self, items: &[Json]) {
        let nulls: Vec<Json> = items.iter().flat_map(|item| [Json::Null, item.clone()]).collect();
        self.read("nulls among the items", Json::Array(nulls), Json::Array(items.to_vec()));
    }

    fn date_time(&mut self) {
        let time = self.bodies.date_time();
        for separator in ["T", " "] {
            for digits in [0, 1, 2, 3, 6, 9] {
                self.with_zones(time, separator, digits);
            }
        }
        let midnight = format!("{}T00:00:00Z", time.format("%Y-%m-%d"));
        let date = time.format("%Y-%m-%d").to_string();
        self.read("a plain date", Json::text(date), Json::Text(midnight));
        let seconds = time.timestamp();
        let whole = canonical(shortened(time, 0));
        for put in [
            Json::number(seconds.to_string()),
            Json::text(seconds.to_string()),
            // Milliseconds before March 1973 look like seconds.
            Json::number((seconds.max(100_000_000) * 1000).to_string()),
        ] {
            let is_early = seconds < 100_000_000 && matches!(&put, Json::Number(n) if n.len() > 11);
            if !is_early {
                self.read("a count since 1970", put, Json::text(&whole));
            }
        }
    }

    /// A time with this many fractional digits, in several zones and in none.
    fn with_zones(&mut self, time: DateTime<Utc>, separator: &str, digits: usize) {
        let time = shortened(time, digits);
        let fraction = match digits {
            0 => String::new(),
            _ => format!(".{}", &format!("{:09}", time.timestamp_subsec_nanos())[..digits]),
        };
        for (zone, seconds) in [("Z", 0), ("+00:00", 0), ("+02:00", 7200), ("-0530", -19_800), ("", 0)] {
            let Some(offset) = FixedOffset::east_opt(seconds) else { continue };
            let local = time.with_timezone(&offset);
            let (date, clock) = (local.format("%Y-%m-%d"), local.format("%H:%M:%S"));
            let text = format!("{date}{separator}{clock}{fraction}{zone}");
            self.read("a form of date-times", Json::Text(text), Json::Text(canonical(time)));
        }
    }
}

/// A time with this many fractional digits.
fn shortened(time: DateTime<Utc>, digits: usize) -> DateTime<Utc> {
    let unit = 10_i64.pow(9 - u32::try_from(digits).unwrap_or(9));
    time - TimeDelta::nanoseconds(i64::from(time.timestamp_subsec_nanos()) % unit)
}

fn swapped_case(text: &str) -> String {
    let swap = |(index, character): (usize, char)| {
        if index % 2 == 0 { character.to_ascii_lowercase() } else { character.to_ascii_uppercase() }
    };
    text.chars().enumerate().map(swap).collect()
}

/// The result of decoding a value of some kind.
enum Outcome {
    /// It is dropped and reported.
    Reported(&'static str),
    /// It is kept as it is.
    Kept,
    /// It decodes to something else, which is a case of its own.
    Other,
}

/// The result of decoding `[1]`, an object, `"soon"`, `true` and 7.5.
fn outcome(node: &Node, found: JsonKind) -> Outcome {
    match (node, found) {
        (Node::Free, _) | (Node::Union(..), JsonKind::Object) => Outcome::Kept,
        (Node::Union(..), _) => Outcome::Reported("an object"),
        (Node::Object(_) | Node::Map(_) | Node::FreeObject(_), JsonKind::Object) => Outcome::Other,
        (Node::Object(Object { text: Some(_), .. }), JsonKind::String) => Outcome::Other,
        (Node::Object(_) | Node::Map(_) | Node::FreeObject(_), _) => Outcome::Reported("an object"),
        (Node::List(_), JsonKind::Array) => Outcome::Other,
        (Node::List(_), _) => Outcome::Reported("an array"),
        (Node::Scalar(scalar), found) => scalar_outcome(scalar, found),
    }
}

fn scalar_outcome(scalar: &Scalar, found: JsonKind) -> Outcome {
    match (scalar, found) {
        (Scalar::Text(_) | Scalar::Enum(_), JsonKind::Array | JsonKind::Object) => Outcome::Reported("a string"),
        (Scalar::Text(_) | Scalar::Enum(_), _) => Outcome::Other,
        (Scalar::DateTime, JsonKind::Number) | (Scalar::Number, JsonKind::Number) => Outcome::Other,
        (Scalar::DateTime, _) => Outcome::Reported("a date-time"),
        (Scalar::Date, _) => Outcome::Reported("a date"),
        (Scalar::Uuid, _) => Outcome::Reported("a UUID"),
        (Scalar::Number, _) => Outcome::Reported("a number"),
        (Scalar::Integer(_), _) => Outcome::Reported("a whole number"),
        (Scalar::Boolean, JsonKind::Boolean) => Outcome::Other,
        (Scalar::Boolean, _) => Outcome::Reported("a boolean"),
    }
}
