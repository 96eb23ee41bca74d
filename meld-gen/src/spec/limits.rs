//! Limits on the size of a spec. Specs beyond them are rejected quickly and within bounded memory.
//!
//! Time and memory grow linearly with the size of a spec after its references are inlined, and the limits bound that
//! size too. The largest spec of Meld has half a megabyte, 600 schemas and 20,000 entries.

/// Maximum size of a spec in bytes.
pub const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// Maximum nesting of objects and lists; later stages visit schemas recursively.
pub const MAX_DEPTH: usize = 100;

/// Maximum number of characters of a name: property, parameter, operation, schema, path, enum value, or type that is
/// named after the location of its schema.
pub const MAX_NAME: usize = 1_000;

/// Maximum number of schemas, including inner ones, after references are inlined.
pub const MAX_SCHEMAS: usize = 500_000;

/// Maximum number of notices for one spec; the rest is counted.
pub const MAX_NOTICES: usize = 1_000;

/// Maximum number of comparisons in a search for something that may be anywhere, such as a renamed field.
pub const MAX_COMPARISONS: usize = 1_000_000;

/// Maximum number of schemas that extend each other, and of lists and maps that are nested after aliases are inlined.
pub const MAX_CHAIN: usize = 100;

/// Maximum number of schemas that are copied to merge `allOf` and to inline aliases.
pub const MAX_COPIES: usize = MAX_SCHEMAS;
