//! Widget sessions, and the transactions that result from them.

use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::fields::{check_country, check_wallet};
use super::market::{CurrencyPair, bad_request};
use super::{customers, transactions};
use crate::call::Call;
use crate::problem::Problem;
use crate::random::{letters, seeded};
use crate::state::State;
use crate::state::customers::Customer;
use crate::state::sessions::Session;
use crate::state::transactions::Transaction;

/// The providers of sessions that buy and sell.
const PROVIDERS: [&str; 7] = ["UNLIMIT", "TRANSAK", "BANXA", "STRIPE", "TOPPER", "MERCURYO", "PAYBIS"];
/// The providers of sessions that transfer coins.
const TRANSFER_PROVIDERS: [&str; 1] = ["MESH"];
/// The providers that accept `bypassKyc`.
const BYPASS_PROVIDERS: [&str; 4] = ["MERCURYO", "PAYBIS", "TOPPER", "UNLIMIT"];

pub(crate) fn create(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let data = &call.body["sessionData"];
    let kind = session_kind(call, data)?;
    let external_id = call.text("externalSessionId").map(str::to_owned);
    if is_used(state, external_id.as_deref()) {
        let message = "The externalSessionId was used before";
        return Err(bad_request("DUPLICATE_EXTERNAL_SESSION_ID", message));
    }
    check_session_data(kind, data)?;
    check_subaccount(state, call)?;
    let customer = match customers::find_or_create(state, call)? {
        Some(id) => id,
        // A transfer does not need a known customer.
        None if kind == "CRYPTO_TRANSFER" => state.add_customer(None),
        None => {
            let message = "A session needs a customer: customerId or externalCustomerId";
            let error = "[customerId] or [externalCustomerId] is required";
            return Err(bad_request("CUSTOMER_ID_REQUIRED", message).with_error(error));
        }
    };
    let provider = data["serviceProvider"].as_str();
    if call.body["bypassKyc"] == true && provider.is_some_and(|one| !BYPASS_PROVIDERS.contains(&one)) {
        let message = format!("bypassKyc works with {} only", BYPASS_PROVIDERS.join(", "));
        return Err(bad_request("INCOMPATIBLE_REQUEST", &message));
    }
    if call.body["bypassKyc"] == true && !state.customers.find(&customer).is_some_and(Customer::is_approved) {
        let message = "bypassKyc needs a customer whose KYC is approved";
        return Err(bad_request("CUSTOMER_KYC_NOT_APPROVED", message));
    }
    let session = Session {
        id: state.identifier(),
        external_id,
        kind,
        data: data.clone(),
        customer,
        subaccount: call.text("externalSubaccountCustomerId").map(str::to_owned),
        transaction: None,
    };
    let response = to_json(state, call, &session);
    state.sessions.push(session);
    Ok(response)
}

/// Returns `true` if a session has this external id.
pub(super) fn is_used(state: &State, external_id: Option<&str>) -> bool {
    external_id.is_some() && state.sessions.iter().any(|session| session.external_id.as_deref() == external_id)
}

fn check_session_data(kind: &str, data: &Value) -> Result<(), Problem> {
    let text = |field: &str| data[field].as_str();
    let bad = |code, field: &str, error: &str| {
        let error = format!("[sessionData.{field}] {error}");
        Err(bad_request(code, "The session data is not valid").with_error(error))
    };
    check_country("sessionData.countryCode", text("countryCode"))?;
    check_wallet("sessionData.walletAddress", text("walletAddress"))?;
    let enabled: &[&str] = if kind == "CRYPTO_TRANSFER" { &TRANSFER_PROVIDERS } else { &PROVIDERS };
    if let Some(provider) = text("serviceProvider").filter(|one| !enabled.contains(one)) {
        let message = format!("{provider} is not enabled for this account; enabled are: {}", enabled.join(", "));
        return Err(Problem::new(StatusCode::FORBIDDEN, "SERVICE_PROVIDER_NOT_ENABLED", message));
    }
    if text("clientIpAddress").is_some_and(|address| address.parse::<std::net::IpAddr>().is_err()) {
        return bad("BAD_REQUEST", "clientIpAddress", "must be an IPv4 or IPv6 address");
    }
    if text("redirectUrl").is_some_and(|url| url::Url::parse(url).is_err()) {
        return bad("INVALID_REDIRECT_URL", "redirectUrl", "must be an absolute URL");
    }
    Ok(())
}

/// Checks that the sub-account exists and is a business.
pub(super) fn check_subaccount(state: &State, call: &Call) -> Result<(), Problem> {
    let Some(id) = call.text("externalSubaccountCustomerId") else { return Ok(()) };
    let found = state.customers.find_external(id);
    if found.ok_or_else(|| customers::not_found(id))?.is_business() {
        return Ok(());
    }
    let error = "[externalSubaccountCustomerId] must be a customer of the type BUSINESS";
    Err(Problem::bad_request("A sub-account is a business").with_error(error))
}

/// Returns the type of the session's transaction. Unlike quotes, sessions check the direction of the currencies.
fn session_kind(call: &Call, data: &Value) -> Result<&'static str, Problem> {
    if call.text("sessionType") == Some("TRANSFER") {
        return Ok("CRYPTO_TRANSFER");
    }
    let text = |field: &str| data[field].as_str().unwrap_or_default();
    let pair = CurrencyPair::new(text("sourceCurrencyCode"), text("destinationCurrencyCode"))?;
    let kind = pair.kind();
    if pair.buys != (call.text("sessionType") == Some("BUY")) {
        let message = "The source and destination currencies are swapped for this sessionType";
        return Err(bad_request("INVALID_FIAT_CURRENCY", message));
    }
    let amount: Option<Decimal> = text("sourceAmount").parse().ok();
    let amount = amount.filter(|amount| *amount > Decimal::ZERO).ok_or_else(|| {
        bad_request("INVALID_AMOUNT", "The amount is not a number above 0")
            .with_error("[sessionData.sourceAmount] must be a number above 0")
    })?;
    pair.check_amount(amount)?;
    Ok(kind)
}

fn to_json(state: &State, call: &Call, session: &Session) -> Value {
    let token = letters(&mut seeded(state.seed, &format!("token {}", session.id)), 40);
    let customer = state.customers.find(&session.customer);
    json!({
        "id": session.id,
        "customerId": session.customer,
        "externalCustomerId": customer.and_then(|customer| customer.external_id.clone()),
        "externalSessionId": session.external_id,
        "widgetUrl": format!("{}/sandbox/session/{}?token={token}", call.base_url, session.id),
        "serviceProviderWidgetUrl":
            format!("{}/sandbox/session/{}", call.base_url, session.id),
        "token": token,
    })
}

/// Pays in the widget of a session and returns the id of the transaction, which reaches `outcome` by the clock.
///
/// Returns `None` if the session does not exist.
pub(crate) fn complete(state: &mut State, id: &str, outcome: &'static str, now: DateTime<Utc>) -> Option<String> {
    let session = state.sessions.iter().find(|session| session.id == id)?.clone();
    if let Some(transaction) = session.transaction {
        return Some(transaction);
    }
    let text = |field: &str| session.data[field].as_str();
    let source = text("sourceCurrencyCode").or(session.data["sourceCurrencyCodes"][0].as_str());
    let amount = text("sourceAmount").and_then(|amount| amount.parse().ok()).unwrap_or_default();
    let transaction_id = state.identifier();
    let source = (amount, source.unwrap_or_default());
    let provider = text("serviceProvider").unwrap_or_default();
    let mut transaction = Transaction::new(transaction_id.clone(), session.kind, "PENDING", source, provider, now);
    transaction.method = text("paymentMethodType").map(str::to_owned);
    transaction.wallet = text("walletAddress").map(str::to_owned);
    transaction.destination_currency = text("destinationCurrencyCode").map(str::to_owned);
    let pair = CurrencyPair::new(source.1, text("destinationCurrencyCode").unwrap_or_default());
    transaction.destination_amount =
        pair.ok().map(|pair| (amount * pair.source_price / pair.destination_price * Decimal::new(96, 2)).round_dp(8));
    transaction.customer = Some(session.customer);
    transaction.subaccount = session.subaccount;
    transaction.session = Some(session.id);
    transaction.external_session = session.external_id;
    let then = [(TimeDelta::seconds(30), "SETTLING"), (TimeDelta::seconds(90), outcome)];
    transactions::add(state, transaction, &then);
    if let Some(session) = state.sessions.iter_mut().find(|session| session.id == id) {
        session.transaction = Some(transaction_id.clone());
    }
    Some(transaction_id)
}

pub(crate) fn get_transaction(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let id = call.path("sessionId");
    let session = state.sessions.iter().find(|session| session.id == id);
    let session = session.ok_or_else(|| Problem::not_found("session"))?;
    let found = session.transaction.as_deref().and_then(|id| state.transactions.find(id));
    let transaction = found.ok_or_else(|| {
        Problem::new(
            StatusCode::NOT_FOUND,
            "TRANSACTION_FETCH_BY_SESSION_NOT_YET_CREATED_WITH_PROVIDER",
            "There is no transaction yet",
        )
    })?;
    Ok(json!({ "transaction": transactions::to_json(state, transaction) }))
}
