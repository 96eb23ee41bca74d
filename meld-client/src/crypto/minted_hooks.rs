// Compiled once for each API version with minted checkout URLs and Apple Pay, which is `api`; see `include_hooks!`.

use super::*;
use api::crypto::types::{CheckoutPrefill, CheckoutUrlRequest, CheckoutUrlResponse, MercuryoNativeApplePayResponse};

impl TryFrom<MintedCheckout> for CheckoutUrlRequest {
    type Error = Error;

    fn try_from(checkout: MintedCheckout) -> Result<Self, Error> {
        checkout.check()?;
        let MintedCheckout { public_key, direction, prefill, locked, .. } = checkout;
        let mut request = Self::builder().public_key(public_key.into_string()).build()?;
        request.session_type = direction.session_type().map(Into::into);
        let mut fields = CheckoutPrefill::default();
        fields.country_code = prefill.country_code;
        fields.source_currency_code = prefill.source_currency_code;
        fields.destination_currency_code = prefill.destination_currency_code;
        fields.source_amount = prefill.source_amount;
        fields.payment_method_type = prefill.payment_method_type;
        fields.wallet_address = prefill.wallet_address;
        fields.wallet_tag = prefill.wallet_tag;
        request.prefill = (fields != CheckoutPrefill::default()).then_some(fields);
        request.locked = locked.into_iter().map(Into::into).collect();
        request.redirect_url = checkout.redirect_url;
        request.account_logo_url = checkout.account_logo_url;
        request.external_customer_id = checkout.external_customer_id;
        request.external_session_id = checkout.external_session_id;
        Ok(request)
    }
}

impl MintedUrl for CheckoutUrlResponse {
    fn widget_url(&self) -> Option<&str> {
        self.widget_url.as_deref()
    }
}

impl ApplePayResult for MercuryoNativeApplePayResponse {
    fn statuses(&self) -> (Option<&str>, Option<&str>, Option<&str>) {
        let data = self.data.as_ref();
        (
            data.and_then(|data| data.status.as_deref()),
            data.and_then(|data| data.payment_status.as_deref()),
            data.and_then(|data| data.reason.as_deref()),
        )
    }
}
