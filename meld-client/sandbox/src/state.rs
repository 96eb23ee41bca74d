//! The data of a mock server, one module per topic. The `flows` read and change it.

pub(crate) mod activities;
pub(crate) mod bank_linking;
pub(crate) mod checkouts;
pub(crate) mod customers;
pub(crate) mod institutions;
pub(crate) mod ledger;
pub(crate) mod orders;
pub(crate) mod replays;
pub(crate) mod saved;
pub(crate) mod schedule;
pub(crate) mod sessions;
pub(crate) mod transactions;
pub(crate) mod transfers;
pub(crate) mod verifications;
pub(crate) mod webhooks;

use chrono::{DateTime, Utc};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::clock::timestamp;
use crate::random::{identifier, seeded};
use activities::Activities;
use bank_linking::BankLinking;
use checkouts::Checkouts;
use customers::{Customer, Customers};
use ledger::Payment;
use orders::Orders;
use replays::Replays;
use saved::pairs;
use schedule::Schedule;
use sessions::Sessions;
use transactions::{Transaction, Transactions};
use transfers::Transfers;
use verifications::Verifications;
use webhooks::{Delivery, Profile, Webhooks};

#[derive(Deserialize, Serialize)]
pub(crate) struct State {
    /// Restored by its position.
    #[serde(skip, default = "unpositioned")]
    random: ChaCha8Rng,
    pub seed: u64,
    pub account_id: String,
    #[serde(with = "pairs")]
    pub replays: Replays,
    pub customers: Customers,
    pub activities: Activities,
    pub bank: BankLinking,
    pub sessions: Sessions,
    pub transactions: Transactions,
    pub ledger: Vec<Payment>,
    pub verifications: Verifications,
    pub orders: Orders,
    pub transfers: Transfers,
    pub checkouts: Checkouts,
    pub webhooks: Webhooks,
    pub schedule: Schedule,
}

fn unpositioned() -> ChaCha8Rng {
    seeded(0, "state")
}

impl State {
    /// Returns the position of the generator of ids.
    pub fn position(&self) -> u128 {
        self.random.get_word_pos()
    }

    /// Continues with the ids after a position.
    pub fn set_position(&mut self, position: u128) {
        self.random = seeded(self.seed, "state");
        self.random.set_word_pos(position);
    }

    pub fn new(seed: u64, transactions_per_account: usize) -> Self {
        let mut random = seeded(seed, "state");
        Self {
            seed,
            account_id: identifier(&mut random),
            random,
            replays: Replays::new(),
            customers: Customers::default(),
            activities: Activities::default(),
            bank: BankLinking::new(transactions_per_account),
            sessions: Sessions::default(),
            transactions: Transactions::default(),
            ledger: Vec::new(),
            verifications: Verifications::new(),
            orders: Orders::default(),
            transfers: Transfers::default(),
            checkouts: Checkouts::new(),
            webhooks: Webhooks::default(),
            schedule: Schedule::default(),
        }
    }

    /// Generates an id.
    pub fn identifier(&mut self) -> String {
        identifier(&mut self.random)
    }

    /// Creates a customer and returns its id.
    pub fn add_customer(&mut self, external_id: Option<&str>) -> String {
        let id = self.identifier();
        self.customers.push(Customer::new(id.clone(), external_id.map(str::to_owned)));
        id
    }

    /// Returns the id of the customer with this external id, who is created if there is none.
    pub fn customer_with_external_id(&mut self, external_id: &str) -> String {
        match self.customers.find_external(external_id) {
            Some(customer) => customer.id.clone(),
            None => self.add_customer(Some(external_id)),
        }
    }

    /// Returns the customer of a transaction.
    pub fn customer_of(&self, transaction: &Transaction) -> Option<&Customer> {
        self.customers.find(transaction.customer.as_deref()?)
    }

    /// Returns the time of the next scheduled event or queued delivery.
    pub fn next_due(&self) -> Option<DateTime<Utc>> {
        self.schedule.next().into_iter().chain(self.webhooks.next_due()).min()
    }

    /// Queues a webhook event for all profiles that subscribe to its type.
    pub fn emit(&mut self, event_type: &str, payload: &Value, at: DateTime<Utc>) {
        let profiles = self.webhooks.subscribers(event_type);
        if profiles.is_empty() {
            return;
        }
        let event_id = self.identifier();
        for profile in profiles {
            self.emit_to(&profile, event_type, &event_id, payload, at);
        }
    }

    /// Queues a webhook event for one profile.
    pub fn emit_to(&mut self, profile: &Profile, event_type: &str, event_id: &str, payload: &Value, at: DateTime<Utc>) {
        let event = json!({
            "eventType": event_type,
            "eventId": event_id,
            "timestamp": timestamp(at),
            "accountId": self.account_id,
            "profileId": profile.id,
            "version": profile.event_version,
            "payload": payload,
        });
        let delivery = Delivery {
            url: profile.url.clone(),
            secret: profile.secret.clone(),
            body: event.to_string(),
            retries: 0,
            reason: None,
            profile: profile.id.clone(),
            event_type: event_type.to_owned(),
            event_id: event_id.to_owned(),
            first: at,
        };
        self.webhooks.queue(at, delivery);
    }
}
