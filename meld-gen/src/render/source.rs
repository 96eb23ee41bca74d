//! Rust source that is printed item by item: as one stream of tokens, a large module would take gigabytes.

use proc_macro2::TokenStream;
use rayon::prelude::*;

use super::print::print;
use crate::error::Result;

/// How many things are printed before their source is joined, so that a large module is not kept twice.
const AT_ONCE: usize = 64;

/// A source file that is being printed.
#[derive(Default)]
pub struct Source {
    head: String,
    items: String,
}

impl Source {
    /// A source file without items. `head` is the module's documentation.
    pub fn new(head: &str) -> Self {
        Self { head: format!("//! {head}\n\n"), items: String::new() }
    }

    /// Adds lines to the head, such as imports.
    pub fn head(&mut self, lines: &str) {
        self.head.push_str(lines);
        self.head.push('\n');
    }

    /// Adds items, a blank line between them.
    pub fn add(&mut self, items: TokenStream) {
        self.push(&print(items));
    }

    /// Adds an item that is printed already, such as a macro call.
    pub fn push(&mut self, item: &str) {
        if !self.items.is_empty() {
            self.items.push('\n');
        }
        self.items.push_str(item);
    }

    /// Adds the re-export of names from a module, if there are any.
    pub fn re_export<'n>(&mut self, module: &str, names: impl Iterator<Item = &'n str>) {
        let names: Vec<&str> = names.collect();
        if !names.is_empty() {
            self.push(&format!("pub use {module}::{{{}}};\n", names.join(", ")));
        }
    }

    /// Adds the items that `write` makes of each thing, in order, on all processors.
    pub fn add_all<T: Sync>(&mut self, things: &[T], write: impl Fn(&T, &mut Self) + Sync) {
        for things in things.chunks(AT_ONCE) {
            let printed = things.par_iter().map(|thing| {
                let mut source = Self::default();
                write(thing, &mut source);
                source.items
            });
            self.push_all(&printed.collect::<Vec<_>>());
        }
    }

    /// Does the same with a function that may fail.
    ///
    /// # Errors
    /// Returns the first error of `write`.
    pub fn try_add_all<T: Sync>(
        &mut self,
        things: &[T],
        write: impl Fn(&T, &mut Self) -> Result<()> + Sync,
    ) -> Result<()> {
        for things in things.chunks(AT_ONCE) {
            let printed = things.par_iter().map(|thing| {
                let mut source = Self::default();
                write(thing, &mut source).map(|()| source.items)
            });
            self.push_all(&printed.collect::<Result<Vec<_>>>()?);
        }
        Ok(())
    }

    fn push_all(&mut self, items: &[String]) {
        items.iter().filter(|items| !items.is_empty()).for_each(|items| self.push(items));
    }

    /// Returns the text, or `None` if there are no items.
    pub fn finish(self) -> Option<String> {
        (!self.items.is_empty()).then(|| self.head + "\n" + &self.items)
    }
}
