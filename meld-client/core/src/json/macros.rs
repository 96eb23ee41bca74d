//! Macros that implement decoding and encoding for types, above all those of generated code.

mod object;
mod selected_union;
mod serde_by_string;
mod string_enum;
mod transparent;

pub(crate) use serde_by_string::serde_by_string;
#[cfg(feature = "client")]
pub(crate) use string_enum::string_enum;
