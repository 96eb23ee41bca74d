//! Payment transactions of all kinds: crypto purchases and sales, charges, refunds, payouts.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{Call, Due, State, customers, number, webhooks};
use crate::envelope::{Problem, timestamp};
use crate::pages;

/// All transactions, the oldest first. None is ever removed.
#[derive(Default)]
pub(crate) struct Transactions {
    all: Vec<Transaction>,
    /// Where each is, by its id: there may be very many.
    places: HashMap<String, usize>,
}

impl Transactions {
    fn push(&mut self, transaction: Transaction) {
        self.places.insert(transaction.id.clone(), self.all.len());
        self.all.push(transaction);
    }
}

/// A transaction.
#[derive(Clone, Debug)]
pub(crate) struct Transaction {
    pub id: String,
    pub parent: Option<String>,
    pub kind: &'static str,
    pub status: &'static str,
    pub source_amount: Decimal,
    pub source_currency: String,
    pub destination_amount: Option<Decimal>,
    pub destination_currency: Option<String>,
    pub provider: String,
    pub method: Option<String>,
    pub customer: Option<String>,
    pub session: Option<String>,
    pub external_session: Option<String>,
    pub wallet: Option<String>,
    /// The sub-account that it belongs to, by the caller's id.
    pub subaccount: Option<String>,
    pub description: Option<String>,
    pub authorized: Option<Decimal>,
    pub captured: Option<Decimal>,
    pub refunded: Decimal,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Transaction {
    /// A transaction that has only what every one has.
    pub fn new(
        id: String,
        kind: &'static str,
        status: &'static str,
        source: (Decimal, &str),
        provider: &str,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            id,
            parent: None,
            kind,
            status,
            source_amount: source.0,
            source_currency: source.1.to_owned(),
            destination_amount: None,
            destination_currency: None,
            provider: provider.to_owned(),
            method: None,
            customer: None,
            session: None,
            external_session: None,
            wallet: None,
            subaccount: None,
            description: None,
            authorized: None,
            captured: None,
            refunded: Decimal::ZERO,
            created_at: now,
            updated_at: now,
        }
    }

    fn is_crypto(&self) -> bool {
        self.kind.starts_with("CRYPTO")
    }
}

/// Nothing changes after these.
const TERMINAL: [&str; 8] = [
    "SETTLED",
    "FAILED",
    "DECLINED",
    "CANCELLED",
    "REFUNDED",
    "PARTIALLY_REFUNDED",
    "VOIDED",
    "AUTHORIZATION_EXPIRED",
];

pub(crate) fn find<'a>(state: &'a State, id: &str) -> Option<&'a Transaction> {
    state.transactions.all.get(*state.transactions.places.get(id)?)
}

pub(crate) fn find_mut<'a>(state: &'a mut State, id: &str) -> Option<&'a mut Transaction> {
    let place = *state.transactions.places.get(id)?;
    state.transactions.all.get_mut(place)
}

/// Remembers a new transaction, says so to the webhooks, and lets its statuses follow.
pub(crate) fn add(state: &mut State, transaction: Transaction, then: &[(TimeDelta, &'static str)]) {
    let (id, now) = (transaction.id.clone(), transaction.created_at);
    let crypto = transaction.is_crypto();
    state.transactions.push(transaction);
    announce(state, &id, if crypto { None } else { Some("TRANSACTION_FIAT_CREATED") }, now);
    for (after, status) in then {
        state.schedule(now + *after, Due::Transaction(id.clone(), status));
    }
}

/// A transaction goes on to another status, unless it has come to its end.
pub(crate) fn go_on(state: &mut State, id: &str, status: &'static str, at: DateTime<Utc>) {
    let Some(transaction) = find_mut(state, id) else { return };
    let too_late = status == "AUTHORIZATION_EXPIRED" && transaction.status != "AUTHORIZED";
    if too_late || TERMINAL.contains(&transaction.status) {
        return;
    }
    set_status(state, id, status, at);
}

/// Gives a transaction a status, whatever it had.
pub(crate) fn set_status(state: &mut State, id: &str, status: &'static str, at: DateTime<Utc>) {
    let Some(transaction) = find_mut(state, id) else { return };
    transaction.status = status;
    transaction.updated_at = at;
    let crypto = transaction.is_crypto();
    announce(state, id, if crypto { None } else { Some("TRANSACTION_FIAT_UPDATED") }, at);
}

fn announce(state: &mut State, id: &str, event: Option<&'static str>, at: DateTime<Utc>) {
    let Some(transaction) = find(state, id) else { return };
    let event = event.unwrap_or(match transaction.status {
        "SETTLING" => "TRANSACTION_CRYPTO_TRANSFERRING",
        "SETTLED" => "TRANSACTION_CRYPTO_COMPLETE",
        status if TERMINAL.contains(&status) => "TRANSACTION_CRYPTO_FAILED",
        _ => "TRANSACTION_CRYPTO_PENDING",
    });
    let crypto = transaction.is_crypto();
    let customer = transaction.customer.as_deref().and_then(|id| customers::find(state, id));
    // Crypto events leave out what there is not, and so do these.
    let payload = without_nulls(json!({
        "accountId": state.account_id,
        "paymentTransactionId": transaction.id,
        "paymentTransactionStatus": transaction.status,
        "transactionType": crypto.then_some(transaction.kind),
        "customerId": transaction.customer,
        "externalCustomerId": customer.and_then(|customer| customer.external_id.clone()),
        "sessionId": transaction.session,
        "externalSessionId": transaction.external_session,
    }));
    webhooks::emit(state, event, payload, at);
}

fn without_nulls(mut value: Value) -> Value {
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    value
}

pub(crate) fn get(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let transaction = find(state, call.path("id"));
    let transaction = transaction.ok_or_else(|| Problem::not_found("transaction"))?;
    Ok(json!({ "transaction": show(state, transaction) }))
}

pub(crate) fn search(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let found: Vec<&Transaction> = state
        .transactions
        .all
        .iter()
        // The newest first.
        .rev()
        .filter(|transaction| is_wanted(state, call, transaction))
        .collect();
    let key = |transaction: &&Transaction| transaction.id.clone();
    let show = |transaction: &&Transaction| show(state, transaction);
    let name = call.operation.name();
    let mut page = pages::page(name, &call.query, &found, key, "transactions", show);
    page["totalCount"] = json!(found.len());
    Ok(page)
}

fn is_wanted(state: &State, call: &Call, transaction: &Transaction) -> bool {
    let lists = |parameter: &str, value: &Option<String>| {
        call.query(parameter).is_none()
            || value.as_ref().is_some_and(|value| call.wants(parameter, value))
    };
    let customer = transaction.customer.as_deref().and_then(|id| customers::find(state, id));
    let external = customer.and_then(|customer| customer.external_id.clone());
    let amount = |parameter: &str| call.query(parameter).and_then(|text| text.parse().ok());
    let day = transaction.created_at.date_naive().to_string();
    call.wants("statuses", transaction.status)
        && call.wants("types", transaction.kind)
        && call.wants("serviceProviders", &transaction.provider)
        && lists("customerIds", &transaction.customer)
        && lists("externalCustomerIds", &external)
        && lists("externalSubaccountCustomerIds", &transaction.subaccount)
        && lists("sessionIds", &transaction.session)
        && lists("externalSessionIds", &transaction.external_session)
        && amount("amountFrom").is_none_or(|from: Decimal| transaction.source_amount >= from)
        && amount("amountTo").is_none_or(|to: Decimal| transaction.source_amount <= to)
        // Dates and date-times without a zone: the day is what both have.
        && call.query("from").is_none_or(|from| day.as_str() >= from.get(..10).unwrap_or(from))
        && call.query("to").is_none_or(|to| day.as_str() <= to.get(..10).unwrap_or(to))
}

/// A transaction as responses have it, with what any version knows of it.
pub(crate) fn show(state: &State, transaction: &Transaction) -> Value {
    let customer = transaction.customer.as_deref().and_then(|id| customers::find(state, id));
    json!({
        "id": transaction.id,
        "key": transaction.id,
        "parentPaymentTransactionId": transaction.parent,
        "accountId": state.account_id,
        "isPassthrough": false,
        "isImported": false,
        "customer": customer.map(|customer| customers::show(state, customer)),
        "externalCustomerId": customer.and_then(|customer| customer.external_id.clone()),
        "externalSubaccountCustomerId": transaction.subaccount,
        "transactionType": transaction.kind,
        "status": transaction.status,
        "sourceAmount": number(transaction.source_amount),
        "sourceCurrencyCode": transaction.source_currency,
        "destinationAmount": transaction.destination_amount.map(number),
        "destinationCurrencyCode": transaction.destination_currency,
        "paymentMethodType": transaction.method,
        "serviceProvider": transaction.provider,
        "serviceTransactionId": format!("provider-{}", transaction.id),
        "description": transaction.description,
        "countryCode": "US",
        // The documents require a text; Meld itself has null where there was no session.
        "sessionId": transaction.session.as_deref().unwrap_or_default(),
        "externalSessionId": transaction.external_session,
        "createdAt": timestamp(transaction.created_at),
        "updatedAt": timestamp(transaction.updated_at),
        "paymentDetails": payment_details(transaction),
        "cryptoDetails": crypto_details(transaction),
    })
}

fn payment_details(transaction: &Transaction) -> Option<Value> {
    let has_some = transaction.authorized.is_some() || transaction.captured.is_some();
    has_some.then(|| {
        json!({
            "authAmount": transaction.authorized.map(number),
            "captureAmount": transaction.captured.map(number),
        })
    })
}

fn crypto_details(transaction: &Transaction) -> Option<Value> {
    if !transaction.is_crypto() {
        return None;
    }
    let sells = transaction.kind == "CRYPTO_SELL";
    // Where the coins go: to the user's wallet, or, when they are sold, to the provider's.
    let deposit = format!("deposit-{}", transaction.id);
    let destination = if sells { Some(&deposit) } else { transaction.wallet.as_ref() };
    Some(json!({
        "walletAddress": transaction.wallet,
        "sessionWalletAddress": transaction.wallet,
        "sourceWalletAddress": sells.then_some(transaction.wallet.as_ref()),
        "destinationWalletAddress": destination,
        "offrampDestinationWalletAddress": sells.then_some(&deposit),
        "chainId": "1",
        "blockchainTransactionId":
            (transaction.status == "SETTLED").then(|| format!("0x{}", transaction.id)),
    }))
}
