//! Decodes all responses of all operations with all deviations, and counts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use meld_client_core::{ErrorKind, serde_json};
use serde_json::Value;

use crate::bodies::Bodies;
use crate::cases::{Case, Place, cases, places, variant};
use crate::json::{Json, written_path};
use crate::model::{Field, Misfit, Modeller, Node};
use crate::responses::{MODULES, Module, Output, Reader};
use crate::specs;

/// The counts.
#[derive(Debug, Default)]
pub struct Figures {
    /// Operations.
    pub operations: usize,
    /// The operations whose responses have no body.
    pub without_response: usize,
    /// Distinct types of responses, by family and version.
    pub types: usize,
    /// Positions with cases.
    pub fields: usize,
    /// Decoded bodies.
    pub cases: usize,
    /// Bodies with a report.
    pub reported: usize,
    /// Descriptions of the failures.
    pub failures: Vec<String>,
}

impl Figures {
    fn add(&mut self, other: Self) {
        self.operations += other.operations;
        self.without_response += other.without_response;
        self.types += other.types;
        self.fields += other.fields;
        self.cases += other.cases;
        self.reported += other.reported;
        self.failures.extend(other.failures);
    }
}

/// Tries all cases on every response, in one mode of decoding.
pub fn all_responses(strict: bool) -> Figures {
    let mut figures = Figures::default();
    let all: Vec<Figures> = std::thread::scope(|scope| {
        let start = |module: &'static Module| scope.spawn(move || checked(module, strict));
        let threads: Vec<_> = MODULES.iter().map(start).collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).collect()
    });
    if all.len() < MODULES.len() {
        figures.failures.push("a thread panicked".to_owned());
    }
    all.into_iter().for_each(|module| figures.add(module));
    figures
}

/// The published spec of a module.
pub fn spec(module: &Module) -> Result<serde_json::Value, Misfit> {
    let version = module.version.replace(['v', '-'], "");
    let file = format!("{}-{version}.json", module.family.replace('_', ""));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi").join(&file);
    specs::read(&path)
}

fn checked(module: &Module, strict: bool) -> Figures {
    let mut figures = Figures::default();
    let spec = match spec(module) {
        Ok(spec) => spec,
        Err(misfit) => {
            figures.failures.push(misfit);
            return figures;
        }
    };
    let modeller = Modeller { spec: &spec, module };
    let mut seen = BTreeSet::new();
    for response in module.responses {
        figures.operations += 1;
        let node = match modeller.response(response.operation, response.success) {
            Ok(node) => node,
            Err(misfit) => {
                figures.failures.push(format!("{}: {misfit}", name(module, response)));
                continue;
            }
        };
        match (node, response.read) {
            (None, None) => figures.without_response += 1,
            (Some(node), Some(read)) if seen.insert(format!("{} {node:?}", response.success)) => {
                figures.types += 1;
                let name = name(module, response);
                Check { name, node: &node, read, strict, figures: &mut figures }.all();
            }
            (Some(_), Some(_)) => {}
            _ => {
                figures.failures.push(format!("{}: only the spec or only the type has a body", name(module, response)))
            }
        }
    }
    figures
}

/// Returns `true` for a body that has only a code of its own, which counts as an error for every operation.
fn is_error(text: &str) -> bool {
    let fields: BTreeMap<String, Value> = serde_json::from_str(text).unwrap_or_default();
    let is_empty = |value: &Value| match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    };
    let belongs = |name: &str| ["code", "message", "status"].contains(&name);
    fields.contains_key("code") && fields.iter().all(|(name, value)| belongs(name) || is_empty(value))
}

fn name(module: &Module, response: &Output) -> String {
    format!("{} {} {}", module.version, module.family, response.success)
}

/// The tests of one type of response.
struct Check<'a> {
    name: String,
    node: &'a Node,
    read: Reader,
    strict: bool,
    figures: &'a mut Figures,
}

/// The expected result for a body: the value, encoded again, and the path of the report.
struct Expected<'a> {
    body: &'a Json,
    report: Option<(String, &'a Case)>,
}

impl Check<'_> {
    fn all(&mut self) {
        self.whole();
        // The same type has the same bodies, whatever else is tried.
        let seed = self.name.bytes().fold(7, |sum: u64, byte| sum.wrapping_mul(31) + u64::from(byte));
        let mut bodies = Bodies::new(seed);
        for fullness in [100, 100, 50, 50, 50, 20, 0] {
            bodies.fullness = fullness;
            bodies.variant += 1;
            let body = bodies.body(self.node);
            for reverse in [false, true] {
                self.try_one("a valid body", &body, reverse, &Expected { body: &body, report: None });
            }
        }
        bodies.fullness = 100;
        for turn in 0..variants(self.node) {
            bodies.variant = turn;
            let body = bodies.body(self.node);
            let places = places(self.node, &body);
            self.figures.fields += places.len();
            for place in places {
                self.place(&place, &body, &mut bodies);
            }
        }
    }

    /// Bodies that are not a response.
    fn whole(&mut self) {
        let wrong = match self.node {
            Node::List(_) => ["{\"a\":1}", "{\"a\":[]}"],
            _ => ["[1]", "[{}]"],
        };
        for body in wrong.into_iter().chain(["null", "7", "true", "", "{", "[1", "<html>"]) {
            self.figures.cases += 1;
            match (self.read)(body.as_bytes(), self.strict) {
                Err(error) if matches!(error.kind(), ErrorKind::Decode { .. }) => {}
                _ => self.fail("not a response", body, "it was read"),
            }
        }
    }

    fn place(&mut self, place: &Place<'_>, body: &Json, bodies: &mut Bodies) {
        let Some(current) = body.at(&place.path) else { return };
        // Each case changes the same value of them.
        let (mut changed, mut expected) = (body.clone(), body.clone());
        for case in cases(place, current, bodies) {
            changed.put(&place.path, case.put.clone());
            expected.put(&place.path, case.expected.clone());
            let report = case.report.map(|_| (written_path(&place.path), &case));
            let what = format!("{} at {}", case.what, written_path(&place.path));
            self.try_one(&what, &changed, false, &Expected { body: &expected, report });
        }
    }

    fn try_one(&mut self, what: &str, body: &Json, reverse: bool, expected: &Expected<'_>) {
        self.figures.cases += 1;
        self.figures.reported += usize::from(expected.report.is_some());
        let text = body.write(reverse);
        let outcome = (self.read)(text.as_bytes(), self.strict);
        let wrong = match (outcome, &expected.report) {
            (Err(error), _) if matches!(error.kind(), ErrorKind::Api(_)) && is_error(&text) => None,
            (Err(error), Some((path, case))) if self.strict => wrong_error(error.kind(), path, case),
            (Err(error), _) => Some(format!("it was not read: {:?}", error.kind())),
            (Ok(_), Some(_)) if self.strict => Some("it was read".to_owned()),
            (Ok(read), report) => {
                let reports: Vec<String> = read.reports.first().iter().map(ToString::to_string).collect();
                let wanted = report.as_ref().and_then(|(path, case)| {
                    case.report.map(|(wanted, found)| format!("{path}: expected {wanted}, found {found}"))
                });
                if reports != Vec::from_iter(wanted) {
                    Some(format!("reported: {reports:?}"))
                } else if self.strict {
                    // The value is compared in the lenient mode.
                    None
                } else {
                    self.difference(&read.written, expected.body)
                }
            }
        };
        if let Some(wrong) = wrong {
            self.fail(what, &text, &wrong);
        }
    }

    /// The first difference between the encoded value and the expected one.
    fn difference(&self, written: &str, expected: &Json) -> Option<String> {
        let json = match Json::parse(written) {
            Ok(json) => json,
            Err(error) => return Some(format!("no JSON was written: {error}")),
        };
        let expected = pruned(self.node, expected, true).unwrap_or(Json::Null);
        let read = pruned(self.node, &json, false).unwrap_or(Json::Null);
        let (path, wanted, found) = read.difference(&expected)?;
        Some(format!("{path}: {found:?} was written instead of {wanted:?}"))
    }

    fn fail(&mut self, what: &str, body: &str, wrong: &str) {
        self.figures.failures.push(format!("{}: {what}: {wrong}\nin {body}", self.name));
    }
}

/// The fault of an error of strict decoding.
fn wrong_error(kind: &ErrorKind, wanted: &str, case: &Case) -> Option<String> {
    let ErrorKind::Decode { path, reason, .. } = kind else { return Some(format!("{kind:?}")) };
    let (expected, found) = case.report?;
    let is_right = path == wanted && *reason == format!("expected {expected}, found {found}");
    (!is_right).then(|| format!("the error is {path}: {reason}"))
}

/// The number of variants of the largest union.
fn variants(node: &Node) -> usize {
    let most = |nodes: &mut dyn Iterator<Item = &Node>| nodes.map(variants).max().unwrap_or(1);
    match node {
        Node::Object(object) => most(&mut object.fields.iter().map(|field| &field.node)),
        Node::List(inner) | Node::Map(inner) => variants(inner),
        Node::Union(_, forms) => forms.len(),
        _ => 1,
    }
}

/// A value without null and empty parts where something is declared, and, if `drops_unknown`, without the fields that
/// the type lacks.
fn pruned(node: &Node, value: &Json, drops_unknown: bool) -> Option<Json> {
    let pruned = match (node, value) {
        (_, value) if value.is_nothing() => return None,
        (Node::Object(object), Json::Object(values)) => {
            let keep = |(name, value): (&String, &Json)| {
                let field = object.fields.iter().find(|field| field.name == *name);
                let kept = match field {
                    Some(Field { is_known: true, node: union @ Node::Union(..), .. }) => {
                        let form = variant(union, values).filter(|_| matches!(value, Json::Object(_)));
                        pruned(form.unwrap_or(&Node::Free), value, drops_unknown)?
                    }
                    Some(Field { is_known: true, node, .. }) => pruned(node, value, drops_unknown)?,
                    _ if drops_unknown => return None,
                    _ => value.clone(),
                };
                Some((name.clone(), kept))
            };
            Json::Object(values.iter().filter_map(keep).collect::<BTreeMap<_, _>>())
        }
        (Node::List(item), Json::Array(items)) => {
            let items = items.iter().filter_map(|value| pruned(item, value, drops_unknown));
            Json::Array(items.collect())
        }
        (Node::Map(entry), Json::Object(values)) => {
            let keep = |(name, value): (&String, &Json)| Some((name.clone(), pruned(entry, value, drops_unknown)?));
            Json::Object(values.iter().filter_map(keep).collect())
        }
        (_, value) => value.clone(),
    };
    (!pruned.is_nothing()).then_some(pruned)
}
