//! How much a spec may hold: what is beyond is refused with an error that says so, in little time and memory.
//!
//! Time and memory grow linearly with the size of a spec. Where one part of it is put into many places, they grow
//! with the size that the spec has then; these limits bound that size too. The specs of Meld have half a megabyte,
//! 600 schemas and 20,000 entries at most.

/// The largest spec in bytes.
pub const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// The deepest nesting of objects and lists: the later steps visit schemas by recursion.
pub const MAX_DEPTH: usize = 100;

/// The longest name in characters: of a property, parameter, operation, schema, path or value of an enum, and of a
/// type that is named after the place of its schema.
pub const MAX_NAME: usize = 1_000;

/// The most schemas, inner ones included, once all that is referred to is in its place.
pub const MAX_SCHEMAS: usize = 500_000;

/// The most notices about one spec; the others are counted.
pub const MAX_NOTICES: usize = 1_000;

/// The most comparisons in which something is looked for that may stand anywhere, such as a renamed field.
pub const MAX_COMPARISONS: usize = 1_000_000;
