//! The return of the customer from the provider's page.

use std::fmt;

use meld_client_core::reqwest::Url;
use meld_client_core::{Error, ExposeSecret, SecretString};

/// The result of the provider's page, in the query of the redirect URL.
///
/// # Examples
///
/// ```
/// use meld_client::headless::TransferReturn;
///
/// let url = "https://app.example/return?transferAuthorization=RETURNED&orderId=W1&handle=h1";
/// let returned = TransferReturn::from_url(url)?;
/// assert_eq!((returned.order_id(), returned.is_declined()), ("W1", false));
/// # Ok::<(), meld_client::Error>(())
/// ```
#[derive(Clone)]
pub struct TransferReturn {
    order_id: String,
    /// `None` if the customer declined.
    handle: Option<SecretString>,
}

impl TransferReturn {
    /// Reads the URL to which the customer returned.
    ///
    /// The query can be forged, so the result is only used with an order that you know.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the URL has no `orderId`, an unknown
    /// `transferAuthorization`, or no `handle` although the customer has not declined.
    pub fn from_url(url: &str) -> Result<Self, Error> {
        let url = Url::parse(url).map_err(|_| Error::invalid("redirectUrl", "must be a URL"))?;
        let value = |name: &'static str| {
            let mut pairs = url.query_pairs();
            pairs.find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.into_owned())
        };
        let order_id = value("orderId").ok_or_else(|| Error::missing("orderId"))?;
        let handle = match value("transferAuthorization").as_deref() {
            Some("RETURNED") => Some(value("handle").ok_or_else(|| Error::missing("handle"))?.into()),
            Some("DECLINED") => None,
            _ => return Err(Error::invalid("transferAuthorization", "must be `RETURNED` or `DECLINED`")),
        };
        Ok(Self { order_id, handle })
    }

    /// Returns the id of the order.
    #[must_use]
    pub fn order_id(&self) -> &str {
        &self.order_id
    }

    /// Returns `true` if the customer declined.
    #[must_use]
    pub fn is_declined(&self) -> bool {
        self.handle.is_none()
    }

    pub(super) fn handle(&self) -> Option<&str> {
        self.handle.as_ref().map(|handle| handle.expose_secret())
    }
}

// The handle is a credential, so `Debug` omits it.
impl fmt::Debug for TransferReturn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TransferReturn")
            .field("order_id", &self.order_id)
            .field("is_declined", &self.is_declined())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn return_urls_are_complete_or_refused() {
        let base = "myapp://return?x=1&";
        for (query, expected) in [
            ("transferAuthorization=RETURNED&orderId=o&handle=h", Ok(false)),
            ("transferAuthorization=DECLINED&orderId=o", Ok(true)),
            ("transferAuthorization=RETURNED&orderId=o", Err("handle")),
            ("transferAuthorization=RETURNED&handle=h", Err("orderId")),
            ("transferAuthorization=OTHER&orderId=o&handle=h", Err("transferAuthorization")),
            ("orderId=o&handle=h", Err("transferAuthorization")),
        ] {
            let returned = TransferReturn::from_url(&format!("{base}{query}"));
            let found = returned.as_ref().map(TransferReturn::is_declined).map_err(|error| error.field().unwrap());
            assert_eq!(found, expected, "{query}");
        }
        assert!(TransferReturn::from_url("no url").is_err());
        let secret = TransferReturn::from_url(&format!("{base}transferAuthorization=RETURNED&orderId=o&handle=hidden"));
        assert!(!format!("{secret:?}").contains("hidden"));
    }
}
