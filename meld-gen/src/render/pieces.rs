//! The text of a module, printed piece by piece: the whole of it as tokens and as syntax would take gigabytes for large
//! documents.

use proc_macro2::TokenStream;
use quote::quote;
use rayon::prelude::*;

use crate::error::{Error, ErrorKind, Location, Result};

/// How many things are printed before their texts are put together: the text of a large module is not kept twice.
const AT_ONCE: usize = 64;

/// A module that is being printed.
pub struct Pieces<'a> {
    file: &'a str,
    text: String,
    /// How many modules are open.
    depth: usize,
}

impl<'a> Pieces<'a> {
    /// The empty module of a document.
    pub fn new(file: &'a str) -> Self {
        Self { file, text: String::new(), depth: 0 }
    }

    /// The document, for messages.
    pub fn file(&self) -> &'a str {
        self.file
    }

    /// Opens a module inside.
    pub fn open(&mut self, doc: &str, name: &str) {
        let indent = "    ".repeat(self.depth);
        self.text.push_str(&format!("{indent}/// {doc}\n{indent}pub mod {name} {{\n"));
        self.depth += 1;
    }

    /// Closes the module that was opened last.
    pub fn close(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.text.push_str(&"    ".repeat(self.depth));
        self.text.push_str("}\n");
    }

    /// Adds items.
    ///
    /// # Errors
    /// When they are no Rust.
    pub fn add(&mut self, items: TokenStream) -> Result<()> {
        let text = self.printed(items)?;
        self.text.push_str(&text);
        Ok(())
    }

    /// Adds what `write` makes of each thing, in their order; all processors work on it.
    ///
    /// # Errors
    /// When something is no Rust.
    pub fn add_all<T: Sync>(
        &mut self,
        things: &[T],
        write: impl Fn(&T) -> TokenStream + Sync,
    ) -> Result<()> {
        for things in things.chunks(AT_ONCE) {
            let printed = things.par_iter().map(|thing| self.printed(write(thing)));
            let texts: Vec<String> = printed.collect::<Result<_>>()?;
            self.text.extend(texts);
        }
        Ok(())
    }

    /// Items as they are printed where the text ends.
    fn printed(&self, items: TokenStream) -> Result<String> {
        // Where lines break depends on how deep they stand.
        let wrapped = (0..self.depth).fold(items, |items, _| quote!(mod m { #items }));
        let parsed = syn::parse2(wrapped).map_err(|error| {
            Error::new(
                ErrorKind::Generation,
                Location::new(self.file, ""),
                format!("the polished module is no Rust ({error})"),
                "this is a fault of the polish stage",
            )
        })?;
        let printed = prettyplease::unparse(&parsed);
        let lines: Vec<&str> = printed.lines().collect();
        let inner = lines.get(self.depth..lines.len().saturating_sub(self.depth));
        Ok(inner.unwrap_or_default().iter().flat_map(|line| [*line, "\n"]).collect())
    }

    /// The text.
    pub fn finish(self) -> String {
        self.text
    }
}
