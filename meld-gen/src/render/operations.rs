//! The generated client: a method per operation, a builder per method, and the table of operations.

use std::collections::BTreeSet;

use heck::ToUpperCamelCase;
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{format_ident, quote};

use super::pieces::Pieces;
use super::{docs, validation};
use crate::catalog::ApiVersion;
use crate::error::{Error, ErrorKind, Location, Result};
use crate::model::{ModuleModel, OperationModel, ParameterLocation, ParameterModel};
use crate::progenitor::output::{Model, OperationItem, TypeItem};
use crate::progenitor::rust_type::RustType;

/// One operation, as the document and as progenitor know it.
struct Operation<'a> {
    index: usize,
    shape: &'a OperationModel,
    item: &'a OperationItem,
    generated: &'a dyn Fn(&str) -> bool,
    file: &'a str,
}

fn lacking(file: &str, what: &str) -> Error {
    Error::new(
        ErrorKind::Generation,
        Location::new(file, ""),
        format!("progenitor's output lacks {what}"),
        "teach the polish stage this form of progenitor's output",
    )
}

/// Writes the client, `mod builder` and `OPERATIONS` of a module.
///
/// # Errors
/// When progenitor's output lacks an operation of the document.
pub fn operations(
    model: &Model,
    shaped: &ModuleModel,
    version: ApiVersion,
    pieces: &mut Pieces<'_>,
) -> Result<()> {
    let file = pieces.file();
    let names: BTreeSet<&str> = model.types.iter().map(TypeItem::name).collect();
    let generated = |name: &str| names.contains(name);
    let mut operations = Vec::new();
    for (index, shape) in shaped.operations.iter().enumerate() {
        let item = model
            .operations
            .get(&shape.hidden_name)
            .ok_or_else(|| lacking(file, &format!("the operation {}", shape.operation_id)))?;
        operations.push(Operation { index, shape, item, generated: &generated, file });
    }
    let module = &shaped.api.info.title;
    pieces.add(client(&operations, module))?;
    let builders = operations.iter().map(Operation::builder).collect::<Result<Vec<_>>>()?;
    pieces.open("One builder per operation.", "builder");
    if builders.iter().any(|builder| mentions(builder, "types")) {
        pieces.add(quote!(
            use super::types;
        ))?;
    }
    pieces.add(quote!(
        use meld_client_core::prelude::*;
    ))?;
    for builder in builders {
        pieces.add(builder)?;
    }
    pieces.close();
    let table = operations.iter().map(|operation| operation.row(module, version));
    pieces.add(quote! {
        /// What a client must know of each operation, in the order of the document.
        pub const OPERATIONS: &[Operation] = &[#(#table),*];
    })
}

/// Whether a name stands in the tokens.
fn mentions(tokens: &TokenStream, name: &str) -> bool {
    tokens.clone().into_iter().any(|tree| match tree {
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Group(group) => mentions(&group.stream(), name),
        _ => false,
    })
}

fn client(operations: &[Operation<'_>], module: &str) -> TokenStream {
    let doc = format!(" Client of the `{module}` operations.");
    let methods = operations.iter().map(Operation::method);
    quote! {
        #[doc = #doc]
        #[derive(Clone, Debug)]
        pub struct Client {
            transport: Transport,
        }
        impl Client {
            /// A client that sends through `transport`.
            pub fn new(transport: Transport) -> Self {
                Self { transport }
            }

            /// What requests are sent through.
            pub fn transport(&self) -> &Transport {
                &self.transport
            }

            #(#methods)*
        }
    }
}

impl Operation<'_> {
    fn builder_name(&self) -> Ident {
        format_ident!("{}", self.shape.builder_name)
    }

    fn deprecated(&self) -> Option<TokenStream> {
        self.shape.deprecated.then(|| quote!(#[deprecated]))
    }

    fn method(&self) -> TokenStream {
        let doc = docs::attributes(&docs::of_operation(self.shape));
        let deprecated = self.deprecated();
        let (name, builder) = (format_ident!("{}", self.shape.rust_name), self.builder_name());
        quote! {
            #doc
            #deprecated
            pub fn #name(&self) -> builder::#builder {
                builder::#builder::new(self.transport.clone())
            }
        }
    }

    /// The type of a parameter.
    fn parameter_type(&self, parameter: &ParameterModel) -> Result<RustType> {
        let ty = self.item.parameters.get(&parameter.hidden_name);
        ty.cloned().ok_or_else(|| {
            let parameter =
                format!("the parameter {} of {}", parameter.name, self.shape.operation_id);
            lacking(self.file, &parameter)
        })
    }

    fn body_type(&self) -> Option<RustType> {
        self.shape.body?;
        self.item.parameters.get("body").cloned()
    }

    fn tokens(&self, ty: &RustType) -> TokenStream {
        ty.tokens(&quote!(types::), self.generated)
    }

    fn builder(&self) -> Result<TokenStream> {
        let name = self.builder_name();
        let doc = format!(" Builder of [`Client::{0}`](super::Client::{0}).", self.shape.rust_name);
        let body = self.body_type();
        let mut fields = Vec::new();
        let mut setters = Vec::new();
        for parameter in &self.shape.parameters {
            let (field, setter) = self.parameter(parameter)?;
            fields.push(field);
            setters.push(setter);
        }
        if let Some(body) = &body {
            let (field, setter) = self.body_parts(body);
            fields.push(field);
            setters.push(setter);
        }
        let unset = self.shape.parameters.iter().map(|parameter| {
            let ident = format_ident!("{}", parameter.rust_name);
            if parameter.is_list { quote!(#ident: Vec::new()) } else { quote!(#ident: None) }
        });
        let body_ident = body.as_ref().map(|_| quote!(body: None,));
        let clone = body.is_none().then(|| quote!(#[derive(Clone)]));
        let request = self.request(body.as_ref());
        let (ty, function) = self.response();
        let send = self.send(&ty, &function);
        Ok(quote! {
            #[doc = #doc]
            #clone
            #[must_use = "nothing is sent before `send`"]
            pub struct #name {
                transport: Transport,
                #(#fields,)*
            }
            meld_client_core::call!(#name, #function -> #ty);
            impl #name {
                pub(super) fn new(transport: Transport) -> Self {
                    Self { transport, #(#unset,)* #body_ident }
                }
                #(#setters)*
                #request
                #send
            }
        })
    }

    fn parameter(&self, parameter: &ParameterModel) -> Result<(TokenStream, TokenStream)> {
        let ident = format_ident!("{}", parameter.rust_name);
        let ty = self.parameter_type(parameter)?;
        let stored = self.tokens(&ty);
        let (argument, value) = ty.setter(&quote!(types::), self.generated);
        let description = parameter.description.as_deref();
        let doc = docs::of_sent_field(&parameter.name, description, &parameter.rule);
        let doc = docs::attributes(&doc);
        let (field, value) = if parameter.is_list {
            (quote!(#ident: #stored), value)
        } else {
            (quote!(#ident: Option<#stored>), quote!(Some(#value)))
        };
        let setter = quote! {
            #doc
            pub fn #ident(mut self, value: #argument) -> Self {
                self.#ident = #value;
                self
            }
        };
        Ok((field, setter))
    }

    fn body_parts(&self, body: &RustType) -> (TokenStream, TokenStream) {
        let ty = self.tokens(body);
        let name = ty.to_string().replace(' ', "");
        let doc = format!(" The body: a [`{name}`] or its builder.");
        let doc = if (self.generated)(name.trim_start_matches("types::")) {
            doc
        } else {
            " The body.".to_owned()
        };
        let setter = quote! {
            #[doc = #doc]
            pub fn body(mut self, value: impl TryInto<#ty, Error: Into<Error>>) -> Self {
                self.body = Some(value.try_into().map_err(Into::into));
                self
            }
        };
        (quote!(body: Option<Result<#ty, Error>>), setter)
    }

    /// `into_request`: everything but the sending.
    fn request(&self, body: Option<&RustType>) -> TokenStream {
        let index = proc_macro2::Literal::usize_unsuffixed(self.index);
        let parts = self.shape.parameters.iter().map(request_part);
        let checks = self.checks();
        let body = body.map(|_| {
            if self.shape.body == Some(true) {
                quote!(request.required_body(self.body)?;)
            } else {
                quote!(request.built_body(self.body)?;)
            }
        });
        let mutable = (!self.shape.parameters.is_empty() || body.is_some()).then(|| quote!(mut));
        quote! {
            /// The request, without sending it.
            ///
            /// # Errors
            /// When a required value is missing or a value cannot be sent; the error names it.
            pub fn into_request(self) -> Result<Request, Error> {
                let #mutable request = Request::new(&super::OPERATIONS[#index]);
                #checks
                #(#parts)*
                #body
                Ok(request)
            }
        }
    }

    /// The rules that parameters are checked by.
    fn checks(&self) -> Option<TokenStream> {
        let parameters = &self.shape.parameters;
        let mut statements = Vec::new();
        for parameter in parameters {
            // What is required is checked where it is put into the request.
            let ident = format_ident!("{}", parameter.rust_name);
            let ty = self.parameter_type(parameter).ok()?;
            let (wire, rule) = (&parameter.name, Some(&parameter.rule));
            let checked = validation::Checked { ident: &ident, wire, ty: &ty, rule };
            statements.push(validation::statements(&checked, &|_| false));
        }
        for (one, other) in &self.shape.exclusive {
            let named = |name: &str| {
                let parameter = parameters.iter().find(|parameter| parameter.name == name)?;
                let ty = self.parameter_type(parameter).ok()?;
                Some((format_ident!("{}", parameter.rust_name), ty))
            };
            if let (Some((first, ty)), Some((second, second_ty))) = (named(one), named(other)) {
                statements
                    .push(validation::exclusive((one, &first, &ty), (other, &second, &second_ty)));
            }
        }
        let is_empty = statements.iter().all(TokenStream::is_empty);
        (!is_empty).then(|| quote!(request.validate(|validator| { #(#statements)* })?;))
    }

    /// The type of the response, and the function that sends a request for one.
    fn response(&self) -> (TokenStream, TokenStream) {
        match &self.item.response {
            Some(response) => (self.tokens(response), quote!(send)),
            None => (quote!(()), quote!(send_ignoring_body)),
        }
    }

    fn send(&self, ty: &TokenStream, function: &TokenStream) -> TokenStream {
        let doc = format!(" Sends {}.", docs::call(self.shape));
        quote! {
            #[doc = #doc]
            ///
            /// # Errors
            /// When the request cannot be made or sent, the service responds with an error, or its response cannot
            /// be read.
            pub async fn send(self) -> Result<ResponseValue<#ty>, Error> {
                let transport = self.transport.clone();
                transport.#function(self.into_request()?).await
            }
        }
    }

    /// The operation's row in `OPERATIONS`.
    fn row(&self, module: &str, version: ApiVersion) -> TokenStream {
        let shape = self.shape;
        let version = version.to_string();
        let (id, path, name) = (&shape.operation_id, &shape.path, &shape.rust_name);
        let method = format_ident!("{}", shape.method.to_upper_camel_case());
        let parameters = shape.parameters.iter().map(parameter_row);
        let has_body = shape.body.is_some();
        let (success, with_body) = (&shape.success, &shape.success_body_statuses);
        let success = success.iter().map(|s| proc_macro2::Literal::u16_unsuffixed(*s));
        let with_body = with_body.iter().map(|s| proc_macro2::Literal::u16_unsuffixed(*s));
        let takes_idempotency_key = shape.takes_idempotency_key();
        let is_paged = shape.is_paged;
        quote! {
            Operation {
                version: #version,
                family: #module,
                operation_id: #id,
                method: Method::#method,
                path: #path,
                rust_name: #name,
                parameters: &[#(#parameters),*],
                has_body: #has_body,
                success: &[#(#success),*],
                success_body_statuses: &[#(#with_body),*],
                takes_idempotency_key: #takes_idempotency_key,
                is_paged: #is_paged,
            }
        }
    }
}

/// The statement that puts a parameter into the request.
fn request_part(parameter: &ParameterModel) -> TokenStream {
    let ident = format_ident!("{}", parameter.rust_name);
    let name = &parameter.name;
    let is_required = parameter.rule.required;
    match (parameter.place, parameter.is_list, is_required) {
        (ParameterLocation::Path, _, _) => quote!(request.path(#name, self.#ident.as_ref())?;),
        (ParameterLocation::Query, true, true) => {
            quote!(request.required_list(#name, &self.#ident)?;)
        }
        (ParameterLocation::Query, true, false) => {
            quote!(request.list(#name, &self.#ident)?;)
        }
        (ParameterLocation::Query, false, true) => {
            quote!(request.required_query(#name, self.#ident.as_ref())?;)
        }
        (ParameterLocation::Query, false, false) => {
            quote!(request.query(#name, self.#ident.as_ref());)
        }
        (ParameterLocation::Header, _, true) => {
            quote!(request.required_header(#name, self.#ident.as_ref())?;)
        }
        (ParameterLocation::Header, _, false) => {
            quote!(request.header(#name, self.#ident.as_ref())?;)
        }
    }
}

fn parameter_row(parameter: &ParameterModel) -> TokenStream {
    let (name, rust_name) = (&parameter.name, &parameter.rust_name);
    let place = match parameter.place {
        ParameterLocation::Path => quote!(path),
        ParameterLocation::Query => quote!(query),
        ParameterLocation::Header => quote!(header),
    };
    let is_path = parameter.place == ParameterLocation::Path;
    let required = (parameter.rule.required && !is_path).then(|| quote!(.required()));
    let list = parameter.is_list.then(|| quote!(.list()));
    quote!(Parameter::#place(#name, #rust_name) #required #list)
}
