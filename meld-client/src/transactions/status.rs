//! The statuses and types of transactions.

meld_client_core::string_enum! {
    /// The status of a transaction: in responses `status`, in webhook events `paymentTransactionStatus`.
    ///
    /// What matters is [`progress`](Self::progress). Once a status is terminal, neither it nor the details of the
    /// transaction change any more.
    pub enum TransactionStatus {
        /// It exists at Meld only.
        PendingCreated = "PENDING_CREATED",
        /// It is with the provider, and the user is logged in or has passed KYC there.
        Pending = "PENDING",
        /// The user has to give a second factor.
        TwoFactorRequired = "TWO_FA_REQUIRED",
        /// The second factor is being checked.
        TwoFactorProvided = "TWO_FA_PROVIDED",
        /// It is paid; the crypto, or of a sell the fiat money, is on its way.
        Settling = "SETTLING",
        /// Something failed technically, and may recover: not an end. (An old page about fiat payments alone calls it
        /// one.)
        Error = "ERROR",
        /// Ramp and swap: the ramp is done, the swap is to follow.
        OnrampSettled = "ONRAMP_SETTLED",
        /// Ramp and swap: the swap is being carried out.
        Swapping = "SWAPPING",
        /// Ramp and swap, sells: the swap is done, the ramp is to follow.
        SwapSettled = "SWAP_SETTLED",
        /// It is being worked on. Named as a filter of searches only.
        Processing = "PROCESSING",
        /// It is done: what was bought or paid out is delivered.
        Settled = "SETTLED",
        /// It was refused by a payment system, or failed at any other stage.
        Failed = "FAILED",
        /// The provider or the bank said no.
        Declined = "DECLINED",
        /// The user ended it.
        Cancelled = "CANCELLED",
        /// The money is given back, crypto was not delivered.
        Refunded = "REFUNDED",
        /// A part of the money is given back.
        PartiallyRefunded = "PARTIALLY_REFUNDED",
        /// It ended early, and nothing was moved.
        Voided = "VOIDED",
        /// Of old transactions: reads as `PENDING`.
        Accepted = "ACCEPTED",
        /// Authorised and not captured. Reads as `PENDING`.
        Authorized = "AUTHORIZED",
        /// Of old transactions: reads as `PENDING`.
        PartiallySettled = "PARTIALLY_SETTLED",
        /// Of old transactions: reads as `FAILED`. (An old page about fiat payments alone says that it may go on:
        /// authorised and not captured within about 30 days.)
        AuthorizationExpired = "AUTHORIZATION_EXPIRED",
    }
}

impl TransactionStatus {
    /// How far a transaction of this status is.
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
            // A status that is not known is no failure: it may be a new stage on the way.
            _ => Progress::Pending,
        }
    }

    /// Whether nothing changes any more.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        self.progress().is_terminal()
    }

    /// Whether the user has paid already, or the transaction is at its end: nothing is to be paid or sent any more. Of
    /// a sell, what is paid with are coins.
    #[must_use]
    pub fn is_past_payment(&self) -> bool {
        let is_paid = matches!(
            self,
            Self::Settling | Self::OnrampSettled | Self::Swapping | Self::SwapSettled
        );
        is_paid || self.is_terminal()
    }

    /// The status that Meld reads this one as: what only old transactions have, in today's words.
    #[must_use]
    pub fn without_legacy(&self) -> Self {
        match self {
            Self::Accepted | Self::Authorized | Self::PartiallySettled => Self::Pending,
            Self::AuthorizationExpired => Self::Failed,
            other => other.clone(),
        }
    }
}

/// How far a transaction is: done, over otherwise, or not known yet.
///
/// There is no fourth case. What is not `Settled` or `Ended` is under way, be its status one that this crate does not
/// know; it is not a failure, and to begin anew then may pay twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Progress {
    /// The outcome is not known yet.
    Pending,
    /// It is done.
    Settled,
    /// It came to another end: failed, declined, cancelled, refunded in whole or in part, voided.
    Ended,
}

impl Progress {
    /// Whether nothing changes any more.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        !matches!(self, Self::Pending)
    }
}

/// What has the status of a transaction: transactions themselves, and the webhook events about them.
///
/// An event carries the status of the moment in which it was sent. Deliveries may come late or out of order, so that
/// the transaction itself is to be read before anything is credited.
pub trait TransactionStatusExt {
    /// The status; none if it is missing or empty.
    fn transaction_status(&self) -> Option<TransactionStatus>;

    /// How far it is. Without a status it is under way.
    fn progress(&self) -> Progress {
        self.transaction_status().map_or(Progress::Pending, |status| status.progress())
    }

    /// Whether nothing changes any more.
    fn is_terminal(&self) -> bool {
        self.progress().is_terminal()
    }
}

meld_client_core::string_enum! {
    /// What a transaction is, in the field `transactionType`; quotes have it too.
    pub enum TransactionType {
        /// A payment by card or from a bank account.
        Charge = "CHARGE",
        /// Money given back.
        Refund = "REFUND",
        /// A payment to a bank account.
        Payout = "PAYOUT",
        /// Crypto is bought.
        CryptoPurchase = "CRYPTO_PURCHASE",
        /// Crypto is bought and swapped into other crypto.
        CryptoPurchaseSwap = "CRYPTO_PURCHASE_SWAP",
        /// Crypto is sold.
        CryptoSell = "CRYPTO_SELL",
        /// Crypto is swapped into other crypto and sold.
        CryptoSellSwap = "CRYPTO_SELL_SWAP",
        /// Crypto goes from one wallet to another.
        CryptoTransfer = "CRYPTO_TRANSFER",
    }
}

impl TransactionType {
    /// Whether crypto is bought, with or without a swap.
    #[must_use]
    pub fn is_buy(&self) -> bool {
        matches!(self, Self::CryptoPurchase | Self::CryptoPurchaseSwap)
    }

    /// Whether crypto is sold, with or without a swap.
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
    fn every_status_is_settled_ended_or_under_way() {
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
    fn what_is_paid_or_over_is_not_paid_again() {
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
    fn what_only_old_transactions_have_is_read_in_todays_words() {
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
    fn a_status_that_is_new_missing_or_empty_is_not_a_failure() {
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
