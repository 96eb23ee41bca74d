//! Everything that exists because of progenitor: running it, reading its output, and the baseline to measure against.

pub mod baseline;
pub mod cycles;
pub mod input;
mod items;
pub mod output;
pub mod run;
pub mod rust_type;
pub mod variants;
