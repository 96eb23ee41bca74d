//! Quotes for buying and selling crypto.

use axum::http::StatusCode;
use rand::RngExt as _;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::customers;
use super::fields::{check_country, check_wallet};
use super::headless::providers;
use super::market::{self, CurrencyPair, PROVIDERS};
use crate::amount::number;
use crate::call::Call;
use crate::problem::Problem;
use crate::random::seeded;
use crate::state::State;

/// The payment methods in the schema of a quote. Meld also returns others; the mock server stays within the spec.
const METHODS: [&str; 4] = ["APPLE_PAY", "MASTERCARD", "SEPA", "VISA"];
/// The further payment methods of headless quotes.
const HEADLESS_METHODS: [&str; 4] = ["ACH", "CREDIT_DEBIT_CARD", "MOBILE_MONEY", "PIX"];

pub(crate) fn create(state: &mut State, call: &Call) -> Result<Value, Problem> {
    customers::find_or_create(state, call)?;
    check_country("countryCode", call.text("countryCode"))?;
    check_wallet("walletAddress", call.text("walletAddress"))?;
    let text = |field| call.text(field).unwrap_or_default();
    let pair = CurrencyPair::new(text("sourceCurrencyCode"), text("destinationCurrencyCode"))?;
    let amount = call.body["sourceAmount"].to_string();
    let amount = amount.trim_matches('"').parse().unwrap_or_default();
    pair.check_amount(amount)?;
    let method = call.text("paymentMethodType");
    // Codes are in capitals; anything else is a display name.
    if method.is_some_and(|method| !method.chars().all(is_code_letter)) {
        let message = "No provider knows this payment method";
        return Err(Problem::new(StatusCode::BAD_REQUEST, "NO_VALID_QUOTES", message));
    }
    let wanted = call.body["serviceProviders"].as_array().filter(|wanted| !wanted.is_empty());
    let (widget, headless) = modes(call);
    let widget = PROVIDERS.into_iter().filter(|_| widget).map(|provider| (provider, "WIDGET"));
    let headless = headless_providers(&pair, method).filter(|_| headless).map(|provider| (provider, "HEADLESS"));
    let quotes: Vec<Value> = widget
        .chain(headless)
        .filter(|(provider, _)| wanted.is_none_or(|wanted| wanted.contains(&json!(provider))))
        .map(|(provider, mode)| quote_of(state.seed, call, &pair, amount, (provider, mode)))
        .collect();
    if quotes.is_empty() {
        return Err(Problem::new(StatusCode::NOT_FOUND, "NOT_FOUND", "No provider offers this"));
    }
    Ok(json!({ "quotes": quotes }))
}

/// Returns `true` for each kind of quotes that is wanted: of widgets, and of headless orders. Versions without headless
/// quotes ignore `integrationMode`.
fn modes(call: &Call) -> (bool, bool) {
    match call.query("integrationMode").filter(|_| is_new(call)) {
        Some("HEADLESS") => (false, true),
        Some("ALL") => (true, true),
        _ => (true, false),
    }
}

/// Returns `true` if the version that is served has headless quotes.
fn is_new(call: &Call) -> bool {
    call.version > call.operation.version
}

/// Returns the providers with headless orders of a pair by a payment method.
fn headless_providers<'a>(
    pair: &CurrencyPair,
    method: Option<&'a str>,
) -> impl Iterator<Item = &'static str> + use<'a> {
    let buys = pair.buys;
    providers::PROVIDERS.iter().filter_map(move |provider| {
        let methods = if buys { provider.methods } else { provider.payouts };
        let is_match = method.map_or(!methods.is_empty(), |method| methods.contains(&method));
        is_match.then_some(provider.name)
    })
}

fn is_code_letter(letter: char) -> bool {
    letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_'
}

/// Returns the quote of one provider, determined by the seed, the pair and the amount.
fn quote_of(seed: u64, call: &Call, pair: &CurrencyPair, amount: Decimal, (provider, mode): (&str, &str)) -> Value {
    let subject = format!("quote {provider} {} {}", pair.source, pair.destination);
    let mut random = seeded(seed, &subject);
    let fee_rate = Decimal::new(random.random_range(150..500), 4);
    let network_fee_dollars = Decimal::new(random.random_range(10..200), 2);
    let score = Decimal::new(random.random_range(0..1000), 1);
    let low_kyc = [Some(true), Some(false), None][random.random_range(0..3)];

    // Fees are in fiat: deducted from the source when buying, from the destination when selling.
    let fiat_price = if pair.buys { pair.source_price } else { pair.destination_price };
    let fiat = amount * pair.source_price / fiat_price;
    let transaction_fee = (fiat * fee_rate).round_dp(2);
    let network_fee = (network_fee_dollars / fiat_price).round_dp(2);
    let total = (transaction_fee + network_fee).min(fiat);
    let left = fiat - total;
    let destination = (left * fiat_price / pair.destination_price).round_dp(8);
    let rate = if destination.is_zero() { Decimal::ZERO } else { (amount / destination).round_dp(8) };
    let is_headless = mode == "HEADLESS";
    let is_known = |method: &&str| METHODS.contains(method) || is_headless && HEADLESS_METHODS.contains(method);
    let method = call.text("paymentMethodType").filter(is_known);
    let is_new = is_new(call);
    let network = market::network(&pair.destination);
    json!({
        "transactionType": pair.kind(),
        "countryCode": call.body["countryCode"],
        "serviceProvider": provider,
        "paymentMethodType": method,
        "sourceAmount": number(amount),
        "sourceCurrencyCode": pair.source,
        "sourceAmountWithoutFees": pair.buys.then(|| number(left.round_dp(2))),
        "fiatAmountWithoutFees": number(left.round_dp(2)),
        "destinationAmount": number(destination),
        "destinationAmountWithoutFees": (!pair.buys).then(|| number(fiat.round_dp(2))),
        "destinationCurrencyCode": pair.destination,
        "exchangeRate": number(rate),
        "transactionFee": number(transaction_fee),
        "networkFee": number(network_fee),
        "partnerFee": 0,
        "totalFee": number(total),
        "customerScore": pair.buys.then(|| number(score)),
        "isNativeAvailable": is_headless && method == Some("APPLE_PAY"),
        "destinationNetworkCode": (is_new && pair.buys).then_some(network),
        "integrationMode": is_new.then_some(mode),
        "kycMode": is_headless.then_some("ASYNC"),
        "rampIntelligence": { "rampScore": number(score), "lowKyc": low_kyc },
    })
}
