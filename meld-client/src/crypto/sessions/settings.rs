//! What all kinds of sessions may have.

use std::net::IpAddr;

use meld_client_core::uuid::Uuid;

use crate::crypto::{LockField, wallet};
use crate::customers::CustomerRef;
use crate::{Error, reqwest};

/// The settings of a session that have nothing to do with its kind.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Settings {
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

    /// Refuses what Meld would refuse, or would take and not act upon.
    pub fn check(&self, wallet_address: Option<&str>) -> Result<(), Error> {
        if self.external_session_id.trim().is_empty() {
            return Err(Error::invalid("externalSessionId", "must not be empty"));
        }
        if let Some(address) = wallet_address {
            wallet("walletAddress", address)?;
        }
        if let Some(tag) = &self.wallet_tag {
            wallet("walletTag", tag)?;
            if wallet_address.is_none() {
                return Err(Error::invalid("walletTag", "needs a walletAddress beside it"));
            }
        }
        match &self.redirect_url {
            Some(url) if reqwest::Url::parse(url).is_err() => {
                let why = "must be a whole address: `https://…`, or one of an app";
                Err(Error::invalid("redirectUrl", why))
            }
            _ => Ok(()),
        }
    }
}

/// The functions that set them.
macro_rules! setters {
    ($session:ident) => {
        // It tells of a person.
        meld_client_core::opaque!($session);

        impl $session {
            /// Your id of the session, by which webhooks and searches name it (`externalSessionId`): a random UUID,
            /// unless it was set.
            #[must_use]
            pub fn external_session_id(&self) -> &str {
                &self.settings.external_session_id
            }

            /// Sets your id of the session. Meld takes each only once.
            pub fn with_external_session_id(mut self, id: impl Into<String>) -> Self {
                self.settings.external_session_id = id.into();
                self
            }

            /// The sub-account that the session belongs to, by your id of that customer, who has to be known to Meld
            /// (type `BUSINESS`).
            pub fn external_subaccount_customer_id(mut self, id: impl Into<String>) -> Self {
                self.settings.external_subaccount_customer_id = Some(id.into());
                self
            }

            /// Hands the customer's approved KYC on to the provider, so that the user is not asked again. At the
            /// providers that take it (Mercuryo, Paybis, Topper, Unlimit).
            pub fn bypass_kyc(mut self, bypass_kyc: bool) -> Self {
                self.settings.bypass_kyc = Some(bypass_kyc);
                self
            }

            /// The address of the user's device, not of your server. Meld advises to send it always.
            pub fn client_ip(mut self, address: impl Into<IpAddr>) -> Self {
                self.settings.client_ip = Some(address.into());
                self
            }

            /// Where the user comes back to from the widget: a web page, or a link of an app. No result comes with
            /// it.
            pub fn redirect_url(mut self, url: impl Into<String>) -> Self {
                self.settings.redirect_url = Some(url.into());
                self
            }

            /// What the user cannot change in the widget.
            pub fn lock_fields(mut self, fields: impl IntoIterator<Item = LockField>) -> Self {
                self.settings.lock_fields = fields.into_iter().collect();
                self
            }

            /// The tag or memo of the wallet, where the chain has such (XRP, XLM, …).
            pub fn wallet_tag(mut self, wallet_tag: impl Into<String>) -> Self {
                self.settings.wallet_tag = Some(wallet_tag.into());
                self
            }
        }
    };
}

pub(super) use setters;
