//! The public interface of a generated module in a form that is short enough to review: types with their fields,
//! enums with their values, methods with what they take and give.

use quote::ToTokens;
use syn::{Fields, ImplItem, Item, ItemImpl, ItemMod, ItemStruct, Visibility};

/// The outline of a generated module.
///
/// # Errors
/// When the text is no Rust.
pub fn outline(module: &str) -> syn::Result<String> {
    let file = syn::parse_file(module)?;
    let mut text = String::new();
    for item in &file.items {
        match item {
            Item::Mod(item) if item.ident == "types" => types(item, &mut text)?,
            Item::Mod(item) if item.ident == "builder" => operations(item, &mut text),
            Item::Const(item) => {
                line(&mut text, 0, &format!("const {}: {}", item.ident, short(&item.ty)))
            }
            _ => {}
        }
    }
    Ok(text)
}

fn line(text: &mut String, depth: usize, content: &str) {
    text.push_str(&"    ".repeat(depth));
    text.push_str(content);
    text.push('\n');
}

/// Tokens as people write them.
fn short(tokens: &impl ToTokens) -> String {
    let mut text = tokens.to_token_stream().to_string();
    for (spaced, tight) in [
        (" :: ", "::"),
        (":: ", "::"),
        (" < ", "<"),
        (" >", ">"),
        (" ,", ","),
        ("& ", "&"),
        ("impl ", "impl "),
        ("[ ", "["),
        (" ]", "]"),
        ("( ", "("),
        (" )", ")"),
    ] {
        text = text.replace(spaced, tight);
    }
    text
}

fn types(module: &ItemMod, text: &mut String) -> syn::Result<()> {
    let items = module.content.iter().flat_map(|(_, items)| items);
    let builders: Vec<String> = items.clone().flat_map(built).collect();
    let tables: Vec<Table> = items.clone().filter_map(table).collect();
    for item in items {
        match item {
            Item::Struct(item) => {
                let name = item.ident.to_string();
                let table = tables.iter().find(|table| table.name == name);
                structure(item, builders.contains(&name), table, text);
            }
            Item::Macro(item) if is_enumeration(&item.mac) => enumeration(&item.mac, text)?,
            Item::Impl(item) => conversion(item, text),
            Item::Use(item) if matches!(item.vis, Visibility::Public(_)) => {
                line(text, 0, &format!("use {}", short(&item.tree)));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The types that `mod builder` has a builder for.
fn built(item: &Item) -> Vec<String> {
    let Item::Mod(module) = item else { return Vec::new() };
    let items = module.content.iter().flat_map(|(_, items)| items);
    items
        .filter_map(|item| match item {
            Item::Struct(item) => Some(item.ident.to_string()),
            _ => None,
        })
        .collect()
}

/// What `object!` says of a struct: whether it is read, and of each field its name in JSON and what else is known.
struct Table {
    name: String,
    is_read: bool,
    fields: Vec<(String, String, String)>,
}

fn table(item: &Item) -> Option<Table> {
    let Item::Macro(item) = item else { return None };
    if item.mac.path.segments.last()?.ident != "object" {
        return None;
    }
    let mut tokens = item.mac.tokens.clone().into_iter();
    let is_read = tokens.next()?.to_string() == "read";
    let name = tokens.next()?.to_string();
    let proc_macro2::TokenTree::Group(group) = tokens.next()? else { return None };
    let fields = group.stream().to_string();
    let fields = fields.split(" , ").flat_map(|field| field.split(", ")).filter_map(|field| {
        let (name, rest) = field.split_once(':')?;
        let (json, mark) = rest.trim().strip_prefix('"')?.split_once('"')?;
        Some((name.trim().to_owned(), json.to_owned(), mark.trim().to_owned()))
    });
    Some(Table { name, is_read, fields: fields.collect() })
}

fn structure(item: &ItemStruct, has_builder: bool, table: Option<&Table>, text: &mut String) {
    let read = if table.is_some_and(|table| table.is_read) { " (read)" } else { "" };
    let builder = if has_builder { " (builder)" } else { "" };
    line(text, 0, &format!("struct {}{read}{builder}", item.ident));
    match &item.fields {
        Fields::Named(fields) => {
            for field in &fields.named {
                let name = field.ident.to_token_stream().to_string();
                let entry = table.and_then(|t| t.fields.iter().find(|(field, ..)| *field == name));
                let known = entry.map(|(_, json, mark)| known(&name, json, mark));
                let known = known.unwrap_or_else(|| " (not in JSON)".to_owned());
                line(text, 1, &format!("{name}: {}{known}", short(&field.ty)));
            }
        }
        fields => line(text, 1, &short(fields)),
    }
}

/// The name in JSON, where it is not the field's own in camel case, and the mark.
fn known(name: &str, json: &str, mark: &str) -> String {
    let plain: String = json
        .chars()
        .flat_map(
            |c| if c.is_ascii_uppercase() { vec!['_', c.to_ascii_lowercase()] } else { vec![c] },
        )
        .collect();
    let json = if plain == name { String::new() } else { format!(" = \"{json}\"") };
    let mark = if mark.is_empty() { String::new() } else { format!(" {mark}") };
    format!("{json}{mark}")
}

fn is_enumeration(invocation: &syn::Macro) -> bool {
    let name = invocation.path.segments.last().map(|segment| segment.ident.to_string());
    matches!(name.as_deref(), Some("string_enum" | "selected_union"))
}

/// `string_enum!` and `selected_union!` hold an enum whose variants have texts.
fn enumeration(invocation: &syn::Macro, text: &mut String) -> syn::Result<()> {
    let kind = invocation.path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
    let item: syn::ItemEnum = syn::parse2(invocation.tokens.clone())?;
    let selector = item.attrs.iter().find(|attribute| attribute.path().is_ident("selector"));
    let selector = selector.map(|s| format!(" {}", short(&s.meta))).unwrap_or_default();
    line(text, 0, &format!("{kind} {}{selector}", item.ident));
    for variant in &item.variants {
        let value =
            variant.discriminant.as_ref().map(|(_, value)| short(value)).unwrap_or_default();
        let data = short(&variant.fields);
        line(text, 1, &format!("{}{data} = {value}", variant.ident));
    }
    Ok(())
}

/// Conversions between generated types.
fn conversion(item: &ItemImpl, text: &mut String) {
    if let Some((path, _)) = &item.trait_ {
        let name = short(path);
        if name.starts_with("From") {
            line(text, 0, &format!("impl {name} for {}", short(&item.self_ty)));
        }
    }
}

/// One line per operation: what its builder takes and what `send` gives.
fn operations(module: &ItemMod, text: &mut String) {
    let items = module.content.iter().flat_map(|(_, items)| items);
    for item in items {
        let Item::Impl(item) = item else { continue };
        line(text, 0, &format!("operation {}", short(&item.self_ty)));
        for member in &item.items {
            let ImplItem::Fn(function) = member else { continue };
            if !matches!(function.vis, Visibility::Public(_)) {
                continue;
            }
            let signature = &function.sig;
            let name = &signature.ident;
            let argument = signature.inputs.iter().find_map(|input| match input {
                syn::FnArg::Typed(typed) => Some(short(&typed.ty)),
                syn::FnArg::Receiver(_) => None,
            });
            match argument {
                Some(argument) => line(text, 1, &format!("{name}({argument})")),
                None => line(text, 1, &format!("{name}() {}", returned(&signature.output))),
            }
        }
    }
}

fn returned(output: &syn::ReturnType) -> String {
    match output {
        syn::ReturnType::Type(_, ty) => format!("-> {}", short(ty)),
        syn::ReturnType::Default => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::outline;

    #[test]
    fn a_changed_type_changes_the_outline() {
        let module = |ty: &str| {
            format!(
                r#"pub mod types {{
                    meld_client_core::string_enum! {{ /// A side.
                        pub enum Side {{ Buy = "BUY" }} }}
                    pub struct Quote {{ pub amount: Option<{ty}>, pub token: String }}
                    meld_client_core::object! {{ read Quote {{ amount: "sum", token: "token" secret }} }}
                }}
                pub mod builder {{
                    impl Get {{
                        pub fn id(mut self, value: impl Into<String>) -> Self {{ self }}
                        pub async fn send(self) -> Result<ResponseValue<types::Quote>, Error> {{ x() }}
                    }}
                }}"#
            )
        };
        let text = outline(&module("Decimal")).unwrap();
        assert_eq!(
            text,
            "string_enum Side\n    Buy = \"BUY\"\nstruct Quote (read)\n    \
             amount: Option<Decimal> = \"sum\"\n    token: String secret\noperation Get\n    id(impl Into<String>)\n    send() -> Result<ResponseValue<types::Quote>, Error>\n"
        );
        assert_ne!(text, outline(&module("f64")).unwrap());
    }
}
