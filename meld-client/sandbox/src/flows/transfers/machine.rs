//! The states of a transfer order.

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::amount::number;
use crate::clock::timestamp;
use crate::flows::market;
use crate::flows::transactions;
use crate::state::State;
use crate::state::schedule::Event;
use crate::state::transactions::Transaction;
use crate::state::transfers::{Link, Phase, Transfer};

/// The time in which the customer must authorize access.
const AUTHORIZE_WITHIN: TimeDelta = TimeDelta::minutes(15);
/// The time in which a code for a second factor must be sent.
const CODE_WITHIN: TimeDelta = TimeDelta::minutes(5);
const CODES: i32 = 5;
/// The number of wrong codes in 24 hours that locks a link.
const WRONG_CODES: usize = 6;
/// The code that is right, except in the case that refuses all.
const CODE: &str = "000000";
/// The time after which the outcome of a transfer without a response is known.
const UNKNOWN_FOR: TimeDelta = TimeDelta::minutes(2);
/// The accounts of every customer, with the available US dollars.
const ACCOUNTS: [(&str, &str, i64); 2] = [("wallet", "Primary wallet", 1000), ("vault", "Vault", 0)];

/// Returns an order, after what has happened to it by itself.
pub(super) fn advance<'a>(state: &'a mut State, id: &str, now: DateTime<Utc>) -> Option<&'a Transfer> {
    let order = state.transfers.find_mut(id)?;
    match order.phase {
        Phase::Authorizing { expires_at, .. } if expires_at <= now => {
            order.phase = Phase::Unauthorized("ACCOUNT_AUTHORIZATION_EXPIRED");
        }
        Phase::SecondFactor { expires_at, .. } if expires_at <= now => {
            order.phase = Phase::Failed("SECOND_FACTOR_EXPIRED");
        }
        Phase::Unknown { until } if until <= now => submit(state, id, until),
        _ => {}
    }
    state.transfers.find(id)
}

/// Starts the authorization, or continues with a link that exists.
pub(super) fn prepare(state: &mut State, id: &str, base_url: &str, now: DateTime<Utc>) {
    let (page, handle) = (state.identifier(), state.identifier());
    let Some(order) = state.transfers.find(id) else { return };
    let is_linked = state.transfers.link(&order.customer).is_some();
    let is_removing = state.transfers.is_removing(&order.customer, now);
    let Some(order) = state.transfers.find_mut(id) else { return };
    order.phase = match is_linked {
        true => Phase::Linked,
        false if is_removing => Phase::Unauthorized("ACCOUNT_REVOCATION_PENDING"),
        false => Phase::Authorizing {
            url: format!("{base_url}/sandbox/transfer/{id}?attempt={page}"),
            handle,
            expires_at: now + AUTHORIZE_WITHIN,
            has_returned: false,
        },
    };
}

/// Authorizes access, as the customer does on the hosted page. Returns the URL to which the page returns, or `None` if
/// the order has no page that is open.
pub(crate) fn authorize(state: &mut State, id: &str, now: DateTime<Utc>) -> Option<String> {
    advance(state, id, now)?;
    let order = state.transfers.find_mut(id)?;
    let declines = order.case() == Some('5');
    let Phase::Authorizing { handle, has_returned, .. } = &mut order.phase else { return None };
    *has_returned = true;
    let handle = handle.clone();
    let mut url = url::Url::parse(order.data["redirectUrl"].as_str()?).ok()?;
    let result = if declines { "DECLINED" } else { "RETURNED" };
    url.query_pairs_mut().append_pair("transferAuthorization", result).append_pair("orderId", id);
    if !declines {
        url.query_pairs_mut().append_pair("handle", &handle);
    } else {
        order.phase = Phase::Unauthorized("ACCOUNT_AUTHORIZATION_DECLINED");
    }
    Some(url.into())
}

/// Links the account. Returns `false` if the handle is not that of the present authorization.
pub(super) fn complete(state: &mut State, id: &str, sent: &str) -> bool {
    let Some(order) = state.transfers.find_mut(id) else { return false };
    match &order.phase {
        Phase::Authorizing { handle, has_returned: true, .. } if handle == sent => {}
        _ => return false,
    }
    if order.case() == Some('6') {
        order.phase = Phase::Unauthorized("ACCOUNT_AUTHORIZATION_UNUSABLE");
        return true;
    }
    order.phase = Phase::Linked;
    let customer = order.customer.clone();
    if state.transfers.link(&customer).is_none() {
        state.transfers.links.push(Link { customer, wrong_codes: Vec::new(), sent: Vec::new(), removed_at: None });
    }
    true
}

/// Returns `true` if an account exists and has enough for the order.
pub(super) fn is_eligible(order: &Transfer, account: &str) -> bool {
    accounts(order).iter().any(|one| one["id"] == account && one["eligible"] == true)
}

/// Returns the accounts from which an order can be sent.
pub(super) fn accounts(order: &Transfer) -> Vec<Value> {
    let currency = order.data["currencyCode"].as_str().unwrap_or_default();
    let price = market::price(currency).map_or(Decimal::ONE, |(price, _)| price);
    let account = |(name, display_name, dollars): &(&str, &str, i64)| {
        let available = (Decimal::from(*dollars) / price).round_dp(8);
        json!({
            "id": format!("{name}-{}", order.customer),
            "displayName": display_name,
            "currencyCode": currency,
            "availableAmount": number(available),
            "eligible": available >= order.amount,
        })
    };
    ACCOUNTS.iter().map(account).collect()
}

/// Returns the US dollars that an order moves.
pub(super) fn dollars(order: &Transfer) -> Decimal {
    let currency = order.data["currencyCode"].as_str().unwrap_or_default();
    market::price(currency).map_or(order.amount, |(price, _)| order.amount * price)
}

/// Sends the transfer to the provider, by the case of the order.
pub(super) fn send(state: &mut State, id: &str, now: DateTime<Utc>) {
    let Some(order) = state.transfers.find(id) else { return };
    let is_locked = state.transfers.link(&order.customer).is_some_and(|link| is_locked(link, now));
    let case = order.case();
    let Some(order) = state.transfers.find_mut(id) else { return };
    match case {
        Some('2' | '7') if is_locked => order.phase = Phase::Failed("SECOND_FACTOR_LOCKED"),
        Some('2' | '7') => order.phase = Phase::SecondFactor { expires_at: now + CODE_WITHIN, attempts: CODES },
        Some('3') => order.phase = Phase::Unknown { until: now + UNKNOWN_FOR },
        Some('4') => order.phase = Phase::Failed("PROVIDER_DECLINED"),
        _ => submit(state, id, now),
    }
}

fn is_locked(link: &Link, now: DateTime<Utc>) -> bool {
    link.wrong_codes.iter().filter(|at| **at > now - TimeDelta::hours(24)).count() >= WRONG_CODES
}

/// Verifies a code for the second factor.
pub(super) fn verify(state: &mut State, id: &str, code: &str, now: DateTime<Utc>) {
    let Some(order) = state.transfers.find(id) else { return };
    let Phase::SecondFactor { attempts, .. } = order.phase else { return };
    let customer = order.customer.clone();
    if code == CODE && order.case() != Some('7') {
        return submit(state, id, now);
    }
    let Some(link) = state.transfers.link_mut(&customer) else { return };
    link.wrong_codes.push(now);
    let locked = is_locked(link, now);
    let Some(order) = state.transfers.find_mut(id) else { return };
    order.phase = match attempts - 1 {
        _ if locked => Phase::Failed("SECOND_FACTOR_LOCKED"),
        0 => Phase::Failed("SECOND_FACTOR_EXHAUSTED"),
        attempts => Phase::SecondFactor { expires_at: now + CODE_WITHIN, attempts },
    };
}

/// Creates the transaction of a transfer that the provider took.
fn submit(state: &mut State, id: &str, at: DateTime<Utc>) {
    let transaction_id = state.identifier();
    let Some(order) = state.transfers.find_mut(id) else { return };
    order.phase = Phase::Submitted;
    order.transaction = Some(transaction_id.clone());
    let (customer, sent) = (order.customer.clone(), dollars(order));
    let text = |field: &str| order.data[field].as_str().unwrap_or_default();
    let source = (order.amount, text("currencyCode"));
    let mut transaction =
        Transaction::new(transaction_id, "CRYPTO_TRANSFER", "PENDING", source, text("serviceProvider"), at);
    transaction.destination_currency = Some(source.1.to_owned());
    transaction.destination_amount = Some(order.amount);
    transaction.wallet = Some(text("destinationWalletAddress").to_owned());
    transaction.customer = Some(customer.clone());
    transaction.headless_order = Some(id.to_owned());
    transactions::add(state, transaction, &[]);
    if let Some(link) = state.transfers.link_mut(&customer) {
        link.sent.push((at, sent));
    }
}

/// Settles a transfer that the provider took, and returns the id of its transaction.
pub(crate) fn settle(
    state: &mut State,
    id: &str,
    statuses: &[(TimeDelta, &'static str)],
    now: DateTime<Utc>,
) -> Option<String> {
    let transaction = advance(state, id, now)?.transaction.clone()?;
    let is_pending = state.transactions.find(&transaction).is_some_and(|it| it.status == "PENDING");
    for (after, status) in statuses.iter().filter(|_| is_pending) {
        state.schedule.add(now + *after, Event::Transaction(transaction.clone(), status));
    }
    Some(transaction)
}

pub(super) fn order_status(state: &State, order: &Transfer) -> &'static str {
    let transaction = order.transaction.as_deref().and_then(|id| state.transactions.find(id));
    match (&order.phase, transaction.map(|transaction| transaction.status)) {
        (Phase::Failed(code), _) if code.starts_with("SECOND_FACTOR") => "CANCELLED",
        (Phase::Failed(_), _) => "FAILED",
        (_, Some(status)) => status,
        (Phase::SecondFactor { .. } | Phase::Unknown { .. }, None) => "PENDING",
        _ => "CREATED",
    }
}

/// Returns the response to an action: the state, and the next step.
pub(super) fn response(state: &State, order: &Transfer) -> Value {
    let is_settled = order_status(state, order) == "SETTLED";
    let (status, next_step) = match &order.phase {
        Phase::NotStarted => ("NOT_STARTED", "AUTHORIZE_ACCOUNT"),
        Phase::Authorizing { .. } => ("VERIFICATION_REQUIRED", "OPEN_HOSTED_VERIFICATION"),
        Phase::Linked => ("READY", "SELECT_SOURCE_ACCOUNT"),
        Phase::Unauthorized("ACCOUNT_AUTHORIZATION_EXPIRED") => ("EXPIRED", "AUTHORIZE_ACCOUNT"),
        Phase::Unauthorized(_) => ("FAILED", "AUTHORIZE_ACCOUNT"),
        Phase::SecondFactor { .. } => ("IN_PROGRESS", "COLLECT_SECOND_FACTOR"),
        Phase::Submitted if is_settled => ("SUCCEEDED", "COMPLETE"),
        Phase::Submitted => ("SUBMITTED", "WAIT_FOR_PROVIDER"),
        Phase::Unknown { .. } => ("UNKNOWN", "WAIT_FOR_PROVIDER"),
        Phase::Failed(_) => ("FAILED", "START_NEW_ORDER"),
    };
    let mut response = json!({ "version": 1, "status": status, "nextStep": next_step });
    match &order.phase {
        Phase::Authorizing { url, expires_at, .. } => {
            let purpose = "ACCOUNT_AUTHORIZATION";
            response["verification"] = json!({ "url": url, "expiresAt": timestamp(*expires_at), "purpose": purpose });
        }
        Phase::Linked => response["linkedAccount"] = json!({ "displayName": ACCOUNTS[0].1 }),
        Phase::SecondFactor { expires_at, attempts } => {
            response["secondFactor"] = json!({ "expiresAt": timestamp(*expires_at), "attemptsRemaining": attempts });
        }
        Phase::Submitted => response["transfer"] = transfer(order),
        Phase::Unauthorized(code) | Phase::Failed(code) => response["failureCode"] = json!(code),
        _ => {}
    }
    response
}

fn transfer(order: &Transfer) -> Value {
    json!({
        "amount": number(order.amount),
        "currencyCode": order.data["currencyCode"],
        "networkCode": order.data["networkCode"],
        "providerTransactionId": format!("provider-{}", order.id),
        "transactionId": order.transaction,
    })
}
