//! Responses of any operation.

use std::fmt;
use std::sync::OnceLock;

use meld_client_core::is_result_field;
use meld_client_core::json::{self, Error, Found, FromJson, Parser, ToJson, View};
use meld_client_core::serde::de::DeserializeOwned;
use meld_client_core::serde::{Serialize, Serializer};
use meld_client_core::serde_json::{self, Value};

/// The response of an operation whose type is not known, as JSON.
///
/// `Debug` shows its length only, because a response may have personal data.
///
/// # Examples
///
/// ```
/// use meld_client::idempotent::JsonResponse;
///
/// let response = JsonResponse::from_text(r#"{"transaction":{"sourceAmount":25.00}}"#);
/// assert_eq!(response.value()["transaction"]["sourceAmount"], 25.0);
/// assert!(response.as_str().contains("25.00"));
/// ```
#[derive(Clone, Default)]
pub struct JsonResponse {
    text: String,
    /// The JSON as a value, decoded on first use.
    value: OnceLock<Value>,
}

/// Compares the JSON as it is.
impl PartialEq for JsonResponse {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for JsonResponse {}

impl JsonResponse {
    /// Creates a response from its JSON, such as one that was stored.
    #[must_use]
    pub fn from_text(text: impl Into<String>) -> Self {
        Self { text: text.into(), value: OnceLock::new() }
    }

    /// Returns the JSON with every digit of its numbers; empty for a response without a body.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the JSON as a value; null for a response without a body. A number that no value holds, such as `1e400`, is
    /// left out.
    #[must_use]
    pub fn value(&self) -> &Value {
        self.value.get_or_init(|| json::parse_value(self.text.as_bytes()))
    }

    /// Decodes the JSON as a type, such as the response type of the operation.
    ///
    /// # Errors
    ///
    /// Returns an error if the JSON is not a `T`.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(if self.text.is_empty() { "null" } else { &self.text })
    }
}

impl FromJson for JsonResponse {
    const EXPECTED: &'static str = "any value";
    const NESTED: bool = true;

    fn declares(name: &str) -> bool {
        is_result_field(name)
    }

    fn decode(parser: &mut Parser<'_>) -> Result<Found<Self>, Error> {
        let (found, text) = parser.decode_with_text::<Value>()?;
        Ok(found.map(|_| Self::from_text(text)))
    }
}

impl ToJson for JsonResponse {
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }

    fn view(&self) -> View<'_> {
        self.value().view()
    }
}

impl fmt::Debug for JsonResponse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("JsonResponse").field("length", &self.text.len()).finish_non_exhaustive()
    }
}
