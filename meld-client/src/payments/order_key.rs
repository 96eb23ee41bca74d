//! Keys of orders, as they are stored.

use std::fmt;
use std::str::FromStr;

use crate::Error;
use crate::uuid::Uuid;

/// The header that idempotency keys are sent in.
pub(super) const KEY: &str = "X-Idempotency-Key";

/// The key of an order, to be stored before the order is sent: as text, or by its parts.
///
/// It knows roughly what it was made for: a hash (64 bits of FNV-1a) of method and path, amounts, currencies, customer,
/// provider, kind of payment method and wallets. Nothing secret goes into the hash: no number of a card or an account,
/// no token, no text. Two requests that differ in these alone have to be kept apart by who makes them.
///
/// ```
/// use meld_client::payments::OrderKey;
///
/// let text = "67e55044-10b1-426f-9247-bb680e5fe0c8.0123456789abcdef";
/// let key: OrderKey = text.parse()?;
/// assert_eq!(key.to_string(), text);
/// # Ok::<(), meld_client::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OrderKey {
    key: Uuid,
    ordered: u64,
}

impl OrderKey {
    pub(super) fn new(key: Uuid, ordered: u64) -> Self {
        Self { key, ordered }
    }

    /// The hash of what it was made for.
    pub(super) fn ordered(&self) -> u64 {
        self.ordered
    }

    /// What is sent as `X-Idempotency-Key`.
    #[must_use]
    pub fn idempotency_key(&self) -> Uuid {
        self.key
    }
}

impl fmt::Display for OrderKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{:016x}", self.key, self.ordered)
    }
}

impl FromStr for OrderKey {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let parts = text.split_once('.').and_then(|(key, ordered)| {
            let is_whole = ordered.len() == 16 && ordered.bytes().all(|b| b.is_ascii_hexdigit());
            let ordered = u64::from_str_radix(ordered, 16).ok().filter(|_| is_whole)?;
            Some(Self { key: key.parse().ok()?, ordered })
        });
        parts.ok_or_else(|| Error::invalid(KEY, "is not the text of a key of an order"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_key_of_an_order_is_refused() {
        let uuid = "67e55044-10b1-426f-9247-bb680e5fe0c8";
        let right = format!("{uuid}.00000000000000ff");
        let key: OrderKey = right.parse().unwrap();
        assert_eq!((key.to_string(), key.idempotency_key().to_string()), (right, uuid.to_owned()));
        for wrong in [
            "",
            ".",
            uuid,
            &format!("{uuid}."),
            &format!("{uuid}.ff"),
            &format!("{uuid}.+00000000000000f"),
            &format!("{uuid}.00000000000000fg"),
            &format!("{uuid}.00000000000000000ff"),
            "x.00000000000000ff",
        ] {
            assert_eq!(wrong.parse::<OrderKey>().unwrap_err().field(), Some(KEY), "{wrong}");
        }
    }
}
