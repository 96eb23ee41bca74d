//! Unions of which a selector says which one it is: inside of the value, or beside it.
//!
//! Such a union is matched on like any Rust enum, and can never disagree with its selector. What is read with a
//! selector that is not documented, or with content of another form, is kept as it came.

use std::fmt;

use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error as _};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

/// A value of a union that is none of the documented variants, kept as it came.
///
/// Debug output shows the selector and not the content, which may hold account numbers.
#[derive(Clone, PartialEq)]
pub struct UnknownVariant {
    selector: Option<String>,
    content: Value,
}

impl UnknownVariant {
    /// The value of the selector, if there was one.
    #[must_use]
    pub fn selector(&self) -> Option<&str> {
        self.selector.as_deref()
    }

    /// What the union held.
    #[must_use]
    pub fn content(&self) -> &Value {
        &self.content
    }
}

impl fmt::Debug for UnknownVariant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut structure = formatter.debug_struct("UnknownVariant");
        structure.field("selector", &self.selector).finish_non_exhaustive()
    }
}

/// Where a union stands in JSON.
#[doc(hidden)]
pub struct Place {
    /// Name of the selector.
    pub tag: &'static str,
    /// Name of the property that holds the value, if the selector stands beside it.
    pub content: Option<&'static str>,
}

impl Place {
    /// Takes selector and content out of the object that holds them.
    ///
    /// # Errors
    /// Those of the deserializer, and an object that holds neither.
    pub fn read<'de, D: Deserializer<'de>>(
        &self,
        deserializer: D,
    ) -> Result<UnknownVariant, D::Error> {
        let mut object = Map::<String, Value>::deserialize(deserializer)?;
        let selector = match object.remove(self.tag) {
            Some(Value::String(selector)) => Some(selector),
            _ => None,
        };
        let content = match self.content {
            Some(content) => object.remove(content).unwrap_or_default(),
            None => Value::Object(object),
        };
        if selector.is_none() && content.is_null() {
            return Err(D::Error::missing_field(self.tag));
        }
        Ok(UnknownVariant { selector, content })
    }

    /// Writes a value that is none of the documented variants as it came.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn write<S: Serializer>(
        &self,
        value: &UnknownVariant,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(selector) = &value.selector {
            map.serialize_entry(self.tag, selector)?;
        }
        match (self.content, &value.content) {
            (Some(content), value) if !value.is_null() => map.serialize_entry(content, value)?,
            (None, Value::Object(object)) => {
                for (name, value) in object {
                    map.serialize_entry(name, value)?;
                }
            }
            _ => {}
        }
        map.end()
    }
}

/// The variant's own type, if the selector is `value` (letter case aside) and the content has the type's form.
#[doc(hidden)]
pub fn variant<T: DeserializeOwned>(read: &UnknownVariant, value: &str) -> Option<T> {
    read.selector.as_deref().filter(|selector| selector.eq_ignore_ascii_case(value))?;
    T::deserialize(&read.content).ok()
}

/// Writes a variant through the serializer of its helper.
#[doc(hidden)]
pub fn write<T: Serialize, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    value.serialize(serializer)
}

/// Makes a union with a selector: one variant for each documented value of the selector, and `Unknown`.
///
/// `#[selector("type", "details")]` says that `type` stands beside `details`, which holds the value; then the union
/// is a flattened field. `#[selector("type")]` says that `type` stands inside of the value.
///
/// ```
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
/// pub struct Sepa {
///     iban: String,
/// }
/// meld_client_core::selected_union! {
///     /// Where the money goes.
///     #[selector("type", "details")]
///     pub enum Payout {
///         Sepa(Sepa) = "SEPA",
///     }
/// }
/// let json = r#"{"details":{"iban":"X"},"type":"SEPA"}"#;
/// assert!(matches!(serde_json::from_str(json)?, Payout::Sepa(_)));
/// let new = r#"{"type":"PIX","details":{"key":"X"}}"#;
/// let Payout::Unknown(unknown) = serde_json::from_str(new)? else { panic!() };
/// assert_eq!(unknown.selector(), Some("PIX"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[macro_export]
macro_rules! selected_union {
    (
        $(#[doc = $doc:expr])*
        #[selector($tag:literal $(, $content:literal)?)]
        $visibility:vis enum $name:ident {
            $($variant:ident($type:ident $(,)?) = $value:literal),* $(,)?
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        $visibility enum $name {
            $(
                #[doc = ::core::concat!("`", $value, "`")]
                $variant($type),
            )*
            /// None of the documented variants; kept as it came.
            Unknown($crate::UnknownVariant),
        }

        impl $name {
            const PLACE: $crate::selected_union::Place = $crate::selected_union::Place {
                tag: $tag,
                content: $crate::selected_union!(@content $($content)?),
            };

            /// The value of the selector: which one it is.
            #[must_use]
            pub fn selector(&self) -> ::core::option::Option<&str> {
                match self {
                    $(Self::$variant(_) => ::core::option::Option::Some($value),)*
                    Self::Unknown(value) => value.selector(),
                }
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                #[derive(::serde::Serialize)]
                #[serde(tag = $tag $(, content = $content)?)]
                enum Known<'a> {
                    $(#[serde(rename = $value)] $variant(&'a $type),)*
                }
                match self {
                    $(Self::$variant(value) => {
                        $crate::selected_union::write(&Known::$variant(value), serializer)
                    })*
                    Self::Unknown(value) => Self::PLACE.write(value, serializer),
                }
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                let read = Self::PLACE.read(deserializer)?;
                $(
                    if let ::core::option::Option::Some(value) =
                        $crate::selected_union::variant::<$type>(&read, $value)
                    {
                        return ::core::result::Result::Ok(Self::$variant(value));
                    }
                )*
                ::core::result::Result::Ok(Self::Unknown(read))
            }
        }
    };
    (@content) => { ::core::option::Option::None };
    (@content $content:literal) => { ::core::option::Option::Some($content) };
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};
    use serde_json::json;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Account {
        number: String,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Iban {
        iban: String,
    }

    selected_union! {
        /// Beside.
        #[selector("type", "details")]
        enum Beside {
            Ach(Account) = "ACH",
            LocalBankTransfer(Account) = "LOCAL_BANK_TRANSFER",
            Sepa(Iban) = "SEPA",
        }
    }

    selected_union! {
        /// Inside.
        #[selector("serviceProvider")]
        enum Inside {
            Plaid(Account) = "PLAID",
        }
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Holder {
        owner: String,
        #[serde(flatten)]
        method: Option<Beside>,
    }

    #[test]
    fn a_selector_beside_chooses_the_variant() {
        for (json, selector) in [
            (json!({"owner": "o", "details": {"number": "1"}, "type": "ACH"}), "ACH"),
            (
                json!({"owner": "o", "details": {"number": "1"}, "type": "LOCAL_BANK_TRANSFER"}),
                "LOCAL_BANK_TRANSFER",
            ),
            (json!({"owner": "o", "details": {"iban": "1"}, "type": "SEPA"}), "SEPA"),
        ] {
            let holder: Holder = serde_json::from_value(json.clone()).unwrap();
            let method = holder.method.as_ref().unwrap();
            assert_eq!(method.selector(), Some(selector));
            assert!(!matches!(method, Beside::Unknown(_)));
            assert_eq!(serde_json::to_value(&holder).unwrap(), json);
        }
    }

    #[test]
    fn what_is_not_documented_is_kept_and_written_back() {
        for json in [
            json!({"owner": "o", "details": {"key": "1"}, "type": "PIX"}),
            json!({"owner": "o", "details": {"iban": 1}, "type": "SEPA"}),
            json!({"owner": "o", "type": "SEPA"}),
            json!({"owner": "o", "details": {"iban": "1"}}),
        ] {
            let holder: Holder = serde_json::from_value(json.clone()).unwrap();
            assert!(matches!(holder.method, Some(Beside::Unknown(_))), "{holder:?}");
            assert_eq!(serde_json::to_value(&holder).unwrap(), json);
        }
        let without: Holder = serde_json::from_value(json!({"owner": "o"})).unwrap();
        assert_eq!(without.method, None);
    }

    #[test]
    fn a_selector_inside_is_written_with_the_value() {
        let json = json!({"serviceProvider": "PLAID", "number": "1"});
        let plaid: Inside = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(plaid, Inside::Plaid(Account { number: "1".to_owned() }));
        assert_eq!(serde_json::to_value(&plaid).unwrap(), json);
        let json = json!({"serviceProvider": "NEW", "number": "1"});
        let unknown: Inside = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(unknown.selector(), Some("NEW"));
        assert_eq!(serde_json::to_value(&unknown).unwrap(), json);
        assert!(!format!("{unknown:?}").contains("number"));
    }
}
