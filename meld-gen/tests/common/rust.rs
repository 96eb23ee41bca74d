//! Finds errors in the names of a generated module without compiling it.

use std::collections::BTreeSet;

use syn::visit::Visit;
use syn::{Fields, Item, ItemEnum, ItemImpl, ItemMod, ItemStruct, Type};

/// Types that every generated module imports.
const KNOWN: &str = "Validator Nested Nullable Validate Bound bool i32 i64 u8 u32 u64 str BTreeMap Box DateTime Decimal \
    Error ErrorResponse Into IntoIterator Item Map NaiveDate Operation Option Request RequestOptions ResponseValue \
    Result Self String Transport TryFrom TryInto Utc Uuid Value Vec";

fn is_known(name: &str) -> bool {
    KNOWN.split_whitespace().any(|known| known == name)
}

/// Returns the errors of a generated module.
pub fn faults(text: &str) -> Vec<String> {
    let module = match syn::parse_file(text) {
        Ok(module) => module,
        Err(error) => return vec![format!("it is no Rust: {error}")],
    };
    let mut checker = Checker::default();
    let types = module.items.iter().find_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => Some(module),
        _ => None,
    });
    checker.types.extend(types.into_iter().flat_map(items).filter_map(declared));
    checker.module("the module", &module.items);
    checker.faults
}

#[derive(Default)]
struct Checker {
    /// The types of `mod types`.
    types: BTreeSet<String>,
    faults: Vec<String>,
}

impl Checker {
    fn module(&mut self, name: &str, items: &[Item]) {
        self.unique(name, items.iter().filter_map(declared));
        for item in items {
            match item {
                Item::Mod(module) => {
                    let name = module.ident.to_string();
                    self.module(&name, &self::items(module).cloned().collect::<Vec<_>>());
                }
                Item::Struct(item) => self.structure(name, item),
                Item::Impl(item) => self.implementation(item),
                Item::Enum(item) => self.enumeration(item),
                _ => {}
            }
        }
    }

    fn unique(&mut self, place: &str, names: impl Iterator<Item = String>) {
        let mut seen = BTreeSet::new();
        for name in names {
            if !seen.insert(name.clone()) {
                self.faults.push(format!("{place}: {name} is there twice"));
            }
        }
    }

    fn structure(&mut self, module: &str, item: &ItemStruct) {
        let name = item.ident.to_string();
        if is_known(&name) {
            self.faults.push(format!("{module}: {name} hides what generated code uses"));
        }
        let fields = item.fields.iter().filter_map(|field| Some(field.ident.as_ref()?.to_string()));
        self.unique(&name, fields);
        let names = item.fields.iter().filter_map(|field| wire_name(&field.attrs));
        self.unique(&name, names);
        self.references(&name, |visitor| visitor.visit_item_struct(item));
    }

    fn enumeration(&mut self, item: &ItemEnum) {
        let name = item.ident.to_string();
        if is_known(&name) {
            self.faults.push(format!("{name} hides what generated code uses"));
        }
        let variants = item.variants.iter().map(|variant| variant.ident.to_string());
        self.unique(&name, variants);
        for variant in item.variants.iter().filter(|variant| variant.ident != "Unknown") {
            if let Fields::Unnamed(fields) = &variant.fields {
                self.references(&name, |visitor| visitor.visit_fields_unnamed(fields));
            }
        }
    }

    fn implementation(&mut self, item: &ItemImpl) {
        let methods = item.items.iter().filter_map(|item| match item {
            syn::ImplItem::Fn(function) => Some(function.sig.ident.to_string()),
            _ => None,
        });
        self.unique("an impl", methods);
        for item in &item.items {
            if let syn::ImplItem::Fn(function) = item {
                let name = function.sig.ident.to_string();
                self.references(&name, |visitor| visitor.visit_signature(&function.sig));
            }
        }
    }

    /// Returns types that are used but not declared.
    fn references(&mut self, place: &str, visit: impl FnOnce(&mut TypeNames)) {
        let mut names = TypeNames::default();
        visit(&mut names);
        for name in names.0 {
            // Paths such as `builder::Thing` are checked in that module.
            if !is_known(&name) && !self.types.contains(&name) {
                self.faults.push(format!("{place}: the type {name} is not declared"));
            }
        }
    }
}

#[derive(Default)]
struct TypeNames(Vec<String>);

impl<'a> Visit<'a> for TypeNames {
    fn visit_type(&mut self, ty: &'a Type) {
        if let Type::Path(path) = ty
            && let Some(last) = path.path.segments.last()
            && path.path.segments[0].ident != "builder"
        {
            self.0.push(last.ident.to_string());
        }
        syn::visit::visit_type(self, ty);
    }
}

fn wire_name(attributes: &[syn::Attribute]) -> Option<String> {
    let mut name = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                name = Some(meta.value()?.parse::<syn::LitStr>()?.value());
            } else if meta.input.peek(syn::Token![=]) {
                meta.value()?.parse::<syn::Lit>()?;
            }
            Ok(())
        });
    }
    name
}

fn items(module: &ItemMod) -> impl Iterator<Item = &Item> {
    module.content.iter().flat_map(|(_, items)| items)
}

/// Returns the name of a type, module or static that an item declares.
fn declared(item: &Item) -> Option<String> {
    match item {
        Item::Struct(item) => Some(item.ident.to_string()),
        Item::Enum(item) => Some(item.ident.to_string()),
        Item::Mod(item) => Some(item.ident.to_string()),
        Item::Static(item) => Some(item.ident.to_string()),
        _ => None,
    }
}
