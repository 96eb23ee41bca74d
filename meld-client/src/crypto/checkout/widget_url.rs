//! Widget URLs that Meld returned.

use std::fmt;

use meld_client_core::{Error, ExposeSecret, SecretString};

use super::CheckoutTheme;

/// A widget URL that Meld returned for one customer (`widgetUrl`), with additional parameters.
///
/// The URL itself stays unchanged: its host may belong to the account, and its prefilled fields cannot be changed by
/// parameters. It opens one person's page, so it is a secret.
#[derive(Clone)]
#[must_use]
pub struct WidgetUrl {
    url: SecretString,
    added: Vec<(&'static str, &'static str)>,
}

impl fmt::Debug for WidgetUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("WidgetUrl").field("added", &self.added).finish_non_exhaustive()
    }
}

impl WidgetUrl {
    /// Starts with a URL that Meld returned.
    pub fn new(url: impl Into<SecretString>) -> Self {
        Self { url: url.into(), added: Vec::new() }
    }

    /// Sets the theme.
    pub fn theme(self, theme: CheckoutTheme) -> Self {
        self.with("theme", theme.as_str())
    }

    /// Makes the page fill the available space.
    pub fn full_screen(self) -> Self {
        self.with("fullScreen", "true")
    }

    /// Makes the page as wide as its frame.
    pub fn full_width(self) -> Self {
        self.with("width", "full")
    }

    /// Shows the transaction of the session, which must have an `externalSessionId`.
    pub fn transaction_page(self) -> Self {
        self.with("page", "transaction")
    }

    /// Returns the URL with the parameters appended.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the URL is empty, or if parameters
    /// would follow a fragment.
    pub fn build(&self) -> Result<SecretString, Error> {
        let url = self.url.expose_secret();
        if url.is_empty() {
            return Err(Error::invalid("widgetUrl", "must not be empty"));
        }
        if url.contains('#') && !self.added.is_empty() {
            return Err(Error::invalid("widgetUrl", "must not have a fragment if parameters are added"));
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
