//! Lists every answer of every version: reads the generated modules and writes a table of their operations, objects
//! and unions, so that the tests follow the sources by themselves.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use quote::{ToTokens, format_ident, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Ident, ImplItem, Item, LitStr, Token, parse_quote};

type Result<T> = std::result::Result<T, Box<dyn Error>>;
type Tokens = proc_macro2::TokenStream;

fn main() -> Result<()> {
    let root = Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join("../meld-client");
    println!("cargo::rerun-if-changed={}", root.join("Cargo.toml").display());
    let mut modules = Vec::new();
    for version in sorted(&root)? {
        let name = file_stem(&version);
        if !name.starts_with('v') || !version.join("src").is_dir() {
            continue;
        }
        println!("cargo::rerun-if-changed={}", version.display());
        for source in sorted(&version.join("src"))? {
            if file_stem(&source) != "lib" {
                modules.push(module(&name, &source)?);
            }
        }
    }
    let table = quote! {
        /// All modules, by version and family.
        pub static MODULES: &[Module] = &[#(#modules),*];
    };
    fs::write(Path::new(&std::env::var("OUT_DIR")?).join("answers.rs"), table.to_string())?;
    Ok(())
}

fn sorted(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?;
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    paths.sort();
    Ok(paths)
}

fn file_stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// One entry of the table: a module of a version.
fn module(version: &str, source: &Path) -> Result<Tokens> {
    let family = file_stem(source);
    let file = syn::parse_file(&fs::read_to_string(source)?)?;
    let path = [format_ident!("{}", version.replace('-', "_")), format_ident!("{family}")];
    let (mut answers, mut types) = (Vec::new(), Vec::new());
    for item in &file.items {
        let Item::Mod(item) = item else { continue };
        let items: Vec<&Item> = item.content.iter().flat_map(|(_, items)| items).collect();
        if item.ident == "builder" {
            answers = items.iter().filter_map(|item| answer(item)).collect();
        } else if item.ident == "types" {
            types = declared(&items)?;
        }
    }
    let [version_module, family_module] = &path;
    Ok(quote! {{
        #[allow(unused_imports)]
        use meld_client::#version_module::#family_module::{OPERATIONS, types};
        #[allow(unused_imports)]
        use meld_client_core::prelude::*;
        Module {
            version: #version,
            family: #family,
            operations: OPERATIONS,
            answers: &[#(#answers),*],
            types: &[#(#types),*],
        }
    }})
}

/// The answer of an operation, by the `send` of its builder.
fn answer(item: &Item) -> Option<Tokens> {
    let Item::Impl(item) = item else { return None };
    let function = |name: &str| {
        item.items.iter().find_map(|member| match member {
            ImplItem::Fn(function) if function.sig.ident == name => Some(function),
            _ => None,
        })
    };
    let syn::ReturnType::Type(_, output) = &function("send")?.sig.output else { return None };
    let success = argument(&argument(output)?)?;
    let index = operation_index(function("into_request")?)?;
    let builder = item.self_ty.to_token_stream().to_string();
    let name = compact(&success);
    let read = if matches!(&success, syn::Type::Tuple(tuple) if tuple.elems.is_empty()) {
        quote! { None }
    } else {
        quote! { Some(read::<#success>) }
    };
    Some(quote! {
        Answer { builder: #builder, operation: &OPERATIONS[#index], success: #name, read: #read }
    })
}

/// The first argument of a generic type.
fn argument(path: &syn::Type) -> Option<syn::Type> {
    let syn::Type::Path(path) = path else { return None };
    let syn::PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments
    else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        syn::GenericArgument::Type(argument) => Some(argument.clone()),
        _ => None,
    })
}

/// A type without spaces.
fn compact(rust_type: &syn::Type) -> String {
    rust_type.to_token_stream().to_string().replace(' ', "").replace(",>", ">")
}

/// The index in `OPERATIONS` that a function uses.
fn operation_index(function: &syn::ImplItemFn) -> Option<usize> {
    let text = function.block.to_token_stream().to_string();
    let (_, rest) = text.split_once("OPERATIONS")?;
    let digits = rest.trim_start_matches([' ', '[']);
    digits.split(|character: char| !character.is_ascii_digit()).next()?.parse().ok()
}

/// What the module `types` declares: objects, unions and enums.
fn declared(items: &[&Item]) -> Result<Vec<Tokens>> {
    let mut declared = Vec::new();
    for item in items {
        let Item::Macro(item) = item else { continue };
        let name = item.mac.path.segments.last().map(|segment| segment.ident.to_string());
        let tokens = item.mac.tokens.clone();
        match name.as_deref() {
            Some("object") => declared.push(object(&syn::parse2(tokens)?, items)),
            Some("selected_union") => declared.push(union(&syn::parse2(tokens)?)?),
            Some("string_enum") => {
                let item: syn::ItemEnum = syn::parse2(tokens)?;
                let name = item.ident.to_string();
                declared.push(quote! { (#name, Type::Enum) });
            }
            // Says of an answer that it is a page: nothing new.
            Some("page") => {}
            other => return Err(format!("the tests do not know the macro {other:?}").into()),
        }
    }
    Ok(declared)
}

/// `read Quote { amount: "amount" secret, … }`.
struct Object {
    name: Ident,
    fields: Vec<ObjectField>,
}

struct ObjectField {
    name: Ident,
    json: String,
    mark: Option<String>,
    selector: Option<String>,
}

impl Parse for Object {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        input.parse::<Ident>()?;
        let name = input.parse()?;
        let content;
        syn::braced!(content in input);
        let fields = content.parse_terminated(ObjectField::parse, Token![,])?;
        Ok(Self { name, fields: fields.into_iter().collect() })
    }
}

impl Parse for ObjectField {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.parse()?;
        input.parse::<Token![:]>()?;
        let json = input.parse::<LitStr>()?.value();
        let mark = input.parse::<Option<Ident>>()?.map(|mark| mark.to_string());
        let text = input.parse::<Option<LitStr>>()?;
        // Behind another mark it is another name of the field.
        let text = text.filter(|_| mark.as_deref() == Some("selected_by"));
        let selector = text.map(|selector| selector.value());
        Ok(Self { name, json, mark, selector })
    }
}

fn object(object: &Object, items: &[&Item]) -> Tokens {
    let name = object.name.to_string();
    let fields = object.fields.iter().map(|field| {
        let rust_type = field_type(&object.name, &field.name, items);
        let (json, is_text) = (&field.json, field.mark.as_deref() == Some("text"));
        let selector = match &field.selector {
            Some(selector) => quote! { Some(#selector) },
            None => quote! { None },
        };
        quote! {
            TypeField {
                name: #json, rust_type: #rust_type, is_text: #is_text, selector: #selector
            }
        }
    });
    quote! { (#name, Type::Object(&[#(#fields),*])) }
}

fn field_type(object: &Ident, field: &Ident, items: &[&Item]) -> String {
    let structure = items.iter().find_map(|item| match item {
        Item::Struct(structure) if structure.ident == *object => Some(structure),
        _ => None,
    });
    let fields = structure.iter().flat_map(|structure| &structure.fields);
    let found = fields.into_iter().find(|candidate| candidate.ident.as_ref() == Some(field));
    found.map(|field| compact(&field.ty)).unwrap_or_default()
}

fn union(item: &syn::ItemEnum) -> Result<Tokens> {
    let name = item.ident.to_string();
    let mut variants = Vec::new();
    for variant in &item.variants {
        let rust_type = variant.fields.iter().next().map(|field| field.ty.to_token_stream());
        let rust_type = rust_type.unwrap_or_default().to_string();
        let default: syn::Expr = parse_quote!("");
        let value = variant.discriminant.as_ref().map_or(&default, |(_, value)| value);
        variants.push(quote! { (#value, #rust_type) });
    }
    Ok(quote! { (#name, Type::Union(&[#(#variants),*])) })
}
