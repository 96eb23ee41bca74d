//! Values of unions that are none of the documented variants.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::OnceLock;

use serde::ser::{Error as _, SerializeMap};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::json::decode::parse_value;
use crate::json::encode::{ToJson, encode_field};
use crate::json::view::View;

/// A value of a union that is none of the documented variants.
///
/// `Debug` shows the selector, but not the content, which may contain account numbers.
#[derive(Clone, Default)]
pub struct UnknownVariant {
    pub(super) selector: Option<String>,
    /// The raw JSON of the content.
    pub(super) text: Option<Box<str>>,
    /// The content, decoded on first use.
    content: OnceLock<Value>,
}

/// Compares the decoded content, not its raw JSON.
impl PartialEq for UnknownVariant {
    fn eq(&self, other: &Self) -> bool {
        self.selector == other.selector && self.content() == other.content()
    }
}

impl UnknownVariant {
    pub(super) fn new(selector: Option<String>, text: Option<Box<str>>) -> Self {
        Self { selector, text, content: OnceLock::new() }
    }

    /// Returns the selector; `None` if there was none.
    #[must_use]
    pub fn selector(&self) -> Option<&str> {
        self.selector.as_deref()
    }

    /// Returns the content; null if there was none.
    ///
    /// Numbers have the precision that `serde_json` gives them. Encoding keeps all their digits.
    #[must_use]
    pub fn content(&self) -> &Value {
        let text = || self.text.as_deref().unwrap_or_default();
        self.content.get_or_init(|| parse_value(text().as_bytes()))
    }

    /// Encodes selector and content as entries.
    ///
    /// # Errors
    ///
    /// Returns the errors of the serializer.
    #[doc(hidden)]
    pub fn encode_entries<M: SerializeMap>(
        &self,
        tag: &'static str,
        content: Option<&'static str>,
        map: &mut M,
    ) -> Result<(), M::Error> {
        encode_field(map, tag, &self.selector)?;
        let Some(text) = &self.text else { return Ok(()) };
        if let Some(content) = content {
            let raw = RawValue::from_string(text.to_string()).map_err(M::Error::custom)?;
            return map.serialize_entry(content, &raw);
        }
        let entries = entries(text).into_iter().filter(|(name, _)| name != tag);
        entries.into_iter().try_for_each(|(name, value)| map.serialize_entry(&name, value))
    }

    /// Returns a view of the selector, of the content, or of a part of the content.
    #[doc(hidden)]
    pub fn part(&self, tag: &'static str, content: Option<&'static str>, name: &str) -> View<'_> {
        match content {
            _ if name == tag => self.selector.view(),
            Some(content) if name == content => self.content().view(),
            Some(_) => View::Nothing,
            None => self.content().view().part(name),
        }
    }
}

/// Returns the entries of the raw JSON of an object.
pub(super) fn entries(text: &str) -> BTreeMap<String, &RawValue> {
    serde_json::from_str(text).unwrap_or_default()
}

impl fmt::Debug for UnknownVariant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut structure = formatter.debug_struct("UnknownVariant");
        structure.field("selector", &self.selector).finish_non_exhaustive()
    }
}
