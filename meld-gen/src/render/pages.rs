//! The responses that are pages of a list.

use std::collections::{BTreeMap, BTreeSet};

use super::module::Module;
use crate::naming::fields::field_names;
use crate::progenitor::output::StructItem;
use crate::progenitor::rust_type::RustType;

/// Returns one macro call for each declared response of a paged operation that has the form of a page: one list of
/// objects with a `key`, and `remaining`.
pub fn pages(module: &Module<'_>) -> Vec<String> {
    let declared: BTreeSet<&str> = module.types.iter().map(|item| item.name()).collect();
    let pages = module.roles().pages.iter().filter(|name| declared.contains(name.as_str()));
    let items = [module.types.as_slice(), module.shared.as_slice()].concat();
    let structs = module.structs(&items).into_iter();
    let structs = structs.map(|(item, _)| (item.name.as_str(), item)).collect();
    pages.filter_map(|response| page(&structs, response)).collect()
}

fn page(structs: &BTreeMap<&str, &StructItem>, response: &str) -> Option<String> {
    let page = structs.get(response)?;
    let counts = |ty: &RustType| *ty.required() == RustType::Plain("i32".to_owned());
    page.fields.iter().find(|f| f.wire == "remaining" && counts(&f.ty))?;
    let names = field_names(page.fields.iter().map(|field| field.wire.as_str()));
    let mut lists = page.fields.iter().zip(&names).filter_map(|(field, name)| match &field.ty {
        RustType::List(item) => {
            let item = item.innermost_name()?;
            has_key(structs.get(item)?).then_some((name, item))
        }
        _ => None,
    });
    let (items, item) = lists.next().filter(|_| lists.next().is_none())?;
    Some(format!("page!({response} {{ {items}: {item} }});\n"))
}

fn has_key(item: &StructItem) -> bool {
    let string = RustType::Named("String".to_owned());
    item.fields.iter().any(|f| f.wire == "key" && *f.ty.required() == string)
}
