//! Network Partner discovery: currencies, routes, payment methods and limits.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::market::{self, MAX_AMOUNT, MIN_AMOUNT, PROVIDERS, price};
use crate::amount::number;
use crate::call::Call;
use crate::problem::Problem;
use crate::state::State;

/// The type, id and display name of each payment method, and `true` if its limits are known.
const METHODS: [(&str, &str, &str, bool); 3] = [
    ("CARD", "CREDIT_DEBIT_CARD", "Credit & Debit Card", true),
    ("MOBILE_WALLET", "APPLE_PAY", "Apple Pay", true),
    ("BANK_TRANSFER", "ACH", "ACH Transfer", false),
];

/// The code, name and subdivisions of each country.
const COUNTRIES: [(&str, &str, &[&str]); 5] = [
    ("BR", "Brazil", &[]),
    ("CA", "Canada", &[]),
    ("DE", "Germany", &[]),
    ("GB", "United Kingdom", &[]),
    ("US", "United States", &["US-CA", "US-TX"]),
];

/// Returns the routes between two currencies: none if their direction does not fit the category.
pub(crate) fn routes(_: &mut State, call: &Call) -> Result<Value, Problem> {
    let (source, destination) = (call.path("sourceCurrencyCode"), call.path("destinationCurrencyCode"));
    let (fiat, crypto) = match call.path("category") {
        "CRYPTO_ONRAMP" => (source, destination),
        "CRYPTO_OFFRAMP" => (destination, source),
        _ => return Ok(json!([])),
    };
    let (Some((fiat_price, true)), Some((_, false))) = (price(fiat), price(crypto)) else {
        return Ok(json!([]));
    };
    // `paymentMethod` overrides `paymentType`.
    let is_wanted = |kind: &str, id: &str| match call.query("paymentMethod") {
        Some(_) => call.lists("paymentMethod", id),
        None => call.lists("paymentType", kind),
    };
    let methods: Vec<Value> = METHODS
        .iter()
        .filter(|(kind, id, ..)| is_wanted(kind, id))
        .map(|(kind, id, name, limited)| {
            json!({
                "paymentType": kind,
                "name": id,
                "partnerMethodName": name.to_lowercase().replace(' ', "-"),
                "limits": limited.then(|| limits(fiat, fiat_price)),
                "headlessSupported": false,
            })
        })
        .collect();
    let routes = PROVIDERS.into_iter().filter(|partner| call.lists("partners", partner));
    let route = |partner| {
        json!({
            "partner": partner,
            "source": source,
            "destination": destination,
            "paymentMethods": methods,
            "kycLimits": [],
        })
    };
    let none = methods.is_empty();
    Ok(routes.filter(|_| !none).map(route).collect())
}

fn limits(fiat: &str, price: Decimal) -> Value {
    let in_fiat = |dollars: Decimal| number((dollars / price).round_dp(2));
    json!({ "currencyCode": fiat, "min": in_fiat(MIN_AMOUNT), "max": in_fiat(MAX_AMOUNT) })
}

/// Returns the currencies of a type: crypto by default. Transfers have crypto only.
pub(crate) fn currencies(_: &mut State, call: &Call) -> Result<Value, Problem> {
    let is_fiat = call.query("type") == Some("FIAT");
    let is_transfer = call.query("category") == Some("CRYPTO_TRANSFER");
    let codes = market::codes(is_fiat).filter(|_| !(is_fiat && is_transfer));
    let codes = codes.filter(|code| is_fiat || call.matches("network", Some(market::network(code))));
    let currency = |code: &str| {
        json!({
            "currencyCode": code,
            "name": code.replace('_', " on "),
            "decimalPlaces": if is_fiat { 2 } else { 6 },
            "type": if is_fiat { "FIAT" } else { "CRYPTO" },
            "chainCode": (!is_fiat).then(|| market::network(code)),
            "chainId": if is_fiat { None } else { market::chain_id(market::network(code)) },
            "symbol": format!("https://cdn.example.com/{code}.png"),
        })
    };
    Ok(json!({ "currencies": codes.map(currency).collect::<Vec<_>>() }))
}

pub(crate) fn payment_methods(_: &mut State, call: &Call) -> Result<Value, Problem> {
    let methods = METHODS.iter().filter(|(kind, ..)| call.lists("paymentType", kind));
    let method = |(kind, id, name, _): &(&str, &str, &str, bool)| {
        json!({
            "countryCode": call.query("country"),
            "providerMethod": id.to_lowercase(),
            "method": id,
            "name": name,
            "type": kind,
            "headlessSupported": false,
        })
    };
    Ok(methods.map(method).collect())
}

pub(crate) fn countries(_: &mut State, _: &Call) -> Result<Value, Problem> {
    let country = |(code, name, subdivisions): &(&str, &str, &[&str])| {
        json!({
            "countryCode": code,
            "name": name,
            "flag": format!("https://cdn.example.com/{code}.svg"),
            "subdivisions": subdivisions,
        })
    };
    Ok(json!({ "countries": COUNTRIES.iter().map(country).collect::<Vec<_>>() }))
}

/// Returns the limits of each provider and payment method in a fiat currency.
pub(crate) fn fiat_limits(_: &mut State, call: &Call) -> Result<Value, Problem> {
    let fiat = call.query("currencyCode").unwrap_or("USD");
    let Some((fiat_price, true)) = price(fiat) else { return Ok(json!({ "fiatLimits": [] })) };
    let methods = METHODS.iter().filter(|(kind, id, _, is_limited)| {
        *is_limited && call.lists("paymentType", kind) && call.lists("paymentMethod", id)
    });
    let limit = |provider: &str, method: &str| {
        let mut limit = limits(fiat, fiat_price);
        limit["category"] = json!(call.query("category"));
        limit["countryCode"] = json!(call.query("country"));
        limit["paymentMethod"] = json!(method);
        limit["provider"] = json!(provider);
        limit
    };
    let providers: Vec<&str> = PROVIDERS.into_iter().filter(|partner| call.lists("partners", partner)).collect();
    let rows = methods.flat_map(|(_, id, ..)| providers.iter().map(|provider| limit(provider, id)));
    Ok(json!({ "fiatLimits": rows.collect::<Vec<_>>() }))
}
