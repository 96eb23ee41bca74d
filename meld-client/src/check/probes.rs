//! The operations that a check calls.

use meld_client_core::{Operation, Request};

/// A harmless read, which is a list with a parameter `limit`.
#[derive(Clone, Copy)]
pub(super) struct Probe {
    operation: &'static Operation,
    limit: &'static str,
}

impl Probe {
    /// Returns `true` if the items of the response name the Meld account by `accountId`.
    ///
    /// Elsewhere that is the id of a bank account.
    pub fn names_account(self) -> bool {
        matches!(self.operation.family, "crypto" | "customer" | "payments" | "webhooks")
    }

    pub fn lists_profiles(self) -> bool {
        self.operation.family == "webhooks"
    }

    pub fn request(self) -> Request {
        let mut request = Request::new(self.operation);
        if self.operation.parameters.iter().any(|parameter| parameter.name == "limit") {
            request.replace_query("limit", self.limit);
        }
        request
    }
}

/// Returns the probes of the newest enabled API version that has some, best first.
#[allow(unused_macros, unused_mut, reason = "a version without any family has no probes")]
pub(super) fn probes() -> Vec<Probe> {
    let mut probes: Vec<Probe> = Vec::new();
    macro_rules! add {
        ($version:ident, $family:ident, $operation:ident, $limit:expr) => {
            let operation = &crate::for_versions::$version::$family::operations::$operation;
            probes.push(Probe { operation, limit: $limit });
        };
    }
    // The maximum, because all profiles are reported. One item of other lists proves the key.
    for_versions!("webhooks", add, webhooks, SEARCH_PROFILES, "100");
    for_versions!("customer", add, customer, SEARCH_CUSTOMERS, "1");
    for_versions!("payments", add, payments, SEARCH_TRANSACTIONS, "1");
    for_versions!("crypto", add, crypto, SEARCH_TRANSACTIONS, "1");
    for_versions!("bank_linking", add, bank_linking, SEARCH_CONNECTIONS, "1");
    for_versions!("service_providers", add, service_providers, SEARCH_SERVICE_PROVIDERS, "1");
    let newest = probes.iter().map(|probe| probe.operation.version).max();
    probes.retain(|probe| Some(probe.operation.version) == newest);
    probes
}
