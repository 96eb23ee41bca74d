//! Customers, with their addresses and KYC checks.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use crate::clock::timestamp;
use crate::multipart::Multipart;

/// The fields of a customer that requests set.
pub(crate) const DETAILS: [&str; 5] = ["dateOfBirth", "email", "name", "phone", "type"];

/// All customers, in order of creation.
#[derive(Default, Deserialize, Serialize)]
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

#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Customer {
    pub id: String,
    pub external_id: Option<String>,
    /// The fields of [`DETAILS`].
    pub details: Map<String, Value>,
    pub status: String,
    pub addresses: Vec<Value>,
    pub kyc: Vec<Kyc>,
    /// The further fields that were submitted, by provider and name.
    pub kyc_fields: BTreeSet<(String, String)>,
    /// The providers whose agreements the customer has accepted.
    pub agreements: Vec<String>,
    /// The providers whose limit the customer has reached.
    pub limits_reached: Vec<String>,
    /// The data and documents of the customer that were imported.
    pub applicant: Option<Applicant>,
}

/// The data and documents of a customer.
// Contains personal data, so Debug prints only the type.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct Applicant {
    pub data: Value,
    pub files: Multipart,
}

impl fmt::Debug for Applicant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Applicant").finish_non_exhaustive()
    }
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
            kyc_fields: BTreeSet::new(),
            agreements: Vec::new(),
            limits_reached: Vec::new(),
            applicant: None,
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

    /// Returns `true` if a further field was submitted to a provider.
    pub fn has_kyc_field(&self, provider: &str, field: &str) -> bool {
        self.kyc_fields.contains(&(provider.to_owned(), field.to_owned()))
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

#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Kyc {
    pub provider: String,
    pub id: String,
    pub status: String,
    /// The page on which the provider requests more from the customer, until it has decided.
    pub hosted_url: Option<String>,
    /// The page with the provider's terms, until it has decided.
    pub terms_url: Option<String>,
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
                "additionalInfo": self.additional_info(),
                "onboardingMethod": (self.provider != "SUMSUB")
                    .then(|| json!({ "kycProvider": "SUMSUB", "onboardingType": "KYC_TOKEN_SHARE" })),
            },
        })
    }

    /// Returns the steps that are left to the customer; `None` if there are none.
    fn additional_info(&self) -> Option<Value> {
        let mut info = Map::new();
        if let Some(url) = &self.hosted_url {
            info.insert("HostedURL".to_owned(), json!(url));
            info.insert("missingSteps".to_owned(), json!(["PROOF_OF_ADDRESS"]));
        }
        if let Some(url) = &self.terms_url {
            info.insert("TosURL".to_owned(), json!(url));
        }
        (!info.is_empty()).then_some(Value::Object(info))
    }
}
