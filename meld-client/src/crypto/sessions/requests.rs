//! Sessions as the versions of the API take them.

use super::{BuySession, SellSession, TransferSession};
use crate::Error;
use crate::crypto::codes::check_country;
use crate::crypto::{positive_amount, wallet};
#[allow(unused_imports, reason = "no version need be chosen")]
use crate::customers::CustomerRef;
use crate::for_versions::for_versions;

#[allow(dead_code, reason = "no version need be chosen")]
impl BuySession {
    fn check(&self) -> Result<(), Error> {
        self.offer.check()?;
        self.settings.check(Some(&self.wallet_address))?;
        self.refund_wallet_address.as_deref().map_or(Ok(()), |it| wallet("refundWalletAddress", it))
    }
}

#[allow(dead_code, reason = "no version need be chosen")]
impl SellSession {
    fn check(&self) -> Result<(), Error> {
        self.offer.check()?;
        self.settings.check(self.wallet_address.as_deref())?;
        if self.redirect_flow && self.settings.redirect_url.is_none() {
            let why = "is required, for the user to come back to; or turn `redirect_flow` off";
            return Err(Error::invalid("redirectUrl", why));
        }
        self.refund_wallet_address.as_deref().map_or(Ok(()), |it| wallet("refundWalletAddress", it))
    }
}

#[allow(dead_code, reason = "no version need be chosen")]
impl TransferSession {
    fn check(&self) -> Result<(), Error> {
        check_country(&self.country_code)?;
        self.settings.check(self.wallet_address.as_deref())?;
        let Some(amount) = self.source_amount else { return Ok(()) };
        if self.source_currency_codes.len() > 1 {
            let why = "must not be set for several currencies";
            return Err(Error::invalid("sourceAmount", why));
        }
        positive_amount(amount)
    }
}

/// Sets what sessions of all kinds may have: in the data of the session, and around it.
#[allow(unused_macros, reason = "no version need be chosen")]
macro_rules! request {
    ($kind:ident($data:ident), $settings:expr) => {{
        let settings = $settings;
        $data.client_ip_address = settings.client_ip.map(|address| address.to_string());
        $data.redirect_url = settings.redirect_url;
        $data.lock_fields =
            settings.lock_fields.iter().map(|field| field.as_str().into()).collect();
        $data.wallet_tag = settings.wallet_tag;
        let mut request = SessionTokenForWidgetRequest::builder()
            .session_data(SessionData::$kind($data))
            .external_session_id(settings.external_session_id)
            .build()?;
        request.bypass_kyc = settings.bypass_kyc;
        request.external_subaccount_customer_id = settings.external_subaccount_customer_id;
        match settings.customer {
            CustomerRef::Id(id) => request.customer_id = Some(id),
            CustomerRef::ExternalId(id) => request.external_customer_id = Some(id),
        }
        Ok(request)
    }};
}

/// Starts the data of a session from what a quote says.
#[allow(unused_macros, reason = "no version need be chosen")]
macro_rules! offered {
    ($data:ident, $offer:expr) => {
        $data::builder()
            .country_code($offer.country_code.ok_or_else(|| Error::missing("countryCode"))?)
            .source_amount($offer.source_amount)
            .source_currency_code($offer.source_currency_code)
            .destination_currency_code($offer.destination_currency_code)
            .service_provider($offer.service_provider)
    };
}

#[allow(unused_macros, reason = "no version need be chosen")]
macro_rules! requests {
    ($version:ident) => {
        const _: () = {
            use crate::$version::crypto::types::{
                CryptoBuySessionData, CryptoSellSessionData, CryptoTransferSessionData,
                SessionData, SessionTokenForWidgetRequest,
            };

            impl TryFrom<BuySession> for SessionTokenForWidgetRequest {
                type Error = Error;

                fn try_from(session: BuySession) -> Result<Self, Error> {
                    session.check()?;
                    let method = session.offer.payment_method.clone();
                    let data = offered!(CryptoBuySessionData, session.offer);
                    let mut data = data.wallet_address(session.wallet_address).build()?;
                    data.payment_method_type = method;
                    data.refund_wallet_address = session.refund_wallet_address;
                    data.institution_id = session.institution_id;
                    request!(Buy(data), session.settings)
                }
            }

            impl TryFrom<SellSession> for SessionTokenForWidgetRequest {
                type Error = Error;

                fn try_from(session: SellSession) -> Result<Self, Error> {
                    session.check()?;
                    let method = session.offer.payment_method.clone();
                    let mut data = offered!(CryptoSellSessionData, session.offer).build()?;
                    data.payment_method_type = method;
                    data.wallet_address = session.wallet_address;
                    data.refund_wallet_address = session.refund_wallet_address;
                    data.redirect_flow = Some(session.redirect_flow);
                    request!(Sell(data), session.settings)
                }
            }

            impl TryFrom<TransferSession> for SessionTokenForWidgetRequest {
                type Error = Error;

                fn try_from(session: TransferSession) -> Result<Self, Error> {
                    session.check()?;
                    let mut data = CryptoTransferSessionData::builder()
                        .country_code(session.country_code)
                        .service_provider(session.service_provider)
                        .source_currency_codes(session.source_currency_codes)
                        .build()?;
                    data.source_amount = session.source_amount;
                    data.wallet_address = session.wallet_address;
                    data.institution_id = session.institution_id;
                    request!(Transfer(data), session.settings)
                }
            }
        };
    };
}

for_versions!("crypto", requests);
