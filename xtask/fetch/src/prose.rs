//! Taking over what a published document says to programs, and not what it says to people: Meld's text is Meld's.
//!
//! The structure is that of the published document; descriptions, summaries, titles, examples and extensions are ours
//! where the same element is there, and else left away. Elements are the same by their JSON pointer; parameters also
//! by where they are and their name, other lists by name, address or form.

mod order;
mod place;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet, VecDeque};

use meld_gen::error::pointer_push;
use serde_json::{Map, Value};

use place::Place;

/// What is to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// The document.
    pub root: Value,
    /// Where the published document has a description and ours has none.
    pub undescribed: Vec<String>,
}

/// The structure of `published` with the text of `ours`; `title` is that of a document that has none.
pub fn structure(published: &Value, ours: Option<&Value>, title: &str) -> Taken {
    let mut merge = Merge { text: Text::Ours { title }, undescribed: Vec::new() };
    let root = merge.value(published, ours, Place::Words, "");
    Taken { root, undescribed: merge.undescribed }
}

/// All of `published`, in the order of `ours`.
pub fn everything(published: &Value, ours: Option<&Value>) -> Taken {
    let mut merge = Merge { text: Text::Published, undescribed: Vec::new() };
    let root = merge.value(published, ours, Place::Words, "");
    Taken { root, undescribed: Vec::new() }
}

/// The text of a document as the files of the workspace have it.
pub fn print(root: &Value) -> String {
    format!("{root:#}\n")
}

/// Whose text is taken.
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
    fn value(
        &mut self,
        published: &Value,
        ours: Option<&Value>,
        place: Place,
        pointer: &str,
    ) -> Value {
        match published {
            Value::Object(published) => {
                let ours = ours.and_then(Value::as_object);
                Value::Object(self.object(published, ours, place, pointer))
            }
            Value::Array(published) => {
                let ours = ours.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
                Value::Array(self.list(published, ours, place, pointer))
            }
            scalar => scalar.clone(),
        }
    }

    fn object(
        &mut self,
        published: &Map<String, Value>,
        ours: Option<&Map<String, Value>>,
        place: Place,
        pointer: &str,
    ) -> Map<String, Value> {
        let mut entries: HashMap<&str, Value> = HashMap::new();
        let mut keys: Vec<&str> = Vec::new();
        for (key, value) in published {
            if self.leaves_out(place, key) {
                continue;
            }
            let below = place.below(key, value);
            let old = ours.and_then(|ours| ours.get(key));
            entries.insert(key, self.value(value, old, below, &pointer_push(pointer, key)));
            keys.push(key);
        }
        let text = ours.into_iter().flatten().filter(|(key, _)| {
            // Rights are elements, and are gone when they are not published any more.
            let is_there = place != Place::Scopes || published.contains_key(*key);
            self.leaves_out(place, key) && is_there
        });
        for (key, value) in text {
            entries.insert(key, value.clone());
            keys.push(key);
        }
        self.fill(published, place, pointer, &mut keys, &mut entries);
        let old: Vec<&str> = ours.into_iter().flatten().map(|(key, _)| key.as_str()).collect();
        let ordered = order::keep(&old, &keys);
        ordered.into_iter().filter_map(|key| Some((key.to_owned(), entries.remove(key)?))).collect()
    }

    /// Whether what is published under `key` is not taken.
    fn leaves_out(&self, place: Place, key: &str) -> bool {
        matches!(self.text, Text::Ours { .. }) && place.is_prose(key)
    }

    /// Notes what has no description, and gives neutral ones where OpenAPI demands text.
    fn fill<'k>(
        &mut self,
        published: &'k Map<String, Value>,
        place: Place,
        pointer: &str,
        keys: &mut Vec<&'k str>,
        entries: &mut HashMap<&'k str, Value>,
    ) {
        let Text::Ours { title } = self.text else { return };
        let mut add = |key: &'k str, text: String| {
            if !entries.contains_key(key) {
                entries.insert(key, Value::String(text));
                keys.insert(0, key);
            }
        };
        match place {
            Place::Info => add("title", title.to_owned()),
            Place::Scopes => {
                for key in published.keys() {
                    add(key, String::new());
                }
            }
            _ => {}
        }
        if place.is_prose("description")
            && place != Place::Scopes
            && published.get("description").is_some_and(|text| text != "")
            && !entries.contains_key("description")
        {
            self.undescribed.push(pointer.to_owned());
        }
        if place == Place::Response && !published.contains_key("$ref") {
            let name = pointer.rsplit('/').next().unwrap_or_default();
            if !entries.contains_key("description") {
                entries.insert("description", Value::String(neutral(name)));
                keys.insert(0, "description");
            }
        }
    }

    fn list(
        &mut self,
        published: &[Value],
        ours: &[Value],
        place: Place,
        pointer: &str,
    ) -> Vec<Value> {
        let partners = partners(published, ours, place.item());
        let mut items: Vec<Option<Value>> = Vec::with_capacity(published.len());
        for (index, item) in published.iter().enumerate() {
            let old = partners[index].and_then(|partner| ours.get(partner));
            let pointer = pointer_push(pointer, index);
            items.push(Some(self.value(item, old, place.item(), &pointer)));
        }
        if !place.is_unordered() {
            return items.into_iter().flatten().collect();
        }
        // Old items by their place in ours, new ones by numbers that no old one has.
        let number = |(index, partner): (usize, &Option<usize>)| {
            partner.unwrap_or_else(|| ours.len().saturating_add(index))
        };
        let new: Vec<usize> = partners.iter().enumerate().map(number).collect();
        let at: HashMap<usize, usize> =
            new.iter().enumerate().map(|(index, number)| (*number, index)).collect();
        let old: Vec<usize> = (0..ours.len()).collect();
        let ordered = order::keep(&old, &new).into_iter();
        ordered.filter_map(|number| items.get_mut(*at.get(&number)?)?.take()).collect()
    }
}

/// What a response says that nobody described.
fn neutral(name: &str) -> String {
    match name {
        "default" => "Any other status.".to_owned(),
        _ if name.len() == 3 && name.starts_with(|c: char| c.is_ascii_digit()) => {
            format!("Status {name}.")
        }
        _ => "A response.".to_owned(),
    }
}

/// The item of `ours` that each of `published` is; none is taken twice.
fn partners(published: &[Value], ours: &[Value], place: Place) -> Vec<Option<usize>> {
    let mut by_identity: HashMap<Identity, VecDeque<usize>> = HashMap::new();
    let own: Vec<Identity> = ours.iter().map(|item| Identity::of(item, place)).collect();
    for (index, identity) in own.iter().enumerate() {
        by_identity.entry(identity.clone()).or_default().push_back(index);
    }
    let theirs: Vec<Identity> = published.iter().map(|item| Identity::of(item, place)).collect();
    let mut partners: Vec<Option<usize>> = theirs
        .iter()
        .map(|identity| by_identity.get_mut(identity).and_then(VecDeque::pop_front))
        .collect();
    let taken: HashSet<usize> = partners.iter().flatten().copied().collect();
    // What has no name and another form than before is what it was by its number.
    for (index, partner) in partners.iter_mut().enumerate() {
        let nameless = |of: &[Identity]| matches!(of.get(index), Some(Identity::Form(_)));
        if partner.is_none() && !taken.contains(&index) && nameless(&theirs) && nameless(&own) {
            *partner = Some(index);
        }
    }
    partners
}

/// What makes an item of a list the one it is.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Identity {
    /// Its reference, name or address.
    Name(String),
    /// A parameter's place and name.
    Parameter(String, String),
    /// The value itself.
    Value(String),
    /// All of it but its text.
    Form(String),
}

impl Identity {
    fn of(item: &Value, place: Place) -> Self {
        let Some(object) = item.as_object().filter(|_| place == Place::Words) else {
            return Self::Value(item.to_string());
        };
        let text = |key: &str| object.get(key).and_then(Value::as_str).map(str::to_owned);
        if let (Some(place), Some(name)) = (text("in"), text("name")) {
            return Self::Parameter(place, name);
        }
        if let Some(name) = ["$ref", "name", "url"].into_iter().find_map(text) {
            return Self::Name(name);
        }
        let mut form = structure(item, None, "").root;
        form.sort_all_objects();
        Self::Form(form.to_string())
    }
}
