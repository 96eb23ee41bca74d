//! Responses that the app receives unchanged.

use std::borrow::Cow;
use std::ops::Deref;

use meld_client_core::json::{self, Found, FromJson, Parser, ToJson, View};
use meld_client_core::serde::ser::{Error as _, Serialize, Serializer};
use meld_client_core::serde_json::value::RawValue;

/// A response for the app: the JSON exactly as Meld sent it.
///
/// It contains short-lived credentials, which Meld's SDK in the app reads. Serialize it into the response of your own
/// backend, and neither log nor store it. It dereferences to the decoded response, so that the backend can store `id`
/// and `external_order_id`.
///
/// `Debug` prints no values.
///
/// # Examples
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "crypto"))] {
/// use meld_client::headless::ClientPayload;
/// use meld_client::serde_json;
/// use meld_client::v2026_02_03::crypto::types::HeadlessOrderOnrampResponse;
///
/// let received = r#"{"id": "W1", "brandNew": {"amount": 1.10}}"#;
/// let payload = ClientPayload::<HeadlessOrderOnrampResponse>::parse(received)?;
/// assert_eq!(payload.id.as_deref(), Some("W1"));
/// assert_eq!(serde_json::to_string(&payload)?, received);
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
pub struct ClientPayload<Response> {
    response: Response,
    json: Box<str>,
}

impl<Response> ClientPayload<Response> {
    /// Returns the JSON as Meld sent it.
    ///
    /// Damaged values, such as a string that is not UTF-8, are `null`.
    #[must_use]
    pub fn as_json(&self) -> &str {
        &self.json
    }

    /// Returns the decoded response alone.
    #[must_use]
    pub fn into_response(self) -> Response {
        self.response
    }
}

impl<Response: FromJson + Default> ClientPayload<Response> {
    /// Parses a payload that was received in another way. Fields that cannot be decoded are dropped from the response,
    /// but not from the JSON.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not a JSON object.
    pub fn parse(text: &str) -> Result<Self, json::Error> {
        let (found, _) = json::decode(text.as_bytes())?;
        match found {
            Found::Value(payload) => Ok(payload),
            Found::Nothing | Found::Undecodable(_) => Ok(Self::default()),
        }
    }
}

impl<Response> Deref for ClientPayload<Response> {
    type Target = Response;

    fn deref(&self) -> &Response {
        &self.response
    }
}

/// Compares the JSON.
impl<Response> PartialEq for ClientPayload<Response> {
    fn eq(&self, other: &Self) -> bool {
        self.json == other.json
    }
}

// Contains credentials of the order, so `Debug` prints no values.
meld_client_core::opaque!(ClientPayload<Response>);

/// Writes the JSON exactly as Meld sent it.
impl<Response> Serialize for ClientPayload<Response> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let json = if self.json.is_empty() { "null" } else { &*self.json };
        RawValue::from_string(json.to_owned()).map_err(S::Error::custom)?.serialize(serializer)
    }
}

impl<Response: FromJson + Default> FromJson for ClientPayload<Response> {
    const EXPECTED: &'static str = Response::EXPECTED;
    const NESTED: bool = true;

    fn declares(name: &str) -> bool {
        Response::declares(name)
    }

    fn decode(parser: &mut Parser<'_>) -> Result<Found<Self>, json::Error> {
        let (found, text) = parser.decode_with_text::<Response>()?;
        Ok(match found {
            // An object without known fields is a payload all the same.
            Found::Nothing if text == "null" => Found::Nothing,
            Found::Nothing => Found::Value(Self::new(Response::default(), text)),
            Found::Value(response) => Found::Value(Self::new(response, text)),
            Found::Undecodable(kind) => Found::Undecodable(kind),
        })
    }
}

impl<Response> ClientPayload<Response> {
    fn new(response: Response, json: Cow<'_, str>) -> Self {
        Self { response, json: json.into_owned().into_boxed_str() }
    }
}

// Only compares the response with its request. `Serialize` is for the app.
impl<Response: ToJson> ToJson for ClientPayload<Response> {
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.response.encode(serializer)
    }

    fn view(&self) -> View<'_> {
        self.response.view()
    }
}

#[cfg(test)]
#[cfg(feature = "v2026-02-03")]
mod tests {
    use meld_client_core::serde_json;

    use super::*;
    use crate::for_versions::v2026_02_03::crypto::types::HeadlessOrderOnrampResponse as Order;

    const RECEIVED: &str = r#"{ "id":"W1",  "paymentMethodType":"APPLE_PAY", "amount": 100.10,
        "paymentMethodResponseDetails":{"sessionToken":"very-private"}, "brand\u004eew":[1e3, "\/"] }"#;

    fn payload(text: &str) -> ClientPayload<Order> {
        ClientPayload::parse(text).unwrap()
    }

    #[test]
    fn payload_serializes_exactly_as_received() {
        let payload = payload(&format!("  {RECEIVED}\n"));
        assert_eq!(payload.as_json(), RECEIVED);
        assert_eq!(serde_json::to_string(&payload).unwrap(), RECEIVED);
        let wrapped = serde_json::to_string(&[&payload]).unwrap();
        assert_eq!(wrapped, format!("[{RECEIVED}]"));
        assert_eq!(payload.id.as_deref(), Some("W1"));
    }

    #[test]
    fn unknown_or_empty_payloads_are_kept() {
        for text in ["{}", r#"{"brandNew":1}"#] {
            assert_eq!(serde_json::to_string(&payload(text)).unwrap(), text);
        }
        assert_eq!(serde_json::to_string(&payload("null")).unwrap(), "null");
        assert!(ClientPayload::<Order>::parse("{").is_err());
    }

    #[test]
    fn damaged_values_are_null_in_the_json() {
        let (found, warnings) = json::decode::<ClientPayload<Order>>(b"{\"id\":\"W1\",\"x\":\"\xff\"}").unwrap();
        let Found::Value(payload) = found else { panic!("{found:?}") };
        assert_eq!((payload.id.as_deref(), payload.as_json()), (Some("W1"), r#"{"id":"W1","x":null}"#));
        assert_eq!(warnings.count(), 1);
    }
}
