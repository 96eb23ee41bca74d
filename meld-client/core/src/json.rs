//! Lenient decoding of responses, and exact encoding and decoding of requests ([`exact`]).
//!
//! Meld's responses deviate from its specs: fields are null or missing, strings are numbers, lists are `{}`. A response
//! still decodes:
//!
//! - A value of another kind is converted if its meaning is clear: the number `1` is the string `"1"`.
//! - A value that cannot be decoded is dropped and reported as a [`DecodeWarning`]: its path, the expected kind and the
//!   found kind, never the value.
//! - Null, missing and empty are equivalent.
//! - Numbers keep every digit.
//! - A damaged byte or escape costs its value and nothing else; see [`parser`].
//!
//! One parser decodes responses, error bodies and webhooks, in one pass and without buffers. Damaged JSON takes it no
//! longer than valid JSON.
//!
//! Memory is bounded by the length of the body. Null and empty values take none, lists have little spare capacity, and
//! warnings are few and short. An object of one field takes as much memory as its type, and a map of one entry as much
//! as a map of eleven. Thousands of them would take a thousand bytes for each byte of the body. Decoding therefore
//! stops with an error if values take more than 14 bytes for each byte of the body, and more than 1 MiB. Usual items
//! take a few. A test of the workspace holds the figures.

mod containers;
mod copied;
mod date_time;
pub(crate) mod decimal;
mod decode;
mod encode;
mod error;
pub mod exact;
mod found;
mod from_json;
mod items;
mod kind;
pub(crate) mod macros;
mod nullable;
mod object;
pub mod parser;
#[cfg(feature = "client")]
pub(crate) mod path;
mod scalars;
mod short_string;
mod slots;
pub mod string_enum;
#[cfg(test)]
mod tests;
mod token;
pub mod union;
mod view;
mod warnings;
mod with_serde;

pub use decode::{decode, decode_at, parse_value, repair};
pub use encode::{AsText, Entries, Fields, Json, ToJson, encode_field, encode_object};
pub use error::Error;
pub use found::Found;
pub use from_json::FromJson;
pub use kind::JsonKind;
pub use nullable::Nullable;
pub use object::{
    DebugField, Object, Place, debug_fields, declares_field, decode_object, decode_object_item, field, known_field,
};
pub use parser::Parser;
pub use slots::{Slot, UnionPlace, decode_slots};
pub use string_enum::{StringEnum, UnknownValue};
pub use token::Token;
pub use union::UnknownVariant;
pub use view::{Items, Parts, View};
pub use warnings::{DecodeWarning, DecodeWarnings};
pub use with_serde::deserialize;
