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
    for item in items {
        match item {
            Item::Struct(item) => structure(item, builders.contains(&item.ident.to_string()), text),
            Item::Macro(item) => enumeration(&item.mac, text)?,
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

fn structure(item: &ItemStruct, has_builder: bool, text: &mut String) {
    let builder = if has_builder { " (builder)" } else { "" };
    line(text, 0, &format!("struct {}{builder}", item.ident));
    match &item.fields {
        Fields::Named(fields) => {
            for field in &fields.named {
                let name = field.ident.to_token_stream().to_string();
                line(text, 1, &format!("{name}: {}", short(&field.ty)));
            }
        }
        fields => line(text, 1, &short(fields)),
    }
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
                    pub struct Quote {{ pub amount: Option<{ty}> }}
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
            "string_enum Side\n    Buy = \"BUY\"\nstruct Quote\n    amount: Option<Decimal>\n\
             operation Get\n    id(impl Into<String>)\n    send() -> Result<ResponseValue<types::Quote>, Error>\n"
        );
        assert_ne!(text, outline(&module("f64")).unwrap());
    }
}
