//! The run-time that the generated Meld client crates need.
mod parameter;
mod scalar;
#[doc(hidden)]
pub mod string_enum;
pub use parameter::ParameterValue;
pub use serde;
pub use string_enum::{StringEnum, UnknownValue};
