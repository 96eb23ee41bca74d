//! Idempotency keys, and their stored form.

use std::fmt;
use std::str::FromStr;

use meld_client_core::uuid::Uuid;
use meld_client_core::{Error, Request, Transport};

use super::binding::{Binding, KEY, Mismatch};

/// An idempotency key, bound to its request. Store it as a string before sending the request.
///
/// A key fits one request only, because Meld replays the first response to a known key and ignores the new request.
/// The key is bound to
///
/// - the environment (the base URL),
/// - the account: API key, account id and passthrough credentials, and
/// - the whole request: operation, path, query, and every field of the body. Amounts are compared by value, so `10`
///   and
///   `10.00` are the same.
///
/// The string contains no secret, only the UUID and hashes. The hash over secret values (card and account numbers,
/// credentials) is keyed with the API key, so that values cannot be guessed from it.
///
/// With an [`ApiKeyProvider`](crate::ApiKeyProvider), the API key may change at any time. A key is then bound to the
/// [label of the account](crate::ApiKeyProvider::account_label) instead of the API key, and stays usable after a
/// rotation. Secret values are left out of the hash, because the label is not secret.
///
/// # Examples
///
/// ```
/// use meld_client::idempotent::IdempotencyKey;
///
/// let text = "67e55044-10b1-426f-9247-bb680e5fe0c8.0123456789abcdef.01234567.0123456789abcdef";
/// let key: IdempotencyKey = text.parse()?;
/// assert_eq!(key.to_string(), text);
/// # Ok::<(), meld_client::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IdempotencyKey {
    key: Uuid,
    binding: Binding,
}

impl IdempotencyKey {
    /// Binds a key to a request.
    pub(super) fn bind(key: Uuid, transport: &Transport, request: &Request) -> Result<Self, Error> {
        Ok(Self { key, binding: Binding::of(transport, request)? })
    }

    /// Checks that a stored key is bound to the same request as a new one.
    pub(super) fn check_binding(&self, new: &Self) -> Result<(), Mismatch> {
        self.binding.check(&new.binding)
    }

    /// Returns the binding of this key with the UUID of another one.
    pub(super) fn with_idempotency_key(self, stored: Self) -> Self {
        Self { key: stored.key, ..self }
    }

    /// Accepts the stored key after the API key or passthrough credentials were rotated.
    ///
    /// Use it only if the new credentials belong to the same account. Otherwise the request may be executed twice. The
    /// result is still bound to the environment, and to operation, path, amounts, currencies, customer, provider, type
    /// of payment method and wallets.
    #[must_use]
    pub fn after_api_key_rotation(self) -> Self {
        Self { binding: self.binding.without_account(), ..self }
    }

    /// Returns the value that is sent as `X-Idempotency-Key`.
    #[must_use]
    pub fn idempotency_key(&self) -> Uuid {
        self.key
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.key, self.binding)
    }
}

impl FromStr for IdempotencyKey {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let parts = text
            .split_once('.')
            .and_then(|(key, binding)| Some(Self { key: key.parse().ok()?, binding: binding.parse().ok()? }));
        parts.ok_or_else(|| Error::invalid(KEY, "is not a stored `IdempotencyKey`"))
    }
}

meld_client_core::serde_by_string!(IdempotencyKey);

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: &str = "67e55044-10b1-426f-9247-bb680e5fe0c8";

    #[test]
    fn stored_keys_of_every_form_parse() {
        for binding in ["00000000000000ff.0000000f", "00000000000000ff.0000000f.f000000000000000"] {
            let text = format!("{UUID}.{binding}");
            let key: IdempotencyKey = text.parse().unwrap();
            assert_eq!((key.to_string(), key.idempotency_key().to_string()), (text, UUID.to_owned()));
        }
    }

    #[test]
    fn other_strings_are_refused() {
        for wrong in [
            "",
            ".",
            UUID,
            &format!("{UUID}."),
            &format!("{UUID}.00000000000000ff"),
            &format!("{UUID}.ff.0000000f"),
            &format!("{UUID}.+00000000000000f.0000000f"),
            &format!("{UUID}.00000000000000fg.0000000f"),
            &format!("{UUID}.00000000000000000ff.0000000f"),
            &format!("{UUID}.00000000000000ff."),
            &format!("{UUID}.00000000000000ff.ff"),
            &format!("{UUID}.00000000000000ff.0000000f."),
            &format!("{UUID}.00000000000000ff.0000000f.f000000000000000.0"),
            "x.00000000000000ff.0000000f",
        ] {
            assert_eq!(wrong.parse::<IdempotencyKey>().unwrap_err().field(), Some(KEY), "{wrong}");
        }
    }
}
