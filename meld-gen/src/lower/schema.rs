//! Schemas of JSON Schema 2020-12, read from the inside out, with their types and values.

use std::collections::HashSet;

use openapiv3::{ReferenceOr, Schema, SchemaData};
use serde_json::Value;

use super::composition::{Composed, boxed_any_value, hoist_annotations, kind, plain_reference, with_reference};
use super::constraints::{Constraints, ValueType};
use super::{BoxedSchema, Lowering, Object};
use crate::error::{Result, pointer_push};
use crate::spec::limits::MAX_COMPARISONS;
use crate::spec::visit::{rebox, reference_to};

/// Keywords that hold other schemas, as far as they are read.
#[derive(Default)]
struct Draft {
    constraints: Constraints,
    composed: Composed,
}

impl Draft {
    /// Constructed in a function of its own, so that its size is not part of the frames of recursive functions.
    #[inline(never)]
    fn boxed() -> Box<Self> {
        Box::default()
    }
}

impl<'a> Lowering<'a> {
    /// Lowers the schema at `pointer`, or returns a reference to the component that it becomes.
    pub(super) fn schema(&mut self, value: &'a Value, pointer: &str) -> Result<BoxedSchema> {
        match self.hoisted.get(pointer) {
            Some(name) => Ok(rebox(reference_to(name))),
            None => self.lower_schema(value, pointer),
        }
    }

    /// Lowers the schema at `pointer`.
    pub(super) fn lower_schema(&mut self, value: &'a Value, pointer: &str) -> Result<BoxedSchema> {
        match value {
            Value::Bool(true) => Ok(boxed_any_value()),
            Value::Bool(false) => {
                self.notice(pointer, "the schema is `false`, which accepts no value; any JSON");
                Ok(boxed_any_value())
            }
            Value::Object(object) => {
                // Only this part is recursive, and it keeps its results off the stack.
                let mut draft = Draft::boxed();
                self.count_schema(pointer)?;
                self.report_keywords(object, pointer);
                self.hoist_definitions(object, pointer)?;
                self.constraints(object, pointer, &mut draft.constraints)?;
                self.composed(object, pointer, &mut draft.composed)?;
                self.finished(object, pointer, draft)
            }
            Value::Null => {
                self.notice(pointer, "the schema is null; any JSON");
                Ok(boxed_any_value())
            }
            _ => Err(self.not_openapi(pointer, "the schema is not an object")),
        }
    }

    /// Returns the schema for the keywords of `object`, whose inner schemas are in `draft`.
    fn finished(&mut self, object: &'a Object, pointer: &str, draft: Box<Draft>) -> Result<BoxedSchema> {
        let Draft { mut constraints, mut composed } = *draft;
        let mut data = self.annotations(object, pointer)?;
        let stated = self.types(object, pointer, &mut data)?;
        let is_null = stated.as_ref().is_some_and(Vec::is_empty);
        let mut types = stated.unwrap_or_default();
        self.content(object, pointer, &mut types, &mut constraints)?;
        self.enumeration(object, pointer, is_null, (&mut types, &mut constraints, &mut data))?;
        if !types.is_empty() {
            constraints = self.belonging(constraints, &types, pointer);
        }
        if hoist_annotations(&mut composed, &mut data) {
            constraints.enumeration = vec![Value::Null];
        }
        if !self.drop_known_types(object, pointer, &mut types)? {
            return Ok(boxed_any_value());
        }
        if data.default == Some(Value::Null) && !data.nullable {
            self.notice(pointer, "the default is null, which the schema does not allow; dropped");
            data.default = None;
        }
        let kind = kind(&types, constraints, composed);
        match self.reference_in_object(object, pointer)? {
            Some(name) => Ok(with_reference(&name, kind, data)),
            None => Ok(ReferenceOr::boxed_item(Schema { schema_data: data, schema_kind: kind })),
        }
    }

    /// Returns the constraints that apply to `types`.
    fn belonging(&mut self, constraints: Constraints, types: &[ValueType], pointer: &str) -> Constraints {
        let (belonging, useless) = constraints.belonging_to(types);
        let names: Vec<&str> = types.iter().map(|value_type| value_type.name()).collect();
        let names = names.join(" and ");
        for group in useless {
            let message = format!("{group} do not apply to values of type {names}; dropped");
            self.notice(pointer, message);
        }
        belonging
    }

    fn reference_in_object(&mut self, object: &'a Object, pointer: &str) -> Result<Option<String>> {
        match self.text(object, "$ref", pointer)? {
            Some(reference) => self.component(reference, pointer).map(Some),
            None => Ok(None),
        }
    }

    fn hoist_definitions(&mut self, object: &'a Object, pointer: &str) -> Result<()> {
        for keyword in ["$defs", "definitions"] {
            for name in self.map(object, keyword, pointer)?.into_iter().flat_map(Object::keys) {
                self.hoist_definition(pointer_push(&pointer_push(pointer, keyword), name));
            }
        }
        Ok(())
    }

    /// Returns the types in `type`, without null and without those that another one includes. `None` stands for any type:
    /// there is no `type`, or one that JSON Schema does not know.
    fn types(&mut self, object: &'a Object, pointer: &str, data: &mut SchemaData) -> Result<Option<Vec<ValueType>>> {
        let place = pointer_push(pointer, "type");
        let names = match self.present(object, "type", pointer) {
            None => return Ok(None),
            Some(Value::Array(names)) if !names.is_empty() => names.as_slice(),
            Some(name) => std::slice::from_ref(name),
        };
        let mut types = Vec::new();
        let mut is_known = true;
        for name in names {
            if name.is_null() {
                self.notice(&place, "null is read as the type `null`");
            }
            let Some(name) = name.as_str().or_else(|| name.is_null().then_some("null")) else {
                let what = format!("{name} is not a type of JSON Schema");
                return Err(self.not_openapi(&place, what));
            };
            match ValueType::parse(name) {
                Some(value_type) if types.contains(&value_type) => {}
                Some(value_type) => types.push(value_type),
                None if name == "null" => data.nullable = true,
                None => {
                    self.notice(&place, format!("`{name}` is not a type of JSON Schema; any type"));
                    is_known = false;
                }
            }
        }
        if types.contains(&ValueType::Number) {
            types.retain(|value_type| *value_type != ValueType::Integer);
        }
        Ok(is_known.then_some(types))
    }

    /// Reads `enum` and `const`, whose values also determine the type if nothing else does. With `is_null`, null is the
    /// only type.
    fn enumeration(
        &mut self,
        object: &'a Object,
        pointer: &str,
        is_null: bool,
        (types, constraints, data): (&mut Vec<ValueType>, &mut Constraints, &mut SchemaData),
    ) -> Result<()> {
        let Some(values) = self.enumerated(object, pointer)? else {
            if is_null {
                constraints.enumeration = vec![Value::Null];
            }
            return Ok(());
        };
        let (nulls, values): (Vec<Value>, Vec<Value>) = values.into_iter().partition(Value::is_null);
        data.nullable |= !nulls.is_empty();
        if values.is_empty() || is_null {
            types.clear();
            constraints.enumeration = vec![Value::Null];
            return Ok(());
        }
        let place = pointer_push(pointer, if object.contains_key("enum") { "enum" } else { "const" });
        let count = values.len();
        constraints.enumeration = values;
        if types.is_empty() {
            types.extend(common_type(&constraints.enumeration));
        } else {
            let fits = |value: &Value| types.iter().any(|value_type| value_type.holds(value));
            constraints.enumeration.retain(fits);
            if constraints.enumeration.is_empty() {
                self.notice(&place, "no value has the type of the schema; the values are dropped");
            } else if constraints.enumeration.len() < count {
                self.notice(&place, "values that do not have the type of the schema are dropped");
            }
        }
        if constraints.enumeration.iter().any(|value| value.is_number() || value.is_boolean()) {
            self.notice(&place, "only strings become an enum in Rust; numbers and booleans are not restricted");
        }
        Ok(())
    }

    /// Returns the distinct values of `enum` and `const`.
    fn enumerated(&mut self, object: &'a Object, pointer: &str) -> Result<Option<Vec<Value>>> {
        let listed = self.list(object, "enum", pointer)?;
        let values = match (listed, object.get("const")) {
            (None, None) => return Ok(None),
            (Some(values), Some(only)) if !values.contains(only) => {
                let message = "`const` is not among the values of `enum`; dropped";
                self.notice(&pointer_push(pointer, "const"), message);
                values.as_slice()
            }
            (_, Some(only)) => std::slice::from_ref(only),
            (Some(values), None) => values.as_slice(),
        };
        if values.is_empty() {
            self.notice(&pointer_push(pointer, "enum"), "`enum` has no values; dropped");
            return Ok(None);
        }
        let mut seen = HashSet::new();
        let distinct: Vec<Value> = values.iter().filter(|value| seen.insert(*value)).cloned().collect();
        if distinct.len() < values.len() {
            self.notice(&pointer_push(pointer, "enum"), "duplicate values are dropped");
        }
        Ok(Some(distinct))
    }

    fn composed(&mut self, object: &'a Object, pointer: &str, composed: &mut Composed) -> Result<()> {
        self.members(object, "allOf", pointer, &mut composed.all_of)?;
        self.members(object, "oneOf", pointer, &mut composed.one_of)?;
        self.members(object, "anyOf", pointer, &mut composed.any_of)?;
        if let Some(not) = self.present(object, "not", pointer) {
            composed.not = Some(self.schema(not, &pointer_push(pointer, "not"))?);
        }
        Ok(())
    }

    fn members(
        &mut self,
        object: &'a Object,
        keyword: &str,
        pointer: &str,
        lowered: &mut Vec<BoxedSchema>,
    ) -> Result<()> {
        let place = pointer_push(pointer, keyword);
        let Some(members) = self.list(object, keyword, pointer)? else {
            return Ok(());
        };
        if members.is_empty() {
            self.notice(&place, format!("`{keyword}` has no schemas; dropped"));
        }
        for (index, member) in members.iter().enumerate() {
            lowered.push(plain_reference(self.schema(member, &pointer_push(&place, index))?));
        }
        Ok(())
    }

    /// Clears the types if a schema that also applies has the same ones. Returns `false` if it has contradicting ones.
    fn drop_known_types(&mut self, object: &'a Object, pointer: &str, types: &mut Vec<ValueType>) -> Result<bool> {
        if types.is_empty() {
            return Ok(true);
        }
        let mut redundant = false;
        let target = match self.text(object, "$ref", pointer)? {
            Some(reference) => Some(self.resolve(reference, pointer)?),
            None => None,
        };
        let members = self.list(object, "allOf", pointer)?.into_iter().flatten().enumerate();
        let place = pointer_push(pointer, "allOf");
        let members = members.map(|(index, member)| (pointer_push(&place, index), member));
        for (place, member) in target.into_iter().chain(members) {
            let Some(known) = self.known_types(&place, member) else {
                continue;
            };
            let within = |inner: &[ValueType], outer: &[ValueType]| {
                inner.iter().all(|inner| outer.iter().any(|outer| inner.is_within(*outer)))
            };
            let overlap = known.iter().any(|known| types.iter().any(|t| t.is_within(*known) || known.is_within(*t)));
            if !overlap {
                let name = known.first().map_or("", |known| known.name());
                let message = format!("the type contradicts {place}, which is of type {name}; any JSON");
                self.notice(&pointer_push(pointer, "type"), message);
                return Ok(false);
            }
            redundant |= within(&known, types);
        }
        if redundant {
            types.clear();
        }
        Ok(true)
    }

    /// Returns the types that the schema allows by itself, by its reference or by `allOf`.
    fn known_types(&self, pointer: &str, value: &'a Value) -> Option<Vec<ValueType>> {
        let mut open = vec![(pointer.to_owned(), value)];
        let mut seen = HashSet::new();
        while let Some((pointer, value)) = open.pop() {
            if !seen.insert(pointer.clone()) {
                continue;
            }
            // Bounds the work if many schemas share long chains of references.
            self.looked_at.set(self.looked_at.get() + 1);
            if self.looked_at.get() > MAX_COMPARISONS {
                return None;
            }
            let types: Vec<ValueType> = match (value.get("type"), value.get("enum")) {
                (Some(Value::Array(names)), _) => {
                    names.iter().filter_map(Value::as_str).filter_map(ValueType::parse).collect()
                }
                (Some(name), _) => name.as_str().and_then(ValueType::parse).into_iter().collect(),
                (None, Some(Value::Array(values))) => common_type(values).into_iter().collect(),
                _ => value.get("const").and_then(ValueType::of).into_iter().collect(),
            };
            if !types.is_empty() {
                return Some(types);
            }
            let members = value.get("allOf").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            let place = pointer_push(&pointer, "allOf");
            for (index, member) in members.iter().enumerate().rev() {
                open.push((pointer_push(&place, index), member));
            }
            let reference = value.get("$ref").and_then(Value::as_str);
            open.extend(reference.and_then(|reference| self.resolve(reference, &pointer).ok()));
        }
        None
    }
}

/// Returns the common type of all `values` except nulls, or `None`.
fn common_type(values: &[Value]) -> Option<ValueType> {
    let mut types = values.iter().filter_map(ValueType::of);
    let first = types.next()?;
    types.try_fold(first, |wide, next| match (wide, next) {
        (wide, next) if next.is_within(wide) => Some(wide),
        (wide, next) if wide.is_within(next) => Some(next),
        _ => None,
    })
}
