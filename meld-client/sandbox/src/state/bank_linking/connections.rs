//! The life of a connection: started, completed, refreshed, repaired, deleted.

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use rand::RngExt as _;
use serde_json::{Value, json};

use super::super::{Call, Due, State, customers};
use super::institutions::{self, INSTITUTIONS};
use super::{Account, BankTransaction, Connection, emit};
use crate::envelope::{Problem, timestamp};
use crate::random::{identifier, letters, seeded};

/// A widget that is not finished by then is too late.
const WIDGET_LIFE: TimeDelta = TimeDelta::hours(4);
/// MX refreshes on demand no more often than this.
const MX_PAUSE: TimeDelta = TimeDelta::hours(3);
/// What people buy, and as what the bank sees it.
const PURCHASES: [(&str, &str); 8] = [
    ("Grocery store", "FOOD_AND_DRINK"),
    ("Coffee", "FOOD_AND_DRINK"),
    ("Bookshop", "SHOPPING"),
    ("Train ticket", "TRANSPORTATION"),
    ("Electricity", "BILLS"),
    ("Pharmacy", "HEALTH"),
    ("Cinema", "ENTERTAINMENT"),
    ("Salary", "INCOME"),
];

fn texts(value: &Value) -> Vec<String> {
    let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

pub(crate) fn start(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let (products, optional) =
        (texts(&call.body["products"]), texts(&call.body["optionalProducts"]));
    if products.is_empty() && optional.is_empty() {
        return Err(refused("[products] is to name a product"));
    }
    if products.iter().any(|product| optional.contains(product)) {
        return Err(refused("[optionalProducts] names a product that is in products too"));
    }
    let institution = match call.text("institutionId") {
        Some(id) => Some(institutions::find(id).ok_or_else(|| Problem::not_found("institution"))?),
        None => None,
    };
    let missing = |product: &&String| institution.is_some_and(|one| !one.offers(product));
    if let Some(product) = products.iter().find(missing) {
        return Err(refused(&format!(
            "[products] names {product}, which this institution does not have"
        )));
    }
    let external = call.text("externalCustomerId").unwrap_or_default();
    let customer = customers::with_external_id(state, external);
    let id = state.identifier();
    state.bank.connections.push(Connection {
        id: id.clone(),
        customer: customer.clone(),
        external_customer: Some(external.to_owned()),
        institution,
        products,
        optional_products: optional,
        regions: texts(&call.body["regions"]),
        status: "IN_PROGRESS".to_owned(),
        reason: None,
        widget_open: true,
        created_at: call.now,
        aggregated_at: None,
        refreshed_at: None,
    });
    state.schedule(call.now + WIDGET_LIFE, Due::ConnectionExpires(id.clone()));
    let mut response = widget(state, call, &id);
    response["customerId"] = json!(customer);
    response["externalCustomerId"] = json!(external);
    Ok(response)
}

fn refused(error: &str) -> Problem {
    Problem::bad_request("The request is not valid").with_errors(vec![error.to_owned()])
}

/// A JSON web token for the widget. Its signature is nothing but letters.
fn token(state: &State, call: &Call, id: &str) -> String {
    let connection = state.bank.connection(id);
    let claims = json!({
        "iss": "meld.io",
        "account": state.account_id,
        "connection": id,
        "customer": connection.map(|connection| &connection.customer),
        "products": connection.map(|connection| &connection.products),
        "regions": connection.map(|connection| &connection.regions),
        "iat": call.now.timestamp(),
        "exp": (call.now + WIDGET_LIFE).timestamp(),
    });
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signature = letters(&mut seeded(state.seed, &format!("{id} {}", call.request_id)), 40);
    format!("{}.{}.{signature}", part(json!({ "alg": "HS256", "typ": "JWT" })), part(claims))
}

/// A token and the address of the widget that takes it.
fn widget(state: &State, call: &Call, id: &str) -> Value {
    let token = token(state, call, id);
    json!({
        "id": id,
        "connectToken": token,
        "widgetUrl": format!("{}/sandbox/connect/{id}?connectToken={token}", call.base_url),
    })
}

pub(crate) fn expire(state: &mut State, id: &str, at: DateTime<Utc>) {
    let in_progress = |connection: &Connection| connection.status == "IN_PROGRESS";
    if state.bank.connection(id).is_some_and(in_progress) {
        set_status(state, id, "EXPIRED", None, at);
    }
}

/// Gives a connection a status, and says so. None if there is no such connection.
pub(crate) fn set_status(
    state: &mut State,
    id: &str,
    status: &str,
    reason: Option<&str>,
    at: DateTime<Utc>,
) -> Option<()> {
    let active = active_duplicate(state, id);
    let connection = state.bank.connection_mut(id)?;
    if connection.is(status, reason) {
        return Some(());
    }
    let more = json!({
        "oldStatus": connection.status,
        "oldStatusReason": connection.reason,
        "newStatus": status,
        "newStatusReason": reason,
        "activeDuplicateConnectionId": active.filter(|_| reason == Some("INACTIVE_DUPLICATE")),
    });
    connection.status = status.to_owned();
    connection.reason = reason.map(str::to_owned);
    emit(state, "BANK_LINKING_CONNECTION_STATUS_CHANGE", id, more, at);
    Some(())
}

/// The connections of the same customer to the same bank, the newest first.
pub(super) fn duplicates<'a>(state: &'a State, id: &str) -> Vec<&'a Connection> {
    let Some(connection) = state.bank.connection(id) else { return Vec::new() };
    let same = |other: &&Connection| {
        other.id != connection.id
            && other.customer == connection.customer
            && connection.aggregated_at.is_some()
            && other.aggregated_at.is_some()
            && other.status != "DELETED"
            && other.institution.map(|one| one.id) == connection.institution.map(|one| one.id)
    };
    let mut found: Vec<&Connection> = state.bank.connections.iter().filter(same).collect();
    found.sort_by_key(|connection| std::cmp::Reverse(connection.aggregated_at));
    found
}

pub(super) fn active_duplicate(state: &State, id: &str) -> Option<String> {
    let active = |connection: &&Connection| connection.status == "ACTIVE";
    duplicates(state, id).into_iter().find(active).map(|connection| connection.id.clone())
}

/// The user has finished the widget: the connection is active, its accounts and transactions are
/// there. Gives the ids of the accounts; none if no widget is open for such a connection.
pub(crate) fn complete(state: &mut State, id: &str, now: DateTime<Utc>) -> Option<Vec<String>> {
    let connection = state.bank.connection_mut(id)?;
    if !connection.widget_open || matches!(connection.status.as_str(), "EXPIRED" | "DELETED") {
        return None;
    }
    connection.widget_open = false;
    let institution = *connection.institution.get_or_insert(&INSTITUTIONS[0]);
    let first = connection.aggregated_at.replace(now).is_none();
    let more = json!({ "institutionName": institution.name });
    emit(state, "BANK_LINKING_CONNECTION_COMPLETED", id, more, now);
    become_the_active_one(state, id, now);
    if first {
        link_accounts(state, id, institution, now);
    }
    aggregated(state, id, first, now);
    Some(accounts_of(state, id).map(|account| account.id.clone()).collect())
}

/// Of duplicates, one is active.
fn become_the_active_one(state: &mut State, id: &str, now: DateTime<Utc>) {
    set_status(state, id, "ACTIVE", None, now);
    let others: Vec<String> =
        duplicates(state, id).iter().map(|connection| connection.id.clone()).collect();
    for other in others {
        set_status(state, &other, "PARTIALLY_ACTIVE", Some("INACTIVE_DUPLICATE"), now);
    }
}

fn accounts_of<'a>(state: &'a State, id: &str) -> impl Iterator<Item = &'a Account> {
    let id = id.to_owned();
    state.bank.accounts.iter().filter(move |account| account.connections.contains(&id))
}

/// The accounts behind a login: those of a duplicate, or new ones.
fn link_accounts(
    state: &mut State,
    id: &str,
    institution: &'static institutions::Institution,
    now: DateTime<Utc>,
) {
    let duplicate = duplicates(state, id).first().map(|connection| connection.id.clone());
    if let Some(duplicate) = duplicate {
        for account in &mut state.bank.accounts {
            if account.connections.contains(&duplicate) {
                account.connections.push(id.to_owned());
            }
        }
        return;
    }
    let Some(connection) = state.bank.connection(id).cloned() else { return };
    for (name, subtype) in [("Checking", "CHECKING"), ("Savings", "SAVINGS")] {
        let mut random = seeded(state.seed, &format!("account {id} {subtype}"));
        let account_id = identifier(&mut random);
        let many = state.bank.transactions_per_account;
        state.bank.accounts.push(Account {
            transactions: made_transactions(state.seed, &account_id, "first", many, now),
            id: account_id,
            connections: vec![id.to_owned()],
            customer: connection.customer.clone(),
            external_customer: connection.external_customer.clone(),
            institution,
            name,
            subtype,
            number: random.random_range(1_000_000_000..9_999_999_999_u64).to_string(),
            balance: random.random_range(10_000..1_000_000),
            updated_at: now,
        });
    }
}

/// So many transactions of an account, the newest first, a few each day.
pub(super) fn made_transactions(
    seed: u64,
    account: &str,
    salt: &str,
    many: usize,
    now: DateTime<Utc>,
) -> Vec<BankTransaction> {
    let mut random = seeded(seed, &format!("transactions {account} {salt}"));
    let mut date = now;
    let mut transactions = Vec::with_capacity(many);
    for number in 0..many {
        date -= TimeDelta::minutes(random.random_range(30..600));
        let (description, category) = PURCHASES[random.random_range(0..PURCHASES.len())];
        let amount = random.random_range(100..30_000);
        transactions.push(BankTransaction {
            id: identifier(&mut random),
            key: identifier(&mut random),
            amount: if category == "INCOME" { -10 * amount } else { amount },
            description,
            category,
            posted: number >= 3,
            date,
        });
    }
    transactions
}

/// The events after data was fetched.
fn aggregated(state: &mut State, id: &str, first: bool, now: DateTime<Utc>) {
    let Some(connection) = state.bank.connection(id).cloned() else { return };
    let products: Vec<String> = connection
        .products
        .iter()
        .chain(&connection.optional_products)
        .filter(|product| *product != "TRANSACTIONS")
        .cloned()
        .collect();
    let accounts: Vec<Account> = accounts_of(state, id).cloned().collect();
    let list =
        |show: &dyn Fn(&Account) -> Value| -> Vec<Value> { accounts.iter().map(show).collect() };
    let updating = list(&|account| {
        json!({ "id": account.id, "name": account.name, "newAccount": first,
                "truncatedAccountNumber": super::reading::last_four(account) })
    });
    let more = json!({ "financialAccounts": updating });
    emit(state, "BANK_LINKING_ACCOUNTS_UPDATING", id, more, now);
    if !products.is_empty() {
        let updated = list(&|account| json!({ "id": account.id, "products": products }));
        let more = json!({
            "successfullyAggregatedAt": timestamp(now), "financialAccounts": updated,
        });
        emit(state, "BANK_LINKING_ACCOUNTS_UPDATED", id, more, now);
    }
    if !first || !connection.has_product("TRANSACTIONS") {
        return;
    }
    for event in
        ["BANK_LINKING_TRANSACTIONS_AGGREGATED", "BANK_LINKING_HISTORICAL_TRANSACTIONS_AGGREGATED"]
    {
        let historical = event.contains("HISTORICAL");
        let accounts = list(&|account| {
            json!({
                "financialAccountId": account.id,
                "oldestTransactionUpdatedSearchKey": account.transactions.last().map(|one| &one.key),
                "numTransactionsAdded": if historical { 0 } else { account.transactions.len() },
                "numTransactionsUpdated": 0,
                "transactionIdsRemoved": [],
                "numInvestmentTransactionsAdded": 0,
                "numInvestmentTransactionsUpdated": 0,
                "investmentTransactionIdsRemoved": [],
                "historicalAggregationSucceeded": historical.then_some(true),
            })
        });
        let more = json!({
            "successfullyAggregatedAt": timestamp(now), "isPartial": false,
            "financialAccounts": accounts,
        });
        emit(state, event, id, more, now);
    }
}

fn known<'a>(state: &'a State, id: &str) -> Result<&'a Connection, Problem> {
    state.bank.connection(id).ok_or_else(|| Problem::not_found("connection"))
}

fn wrong_status(connection: &Connection) -> Problem {
    let reason = connection.reason.as_deref().map(|reason| format!(" ({reason})"));
    Problem::conflict(format!(
        "The connection is {}{}, and this status does not allow it",
        connection.status,
        reason.unwrap_or_default()
    ))
}

pub(crate) fn refresh(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let connection = known(state, call.path("connectionId"))?;
    let products = texts(&call.body["products"]);
    if let Some(product) = products.iter().find(|product| !connection.has_product(product)) {
        return Err(refused(&format!(
            "[products] names {product}, which the connection does not have"
        )));
    }
    refresh_by_id(state, call, call.path("connectionId"))?;
    Ok(json!({ "requestId": call.request_id }))
}

fn refresh_by_id(state: &mut State, call: &Call, id: &str) -> Result<(), Problem> {
    let connection = known(state, id)?;
    if !connection.can_refresh() {
        return Err(wrong_status(connection));
    }
    let provider = connection.institution.map(|institution| institution.provider);
    if provider == Some("SALTEDGEPARTNERS") {
        let message = "SALTEDGEPARTNERS does not refresh on demand";
        return Err(Problem::new(StatusCode::NOT_IMPLEMENTED, "NOT_SUPPORTED", message));
    }
    let last = connection.refreshed_at.filter(|_| provider == Some("MX"));
    if last.is_some_and(|last| call.now < last + MX_PAUSE) {
        let message = "This provider refreshes once in three hours";
        return Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_REQUESTS", message));
    }
    if let Some(connection) = state.bank.connection_mut(id) {
        connection.refreshed_at = Some(call.now);
        connection.aggregated_at = Some(call.now);
    }
    become_the_active_one(state, id, call.now);
    aggregated(state, id, false, call.now);
    Ok(())
}

pub(crate) fn repair(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let id = call.text("connectionId").unwrap_or_default();
    let connection = known(state, id)?;
    if !connection.can_repair() {
        return Err(wrong_status(connection));
    }
    let institution = connection.institution.map(|institution| institution.id);
    if let Some(connection) = state.bank.connection_mut(id) {
        connection.widget_open = true;
    }
    let mut response = widget(state, call, id);
    response["institutionId"] = json!(institution);
    Ok(response)
}

pub(crate) fn add_products(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let id = call.path("connectionId");
    let products = texts(&call.body["products"]);
    let connection = known(state, id)?;
    if products.is_empty() {
        return Err(refused("[products] is to name a product"));
    }
    if products.iter().any(|product| connection.has_product(product)) {
        return Err(refused("[products] names a product that the connection has"));
    }
    if !connection.can_refresh() {
        return Err(wrong_status(connection));
    }
    let cannot = |product: &&String| {
        let has = |product: &str| connection.has_product(product);
        connection.institution.is_some_and(|one| !one.adds(product, has))
    };
    if let Some(product) = products.iter().find(cannot) {
        return Err(refused(&format!(
            "[products] names {product}, which this institution cannot add later"
        )));
    }
    if let Some(connection) = state.bank.connection_mut(id) {
        connection.optional_products.extend(products);
    }
    refresh_by_id(state, call, id)?;
    Ok(json!({ "requestId": call.request_id }))
}

pub(crate) fn delete_connection(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let id = call.path("connectionId");
    let connection = known(state, id)?;
    if connection.status == "DELETED" {
        return Err(wrong_status(connection));
    }
    delete(state, id, call.now);
    Ok(Value::Null)
}

/// Deletes the connections of a customer who goes.
pub(crate) fn delete_all_of(state: &mut State, customer: &str, call: &Call) {
    let of_customer = |connection: &&Connection| {
        connection.customer == customer && connection.status != "DELETED"
    };
    let ids: Vec<String> = state
        .bank
        .connections
        .iter()
        .filter(of_customer)
        .map(|connection| connection.id.clone())
        .collect();
    for id in ids {
        delete(state, &id, call.now);
    }
}

fn delete(state: &mut State, id: &str, now: DateTime<Utc>) {
    set_status(state, id, "DELETED", None, now);
    let mut gone = Vec::new();
    for account in &mut state.bank.accounts {
        let before = account.connections.len();
        account.connections.retain(|connection| connection != id);
        // Accounts that another connection shares stay.
        if account.connections.is_empty() && before > 0 {
            gone.push(json!({ "id": account.id }));
        }
    }
    state.bank.accounts.retain(|account| !account.connections.is_empty());
    let name = state.bank.connection(id).and_then(|connection| connection.institution);
    let more = json!({ "institutionName": name.map(|institution| institution.name) });
    emit(state, "BANK_LINKING_CONNECTION_DELETED", id, more, now);
    let more = json!({ "financialAccounts": gone });
    emit(state, "BANK_LINKING_ACCOUNTS_REMOVED", id, more, now);
}
