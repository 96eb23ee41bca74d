//! Payment transactions: statuses, events and responses.

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::amount::number;
use crate::call::Call;
use crate::clock::timestamp;
use crate::problem::Problem;
use crate::state::State;
use crate::state::schedule::Event;
use crate::state::transactions::Transaction;

const FINAL: [&str; 8] =
    ["SETTLED", "FAILED", "DECLINED", "CANCELLED", "REFUNDED", "PARTIALLY_REFUNDED", "VOIDED", "AUTHORIZATION_EXPIRED"];

/// Adds a transaction, emits its event and schedules the statuses that follow.
pub(super) fn add(state: &mut State, transaction: Transaction, then: &[(TimeDelta, &'static str)]) {
    let (id, now) = (transaction.id.clone(), transaction.created_at);
    let crypto = transaction.is_crypto();
    state.transactions.push(transaction);
    emit(state, &id, if crypto { None } else { Some("TRANSACTION_FIAT_CREATED") }, now);
    for (after, status) in then {
        state.schedule.add(now + *after, Event::Transaction(id.clone(), status));
    }
}

/// Changes the status of a transaction on schedule, unless its status is final.
pub(super) fn change_on_schedule(state: &mut State, id: &str, status: &'static str, at: DateTime<Utc>) {
    let Some(transaction) = state.transactions.find_mut(id) else { return };
    let is_obsolete = status == "AUTHORIZATION_EXPIRED" && transaction.status != "AUTHORIZED";
    if is_obsolete || FINAL.contains(&transaction.status) {
        return;
    }
    set_status(state, id, status, at);
}

pub(super) fn set_status(state: &mut State, id: &str, status: &'static str, at: DateTime<Utc>) {
    let Some(transaction) = state.transactions.find_mut(id) else { return };
    transaction.status = status;
    transaction.updated_at = at;
    let crypto = transaction.is_crypto();
    emit(state, id, if crypto { None } else { Some("TRANSACTION_FIAT_UPDATED") }, at);
}

fn emit(state: &mut State, id: &str, event: Option<&'static str>, at: DateTime<Utc>) {
    let Some(transaction) = state.transactions.find(id) else { return };
    let event = event.unwrap_or(match transaction.status {
        "SETTLING" => "TRANSACTION_CRYPTO_TRANSFERRING",
        "SETTLED" => "TRANSACTION_CRYPTO_COMPLETE",
        status if FINAL.contains(&status) => "TRANSACTION_CRYPTO_FAILED",
        _ => "TRANSACTION_CRYPTO_PENDING",
    });
    let crypto = transaction.is_crypto();
    let customer = state.customer_of(transaction);
    // Crypto events omit fields without a value, so all do.
    let payload = without_nulls(json!({
        "accountId": state.account_id,
        "paymentTransactionId": transaction.id,
        "paymentTransactionStatus": transaction.status,
        "transactionType": crypto.then_some(transaction.kind),
        "customerId": transaction.customer,
        "externalCustomerId": customer.and_then(|customer| customer.external_id.clone()),
        "sessionId": transaction.session,
        "externalSessionId": transaction.external_session,
        "headlessOrderId": transaction.headless_order,
        "virtualAccountRampOrderId": transaction.deposit_instructions,
        "externalSubaccountCustomerId": transaction.subaccount,
    }));
    state.emit(event, &payload, at);
}

fn without_nulls(mut value: Value) -> Value {
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    value
}

pub(crate) fn get(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let transaction = state.transactions.find(call.path("id"));
    let transaction = transaction.ok_or_else(|| Problem::not_found("transaction"))?;
    Ok(json!({ "transaction": to_json(state, transaction) }))
}

pub(crate) fn search(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let found: Vec<&Transaction> =
        state.transactions.newest_first().filter(|transaction| is_match(state, call, transaction)).collect();
    let key = |transaction: &&Transaction| transaction.id.clone();
    let mut page = call.page(&found, key, "transactions", |transaction| to_json(state, transaction));
    page["totalCount"] = json!(found.len());
    Ok(page)
}

fn is_match(state: &State, call: &Call, transaction: &Transaction) -> bool {
    let lists = |parameter: &str, value: &Option<String>| {
        call.query(parameter).is_none() || value.as_ref().is_some_and(|value| call.lists(parameter, value))
    };
    let customer = state.customer_of(transaction);
    let external = customer.and_then(|customer| customer.external_id.clone());
    let amount = |parameter: &str| call.query(parameter).and_then(|text| text.parse().ok());
    let day = transaction.created_at.date_naive().to_string();
    call.lists("statuses", transaction.status)
        && call.lists("types", transaction.kind)
        && call.lists("serviceProviders", &transaction.provider)
        && lists("customerIds", &transaction.customer)
        && lists("externalCustomerIds", &external)
        && lists("externalSubaccountCustomerIds", &transaction.subaccount)
        && lists("sessionIds", &transaction.session)
        && lists("externalSessionIds", &transaction.external_session)
        && amount("amountFrom").is_none_or(|from: Decimal| transaction.source_amount >= from)
        && amount("amountTo").is_none_or(|to: Decimal| transaction.source_amount <= to)
        // The bounds are dates, or date-times without a zone, so only the day is compared.
        && call.query("from").is_none_or(|from| day.as_str() >= from.get(..10).unwrap_or(from))
        && call.query("to").is_none_or(|to| day.as_str() <= to.get(..10).unwrap_or(to))
}

/// Returns a transaction as in responses, with the fields of all versions.
pub(super) fn to_json(state: &State, transaction: &Transaction) -> Value {
    let customer = state.customer_of(transaction);
    json!({
        "id": transaction.id,
        "key": transaction.id,
        "parentPaymentTransactionId": transaction.parent,
        "accountId": state.account_id,
        "isPassthrough": false,
        "isImported": false,
        "customer": customer.map(|customer| customer.to_json(&state.account_id)),
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
        // The specs require a string; Meld itself returns null if there was no session.
        "sessionId": transaction.session.as_deref().unwrap_or_default(),
        "externalSessionId": transaction.external_session,
        "orderId": transaction.headless_order.as_ref().or(transaction.deposit_instructions.as_ref()),
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
    // A purchase is paid out to the user's wallet, a sale to the provider's.
    let deposit = transaction.deposit_address.clone().unwrap_or_else(|| format!("deposit-{}", transaction.id));
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
