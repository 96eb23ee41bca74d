//! Damaging and plausible changes of specs.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::{Map, Value, json};

use crate::common::random::Random;

const PROPERTIES: &[&str] = &[
    "type", "3ds", "$ref", "a-b", "a_b", "aB", "build", "self", "default", "", "größe", "übung", "名前", "a/b~c",
    "gen", "error", "option", "extra", "items", "item", "clone", "new", "_x", "a\"b\\c", "x'y", "1", "-", "status",
];

// The names in strings are apart by commas.

const SCHEMAS: &str = "String,Option,Self,Error,Box,type,3ds,a-b,a_b,AB,ErrorResponse,Method,Vec,fn,v1.0,Client,\
    ResponseValue,A,-,_,20231219,builder,types,TryFrom,Thing20231219,Thing20250304";

const METHODS: &str = "new,send,body,transport,type,clone,error,Request,3ds,-,名前,a-1,a1,beta-new,customer,self,\
    request-error,operation_0,into_request,Transport,result,a b,";

const PARAMETERS: &str = "new,send,body,transport,type,client,self,a-b,a_b,3ds,filter[name],名前,path_0,X-Idempotency-Key,\
    default,clone,request,value,";

const PATHS: &[&str] =
    &["/a b", "/a?b=c", "/a#b", "/a{b", "/a}b", "/{}", "/a//b", "/名前", "/a%20b", "/", "/a:b", "/a*b"];

fn values() -> Vec<Value> {
    let many: Vec<String> = (0..300).map(|index| format!("VALUE_{index}")).collect();
    vec![
        json!(["", "\"\"", "1", "+", "-"]),
        json!(["buy", "BUY", "Buy"]),
        json!(["UNKNOWN", "Unknown", "UNKNOWN_VALUE"]),
        json!(["größe", "名前", "🦀"]),
        json!(["+1", "-1", "Self", "self", "None", "A\u{202e}B", "a\nb"]),
        json!(["a_b", "a-b", "ab", "a b"]),
        json!(["X", "X", null]),
        json!([null]),
        json!([1, 2.5]),
        json!([true, false]),
        json!([]),
        json!(many),
    ]
}

fn schemas() -> Vec<Value> {
    let formats = "ip ipv4 ipv6 uri byte binary password hostname duration time uuid date date-time email regex \
                   nonsense";
    let formats = formats.split_whitespace();
    let mut schemas: Vec<Value> = formats.map(|format| json!({"type": "string", "format": format})).collect();
    for format in ["uint8", "int8", "int16", "uint16", "uint32", "int32", "uint", "uint64", "int64", "x"] {
        schemas.push(json!({"type": "integer", "format": format, "minimum": 1}));
    }
    schemas.extend(values().into_iter().map(|values| json!({"enum": values})));
    let odd = [
        json!({}),
        json!(true),
        json!(false),
        json!({"type": "null"}),
        json!({"type": ["string", "null"], "default": "x", "title": "Option"}),
        json!({"type": "number", "format": "float", "default": 1}),
        json!({"type": "array", "items": {"type": ["number", "null"]}}),
        json!({"type": ["array", "null"], "items": {"type": "number"}}),
        json!({"type": "array", "items": {"type": "array", "items": {"type": "number"}}, "maxItems": 2, "minItems": 2}),
        json!({"type": "array", "uniqueItems": true, "items": {"type": "string", "title": "Vec"}}),
        json!({"type": "array"}),
        json!({"type": "object"}),
        json!({"type": "object", "additionalProperties": false}),
        json!({"type": "object", "additionalProperties": {"type": "number"}, "properties": {"a": {"type": "string"}}}),
        json!({"type": ["object", "null"], "additionalProperties": {"type": "number"}}),
        json!({"type": ["object", "null"], "title": "Box", "properties": {"value": {"type": "string", "pattern": "^["}}}),
        json!({"type": "object", "required": ["zz"], "properties": {"a": {"type": "object", "properties": {"b": {"enum": ["x"]}}}}}),
        json!({"type": "object", "properties": {"a-b": {"type": "string"}, "a_b": {"type": "string"}}}),
        json!({"oneOf": [{"type": "string"}, {"type": "object", "properties": {"a": {"type": "string"}}}]}),
        json!({"anyOf": [{"type": "string"}, {"type": "null"}]}),
        json!({"allOf": []}),
        json!({"allOf": [{"type": "string"}, {"type": "integer"}]}),
        json!({"allOf": [{"type": "object", "properties": {"a": {"type": "string"}}}, {"required": ["a"]}]}),
        json!({"not": {"type": "string"}}),
        json!({"type": "string", "x-rust-type": {"crate": "x", "version": "1", "path": "x::Y"}}),
        json!({"type": "string", "description": "a\rb\u{202e}c [x] `y ``` <z>\u{0}"}),
    ];
    schemas.extend(odd);
    schemas
}

pub struct Mutator {
    random: Random,
    values: Vec<Value>,
    schemas: Vec<Value>,
}

impl Mutator {
    pub fn new(seed: u64) -> Self {
        Self { random: Random(seed), values: values(), schemas: schemas() }
    }

    /// Makes one to four changes and returns their descriptions.
    pub fn change(&mut self, spec: &mut Value) -> Vec<String> {
        (0..=self.random.below(4)).map(|_| self.one_change(spec)).collect()
    }

    fn one_change(&mut self, spec: &mut Value) -> String {
        match self.random.below(14) {
            0 => self.replace_anything(spec),
            1 => self.delete_anything(spec),
            2 => self.rename_anything(spec),
            3 => self.swap_schemas(spec),
            4 | 5 => self.rename_schema(spec),
            6 => self.duplicate_schema(spec),
            7 | 8 => self.add_property(spec),
            9 => self.replace_schema(spec),
            10 => self.replace_enum(spec),
            11 => self.rename_operation(spec),
            12 => self.add_parameter(spec),
            _ => self.move_path(spec),
        }
    }

    /// Returns a random pointer to a value that satisfies `wanted`.
    fn pointer(&mut self, spec: &Value, wanted: impl Fn(&str, &Value) -> bool) -> Option<String> {
        let mut found = Vec::new();
        let mut open = vec![(String::new(), spec)];
        while let Some((pointer, value)) = open.pop() {
            if wanted(&pointer, value) {
                found.push(pointer.clone());
            }
            match value {
                Value::Object(object) => {
                    for (key, value) in object {
                        let key = key.replace('~', "~0").replace('/', "~1");
                        open.push((format!("{pointer}/{key}"), value));
                    }
                }
                Value::Array(items) => {
                    let items = items.iter().enumerate();
                    open.extend(items.map(|(index, value)| (format!("{pointer}/{index}"), value)));
                }
                _ => {}
            }
        }
        (!found.is_empty()).then(|| self.random.of(&found).clone())
    }

    fn replace_anything(&mut self, spec: &mut Value) -> String {
        let odd = [
            Value::Null,
            json!(true),
            json!(0),
            json!(-1),
            json!(1e300),
            json!(""),
            json!("x"),
            json!([]),
            json!({}),
            json!([null]),
            json!({"$ref": "#/components/schemas/Missing"}),
            json!({"$ref": "#/"}),
        ];
        let value = self.random.of(&odd).clone();
        let Some(pointer) = self.pointer(spec, |pointer, _| pointer.len() > 9) else {
            return String::new();
        };
        *spec.pointer_mut(&pointer).unwrap() = value.clone();
        format!("{value} at {pointer}")
    }

    fn delete_anything(&mut self, spec: &mut Value) -> String {
        let Some((object, key, place)) = self.entry(spec) else { return String::new() };
        object.shift_remove(&key);
        format!("nothing at {place}/{key}")
    }

    fn rename_anything(&mut self, spec: &mut Value) -> String {
        let name = *self.random.of(PROPERTIES);
        let Some((object, key, place)) = self.entry(spec) else { return String::new() };
        let value = object.shift_remove(&key).unwrap();
        object.insert(name.to_owned(), value);
        format!("{name:?} instead of {place}/{key}")
    }

    fn entry<'d>(&mut self, spec: &'d mut Value) -> Option<(&'d mut Map<String, Value>, String, String)> {
        let is_filled = |pointer: &str, value: &Value| {
            pointer.len() > 9 && value.as_object().is_some_and(|object| !object.is_empty())
        };
        let pointer = self.pointer(spec, is_filled)?;
        let object = spec.pointer_mut(&pointer)?.as_object_mut()?;
        let index = self.random.below(object.len());
        let key = object.keys().nth(index)?.clone();
        Some((object, key, pointer))
    }

    fn schema_names(&mut self, spec: &Value) -> Vec<String> {
        let schemas = spec.pointer("/components/schemas").and_then(Value::as_object);
        schemas.into_iter().flat_map(Map::keys).cloned().collect()
    }

    fn swap_schemas(&mut self, spec: &mut Value) -> String {
        let names = self.schema_names(spec);
        if names.is_empty() {
            return String::new();
        }
        let (first, second) = (self.random.of(&names).clone(), self.random.of(&names).clone());
        let schemas = &mut spec["components"]["schemas"];
        let moved = schemas[&first].take();
        let other = std::mem::replace(&mut schemas[&second], moved);
        if first != second {
            schemas[&first] = other;
        }
        format!("{first} and {second} swapped")
    }

    fn rename_schema(&mut self, spec: &mut Value) -> String {
        let names = self.schema_names(spec);
        if names.is_empty() {
            return String::new();
        }
        let (old, new) = (self.random.of(&names).clone(), self.random.word(SCHEMAS));
        let new = if self.random.below(20) == 0 { "Long".repeat(100) } else { new.to_owned() };
        let reference = |name: &str| format!("\"#/components/schemas/{name}\"");
        *spec = serde_json::from_str(&spec.to_string().replace(&reference(&old), &reference(&new))).unwrap();
        let schemas = spec["components"]["schemas"].as_object_mut().unwrap();
        let schema = schemas.shift_remove(&old).unwrap();
        schemas.insert(new.clone(), schema);
        format!("schema {old} called {new}")
    }

    fn duplicate_schema(&mut self, spec: &mut Value) -> String {
        let names = self.schema_names(spec);
        if names.is_empty() {
            return String::new();
        }
        let name = self.random.of(&names).clone();
        let spelled = match self.random.below(3) {
            0 => name.to_lowercase(),
            1 => format!("{name}20231219"),
            _ => format!("{name}-"),
        };
        let schema = spec["components"]["schemas"][&name].clone();
        let holder = self.random.of(&names).clone();
        spec["components"]["schemas"][&spelled] = schema;
        if let Some(properties) = spec["components"]["schemas"][&holder]["properties"].as_object_mut() {
            properties.insert("twin".to_owned(), json!({"$ref": format!("#/components/schemas/{spelled}")}));
        }
        format!("{name} as {spelled} too, in {holder}.twin")
    }

    fn add_property(&mut self, spec: &mut Value) -> String {
        let is_properties = |pointer: &str, value: &Value| {
            pointer.ends_with("/properties") && pointer.contains("schema") && value.is_object()
        };
        let Some(pointer) = self.pointer(spec, is_properties) else { return String::new() };
        let names = self.schema_names(spec);
        let name = *self.random.of(PROPERTIES);
        let schema = match self.random.below(6) {
            0 => json!({"$ref": format!("#/components/schemas/{}", self.random.of(&names))}),
            1 => json!({"allOf": [
                {"$ref": format!("#/components/schemas/{}", self.random.of(&names))},
                {"type": "object", "properties": {"added": {"type": "string"}}}]}),
            _ => self.random.of(&self.schemas).clone(),
        };
        let properties = spec.pointer_mut(&pointer).unwrap().as_object_mut().unwrap();
        properties.insert(name.to_owned(), schema.clone());
        format!("property {name:?} {schema} in {pointer}")
    }

    fn replace_schema(&mut self, spec: &mut Value) -> String {
        let is_schema = |pointer: &str, value: &Value| {
            let parent = pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
            value.is_object()
                && (pointer.ends_with("/schema") || parent.ends_with("/properties") || parent == "/components/schemas")
        };
        let Some(pointer) = self.pointer(spec, is_schema) else { return String::new() };
        let schema = self.random.of(&self.schemas).clone();
        *spec.pointer_mut(&pointer).unwrap() = schema.clone();
        format!("schema {schema} at {pointer}")
    }

    fn replace_enum(&mut self, spec: &mut Value) -> String {
        let is_enum = |pointer: &str, value: &Value| pointer.ends_with("/enum") && value.is_array();
        let Some(pointer) = self.pointer(spec, is_enum) else { return String::new() };
        let values = self.random.of(&self.values).clone();
        *spec.pointer_mut(&pointer).unwrap() = values.clone();
        let shown: String = values.to_string().chars().take(80).collect();
        format!("values {shown} at {pointer}")
    }

    fn operation(&mut self, spec: &Value) -> Option<String> {
        self.pointer(spec, |pointer, value| pointer.starts_with("/paths/") && value.get("operationId").is_some())
    }

    fn rename_operation(&mut self, spec: &mut Value) -> String {
        let Some(pointer) = self.operation(spec) else { return String::new() };
        let id = self.random.word(METHODS);
        spec.pointer_mut(&pointer).unwrap()["operationId"] = id.into();
        format!("operationId {id:?} at {pointer}")
    }

    fn add_parameter(&mut self, spec: &mut Value) -> String {
        let Some(pointer) = self.operation(spec) else { return String::new() };
        let name = self.random.word(PARAMETERS);
        let place = *self.random.of(&["query", "query", "header", "path", "cookie"]);
        let schema = match self.random.below(4) {
            0 => json!({"type": "array", "items": self.random.of(&self.schemas)}),
            _ => self.random.of(&self.schemas).clone(),
        };
        let is_required = place == "path" || self.random.below(2) == 0;
        let parameter = json!({"name": name, "in": place, "required": is_required, "schema": schema});
        let operation = spec.pointer_mut(&pointer).unwrap().as_object_mut().unwrap();
        let parameters = operation.entry("parameters").or_insert(json!([]));
        if let Some(parameters) = parameters.as_array_mut() {
            parameters.push(parameter.clone());
        }
        if place == "path"
            && let Some(paths) = spec["paths"].as_object_mut()
        {
            // The first path often has the parameter.
            let path = paths.keys().next().unwrap().clone();
            let item = paths.shift_remove(&path).unwrap();
            paths.insert(format!("{path}/{{{name}}}"), item);
        }
        format!("parameter {parameter} at {pointer}")
    }

    fn move_path(&mut self, spec: &mut Value) -> String {
        let new = *self.random.of(PATHS);
        let Some(paths) = spec["paths"].as_object_mut().filter(|paths| !paths.is_empty()) else {
            return String::new();
        };
        let index = self.random.below(paths.len());
        let old = paths.keys().nth(index).unwrap().clone();
        let item = paths.shift_remove(&old).unwrap();
        paths.insert(format!("{old}{new}"), item);
        format!("path {old}{new}")
    }
}

/// Removes constructs that normalization rejects from the spec of the lowering tests, so that other changes show.
pub fn remove_what_is_refused(spec: &mut Value) {
    let get = &mut spec["paths"]["/orders/{id}"]["get"];
    let parameters = get["parameters"].as_array_mut().unwrap();
    parameters.retain(|parameter| !["fields", "filter", "session"].iter().any(|name| parameter["name"] == *name));
    let responses = get["responses"].as_object_mut().unwrap();
    responses.retain(|status, _| status == "200");
    spec["paths"]["/files"]["post"].as_object_mut().unwrap().shift_remove("requestBody");
}
