// Compiled once for each API version with quotes, which is `api`.

use super::super::QuoteRequest;
use super::super::quotes::QuoteList;
use super::super::sessions::{Quote, QuoteFields};
use crate::Error;
use api::crypto::types;

impl QuoteList for types::CryptoQuoteResponse {
    type Quote = types::CryptoQuote;

    fn quotes(&self) -> &[types::CryptoQuote] {
        &self.quotes
    }
}

impl Quote for types::CryptoQuote {
    fn fields(&self) -> QuoteFields<'_> {
        QuoteFields {
            transaction_type: self.transaction_type.as_deref(),
            country_code: self.country_code.as_deref(),
            source_amount: self.source_amount,
            source_currency_code: self.source_currency_code.as_deref(),
            destination_amount: self.destination_amount,
            destination_currency_code: self.destination_currency_code.as_deref(),
            payment_method: self.payment_method_type.as_ref().map(AsRef::<str>::as_ref),
            service_provider: self.service_provider.as_ref().map(AsRef::<str>::as_ref),
            score: score(self),
            total_fee: self.total_fee,
        }
    }
}

impl TryFrom<QuoteRequest> for types::CryptoQuoteRequest {
    type Error = Error;

    fn try_from(request: QuoteRequest) -> Result<Self, Error> {
        request.check()?;
        let mut built = Self::builder()
            .country_code(request.country_code)
            .source_amount(request.source_amount)
            .source_currency_code(request.source_currency_code)
            .destination_currency_code(request.destination_currency_code)
            .service_providers(request.service_providers.iter().map(String::as_str))
            .build()?;
        built.wallet_address = request.wallet_address;
        built.payment_method_type = request.payment_method.map(String::from);
        built.subdivision = request.subdivision;
        (built.customer_id, built.external_customer_id) = request.customer.map(|it| it.into_ids()).unwrap_or_default();
        Ok(built)
    }
}
