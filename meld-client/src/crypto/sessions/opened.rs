//! Sessions that were opened.

use crate::for_versions::for_versions;
use crate::transactions::filled;

/// A session that was opened: the response to `create_widget_session`.
pub trait WidgetSessionExt {
    /// The address to send the user to, byte for byte: that of the provider's widget (`serviceProviderWidgetUrl`),
    /// which Meld recommends, or where there is none that of Meld's own page (`widgetUrl`).
    ///
    /// Who has it acts as the user: keep it out of logs, and never make one from a host that is known, as an account
    /// may have its own.
    fn address(&self) -> Option<&str>;
}

#[allow(unused_macros, reason = "no version need be chosen")]
macro_rules! opened_session {
    ($version:ident) => {
        impl WidgetSessionExt for crate::$version::crypto::types::SessionTokenResponse {
            fn address(&self) -> Option<&str> {
                address(self.service_provider_widget_url.as_deref(), self.widget_url.as_deref())
            }
        }
    };
}

for_versions!("crypto", opened_session);

#[allow(dead_code, reason = "no version need be chosen")]
fn address<'a>(of_provider: Option<&'a str>, of_meld: Option<&'a str>) -> Option<&'a str> {
    // What is given is as it came; only whether there is anything is looked at.
    let is_one = |address: &&str| filled(Some(address)).is_some();
    of_provider.filter(is_one).or_else(|| of_meld.filter(is_one))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widget_of_the_provider_comes_first() {
        for (of_provider, of_meld, expected) in [
            (
                Some("https://p.example/%7e"),
                Some("https://m.example"),
                Some("https://p.example/%7e"),
            ),
            (None, Some("https://m.example"), Some("https://m.example")),
            (Some(""), Some("https://m.example"), Some("https://m.example")),
            (None, None, None),
            (Some(" "), Some(""), None),
        ] {
            assert_eq!(address(of_provider, of_meld), expected);
        }
    }
}
