//! The implementation of the hooks for each API version.

use super::sessions::{BuySession, SellSession, TransferSession, WidgetSession};
use crate::Error;

macro_rules! crypto {
    ($version:ident $(, score = |$quote:ident| $score:expr)?) => {
        const _: () = {
            use crate::$version::crypto::types::{self, SessionData, SessionTokenForWidgetRequest};

            impl TryFrom<BuySession> for SessionTokenForWidgetRequest {
                type Error = Error;

                fn try_from(session: BuySession) -> Result<Self, Error> {
                    session.check()?;
                    let kind = session.kind;
                    let mut data = quoted!(types::CryptoBuySessionData, kind.quoted)
                        .wallet_address(kind.wallet_address)
                        .build()?;
                    data.payment_method_type = kind.quoted.payment_method;
                    data.refund_wallet_address = kind.quoted.refund_wallet_address;
                    data.institution_id = kind.institution_id;
                    request!(Buy(data), session.settings)
                }
            }

            impl TryFrom<SellSession> for SessionTokenForWidgetRequest {
                type Error = Error;

                fn try_from(session: SellSession) -> Result<Self, Error> {
                    session.check()?;
                    let kind = session.kind;
                    let mut data = quoted!(types::CryptoSellSessionData, kind.quoted).build()?;
                    data.payment_method_type = kind.quoted.payment_method;
                    data.refund_wallet_address = kind.quoted.refund_wallet_address;
                    data.wallet_address = kind.wallet_address;
                    data.redirect_flow = Some(kind.redirect_flow);
                    request!(Sell(data), session.settings)
                }
            }

            impl TryFrom<TransferSession> for SessionTokenForWidgetRequest {
                type Error = Error;

                fn try_from(session: TransferSession) -> Result<Self, Error> {
                    session.check()?;
                    let kind = session.kind;
                    let mut data = types::CryptoTransferSessionData::builder()
                        .country_code(kind.country_code)
                        .service_provider(kind.service_provider)
                        .source_currency_codes(kind.source_currency_codes)
                        .build()?;
                    data.source_amount = kind.source_amount;
                    data.wallet_address = kind.wallet_address;
                    data.institution_id = kind.institution_id;
                    request!(Transfer(data), session.settings)
                }
            }

            impl WidgetSession for types::SessionTokenResponse {
                fn urls(&self) -> [Option<&str>; 2] {
                    [self.service_provider_widget_url.as_deref(), self.widget_url.as_deref()]
                }
            }

            $(
                impl super::quotes::QuoteList for types::CryptoQuoteResponse {
                    type Quote = types::CryptoQuote;

                    fn quotes(&self) -> &[types::CryptoQuote] {
                        &self.quotes
                    }
                }

                impl super::sessions::Quote for types::CryptoQuote {
                    fn fields(&self) -> super::sessions::QuoteFields<'_> {
                        let $quote = self;
                        super::sessions::QuoteFields {
                            transaction_type: self.transaction_type.as_deref(),
                            country_code: self.country_code.as_deref(),
                            source_amount: self.source_amount,
                            source_currency_code: self.source_currency_code.as_deref(),
                            destination_amount: self.destination_amount,
                            destination_currency_code: self.destination_currency_code.as_deref(),
                            payment_method: self.payment_method_type.as_ref().map(|it| it.as_str()),
                            service_provider: self.service_provider.as_ref().map(|it| it.as_str()),
                            score: $score,
                        }
                    }
                }

                impl TryFrom<super::QuoteRequest> for types::CryptoQuoteRequest {
                    type Error = Error;

                    fn try_from(request: super::QuoteRequest) -> Result<Self, Error> {
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
                        (built.customer_id, built.external_customer_id) =
                            request.customer.map(|it| it.into_ids()).unwrap_or_default();
                        Ok(built)
                    }
                }
            )?
        };
    };
}

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

#[cfg(feature = "v2023-12-19")]
crypto!(v2023_12_19);
// Quotes exist from 2025-03-04 on.
#[cfg(feature = "v2025-03-04")]
crypto!(v2025_03_04, score = |quote| quote.customer_score);
#[cfg(feature = "v2026-02-03")]
crypto!(v2026_02_03, score = |quote| quote.ramp_intelligence.as_ref().and_then(|it| it.ramp_score));
