//! HTML in which all data is escaped.

use std::fmt::{self, Display, Write};

/// HTML. Literals are written as they are, and all other text is escaped, whether it comes from the user or from Meld.
#[derive(Clone, Debug, Default)]
#[must_use]
pub(crate) struct Html(String);

impl Html {
    pub(crate) fn new(literal: &'static str) -> Self {
        Self(literal.to_owned())
    }

    /// Appends a literal.
    pub(crate) fn raw(mut self, literal: &'static str) -> Self {
        self.0.push_str(literal);
        self
    }

    /// Appends text, escaped for elements and for quoted attributes.
    pub(crate) fn text(mut self, text: impl Display) -> Self {
        // Writing to a string cannot fail.
        let _ = write!(Escaped(&mut self.0), "{text}");
        self
    }

    /// Appends other HTML.
    pub(crate) fn html(mut self, other: Self) -> Self {
        self.0.push_str(&other.0);
        self
    }

    /// Appends HTML for each item.
    pub(crate) fn each<T>(self, items: impl IntoIterator<Item = T>, write: impl Fn(Self, T) -> Self) -> Self {
        items.into_iter().fold(self, write)
    }

    /// Appends HTML if there is a value.
    pub(crate) fn some<T>(self, value: Option<T>, write: impl FnOnce(Self, T) -> Self) -> Self {
        match value {
            Some(value) => write(self, value),
            None => self,
        }
    }

    /// Appends a link that opens a page of another site. A URL that is neither `https` nor `http` is only shown.
    pub(crate) fn link(self, url: &str, label: &'static str) -> Self {
        if !(url.starts_with("https://") || url.starts_with("http://")) {
            return self.text(url);
        }
        let link = self.raw("<a class=button target=_blank rel=\"noopener noreferrer\" href=\"").text(url).raw("\">");
        link.raw(label).raw("</a>")
    }

    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

/// A writer that escapes.
struct Escaped<'a>(&'a mut String);

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            match character {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                other => self.0.push(other),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_escaped() {
        let html = Html::new("<p title=\"").text("\"'").raw("\">").text("<script>&").raw("</p>");
        assert_eq!(html.into_string(), "<p title=\"&quot;&#39;\">&lt;script&gt;&amp;</p>");
    }

    #[test]
    fn only_web_urls_become_links() {
        let link = |url| Html::default().link(url, "open").into_string();
        assert!(link("https://a.example/?b&c").contains("href=\"https://a.example/?b&amp;c\""));
        assert_eq!(link("javascript:alert(1)"), "javascript:alert(1)");
    }
}
