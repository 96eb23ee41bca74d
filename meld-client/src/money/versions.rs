//! The requests with an amount, in each API version.

use meld_client_core::Decimal;

/// The builder of a request with an amount.
pub trait AmountRequest: Sized {
    fn with_amount(self, amount: Decimal, currency_code: String) -> Self;
}

/// Implements [`AmountRequest`] for builders by their setters of the amount and of the currency.
#[cfg(any(feature = "crypto", feature = "payments"))]
macro_rules! amounts {
    ($version:ident, $family:ident, $amount:ident, $currency:ident: $($name:ident),*) => {
        $(
            impl AmountRequest for crate::for_versions::$version::$family::types::builder::$name {
                fn with_amount(self, amount: Decimal, currency_code: String) -> Self {
                    self.$amount(amount).$currency(currency_code)
                }
            }
        )*
    };
}

#[cfg(feature = "payments")]
macro_rules! payments {
    ($version:ident) => {
        amounts!($version, payments, source_amount, source_currency_code:
            PaymentTransactionRequest, PayoutTransactionRequest);
        amounts!($version, payments, amount, currency_code: RiskAnalysisRequest);
    };
}

#[cfg(feature = "crypto")]
macro_rules! crypto {
    ($version:ident) => {
        amounts!($version, crypto, source_amount, source_currency_code:
            CryptoBuySessionData,
            CryptoSellSessionData,
            CryptoVirtualAccountQuoteRequest,
            HeadlessOrderOfframpRequest,
            VirtualAccountOfframpOrderRequest,
            VirtualAccountOnrampOrderRequest);
    };
}

for_versions!("payments", payments);
for_versions!("crypto", crypto);

#[cfg(all(feature = "v2025-03-04", feature = "crypto"))]
amounts!(v2025_03_04, crypto, source_amount, source_currency_code: CryptoQuoteRequest);
#[cfg(all(feature = "v2026-02-03", feature = "crypto"))]
amounts!(v2026_02_03, crypto, source_amount, source_currency_code: CryptoQuoteRequest, HeadlessOrderOnrampRequest);
#[cfg(all(feature = "v2026-02-03", feature = "crypto"))]
amounts!(v2026_02_03, crypto, amount, currency_code: TransferOrderRequest);
#[cfg(all(feature = "v2026-02-03", feature = "payments"))]
amounts!(v2026_02_03, payments, amount, source_currency_code: SimulateDepositRequest);
