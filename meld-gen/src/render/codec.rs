//! `codec.rs`: how types are encoded and decoded, as tables of JSON names and values.

use std::collections::BTreeSet;
use std::fmt::Write;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::module::{Field, Module, is_string};
use super::pages;
use super::source::Source;
use crate::model::TypeModel;
use crate::model::Union;
use crate::model::aliases::alias;
use crate::model::sensitive::is_sensitive;
use crate::progenitor::output::{StructItem, TypeItem};

/// Renders the file.
pub fn source(module: &Module<'_>) -> Source {
    let mut source = Source::new("JSON names and values of the types.");
    let pages = pages::pages(module);
    let mut macros: BTreeSet<&str> = module.types.iter().map(|it| macro_name(module, it)).collect();
    macros.extend((!pages.is_empty()).then_some("page"));
    let macros: Vec<&str> = macros.into_iter().collect();
    if !macros.is_empty() {
        source.head(&format!("use meld_client_core::{{{}}};\n", macros.join(", ")));
    }
    source.head("use super::types::*;");
    source.add_all(&module.types, |item, source| codec(module, item, source));
    source.add_all(&module.shared, |item, source| conversions(module, item.name(), source));
    pages.iter().for_each(|page| source.push(page));
    source
}

/// The macro that a type's table is for.
fn macro_name(module: &Module<'_>, item: &TypeItem) -> &'static str {
    match item {
        _ if module.model(item.name()).union.is_some() => "selected_union",
        TypeItem::Struct(_) => "object",
        TypeItem::Enum(_) => "string_enum",
        TypeItem::Newtype(..) => "transparent",
    }
}

fn codec(module: &Module<'_>, item: &TypeItem, source: &mut Source) {
    let name = item.name();
    let model = module.model(name);
    match (item, &model.union) {
        (_, Some(union)) => {
            source.push(&selected_union(module, name, model, union));
            if module.is_response(name) {
                let unknown = quote!(Self::Unknown(Default::default()));
                source.add(default(name, "Returns an unknown variant.", &unknown));
            }
        }
        (TypeItem::Struct(item), None) => source.push(&object(module, item, model)),
        (TypeItem::Enum(_), None) => {
            source.push(&string_enum(name, model));
            if module.is_response(name) {
                let empty = quote!(Self::from(""));
                source.add(default(name, "Returns the empty string.", &empty));
            }
            for wider in &model.supersets {
                source.add(conversion(name, wider));
            }
        }
        (TypeItem::Newtype(..), None) => {
            source.push(&format!("transparent!({} {name});\n", usage(model)));
        }
    }
}

/// The conversions of a shared enum to enums that only this module has.
fn conversions(module: &Module<'_>, name: &str, source: &mut Source) {
    let supersets = module.model(name).supersets.iter();
    let is_declared = |wider: &&String| module.types.iter().any(|item| item.name() == *wider);
    for wider in supersets.filter(is_declared) {
        source.add(conversion(name, wider));
    }
}

/// `impl Default` of a response, which an empty response decodes to.
fn default(name: &str, doc: &str, value: &TokenStream) -> TokenStream {
    let (name, doc) = (format_ident!("{name}"), format!(" {doc}"));
    quote! {
        impl Default for #name {
            #[doc = #doc]
            fn default() -> Self {
                #value
            }
        }
    }
}

/// The conversion to an enum that has all values of this one.
fn conversion(name: &str, wider: &str) -> TokenStream {
    let (name, wider) = (format_ident!("{name}"), format_ident!("{wider}"));
    quote! {
        impl From<#name> for #wider {
            fn from(value: #name) -> Self {
                Self::from(value.as_str())
            }
        }
    }
}

fn object(module: &Module<'_>, item: &StructItem, model: &TypeModel) -> String {
    let fields = module.fields(item, model);
    let string = string_field(&fields);
    let rows = fields.iter().map(|field| {
        let mark = mark(field, &item.name, string == Some(&field.ident), model.usage.read);
        format!("{}: {}{mark}", field.ident, literal(field.wire))
    });
    table("object", &format!("{} {}", usage(model), item.name), rows)
}

/// The way in which a type is decoded: types of responses leniently, types of requests alone exactly.
fn usage(model: &TypeModel) -> &'static str {
    if model.usage.read { "read" } else { "sent" }
}

/// The only string of a small struct: a bare string in place of the whole stands for it.
fn string_field<'a>(fields: &'a [Field<'_>]) -> Option<&'a Ident> {
    let mut strings = fields.iter().filter(|field| is_string(&field.ty));
    let only = strings.next().filter(|_| strings.next().is_none())?;
    (fields.len() <= 2).then_some(&only.ident)
}

/// The rule of a field beside its name.
fn mark(field: &Field<'_>, schema: &str, is_string: bool, is_read: bool) -> String {
    if let Some(tag) = &field.selected_by {
        format!(" selected_by {}", literal(tag))
    } else if let Some(alias) = alias(schema, field.wire).filter(|_| is_read) {
        format!(" also {}", literal(alias))
    } else if is_sensitive(schema, field.wire) {
        " secret".to_owned()
    } else if field.is_amount {
        " as_text".to_owned()
    } else if is_string {
        " text".to_owned()
    } else {
        String::new()
    }
}

fn string_enum(name: &str, model: &TypeModel) -> String {
    let variants = model.variants.iter().zip(&model.values);
    table("string_enum", name, variants.map(|(name, value)| format!("{name}: {}", literal(value))))
}

fn selected_union(module: &Module<'_>, name: &str, model: &TypeModel, union: &Union) -> String {
    let mut head = format!("{} {name} by {}", usage(model), literal(&union.tag));
    if let Some(content) = &union.content {
        // A `String` takes everything.
        let _ = write!(head, ", {}", literal(content));
    }
    let names = union.variant_names();
    let rows = union.variants.iter().zip(&names).map(|(member, name)| {
        let own = own_selector(module, union, &member.schema);
        let own = own.map(|field| format!(" in {field}")).unwrap_or_default();
        format!("{name}({}): {}{own}", member.schema, literal(&member.value))
    });
    table("selected_union", &head, rows)
}

/// The field of a variant that is the selector: a type that is also used on its own has it.
fn own_selector(module: &Module<'_>, union: &Union, variant: &str) -> Option<Ident> {
    let structs = [module.structs(&module.types), module.structs(&module.shared)].into_iter().flatten();
    let (item, model) = structs.into_iter().find(|(item, _)| item.name == variant && union.content.is_none())?;
    module.fields(item, model).into_iter().find(|field| field.wire == union.tag).map(|field| field.ident)
}

/// A call of a macro with one row to a line.
pub fn table(name: &str, head: &str, rows: impl Iterator<Item = String>) -> String {
    let rows: String = rows.map(|row| format!("        {row},\n")).collect();
    let body = if rows.is_empty() { "{}".to_owned() } else { format!("{{\n{rows}    }}") };
    format!("{name}! {{\n    {head} {body}\n}}\n")
}

/// A string as a Rust literal.
pub fn literal(text: &str) -> Literal {
    Literal::string(text)
}
