//! Crypto: quotes of several providers, sessions, and the transactions that come of them.

use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use rand::RngExt as _;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::transactions::{self, Transaction};
use super::{Call, State, customers, kyc, number};
use crate::envelope::Problem;
use crate::random::{letters, seeded};

/// Who quotes, when nobody is chosen.
pub(super) const PROVIDERS: [&str; 6] =
    ["UNLIMIT", "TRANSAK", "BANXA", "STRIPE", "TOPPER", "MERCURYO"];
/// What a unit costs, in dollars: made up, and always the same.
const FIAT: [(&str, i64); 7] =
    [("USD", 100), ("EUR", 110), ("GBP", 125), ("CAD", 75), ("AUD", 65), ("BRL", 20), ("MXN", 6)];
const CRYPTO: [(&str, i64); 7] = [
    ("BTC", 6_000_000),
    ("ETH", 300_000),
    ("SOL", 15_000),
    ("USDC", 100),
    ("USDT", 100),
    ("POL", 50),
    ("XRP", 60),
];
/// The range of every provider, in dollars.
pub(super) const LEAST: Decimal = Decimal::from_parts(10, 0, 0, false, 0);
pub(super) const MOST: Decimal = Decimal::from_parts(20_000, 0, 0, false, 0);
/// The methods that the schema of a quote knows. Meld responds others too; this response is valid.
const METHODS: [&str; 4] = ["APPLE_PAY", "MASTERCARD", "SEPA", "VISA"];

/// The providers of sessions that buy and sell.
const SESSION_PROVIDERS: [&str; 7] =
    ["UNLIMIT", "TRANSAK", "BANXA", "STRIPE", "TOPPER", "MERCURYO", "PAYBIS"];
/// The providers of sessions that transfer coins.
const TRANSFER_PROVIDERS: [&str; 1] = ["MESH"];
/// The providers that take a customer whose KYC was approved before.
const BYPASS_PROVIDERS: [&str; 4] = ["MERCURYO", "PAYBIS", "TOPPER", "UNLIMIT"];
/// The longest address of a wallet, in characters.
const LONGEST_WALLET: usize = 256;

/// All sessions.
pub(crate) type Sessions = Vec<Session>;

/// A session of a widget.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub id: String,
    external_id: Option<String>,
    kind: &'static str,
    data: Value,
    customer: String,
    subaccount: Option<String>,
    transaction: Option<String>,
}

/// The price of a currency, and whether it is fiat. A code may name its chain: `USDC_BASE`.
pub(super) fn price(code: &str) -> Option<(Decimal, bool)> {
    let find = |list: &[(&str, i64)], code: &str| {
        list.iter().find(|(name, _)| *name == code).map(|(_, cents)| Decimal::new(*cents, 2))
    };
    let plain = code.split('_').next().unwrap_or(code);
    find(&FIAT, code)
        .map(|price| (price, true))
        .or_else(|| find(&CRYPTO, plain).map(|price| (price, false)))
}

pub(super) fn is_crypto(code: &str) -> bool {
    price(code).is_some_and(|(_, is_fiat)| !is_fiat)
}

/// Checks the address of a wallet, if there is one.
pub(super) fn check_wallet(field: &str, address: Option<&str>) -> Result<(), Problem> {
    let is_bad = |letter: char| letter.is_whitespace() || letter.is_control();
    let is_right = |address: &str| {
        !address.is_empty()
            && address.chars().count() <= LONGEST_WALLET
            && !address.contains(is_bad)
    };
    if address.is_none_or(is_right) {
        return Ok(());
    }
    let message =
        "The address of a wallet has 1 to 256 characters, without spaces and control characters";
    let error = format!("[{field}] is not the address of a wallet");
    Err(bad_request("CRYPTO_INVALID_DESTINATION_WALLET", message).with_errors(vec![error]))
}

fn check_country(field: &str, code: Option<&str>) -> Result<(), Problem> {
    let is_code = |code: &str| code.len() == 2 && code.bytes().all(|one| one.is_ascii_uppercase());
    if code.is_none_or(is_code) {
        return Ok(());
    }
    let error = format!("[{field}] is to be a code of ISO 3166-1 with two letters, such as US");
    Err(Problem::bad_request("The country is not valid").with_errors(vec![error]))
}

fn bad_request(code: &'static str, message: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, code, message)
}

/// What goes in and what comes out.
struct Legs {
    source: String,
    destination: String,
    source_price: Decimal,
    destination_price: Decimal,
    buys: bool,
}

impl Legs {
    fn new(source: &str, destination: &str) -> Result<Self, Problem> {
        let unknown = |code: &str| {
            let message = format!("The currency {code} is not supported");
            // Fiat codes have three letters; so have some coins, but those are known.
            let kind =
                if code.len() == 3 { "INVALID_FIAT_CURRENCY" } else { "INVALID_CRYPTO_CURRENCY" };
            bad_request(kind, &message)
        };
        let (source_price, source_is_fiat) = price(source).ok_or_else(|| unknown(source))?;
        let (destination_price, destination_is_fiat) =
            price(destination).ok_or_else(|| unknown(destination))?;
        if source_is_fiat == destination_is_fiat {
            let message = "One currency is to be fiat, the other crypto";
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

    fn kind(&self) -> &'static str {
        if self.buys { "CRYPTO_PURCHASE" } else { "CRYPTO_SELL" }
    }
}

pub(crate) fn quote(state: &mut State, call: &Call) -> Result<Value, Problem> {
    customers::named(state, call)?;
    check_country("countryCode", call.text("countryCode"))?;
    check_wallet("walletAddress", call.text("walletAddress"))?;
    let text = |field| call.text(field).unwrap_or_default();
    let legs = Legs::new(text("sourceCurrencyCode"), text("destinationCurrencyCode"))?;
    let amount = call.body["sourceAmount"].to_string();
    let amount = amount.trim_matches('"').parse().unwrap_or_default();
    check_amount(&legs, amount)?;
    let method = call.text("paymentMethodType");
    // Methods are named in capitals; what else comes is the name that users see.
    if method.is_some_and(|method| method.contains(|letter: char| !is_of_a_name(letter))) {
        return Err(bad_request("NO_VALID_QUOTES", "No provider knows this payment method"));
    }
    let wanted = call.body["serviceProviders"].as_array().filter(|wanted| !wanted.is_empty());
    let quotes: Vec<Value> = PROVIDERS
        .into_iter()
        .filter(|provider| wanted.is_none_or(|wanted| wanted.contains(&json!(provider))))
        .map(|provider| quote_of(state.seed, call, &legs, amount, provider))
        .collect();
    if quotes.is_empty() {
        return Err(Problem::new(StatusCode::NOT_FOUND, "NOT_FOUND", "No provider offers this"));
    }
    Ok(json!({ "quotes": quotes }))
}

fn is_of_a_name(letter: char) -> bool {
    letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_'
}

fn check_amount(legs: &Legs, amount: Decimal) -> Result<(), Problem> {
    let dollars = amount.checked_mul(legs.source_price).unwrap_or(Decimal::MAX);
    let (code, range) = if dollars < LEAST {
        ("INVALID_AMOUNT_TOO_LOW", format!("at least {LEAST}"))
    } else if dollars > MOST {
        ("INVALID_AMOUNT_TOO_HIGH", format!("at most {MOST}"))
    } else {
        return Ok(());
    };
    let mut problem = bad_request(code, "The amount is outside the range of every provider");
    let said = format!("The amount is to be worth {range} USD");
    problem.provider = Some(Box::new(json!({ "message": said })));
    Err(problem)
}

/// What one provider offers: the same for the same seed, pair and amount.
fn quote_of(seed: u64, call: &Call, legs: &Legs, amount: Decimal, provider: &str) -> Value {
    let pair = format!("quote {provider} {} {}", legs.source, legs.destination);
    let mut random = seeded(seed, &pair);
    let fee_rate = Decimal::new(random.random_range(150..500), 4);
    let network_fee_dollars = Decimal::new(random.random_range(10..200), 2);
    let score = Decimal::new(random.random_range(0..1000), 1);
    let low_kyc = [Some(true), Some(false), None][random.random_range(0..3)];

    // Fees are in fiat: off the source when buying, off the destination when selling.
    let fiat_price = if legs.buys { legs.source_price } else { legs.destination_price };
    let fiat = amount * legs.source_price / fiat_price;
    let transaction_fee = (fiat * fee_rate).round_dp(2);
    let network_fee = (network_fee_dollars / fiat_price).round_dp(2);
    let total = (transaction_fee + network_fee).min(fiat);
    let left = fiat - total;
    let destination = (left * fiat_price / legs.destination_price).round_dp(8);
    let rate =
        if destination.is_zero() { Decimal::ZERO } else { (amount / destination).round_dp(8) };
    let method = call.text("paymentMethodType").filter(|method| METHODS.contains(method));
    json!({
        "transactionType": legs.kind(),
        "countryCode": call.body["countryCode"],
        "serviceProvider": provider,
        "paymentMethodType": method,
        "sourceAmount": number(amount),
        "sourceCurrencyCode": legs.source,
        "sourceAmountWithoutFees": legs.buys.then(|| number(left.round_dp(2))),
        "fiatAmountWithoutFees": number(left.round_dp(2)),
        "destinationAmount": number(destination),
        "destinationAmountWithoutFees": (!legs.buys).then(|| number(fiat.round_dp(2))),
        "destinationCurrencyCode": legs.destination,
        "exchangeRate": number(rate),
        "transactionFee": number(transaction_fee),
        "networkFee": number(network_fee),
        "partnerFee": 0,
        "totalFee": number(total),
        "customerScore": legs.buys.then(|| number(score)),
        "isNativeAvailable": false,
        "rampIntelligence": { "rampScore": number(score), "lowKyc": low_kyc },
    })
}

pub(crate) fn create_session(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let data = &call.body["sessionData"];
    let kind = session_kind(call, data)?;
    let external_id = call.text("externalSessionId").map(str::to_owned);
    let used = |session: &Session| external_id.is_some() && session.external_id == external_id;
    if state.sessions.iter().any(used) {
        let message = "This externalSessionId was used before";
        return Err(bad_request("DUPLICATE_EXTERNAL_SESSION_ID", message));
    }
    check_session_data(kind, data)?;
    check_subaccount(state, call)?;
    let customer = match customers::named(state, call)? {
        Some((id, _)) => id,
        // Transfers may be of somebody new.
        None if kind == "CRYPTO_TRANSFER" => customers::make(state, None),
        None => {
            let message = "A session needs a customer: customerId or externalCustomerId";
            let error = "[customerId] or [externalCustomerId] is required".to_owned();
            return Err(bad_request("CUSTOMER_ID_REQUIRED", message).with_errors(vec![error]));
        }
    };
    let provider = data["serviceProvider"].as_str();
    if call.body["bypassKyc"] == true
        && provider.is_some_and(|one| !BYPASS_PROVIDERS.contains(&one))
    {
        let message = format!("bypassKyc works at {} only", BYPASS_PROVIDERS.join(", "));
        return Err(bad_request("INCOMPATIBLE_REQUEST", &message));
    }
    if call.body["bypassKyc"] == true && !kyc::is_approved(state, &customer) {
        let message = "bypassKyc needs a customer whose KYC is approved";
        return Err(bad_request("CUSTOMER_KYC_NOT_APPROVED", message));
    }
    let session = Session {
        id: state.identifier(),
        external_id,
        kind,
        data: data.clone(),
        customer,
        subaccount: call.text("externalSubaccountCustomerId").map(str::to_owned),
        transaction: None,
    };
    let response = shown(state, call, &session);
    state.sessions.push(session);
    Ok(response)
}

fn check_session_data(kind: &str, data: &Value) -> Result<(), Problem> {
    let text = |field: &str| data[field].as_str();
    let bad = |code, field: &str, error: &str| {
        let error = format!("[sessionData.{field}] {error}");
        Err(bad_request(code, "The session data is not valid").with_errors(vec![error]))
    };
    check_country("sessionData.countryCode", text("countryCode"))?;
    check_wallet("sessionData.walletAddress", text("walletAddress"))?;
    let enabled: &[&str] =
        if kind == "CRYPTO_TRANSFER" { &TRANSFER_PROVIDERS } else { &SESSION_PROVIDERS };
    if let Some(provider) = text("serviceProvider").filter(|one| !enabled.contains(one)) {
        let message = format!(
            "{provider} is not enabled for this account; enabled are: {}",
            enabled.join(", ")
        );
        return Err(Problem::new(StatusCode::FORBIDDEN, "SERVICE_PROVIDER_NOT_ENABLED", message));
    }
    if text("clientIpAddress").is_some_and(|address| address.parse::<std::net::IpAddr>().is_err()) {
        return bad("BAD_REQUEST", "clientIpAddress", "is to be an IPv4 or IPv6 address");
    }
    if text("redirectUrl").is_some_and(|url| url::Url::parse(url).is_err()) {
        return bad("INVALID_REDIRECT_URL", "redirectUrl", "is to be an absolute URL");
    }
    Ok(())
}

/// A sub-account is a business that exists.
fn check_subaccount(state: &State, call: &Call) -> Result<(), Problem> {
    let Some(id) = call.text("externalSubaccountCustomerId") else { return Ok(()) };
    let found = state.customers.iter().find(|one| one.external_id.as_deref() == Some(id));
    if found.ok_or_else(|| customers::unknown(id))?.is_business() {
        return Ok(());
    }
    let error =
        "[externalSubaccountCustomerId] is to be a customer of the type BUSINESS".to_owned();
    Err(Problem::bad_request("A sub-account is a business").with_errors(vec![error]))
}

/// What will come of a session. Unlike quotes, sessions look at which way the legs go.
fn session_kind(call: &Call, data: &Value) -> Result<&'static str, Problem> {
    if call.text("sessionType") == Some("TRANSFER") {
        return Ok("CRYPTO_TRANSFER");
    }
    let text = |field: &str| data[field].as_str().unwrap_or_default();
    let legs = Legs::new(text("sourceCurrencyCode"), text("destinationCurrencyCode"))?;
    let kind = legs.kind();
    if legs.buys != (call.text("sessionType") == Some("BUY")) {
        let message = "The currencies stand the wrong way round for this sessionType";
        return Err(bad_request("INVALID_FIAT_CURRENCY", message));
    }
    let amount: Option<Decimal> = text("sourceAmount").parse().ok();
    let amount = amount.filter(|amount| *amount > Decimal::ZERO).ok_or_else(|| {
        bad_request("INVALID_AMOUNT", "The amount is not a number above 0")
            .with_errors(vec!["[sessionData.sourceAmount] is to be a number above 0".to_owned()])
    })?;
    check_amount(&legs, amount)?;
    Ok(kind)
}

fn shown(state: &State, call: &Call, session: &Session) -> Value {
    let token = letters(&mut seeded(state.seed, &format!("token {}", session.id)), 40);
    let external = customers::find(state, &session.customer);
    json!({
        "id": session.id,
        "customerId": session.customer,
        "externalCustomerId": external.and_then(|customer| customer.external_id.clone()),
        "externalSessionId": session.external_id,
        "widgetUrl": format!("{}/sandbox/session/{}?token={token}", call.base_url, session.id),
        "serviceProviderWidgetUrl":
            format!("{}/sandbox/session/{}", call.base_url, session.id),
        "token": token,
    })
}

/// The user has paid in the widget: a transaction is there, and goes its way by the clock, to
/// `outcome` in the end. Gives its id; none if the session is unknown.
pub(crate) fn complete(
    state: &mut State,
    id: &str,
    outcome: &'static str,
    now: DateTime<Utc>,
) -> Option<String> {
    let session = state.sessions.iter().find(|session| session.id == id)?.clone();
    if let Some(transaction) = session.transaction {
        return Some(transaction);
    }
    let text = |field: &str| session.data[field].as_str();
    let source = text("sourceCurrencyCode").or(session.data["sourceCurrencyCodes"][0].as_str());
    let amount = text("sourceAmount").and_then(|amount| amount.parse().ok()).unwrap_or_default();
    let transaction_id = state.identifier();
    let source = (amount, source.unwrap_or_default());
    let provider = text("serviceProvider").unwrap_or_default();
    let mut transaction =
        Transaction::new(transaction_id.clone(), session.kind, "PENDING", source, provider, now);
    transaction.method = text("paymentMethodType").map(str::to_owned);
    transaction.wallet = text("walletAddress").map(str::to_owned);
    transaction.destination_currency = text("destinationCurrencyCode").map(str::to_owned);
    let legs = Legs::new(source.1, text("destinationCurrencyCode").unwrap_or_default());
    transaction.destination_amount = legs.ok().map(|legs| {
        (amount * legs.source_price / legs.destination_price * Decimal::new(96, 2)).round_dp(8)
    });
    transaction.customer = Some(session.customer);
    transaction.subaccount = session.subaccount;
    transaction.session = Some(session.id);
    transaction.external_session = session.external_id;
    let then = [(TimeDelta::seconds(30), "SETTLING"), (TimeDelta::seconds(90), outcome)];
    transactions::add(state, transaction, &then);
    if let Some(session) = state.sessions.iter_mut().find(|session| session.id == id) {
        session.transaction = Some(transaction_id.clone());
    }
    Some(transaction_id)
}

pub(crate) fn transaction_of_session(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let id = call.path("sessionId");
    let session = state.sessions.iter().find(|session| session.id == id);
    let session = session.ok_or_else(|| Problem::not_found("session"))?;
    let found = session.transaction.as_deref().and_then(|id| transactions::find(state, id));
    let transaction = found.ok_or_else(|| {
        Problem::new(
            StatusCode::NOT_FOUND,
            "TRANSACTION_FETCH_BY_SESSION_NOT_YET_CREATED_WITH_PROVIDER",
            "There is no transaction yet",
        )
    })?;
    Ok(json!({ "transaction": transactions::show(state, transaction) }))
}
