//! The responses of all operations of all versions, and their types.

use meld_client_core::http::{HeaderMap, StatusCode};
use meld_client_core::json::{FromJson, Json, ToJson};
use meld_client_core::{DecodeWarnings, Error, Operation, ResponseValue, serde_json};

/// A module of a version: one family of operations.
pub struct Module {
    /// `v2026-02-03`.
    pub version: &'static str,
    /// `bank_linking`.
    pub family: &'static str,
    /// The module's own table of operations.
    pub operations: &'static [&'static Operation],
    /// One for each operation.
    pub responses: &'static [Output],
    /// The types by name.
    pub types: &'static [(&'static str, Type)],
}

/// The response of an operation.
pub struct Output {
    /// The operation.
    pub operation: &'static Operation,
    /// The type, as `Vec<types::Country>`.
    pub success: &'static str,
    /// Decodes a body; `None` if responses have none, or are multipart.
    pub read: Option<Reader>,
}

/// Decodes a body, leniently or strictly.
pub type Reader = fn(&[u8], bool) -> Result<Read, Error>;

/// A decoded body.
pub struct Read {
    /// The value, encoded again.
    pub written: String,
    /// Reports of values that could not be decoded.
    pub reports: DecodeWarnings,
}

/// A type of a module.
pub enum Type {
    /// An object with these fields.
    Object(&'static [TypeField]),
    /// A union: a type for each value of the selector.
    Union(&'static [(&'static str, &'static str)]),
    /// An open enum.
    Enum,
}

/// A field of an object.
pub struct TypeField {
    /// Its name in JSON.
    pub name: &'static str,
    /// Its type, such as `Option<Vec<Email>>`.
    pub rust_type: &'static str,
    /// `true` if a string instead of the object stands for this field.
    pub is_text: bool,
    /// The field that selects the variant, if the type is a union.
    pub selector: Option<&'static str>,
}

impl Module {
    /// A type by its name.
    pub fn find(&self, name: &str) -> Option<&'static Type> {
        self.types.iter().find(|(known, _)| *known == name).map(|(_, found)| found)
    }
}

/// Decodes a body exactly as a transport does.
fn read<T: FromJson + ToJson + Default>(body: &[u8], strict: bool) -> Result<Read, Error> {
    let value = ResponseValue::<T>::from_body(StatusCode::OK, HeaderMap::new(), body.to_vec(), strict)?;
    // Encoding cannot fail; if it did, the comparison would fail.
    let written = serde_json::to_string(&Json(value.as_ref())).unwrap_or_default();
    Ok(Read { written, reports: value.decode_warnings().clone() })
}

include!(concat!(env!("OUT_DIR"), "/responses.rs"));
