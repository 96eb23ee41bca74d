//! The responses of all operations of all versions, and the types they have, as the generated sources say.

use meld_client_core::http::{HeaderMap, StatusCode};
use meld_client_core::json::{FromJson, Json, ToJson};
use meld_client_core::{DecodeWarnings, Error, Operation, ResponseValue, serde_json};

/// A module of a version: one family of operations.
pub struct Module {
    /// `v2026-02-03`.
    pub version: &'static str,
    /// `bank_linking`.
    pub family: &'static str,
    /// What the module itself says of its operations.
    pub operations: &'static [Operation],
    /// One for each operation.
    pub responses: &'static [Output],
    /// The types by name.
    pub types: &'static [(&'static str, Type)],
}

/// What an operation responds.
pub struct Output {
    /// The operation.
    pub operation: &'static Operation,
    /// The type, as `Vec<types::Country>`.
    pub success: &'static str,
    /// Reads a body; none where nothing is answered.
    pub read: Option<Reader>,
}

/// Reads a body, tolerantly or strictly.
pub type Reader = fn(&[u8], bool) -> Result<Read, Error>;

/// What was read.
pub struct Read {
    /// The value written again.
    pub written: String,
    /// What could not be read.
    pub reports: DecodeWarnings,
}

/// A type of a module.
pub enum Type {
    /// An object with these fields.
    Object(&'static [TypeField]),
    /// A union: value of the selector and type.
    Union(&'static [(&'static str, &'static str)]),
    /// An open enum.
    Enum,
}

/// A field of an object.
pub struct TypeField {
    /// In JSON.
    pub name: &'static str,
    /// As `Option<Vec<Email>>`.
    pub rust_type: &'static str,
    /// Whether a bare text in place of the object stands for this field.
    pub is_text: bool,
    /// Of a union the field that selects the variant.
    pub selector: Option<&'static str>,
}

impl Module {
    /// A type by its name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&'static Type> {
        self.types.iter().find(|(known, _)| *known == name).map(|(_, found)| found)
    }
}

/// The operation of this name; the build fails if there is none.
pub(crate) const fn find(operations: &'static [Operation], rust_name: &str) -> &'static Operation {
    let mut index = 0;
    while !is_equal(operations[index].rust_name.as_bytes(), rust_name.as_bytes()) {
        index += 1;
    }
    &operations[index]
}

/// Comparison of strings is not `const`.
const fn is_equal(one: &[u8], other: &[u8]) -> bool {
    let mut index = 0;
    while index < one.len() && index < other.len() && one[index] == other[index] {
        index += 1;
    }
    index == one.len() && index == other.len()
}

/// Reads a body exactly as a transport does.
fn read<T: FromJson + ToJson + Default>(body: &[u8], strict: bool) -> Result<Read, Error> {
    let value =
        ResponseValue::<T>::from_body(StatusCode::OK, HeaderMap::new(), body.to_vec(), strict)?;
    // Writing what was read cannot fail; if it did, the comparison would say so.
    let written = serde_json::to_string(&Json(value.as_ref())).unwrap_or_default();
    Ok(Read { written, reports: value.decode_warnings().clone() })
}

include!(concat!(env!("OUT_DIR"), "/responses.rs"));
