//! The responses that are pages of a list, for the code that reads whole lists.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::model::ModuleModel;
use crate::naming::fields::field_name;
use crate::progenitor::output::{Model, StructItem, TypeItem};
use crate::progenitor::rust_type::RustType;

/// One line for each response of a paged operation that has the form of a page: one list of objects with a `key`, and
/// `remaining`.
pub fn pages(model: &Model, shaped: &ModuleModel) -> TokenStream {
    let paged = shaped.operations.iter().filter(|operation| operation.is_paged);
    let responses: BTreeSet<String> = paged
        .filter_map(|operation| model.operations.get(&operation.hidden_name)?.response.as_ref())
        .filter_map(|response| response.innermost_name().map(str::to_owned))
        .collect();
    let structures: Structures<'_> = model
        .types
        .iter()
        .filter_map(|item| match item {
            TypeItem::Struct(item) => Some((item.name.as_str(), item)),
            _ => None,
        })
        .collect();
    responses.iter().filter_map(|response| page(&structures, response)).collect()
}

/// The structs by name.
type Structures<'m> = BTreeMap<&'m str, &'m StructItem>;

fn page(structures: &Structures<'_>, response: &str) -> Option<TokenStream> {
    let page = structures.get(response)?;
    let counts = |ty: &RustType| *ty.required() == RustType::Plain("i32".to_owned());
    page.fields.iter().find(|f| f.wire == "remaining" && counts(&f.ty))?;
    let mut lists = page.fields.iter().filter_map(|field| match &field.ty {
        RustType::List(item) => {
            let item = item.innermost_name()?.to_owned();
            has_key(structures.get(item.as_str())?).then_some((&field.wire, item))
        }
        _ => None,
    });
    let (items, item) = lists.next().filter(|_| lists.next().is_none())?;
    let (page, items) = (format_ident!("{response}"), format_ident!("{}", field_name(items)));
    let item = format_ident!("{item}");
    Some(quote!(meld_client_core::page!(#page { #items: #item });))
}

fn has_key(item: &StructItem) -> bool {
    let text = RustType::Named("String".to_owned());
    item.fields.iter().any(|f| f.wire == "key" && *f.ty.required() == text)
}
