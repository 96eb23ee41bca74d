//! The counts, and their comparison with the ledger of the mock server.

use std::collections::{BTreeMap, HashMap};

use meld_client::Decimal;
use meld_sandbox::{Fault, Sandbox};

use crate::order::{End, Order};

#[derive(Default)]
pub struct Figures {
    pub seconds: f64,
    pub faults: BTreeMap<Fault, u64>,
    /// The most memory in use, in bytes.
    pub peak: usize,
    pub counts: BTreeMap<String, u64>,
}

/// A payment or an order in the ledger.
struct Entry {
    id: String,
    key: Option<String>,
    amount: Decimal,
    /// The transactions of a headless order.
    transactions: Vec<String>,
}

fn ledger(sandbox: &Sandbox) -> Vec<Entry> {
    let payments = sandbox.payments().into_iter().map(|payment| Entry {
        id: payment.transaction_id,
        key: payment.idempotency_key,
        amount: payment.amount,
        transactions: Vec::new(),
    });
    let orders = sandbox.headless_orders().into_iter().map(|order| Entry {
        id: order.order_id,
        key: order.idempotency_key,
        amount: order.amount,
        transactions: order.transaction_ids,
    });
    payments.chain(orders).collect()
}

impl Figures {
    /// The counts that must be zero. A payment is wrongly refused if the ledger has it, and wrong if it has no order or
    /// another amount.
    const NONE: [&str; 6] = ["unknown", "lost", "doubled", "wrongly refused", "wrong", "tasks left"];

    pub fn count(&mut self, what: impl Into<String>, count: u64) {
        *self.counts.entry(what.into()).or_default() += count;
    }

    pub fn get(&self, what: &str) -> u64 {
        self.counts.get(what).copied().unwrap_or_default()
    }

    pub fn add(&mut self, other: Self) {
        self.seconds += other.seconds;
        other.counts.into_iter().for_each(|(what, count)| self.count(what, count));
        for (fault, count) in other.faults {
            *self.faults.entry(fault).or_default() += count;
        }
        self.peak = self.peak.max(other.peak);
    }

    /// Compares the outcomes of the clients with the ledger.
    pub fn compare(&mut self, orders: &[Order], sandbox: &Sandbox) {
        let ledger = ledger(sandbox);
        let mut entries: HashMap<Option<&str>, Vec<&Entry>> = HashMap::new();
        for entry in &ledger {
            entries.entry(entry.key.as_deref()).or_default().push(entry);
        }
        let moved: usize = ledger.iter().map(|entry| entry.transactions.len()).sum();
        self.count("entries", (ledger.len() + moved) as u64);
        let doubled = entries.values().filter(|of_key| of_key.len() > 1).count();
        let moved_twice = ledger.iter().filter(|entry| entry.transactions.len() > 1).count();
        self.count("doubled", (doubled + moved_twice) as u64);
        for order in orders {
            self.count("resent with the same key", order.resent as u64);
            order.notes.iter().for_each(|noun| self.count(*noun, 1));
            let entry = entries.remove(&Some(order.key.as_str())).unwrap_or_default();
            let entry = entry.first();
            self.end(order.kind, &order.end, entry.map(|entry| &entry.id));
            self.count("wrong", entry.is_some_and(|entry| entry.amount != order.amount).into());
            if let Some(moved) = &order.moved {
                self.end("transactions", moved, entry.and_then(|entry| entry.transactions.first()));
            }
        }
        self.count("wrong", entries.len() as u64);
    }

    /// Compares the end of an order with the id that the ledger has for it.
    fn end(&mut self, kind: &str, end: &End, ledger: Option<&String>) {
        match end {
            End::Done(id) => {
                self.count("done", 1);
                self.count(format!("{kind} done"), 1);
                self.count("lost", ledger.is_none().into());
                self.count("wrong", ledger.is_some_and(|other| other != id).into());
            }
            End::Refused => {
                self.count("refused", 1);
                self.count(format!("{kind} refused"), 1);
                self.count("wrongly refused", ledger.is_some().into());
            }
            End::Unknown => {
                self.count("unknown", 1);
                self.count(format!("{kind} unknown"), 1);
            }
        }
    }

    pub fn shown(&self, clients: usize) -> String {
        let listed = |counts: &mut dyn Iterator<Item = String>| counts.collect::<Vec<_>>().join(", ");
        format!(
            "soak: {clients} clients, {:.1} s: {}\nsoak: faults: {}",
            self.seconds,
            listed(&mut self.counts.iter().map(|(what, count)| format!("{count} {what}"))),
            listed(&mut self.faults.iter().map(|(fault, count)| format!("{fault} {count}"))),
        )
    }

    pub fn check(&self) {
        assert_eq!(Self::NONE.map(|what| self.get(what)), [0; 6], "{:?}", Self::NONE);
        assert_eq!(self.get("entries"), self.get("done"));
        assert!(self.get("done") > 0 && self.get("retries") > 0, "there was something to see");
    }
}
