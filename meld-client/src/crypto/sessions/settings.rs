//! The settings that all kinds of sessions share.

use std::net::IpAddr;

use meld_client_core::uuid::Uuid;
use meld_client_core::{Error, reqwest};

use crate::codes::check_wallet;
use crate::customers::CustomerRef;

meld_client_core::string_enum! {
    /// A field of a session that the user cannot change in the widget. Providers support different fields.
    pub enum LockField {
        /// The cryptocurrency.
        CryptoCurrency = "cryptoCurrency",
        /// The destination currency.
        DestinationCurrencyCode = "destinationCurrencyCode",
        /// The source currency.
        SourceCurrencyCode = "sourceCurrencyCode",
        /// The wallet address.
        WalletAddress = "walletAddress",
        /// The source amount.
        SourceAmount = "sourceAmount",
        /// The payment method.
        PaymentMethodType = "paymentMethodType",
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    pub customer: CustomerRef,
    pub external_session_id: String,
    pub external_subaccount_customer_id: Option<String>,
    pub bypass_kyc: Option<bool>,
    pub client_ip: Option<IpAddr>,
    pub redirect_url: Option<String>,
    pub lock_fields: Vec<LockField>,
    pub wallet_tag: Option<String>,
}

impl Settings {
    pub fn new(customer: CustomerRef) -> Self {
        Self {
            customer,
            external_session_id: Uuid::new_v4().to_string(),
            external_subaccount_customer_id: None,
            bypass_kyc: None,
            client_ip: None,
            redirect_url: None,
            lock_fields: Vec::new(),
            wallet_tag: None,
        }
    }

    /// Refuses settings that Meld would reject, or would accept and ignore.
    pub fn check(&self, wallet_address: Option<&str>) -> Result<(), Error> {
        if self.external_session_id.trim().is_empty() {
            return Err(Error::invalid("externalSessionId", "must not be empty"));
        }
        if let Some(address) = wallet_address {
            check_wallet("walletAddress", address)?;
        }
        if let Some(tag) = &self.wallet_tag {
            check_wallet("walletTag", tag)?;
            if wallet_address.is_none() {
                return Err(Error::invalid("walletTag", "needs a `walletAddress`"));
            }
        }
        match &self.redirect_url {
            Some(url) if reqwest::Url::parse(url).is_err() => {
                let why = "must be an absolute URL: `https://…`, or an app link";
                Err(Error::invalid("redirectUrl", why))
            }
            _ => Ok(()),
        }
    }
}
