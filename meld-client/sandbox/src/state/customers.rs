//! Customers, with their addresses and KYC checks.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use crate::clock::timestamp;

/// The fields of a customer that requests set.
pub(crate) const DETAILS: [&str; 5] = ["dateOfBirth", "email", "name", "phone", "type"];

/// All customers, in order of creation.
#[derive(Default)]
pub(crate) struct Customers(Vec<Customer>);

impl Customers {
    pub fn iter(&self) -> impl Iterator<Item = &Customer> {
        self.0.iter()
    }

    pub fn find(&self, id: &str) -> Option<&Customer> {
        self.0.iter().find(|customer| customer.id == id)
    }

    pub fn find_mut(&mut self, id: &str) -> Option<&mut Customer> {
        self.0.iter_mut().find(|customer| customer.id == id)
    }

    pub fn find_external(&self, external_id: &str) -> Option<&Customer> {
        self.0.iter().find(|customer| customer.external_id.as_deref() == Some(external_id))
    }

    pub fn push(&mut self, customer: Customer) {
        self.0.push(customer);
    }

    pub fn remove(&mut self, id: &str) -> Option<Customer> {
        let index = self.0.iter().position(|customer| customer.id == id)?;
        Some(self.0.remove(index))
    }
}

/// A customer.
#[derive(Clone, Debug)]
pub(crate) struct Customer {
    pub id: String,
    pub external_id: Option<String>,
    /// The fields of [`DETAILS`].
    pub details: Map<String, Value>,
    pub status: String,
    pub addresses: Vec<Value>,
    pub kyc: Vec<Kyc>,
}

impl Customer {
    /// Creates a customer without details.
    pub fn new(id: String, external_id: Option<String>) -> Self {
        Self {
            id,
            external_id,
            details: Map::new(),
            status: "ACTIVE".to_owned(),
            addresses: Vec::new(),
            kyc: Vec::new(),
        }
    }

    /// Returns `true` if the name and the email are set.
    pub fn has_contact(&self) -> bool {
        ["name", "email"].iter().all(|field| self.details.get(*field).is_some_and(|it| !it.is_null()))
    }

    pub fn has_address(&self, kind: &str) -> bool {
        self.addresses.iter().any(|address| address["type"] == kind)
    }

    pub fn is_business(&self) -> bool {
        self.has("type", Some("BUSINESS"))
    }

    /// Returns `true` if a detail has the wanted value, or none is wanted.
    pub fn has(&self, field: &str, wanted: Option<&str>) -> bool {
        wanted.is_none_or(|wanted| self.details.get(field).is_some_and(|value| value == wanted))
    }

    /// Returns `true` if some provider has approved the customer.
    pub fn is_approved(&self) -> bool {
        self.kyc.iter().any(|kyc| kyc.status == "APPROVED")
    }

    /// Returns the KYC check of a provider.
    pub fn kyc_at(&self, provider: &str) -> Option<&Kyc> {
        self.kyc.iter().find(|kyc| kyc.provider == provider)
    }

    /// Returns the customer as in responses.
    pub fn to_json(&self, account_id: &str) -> Value {
        let mut customer = json!({
            "id": self.id,
            "key": self.id,
            "accountId": account_id,
            "externalId": self.external_id,
            "status": self.status,
            "type": "INDIVIDUAL",
            "addresses": self.addresses,
            "serviceProviderCustomers": self.kyc.iter().map(Kyc::to_json).collect::<Vec<_>>(),
        });
        if let Some(fields) = customer.as_object_mut() {
            fields.extend(self.details.clone());
        }
        customer
    }
}

/// The KYC check of a customer by a provider.
#[derive(Clone, Debug)]
pub(crate) struct Kyc {
    pub provider: String,
    pub id: String,
    pub status: String,
    /// The page on which the provider requests more from the customer, until it has decided.
    pub hosted_url: Option<String>,
    pub updated_at: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
}

impl Kyc {
    fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "serviceProvider": self.provider,
            "status": "ACTIVE",
            "createdAt": timestamp(self.created_at),
            "kyc": {
                "status": self.status,
                "updatedAt": timestamp(self.updated_at),
                "additionalInfo": self.hosted_url.as_ref().map(|url| json!({ "HostedURL": url })),
            },
        })
    }
}
