//! The statuses and types of transactions.

meld_client_core::string_enum! {
    /// The status of a transaction: `status` in responses, `paymentTransactionStatus` in webhook events.
    ///
    /// The same for all API versions. It converts from and into the `TransactionStatus` of each version, which responses
    /// have and searches take.
    ///
    /// Use [`progress`](Self::progress) to decide. Once a status is terminal, the transaction does not change any
    /// more.
    pub enum TransactionStatus {
        /// Created at Meld only.
        PendingCreated = "PENDING_CREATED",
        /// Created at the provider, where the user has logged in or passed KYC.
        Pending = "PENDING",
        /// The user has to enter a second factor.
        TwoFaRequired = "TWO_FA_REQUIRED",
        /// The second factor is being verified.
        TwoFaProvided = "TWO_FA_PROVIDED",
        /// Paid. The crypto, or the fiat money of a sale, is being delivered.
        Settling = "SETTLING",
        /// A technical failure that may recover. Not terminal, although an old page about fiat payments says so.
        Error = "ERROR",
        /// Ramp and swap: the ramp is settled, the swap follows.
        OnrampSettled = "ONRAMP_SETTLED",
        /// Ramp and swap: the swap is being executed.
        Swapping = "SWAPPING",
        /// Ramp and swap of a sale: the swap is settled, the ramp follows.
        SwapSettled = "SWAP_SETTLED",
        /// Being processed. Only documented as a filter of searches.
        Processing = "PROCESSING",
        /// Completed: the purchase or payout is delivered.
        Settled = "SETTLED",
        /// Rejected by a payment system, or failed at any other stage.
        Failed = "FAILED",
        /// Declined by the provider or the bank.
        Declined = "DECLINED",
        /// Cancelled by the user.
        Cancelled = "CANCELLED",
        /// Refunded. No crypto was delivered.
        Refunded = "REFUNDED",
        /// Partially refunded.
        PartiallyRefunded = "PARTIALLY_REFUNDED",
        /// Ended early without moving money.
        Voided = "VOIDED",
        /// Only in old transactions. Equivalent to `PENDING`.
        Accepted = "ACCEPTED",
        /// Authorised and not captured. Equivalent to `PENDING`.
        Authorized = "AUTHORIZED",
        /// Only in old transactions. Equivalent to `PENDING`.
        PartiallySettled = "PARTIALLY_SETTLED",
        /// Only in old transactions: authorised and not captured within about 30 days. Equivalent to `FAILED`,
        /// although an old page about fiat payments says that it may continue.
        AuthorizationExpired = "AUTHORIZATION_EXPIRED",
    }
}

impl TransactionStatus {
    /// Returns the progress of a transaction with this status.
    #[must_use]
    pub fn progress(&self) -> Progress {
        match self.without_legacy() {
            Self::Settled => Progress::Settled,
            Self::Failed
            | Self::Declined
            | Self::Cancelled
            | Self::Refunded
            | Self::PartiallyRefunded
            | Self::Voided => Progress::Ended,
            // An unknown status may be a new intermediate stage, so it is not a failure.
            _ => Progress::Pending,
        }
    }

    /// Returns `true` if the transaction does not change any more.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        self.progress().is_terminal()
    }

    /// Returns `true` if the user has already paid (with coins, for a sale) or the transaction has ended.
    ///
    /// Nothing must be paid or sent any more.
    #[must_use]
    pub fn is_past_payment(&self) -> bool {
        let is_paid = matches!(self, Self::Settling | Self::OnrampSettled | Self::Swapping | Self::SwapSettled);
        is_paid || self.is_terminal()
    }

    /// Returns the current equivalent of a status that only old transactions have, and any other status unchanged.
    #[must_use]
    pub fn without_legacy(&self) -> Self {
        match self {
            Self::Accepted | Self::Authorized | Self::PartiallySettled => Self::Pending,
            Self::AuthorizationExpired => Self::Failed,
            other => other.clone(),
        }
    }
}

/// The progress of a transaction. Match it exhaustively: there will be no other values.
///
/// Every status that is not settled or ended is pending, including unknown ones. A pending transaction has not failed;
/// creating a new one may pay twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Progress {
    /// The outcome is not known yet.
    Pending,
    /// The transaction is completed.
    Settled,
    /// The transaction ended otherwise: failed, declined, cancelled, refunded in whole or in part, or voided.
    Ended,
}

impl Progress {
    /// Returns `true` if the transaction does not change any more.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        !matches!(self, Self::Pending)
    }
}

/// Interprets the status of a transaction, or of a webhook event about one.
///
/// An event has the status at the time of its delivery. Events can arrive late or out of order, so fetch the
/// transaction before you credit anything.
pub trait TransactionStatusExt {
    /// Returns the status. `None` if it is missing or empty.
    fn transaction_status(&self) -> Option<TransactionStatus>;

    /// Returns the progress, which is pending without a status.
    fn progress(&self) -> Progress {
        self.transaction_status().map_or(Progress::Pending, |status| status.progress())
    }

    /// Returns `true` if the transaction does not change any more.
    fn is_terminal(&self) -> bool {
        self.progress().is_terminal()
    }
}

#[cfg(feature = "client")]
impl<T: super::versions::Status + ?Sized> TransactionStatusExt for T {
    fn transaction_status(&self) -> Option<TransactionStatus> {
        let status = self.status_field().map(str::trim);
        status.filter(|status| !status.is_empty()).map(TransactionStatus::from)
    }
}

meld_client_core::string_enum! {
    /// The type of a transaction or quote (`transactionType`).
    pub enum TransactionType {
        /// A payment by card or from a bank account.
        Charge = "CHARGE",
        /// A refund.
        Refund = "REFUND",
        /// A payment to a bank account.
        Payout = "PAYOUT",
        /// A purchase of crypto.
        CryptoPurchase = "CRYPTO_PURCHASE",
        /// A purchase of crypto that is swapped into other crypto.
        CryptoPurchaseSwap = "CRYPTO_PURCHASE_SWAP",
        /// A sale of crypto.
        CryptoSell = "CRYPTO_SELL",
        /// A swap of crypto into other crypto, which is sold.
        CryptoSellSwap = "CRYPTO_SELL_SWAP",
        /// A transfer of crypto from one wallet to another.
        CryptoTransfer = "CRYPTO_TRANSFER",
    }
}

impl TransactionType {
    /// Returns `true` for a purchase of crypto, with or without a swap.
    #[must_use]
    pub fn is_buy(&self) -> bool {
        matches!(self, Self::CryptoPurchase | Self::CryptoPurchaseSwap)
    }

    /// Returns `true` for a sale of crypto, with or without a swap.
    #[must_use]
    pub fn is_sell(&self) -> bool {
        matches!(self, Self::CryptoSell | Self::CryptoSellSwap)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Event(Option<&'static str>);

    impl TransactionStatusExt for Event {
        fn transaction_status(&self) -> Option<TransactionStatus> {
            self.0.map(TransactionStatus::from)
        }
    }

    #[test]
    fn progress_of_every_status() {
        let expected = [
            ("PENDING_CREATED", Progress::Pending),
            ("PENDING", Progress::Pending),
            ("TWO_FA_REQUIRED", Progress::Pending),
            ("TWO_FA_PROVIDED", Progress::Pending),
            ("SETTLING", Progress::Pending),
            ("ERROR", Progress::Pending),
            ("ONRAMP_SETTLED", Progress::Pending),
            ("SWAPPING", Progress::Pending),
            ("SWAP_SETTLED", Progress::Pending),
            ("PROCESSING", Progress::Pending),
            ("SETTLED", Progress::Settled),
            ("FAILED", Progress::Ended),
            ("DECLINED", Progress::Ended),
            ("CANCELLED", Progress::Ended),
            ("REFUNDED", Progress::Ended),
            ("PARTIALLY_REFUNDED", Progress::Ended),
            ("VOIDED", Progress::Ended),
            ("ACCEPTED", Progress::Pending),
            ("AUTHORIZED", Progress::Pending),
            ("PARTIALLY_SETTLED", Progress::Pending),
            ("AUTHORIZATION_EXPIRED", Progress::Ended),
        ];
        let known: Vec<&str> = TransactionStatus::KNOWN.iter().map(|one| one.as_str()).collect();
        assert_eq!(known, expected.map(|(text, _)| text), "the table has every status");
        for (text, progress) in expected {
            let status = TransactionStatus::from(text);
            assert_eq!(status.progress(), progress, "{text}");
            assert_eq!(status.is_terminal(), progress != Progress::Pending, "{text}");
            assert_eq!(Event(Some(text)).progress(), progress, "{text}");
        }
    }

    #[test]
    fn paid_or_ended_statuses_are_past_payment() {
        let before = [
            "PENDING_CREATED",
            "PENDING",
            "TWO_FA_REQUIRED",
            "TWO_FA_PROVIDED",
            "ERROR",
            "PROCESSING",
            "ACCEPTED",
            "AUTHORIZED",
            "PARTIALLY_SETTLED",
        ];
        for status in TransactionStatus::KNOWN {
            assert_eq!(status.is_past_payment(), !before.contains(&status.as_str()), "{status}");
        }
        assert!(!TransactionStatus::from("BRAND_NEW").is_past_payment());
    }

    #[test]
    fn legacy_statuses_have_current_equivalents() {
        for (old, new) in [
            ("ACCEPTED", "PENDING"),
            ("AUTHORIZED", "PENDING"),
            ("PARTIALLY_SETTLED", "PENDING"),
            ("AUTHORIZATION_EXPIRED", "FAILED"),
            ("SETTLED", "SETTLED"),
            ("BRAND_NEW", "BRAND_NEW"),
        ] {
            assert_eq!(TransactionStatus::from(old).without_legacy(), *new, "{old}");
        }
    }

    #[test]
    fn unknown_or_missing_statuses_are_pending() {
        for text in [Some("BRAND_NEW"), Some(""), None] {
            let event = Event(text);
            assert_eq!((event.progress(), event.is_terminal()), (Progress::Pending, false));
        }
    }

    #[test]
    fn letter_case_does_not_matter() {
        assert_eq!(Event(Some("Settled")).progress(), Progress::Settled);
        assert_eq!(Event(Some("declined")).progress(), Progress::Ended);
        assert!(TransactionType::from("crypto_sell").is_sell());
    }

    #[test]
    fn types_are_buys_sells_or_neither() {
        for (text, buy, sell) in [
            ("CHARGE", false, false),
            ("REFUND", false, false),
            ("PAYOUT", false, false),
            ("CRYPTO_PURCHASE", true, false),
            ("CRYPTO_PURCHASE_SWAP", true, false),
            ("CRYPTO_SELL", false, true),
            ("CRYPTO_SELL_SWAP", false, true),
            ("CRYPTO_TRANSFER", false, false),
            ("BRAND_NEW", false, false),
        ] {
            let kind = TransactionType::from(text);
            assert_eq!((kind.is_buy(), kind.is_sell()), (buy, sell), "{text}");
        }
    }
}
