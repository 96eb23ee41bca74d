//! The steps of `into_request`.

use proc_macro2::TokenStream;
use quote::quote;

/// An expression that puts a part into the request.
pub enum Part {
    /// It cannot fail.
    Plain(TokenStream),
    /// It returns `Result<(), Error>`.
    Checked(TokenStream),
    /// It returns `Result<bool, Error>`; the other part follows if it is `false`.
    Or(TokenStream, Option<Box<Part>>),
}

impl Part {
    /// Returns `true` if the part may fail.
    pub fn may_fail(&self) -> bool {
        !matches!(self, Self::Plain(_))
    }

    /// Returns the statement, which adds an error to `failures` if `collects` is set, and returns it otherwise.
    pub fn statement(&self, collects: bool) -> TokenStream {
        match self {
            Self::Plain(part) => quote!(#part;),
            Self::Checked(part) if collects => quote!(failures.add(#part);),
            Self::Checked(part) => quote!(#part?;),
            Self::Or(part, other) => {
                let other = other.as_ref().map(|other| other.statement(collects));
                match collects {
                    true => quote!(if failures.add(#part) == Some(false) { #other }),
                    false => quote!(if !#part? { #other }),
                }
            }
        }
    }
}
