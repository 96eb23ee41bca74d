//! Builders of request types.

use crate::error::{Error, InvalidFields};

/// The value of a field of a builder, which may be missing or incomplete.
pub trait Slot<T> {
    /// Returns the value; `None` if it is not set or incomplete. Adds the field to `invalid` if it is incomplete, or
    /// required and not set.
    fn take(self, field: &'static str, is_required: bool, invalid: &mut InvalidFields) -> Option<T>;
}

impl<T> Slot<T> for Option<T> {
    fn take(self, field: &'static str, is_required: bool, invalid: &mut InvalidFields) -> Option<T> {
        if is_required && self.is_none() {
            invalid.add_missing(field);
        }
        self
    }
}

/// A field for a value that may come as its builder. It keeps what the builder lacks until the outer value is built.
#[derive(Clone)]
pub struct Nested<T>(Option<Result<T, InvalidFields>>);

impl<T> Nested<T> {
    /// Sets the field to a value or its builder.
    pub fn new(value: impl TryInto<T, Error: Into<Error>>) -> Self {
        Self(Some(value.try_into().map_err(|error| error.into().into_fields())))
    }

    /// Sets the field to a value.
    pub fn value(value: T) -> Self {
        Self(Some(Ok(value)))
    }

    /// Returns the same field with the value converted.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Nested<U> {
        Nested(self.0.map(|value| value.map(convert)))
    }
}

impl<T> Nested<Vec<T>> {
    /// Sets the field to a list of values or their builders.
    pub fn list(values: impl IntoIterator<Item = impl TryInto<T, Error: Into<Error>>>) -> Self {
        let mut invalid = InvalidFields::default();
        let mut list = Vec::new();
        for (index, value) in values.into_iter().enumerate() {
            match value.try_into() {
                Ok(value) => list.push(value),
                Err(error) => invalid.extend_within(&format!("[{index}]"), &error.into().into_fields()),
            }
        }
        Self(Some(if invalid.is_empty() { Ok(list) } else { Err(invalid) }))
    }
}

impl<T> Default for Nested<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Slot<T> for Nested<T> {
    fn take(self, field: &'static str, is_required: bool, invalid: &mut InvalidFields) -> Option<T> {
        match self.0 {
            Some(Ok(value)) => return Some(value),
            Some(Err(fields)) => invalid.extend_within(field, &fields),
            None if is_required => invalid.add_missing(field),
            None => {}
        }
        None
    }
}

/// Returns the error of a value that lacks fields.
#[cold]
pub fn incomplete(invalid: InvalidFields) -> Error {
    Error::of_fields(invalid).unwrap_or_else(|| Error::missing("value"))
}

/// Defines the builder of a type with `build` and the conversion to the type, and `builder` of the type. `Debug` of the
/// builder omits its values, which may be secret. A row has the field, its kind, its type and its JSON name:
///
/// - `required`: a value that must be set
/// - `some`: the same, for a value that is optional in responses
/// - `optional`: `None` if it is not set
/// - `default`: empty if it is not set
#[doc(hidden)]
#[macro_export]
macro_rules! builder {
    ($name:ident { $($field:ident: $kind:ident $type:ty = $wire:literal,)* }) => {
        #[doc = ::core::concat!("Builder for [`super::", ::core::stringify!($name), "`].")]
        #[derive(Clone, Default)]
        #[must_use]
        pub struct $name {
            $($field: $type,)*
        }

        $crate::opaque!($name);

        impl super::$name {
            /// Returns a builder without values.
            pub fn builder() -> $name {
                $name::default()
            }
        }

        impl $name {
            /// Returns the finished value.
            ///
            /// # Errors
            ///
            /// Returns [`ErrorKind::InvalidRequest`](meld_client_core::ErrorKind::InvalidRequest) if a required value
            /// is missing, here or in a nested builder. The error names all of them
            /// ([`Error::invalid_fields`](meld_client_core::Error::invalid_fields)). Values are validated when the
            /// request is built.
            #[inline]
            pub fn build(self) -> ::core::result::Result<super::$name, $crate::Error> {
                #[allow(unused_mut, reason = "there may be no field")]
                let mut invalid = $crate::InvalidFields::default();
                $(
                    let $field = $crate::builder::Slot::take(
                        self.$field, $wire, $crate::__is_required!($kind), &mut invalid,
                    );
                )*
                match ($($field,)*) {
                    ($($crate::__taken!($kind $field),)*) if invalid.is_empty() => {
                        ::core::result::Result::Ok(super::$name { $($field: $crate::__value!($kind $field),)* })
                    }
                    _ => ::core::result::Result::Err($crate::builder::incomplete(invalid)),
                }
            }
        }

        impl ::core::convert::TryFrom<$name> for super::$name {
            type Error = $crate::Error;

            #[inline]
            fn try_from(builder: $name) -> ::core::result::Result<Self, $crate::Error> {
                builder.build()
            }
        }
    };
}

/// Implements the conversions of the builders of variants into their union. A row has the variant and its type.
#[doc(hidden)]
#[macro_export]
macro_rules! union_builder {
    ($name:ident { $($variant:ident($content:ident),)* }) => {
        $(
            impl ::core::convert::TryFrom<$content> for super::$name {
                type Error = $crate::Error;

                fn try_from(builder: $content) -> ::core::result::Result<Self, $crate::Error> {
                    builder.build().map(super::$name::$variant)
                }
            }
        )*
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __is_required {
    (required) => {
        true
    };
    (some) => {
        true
    };
    ($other:ident) => {
        false
    };
}

/// The pattern of a field whose value is complete.
#[doc(hidden)]
#[macro_export]
macro_rules! __taken {
    (required $field:ident) => {
        ::core::option::Option::Some($field)
    };
    (some $field:ident) => {
        $field @ ::core::option::Option::Some(_)
    };
    ($other:ident $field:ident) => {
        $field
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __value {
    (default $field:ident) => {
        $field.unwrap_or_default()
    };
    ($other:ident $field:ident) => {
        $field
    };
}

#[cfg(test)]
mod tests {
    use crate::error::Error;

    #[derive(Clone, Debug, PartialEq)]
    pub struct Account {
        number: String,
        kind: Option<String>,
    }

    #[derive(Clone, Debug, PartialEq)]
    pub enum Payee {
        Account(Account),
    }

    #[derive(Clone, Debug, PartialEq)]
    pub struct Order {
        account: Account,
        payee: Option<Payee>,
        accounts: Vec<Account>,
        note: Option<String>,
        tags: Vec<String>,
    }

    mod builders {
        use crate::prelude::Nested;

        builder! {
            Account {
                number: required Option<String> = "number",
                kind: some Option<String> = "type",
            }
        }

        impl Account {
            pub fn of(number: Option<&str>, kind: Option<&str>) -> Self {
                Self { number: number.map(str::to_owned), kind: kind.map(str::to_owned) }
            }
        }

        union_builder! {
            Payee {
                Account(Account),
            }
        }

        builder! {
            Order {
                account: required Nested<super::Account> = "account",
                payee: optional Nested<super::Payee> = "payee",
                accounts: default Nested<Vec<super::Account>> = "accounts",
                note: optional Option<String> = "note",
                tags: default Option<Vec<String>> = "tags",
            }
        }

        impl Order {
            pub fn of(account: Nested<super::Account>) -> Self {
                Self { account, ..Self::default() }
            }

            pub fn to(self, payee: Nested<super::Payee>, accounts: Nested<Vec<super::Account>>) -> Self {
                Self { payee, accounts, ..self }
            }
        }
    }

    use super::Nested;

    fn paths(error: &Error) -> Vec<&str> {
        error.invalid_fields().map(|(path, _)| path).collect()
    }

    #[test]
    fn missing_fields_of_nested_builders_are_named() {
        let account = builders::Account::of;
        let error = Order::builder().build().unwrap_err();
        assert_eq!(paths(&error), ["account"]);
        let error = Account::builder().build().unwrap_err();
        assert_eq!(paths(&error), ["number", "type"]);
        let accounts = Nested::list([account(Some("1"), Some("A")), account(Some("2"), None)]);
        let order = builders::Order::of(Nested::new(account(None, None)));
        let order = order.to(Nested::new(account(Some("3"), None)), accounts);
        assert_eq!(format!("{order:?}"), "Order { .. }");
        let error = order.build().unwrap_err();
        assert_eq!(paths(&error), ["account.number", "account.type", "payee.type", "accounts[1].type"]);
        let order = builders::Order::of(Nested::new(account(Some("1"), Some("A"))));
        let built = Account { number: "1".to_owned(), kind: Some("A".to_owned()) };
        let expected = Order { account: built, payee: None, accounts: Vec::new(), note: None, tags: Vec::new() };
        assert_eq!(Order::try_from(order).unwrap(), expected);
    }

    #[test]
    fn finished_values_are_taken_as_they_are() {
        let account = Account { number: "1".to_owned(), kind: None };
        let order = builders::Order::of(Nested::new(account));
        assert_eq!(order.build().unwrap().account.number, "1");
    }
}
