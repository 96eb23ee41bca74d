//! Rust source that is printed item by item: as one syntax tree, a large module would take gigabytes.

use proc_macro2::TokenStream;
use rayon::prelude::*;

use crate::error::{Error, ErrorKind, Location, Result};

/// How many things are printed before their source is joined, so that a large module is not kept twice.
const AT_ONCE: usize = 64;

/// A source file that is being printed.
pub struct Source<'a> {
    file: &'a str,
    head: String,
    items: String,
}

impl<'a> Source<'a> {
    /// A source file without items. `file` is the spec, for errors; `head` is the module's documentation.
    pub fn new(file: &'a str, head: &str) -> Self {
        Self { file, head: format!("//! {head}\n\n"), items: String::new() }
    }

    /// Adds lines to the head, such as imports.
    pub fn head(&mut self, lines: &str) {
        self.head.push_str(lines);
        self.head.push('\n');
    }

    /// Adds items, a blank line between them.
    ///
    /// # Errors
    /// Returns an error if the tokens are not Rust.
    pub fn add(&mut self, items: TokenStream) -> Result<()> {
        let mut file: syn::File = syn::parse2(items).map_err(|error| {
            Error::new(
                ErrorKind::Generation,
                Location::new(self.file, ""),
                format!("the generated module is not Rust ({error})"),
                "fix the render stage",
            )
        })?;
        for item in std::mem::take(&mut file.items) {
            file.items = vec![item];
            self.push(&spaced(&prettyplease::unparse(&file)));
        }
        Ok(())
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
    ///
    /// # Errors
    /// Returns the first error of `write`.
    pub fn add_all<T: Sync>(&mut self, things: &[T], write: impl Fn(&T, &mut Self) -> Result<()> + Sync) -> Result<()> {
        let file = self.file;
        for things in things.chunks(AT_ONCE) {
            let printed = things.par_iter().map(|thing| {
                let mut source = Self { file, head: String::new(), items: String::new() };
                write(thing, &mut source).map(|()| source.items)
            });
            for items in printed.collect::<Result<Vec<_>>>()? {
                if !items.is_empty() {
                    self.push(&items);
                }
            }
        }
        Ok(())
    }

    /// Returns the text, or `None` if there are no items.
    pub fn finish(self) -> Option<String> {
        (!self.items.is_empty()).then(|| self.head + "\n" + &self.items)
    }
}

/// Puts a blank line between the functions of an `impl`, which prettyplease omits.
fn spaced(item: &str) -> String {
    let mut text = String::with_capacity(item.len());
    let mut lines = item.lines().peekable();
    while let Some(line) = lines.next() {
        text.push_str(line);
        text.push('\n');
        let is_followed = lines.peek().is_some_and(|next| next.starts_with("    "));
        if line == "    }" && is_followed {
            text.push('\n');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    #[test]
    fn items_and_functions_are_set_apart() {
        let mut source = Source::new("t.json", "Things.");
        source.head("use a::b;");
        let items = quote! {
            pub struct A;
            impl A {
                fn b() { match 1 { _ => {} } }
                fn c() {}
            }
        };
        source.add(items).unwrap();
        source.push("object! {}\n");
        let expected = "//! Things.\n\nuse a::b;\n\npub struct A;\n\nimpl A {\n    fn b() {\n        match 1 {\n            \
                        _ => {}\n        }\n    }\n\n    fn c() {}\n}\n\nobject! {}\n";
        assert_eq!(source.finish().as_deref(), Some(expected));
        assert_eq!(Source::new("t.json", "Things.").finish(), None);
    }
}
