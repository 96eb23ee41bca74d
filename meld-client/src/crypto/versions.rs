//! The implementation of the hooks for each API version.

use meld_client_core::Error;

use super::sessions::{BuySession, SellSession, TransferSession, WidgetSession};

/// Starts the data of a session with the values of its quote.
macro_rules! quoted {
    ($data:ty, $quoted:expr) => {
        <$data>::builder()
            .country_code($quoted.country_code.ok_or_else(|| Error::missing("countryCode"))?)
            .source_amount($quoted.source_amount)
            .source_currency_code($quoted.source_currency_code)
            .destination_currency_code($quoted.destination_currency_code)
            .service_provider($quoted.service_provider)
    };
}

/// Adds the settings that all kinds of sessions share.
macro_rules! request {
    ($kind:ident($data:ident), $settings:expr) => {{
        let settings = $settings;
        $data.client_ip_address = settings.client_ip.map(|address| address.to_string());
        $data.redirect_url = settings.redirect_url;
        $data.lock_fields = settings.lock_fields.iter().map(|it| it.as_str().into()).collect();
        $data.wallet_tag = settings.wallet_tag;
        let mut request = SessionTokenForWidgetRequest::builder()
            .session_data(SessionData::$kind($data))
            .external_session_id(settings.external_session_id)
            .build()?;
        request.bypass_kyc = settings.bypass_kyc;
        request.external_subaccount_customer_id = settings.external_subaccount_customer_id;
        (request.customer_id, request.external_customer_id) = settings.customer.into_ids();
        Ok(request)
    }};
}

for_versions!("crypto", include_hooks, "hooks.rs");

// Quotes exist from 2025-03-04 on.
#[cfg(feature = "v2025-03-04")]
mod quotes_v2025_03_04 {
    use crate::for_versions::v2025_03_04 as api;
    use meld_client_core::Decimal;

    fn score(quote: &api::crypto::types::CryptoQuote) -> Option<Decimal> {
        quote.customer_score
    }

    include!("quote_hooks.rs");
}

#[cfg(feature = "v2026-02-03")]
mod quotes_v2026_02_03 {
    use crate::for_versions::v2026_02_03 as api;
    use meld_client_core::Decimal;

    fn score(quote: &api::crypto::types::CryptoQuote) -> Option<Decimal> {
        quote.ramp_intelligence.as_ref()?.ramp_score
    }

    include!("quote_hooks.rs");
}

// Minted checkout URLs and Apple Pay exist from 2026-02-03 on.
#[cfg(feature = "v2026-02-03")]
mod minted {
    use meld_client_core::Error;

    use crate::crypto::apple_pay::ApplePayResult;
    use crate::crypto::minted_checkout::{MintedCheckout, MintedUrl};

    include_hooks!(v2026_02_03, "minted_hooks.rs");
}
