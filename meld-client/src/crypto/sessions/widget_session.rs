//! Responses to `create_widget_session`.

use crate::transactions::filled;

pub trait WidgetSession {
    /// Returns the URLs of the provider's and of Meld's page.
    fn urls(&self) -> [Option<&str>; 2];
}

/// Reads the widget URL of a created session.
pub trait WidgetSessionExt: WidgetSession {
    /// Returns the URL to open: the provider's widget (`serviceProviderWidgetUrl`), which Meld recommends, or else
    /// Meld's own page (`widgetUrl`).
    ///
    /// Use the URL unchanged; its host may belong to the account. Anyone with the URL can act as the user, so do not
    /// log it.
    fn widget_url(&self) -> Option<&str> {
        let is_filled = |url: &&str| filled(Some(url)).is_some();
        self.urls().into_iter().flatten().find(is_filled)
    }
}

impl<S: WidgetSession> WidgetSessionExt for S {}

#[cfg(test)]
mod tests {
    use super::*;

    impl WidgetSession for [Option<&str>; 2] {
        fn urls(&self) -> [Option<&str>; 2] {
            *self
        }
    }

    #[test]
    fn provider_urls_come_first() {
        for (of_provider, of_meld, expected) in [
            (Some("https://p.example/%7e"), Some("https://m.example"), Some("https://p.example/%7e")),
            (None, Some("https://m.example"), Some("https://m.example")),
            (Some(""), Some("https://m.example"), Some("https://m.example")),
            (None, None, None),
            (Some(" "), Some(""), None),
        ] {
            assert_eq!([of_provider, of_meld].widget_url(), expected);
        }
    }
}
