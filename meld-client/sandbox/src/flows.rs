//! The operations with state, one module per family. All others return generated examples.

mod activity;
pub(crate) mod bank_linking;
pub(crate) mod customers;
mod discovery;
mod fields;
pub(crate) mod idempotency;
pub(crate) mod kyc;
mod market;
mod payments;
mod quotes;
pub(crate) mod sessions;
mod transactions;
mod virtual_accounts;
mod webhooks;

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::call::Call;
use crate::problem::Problem;
use crate::state::State;
use crate::state::schedule::Event;
use bank_linking::{connections, import, institutions, investments, queries};

/// A function that executes an operation.
pub(crate) type Handler = fn(&mut State, &Call) -> Result<Value, Problem>;

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
pub(crate) fn execute(handler: Handler, state: &mut State, call: &Call) -> Result<Value, Problem> {
    let response = handler(state, call);
    activity::log_request(state, call, &response);
    response
}

/// Returns the handler of an operation; `None` if it has no state.
pub(crate) fn handler(operation: &str) -> Option<Handler> {
    Some(match operation {
        "accounts-customers-create" => customers::create,
        "accounts-customers-search" => customers::search,
        "accounts-customers-update" => customers::update,
        "accounts-customers-delete" => customers::delete,
        "accounts-customers-addresses-create" => customers::add_address,
        "accounts-customers-kyc-initiate" => kyc::initiate,
        "accounts-customers-kyc-update" => kyc::update,

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

        "crypto-quote-get" => quotes::create,
        "crypto-session-widget-create" => sessions::create,
        "payments-transactions-sessions-get" => sessions::get_transaction,

        "find-supported-routes" => discovery::routes,
        "list-supported-payment-methods" => discovery::payment_methods,

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
