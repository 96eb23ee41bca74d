//! Properties that several schemas of an `allOf` describe: a value has to be valid against all of them.

use std::collections::HashSet;

use indexmap::IndexMap;
use openapiv3::{
    AdditionalProperties, AnySchema, ArrayType, IntegerType, NumberType, ObjectType, ReferenceOr, Schema, SchemaData,
    SchemaKind, StringType, Type, VariantOrUnknownOrEmpty,
};

use crate::spec::visit::{SchemaRef, component_name, rebox, unbox};

type Schemas = IndexMap<String, SchemaRef>;

/// The number of references and compositions to follow, which no sensible spec exceeds.
const MAX_STEPS: usize = 32;

/// An object merged from several.
#[derive(Default)]
pub struct Merged {
    /// The object.
    pub object: ObjectType,
    /// The names in `object.required`.
    required: HashSet<String>,
}

impl Merged {
    /// Adds the properties of an object.
    pub fn add_object(&mut self, schemas: &Schemas, object: &ObjectType) {
        self.add(schemas, &object.properties, &object.required, object.additional_properties.as_ref());
    }

    /// Adds properties. Existing properties of the same name are combined.
    pub fn add(
        &mut self,
        schemas: &Schemas,
        described: &IndexMap<String, ReferenceOr<Box<Schema>>>,
        required: &[String],
        additional: Option<&AdditionalProperties>,
    ) {
        for (name, property) in described {
            let later = unbox(property.clone());
            let property = match self.object.properties.get(name) {
                Some(earlier) => combined(schemas, unbox(earlier.clone()), later),
                None => later,
            };
            self.object.properties.insert(name.clone(), rebox(property));
        }
        for name in required {
            if self.required.insert(name.clone()) {
                self.object.required.push(name.clone());
            }
        }
        if let Some(additional) = additional {
            self.object.additional_properties = Some(additional.clone());
        }
    }
}

/// Gives properties that are required and not described a schema of any JSON. A map has them without one.
pub fn declare_required(object: &mut ObjectType) {
    if object.properties.is_empty() {
        return;
    }
    for name in &object.required {
        let any = || {
            let schema_kind = SchemaKind::Any(AnySchema::default());
            ReferenceOr::boxed_item(Schema { schema_data: SchemaData::default(), schema_kind })
        };
        object.properties.entry(name.clone()).or_insert_with(any);
    }
}

/// Returns `true` for a choice of schemas that differ in more than what they require.
pub fn has_choice(any: &AnySchema) -> bool {
    [&any.one_of, &any.any_of].into_iter().any(|members| !members.iter().all(is_restriction))
}

/// Removes the keywords that only restrict values, and returns them.
pub fn drop_restrictions(kind: &mut SchemaKind) -> Vec<&'static str> {
    let SchemaKind::Any(any) = kind else { return Vec::new() };
    let mut dropped = Vec::new();
    if any.not.take().is_some() {
        dropped.push("not");
    }
    for (keyword, members) in [("oneOf", &mut any.one_of), ("anyOf", &mut any.any_of)] {
        if !members.is_empty() && members.iter().all(is_restriction) {
            members.clear();
            dropped.push(keyword);
        }
    }
    let all_of = std::mem::take(&mut any.all_of);
    if !dropped.is_empty() && !all_of.is_empty() && *any == AnySchema::default() {
        *kind = SchemaKind::AllOf { all_of };
    } else {
        any.all_of = all_of;
    }
    dropped
}

/// Returns `true` for a schema that describes no values: it only requires properties, or excludes values.
fn is_restriction(schema: &SchemaRef) -> bool {
    let ReferenceOr::Item(item) = schema else { return false };
    match &item.schema_kind {
        SchemaKind::Type(Type::Object(object)) => {
            object.properties.is_empty() && object.additional_properties.is_none() && !object.required.is_empty()
        }
        SchemaKind::Not { .. } => true,
        SchemaKind::Any(any) => {
            let rest = AnySchema { required: Vec::new(), not: None, ..any.clone() };
            rest == AnySchema::default() && *any != rest
        }
        _ => false,
    }
}

/// The kind of values that a schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// No kind in particular.
    Any,
    /// Booleans.
    Boolean,
    /// Numbers, with or without decimals.
    Number,
    /// Strings.
    String,
    /// Arrays.
    Array,
    /// Objects.
    Object,
    /// A choice of schemas.
    Other,
}

/// Returns the kind of values that `schema` describes, by itself or by the components that it refers to.
pub fn shape(schemas: &Schemas, schema: &SchemaRef) -> Shape {
    let mut open = vec![schema];
    for _ in 0..MAX_STEPS {
        let Some(schema) = open.pop() else { break };
        let item = match schema {
            ReferenceOr::Reference { .. } => {
                open.extend(component_name(schema).and_then(|name| schemas.get(name)));
                continue;
            }
            ReferenceOr::Item(item) => item,
        };
        let own = match &item.schema_kind {
            SchemaKind::Type(typ) => from_type(typ),
            SchemaKind::OneOf { .. } | SchemaKind::AnyOf { .. } | SchemaKind::Not { .. } => Shape::Other,
            SchemaKind::AllOf { all_of } => {
                open.extend(all_of.iter().rev());
                Shape::Any
            }
            SchemaKind::Any(any) => {
                open.extend(any.all_of.iter().rev());
                from_keywords(any)
            }
        };
        if own != Shape::Any {
            return own;
        }
    }
    Shape::Any
}

fn from_type(typ: &Type) -> Shape {
    match typ {
        Type::Boolean(_) => Shape::Boolean,
        Type::Number(_) | Type::Integer(_) => Shape::Number,
        Type::String(_) => Shape::String,
        Type::Array(_) => Shape::Array,
        Type::Object(_) => Shape::Object,
    }
}

fn from_keywords(any: &AnySchema) -> Shape {
    match any.typ.as_deref() {
        Some("boolean") => Shape::Boolean,
        Some("number" | "integer") => Shape::Number,
        Some("string") => Shape::String,
        Some("array") => Shape::Array,
        Some("object") => Shape::Object,
        _ if !any.one_of.is_empty() || !any.any_of.is_empty() => Shape::Other,
        _ if !any.properties.is_empty() || any.additional_properties.is_some() => Shape::Object,
        _ if any.items.is_some() => Shape::Array,
        _ => Shape::Any,
    }
}

/// Returns the schema of values that are valid against both schemas of a property. Objects become an `allOf` of both, as does
/// everything that contradicts.
pub fn combined(schemas: &Schemas, earlier: SchemaRef, later: SchemaRef) -> SchemaRef {
    if earlier == later {
        return later;
    }
    let annotations = Annotations::of(&earlier, &later);
    let schema = match (shape(schemas, &earlier), shape(schemas, &later)) {
        (_, Shape::Any) => earlier,
        (Shape::Any, _) => later,
        (Shape::Object, Shape::Object) if is_any_object(&later) => earlier,
        (Shape::Object, Shape::Object) if is_any_object(&earlier) => later,
        (Shape::String, Shape::String)
        | (Shape::Number, Shape::Number)
        | (Shape::Boolean, Shape::Boolean)
        | (Shape::Array, Shape::Array) => narrower(schemas, earlier, later),
        _ => all_of(earlier, later),
    };
    annotations.add_to(schema)
}

fn all_of(earlier: SchemaRef, later: SchemaRef) -> SchemaRef {
    let schema_kind = SchemaKind::AllOf { all_of: vec![earlier, later] };
    ReferenceOr::Item(Schema { schema_data: SchemaData::default(), schema_kind })
}

/// Returns `true` for an object with any properties.
fn is_any_object(schema: &SchemaRef) -> bool {
    let ReferenceOr::Item(Schema { schema_kind: SchemaKind::Type(Type::Object(object)), .. }) = schema else {
        return false;
    };
    let is_open = matches!(object.additional_properties, None | Some(AdditionalProperties::Any(true)));
    is_open && object.properties.is_empty() && object.required.is_empty()
}

/// Returns a schema of scalars or arrays with the constraints of both.
fn narrower(schemas: &Schemas, earlier: SchemaRef, later: SchemaRef) -> SchemaRef {
    use Type::{Array, Integer, Number, String};
    let (mut own, other) = match (earlier, later) {
        (ReferenceOr::Item(earlier), ReferenceOr::Item(later)) => (later, earlier),
        // A plain type adds nothing to a component.
        (earlier @ ReferenceOr::Reference { .. }, ReferenceOr::Item(later)) if is_plain(&later) => return earlier,
        (_, later) => return later,
    };
    let fits = match (&mut own.schema_kind, &other.schema_kind) {
        (SchemaKind::Type(String(own)), SchemaKind::Type(String(other))) => add_to_string(own, other),
        (SchemaKind::Type(Number(own)), SchemaKind::Type(Number(other))) => add_to_number(own, other),
        (SchemaKind::Type(Integer(own)), SchemaKind::Type(Integer(other))) => add_to_integer(own, other),
        (SchemaKind::Type(Array(own)), SchemaKind::Type(Array(other))) => add_to_array(schemas, own, other),
        _ => true,
    };
    own.schema_data.nullable &= other.schema_data.nullable;
    let own = ReferenceOr::Item(own);
    if fits { own } else { all_of(ReferenceOr::Item(other), own) }
}

/// Returns `true` for a type without constraints.
fn is_plain(schema: &Schema) -> bool {
    match &schema.schema_kind {
        SchemaKind::Type(Type::String(string)) => *string == StringType::default(),
        SchemaKind::Type(Type::Number(number)) => *number == NumberType::default(),
        SchemaKind::Type(Type::Integer(integer)) => *integer == IntegerType::default(),
        SchemaKind::Type(Type::Array(array)) => array.items.is_none(),
        _ => false,
    }
}

/// Adds the constraints of another string; returns `false` if both have formats or values that exclude each other.
fn add_to_string(own: &mut StringType, other: &StringType) -> bool {
    let is_other_format = own.format != VariantOrUnknownOrEmpty::Empty
        && other.format != VariantOrUnknownOrEmpty::Empty
        && own.format != other.format;
    let common = common(&own.enumeration, &other.enumeration);
    if is_other_format || common.is_none() {
        return false;
    }
    own.enumeration = common.unwrap_or_default();
    if own.format == VariantOrUnknownOrEmpty::Empty {
        own.format = other.format.clone();
    }
    own.pattern = own.pattern.take().or_else(|| other.pattern.clone());
    own.min_length = own.min_length.max(other.min_length);
    own.max_length = least(own.max_length, other.max_length);
    true
}

fn add_to_number(own: &mut NumberType, other: &NumberType) -> bool {
    let Some(common) = common(&own.enumeration, &other.enumeration) else { return false };
    own.enumeration = common;
    if own.minimum.is_none() {
        (own.minimum, own.exclusive_minimum) = (other.minimum, other.exclusive_minimum);
    }
    if own.maximum.is_none() {
        (own.maximum, own.exclusive_maximum) = (other.maximum, other.exclusive_maximum);
    }
    true
}

fn add_to_integer(own: &mut IntegerType, other: &IntegerType) -> bool {
    let Some(common) = common(&own.enumeration, &other.enumeration) else { return false };
    own.enumeration = common;
    if own.format == VariantOrUnknownOrEmpty::Empty {
        own.format = other.format.clone();
    }
    if own.minimum.is_none() {
        (own.minimum, own.exclusive_minimum) = (other.minimum, other.exclusive_minimum);
    }
    if own.maximum.is_none() {
        (own.maximum, own.exclusive_maximum) = (other.maximum, other.exclusive_maximum);
    }
    true
}

fn add_to_array(schemas: &Schemas, own: &mut ArrayType, other: &ArrayType) -> bool {
    own.items = match (own.items.take(), other.items.clone()) {
        (Some(own), Some(other)) => Some(rebox(combined(schemas, unbox(other), unbox(own)))),
        (own, other) => own.or(other),
    };
    own.min_items = own.min_items.max(other.min_items);
    own.max_items = least(own.max_items, other.max_items);
    own.unique_items |= other.unique_items;
    true
}

fn least(one: Option<usize>, other: Option<usize>) -> Option<usize> {
    one.into_iter().chain(other).min()
}

/// Returns the values that both lists allow; `None` if there are none. An empty list allows all.
fn common<T: Clone + PartialEq>(one: &[T], other: &[T]) -> Option<Vec<T>> {
    match (one, other) {
        ([], values) | (values, []) => Some(values.to_vec()),
        _ => {
            let common: Vec<T> = one.iter().filter(|value| other.contains(value)).cloned().collect();
            (!common.is_empty()).then_some(common)
        }
    }
}

/// The annotations of a property that hold if one of its schemas has them.
struct Annotations {
    description: Option<String>,
    read_only: bool,
    write_only: bool,
    deprecated: bool,
}

impl Annotations {
    fn of(earlier: &SchemaRef, later: &SchemaRef) -> Self {
        let data = [later, earlier].map(|schema| schema.as_item().map(|schema| &schema.schema_data));
        let any = |is_set: fn(&SchemaData) -> bool| data.iter().flatten().any(|data| is_set(data));
        Self {
            description: data.iter().flatten().find_map(|data| data.description.clone()),
            read_only: any(|data| data.read_only),
            write_only: any(|data| data.write_only),
            deprecated: any(|data| data.deprecated),
        }
    }

    fn add_to(self, schema: SchemaRef) -> SchemaRef {
        let adds_nothing = self.description.is_none() && !self.read_only && !self.write_only && !self.deprecated;
        let mut item = match schema {
            ReferenceOr::Item(item) => item,
            reference if adds_nothing => return reference,
            reference => {
                let schema_kind = SchemaKind::AllOf { all_of: vec![reference] };
                Schema { schema_data: SchemaData::default(), schema_kind }
            }
        };
        item.schema_data.description = self.description;
        item.schema_data.read_only = self.read_only;
        item.schema_data.write_only = self.write_only;
        item.schema_data.deprecated = self.deprecated;
        ReferenceOr::Item(item)
    }
}
