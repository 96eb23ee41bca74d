// Scenarios of reading transactions and investments.
// Compiled once for each API version, which is `api`; see `dates.rs`.

use std::collections::HashMap;

use futures_util::TryStreamExt;
use meld_client::Decimal;
use meld_sandbox::{Fault, Sandbox};

use super::connections::rule;
use super::{Wallet, api};
use api::bank_linking::types::{
    FinancialAccountTransaction, InvestmentHoldingType, InvestmentTransactionType, Product,
};
use api::prelude::*;

/// A local copy of the transactions of an account, by id.
#[derive(Default)]
struct Copy(HashMap<String, FinancialAccountTransaction>);

impl Copy {
    fn upsert(&mut self, transaction: FinancialAccountTransaction) {
        self.0.insert(transaction.id.clone().unwrap(), transaction);
    }

    /// Checks that the copy equals the list at Meld.
    async fn assert_is_right(&self, wallet: &Wallet, account: &str) {
        let search = wallet.api.bank_linking().search_transactions();
        let all = search.financial_account_id(account).all(10_000).await.unwrap();
        assert_eq!(self.0.len(), all.len());
        for transaction in all {
            assert_eq!(self.0.get(transaction.id.as_ref().unwrap()), Some(&transaction));
        }
    }
}

#[tokio::test]
async fn transactions_are_read_in_large_pages() {
    let wallet = Wallet::open().await;
    wallet.subscribe().await;
    let (_, accounts) = wallet.link("robin", &[Product::Transactions]).await;
    // `BANK_LINKING_ACCOUNTS_UPDATED` is not sent if transactions are the only product.
    let events = wallet.events_up_to("BANK_LINKING_HISTORICAL_TRANSACTIONS_AGGREGATED").await;
    assert!(events.iter().any(|event| event == "BANK_LINKING_TRANSACTIONS_AGGREGATED"));
    assert!(!events.iter().any(|event| event == "BANK_LINKING_ACCOUNTS_UPDATED"), "{events:?}");

    let requests = wallet.requests();
    let search = wallet.api.bank_linking().search_transactions();
    let mut transactions = search.financial_account_id(&accounts[0]).stream();
    let (mut many, mut money_in, mut money_out) = (0, Decimal::ZERO, Decimal::ZERO);
    let mut change = Decimal::ZERO;
    while let Some(transaction) = transactions.try_next().await.unwrap() {
        many += 1;
        money_in += transaction.money_in().unwrap_or_default();
        money_out += transaction.money_out().unwrap_or_default();
        change += transaction.balance_change().unwrap();
        let is_salary = transaction.description.as_deref() == Some("Salary");
        assert_eq!(transaction.money_in().is_some(), is_salary);
    }
    assert_eq!((many, wallet.requests() - requests), (2500, 3));
    assert!(money_in > Decimal::ZERO && money_out > Decimal::ZERO);
    assert_eq!(change, money_in - money_out);
}

#[tokio::test]
async fn local_copy_is_kept_up_to_date() {
    let wallet = Wallet::with(Sandbox::builder().transactions_per_account(450)).await;
    let bank_linking = wallet.api.bank_linking();
    let (_, accounts) = wallet.link("robin", &[Product::Transactions]).await;
    let account = &accounts[0];
    let mut copy = Copy::default();
    let search = bank_linking.search_transactions().financial_account_id(account);
    search.all(5000).await.unwrap().into_iter().for_each(|transaction| copy.upsert(transaction));

    // The numbers of changes, and the number of requests to read them.
    for (added, changed, removed, calls) in
        [(5, 3, 2, 1), (0, 1, 0, 1), (1, 0, 0, 1), (90, 10, 0, 1), (90, 11, 0, 2), (250, 0, 7, 3)]
    {
        let updated = wallet.sandbox.update_transactions(account, added, changed, removed).unwrap();
        let requests = wallet.requests();
        // The webhook has the key and the removed ids.
        let mut changes = bank_linking.changed_transactions(account, updated.oldest_key.as_deref());
        let mut read = 0;
        while let Some(transaction) = changes.try_next().await.unwrap() {
            read += 1;
            copy.upsert(transaction);
        }
        for id in &updated.removed {
            copy.0.remove(id);
        }
        // The transaction with the key is included, and no older one.
        assert_eq!((read, changes.reached_key()), (added + changed, true));
        assert_eq!(wallet.requests() - requests, calls);
        copy.assert_is_right(&wallet, account).await;
    }
}

/// Reads everything if the transaction with the key was removed, and the last two weeks without a key.
#[tokio::test]
async fn changes_without_a_known_key_are_complete() {
    let wallet = Wallet::with(Sandbox::builder().transactions_per_account(450)).await;
    let bank_linking = wallet.api.bank_linking();
    let (_, accounts) = wallet.link("robin", &[Product::Transactions]).await;
    let mut changes = bank_linking.changed_transactions(&accounts[0], Some("gone"));
    let mut read = 0;
    while changes.try_next().await.unwrap().is_some() {
        read += 1;
        assert!(!changes.reached_key());
    }
    assert_eq!((read, changes.reached_key()), (450, false));
    assert!(changes.try_next().await.unwrap().is_none());

    // Without a key: as far back as transactions can change.
    let now = wallet.sandbox.clock().now();
    for key in [None, Some("")] {
        let recent: Vec<_> = bank_linking.changed_transactions(&accounts[0], key).try_collect().await.unwrap();
        let days = |transaction: &FinancialAccountTransaction| {
            now.signed_duration_since(transaction.transaction_date.unwrap()).num_days()
        };
        assert!(recent.len() > 14 && recent.iter().all(|transaction| days(transaction) <= 15));
        let all = bank_linking.search_transactions().financial_account_id(&accounts[0]);
        let all = all.all(450).await.unwrap();
        let changing = all.iter().filter(|transaction| days(transaction) < 14).count();
        assert!(recent.len() >= changing && recent.len() < 450);
    }
}

/// Keeps a local copy up to date although requests fail.
#[tokio::test]
async fn changes_are_read_despite_failures() {
    let wallet = Wallet::open().await;
    let (_, accounts) = wallet.link("robin", &[Product::Transactions]).await;
    let updated = wallet.sandbox.update_transactions(&accounts[0], 250, 0, 0).unwrap();
    let search = "bank-linking-transactions-search";
    wallet.sandbox.add_fault(rule(search, Fault::BadGateway).nth(2)).unwrap();
    wallet.sandbox.add_fault(rule(search, Fault::CutOff).nth(4)).unwrap();
    let (key, account) = (updated.oldest_key, accounts[0].clone());
    let bank_linking = wallet.api.bank_linking();
    // In a spawned task, like the processing of webhooks.
    let task = tokio::spawn(async move {
        bank_linking.changed_transactions(&account, key.as_deref()).try_collect::<Vec<_>>().await
    });
    let changes = task.await.unwrap().unwrap();
    let ids: Vec<String> = changes.into_iter().filter_map(|transaction| transaction.id).collect();
    assert_eq!(ids, updated.added);
    assert_eq!(wallet.sandbox.injected_faults().values().sum::<u64>(), 2);

    wallet.sandbox.clear_faults();
    wallet.sandbox.add_fault(rule(search, Fault::Forbidden).nth(3)).unwrap();
    let mut changes = wallet.api.bank_linking().changed_transactions(&accounts[0], Some("gone"));
    let mut read = 0;
    let error = loop {
        match changes.try_next().await {
            Ok(Some(_)) => read += 1,
            Ok(None) => panic!("the list was not read to its end"),
            Err(error) => break error,
        }
    };
    assert_eq!((read, error.status().unwrap().as_u16()), (200, 403));
    assert!(changes.try_next().await.unwrap().is_none());
    assert!(!changes.reached_key());
}

#[tokio::test]
async fn investments_are_read() {
    let wallet = Wallet::open().await;
    let products = [Product::InvestmentHoldings, Product::InvestmentTransactions];
    let (_, accounts) = wallet.link("robin", &products).await;
    let bank_linking = wallet.api.bank_linking();
    let holdings = bank_linking.search_investment_holdings().financial_account_id(&accounts[0]);
    let holdings = holdings.all(1000).await.unwrap();
    let types: Vec<_> = holdings.iter().filter_map(|holding| holding.type_.clone()).collect();
    let (stock, etf) = (InvestmentHoldingType::Stock, InvestmentHoldingType::Etf);
    assert_eq!(types, [stock, etf, InvestmentHoldingType::Cash]);
    let value: Decimal = holdings.iter().filter_map(|holding| holding.current_value).sum();
    assert!(value > Decimal::ZERO);

    let search = bank_linking.search_investment_transactions();
    let search = search.financial_account_id(&accounts[0]).limit(2);
    let bought: Vec<_> = search.stream().try_collect().await.unwrap();
    assert_eq!(bought.len(), 3);
    assert!(bought.iter().all(|one| one.type_ == Some(InvestmentTransactionType::Buy)));
}
