//! What a builder can be told: its setters, what they take, and the rules that values have to keep to.

use std::collections::BTreeMap;

use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Expr, FnArg, GenericArgument, Ident, ImplItemFn, ItemImpl, PathArguments};

use crate::sources::{Result, functions};

/// A builder of a request, or of a value that is sent.
#[derive(Default)]
pub struct Builder {
    /// In the order of the source.
    pub setters: Vec<Setter>,
    /// The functions that send a null.
    pub clearers: Vec<Ident>,
}

/// One function of a builder.
pub struct Setter {
    /// The function.
    pub function: Ident,
    /// What it takes.
    pub taken: Taken,
}

/// What a setter takes.
pub enum Taken {
    /// A value, by the last name of its type: `String`, `Decimal`, `Address`.
    One(Ident),
    /// Several.
    Many(Ident),
    /// A value that is there or still has to be built.
    Body(Ident),
}

impl Builder {
    /// The builder that is implemented here.
    pub fn read(item: &ItemImpl) -> Result<Self> {
        let mut builder = Self::default();
        for function in functions(item).filter(|function| is_setter(function)) {
            let name = &function.sig.ident;
            match function.sig.inputs.iter().nth(1) {
                Some(FnArg::Typed(argument)) => {
                    let taken = taken(&argument.ty).ok_or_else(|| {
                        format!(
                            "the tests do not know what {name} takes: {}",
                            argument.to_token_stream()
                        )
                    })?;
                    builder.setters.push(Setter { function: name.clone(), taken });
                }
                _ => builder.clearers.push(name.clone()),
            }
        }
        Ok(builder)
    }
}

/// Whether it takes the builder and gives it back.
fn is_setter(function: &ImplItemFn) -> bool {
    let output = &function.sig.output;
    let gives_itself =
        matches!(output, syn::ReturnType::Type(_, output) if ends_in(output, "Self"));
    gives_itself && matches!(function.sig.inputs.first(), Some(FnArg::Receiver(_)))
}

fn ends_in(rust_type: &syn::Type, name: &str) -> bool {
    last_name(rust_type).is_some_and(|last| last == name)
}

fn last_name(rust_type: &syn::Type) -> Option<Ident> {
    match rust_type {
        syn::Type::Path(path) => Some(path.path.segments.last()?.ident.clone()),
        _ => None,
    }
}

fn taken(argument: &syn::Type) -> Option<Taken> {
    let Some((name, inner)) = bound(argument) else { return last_name(argument).map(Taken::One) };
    match name.as_str() {
        "Into" => last_name(&inner).map(Taken::One),
        "TryInto" => last_name(&inner).map(Taken::Body),
        "IntoIterator" => last_name(&bound(&inner)?.1).map(Taken::Many),
        _ => None,
    }
}

/// Of `impl Into<String>` the name `Into` and the type `String`; of `impl IntoIterator<Item = …>` that of the items.
fn bound(rust_type: &syn::Type) -> Option<(String, syn::Type)> {
    let syn::Type::ImplTrait(bounds) = rust_type else { return None };
    let Some(syn::TypeParamBound::Trait(bound)) = bounds.bounds.first() else { return None };
    let segment = bound.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    let inner = arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(inner) => Some(inner.clone()),
        GenericArgument::AssocType(item) if item.ident == "Item" => Some(item.ty.clone()),
        _ => None,
    })?;
    Some((segment.ident.to_string(), inner))
}

/// What values have to keep to, by their names in the request.
#[derive(Default)]
pub struct Rules {
    /// Only one of two may be set.
    pub exclusive: Vec<[String; 2]>,
    /// No item may be in both lists.
    pub disjoint: Vec<[String; 2]>,
    /// Values that a list must not have.
    pub refused: BTreeMap<String, Vec<String>>,
}

impl Rules {
    /// Those that a function checks.
    pub fn read(function: Option<&ImplItemFn>) -> Self {
        let mut rules = Self::default();
        for call in function.map(method_calls).unwrap_or_default() {
            match (call.method.as_str(), call.texts.as_slice()) {
                ("exclusive", [one, other]) => {
                    rules.exclusive.push([one.clone(), other.clone()]);
                }
                ("disjoint", [one, other]) => rules.disjoint.push([one.clone(), other.clone()]),
                ("refused", [field, values @ ..]) => {
                    rules.refused.insert(field.clone(), values.to_vec());
                }
                _ => {}
            }
        }
        rules
    }
}

/// A call of a method, with the texts and the fields of `self` that stand among its arguments.
pub struct MethodCall {
    /// Its name.
    pub method: String,
    /// `"countryCode"`
    pub texts: Vec<String>,
    /// `self.country_code`
    pub fields: Vec<Ident>,
}

/// All calls of methods in a function.
pub fn method_calls(function: &ImplItemFn) -> Vec<MethodCall> {
    let mut calls = Calls(Vec::new());
    calls.visit_block(&function.block);
    calls.0
}

struct Calls(Vec<MethodCall>);

impl<'ast> Visit<'ast> for Calls {
    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        let mut arguments = Arguments::default();
        for argument in &call.args {
            arguments.visit_expr(argument);
        }
        let Arguments { texts, fields } = arguments;
        self.0.push(MethodCall { method: call.method.to_string(), texts, fields });
        visit::visit_expr_method_call(self, call);
    }
}

#[derive(Default)]
struct Arguments {
    texts: Vec<String>,
    fields: Vec<Ident>,
}

impl<'ast> Visit<'ast> for Arguments {
    fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
        self.texts.push(text.value());
    }

    fn visit_expr_field(&mut self, field: &'ast syn::ExprField) {
        if let (Expr::Path(base), syn::Member::Named(name)) = (&*field.base, &field.member)
            && base.path.is_ident("self")
        {
            self.fields.push(name.clone());
        }
    }
}

/// The fields of a finished value that have to be there.
pub fn required_fields(build: &ImplItemFn) -> Vec<Ident> {
    struct Required(Vec<Ident>);
    impl<'ast> Visit<'ast> for Required {
        fn visit_field_value(&mut self, field: &'ast syn::FieldValue) {
            if let (Expr::Try(value), syn::Member::Named(name)) = (&field.expr, &field.member)
                && let Expr::Call(call) = &*value.expr
                && call.func.to_token_stream().to_string() == "required"
            {
                self.0.push(name.clone());
            }
        }
    }
    let mut required = Required(Vec::new());
    required.visit_block(&build.block);
    required.0
}
