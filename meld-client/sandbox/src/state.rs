//! What the sandbox remembers, by flow.

pub(crate) mod activity;
pub(crate) mod bank_linking;
pub(crate) mod crypto;
pub(crate) mod customers;
pub(crate) mod discovery;
pub(crate) mod idempotency;
pub(crate) mod kyc;
pub(crate) mod payments;
pub(crate) mod transactions;
pub(crate) mod webhooks;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rand_chacha::ChaCha8Rng;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde_json::{Value, json};

use crate::documents::Operation;
use crate::envelope::Problem;
use crate::random::{identifier, seeded};

/// A request that was checked and is to be carried out.
pub(crate) struct Call {
    pub operation: &'static Operation,
    pub path: BTreeMap<String, String>,
    pub query: BTreeMap<String, String>,
    pub body: Value,
    /// Path and query as they were sent.
    pub target: String,
    pub idempotency_key: Option<String>,
    /// The names of the headers with a merchant's own credentials that were sent, in lower case.
    pub passthrough: Vec<String>,
    pub request_id: String,
    pub now: DateTime<Utc>,
    pub base_url: String,
}

impl Call {
    /// A path parameter. The router has matched the path, so it is there.
    pub fn path(&self, name: &str) -> &str {
        self.path.get(name).map(String::as_str).unwrap_or_default()
    }

    /// A text of the body.
    pub fn text(&self, field: &str) -> Option<&str> {
        self.body.get(field)?.as_str()
    }

    /// A query parameter.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str)
    }

    /// Whether a value is in a query parameter with a list of values, or there is no such parameter.
    pub fn wants(&self, parameter: &str, value: &str) -> bool {
        self.query(parameter).is_none_or(|list| list.split(',').any(|item| item.trim() == value))
    }
}

/// Carries a request out.
pub(crate) type Handler = fn(&mut State, &Call) -> Result<Value, Problem>;

/// What comes due.
#[derive(Clone, Debug)]
pub(crate) enum Due {
    /// A widget was not finished in time.
    ConnectionExpires(String),
    /// A transaction goes on to this status.
    Transaction(String, &'static str),
    /// The provider has looked at the documents of a customer.
    Kyc(String),
}

/// Everything that is remembered.
pub(crate) struct State {
    random: ChaCha8Rng,
    pub seed: u64,
    pub account_id: String,
    pub replays: idempotency::Replays,
    pub customers: customers::Customers,
    pub activities: activity::Activities,
    pub bank: bank_linking::BankLinking,
    pub sessions: crypto::Sessions,
    pub transactions: transactions::Transactions,
    pub ledger: Vec<payments::Payment>,
    pub webhooks: webhooks::Webhooks,
    schedule: BTreeMap<(DateTime<Utc>, usize), Due>,
    scheduled: usize,
}

impl State {
    pub fn new(seed: u64, transactions_per_account: usize) -> Self {
        let mut random = seeded(seed, "state");
        Self {
            seed,
            account_id: identifier(&mut random),
            random,
            replays: BTreeMap::new(),
            customers: customers::Customers::default(),
            activities: activity::Activities::default(),
            bank: bank_linking::BankLinking::new(transactions_per_account),
            sessions: crypto::Sessions::default(),
            transactions: transactions::Transactions::default(),
            ledger: Vec::new(),
            webhooks: webhooks::Webhooks::default(),
            schedule: BTreeMap::new(),
            scheduled: 0,
        }
    }

    /// A new id.
    pub fn identifier(&mut self) -> String {
        identifier(&mut self.random)
    }

    /// Lets something happen later.
    pub fn schedule(&mut self, at: DateTime<Utc>, due: Due) {
        self.scheduled += 1;
        self.schedule.insert((at, self.scheduled), due);
    }

    /// Lets everything happen that has come due, each at its time.
    pub fn changed_transactions(&mut self, now: DateTime<Utc>) {
        while let Some(entry) = self.schedule.first_entry().filter(|entry| entry.key().0 <= now) {
            let ((at, _), due) = entry.remove_entry();
            match due {
                Due::ConnectionExpires(id) => bank_linking::expire(self, &id, at),
                Due::Transaction(id, status) => transactions::go_on(self, &id, status, at),
                Due::Kyc(customer) => drop(kyc::decide(self, &customer, None, "APPROVED", at)),
            }
        }
    }

    /// When a transaction becomes `SETTLED`, if it will.
    pub fn settles_at(&self, id: &str) -> Option<DateTime<Utc>> {
        let settles = |due: &Due| matches!(due, Due::Transaction(of, "SETTLED") if of == id);
        self.schedule.iter().find(|(_, due)| settles(due)).map(|((at, _), _)| *at)
    }

    /// When the next thing comes due.
    pub fn next_due(&self) -> Option<DateTime<Utc>> {
        let scheduled = self.schedule.keys().next().map(|(at, _)| *at);
        scheduled.into_iter().chain(self.webhooks.next_due()).min()
    }
}

/// An amount as a number of JSON.
pub(crate) fn number(amount: Decimal) -> Value {
    json!(amount.to_f64())
}

/// What carries an operation out. All others are answered from their schemas.
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

        "bank-linking-connect-create" => bank_linking::start,
        "bank-linking-connect-repair" => bank_linking::repair,
        "bank-linking-connections-get" => bank_linking::get_connection,
        "bank-linking-connections-import" => bank_linking::import,
        "bank-linking-connections-search" => bank_linking::search_connections,
        "bank-linking-connections-delete" => bank_linking::delete_connection,
        "bank-linking-connections-refresh" => bank_linking::refresh,
        "bank-linking-connection-update" => bank_linking::add_products,
        "bank-linking-accounts-get" => bank_linking::get_account,
        "bank-linking-accounts-search" => bank_linking::search_accounts,
        "bank-linking-transactions-get" => bank_linking::get_transaction,
        "bank-linking-transactions-search" => bank_linking::search_transactions,
        "bank-linking-investment-holdings-get" => bank_linking::get_holding,
        "bank-linking-investment-holdings-search" => bank_linking::search_holdings,
        "bank-linking-investment-transactions-get" => bank_linking::get_investment_transaction,
        "bank-linking-investment-transactions-search" => {
            bank_linking::search_investment_transactions
        }
        "bank-linking-institutions-get" => bank_linking::get_institution,
        "bank-linking-institutions-search" => bank_linking::search_institutions,

        "crypto-quote-get" => crypto::quote,
        "crypto-session-widget-create" => crypto::create_session,
        "payments-transactions-sessions-get" => crypto::transaction_of_session,

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

/// Checks what the guides ask for of operations that are answered from their schemas.
pub(crate) fn check(state: &State, call: &Call) -> Result<(), Problem> {
    match call.operation.name() {
        "payments-virtual-account-ramp-onramp-order-create"
        | "payments-virtual-account-ramp-offramp-order-create" => kyc::check_order(state, call),
        "bank-linking-accounts-create-processor-token" => bank_linking::check_token(state, call),
        _ => Ok(()),
    }
}
