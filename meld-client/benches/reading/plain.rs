//! Plain structs with the fields of the generated types and derived decoding, to compare with.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Transactions {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<i32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub financial_account_transactions: Vec<Transaction>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remaining: Option<i32>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Transaction {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub connection_ids: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_customer_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub financial_account_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub posted_date: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recurring_status: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub service_provider_details: Vec<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transaction_date: Option<DateTime<Utc>>,
}

#[derive(Deserialize, Serialize)]
pub struct Quotes {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quotes: Vec<Quote>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Quote {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_amount: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_amount_without_fees: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_currency_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exchange_rate: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fiat_amount_without_fees: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_native_available: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_fee: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partner_fee: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_method_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ramp_intelligence: Option<RampIntelligence>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_provider: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_amount: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_amount_without_fees: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_currency_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_fee: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transaction_fee: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transaction_type: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RampIntelligence {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low_kyc: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previously_used: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ramp_score: Option<f64>,
}
