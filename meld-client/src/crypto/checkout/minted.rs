//! Addresses of the checkout page that Meld made.

use std::fmt;

use super::CheckoutTheme;
use crate::{Error, ExposeSecret, SecretString};

/// An address that Meld returned for one customer (`widgetUrl`), and the little that may be added to it.
///
/// It is used byte for byte as it came: the host may be the account's own, and what is filled in belongs to the
/// address and cannot be changed by parameters. It opens a page of one person, so that it is a secret.
#[derive(Clone)]
#[must_use]
pub struct MintedUrl {
    url: SecretString,
    added: Vec<(&'static str, &'static str)>,
}

impl fmt::Debug for MintedUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("MintedUrl").field("added", &self.added).finish_non_exhaustive()
    }
}

impl MintedUrl {
    /// The address as Meld returned it.
    pub fn new(url: impl Into<SecretString>) -> Self {
        Self { url: url.into(), added: Vec::new() }
    }

    /// How the page looks.
    pub fn theme(self, theme: CheckoutTheme) -> Self {
        self.with("theme", theme.as_str())
    }

    /// The page takes all the room there is.
    pub fn full_screen(self) -> Self {
        self.with("fullScreen", "true")
    }

    /// The page is as wide as the frame that it is in.
    pub fn full_width(self) -> Self {
        self.with("width", "full")
    }

    /// Shows the transaction of the session. The address must have been made with an `externalSessionId`.
    pub fn transaction_page(self) -> Self {
        self.with("page", "transaction")
    }

    /// The address, with what was added at its end.
    ///
    /// # Errors
    /// It is empty, or has a fragment, behind which nothing can be added.
    pub fn build(&self) -> Result<SecretString, Error> {
        let url = self.url.expose_secret();
        if url.is_empty() {
            return Err(Error::invalid("widgetUrl", "must not be empty"));
        }
        if url.contains('#') && !self.added.is_empty() {
            return Err(Error::invalid("widgetUrl", "has a fragment: nothing can be added"));
        }
        let mut url = url.to_owned();
        for (name, value) in &self.added {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.extend([*name, "=", *value]);
        }
        Ok(SecretString::from(url))
    }

    fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.added.retain(|(known, _)| *known != name);
        self.added.push((name, value));
        self
    }
}
