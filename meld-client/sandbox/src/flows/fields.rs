//! Validation of fields that the specs declare as plain strings.

use axum::http::StatusCode;

use rust_decimal::Decimal;
use serde_json::Value;

use crate::problem::Problem;

const MAX_WALLET_LENGTH: usize = 256;

/// Validates a wallet address, if there is one.
pub(super) fn check_wallet(field: &str, address: Option<&str>) -> Result<(), Problem> {
    let is_bad = |letter: char| letter.is_whitespace() || letter.is_control();
    let is_valid = |address: &str| {
        !address.is_empty() && address.chars().count() <= MAX_WALLET_LENGTH && !address.contains(is_bad)
    };
    if address.is_none_or(is_valid) {
        return Ok(());
    }
    let message = "A wallet address has 1 to 256 characters, without whitespace and control characters";
    let error = format!("[{field}] is not a wallet address");
    let code = "CRYPTO_INVALID_DESTINATION_WALLET";
    Err(Problem::new(StatusCode::BAD_REQUEST, code, message).with_error(error))
}

/// Validates a country code, if there is one.
pub(super) fn check_country(field: &str, code: Option<&str>) -> Result<(), Problem> {
    let is_code = |code: &str| code.len() == 2 && code.bytes().all(|one| one.is_ascii_uppercase());
    if code.is_none_or(is_code) {
        return Ok(());
    }
    let error = format!("[{field}] must be an ISO 3166-1 alpha-2 code, such as US");
    Err(Problem::bad_request("The country is not valid").with_error(error))
}

/// Returns an amount that is sent as a number or as a string, with all of its digits.
pub(crate) fn decimal(amount: &Value) -> Option<Decimal> {
    let text = amount.as_str().map_or_else(|| amount.to_string(), str::to_owned);
    text.parse().ok().or_else(|| Decimal::from_scientific(&text).ok())
}
