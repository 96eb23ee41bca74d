//! Decoding untrusted bytes as the responses with the most fields. Shared by the tests and the fuzz targets.

use std::collections::BTreeSet;

use meld_client_core::json;

use crate::bodies::Bodies;
use crate::cases::places;
use crate::check::spec;
use crate::json::{Json, written_path};
use crate::model::{Misfit, Modeller, Node};
use crate::responses::{MODULES, Module, Output, Read, Reader, Type};

/// The API version of the responses.
const VERSION: &str = "v2026-02-03";

/// The number of responses.
const COUNT: usize = 10;

/// The number of random cases to try: a quarter of `all`, or all of them with `MELD_ALL_CASES` in the environment.
pub fn rounds(all: u64) -> u64 {
    if std::env::var_os("MELD_ALL_CASES").is_some() { all } else { all.div_ceil(4) }
}

/// Every fourth value, starting with another one in each turn; all values with `MELD_ALL_CASES` in the environment.
pub fn some<T>(values: impl IntoIterator<Item = T>, turn: usize) -> impl Iterator<Item = T> {
    let step = if rounds(4) == 4 { 1 } else { 4 };
    values.into_iter().skip(turn % step).step_by(step)
}

/// A response with many fields.
pub struct Large {
    /// The number of fields of all types in it.
    pub fields: usize,
    /// Decodes a body.
    pub read: Reader,
    module: &'static Module,
    response: &'static Output,
}

/// The ten responses with the most fields, the largest first, each type once.
pub fn largest() -> Vec<Large> {
    let mut large = Vec::new();
    for module in MODULES.iter().filter(|module| module.version == VERSION) {
        let mut seen = BTreeSet::new();
        for response in module.responses {
            if let Some(read) = response.read
                && seen.insert(response.success)
            {
                let fields = fields(module, response.success, &mut BTreeSet::new());
                large.push(Large { fields, read, module, response });
            }
        }
    }
    large.sort_by_key(|large| (std::cmp::Reverse(large.fields), large.name()));
    large.truncate(COUNT);
    large
}

/// The number of fields of all types in a type, each counted once.
fn fields<'a>(module: &Module, rust_type: &'a str, seen: &mut BTreeSet<&'a str>) -> usize {
    let words = rust_type.split(|character: char| !character.is_alphanumeric());
    let mut count = 0;
    for word in words {
        let Some(found) = module.find(word) else { continue };
        if !seen.insert(word) {
            continue;
        }
        count += match found {
            Type::Object(inner) => {
                let deeper = inner.iter().map(|field| fields(module, field.rust_type, seen));
                inner.len() + deeper.sum::<usize>()
            }
            Type::Union(variants) => variants.iter().map(|(_, variant)| fields(module, variant, seen)).sum(),
            Type::Enum => 0,
        };
    }
    count
}

impl Large {
    /// Such as `crypto Vec<types::CryptoTransaction>`.
    pub fn name(&self) -> String {
        format!("{} {}", self.module.family, self.response.success)
    }

    /// The model of its schema.
    ///
    /// # Errors
    /// Returns an error if the spec cannot be read, or if the schema does not match the type.
    pub fn model(&self) -> Result<Node, Misfit> {
        let spec = spec(self.module)?;
        let modeller = Modeller { spec: &spec, module: self.module };
        let node = modeller.response(self.response.operation, self.response.success)?;
        node.ok_or_else(|| "it responds nothing".to_owned())
    }

    /// Decodes bytes in both modes, then encodes and decodes the result.
    ///
    /// # Errors
    /// Returns an error if the modes do not agree on whether everything could be decoded, or if the round trip changes
    /// the value. A panic fails the test.
    pub fn check(&self, bytes: &[u8]) -> Result<(), String> {
        check_value(bytes)?;
        let wrong = |what: &str| Err(format!("{}: {what}", self.name()));
        let read = match ((self.read)(bytes, false), (self.read)(bytes, true)) {
            (Err(_), Err(_)) => return Ok(()),
            (Err(_), Ok(_)) => return wrong("it is read strictly and not tolerantly"),
            (Ok(read), Err(_)) if read.reports.count() == 0 => {
                return wrong("nothing is reported, and yet it is not read strictly");
            }
            (Ok(read), Err(_)) => read,
            (Ok(read), Ok(_)) if read.reports.count() > 0 => {
                return wrong("something is reported, and yet it is read strictly");
            }
            (Ok(tolerant), Ok(strict)) if tolerant.written != strict.written => {
                return wrong("it is read in two ways");
            }
            (Ok(read), Ok(_)) => read,
        };
        match (self.read)(read.written.as_bytes(), true) {
            Ok(Read { written, .. }) if is_same(&written, &read.written) => Ok(()),
            Ok(_) => wrong("what is written comes back as something else"),
            // A response without any decoded value is encoded as null or empty, which is not a response.
            Err(_) if read.written.len() <= 4 => Ok(()),
            Err(error) => wrong(&format!("what is written cannot be read: {error}")),
        }
    }
}

/// A valid body with one damaged value.
pub struct Damaged {
    /// The body.
    pub body: Vec<u8>,
    /// The same body with null instead.
    pub with_null: String,
    /// The path of the value.
    pub path: String,
}

impl Large {
    /// Replaces a scalar value in the body of this seed with the token. `node` is the model of this response. Returns
    /// `None` if the body has no scalar value.
    pub fn damaged(node: &Node, seed: u64, place: usize, token: &[u8]) -> Option<Damaged> {
        let mut bodies = Bodies::new(seed);
        bodies.variant = place;
        let body = bodies.body(node);
        let mut paths: Vec<_> = places(node, &body).into_iter().map(|place| place.path).collect();
        paths.retain(|path| {
            let value = body.at(path);
            !path.is_empty() && !matches!(value, None | Some(Json::Object(_) | Json::Array(_)))
        });
        let path = paths.get(place % paths.len().max(1))?;
        let (mut changed, mut with_null) = (body.clone(), body.clone());
        // Numbers are encoded as they are.
        changed.put(path, Some(Json::Number("@@".to_owned())));
        with_null.put(path, Some(Json::Null));
        let text = changed.write(false);
        let (before, behind) = text.split_once("@@")?;
        let body = [before.as_bytes(), token, behind.as_bytes()].concat();
        Some(Damaged { body, with_null: with_null.write(false), path: written_path(path) })
    }

    /// Decodes a body with a damaged value.
    ///
    /// # Errors
    /// Returns an error unless the value is reported and the rest is the same as with null in its place.
    pub fn check_damage(&self, node: &Node, seed: u64, place: usize, token: &[u8]) -> Result<(), String> {
        let Some(damaged) = Self::damaged(node, seed, place, token) else { return Ok(()) };
        let wrong = |what: &str| {
            let (path, body) = (&damaged.path, damaged.body.escape_ascii());
            Err(format!("{}: {what} at {path} in {body}", self.name()))
        };
        let Ok(read) = (self.read)(&damaged.body, false) else { return wrong("it is not read") };
        let Ok(with_null) = (self.read)(damaged.with_null.as_bytes(), false) else {
            return wrong("null is not read");
        };
        let paths: Vec<&str> = read.reports.first().iter().map(|report| &*report.path).collect();
        if paths != [&damaged.path] {
            return wrong(&format!("reported {paths:?}"));
        }
        if !is_same(&read.written, &with_null.written) {
            return wrong("something else is changed");
        }
        if (self.read)(&damaged.body, true).is_ok() {
            return wrong("it is read strictly");
        }
        Ok(())
    }
}

/// A string of these bytes without quotes, unless it is JSON.
pub fn damaged_string(bytes: impl IntoIterator<Item = u8>) -> Option<Vec<u8>> {
    let bytes = bytes.into_iter().filter(|byte| *byte != b'"');
    // The letter at the end follows a backslash that would otherwise escape the quote.
    let token: Vec<u8> = [b'"'].into_iter().chain(bytes).chain(*b"x\"").collect();
    serde_json::from_slice::<String>(&token).is_err().then_some(token)
}

/// Compares the parser with that of `serde_json` on bytes that the latter accepts.
///
/// # Errors
/// Returns an error if the results differ.
pub fn check_value(bytes: &[u8]) -> Result<(), String> {
    let Ok(theirs) = serde_json::from_slice::<serde_json::Value>(bytes) else { return Ok(()) };
    let ours = json::parse_value(bytes);
    // The same digits yield the same number or its neighbour.
    if ours == theirs || is_same(&ours.to_string(), &theirs.to_string()) {
        return Ok(());
    }
    Err(format!("{ours} is not {theirs}"))
}

/// Returns `true` if two JSON strings are equivalent: null, missing and empty are equal, and so are numbers that differ by
/// less than the precision of `f64`, as free-form numbers do.
fn is_same(one: &str, other: &str) -> bool {
    let something = |text: &str| Json::parse(text).ok().map(something);
    one == other || something(one) == something(other)
}

/// A number without the digits that `f64` does not keep.
fn rounded(digits: String) -> String {
    const KEPT: usize = 15;
    let count = digits.bytes().take_while(|byte| !b"eE".contains(byte)).filter(u8::is_ascii_digit);
    match digits.parse::<f64>() {
        Ok(number) if count.count() > KEPT => format!("{number:.*e}", KEPT - 2),
        _ => digits,
    }
}

/// A value without its null and empty parts.
fn something(value: Json) -> Option<Json> {
    let value = match value {
        Json::Array(items) => Json::Array(items.into_iter().filter_map(something).collect()),
        Json::Object(fields) => {
            let fields = fields.into_iter();
            Json::Object(fields.filter_map(|(name, value)| Some((name, something(value)?))).collect())
        }
        Json::Number(digits) => Json::Number(rounded(digits)),
        value => value,
    };
    (!value.is_nothing()).then_some(value)
}
