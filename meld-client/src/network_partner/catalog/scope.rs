//! The market that a catalog lists: direction, country and fiat currency.

use crate::codes::FiatCurrency;

/// The direction of an exchange. Match it exhaustively: there will be no other values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// Fiat money for crypto (category `CRYPTO_ONRAMP`).
    Buy,
    /// Crypto for fiat money (category `CRYPTO_OFFRAMP`).
    Sell,
}

impl Direction {
    #[cfg(any(feature = "service_providers", all(feature = "v2026-02-03", feature = "network_partner")))]
    pub(in crate::network_partner) fn category(self) -> &'static str {
        match self {
            Self::Buy => "CRYPTO_ONRAMP",
            Self::Sell => "CRYPTO_OFFRAMP",
        }
    }
}

/// The market that lists are about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    pub direction: Direction,
    pub country_code: String,
    pub fiat: FiatCurrency,
}
