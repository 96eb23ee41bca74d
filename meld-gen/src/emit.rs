//! The generated files: their paths and content, their differences from the tree, and writing them.

pub mod changelog;
pub mod crates;
mod format;
mod package;
pub mod paths;
mod regions;
#[cfg(test)]
mod tests;
mod text_diff;
mod tree;
mod write;

pub use format::Formatter;
pub use regions::splice;
pub use tree::{Change, ChangeKind, Tree, compare, owned_folders};
pub use write::write;
