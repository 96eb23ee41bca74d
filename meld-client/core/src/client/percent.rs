//! The characters that are percent-encoded in URLs.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};

/// The characters that are encoded in a path segment: all except those that RFC 3986 calls unreserved.
pub(crate) const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The characters that are encoded in a query value. Commas (lists) and colons (times) are not.
pub(crate) const IN_QUERY: &AsciiSet = &IN_PATH.remove(b',').remove(b':');
