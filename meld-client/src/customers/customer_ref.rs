//! References to customers.

use std::collections::BTreeMap;

use meld_client_core::serde::de::{Deserialize, Deserializer, Error as _};
use meld_client_core::serde::ser::{Serialize, SerializeStruct, Serializer};

/// A customer by Meld's id or by your id. Requests take one of the two.
///
/// Virtual accounts take only Meld's id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CustomerRef {
    /// Meld's id (`customerId`).
    Id(String),
    /// Your id (`externalCustomerId`).
    ExternalId(String),
}

impl CustomerRef {
    /// Creates a reference by Meld's id.
    pub fn id(id: impl Into<String>) -> Self {
        Self::Id(id.into())
    }

    /// Creates a reference by your id.
    pub fn external_id(external_id: impl Into<String>) -> Self {
        Self::ExternalId(external_id.into())
    }

    /// Returns Meld's id and your id, one of which is `None`.
    #[must_use]
    pub fn into_ids(self) -> (Option<String>, Option<String>) {
        match self {
            Self::Id(id) => (Some(id), None),
            Self::ExternalId(id) => (None, Some(id)),
        }
    }
}

/// Clones the reference, so that one can be used in many requests.
impl From<&Self> for CustomerRef {
    fn from(customer: &Self) -> Self {
        customer.clone()
    }
}

/// Encodes `{"customerId": "…"}` or `{"externalCustomerId": "…"}`.
impl Serialize for CustomerRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("CustomerRef", 1)?;
        match self {
            Self::Id(id) => fields.serialize_field("customerId", id)?,
            Self::ExternalId(id) => fields.serialize_field("externalCustomerId", id)?,
        }
        fields.end()
    }
}

/// Decodes `{"customerId": "…"}` or `{"externalCustomerId": "…"}`. Both together are an error.
impl<'de> Deserialize<'de> for CustomerRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fields = BTreeMap::<String, String>::deserialize(deserializer)?.into_iter();
        match (fields.next(), fields.next()) {
            (Some((name, id)), None) if name == "customerId" => Ok(Self::Id(id)),
            (Some((name, id)), None) if name == "externalCustomerId" => Ok(Self::ExternalId(id)),
            _ => Err(D::Error::custom("expected either `customerId` or `externalCustomerId`, and no other field")),
        }
    }
}

#[cfg(test)]
mod tests {
    use meld_client_core::serde_json;

    use super::*;

    #[test]
    fn json_names_exactly_one_id() {
        for (customer, json) in [
            (CustomerRef::id("W1"), r#"{"customerId":"W1"}"#),
            (CustomerRef::external_id("robin"), r#"{"externalCustomerId":"robin"}"#),
        ] {
            assert_eq!(serde_json::to_string(&customer).unwrap(), json);
            assert_eq!(serde_json::from_str::<CustomerRef>(json).unwrap(), customer);
        }
        for json in ["{}", r#"{"customerId":"W1","externalCustomerId":"robin"}"#, r#"{"id":"W1"}"#] {
            assert!(serde_json::from_str::<CustomerRef>(json).is_err(), "{json}");
        }
    }
}
