//! Reading bytes that nobody vouches for, as the responses with the most fields. Shared by the tests and the fuzz target.

use std::collections::BTreeSet;

use meld_client_core::json;

use crate::bodies::Bodies;
use crate::cases::places;
use crate::check::document;
use crate::json::{Json, written_path};
use crate::model::{Misfit, Modeller, Node};
use crate::responses::{MODULES, Module, Output, Read, Reader, Type};

/// The API version whose responses are read.
const VERSION: &str = "v2026-02-03";

/// How many responses are read.
const COUNT: usize = 10;

/// A response with many fields.
pub struct Large {
    /// How many fields the types that it can hold have together.
    pub fields: usize,
    /// Reads a body.
    pub read: Reader,
    module: &'static Module,
    response: &'static Output,
}

/// The ten responses with the most fields, the largest first; of the same type only one.
#[must_use]
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

/// How many fields the types have that a type names, each counted once.
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
            Type::Union(variants) => {
                variants.iter().map(|(_, variant)| fields(module, variant, seen)).sum()
            }
            Type::Enum => 0,
        };
    }
    count
}

impl Large {
    /// Such as `crypto Vec<types::CryptoTransaction>`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.module.family, self.response.success)
    }

    /// What its document says of it.
    ///
    /// # Errors
    /// When the document cannot be read, or says something else than the type.
    pub fn model(&self) -> Result<Node, Misfit> {
        let document = document(self.module)?;
        let modeller = Modeller { document: &document, module: self.module };
        let operation = self.response.operation;
        let method = operation.method.to_string().to_lowercase();
        let node = modeller.response(operation.path, &method, self.response.success)?;
        node.ok_or_else(|| "it responds nothing".to_owned())
    }

    /// Reads bytes tolerantly and strictly, and what was read once more.
    ///
    /// # Errors
    /// When the two do not agree on whether everything could be read, or when what is written comes back as
    /// something else. That neither panics is what running it shows.
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
            // A response of which nothing could be read is written as null or empty, which is no response.
            Err(_) if read.written.len() <= 4 => Ok(()),
            Err(error) => wrong(&format!("what is written cannot be read: {error}")),
        }
    }
}

/// A valid body with a damaged value in one place.
pub struct Damaged {
    /// The body.
    pub body: Vec<u8>,
    /// The same with null in that place.
    pub with_null: String,
    /// The path of the value.
    pub path: String,
}

impl Large {
    /// Puts the token in the place of a value without fields or items, one of those that the body of this seed has.
    /// `node` is the model of this response. `None` if there is no such value.
    #[must_use]
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
        // Written as it is, as numbers are.
        changed.put(path, Some(Json::Number("@@".to_owned())));
        with_null.put(path, Some(Json::Null));
        let text = changed.write(false);
        let (before, behind) = text.split_once("@@")?;
        let body = [before.as_bytes(), token, behind.as_bytes()].concat();
        Some(Damaged { body, with_null: with_null.write(false), path: written_path(path) })
    }

    /// Decodes a body with a damaged value: all else must be as it is with null in its place, and the value must be
    /// reported.
    ///
    /// # Errors
    /// When that is not so.
    pub fn check_damage(
        &self,
        node: &Node,
        seed: u64,
        place: usize,
        token: &[u8],
    ) -> Result<(), String> {
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
#[must_use]
pub fn damaged_string(bytes: impl IntoIterator<Item = u8>) -> Option<Vec<u8>> {
    let bytes = bytes.into_iter().filter(|byte| *byte != b'"');
    // The last letter is behind a backslash that would otherwise escape the quote.
    let token: Vec<u8> = [b'"'].into_iter().chain(bytes).chain(*b"x\"").collect();
    serde_json::from_slice::<String>(&token).is_err().then_some(token)
}

/// Compares the parser with that of `serde_json` on JSON that the latter takes.
///
/// # Errors
/// When they do not agree.
pub fn check_value(bytes: &[u8]) -> Result<(), String> {
    let Ok(theirs) = serde_json::from_slice::<serde_json::Value>(bytes) else { return Ok(()) };
    let ours = json::parse_value(bytes);
    // The same digits make the same number, or one that is next to it.
    if ours == theirs || is_same(&ours.to_string(), &theirs.to_string()) {
        return Ok(());
    }
    Err(format!("{ours} is not {theirs}"))
}

/// Whether two texts say the same: null, absent and empty are one, and so are numbers that differ in less than any binary
/// number does, as those of values of any form do each time they are read.
fn is_same(one: &str, other: &str) -> bool {
    let something = |text: &str| Json::parse(text).ok().map(something);
    one == other || something(one) == something(other)
}

/// A number of more digits than a binary number keeps, without those.
fn rounded(digits: String) -> String {
    const KEPT: usize = 15;
    let count = digits.bytes().take_while(|byte| !b"eE".contains(byte)).filter(u8::is_ascii_digit);
    match digits.parse::<f64>() {
        Ok(number) if count.count() > KEPT => format!("{number:.*e}", KEPT - 2),
        _ => digits,
    }
}

/// A value without what is nothing.
fn something(value: Json) -> Option<Json> {
    let value = match value {
        Json::Array(items) => Json::Array(items.into_iter().filter_map(something).collect()),
        Json::Object(fields) => {
            let fields = fields.into_iter();
            Json::Object(
                fields.filter_map(|(name, value)| Some((name, something(value)?))).collect(),
            )
        }
        Json::Number(digits) => Json::Number(rounded(digits)),
        value => value,
    };
    (!value.is_nothing()).then_some(value)
}
