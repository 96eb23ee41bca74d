//! The signs of amounts and balances.

use meld_client_core::Decimal;

use super::versions::{Account, Transaction};

/// Interprets the amount of a financial account's transaction.
///
/// Meld's amounts are positive if money left the account and negative if it came in, for every provider and type of
/// account. A purchase with a credit card is positive, and paying the card off is negative.
///
/// # Examples
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
pub trait FinancialAccountTransactionExt: Transaction {
    /// Returns Meld's amount, which is positive if money left the account.
    fn amount_out(&self) -> Option<Decimal> {
        self.amount()
    }

    /// Returns the incoming amount, which is positive. `None` if no money came in or there is no amount.
    fn money_in(&self) -> Option<Decimal> {
        self.balance_change().filter(|amount| *amount > Decimal::ZERO)
    }

    /// Returns the outgoing amount, which is positive. `None` if no money left or there is no amount.
    fn money_out(&self) -> Option<Decimal> {
        self.amount().filter(|amount| *amount > Decimal::ZERO)
    }

    /// Returns the change of [`FinancialAccountExt::signed_balance`], which is positive if money came in.
    fn balance_change(&self) -> Option<Decimal> {
        self.amount().map(|amount| Decimal::ZERO - amount)
    }
}

impl<T: Transaction> FinancialAccountTransactionExt for T {}

/// Interprets the balances of a financial account.
///
/// Meld's balances are positive for every type of account. On a loan or a credit card, the balance is the debt.
///
/// # Examples
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
pub trait FinancialAccountExt: Account {
    /// Returns the current balance with debts as negative amounts.
    ///
    /// The balance is negative for the types `CREDIT` and `LOAN`, and positive for `DEPOSITORY`, `INVESTMENT` and
    /// `INSURANCE`. `None` for `OTHER`, `UNIDENTIFIED` and undocumented types, and if there is no balance.
    fn signed_balance(&self) -> Option<Decimal> {
        let (account_type, current, _) = self.balances();
        match account_type? {
            "CREDIT" | "LOAN" => current.map(|debt| Decimal::ZERO - debt),
            "DEPOSITORY" | "INVESTMENT" | "INSURANCE" => current,
            _ => None,
        }
    }

    /// Returns the amount that can be withdrawn, as the bank calculates it (`availableAmount`).
    ///
    /// It is never a debt. On a credit card it is the unused part of the limit.
    fn available_to_spend(&self) -> Option<Decimal> {
        let (_, _, available) = self.balances();
        available
    }
}

impl<T: Account> FinancialAccountExt for T {}

#[cfg(test)]
mod tests {
    use super::*;

    impl Transaction for Option<Decimal> {
        fn amount(&self) -> Option<Decimal> {
            *self
        }
    }

    impl Account for (Option<&str>, Option<Decimal>) {
        fn balances(&self) -> (Option<&str>, Option<Decimal>, Option<Decimal>) {
            (self.0, self.1, None)
        }
    }

    #[test]
    fn amounts_are_positive_if_money_left() {
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
        // Negating zero must not print a sign.
        assert_eq!(cents(0).balance_change().unwrap().to_string(), "0.00");
    }

    #[test]
    fn debts_are_negative_balances() {
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
            assert_eq!((account_type, ten).signed_balance(), expected, "{account_type:?}");
            assert_eq!((account_type, None).signed_balance(), None);
        }
        // An overpaid card.
        assert_eq!((Some("CREDIT"), Some(-Decimal::TEN)).signed_balance(), ten);
    }
}
