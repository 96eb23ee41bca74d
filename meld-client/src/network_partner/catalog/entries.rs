//! The entries of a market: coins, payment methods and limits.

use crate::codes::{CryptoCurrency, PaymentMethodId};
use crate::money::MoneyRange;

/// A cryptocurrency of a market.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Coin {
    /// The code, which names the network unless it is the main one: `USDC_BASE`.
    pub code: CryptoCurrency,
    /// The display name.
    pub name: Option<String>,
    /// Meld's code of the network: `BASE`.
    pub network: Option<String>,
    /// The common id of the network: `8453`.
    pub chain_id: Option<String>,
    /// The contract address of the token.
    pub contract: Option<String>,
}

/// A payment method of a market.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MarketMethod {
    /// The id, as quotes take it: `CREDIT_DEBIT_CARD`.
    pub id: PaymentMethodId,
    /// The display name.
    pub name: Option<String>,
    /// The kind of the payment method, such as `CARD`.
    pub kind: Option<String>,
    /// `true` if headless orders support it.
    pub is_headless: bool,
}

/// The limits of one payment method, or of all if it is `None`.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    pub method: Option<PaymentMethodId>,
    pub range: MoneyRange,
}

impl Coin {
    /// Creates a coin of a response. `None` if its code is missing.
    #[cfg(any(feature = "service_providers", all(feature = "v2026-02-03", feature = "network_partner")))]
    pub(in crate::network_partner) fn given(code: Option<&str>, network: Option<&str>) -> Option<Self> {
        let code = CryptoCurrency::new(code?).ok()?;
        let network = network.filter(|network| !network.is_empty()).map(str::to_owned);
        Some(Self { code, name: None, network, chain_id: None, contract: None })
    }
}

impl MarketMethod {
    /// Creates a payment method of a response. `None` if its id is missing.
    #[cfg(any(feature = "service_providers", all(feature = "v2026-02-03", feature = "network_partner")))]
    pub(in crate::network_partner) fn given(id: Option<&str>) -> Option<Self> {
        Some(Self { id: PaymentMethodId::given(id?)?, name: None, kind: None, is_headless: false })
    }
}
