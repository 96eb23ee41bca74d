//! The wallets of crypto transactions.

use super::versions::Transaction;
use super::{TransactionStatus, TransactionStatusExt as _, TransactionType};
use crate::money::Money;

/// The coins that the user of a sale has to send.
///
/// Send exactly this amount of exactly this currency. Some chains need a memo or tag with the address (XRP, XLM, …).
/// No field is documented for it, so check `service_provider_details` before coins of such a chain are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deposit {
    /// The wallet address of the provider.
    pub address: String,
    /// The amount (`sourceAmount`) and its currency (`sourceCurrencyCode`), which names the chain unless it is the main
    /// one: `USDC_BASE`.
    pub amount: Money,
    /// The common id of the network: `1` is Ethereum. `None` if the transaction has none.
    pub chain_id: Option<String>,
}

/// Reads the wallet addresses of a crypto transaction.
///
/// Transactions have up to five wallet fields. Their names changed between API versions, and they mean different
/// things in purchases and sales. Coins that are sent to the wrong address are lost.
pub trait TransactionWalletsExt: Transaction {
    /// Returns the type of the transaction. `None` if it is missing.
    fn kind(&self) -> Option<TransactionType> {
        filled(self.fields().kind).map(TransactionType::from)
    }

    /// Returns the address for the coins of a sale. `None` if the transaction is not a sale.
    ///
    /// The field is `destinationWalletAddress`, or else `offrampDestinationWalletAddress`.
    fn deposit_address(&self) -> Option<&str> {
        let crypto = self.fields().crypto.filter(|_| is_sell(self))?;
        filled(crypto.destination).or_else(|| filled(crypto.offramp_destination))
    }

    /// Returns the coins that the user of a sale still has to send.
    ///
    /// `None` if
    ///
    /// - the address, amount or currency is missing,
    /// - the status is `ERROR`, from which the transaction may recover, or
    /// - the coins have arrived or the transaction has ended, because coins that are sent then may be lost.
    ///
    /// The status changes some time after the coins were sent. Store that the user has sent them, so that a reopened
    /// page does not request them again.
    fn deposit(&self) -> Option<Deposit> {
        let forbids = |status: &TransactionStatus| status.is_past_payment() || *status == TransactionStatus::Error;
        // An unknown status does not exclude a deposit.
        if self.transaction_status().as_ref().is_some_and(forbids) {
            return None;
        }
        let fields = self.fields();
        Some(Deposit {
            address: self.deposit_address()?.to_owned(),
            amount: Money::given(fields.source_amount, fields.source_currency_code).filter(Money::is_positive)?,
            chain_id: filled(fields.crypto?.chain_id).map(str::to_owned),
        })
    }

    /// Returns the customer's address: the destination of a purchase, or the source of a sale.
    ///
    /// The field is `destinationWalletAddress` or `sourceWalletAddress`. Before 2025-03-04, and sometimes later, only
    /// `walletAddress` is set. If all are missing, it is the address of the session (`sessionWalletAddress`).
    fn customer_wallet(&self) -> Option<&str> {
        let crypto = self.fields().crypto?;
        let own = if is_sell(self) { crypto.source } else { crypto.destination };
        filled(own).or_else(|| filled(crypto.wallet)).or_else(|| filled(crypto.session))
    }
}

impl<T: Transaction> TransactionWalletsExt for T {}

fn is_sell(transaction: &(impl Transaction + ?Sized)) -> bool {
    filled(transaction.fields().kind).is_some_and(|kind| TransactionType::from(kind).is_sell())
}

/// Trims a string. `None` if it is empty.
pub(crate) fn filled(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}
