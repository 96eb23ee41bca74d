//! `client.rs`: the client, with a method per operation.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::docs;
use super::module::{Module, Operation};
use super::source::Source;

/// Renders the file.
pub fn source(module: &Module<'_>) -> Source {
    let mut source = Source::new("The client.");
    source.head("use meld_client_core::Transport;");
    if !module.operations.is_empty() {
        source.head("\nuse super::builder;");
    }
    let doc = format!(" Client for the `{}` operations.", module.name);
    let methods = module.operations.iter().map(method);
    source.add(quote! {
        #[doc = #doc]
        #[derive(Clone, Debug)]
        pub struct Client {
            transport: Transport,
        }

        impl Client {
            /// Creates a client that sends requests through `transport`.
            pub fn new(transport: Transport) -> Self {
                Self { transport }
            }

            /// Returns the transport of the client.
            pub fn transport(&self) -> &Transport {
                &self.transport
            }

            #(#methods)*
        }
    });
    source
}

fn method(operation: &Operation<'_>) -> TokenStream {
    let model = operation.model;
    let doc = docs::attributes(&docs::for_operation(model));
    let deprecated = match &model.deprecation {
        Some(note) => Some(quote!(#[deprecated(note = #note)])),
        None => model.deprecated.then(|| quote!(#[deprecated])),
    };
    let (name, builder) = (format_ident!("{}", model.rust_name), format_ident!("{}", model.builder_name));
    quote! {
        #doc
        #deprecated
        pub fn #name(&self) -> builder::#builder {
            builder::#builder::new(self.transport.clone())
        }
    }
}
