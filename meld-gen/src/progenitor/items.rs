//! The items of a stream of tokens, one at a time and without parsing what is in them.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// An item: its tokens, and by which word and name it is found.
pub struct Item {
    /// The kind of item.
    pub keyword: Keyword,
    /// The name that it declares; of an `impl`, the first name behind the word.
    pub name: String,
    /// All of it.
    pub tokens: TokenStream,
}

/// The kinds of items that matter here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keyword {
    AsyncFn,
    Enum,
    Impl,
    Mod,
    Struct,
    /// All others.
    Other,
}

impl Item {
    /// The content of the item's braces.
    pub fn body(self) -> TokenStream {
        let group = self.tokens.into_iter().find_map(|tree| match tree {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(group),
            _ => None,
        });
        group.map(|group| group.stream()).unwrap_or_default()
    }
}

/// The items of a stream, which end with braces or a semicolon.
pub fn items(stream: TokenStream) -> impl Iterator<Item = Item> {
    let mut trees = stream.into_iter();
    std::iter::from_fn(move || {
        let mut item: Vec<TokenTree> = Vec::new();
        for tree in trees.by_ref() {
            let is_end = match &tree {
                TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
                TokenTree::Punct(punct) => punct.as_char() == ';' && punct.spacing() == Spacing::Alone,
                _ => false,
            };
            item.push(tree);
            if is_end {
                break;
            }
        }
        (!item.is_empty()).then(|| read(item))
    })
}

fn read(trees: Vec<TokenTree>) -> Item {
    let mut words = trees.iter().filter_map(|tree| match tree {
        TokenTree::Ident(ident) => Some(ident.to_string()),
        _ => None,
    });
    let keyword = words.by_ref().find(|word| word != "pub").unwrap_or_default();
    let keyword = match keyword.as_str() {
        "async" if words.next().as_deref() == Some("fn") => Keyword::AsyncFn,
        "enum" => Keyword::Enum,
        "impl" => Keyword::Impl,
        "mod" => Keyword::Mod,
        "struct" => Keyword::Struct,
        _ => Keyword::Other,
    };
    let name = words.next().unwrap_or_default();
    drop(words);
    Item { keyword, name, tokens: trees.into_iter().collect() }
}
