//! The compared values of a request, read before it is sent.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::value::RawValue;

use super::rules::{By, Field, Rule, Source};
use crate::{Request, iso};

/// Differences of amounts of crypto below this are rounding: at least so many decimals are kept.
const CRYPTO_DECIMALS: u32 = 6;

/// The values of a request that its response must agree with.
#[derive(Debug)]
pub(crate) struct Requested {
    rule: &'static Rule,
    /// One for each field of the rule.
    values: Vec<Value>,
}

/// A value of a request.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// The request does not have it: any response agrees.
    Absent,
    /// One of these.
    Texts(Vec<String>),
    /// A number, and the first difference from it that counts.
    Amount(Decimal, Decimal),
    /// Crypto is bought.
    Buy,
    /// Crypto is sold.
    Sell,
}

impl Requested {
    /// The values of a request; `None` if its operation has no rule, or it has none of the values.
    pub(crate) fn of(request: &Request) -> Option<Self> {
        let rule = Rule::of(request.operation())?;
        let body = Body::of(request.body_bytes());
        let value = |field: &Field| match field.requested {
            Source::Body(path) => body.value(path, field.by),
            Source::Path(name) => {
                request.path_value(name).map_or(Value::Absent, |text| Value::Texts(vec![text]))
            }
            Source::Direction => body.direction(),
        };
        let values: Vec<Value> = rule.fields.iter().map(value).collect();
        values.iter().any(|value| *value != Value::Absent).then_some(Self { rule, values })
    }

    pub(super) fn fields(&self) -> &'static [Field] {
        self.rule.fields
    }

    pub(super) fn list(&self) -> Option<&'static str> {
        self.rule.list
    }

    /// Returns `Some(true)` if the text of a response agrees with a field of the rule; `None` if one of the two says nothing.
    pub(super) fn agrees(&self, index: usize, text: &str) -> Option<bool> {
        let text = text.trim();
        let value = self.values.get(index).filter(|_| !text.is_empty())?;
        match value {
            Value::Absent => None,
            Value::Texts(texts) if self.rule.fields.get(index)?.by == By::Code => {
                Some(texts.iter().any(|requested| requested.eq_ignore_ascii_case(text)))
            }
            Value::Texts(texts) => Some(texts.iter().any(|requested| requested == text)),
            Value::Amount(requested, least) => {
                let found = decimal(text)?;
                Some(found == *requested || found.checked_sub(*requested)?.abs() < *least)
            }
            Value::Buy => direction(text),
            Value::Sell => direction(text).map(|is_buy| !is_buy),
        }
    }
}

/// Returns the direction of a type of transaction; `None` for others than buying and selling, such as transfers.
fn direction(transaction_type: &str) -> Option<bool> {
    let kind = transaction_type.to_ascii_uppercase();
    match (kind.contains("PURCHASE"), kind.contains("SELL")) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    }
}

fn decimal(text: &str) -> Option<Decimal> {
    text.parse().or_else(|_| Decimal::from_scientific(text)).ok()
}

type Fields<'b> = BTreeMap<String, &'b RawValue>;

/// The fields of a JSON body. One that is no object has none.
struct Body<'b>(Fields<'b>);

impl<'b> Body<'b> {
    fn of(body: Option<&'b [u8]>) -> Self {
        Self(body.and_then(|body| serde_json::from_slice(body).ok()).unwrap_or_default())
    }

    /// The texts of a field: one, those of a list, or none.
    fn texts(&self, path: &str) -> Vec<String> {
        fn of(fields: &Fields<'_>, path: &str) -> Vec<String> {
            let (name, rest) = path.split_once('.').map_or((path, None), |(a, b)| (a, Some(b)));
            let Some(json) = fields.get(name).map(|value| value.get()) else { return Vec::new() };
            match (rest, json.as_bytes().first()) {
                (Some(rest), _) => serde_json::from_str::<Fields<'_>>(json)
                    .map(|fields| of(&fields, rest))
                    .unwrap_or_default(),
                (None, Some(b'"')) => serde_json::from_str(json).into_iter().collect(),
                (None, Some(b'[')) => serde_json::from_str(json).unwrap_or_default(),
                (None, Some(b'-' | b'0'..=b'9')) => vec![json.to_owned()],
                (None, _) => Vec::new(),
            }
        }
        let mut texts = of(&self.0, path);
        texts.retain(|text| !text.trim().is_empty());
        texts
    }

    fn text(&self, path: &str) -> Option<String> {
        self.texts(path).into_iter().next()
    }

    fn value(&self, path: &str, by: By) -> Value {
        let texts = self.texts(path);
        match (by, texts.first()) {
            (_, None) => Value::Absent,
            (By::Amount, Some(text)) => {
                decimal(text).map_or(Value::Absent, |amount| Value::Amount(amount, self.unit()))
            }
            _ => Value::Texts(texts),
        }
    }

    /// The smallest amount of the currency that is given.
    fn unit(&self) -> Decimal {
        let currency = self.text("sourceCurrencyCode").unwrap_or_default();
        let decimals = iso::decimals(&currency.to_ascii_uppercase());
        Decimal::new(1, decimals.unwrap_or(CRYPTO_DECIMALS))
    }

    /// Which way the currencies say that it goes. A code may be that of a fiat currency and of a token at once (`MNT`):
    /// of two such codes nothing is known.
    fn direction(&self) -> Value {
        let is_fiat = |path| {
            let code = self.text(path).unwrap_or_default();
            iso::decimals(&code.to_ascii_uppercase()).is_some()
        };
        match (is_fiat("sourceCurrencyCode"), is_fiat("destinationCurrencyCode")) {
            (true, false) => Value::Buy,
            (false, true) => Value::Sell,
            _ => Value::Absent,
        }
    }
}
