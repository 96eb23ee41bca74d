//! Recordings of the real API, from which every value that the spec does not prove to be harmless is removed.
//!
//! | Module | Contents |
//! |---|---|
//! | `vocabulary` | the strings that may be kept |
//! | `scrub` | the copy of a value that has only harmless parts |
//! | `replacements` | numbered replacements of values |
//! | `exchange` | a request and its response, as they are recorded |
//! | `files` | the folder of a recording |
//! | `recorder` | forwards requests and records them |
//! | `replay`, `matching` | chooses the recorded response of a request |

pub(crate) mod exchange;
pub(crate) mod files;
mod matching;
#[cfg(feature = "record")]
pub(crate) mod recorder;
#[cfg(feature = "record")]
mod replacements;
pub(crate) mod replay;
mod scrub;
mod vocabulary;
