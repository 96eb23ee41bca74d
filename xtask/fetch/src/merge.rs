//! Merging the structure of a published spec with our own descriptions, because Meld's are Meld's work.
//!
//! Descriptions, summaries, titles, examples and extensions are ours if the element exists in our spec, and otherwise
//! omitted. Elements are matched by JSON pointer, parameters by location and name, other list items by name, URL or
//! structure.

mod context;
mod order;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet, VecDeque};

use meld_gen::error::pointer_push;
use serde_json::{Map, Value};

use context::Context;

/// A merged spec.
#[derive(Clone, Debug, PartialEq)]
pub struct Merged {
    /// The spec.
    pub root: Value,
    /// The JSON pointers where the published spec has a description and ours has none.
    pub undescribed: Vec<String>,
}

/// Returns the structure of `published` with the text in `ours`. `title` is the title of a spec without one.
pub fn structure(published: &Value, ours: Option<&Value>, title: &str) -> Merged {
    let mut merge = Merge { text: Text::Ours { title }, undescribed: Vec::new() };
    let root = merge.value(published, ours, Context::Keywords, "");
    Merged { root, undescribed: merge.undescribed }
}

/// Returns all of `published`, in the order of `ours`.
pub fn everything(published: &Value, ours: Option<&Value>) -> Merged {
    let mut merge = Merge { text: Text::Published, undescribed: Vec::new() };
    let root = merge.value(published, ours, Context::Keywords, "");
    Merged { root, undescribed: Vec::new() }
}

/// Prints a spec as in the files of the workspace.
pub fn print(root: &Value) -> String {
    format!("{root:#}\n")
}

/// The origin of the text in a merged spec.
#[derive(Clone, Copy)]
enum Text<'a> {
    Published,
    Ours { title: &'a str },
}

struct Merge<'a> {
    text: Text<'a>,
    undescribed: Vec<String>,
}

impl Merge<'_> {
    fn value(&mut self, published: &Value, ours: Option<&Value>, context: Context, pointer: &str) -> Value {
        match published {
            Value::Object(published) => {
                let ours = ours.and_then(Value::as_object);
                Value::Object(self.object(published, ours, context, pointer))
            }
            Value::Array(published) => {
                let ours = ours.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
                Value::Array(self.list(published, ours, context, pointer))
            }
            scalar => scalar.clone(),
        }
    }

    fn object(
        &mut self,
        published: &Map<String, Value>,
        ours: Option<&Map<String, Value>>,
        context: Context,
        pointer: &str,
    ) -> Map<String, Value> {
        let mut entries: HashMap<&str, Value> = HashMap::new();
        let mut keys: Vec<&str> = Vec::new();
        for (key, value) in published {
            if self.omits(context, key) {
                continue;
            }
            let below = context.below(key, value);
            let old = ours.and_then(|ours| ours.get(key));
            entries.insert(key, self.value(value, old, below, &pointer_push(pointer, key)));
            keys.push(key);
        }
        let text = ours.into_iter().flatten().filter(|(key, _)| {
            // Scopes are elements, so those that are no longer published are removed.
            let exists = context != Context::Scopes || published.contains_key(*key);
            self.omits(context, key) && exists
        });
        for (key, value) in text {
            entries.insert(key, value.clone());
            keys.push(key);
        }
        self.fill(published, context, pointer, &mut keys, &mut entries);
        let old: Vec<&str> = ours.into_iter().flatten().map(|(key, _)| key.as_str()).collect();
        let ordered = order::preserve(&old, &keys);
        ordered.into_iter().filter_map(|key| Some((key.to_owned(), entries.remove(key)?))).collect()
    }

    /// Returns `true` if the published value of `key` is omitted.
    fn omits(&self, context: Context, key: &str) -> bool {
        matches!(self.text, Text::Ours { .. }) && context.is_text(key)
    }

    /// Records missing descriptions, and adds neutral text where OpenAPI requires some.
    fn fill<'k>(
        &mut self,
        published: &'k Map<String, Value>,
        context: Context,
        pointer: &str,
        keys: &mut Vec<&'k str>,
        entries: &mut HashMap<&'k str, Value>,
    ) {
        let Text::Ours { title } = self.text else { return };
        if context.is_text("description")
            && context != Context::Scopes
            && published.get("description").is_some_and(|text| text != "")
            && !entries.contains_key("description")
        {
            self.undescribed.push(pointer.to_owned());
        }
        let mut add = |key: &'k str, text: String| {
            if !entries.contains_key(key) {
                entries.insert(key, Value::String(text));
                keys.insert(0, key);
            }
        };
        match context {
            Context::Info => add("title", title.to_owned()),
            Context::Scopes => published.keys().for_each(|key| add(key, String::new())),
            Context::Response if !published.contains_key("$ref") => {
                let name = pointer.rsplit('/').next().unwrap_or_default();
                add("description", neutral_description(name));
            }
            _ => {}
        }
    }

    fn list(&mut self, published: &[Value], ours: &[Value], context: Context, pointer: &str) -> Vec<Value> {
        let partners = partners(published, ours, context.item());
        let mut items: Vec<Option<Value>> = Vec::with_capacity(published.len());
        for (index, item) in published.iter().enumerate() {
            let old = partners[index].and_then(|partner| ours.get(partner));
            let pointer = pointer_push(pointer, index);
            items.push(Some(self.value(item, old, context.item(), &pointer)));
        }
        if !context.is_unordered() {
            return items.into_iter().flatten().collect();
        }
        // Matched items have the number of ours, new ones a number beyond all of ours.
        let number =
            |(index, partner): (usize, &Option<usize>)| partner.unwrap_or_else(|| ours.len().saturating_add(index));
        let new: Vec<usize> = partners.iter().enumerate().map(number).collect();
        let at: HashMap<usize, usize> = new.iter().enumerate().map(|(index, number)| (*number, index)).collect();
        let old: Vec<usize> = (0..ours.len()).collect();
        let ordered = order::preserve(&old, &new).into_iter();
        ordered.filter_map(|number| items.get_mut(*at.get(&number)?)?.take()).collect()
    }
}

/// Returns the description of an undescribed response.
fn neutral_description(name: &str) -> String {
    match name {
        "default" => "Any other status.".to_owned(),
        _ if name.len() == 3 && name.starts_with(|c: char| c.is_ascii_digit()) => {
            format!("Status {name}.")
        }
        _ => "A response.".to_owned(),
    }
}

/// Returns the index in `ours` of each item of `published`. No item is matched twice.
fn partners(published: &[Value], ours: &[Value], context: Context) -> Vec<Option<usize>> {
    if ours.is_empty() {
        // The structure of an item is a merge with nothing: without this, each level of nesting would double the time.
        return vec![None; published.len()];
    }
    let mut by_identity: HashMap<Identity, VecDeque<usize>> = HashMap::new();
    let own: Vec<Identity> = ours.iter().map(|item| Identity::of(item, context)).collect();
    for (index, identity) in own.iter().enumerate() {
        by_identity.entry(identity.clone()).or_default().push_back(index);
    }
    let theirs: Vec<Identity> = published.iter().map(|item| Identity::of(item, context)).collect();
    let mut partners: Vec<Option<usize>> =
        theirs.iter().map(|identity| by_identity.get_mut(identity).and_then(VecDeque::pop_front)).collect();
    let taken: HashSet<usize> = partners.iter().flatten().copied().collect();
    // A changed item without a name is matched by its index.
    for (index, partner) in partners.iter_mut().enumerate() {
        let nameless = |of: &[Identity]| matches!(of.get(index), Some(Identity::Structure(_)));
        if partner.is_none() && !taken.contains(&index) && nameless(&theirs) && nameless(&own) {
            *partner = Some(index);
        }
    }
    partners
}

/// The identity of a list item.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Identity {
    /// The reference, name or URL.
    Name(String),
    /// The location and name of a parameter.
    Parameter(String, String),
    /// The value itself.
    Value(String),
    /// The item without its text.
    Structure(String),
}

impl Identity {
    fn of(item: &Value, context: Context) -> Self {
        let Some(object) = item.as_object().filter(|_| context == Context::Keywords) else {
            return Self::Value(item.to_string());
        };
        let text = |key: &str| object.get(key).and_then(Value::as_str).map(str::to_owned);
        if let (Some(location), Some(name)) = (text("in"), text("name")) {
            return Self::Parameter(location, name);
        }
        if let Some(name) = ["$ref", "name", "url"].into_iter().find_map(text) {
            return Self::Name(name);
        }
        let mut structure = structure(item, None, "").root;
        structure.sort_all_objects();
        Self::Structure(structure.to_string())
    }
}
