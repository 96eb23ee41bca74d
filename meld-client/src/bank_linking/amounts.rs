//! Which way money went, and what is owed.

use crate::Decimal;

/// Which way the money of a transaction went: every version's `FinancialAccountTransaction`.
///
/// Meld's amounts are positive where money left the account and negative where it came in, whatever the provider is and
/// whatever kind the account is of: a purchase with a card is positive, paying the card off is negative.
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "bank_linking"))] {
/// use meld_client::Decimal;
/// use meld_client::v2026_02_03::bank_linking::types::FinancialAccountTransaction;
/// use meld_client::v2026_02_03::prelude::*;
///
/// let mut salary = FinancialAccountTransaction::default();
/// salary.amount = Some(Decimal::from(-2500));
/// assert_eq!(salary.money_in(), Some(Decimal::from(2500)));
/// assert_eq!(salary.money_out(), None);
/// assert_eq!(salary.balance_change(), Some(Decimal::from(2500)));
/// # }
/// ```
pub trait FinancialAccountTransactionExt {
    /// The amount as the service gave it: money out is positive.
    fn amount_out(&self) -> Option<Decimal>;

    /// How much came in, as a positive amount; nothing if none came in, or there is no amount.
    fn money_in(&self) -> Option<Decimal> {
        self.balance_change().filter(|amount| *amount > Decimal::ZERO)
    }

    /// How much went out, as a positive amount; nothing if none went out, or there is no amount.
    fn money_out(&self) -> Option<Decimal> {
        self.amount_out().filter(|amount| *amount > Decimal::ZERO)
    }

    /// What the transaction does to the balance of [`FinancialAccountExt`]: positive where money came in.
    fn balance_change(&self) -> Option<Decimal> {
        self.amount_out().map(|amount| Decimal::ZERO - amount)
    }
}

/// Balances in which what is owed is negative: every version's `FinancialAccount`.
///
/// Meld's own balances are positive for every type of account: on a loan or a credit card that is what is owed.
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "bank_linking"))] {
/// use meld_client::Decimal;
/// use meld_client::v2026_02_03::bank_linking::types;
/// use meld_client::v2026_02_03::prelude::*;
///
/// let mut balances = types::FinancialAccountBalances::default();
/// balances.current_amount = Some(Decimal::from(300));
/// let mut card = types::FinancialAccount::default();
/// card.type_ = Some(types::FinancialAccountType::Credit);
/// card.balances = Some(balances);
/// assert_eq!(card.signed_balance(), Some(Decimal::from(-300)));
/// # }
/// ```
pub trait FinancialAccountExt {
    /// The current balance: negative if it is owed (types `CREDIT` and `LOAN`), positive if it is owned (`DEPOSITORY`,
    /// `INVESTMENT`, `INSURANCE`). Of `OTHER`, `UNIDENTIFIED` and types that are not documented nobody knows which it
    /// is: nothing, as when there is no balance.
    fn signed_balance(&self) -> Option<Decimal>;

    /// What can be taken out, by the bank's reckoning: `availableAmount` as it is. It is never owed: on a credit card
    /// it is the part of the limit that is left.
    fn available_to_spend(&self) -> Option<Decimal>;
}

/// The current balance of an account of this type.
pub(super) fn signed(account_type: Option<&str>, current: Option<Decimal>) -> Option<Decimal> {
    match account_type? {
        "CREDIT" | "LOAN" => current.map(|owed| Decimal::ZERO - owed),
        "DEPOSITORY" | "INVESTMENT" | "INSURANCE" => current,
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl FinancialAccountTransactionExt for Option<Decimal> {
        fn amount_out(&self) -> Option<Decimal> {
            *self
        }
    }

    #[test]
    fn money_out_is_positive_and_money_in_negative() {
        let cents = |cents| Some(Decimal::new(cents, 2));
        for (amount, money_in, money_out, change) in [
            (cents(1250), None, cents(1250), cents(-1250)),
            (cents(-1250), cents(1250), None, cents(1250)),
            (cents(0), None, None, cents(0)),
            (None, None, None, None),
            (Some(Decimal::MIN), Some(Decimal::MAX), None, Some(Decimal::MAX)),
        ] {
            let found = (amount.money_in(), amount.money_out(), amount.balance_change());
            assert_eq!(found, (money_in, money_out, change), "{amount:?}");
        }
        // A zero has no sign that would show.
        assert_eq!(cents(0).balance_change().unwrap().to_string(), "0.00");
    }

    #[test]
    fn what_is_owed_is_negative() {
        let ten = Some(Decimal::TEN);
        for (account_type, expected) in [
            (Some("CREDIT"), Some(-Decimal::TEN)),
            (Some("LOAN"), Some(-Decimal::TEN)),
            (Some("DEPOSITORY"), ten),
            (Some("INVESTMENT"), ten),
            (Some("INSURANCE"), ten),
            (Some("OTHER"), None),
            (Some("UNIDENTIFIED"), None),
            (Some("BRAND_NEW"), None),
            (None, None),
        ] {
            assert_eq!(signed(account_type, ten), expected, "{account_type:?}");
            assert_eq!(signed(account_type, None), None);
        }
        // A card that was overpaid.
        assert_eq!(signed(Some("CREDIT"), Some(-Decimal::TEN)), ten);
    }
}
