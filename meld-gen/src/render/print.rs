//! Prints tokens as Rust that rustfmt can format. rustfmt decides on lines and whitespace, except that it keeps blank
//! lines and doc attributes, so these are as people write them.

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};
use syn::Lit;

/// Returns items as a string, with a blank line between them and between the functions of an `impl`.
pub fn print(items: TokenStream) -> String {
    let mut printer = Printer::default();
    printer.items(items);
    printer.text
}

#[derive(Default)]
struct Printer {
    text: String,
}

impl Printer {
    fn items(&mut self, items: TokenStream) {
        let mut trees = items.into_iter().peekable();
        let mut keyword = None;
        while let Some(tree) = trees.next() {
            let mut is_end = matches!(&tree, TokenTree::Punct(punct) if punct.as_char() == ';');
            match tree {
                TokenTree::Punct(punct) if punct.as_char() == '#' => self.attribute(trees.next()),
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                    if keyword == Some(Keyword::Impl) {
                        self.functions(&group)
                    } else {
                        self.group(&group)
                    }
                    let next = trees.peek();
                    is_end = !matches!(next, Some(TokenTree::Punct(punct)) if punct.as_char() == ';');
                }
                tree => {
                    keyword = keyword.or_else(|| Keyword::of(&tree));
                    self.tree(tree);
                }
            }
            if is_end {
                keyword = None;
                self.end_line();
                if trees.peek().is_some() {
                    self.text.push('\n');
                }
            }
        }
        self.end_line();
    }

    /// Prints the braces of an `impl`.
    fn functions(&mut self, group: &Group) {
        self.text.push('{');
        self.end_line();
        self.items(group.stream());
        self.text.push('}');
    }

    fn tokens(&mut self, tokens: TokenStream) {
        let mut trees = tokens.into_iter();
        while let Some(tree) = trees.next() {
            match tree {
                TokenTree::Punct(punct) if punct.as_char() == '#' => self.attribute(trees.next()),
                tree => self.tree(tree),
            }
        }
    }

    fn tree(&mut self, tree: TokenTree) {
        match tree {
            TokenTree::Group(group) => self.group(&group),
            TokenTree::Ident(ident) => self.word(&ident.to_string()),
            TokenTree::Literal(literal) => self.word(&literal.to_string()),
            TokenTree::Punct(punct) => {
                self.text.push(punct.as_char());
                match (punct.spacing(), punct.as_char()) {
                    (_, ';') => self.end_line(),
                    (Spacing::Alone, _) => self.text.push(' '),
                    (Spacing::Joint, _) => {}
                }
            }
        }
    }

    fn word(&mut self, word: &str) {
        self.text.push_str(word);
        self.text.push(' ');
    }

    fn group(&mut self, group: &Group) {
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ") "),
            Delimiter::Bracket => ("[", "] "),
            Delimiter::Brace => ("{\n", "}\n"),
            Delimiter::None => ("", ""),
        };
        self.text.push_str(open);
        self.tokens(group.stream());
        self.text.push_str(close);
    }

    /// Prints what follows a `#`. An attribute `doc` becomes a comment.
    fn attribute(&mut self, tree: Option<TokenTree>) {
        match tree {
            Some(TokenTree::Group(group)) => {
                self.end_line();
                match documentation(&group) {
                    Some(text) => text.split('\n').for_each(|line| self.comment(line)),
                    None => {
                        self.text.push('#');
                        self.group(&group);
                    }
                }
                self.end_line();
            }
            other => {
                self.text.push('#');
                other.into_iter().for_each(|tree| self.tree(tree));
            }
        }
    }

    fn comment(&mut self, line: &str) {
        self.text.push_str("///");
        self.text.push_str(line);
        self.end_line();
    }

    /// Ends a line without spaces, which rustfmt refuses in code that it leaves as it is because a line is too long.
    fn end_line(&mut self) {
        let end = |c: char| c != '\n' && c.is_whitespace();
        self.text.truncate(self.text.trim_end_matches(end).len());
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }
}

/// The kinds of items whose braces differ.
#[derive(Clone, Copy, PartialEq)]
enum Keyword {
    Impl,
    Other,
}

impl Keyword {
    /// Returns the kind of the item if the token is the word for it.
    fn of(tree: &TokenTree) -> Option<Self> {
        let TokenTree::Ident(ident) = tree else { return None };
        match ident.to_string().as_str() {
            "pub" | "crate" | "async" => None,
            "impl" => Some(Self::Impl),
            _ => Some(Self::Other),
        }
    }
}

/// Returns the value of an attribute `doc = "…"` from its brackets.
fn documentation(group: &Group) -> Option<String> {
    let mut trees = group.stream().into_iter();
    let (Some(TokenTree::Ident(name)), Some(TokenTree::Punct(_)), Some(TokenTree::Literal(literal))) =
        (trees.next(), trees.next(), trees.next())
    else {
        return None;
    };
    match Lit::new(literal) {
        Lit::Str(text) if name == "doc" => Some(text.value()),
        _ => None,
    }
}
