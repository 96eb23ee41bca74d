//! Redaction of secrets that a response repeats.
//!
//! A response is searched for the API key and for every sensitive value of its request. It is searched as received, with
//! the escapes of JSON, percent-encoding and HTML removed, even nested ones, and with base64 and hexadecimal digits
//! decoded. Letter case, accents, spaces, dashes, invisible characters and the grouping of digits make no difference, so
//! that `4242-4242-4242-4242` matches `4242424242424242`, and `JOSE` matches `José`.
//!
//! A value of fewer than eight letters and digits, such as the security code of a card, is redacted only as a whole
//! word or number. Otherwise messages would become unreadable.
//!
//! Errors are searched, and the parts of a success that spans and observers get.

mod encoded;
mod escapes;
mod fold;
mod secrets;
mod values;

pub(crate) use self::secrets::Secrets;
pub use self::values::is_sensitive;
pub(crate) use self::values::{add_body, redacted_fields, redacted_pointers};
