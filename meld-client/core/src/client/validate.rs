//! Validation of requests before they are sent.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt::Write;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::error::{Error, InvalidFields};

/// A value of a request that can be validated.
pub trait Validate {
    /// Reports broken rules to `validator`.
    fn validate(&self, _validator: &mut Validator) {}
}

/// A collector of broken rules.
#[derive(Debug, Default)]
pub struct Validator {
    path: String,
    invalid: InvalidFields,
}

impl Validator {
    /// Ends the validation.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if a rule was broken. It names the
    /// fields of the first 20 broken rules.
    pub fn finish(self) -> Result<(), Error> {
        Error::of_fields(self.invalid).map_or(Ok(()), Err)
    }

    fn fail(&mut self, field: &'static str, reason: impl Into<String>) {
        let name =
            if self.path.is_empty() { Cow::Borrowed(field) } else { Cow::Owned(format!("{}{field}", self.path)) };
        self.invalid.add(name, reason);
    }

    /// Validates the value of a field.
    pub fn nested<T: Validate>(&mut self, field: &'static str, value: &T) {
        let length = self.path.len();
        // Writing to a string cannot fail.
        let _ = write!(self.path, "{field}.");
        value.validate(self);
        self.path.truncate(length);
    }

    /// Requires at least `least` and at most `most` characters.
    pub fn length(&mut self, field: &'static str, value: &impl Text, least: usize, most: Option<usize>) {
        if let Some(text) = value.text() {
            self.count(field, text.chars().count(), least, most, "characters");
        }
    }

    /// Requires a number in a range.
    pub fn range(&mut self, field: &'static str, value: &impl Number, least: Bound, most: Bound) {
        let Some(number) = value.number() else { return };
        let compared = |end: &str| end.parse::<Decimal>().map(|end| number.cmp(&end)).unwrap_or(Ordering::Equal);
        match least {
            Bound::Inclusive(end) if compared(end).is_lt() => {
                self.fail(field, format!("must be at least {end}"));
            }
            Bound::Exclusive(end) if compared(end).is_le() => {
                self.fail(field, format!("must be more than {end}"));
            }
            _ => {}
        }
        match most {
            Bound::Inclusive(end) if compared(end).is_gt() => {
                self.fail(field, format!("must be at most {end}"));
            }
            Bound::Exclusive(end) if compared(end).is_ge() => {
                self.fail(field, format!("must be less than {end}"));
            }
            _ => {}
        }
    }

    /// Requires at least `least` and at most `most` items.
    pub fn items<T>(&mut self, field: &'static str, list: &[T], least: usize, most: Option<usize>) {
        self.count(field, list.len(), least, most, "items");
    }

    fn count(&mut self, field: &'static str, count: usize, least: usize, most: Option<usize>, noun: &str) {
        if count == 0 && least > 0 {
            self.fail(field, "must not be empty");
        } else if count < least {
            self.fail(field, format!("must have at least {least} {noun}"));
        } else if let Some(most) = most.filter(|most| count > *most) {
            self.fail(field, format!("must have at most {most} {noun}"));
        }
    }

    /// Requires that no two items are equal.
    pub fn unique<T: PartialEq>(&mut self, field: &'static str, list: &[T]) {
        if list.iter().enumerate().any(|(index, item)| list[..index].contains(item)) {
            self.fail(field, "must not contain duplicates");
        }
    }

    /// Requires that at most one of two fields is set.
    pub fn exclusive(&mut self, (field, is_set): (&'static str, bool), (other, is_other_set): (&'static str, bool)) {
        if is_set && is_other_set {
            self.fail(field, format!("must not be sent together with `{other}`"));
        }
    }

    /// Requires that the list contains none of the values in `refused`.
    pub fn refused<T: AsRef<str>>(&mut self, field: &'static str, list: &[T], refused: &[&str]) {
        let found = list.iter().find(|item| refused.contains(&item.as_ref()));
        if let Some(item) = found {
            self.fail(field, format!("must not contain `{}`", item.as_ref()));
        }
    }

    /// Requires that no item is in both lists.
    pub fn disjoint<T: AsRef<str>>(&mut self, field: &'static str, list: &[T], other: &'static str, others: &[T]) {
        let twice = list.iter().find(|item| others.iter().any(|o| o.as_ref() == item.as_ref()));
        if let Some(item) = twice {
            self.fail(field, format!("must not contain `{}`, which is also in `{other}`", item.as_ref()));
        }
    }
}

/// An end of a range, with a decimal number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// The range has no end here.
    Open,
    /// The end belongs to the range.
    Inclusive(&'static str),
    /// The end does not belong to the range.
    Exclusive(&'static str),
}

/// A string that may be unset.
pub trait Text {
    /// Returns the string; `None` if it is not set.
    fn text(&self) -> Option<&str>;
}

impl Text for String {
    fn text(&self) -> Option<&str> {
        Some(self)
    }
}

impl<T: Text> Text for Option<T> {
    fn text(&self) -> Option<&str> {
        self.as_ref().and_then(Text::text)
    }
}

impl<T: Text> Text for crate::json::Nullable<T> {
    fn text(&self) -> Option<&str> {
        self.value().and_then(Text::text)
    }
}

/// A number that may be unset.
pub trait Number {
    /// Returns the number; `None` if it is not set.
    fn number(&self) -> Option<Decimal>;
}

macro_rules! numbers {
    ($($type:ty),*) => {
        $(impl Number for $type {
            fn number(&self) -> Option<Decimal> {
                Some((*self).into())
            }
        })*
    };
}

numbers!(i8, i16, i32, i64, u8, u16, u32, u64, Decimal);

impl<T: Number> Number for Option<T> {
    fn number(&self) -> Option<Decimal> {
        self.as_ref().and_then(Number::number)
    }
}

impl<T: Number> Number for crate::json::Nullable<T> {
    fn number(&self) -> Option<Decimal> {
        self.value().and_then(Number::number)
    }
}

impl<T: Validate> Validate for Option<T> {
    fn validate(&self, validator: &mut Validator) {
        if let Some(value) = self {
            value.validate(validator);
        }
    }
}

impl<T: Validate> Validate for crate::json::Nullable<T> {
    fn validate(&self, validator: &mut Validator) {
        if let Some(value) = self.value() {
            value.validate(validator);
        }
    }
}

impl<T: Validate> Validate for Box<T> {
    fn validate(&self, validator: &mut Validator) {
        (**self).validate(validator);
    }
}

impl<T: Validate> Validate for Vec<T> {
    fn validate(&self, validator: &mut Validator) {
        for (index, item) in self.iter().enumerate() {
            let length = validator.path.len();
            // The path ends with the name of the list and a full stop.
            validator.path.pop();
            let _ = write!(validator.path, "[{index}].");
            item.validate(validator);
            validator.path.truncate(length.saturating_sub(1));
            validator.path.push('.');
        }
    }
}

impl<T: Validate> Validate for BTreeMap<String, T> {
    fn validate(&self, validator: &mut Validator) {
        for (key, value) in self {
            let length = validator.path.len();
            // Writing to a string cannot fail.
            let _ = write!(validator.path, "{key}.");
            value.validate(validator);
            validator.path.truncate(length);
        }
    }
}

macro_rules! unrestricted {
    ($($type:ty),*) => { $(impl Validate for $type {})* };
}

unrestricted!(bool, i32, i64, u32, u64, Decimal, String, Uuid, NaiveDate, DateTime<Utc>);
unrestricted!(serde_json::Value, serde_json::Map<String, serde_json::Value>);

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Owner {
        name: String,
        age: Option<i32>,
    }

    impl Validate for Owner {
        fn validate(&self, validator: &mut Validator) {
            validator.length("name", &self.name, 1, Some(3));
            validator.range("age", &self.age, Bound::Exclusive("0"), Bound::Inclusive("100"));
        }
    }

    #[derive(Default)]
    struct Order {
        owner: Option<Owner>,
        owners: Vec<Owner>,
        tags: Vec<String>,
        others: Vec<String>,
    }

    impl Validate for Order {
        fn validate(&self, validator: &mut Validator) {
            validator.nested("owner", &self.owner);
            validator.nested("owners", &self.owners);
            validator.items("tags", &self.tags, 0, Some(2));
            validator.unique("tags", &self.tags);
            validator.refused("tags", &self.tags, &["no"]);
            validator.disjoint("tags", &self.tags, "others", &self.others);
        }
    }

    fn owner(name: &str, age: Option<i32>) -> Owner {
        Owner { name: name.to_owned(), age }
    }

    fn tags(tags: &[&str]) -> Vec<String> {
        tags.iter().map(|tag| (*tag).to_owned()).collect()
    }

    #[test]
    fn invalid_fields_are_named_by_path() {
        let a = || owner("a", None);
        for (order, message) in [
            (Order::default(), ""),
            (Order { owner: Some(owner("", None)), ..Order::default() }, "owner.name` must not be empty"),
            (
                Order { owner: Some(owner("abcd", None)), ..Order::default() },
                "owner.name` must have at most 3 characters",
            ),
            (Order { owner: Some(owner("a", Some(0))), ..Order::default() }, "owner.age` must be more than 0"),
            (Order { owner: Some(owner("a", Some(101))), ..Order::default() }, "owner.age` must be at most 100"),
            (
                Order { owners: vec![a(), owner("", Some(101)), owner("", None)], ..Order::default() },
                "`owners[1].name` must not be empty; `owners[1].age` must be at most 100; \
                 `owners[2].name` must not be empty",
            ),
            (Order { tags: tags(&["a", "b", "c"]), ..Order::default() }, "tags` must have at most 2 items"),
            (Order { tags: tags(&["a", "a"]), ..Order::default() }, "tags` must not contain duplicates"),
            (Order { tags: tags(&["no"]), ..Order::default() }, "tags` must not contain `no`"),
            (
                Order { tags: tags(&["a"]), others: tags(&["b", "a"]), ..Order::default() },
                "tags` must not contain `a`, which is also in `others`",
            ),
        ] {
            let mut validator = Validator::default();
            order.validate(&mut validator);
            let error = validator.finish().err();
            let text = error.map(|error| error.to_string()).unwrap_or_default();
            assert!(text.contains(message) && text.is_empty() == message.is_empty(), "{text}");
        }
    }

    #[test]
    fn range_bounds_are_inclusive_or_exclusive() {
        for (number, least, most, is_right) in [
            (1, Bound::Inclusive("1"), Bound::Inclusive("1"), true),
            (1, Bound::Exclusive("1"), Bound::Open, false),
            (1, Bound::Open, Bound::Exclusive("1"), false),
            (2, Bound::Open, Bound::Inclusive("1"), false),
            (-2, Bound::Open, Bound::Open, true),
        ] {
            let mut validator = Validator::default();
            validator.range("n", &number, least, most);
            assert_eq!(validator.finish().is_ok(), is_right, "{number} {least:?} {most:?}");
        }
    }
}
