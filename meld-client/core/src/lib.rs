//! The run-time that the generated Meld client crates need.
pub mod decimal;
mod error_code;
mod error_response;
mod json_path;
mod operation;
mod parameter;
mod scalar;
#[doc(hidden)]
pub mod string_enum;
pub use error_code::ErrorCode;
pub use error_response::ErrorResponse;
pub use operation::{Method, Operation, Parameter, ParameterLocation};
pub use parameter::ParameterValue;
pub use serde;
pub use string_enum::{StringEnum, UnknownValue};
