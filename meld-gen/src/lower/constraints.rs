//! Keywords that restrict values, grouped by the types that they apply to, and the schema kinds made of them.

use indexmap::IndexMap;
use openapiv3::{
    AdditionalProperties, AnySchema, ArrayType, BooleanType, IntegerType, NumberType, ObjectType, SchemaKind,
    StringType, Type, VariantOrUnknownOrEmpty,
};
use serde_json::{Number, Value};

use super::BoxedSchema;

/// The types of JSON Schema except null, which OpenAPI 3.0 expresses as `nullable`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ValueType {
    String,
    Number,
    Integer,
    Boolean,
    Array,
    Object,
}

impl ValueType {
    pub(super) fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "string" => Self::String,
            "number" => Self::Number,
            "integer" => Self::Integer,
            "boolean" => Self::Boolean,
            "array" => Self::Array,
            "object" => Self::Object,
            _ => return None,
        })
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Number => "number",
            Self::Integer => "integer",
            Self::Boolean => "boolean",
            Self::Array => "array",
            Self::Object => "object",
        }
    }

    /// Returns the narrowest type of `value`; `None` for null.
    pub(super) fn of(value: &Value) -> Option<Self> {
        Some(match value {
            Value::Null => return None,
            Value::Bool(_) => Self::Boolean,
            Value::Number(number) if number.is_f64() => Self::Number,
            Value::Number(_) => Self::Integer,
            Value::String(_) => Self::String,
            Value::Array(_) => Self::Array,
            Value::Object(_) => Self::Object,
        })
    }

    /// Returns `true` if every value of `self` is also one of `other`.
    pub(super) fn is_within(self, other: Self) -> bool {
        self == other || (self, other) == (Self::Integer, Self::Number)
    }

    /// Returns `true` if `value` has this type; 1.0 is an integer in JSON Schema.
    pub(super) fn holds(self, value: &Value) -> bool {
        Self::of(value).is_some_and(|found| found.is_within(self))
            || (self == Self::Integer && value.as_f64().is_some_and(|number| number.fract() == 0.0))
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bound {
    pub value: Number,
    /// `true` if the value itself is excluded.
    pub exclusive: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Text {
    pub pattern: Option<String>,
    pub min_length: Option<usize>,
    pub max_length: Option<usize>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Numeric {
    pub multiple_of: Option<Number>,
    pub minimum: Option<Bound>,
    pub maximum: Option<Bound>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct List {
    pub items: Option<BoxedSchema>,
    pub min_items: Option<usize>,
    pub max_items: Option<usize>,
    pub unique_items: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Fields {
    pub properties: IndexMap<String, BoxedSchema>,
    pub required: Vec<String>,
    pub additional: Option<AdditionalProperties>,
    pub min_properties: Option<usize>,
    pub max_properties: Option<usize>,
}

/// All keywords that restrict values, except `type` and those that combine schemas.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Constraints {
    pub enumeration: Vec<Value>,
    pub format: Option<String>,
    pub text: Text,
    pub number: Numeric,
    pub list: List,
    pub fields: Fields,
}

impl Constraints {
    /// Removes keywords that do not apply to `types` and returns the names of their groups.
    pub(super) fn belonging_to(mut self, types: &[ValueType]) -> (Self, Vec<&'static str>) {
        use ValueType::{Array, Integer, Number, Object, String};
        let is = |among: &[ValueType]| among.iter().any(|wanted| types.contains(wanted));
        let mut useless = Vec::new();
        if !is(&[String]) && std::mem::take(&mut self.text) != Text::default() {
            useless.push("keywords of strings");
        }
        if !is(&[Number, Integer]) && std::mem::take(&mut self.number) != Numeric::default() {
            useless.push("keywords of numbers");
        }
        if !is(&[Array]) && std::mem::take(&mut self.list) != List::default() {
            useless.push("keywords of arrays");
        }
        if !is(&[Object]) && std::mem::take(&mut self.fields) != Fields::default() {
            useless.push("keywords of objects");
        }
        if !is(&[String, Number, Integer]) && self.format.take().is_some() {
            useless.push("format");
        }
        (self, useless)
    }

    /// Returns the part that applies to one type among several.
    pub(super) fn only_for(&self, value_type: ValueType) -> Self {
        let mut part = self.clone();
        part.enumeration.retain(|value| value_type.holds(value));
        if part.format.as_deref().is_some_and(|format| !is_format_of(format, value_type)) {
            part.format = None;
        }
        part.belonging_to(&[value_type]).0
    }

    /// Returns the specific kind for one type.
    pub(super) fn into_kind(self, value_type: ValueType) -> SchemaKind {
        let typed = match value_type {
            ValueType::String => self.string(),
            ValueType::Number => self.numeric(),
            ValueType::Integer => self.integer(),
            ValueType::Boolean => self.boolean(),
            ValueType::Array if self.enumeration.is_empty() => Some(Type::Array(self.array())),
            ValueType::Object if self.enumeration.is_empty() => Some(Type::Object(self.object())),
            ValueType::Array | ValueType::Object => None,
        };
        match typed {
            Some(typed) => SchemaKind::Type(typed),
            None => SchemaKind::Any(self.into_any(Some(value_type))),
        }
    }

    fn string(&self) -> Option<Type> {
        let enumeration = all(&self.enumeration, |value| value.as_str().map(str::to_owned))?;
        Some(Type::String(StringType {
            format: VariantOrUnknownOrEmpty::from(self.format.clone()),
            pattern: self.text.pattern.clone(),
            enumeration,
            min_length: self.text.min_length,
            max_length: self.text.max_length,
        }))
    }

    fn numeric(&self) -> Option<Type> {
        let (minimum, exclusive_minimum) = float_bound(&self.number.minimum);
        let (maximum, exclusive_maximum) = float_bound(&self.number.maximum);
        Some(Type::Number(NumberType {
            format: VariantOrUnknownOrEmpty::from(self.format.clone()),
            multiple_of: self.number.multiple_of.as_ref().and_then(Number::as_f64),
            exclusive_minimum: exclusive_minimum.unwrap_or_default(),
            exclusive_maximum: exclusive_maximum.unwrap_or_default(),
            minimum,
            maximum,
            enumeration: all(&self.enumeration, Value::as_f64)?,
        }))
    }

    /// Returns `None` if a number is not an `i64`; the general kind holds such numbers.
    fn integer(&self) -> Option<Type> {
        let Numeric { multiple_of, minimum, maximum } = &self.number;
        let (minimum, exclusive_minimum) = integer_bound(minimum.as_ref(), f64::ceil)?;
        // The greatest number of 64 bits does not restrict them.
        let unsigned = maximum.as_ref().filter(|bound| bound.value.as_u64() == Some(u64::MAX));
        let is_unsigned = unsigned.is_some() && minimum.is_some_and(|minimum| minimum >= 0);
        let is_u64 = is_unsigned || self.format.as_deref() == Some("uint64");
        let maximum = maximum.as_ref().filter(|_| !is_u64 || unsigned.is_none());
        let (maximum, exclusive_maximum) = integer_bound(maximum, f64::floor)?;
        // All integers are multiples of a half or a hundredth.
        let is_part = |number: &Number| number.as_f64().is_some_and(|part| part < 1.0 && (1.0 / part).fract() == 0.0);
        let multiple_of = match multiple_of {
            Some(number) if !is_part(number) => Some(integer(number)?),
            _ => None,
        };
        let whole = |value: &Value| value.as_number().and_then(integer);
        let format = if is_unsigned { Some("uint64".to_owned()) } else { self.format.clone() };
        Some(Type::Integer(IntegerType {
            format: VariantOrUnknownOrEmpty::from(format),
            multiple_of,
            exclusive_minimum,
            exclusive_maximum,
            minimum,
            maximum,
            enumeration: all(&self.enumeration, whole)?,
        }))
    }

    fn boolean(&self) -> Option<Type> {
        let enumeration = all(&self.enumeration, Value::as_bool)?;
        Some(Type::Boolean(BooleanType { enumeration }))
    }

    fn array(&self) -> ArrayType {
        ArrayType {
            items: self.list.items.clone(),
            min_items: self.list.min_items,
            max_items: self.list.max_items,
            unique_items: self.list.unique_items,
        }
    }

    fn object(&self) -> ObjectType {
        ObjectType {
            properties: self.fields.properties.clone(),
            required: self.fields.required.clone(),
            additional_properties: self.fields.additional.clone(),
            min_properties: self.fields.min_properties,
            max_properties: self.fields.max_properties,
        }
    }

    /// Returns the general kind, which holds any combination of keywords.
    pub(super) fn into_any(self, value_type: Option<ValueType>) -> AnySchema {
        let (minimum, exclusive_minimum) = float_bound(&self.number.minimum);
        let (maximum, exclusive_maximum) = float_bound(&self.number.maximum);
        AnySchema {
            typ: value_type.map(|value_type| value_type.name().to_owned()),
            pattern: self.text.pattern,
            multiple_of: self.number.multiple_of.as_ref().and_then(Number::as_f64),
            exclusive_minimum,
            exclusive_maximum,
            minimum,
            maximum,
            properties: self.fields.properties,
            required: self.fields.required,
            additional_properties: self.fields.additional,
            min_properties: self.fields.min_properties,
            max_properties: self.fields.max_properties,
            items: self.list.items,
            min_items: self.list.min_items,
            max_items: self.list.max_items,
            unique_items: self.list.unique_items.then_some(true),
            enumeration: self.enumeration,
            format: self.format,
            min_length: self.text.min_length,
            max_length: self.text.max_length,
            ..AnySchema::default()
        }
    }
}

/// Converts all of `values`; `None` if one cannot be converted.
fn all<T>(values: &[Value], read: impl Fn(&Value) -> Option<T>) -> Option<Vec<Option<T>>> {
    values.iter().map(|value| read(value).map(Some)).collect()
}

/// Returns the bound, and `true` if it is exclusive.
fn float_bound(bound: &Option<Bound>) -> (Option<f64>, Option<bool>) {
    match bound {
        Some(bound) => (bound.value.as_f64(), bound.exclusive.then_some(true)),
        None => (None, None),
    }
}

/// Returns a bound of integers, and `true` if it is exclusive. One with a fraction is rounded to the next integer, which is
/// allowed. Returns `None` if it is not an `i64`.
fn integer_bound(bound: Option<&Bound>, round: fn(f64) -> f64) -> Option<(Option<i64>, bool)> {
    let Some(Bound { value, exclusive }) = bound else { return Some((None, false)) };
    if let Some(whole) = integer(value) {
        return Some((Some(whole), *exclusive));
    }
    let rounded =
        value.as_f64().filter(|number| number.fract() != 0.0).and_then(|number| Number::from_f64(round(number)));
    rounded.as_ref().and_then(integer).map(|rounded| (Some(rounded), false))
}

fn integer(number: &Number) -> Option<i64> {
    // 2 to the power of 53: up to there, a float without a fraction is exactly one integer.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let whole = |number: f64| number.fract() == 0.0 && number.abs() <= EXACT;
    number.as_i64().or_else(|| number.as_f64().filter(|number| whole(*number)).map(|n| n as i64))
}

/// Returns the one of several types that `format` applies to.
fn is_format_of(format: &str, value_type: ValueType) -> bool {
    match format {
        "int32" | "int64" => matches!(value_type, ValueType::Integer | ValueType::Number),
        "float" | "double" => value_type == ValueType::Number,
        _ => value_type == ValueType::String,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn large_numbers_need_the_general_kind() {
        let kind = |minimum: Value| {
            let bound = Bound { value: minimum.as_number().unwrap().clone(), exclusive: false };
            let number = Numeric { minimum: Some(bound), ..Numeric::default() };
            Constraints { number, ..Constraints::default() }.into_kind(ValueType::Integer)
        };
        for exact in [json!(i64::MIN), json!(i64::MAX), json!(1.0), json!(-0.0), json!(0.5)] {
            assert!(matches!(kind(exact), SchemaKind::Type(Type::Integer(_))));
        }
        for other in [json!(u64::MAX), json!(1e300)] {
            assert!(matches!(kind(other), SchemaKind::Any(AnySchema { typ: Some(_), .. })));
        }
    }

    #[test]
    fn values_belong_to_types() {
        for (value_type, value, holds) in [
            (ValueType::Integer, json!(1.0), true),
            (ValueType::Integer, json!(1.5), false),
            (ValueType::Number, json!(1), true),
            (ValueType::String, json!(1), false),
            (ValueType::Boolean, Value::Null, false),
        ] {
            assert_eq!(value_type.holds(&value), holds, "{value_type:?} {value}");
        }
    }
}
