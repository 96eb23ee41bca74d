//! The operations with state, one module per family. All others return generated examples.

mod activity;
mod apple_pay;
pub(crate) mod bank_linking;
pub(crate) mod checkout;
pub(crate) mod customers;
mod discovery;
pub(crate) mod fields;
pub(crate) mod headless;
pub(crate) mod idempotency;
pub(crate) mod kyc;
mod market;
mod payments;
mod quotes;
pub(crate) mod sessions;
pub(crate) mod success;
mod transactions;
pub(crate) mod transfers;
mod verifications;
mod virtual_accounts;
mod webhooks;

use axum::http::{HeaderMap, StatusCode};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::call::Call;
use crate::problem::Problem;
use crate::specs::{Credential, Operation};
use crate::state::State;
use crate::state::schedule::Event;
use bank_linking::{connections, import, institutions, investments, queries};
use headless::{deposits, offramp, onramp, requirements, settlement};
use kyc::raw_data;
use success::Success;
use transfers::actions;

/// A function that returns the body of the operation's own success status.
type Body = fn(&mut State, &Call) -> Result<Value, Problem>;
/// A function that returns the whole response.
type Response = fn(&mut State, &Call) -> Result<Success, Problem>;

/// A function that executes an operation.
#[derive(Clone, Copy)]
pub(crate) enum Handler {
    Body(Body),
    Response(Response),
}

/// Lets all scheduled events happen that are due, each at its time.
pub(crate) fn advance(state: &mut State, now: DateTime<Utc>) {
    while let Some((at, event)) = state.schedule.take_due(now) {
        match event {
            Event::ConnectionExpires(id) => connections::expire(state, &id, at),
            Event::Transaction(id, status) => {
                transactions::change_on_schedule(state, &id, status, at);
            }
            Event::Kyc(customer) => drop(kyc::decide(state, &customer, None, "APPROVED", at)),
        }
    }
}

/// Executes a request and logs it.
pub(crate) fn execute(handler: Handler, state: &mut State, call: &Call) -> Result<Success, Problem> {
    match handler {
        Handler::Body(handler) => {
            let response = handler(state, call);
            activity::log_request(state, call, &response);
            response.map(Success::from)
        }
        Handler::Response(handler) => handler(state, call),
    }
}

/// Returns the handler of an operation; `None` if it has no state.
pub(crate) fn handler(operation: &str) -> Option<Handler> {
    let families = [customers_handler, bank_linking_handler, crypto_handler, payments_handler];
    let body = families.into_iter().find_map(|family| family(operation)).map(Handler::Body);
    body.or_else(|| response_handler(operation).map(Handler::Response))
}

/// Returns the handler of an operation on customers.
fn customers_handler(operation: &str) -> Option<Body> {
    Some(match operation {
        "accounts-customers-create" => customers::create,
        "accounts-customers-get" => customers::get,
        "accounts-customers-search" => customers::search,
        "accounts-customers-update" => customers::update,
        "accounts-customers-delete" => customers::delete,
        "accounts-customers-addresses-create" => customers::add_address,
        "accounts-customers-kyc-initiate" => kyc::initiate,
        "accounts-customers-kyc-update" => kyc::update,
        "accounts-customers-kyc-import-raw-data" => raw_data::import,
        "accounts-customers-verifications-create" => verifications::create,
        "accounts-customers-verifications-confirm" => verifications::confirm,
        "accounts-customers-verifications-search" => verifications::search,
        _ => return None,
    })
}

/// Returns the handler of an operation of bank linking, or of its activity log.
fn bank_linking_handler(operation: &str) -> Option<Body> {
    Some(match operation {
        "activity-log-search" => activity::search,
        "activity-log-details-get" => activity::details,
        "bank-linking-connect-create" => connections::start,
        "bank-linking-connect-repair" => connections::repair,
        "bank-linking-connections-get" => queries::get_connection,
        "bank-linking-connections-import" => import::import,
        "bank-linking-connections-search" => queries::search_connections,
        "bank-linking-connections-delete" => connections::delete_connection,
        "bank-linking-connections-refresh" => connections::refresh,
        "bank-linking-connection-update" => connections::add_products,
        "bank-linking-accounts-get" => queries::get_account,
        "bank-linking-accounts-search" => queries::search_accounts,
        "bank-linking-transactions-get" => queries::get_transaction,
        "bank-linking-transactions-search" => queries::search_transactions,
        "bank-linking-investment-holdings-get" => investments::get_holding,
        "bank-linking-investment-holdings-search" => investments::search_holdings,
        "bank-linking-investment-transactions-get" => investments::get_transaction,
        "bank-linking-investment-transactions-search" => investments::search_transactions,
        "bank-linking-institutions-get" => institutions::get_institution,
        "bank-linking-institutions-search" => institutions::search_institutions,
        _ => return None,
    })
}

/// Returns the handler of an operation that discovers, buys, sells or moves crypto.
fn crypto_handler(operation: &str) -> Option<Body> {
    Some(match operation {
        "crypto-quote-get" => quotes::create,
        "crypto-session-widget-create" => sessions::create,
        "crypto-session-widget-url-create" => checkout::create,
        "crypto-session-mercuryo-apple-pay-validate-merchant" => apple_pay::validate_merchant,
        "crypto-session-mercuryo-apple-pay-process" => apple_pay::process,
        "crypto-session-applepay-paymentsession-get" => apple_pay::payment_session,
        "payments-transactions-sessions-get" => sessions::get_transaction,
        "crypto-onramp-verification-requirements-get" => requirements::get,
        "crypto-order-headless-onramp-create" => onramp::create,
        "crypto-order-headless-offramp-create" => offramp::create,
        "crypto-order-headless-transfer-create" => transfers::orders::create,
        "crypto-order-headless-transfer-get" => transfers::orders::get,
        "payments-mock-headless-simulate" => settlement::simulate,
        "payments-mock-headless-virtual-account-simulate-deposit" => settlement::simulate_deposit,
        "search-supported-currencies" => discovery::currencies,
        "find-supported-routes" => discovery::routes,
        "list-supported-payment-methods" => discovery::payment_methods,
        "list-supported-countries" => discovery::countries,
        "list-supported-fiat-limits" => discovery::fiat_limits,
        _ => return None,
    })
}

/// Returns the handler of an operation on payments, transactions or webhook profiles.
fn payments_handler(operation: &str) -> Option<Body> {
    Some(match operation {
        "payments-transactions-create" => payments::create,
        "payouts-transactions-create" => payments::pay_out,
        "payments-transactions-capture" => payments::capture,
        "payments-transactions-refund" => payments::refund,
        "payments-transactions-get" => transactions::get,
        "payments-transactions-search" => transactions::search,
        "webhooks-profiles-create" => webhooks::create,
        "webhooks-profiles-search" => webhooks::search,
        "webhooks-profiles-get" => webhooks::get,
        "webhooks-profiles-update" => webhooks::update,
        "webhooks-profiles-test" => webhooks::test,
        "webhooks-events-get" => webhooks::event_types,
        _ => return None,
    })
}

/// Returns the handler of an operation that chooses the status or the type of its response.
fn response_handler(operation: &str) -> Option<Response> {
    Some(match operation {
        "accounts-customers-kyc-export-token" => raw_data::export_token,
        "accounts-customers-kyc-export-raw-data" => raw_data::export,
        "payments-virtual-account-deposit-instructions-create" => deposits::create,
        "crypto-order-headless-transfer-actions-run" | "crypto-order-headless-transfer-actions-read" => actions::run,
        "crypto-order-headless-transfer-account-links-delete" => transfers::orders::unlink,
        _ => return None,
    })
}

/// Checks the rules of the guides for operations whose responses are generated.
pub(crate) fn check(state: &State, call: &Call) -> Result<(), Problem> {
    match call.operation.name() {
        "payments-virtual-account-ramp-onramp-order-create" | "payments-virtual-account-ramp-offramp-order-create" => {
            virtual_accounts::check_order(state, call)
        }
        "bank-linking-accounts-create-processor-token" => queries::check_processor_token(state, call),
        _ => Ok(()),
    }
}

/// Checks what the guides refuse with a code of its own before anything else is validated.
pub(crate) fn check_unvalidated(operation: &Operation, headers: &HeaderMap, query: &str) -> Result<(), Problem> {
    let refused = |code, field: &str| {
        let problem = Problem::new(StatusCode::BAD_REQUEST, code, "The request is not complete");
        Err(problem.with_error(format!("[{field}] is required")))
    };
    match operation.name() {
        "crypto-order-headless-transfer-create" if !headers.contains_key("x-idempotency-key") => {
            refused("IDEMPOTENCY_KEY_REQUIRED", "X-Idempotency-Key")
        }
        "crypto-order-headless-transfer-account-links-delete"
            if form_urlencoded::parse(query.as_bytes()).all(|(name, _)| name != "customerId") =>
        {
            refused("CUSTOMER_ID_REQUIRED", "customerId")
        }
        _ => Ok(()),
    }
}

/// Returns `true` if the errors of an operation have a body of their own.
pub(crate) fn has_own_errors(operation: &Operation) -> bool {
    operation.credential == Credential::BearerToken
}

/// Returns the body of an error of such an operation.
pub(crate) fn internal_error_body(problem: &Problem) -> Value {
    let code = match problem.code {
        "BAD_REQUEST" | "INVALID_QUERY_PARAMETER" | "UNSUPPORTED_MEDIA_TYPE" | "NOT_ACCEPTABLE" => "INVALID_REQUEST",
        code => code,
    };
    json!({ "version": 1, "code": code })
}
