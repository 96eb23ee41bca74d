// Compiled once for each API version with quotes, which is `api`.

use meld_client_core::Error;

use crate::codes::PaymentMethodId;
use crate::crypto::quote_request::QuoteRequest;
use crate::crypto::quotes::QuoteList;
use crate::crypto::quotes_by_method::{QuoteClient, Quoting};
use crate::crypto::sessions::{Quote, QuoteFields};
use api::crypto::{Client, builder, types};

impl QuoteClient for Client {
    type Quote = types::CryptoQuote;
    type CreateQuote = builder::CreateQuote;
}

impl Quoting for Client {
    fn quote_call(&self, request: QuoteRequest) -> Self::CreateQuote {
        self.create_quote().body(request)
    }

    fn into_quotes(response: types::CryptoQuoteResponse, method: &PaymentMethodId) -> Vec<types::CryptoQuote> {
        let mut quotes = response.quotes;
        for quote in &mut quotes {
            quote.payment_method_type.get_or_insert_with(|| method.as_str().into());
        }
        quotes
    }
}

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
        let (amount, currency) = request.source.into_parts();
        let mut built = Self::builder()
            .country_code(request.country_code)
            .source_amount(amount)
            .source_currency_code(currency)
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
