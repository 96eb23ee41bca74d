//! `validate.rs`: the rules that requests are validated by before they are sent.

use proc_macro2::{Ident, Literal, TokenStream, TokenTree};
use quote::{format_ident, quote};

use super::module::{Field, Module};
use super::source::Source;
use crate::model::Union;
use crate::model::guide_rules::GuideRule;
use crate::model::{FieldRule, TypeModel};
use crate::progenitor::output::{StructItem, TypeItem};
use crate::progenitor::rust_type::RustType;

/// Renders the file.
pub fn source(module: &Module<'_>) -> Source {
    let mut source = Source::new("Validation of requests.");
    let items: Vec<TokenStream> = module.types.iter().filter_map(|item| validation(module, item)).collect();
    let text = |word: &str| items.iter().any(|item| mentions(item, word));
    let mut uses = vec!["Validate"];
    uses.extend(["Bound", "Validator"].into_iter().filter(|word| text(word)));
    uses.sort_unstable();
    source.head(&match uses.as_slice() {
        [only] => format!("use meld_client_core::prelude::{only};"),
        uses => format!("use meld_client_core::prelude::{{{}}};", uses.join(", ")),
    });
    source.head("\nuse super::types::*;");
    for item in items {
        source.add(item);
    }
    source
}

/// Returns `true` if a name stands in the tokens.
fn mentions(tokens: &TokenStream, name: &str) -> bool {
    tokens.clone().into_iter().any(|tree| match tree {
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Group(group) => mentions(&group.stream(), name),
        _ => false,
    })
}

/// `impl Validate` of a type; `None` for one that no request has.
fn validation(module: &Module<'_>, item: &TypeItem) -> Option<TokenStream> {
    let name = item.name();
    let model = module.model(name);
    match (item, &model.union) {
        // Bodies are validated whatever they are; inside of others, enums are not.
        (TypeItem::Enum(_), None) => module.is_body(name).then(|| nothing(name)),
        _ if !model.usage.sent => None,
        (_, Some(union)) => Some(selected_union(name, union)),
        (TypeItem::Struct(item), None) => Some(structure(module, item, model)),
        (TypeItem::Newtype(..), None) => Some(implementation(name, &quote!(self.0.validate(validator);))),
    }
}

/// A field or parameter that is validated.
pub struct Checked<'a> {
    /// Rust name.
    pub ident: &'a Ident,
    /// Name on the wire.
    pub wire: &'a str,
    /// Type.
    pub ty: &'a RustType,
    /// The constraints on the value.
    pub rule: Option<&'a FieldRule>,
}

/// The statements that check one field of `self`.
pub fn statements(field: &Checked<'_>, is_sent_type: &dyn Fn(&str) -> bool) -> TokenStream {
    let Checked { ident, wire, ty, .. } = field;
    let nothing = FieldRule::default();
    let rule = field.rule.unwrap_or(&nothing);
    let mut statements = Vec::new();
    if ty.innermost_name().is_some_and(is_sent_type) {
        statements.push(quote!(validator.nested(#wire, &self.#ident);));
    }
    match ty.required() {
        RustType::Named(name) if name == "String" => statements.extend(length(ident, wire, rule)),
        RustType::Plain(name) if name != "bool" => statements.extend(range(ident, wire, rule)),
        RustType::Decimal => statements.extend(range(ident, wire, rule)),
        RustType::List(_) => statements.extend(items(ident, wire, rule)),
        _ => {}
    }
    quote!(#(#statements)*)
}

fn length(ident: &Ident, wire: &str, rule: &FieldRule) -> Option<TokenStream> {
    if rule.min_length.is_none_or(|least| least == 0) && rule.max_length.is_none() {
        return None;
    }
    let (least, most) = (count(rule.min_length.unwrap_or(0)), option(rule.max_length));
    Some(quote!(validator.length(#wire, &self.#ident, #least, #most);))
}

fn range(ident: &Ident, wire: &str, rule: &FieldRule) -> Option<TokenStream> {
    if rule.minimum.is_none() && rule.maximum.is_none() {
        return None;
    }
    let least = bound(rule.minimum.as_deref(), rule.exclusive_minimum);
    let most = bound(rule.maximum.as_deref(), rule.exclusive_maximum);
    Some(quote!(validator.range(#wire, &self.#ident, #least, #most);))
}

fn items(ident: &Ident, wire: &str, rule: &FieldRule) -> Vec<TokenStream> {
    let mut statements = Vec::new();
    if rule.min_items.is_some_and(|least| least > 0) || rule.max_items.is_some() {
        let (least, most) = (count(rule.min_items.unwrap_or(0)), option(rule.max_items));
        statements.push(quote!(validator.items(#wire, &self.#ident, #least, #most);));
    }
    if rule.unique_items {
        statements.push(quote!(validator.unique(#wire, &self.#ident);));
    }
    statements
}

fn count(number: usize) -> Literal {
    Literal::usize_unsuffixed(number)
}

fn option(number: Option<usize>) -> TokenStream {
    match number.map(count) {
        Some(number) => quote!(Some(#number)),
        None => quote!(None),
    }
}

fn bound(end: Option<&str>, is_exclusive: bool) -> TokenStream {
    match end {
        None => quote!(Bound::Open),
        Some(end) if is_exclusive => quote!(Bound::Exclusive(#end)),
        Some(end) => quote!(Bound::Inclusive(#end)),
    }
}

/// The statement for something that Meld refuses; `ident` gives the Rust name for a name on the wire.
fn refusal(refusal: &GuideRule, ident: &dyn Fn(&str) -> Option<(Ident, RustType)>) -> Option<TokenStream> {
    match refusal {
        GuideRule::ForbiddenItems(wire, values) => {
            let (field, _) = ident(wire)?;
            Some(quote!(validator.refused(#wire, &self.#field, &[#(#values),*]);))
        }
        GuideRule::DisjointLists(wire, other_wire) => {
            let ((field, _), (other, _)) = (ident(wire)?, ident(other_wire)?);
            Some(quote!(validator.disjoint(#wire, &self.#field, #other_wire, &self.#other);))
        }
        GuideRule::MutuallyExclusive(wire, other_wire) => {
            let ((field, ty), (other, other_ty)) = (ident(wire)?, ident(other_wire)?);
            Some(exclusive((wire, &field, &ty), (other_wire, &other, &other_ty)))
        }
    }
}

/// The statement for two fields of which only one may be set.
pub fn exclusive(one: (&str, &Ident, &RustType), other: (&str, &Ident, &RustType)) -> TokenStream {
    let (one, other) = (is_set(one), is_set(other));
    quote!(validator.exclusive(#one, #other);)
}

fn is_set((wire, ident, ty): (&str, &Ident, &RustType)) -> TokenStream {
    match ty {
        RustType::List(_) => quote!((#wire, !self.#ident.is_empty())),
        _ => quote!((#wire, self.#ident.is_some())),
    }
}

/// `impl Validate` of a struct.
fn structure(module: &Module<'_>, item: &StructItem, model: &TypeModel) -> TokenStream {
    let fields = module.fields(item, model);
    let is_validated = |name: &str| {
        let model = module.model(name);
        model.usage.sent && model.values.is_empty()
    };
    let checked = fields.iter().map(|field| {
        let rule = model.rules.get(field.wire);
        let Field { ident, wire, ty, .. } = field;
        statements(&Checked { ident, wire, ty, rule }, &is_validated)
    });
    let ident = |wire: &str| {
        let field = fields.iter().find(|field| field.wire == wire)?;
        Some((field.ident.clone(), field.ty.clone()))
    };
    let refused = model.guide_rules.iter().filter_map(|rule| refusal(rule, &ident));
    let statements: Vec<TokenStream> = checked.chain(refused).collect();
    if statements.iter().all(TokenStream::is_empty) {
        return nothing(&item.name);
    }
    implementation(&item.name, &quote!(#(#statements)*))
}

/// `impl Validate` of a union: the rules of its variant.
fn selected_union(name: &str, union: &Union) -> TokenStream {
    let variants = union.variant_names().into_iter().map(|name| {
        let ident = format_ident!("{name}");
        quote!(Self::#ident(value) => value.validate(validator),)
    });
    let statement = quote! {
        match self {
            #(#variants)*
            Self::Unknown(_) => {}
        }
    };
    implementation(name, &statement)
}

fn implementation(name: &str, statements: &TokenStream) -> TokenStream {
    let name = format_ident!("{name}");
    quote! {
        impl Validate for #name {
            fn validate(&self, validator: &mut Validator) {
                #statements
            }
        }
    }
}

/// `impl Validate` without rules.
fn nothing(name: &str) -> TokenStream {
    let name = format_ident!("{name}");
    quote!(impl Validate for #name {})
}
