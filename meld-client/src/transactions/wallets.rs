//! The wallets of crypto transactions: which of five fields is meant.

use super::{TransactionStatus, TransactionStatusExt, TransactionType};
use crate::Decimal;
#[allow(unused_imports, reason = "no version need be chosen")]
use crate::for_versions::for_versions;

/// What the user of a sell has to send, and where to.
///
/// Send exactly this amount of exactly this currency. Some chains need a memo or tag beside the address (XRP, XLM, …):
/// no field is documented for one, so look into `service_provider_details` before coins of such a chain are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deposit {
    /// The provider's wallet.
    pub address: String,
    /// How much, in units of the currency (`sourceAmount`).
    pub amount: Decimal,
    /// The currency (`sourceCurrencyCode`). It names the chain if that is not the main one: `USDC_BASE`.
    pub currency_code: String,
    /// The commonly known id of the network, if the transaction has one: `1` is Ethereum.
    pub chain_id: Option<String>,
}

/// The wallets of a transaction of crypto.
///
/// Transactions have up to five fields with wallets, whose names changed between versions of the API and which stand
/// for other things in buys and sells. To send coins to the wrong one is to lose them.
pub trait TransactionWalletsExt: TransactionStatusExt {
    /// What the transaction is; none if that is missing.
    fn kind(&self) -> Option<TransactionType>;

    /// Where the coins of a sell are to be sent: `destinationWalletAddress`, else `offrampDestinationWalletAddress`.
    /// Never any other field, and nothing for a transaction that is no sell.
    fn deposit_address(&self) -> Option<&str>;

    /// What the user of a sell still has to send, and where to. Nothing as long as address, amount or currency are
    /// not known, nothing in the status `ERROR`, from which the transaction may recover, and nothing after the coins
    /// have come or the transaction is at its end: what is sent then may be lost.
    ///
    /// The status changes some time after the coins are sent. Remember that the user has sent them, so that a page
    /// which is opened again does not ask for them again.
    fn deposit(&self) -> Option<Deposit>;

    /// The wallet of the customer: where bought coins go, or where sold ones come from.
    ///
    /// That is `destinationWalletAddress`, of a sell `sourceWalletAddress`. Before 2025-03-04, and in places after it,
    /// there is only `walletAddress`, and where neither is, the wallet that the session was made with
    /// (`sessionWalletAddress`).
    fn customer_wallet(&self) -> Option<&str>;
}

/// What of a transaction tells of its wallets.
#[allow(dead_code, reason = "no version need be chosen")]
pub(super) struct Wallets<'a> {
    pub kind: Option<TransactionType>,
    pub destination: Option<&'a str>,
    pub offramp_destination: Option<&'a str>,
    pub source: Option<&'a str>,
    pub session: Option<&'a str>,
    pub wallet: Option<&'a str>,
}

#[allow(dead_code, reason = "no version need be chosen")]
impl<'a> Wallets<'a> {
    pub fn is_sell(&self) -> bool {
        self.kind.as_ref().is_some_and(TransactionType::is_sell)
    }

    pub fn deposit_address(&self) -> Option<&'a str> {
        if !self.is_sell() {
            return None;
        }
        filled(self.destination).or_else(|| filled(self.offramp_destination))
    }

    pub fn customer_wallet(&self) -> Option<&'a str> {
        let own = if self.is_sell() { self.source } else { self.destination };
        filled(own).or_else(|| filled(self.wallet)).or_else(|| filled(self.session))
    }
}

/// The text, unless there is nothing in it.
#[allow(dead_code, reason = "no version need be chosen")]
pub(crate) fn filled(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// Whether coins of a sell can be sent while it has this status. Of a new status nothing is known that forbids it.
#[allow(dead_code, reason = "no version need be chosen")]
fn may_be_sent_to(status: Option<&TransactionStatus>) -> bool {
    let forbids = |status: &TransactionStatus| {
        status.is_past_payment() || *status == TransactionStatus::Error
    };
    !status.is_some_and(forbids)
}

/// What is to be sent, if all of it is known.
#[allow(dead_code, reason = "no version need be chosen")]
fn deposit(
    address: Option<&str>,
    amount: Option<Decimal>,
    currency: Option<&str>,
    chain: Option<&str>,
) -> Option<Deposit> {
    Some(Deposit {
        address: address?.to_owned(),
        amount: amount.filter(|amount| *amount > Decimal::ZERO)?,
        currency_code: filled(currency)?.to_owned(),
        chain_id: filled(chain).map(str::to_owned),
    })
}

/// Transactions of one type of one version.
#[allow(unused_macros, reason = "no version need be chosen")]
macro_rules! crypto_transaction {
    ($transaction:ty) => {
        impl TransactionWalletsExt for $transaction {
            fn kind(&self) -> Option<TransactionType> {
                filled(self.transaction_type.as_deref()).map(TransactionType::from)
            }

            fn deposit_address(&self) -> Option<&str> {
                wallets!(self)?.deposit_address()
            }

            fn deposit(&self) -> Option<Deposit> {
                if !may_be_sent_to(self.transaction_status().as_ref()) {
                    return None;
                }
                let chain = self.crypto_details.as_ref()?.chain_id.as_deref();
                let currency = self.source_currency_code.as_deref();
                deposit(self.deposit_address(), self.source_amount, currency, chain)
            }

            fn customer_wallet(&self) -> Option<&str> {
                wallets!(self)?.customer_wallet()
            }
        }
    };
}

/// The wallets of a transaction, if it has details of crypto.
#[allow(unused_macros, reason = "no version need be chosen")]
macro_rules! wallets {
    ($transaction:ident) => {
        $transaction.crypto_details.as_ref().map(|details| Wallets {
            kind: $transaction.kind(),
            destination: details.destination_wallet_address.as_deref(),
            offramp_destination: details.offramp_destination_wallet_address.as_deref(),
            source: details.source_wallet_address.as_deref(),
            session: details.session_wallet_address.as_deref(),
            wallet: details.wallet_address.as_deref(),
        })
    };
}

#[allow(unused_imports, reason = "no version need be chosen")]
use {crypto_transaction, wallets};

/// Of the family `crypto`.
#[allow(unused_macros, reason = "no version need be chosen")]
macro_rules! in_crypto {
    ($version:ident) => {
        crypto_transaction!(crate::$version::crypto::types::PaymentTransactionOutput);
        crypto_transaction!(crate::$version::crypto::types::SearchedPaymentTransactionOutput);
    };
}

/// Of the family `payments`.
#[allow(unused_macros, reason = "no version need be chosen")]
macro_rules! in_payments {
    ($version:ident) => {
        crypto_transaction!(crate::$version::payments::types::PaymentTransactionOutput);
        crypto_transaction!(crate::$version::payments::types::SearchedPaymentTransactionOutput);
    };
}

for_versions!("crypto", in_crypto);
for_versions!("payments", in_payments);
