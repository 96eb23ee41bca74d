//! The providers, currencies and prices of the crypto family. Prices are made up and constant.

use axum::http::StatusCode;
use rust_decimal::Decimal;
use serde_json::json;

use crate::problem::Problem;

pub(super) const PROVIDERS: [&str; 6] = ["UNLIMIT", "TRANSAK", "BANXA", "STRIPE", "TOPPER", "MERCURYO"];
/// The prices of fiat currencies, in US cents.
const FIAT: [(&str, i64); 7] =
    [("USD", 100), ("EUR", 110), ("GBP", 125), ("CAD", 75), ("AUD", 65), ("BRL", 20), ("MXN", 6)];
/// The prices of cryptocurrencies, in US cents.
const CRYPTO: [(&str, i64); 7] =
    [("BTC", 6_000_000), ("ETH", 300_000), ("SOL", 15_000), ("USDC", 100), ("USDT", 100), ("POL", 50), ("XRP", 60)];
/// The networks of cryptocurrencies whose code is not that of their network.
const NETWORKS: [(&str, &str); 4] = [("USDC", "ETH"), ("USDT", "ETH"), ("SOL", "SOLANA"), ("POL", "POLYGON")];
/// The chain ids of networks that have one.
const CHAINS: [(&str, &str); 3] = [("ETH", "1"), ("POLYGON", "137"), ("BASE", "8453")];
/// The cryptocurrencies on other networks than their main one.
const ON_OTHER_NETWORKS: [&str; 3] = ["USDC_BASE", "USDC_SOLANA", "USDT_TRON"];
/// The minimum of all providers, in US dollars.
pub(super) const MIN_AMOUNT: Decimal = Decimal::from_parts(10, 0, 0, false, 0);
/// The maximum of all providers, in US dollars.
pub(super) const MAX_AMOUNT: Decimal = Decimal::from_parts(20_000, 0, 0, false, 0);

/// Returns the price of a currency in US dollars, and `true` if it is fiat. A code may name its chain: `USDC_BASE`.
pub(super) fn price(code: &str) -> Option<(Decimal, bool)> {
    let find = |list: &[(&str, i64)], code: &str| {
        list.iter().find(|(name, _)| *name == code).map(|(_, cents)| Decimal::new(*cents, 2))
    };
    let plain = code.split('_').next().unwrap_or(code);
    find(&FIAT, code).map(|price| (price, true)).or_else(|| find(&CRYPTO, plain).map(|price| (price, false)))
}

/// Returns the code of the network of a cryptocurrency: that in its code, or its main network.
pub(super) fn network(code: &str) -> &str {
    let main = || NETWORKS.iter().find(|(currency, _)| *currency == code).map_or(code, |(_, network)| network);
    code.split_once('_').map_or_else(main, |(_, network)| network)
}

pub(super) fn chain_id(network: &str) -> Option<&'static str> {
    CHAINS.iter().find(|(code, _)| *code == network).map(|(_, id)| *id)
}

/// Returns the codes of all currencies of a kind.
pub(super) fn codes(is_fiat: bool) -> impl Iterator<Item = &'static str> {
    let (list, others): (&[(&str, i64)], &[&str]) = if is_fiat { (&FIAT, &[]) } else { (&CRYPTO, &ON_OTHER_NETWORKS) };
    list.iter().map(|(code, _)| *code).chain(others.iter().copied())
}

pub(super) fn is_crypto(code: &str) -> bool {
    price(code).is_some_and(|(_, is_fiat)| !is_fiat)
}

/// A source and a destination currency, of which one is fiat and the other crypto.
pub(super) struct CurrencyPair {
    pub source: String,
    pub destination: String,
    pub source_price: Decimal,
    pub destination_price: Decimal,
    /// `true` if the source is fiat.
    pub buys: bool,
}

impl CurrencyPair {
    pub fn new(source: &str, destination: &str) -> Result<Self, Problem> {
        let unknown = |code: &str| {
            let message = format!("The currency {code} is not supported");
            // Fiat codes have three letters; coins with three letters are known.
            let kind = if code.len() == 3 { "INVALID_FIAT_CURRENCY" } else { "INVALID_CRYPTO_CURRENCY" };
            bad_request(kind, &message)
        };
        let (source_price, source_is_fiat) = price(source).ok_or_else(|| unknown(source))?;
        let (destination_price, destination_is_fiat) = price(destination).ok_or_else(|| unknown(destination))?;
        if source_is_fiat == destination_is_fiat {
            let message = "One currency must be fiat and the other crypto";
            return Err(bad_request("INVALID_CRYPTO_CURRENCY", message));
        }
        Ok(Self {
            source: source.to_owned(),
            destination: destination.to_owned(),
            source_price,
            destination_price,
            buys: source_is_fiat,
        })
    }

    /// Returns the type of a transaction.
    pub fn kind(&self) -> &'static str {
        if self.buys { "CRYPTO_PURCHASE" } else { "CRYPTO_SELL" }
    }

    /// Checks an amount of the source currency against the range of the providers.
    pub fn check_amount(&self, amount: Decimal) -> Result<(), Problem> {
        let dollars = amount.checked_mul(self.source_price).unwrap_or(Decimal::MAX);
        let (code, range) = if dollars < MIN_AMOUNT {
            ("INVALID_AMOUNT_TOO_LOW", format!("at least {MIN_AMOUNT}"))
        } else if dollars > MAX_AMOUNT {
            ("INVALID_AMOUNT_TOO_HIGH", format!("at most {MAX_AMOUNT}"))
        } else {
            return Ok(());
        };
        let mut problem = bad_request(code, "The amount is outside the range of every provider");
        let message = format!("The amount must be worth {range} USD");
        problem.provider = Some(Box::new(json!({ "message": message })));
        Err(problem)
    }
}

pub(super) fn bad_request(code: &'static str, message: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, code, message)
}
