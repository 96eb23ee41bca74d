//! The model of a response: its published schema, beside the type that it decodes to.
//!
//! The schema decides which bodies are valid. It comes from the spec itself, not from the generator. The type decides which
//! fields are known. In all else the type has to match the schema; otherwise making the model fails.

use std::collections::BTreeMap;

use meld_client_core::Operation;
use serde_json::{Map, Value};

use crate::responses::{Module, Type, TypeField};

/// The values that are allowed at one position.
#[derive(Clone, Debug)]
pub enum Node {
    /// An object with fields.
    Object(Object),
    /// A list of items.
    List(Box<Node>),
    /// An object with any names.
    Map(Box<Node>),
    /// A union: the name of its selector, which is a field beside this one, and a node for each value of it.
    Union(String, Vec<(String, Node)>),
    /// An object of any form, with the form of the spec's example, if there is one.
    FreeObject(Option<Box<Node>>),
    /// Anything.
    Free,
    /// One value.
    Scalar(Scalar),
}

/// An object with declared fields.
#[derive(Clone, Debug)]
pub struct Object {
    /// The fields.
    pub fields: Vec<Field>,
    /// The field that a string instead of the object stands for.
    pub text: Option<String>,
}

/// A field of an object.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// `true` if the spec requires it.
    pub is_required: bool,
    /// `true` if the type has it.
    pub is_known: bool,
    /// Its values.
    pub node: Node,
}

/// One value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scalar {
    /// A string of at least this length.
    Text(usize),
    /// One of these strings.
    Enum(Vec<String>),
    /// A date and time.
    DateTime,
    /// A date.
    Date,
    /// A UUID.
    Uuid,
    /// A decimal number.
    Number,
    /// An integer of this many bits.
    Integer(u32),
    /// A boolean.
    Boolean,
}

/// A mismatch of schema and type, with its position.
pub type Misfit = String;

/// Makes models of the responses of a spec.
pub struct Modeller<'a> {
    /// The published spec.
    pub spec: &'a Value,
    /// The module that is generated from it.
    pub module: &'a Module,
}

/// A Rust type without the parts that do not change JSON.
fn bare(rust_type: &str) -> &str {
    for wrapper in ["Option<", "Box<"] {
        if let Some(inner) = inner(rust_type, wrapper) {
            return bare(inner);
        }
    }
    rust_type.strip_prefix("types::").unwrap_or(rust_type)
}

fn inner<'a>(rust_type: &'a str, wrapper: &str) -> Option<&'a str> {
    rust_type.strip_prefix(wrapper)?.strip_suffix('>')
}

impl Modeller<'_> {
    /// The model of an operation's first response with a body; `None` if there is none, or it is not JSON.
    ///
    /// # Errors
    /// Returns an error if the type does not match the schema.
    pub fn response(&self, operation: &Operation, rust_type: &str) -> Result<Option<Node>, Misfit> {
        let found = self.operation(operation).ok_or("the spec lacks the operation")?;
        let responses = found["responses"].as_object().ok_or("the operation has no responses")?;
        let successes = responses.iter().filter(|(status, _)| status.starts_with('2'));
        let mut contents = successes.filter_map(|(_, success)| success["content"].as_object());
        let Some(content) = contents.find(|content| !content.is_empty()) else { return Ok(None) };
        let is_json = |media: &str| media == "*/*" || media.contains("json");
        if !content.keys().any(|media| is_json(media)) {
            return Ok(None);
        }
        let schema = content.values().find_map(|media| media.get("schema"));
        let schema = schema.ok_or("the response has no schema")?;
        self.node(schema, Some(rust_type)).map(Some)
    }

    /// An operation of the spec. A supplement can have several at one path, which then differ after a `#`.
    fn operation(&self, operation: &Operation) -> Option<&Value> {
        let method = operation.method.to_string().to_lowercase();
        let paths = self.spec["paths"].as_object()?;
        let at_path = paths.iter().filter(|(path, _)| path.split('#').next() == Some(operation.path));
        let mut candidates = at_path.filter_map(|(_, item)| item.get(&method));
        let is_same = |found: &&Value| found["operationId"].as_str().is_none_or(|id| id == operation.operation_id);
        candidates.find(is_same)
    }

    /// The schema with its references resolved and its `allOf` merged.
    fn flat(&self, schema: &Value) -> Map<String, Value> {
        let mut flat = schema.as_object().cloned().unwrap_or_default();
        let mut parts = Vec::new();
        if let Some(Value::String(reference)) = flat.remove("$ref") {
            let target = self.spec.pointer(reference.trim_start_matches('#'));
            parts.extend(target.map(|target| self.flat(target)));
        }
        if let Some(Value::Array(members)) = flat.remove("allOf") {
            parts.extend(members.iter().map(|member| self.flat(member)));
        }
        for part in parts {
            for (keyword, value) in part {
                match (flat.get_mut(&keyword), value) {
                    (Some(Value::Object(own)), Value::Object(more)) => own.extend(more),
                    (Some(Value::Array(own)), Value::Array(more)) if keyword == "required" => {
                        own.extend(more);
                    }
                    (Some(_), _) => {}
                    (None, value) => drop(flat.insert(keyword, value)),
                }
            }
        }
        flat
    }

    /// The node of a schema. `rust_type` is `None` below fields that no type has.
    fn node(&self, schema: &Value, rust_type: Option<&str>) -> Result<Node, Misfit> {
        let flat = self.flat(schema);
        let rust_type = rust_type.map(bare);
        if let Some("Map<String,Value>" | "Value") = rust_type {
            return self.free(&flat, rust_type == Some("Value"));
        }
        if let Some(members) = flat.get("oneOf").and_then(Value::as_array) {
            return match members.as_slice() {
                [only] => self.node(only, rust_type),
                _ => Err("a union without a selector".to_owned()),
            };
        }
        match flat.get("type").and_then(Value::as_str) {
            Some("array") => {
                let item = flat.get("items").ok_or("a list of nothing")?;
                let item_type = wrapped(rust_type, "Vec<")?;
                Ok(Node::List(Box::new(self.node(item, item_type)?)))
            }
            Some("object") => self.object_or_map(&flat, rust_type),
            None if flat.contains_key("properties") => self.object(&flat, rust_type),
            None => unless_typed(rust_type, Node::Free),
            Some(_) => self.scalar(&flat, rust_type),
        }
    }

    fn free(&self, flat: &Map<String, Value>, is_any: bool) -> Result<Node, Misfit> {
        if is_any {
            let has_type = flat.contains_key("type") || flat.contains_key("properties");
            return if has_type { Err("free-form in the type".to_owned()) } else { Ok(Node::Free) };
        }
        match flat.get("oneOf").and_then(|members| members.get(0)) {
            Some(form) => {
                let form = self.node(form, None)?;
                Ok(Node::FreeObject(Some(Box::new(form))))
            }
            None if flat.get("type") == Some(&"object".into()) && !flat.contains_key("properties") => {
                Ok(Node::FreeObject(None))
            }
            None => Err("free-form in the type".to_owned()),
        }
    }

    fn object_or_map(&self, flat: &Map<String, Value>, rust_type: Option<&str>) -> Result<Node, Misfit> {
        if flat.contains_key("properties") {
            return self.object(flat, rust_type);
        }
        match flat.get("additionalProperties") {
            Some(Value::Object(values)) if !values.is_empty() => {
                let value_type = wrapped(rust_type, "BTreeMap<String,")?;
                let value = self.node(&Value::Object(values.clone()), value_type)?;
                Ok(Node::Map(Box::new(value)))
            }
            _ => unless_typed(rust_type, Node::FreeObject(None)),
        }
    }

    fn object(&self, flat: &Map<String, Value>, rust_type: Option<&str>) -> Result<Node, Misfit> {
        let table = match rust_type.map(|name| (name, self.module.find(name))) {
            None => None,
            Some((_, Some(Type::Object(fields)))) => Some(*fields),
            Some((name, _)) => return Err(format!("{name} is no object")),
        };
        let required = flat.get("required").and_then(Value::as_array);
        let mut fields: BTreeMap<String, Field> = BTreeMap::new();
        for (name, schema) in flat.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let known = table.and_then(|table| table.iter().find(|field| field.name == name));
            let is_required = required.is_some_and(|names| names.iter().any(|required| required == name));
            let located = |misfit| format!("{name}: {misfit}");
            let node = match known {
                Some(TypeField { selector: Some(selector), rust_type, .. }) => self.union(schema, selector, rust_type),
                known => self.node(schema, known.map(|field| field.rust_type)),
            };
            let node = node.map_err(located)?;
            let name = name.clone();
            let field = Field { name: name.clone(), is_required, is_known: known.is_some(), node };
            fields.insert(name, field);
        }
        let table = table.unwrap_or_default();
        mark_selectors(table, &mut fields)?;
        let text = table.iter().find(|field| field.is_text).map(|field| field.name.to_owned());
        Ok(Node::Object(Object { fields: fields.into_values().collect(), text }))
    }

    fn union(&self, schema: &Value, selector: &str, rust_type: &str) -> Result<Node, Misfit> {
        let Some(Type::Union(variants)) = self.module.find(bare(rust_type)) else {
            return Err(format!("{rust_type} is no union"));
        };
        let flat = self.flat(schema);
        let members = flat.get("oneOf").and_then(Value::as_array).ok_or("it is no union")?;
        let references = || members.iter().filter_map(reference);
        let nodes = variants.iter().map(|(value, rust_type)| {
            let is_it = |reference: &&str| reference.ends_with(&format!("/{rust_type}"));
            let reference = references().find(is_it).ok_or("a variant of no member")?;
            let schema = Value::from_iter([("$ref", reference)]);
            Ok(((*value).to_owned(), self.node(&schema, Some(rust_type))?))
        });
        let nodes = nodes.collect::<Result<Vec<_>, Misfit>>()?;
        let has_type = |reference: &str| variants.iter().any(|(_, name)| reference.ends_with(name));
        if !references().all(has_type) {
            return Err("a member without a variant".to_owned());
        }
        Ok(Node::Union(selector.to_owned(), nodes))
    }

    fn scalar(&self, flat: &Map<String, Value>, rust_type: Option<&str>) -> Result<Node, Misfit> {
        let text = |keyword: &str| flat.get(keyword).and_then(Value::as_str).unwrap_or_default();
        let minimum = flat.get("minLength").and_then(Value::as_u64).unwrap_or(1).max(1);
        let minimum = usize::try_from(minimum).unwrap_or(1);
        let (scalar, expected) = match (text("type"), text("format")) {
            ("string", _) if flat.contains_key("enum") => {
                let values = flat.get("enum").and_then(Value::as_array).into_iter().flatten();
                let values = values.filter_map(Value::as_str).map(str::to_owned).collect();
                if let Some(name) = rust_type
                    && !matches!(self.module.find(name), Some(Type::Enum))
                {
                    return Err(format!("{name} is no enum"));
                }
                return Ok(Node::Scalar(Scalar::Enum(values)));
            }
            ("string", "date-time") => (Scalar::DateTime, "DateTime<Utc>"),
            ("string", "date") => (Scalar::Date, "NaiveDate"),
            ("string", "uuid") => (Scalar::Uuid, "Uuid"),
            // A repair may know the values of a string that has none in the spec. Any other string stays valid.
            ("string", _) if rust_type.is_some_and(|name| matches!(self.module.find(name), Some(Type::Enum))) => {
                return Ok(Node::Scalar(Scalar::Text(minimum)));
            }
            ("string", _) => (Scalar::Text(minimum), "String"),
            ("number", _) => (Scalar::Number, "Decimal"),
            ("integer", "int64") => (Scalar::Integer(64), "i64"),
            ("integer", _) => (Scalar::Integer(32), "i32"),
            ("boolean", _) => (Scalar::Boolean, "bool"),
            (other, _) => return Err(format!("the tests do not know the type {other}")),
        };
        match rust_type {
            Some(other) if other != expected => Err(format!("{other} instead of {expected}")),
            _ => Ok(Node::Scalar(scalar)),
        }
    }
}

/// The type inside of a wrapper.
///
/// # Errors
/// Returns an error if the type has another wrapper.
fn wrapped<'a>(rust_type: Option<&'a str>, wrapper: &str) -> Result<Option<&'a str>, Misfit> {
    match rust_type {
        None => Ok(None),
        Some(name) => inner(name, wrapper).map(Some).ok_or_else(|| format!("{name} instead of {wrapper}…>")),
    }
}

fn unless_typed(rust_type: Option<&str>, node: Node) -> Result<Node, Misfit> {
    match rust_type {
        Some(name) => Err(format!("{name} instead of a free-form value")),
        None => Ok(node),
    }
}

/// Marks the selectors of unions. In a type, a union includes its selector; in JSON, the selector is a field of its own.
fn mark_selectors(table: &[TypeField], fields: &mut BTreeMap<String, Field>) -> Result<(), Misfit> {
    for (union, selector) in table.iter().filter_map(|field| Some((field.name, field.selector?))) {
        let Some(Node::Union(_, variants)) = fields.get(union).map(|field| &field.node) else {
            continue;
        };
        let values = variants.iter().map(|(value, _)| value.clone()).collect();
        let field = fields.get_mut(selector).ok_or("the spec lacks the selector of a union")?;
        field.is_known = true;
        field.node = Node::Scalar(Scalar::Enum(values));
    }
    Ok(())
}

/// Returns the reference of a union's member, which some specs wrap in an `allOf`.
fn reference(member: &Value) -> Option<&str> {
    member.get("$ref").or_else(|| member.pointer("/allOf/0/$ref"))?.as_str()
}
