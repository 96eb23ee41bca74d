//! The values of a request that its response must repeat.

use std::borrow::Cow;

use rust_decimal::Decimal;

use super::rules::{By, Field, Fields, Rule, Source};
use crate::client::request::Request;
use crate::iso;
use crate::json::{self, Parser, Token, View};

/// Number of decimals of a crypto amount that responses keep at least. Smaller differences are rounding.
const CRYPTO_DECIMALS: u32 = 6;

/// The values of a request that its response must agree with.
#[derive(Debug)]
pub(crate) struct Requested<'r> {
    rule: &'static Rule,
    /// One for each field of the rule.
    values: Vec<Value<'r>>,
    /// The fields whose value is not absent.
    present: Fields,
    /// The currency of amounts, `sourceCurrencyCode` of the body.
    currency: Cow<'r, str>,
}

/// A value of a request.
#[derive(Debug)]
enum Value<'r> {
    /// The request does not have the field: any response agrees.
    Absent,
    /// A string, or the digits of a number.
    Text(Cow<'r, str>),
    /// An amount.
    Amount(Decimal),
    /// A list of strings. A response agrees with any of them.
    Texts(Vec<Cow<'r, str>>),
    /// The currencies buy crypto (`true`) or sell it (`false`).
    IsBuy(bool),
}

impl<'r> Requested<'r> {
    /// Returns the values of a request; `None` if its operation has no rule, or if the request has no value of the
    /// rule.
    pub(crate) fn of(request: &'r Request) -> Option<Self> {
        let rule = Rule::of(request.operation())?;
        let mut body = Body::of(request.body_bytes().unwrap_or_default(), rule.fields);
        let mut present = Fields::NONE;
        for (index, (field, value)) in rule.fields.iter().zip(&mut body.values).enumerate() {
            match field.requested {
                Source::Body(_) => {}
                Source::Path(name) => {
                    let text = request.path_value(name);
                    *value = text.map_or(Value::Absent, |text| Value::Text(Cow::Owned(text)));
                }
                Source::Direction => {
                    *value = direction_of(&body.source_currency, &body.destination_currency);
                }
            }
            if let (By::Amount, Value::Text(text)) = (field.by, &*value) {
                *value = decimal(text).map_or(Value::Absent, Value::Amount);
            }
            if !matches!(value, Value::Absent) {
                present.add(index);
            }
        }
        let Body { values, source_currency: currency, .. } = body;
        (!present.is_empty()).then_some(Self { rule, values, present, currency })
    }

    pub(super) fn fields(&self) -> &'static [Field] {
        self.rule.fields
    }

    pub(super) fn list(&self) -> Option<&'static str> {
        self.rule.list
    }

    /// Returns the fields that the request has a value of.
    pub(super) fn present(&self) -> Fields {
        self.present
    }

    /// Returns `Some(true)` if a value of the response agrees with a field of the rule. `None` if either of them is
    /// empty or cannot be compared.
    pub(super) fn agrees(&self, index: usize, found: &View<'_>) -> Option<bool> {
        let (value, by) = (self.values.get(index)?, self.rule.fields.get(index)?.by);
        match (value, found) {
            (Value::Absent, _) | (_, View::Nothing | View::Object(_) | View::List(_)) => None,
            (Value::Amount(requested), View::Number(found)) => Some(self.is_same_amount(*requested, *found)),
            (Value::Amount(requested), View::Text(found)) => {
                decimal(found.trim()).map(|found| self.is_same_amount(*requested, found))
            }
            (_, View::Number(found)) => value.agrees(by, &found.to_string()),
            (_, View::Text(found)) => value.agrees(by, found),
        }
    }

    /// Compares two amounts. A difference below the smallest amount of the currency is rounding.
    fn is_same_amount(&self, requested: Decimal, found: Decimal) -> bool {
        let least = || Decimal::new(1, fiat_decimals(&self.currency).unwrap_or(CRYPTO_DECIMALS));
        found == requested || found.checked_sub(requested).is_some_and(|difference| difference.abs() < least())
    }
}

impl<'r> Value<'r> {
    /// Compares the value with a string of the response. An amount has no string.
    fn agrees(&self, by: By, found: &str) -> Option<bool> {
        let same = |requested: &str| match by {
            // Nearly all responses repeat the value exactly.
            _ if requested == found => Some(true),
            _ if found.trim().is_empty() => None,
            By::Code => Some(requested.eq_ignore_ascii_case(found.trim())),
            By::Text | By::Direction | By::Amount => Some(requested == found.trim()),
        };
        match self {
            Self::Absent | Self::Amount(_) => None,
            Self::Text(requested) => same(requested),
            Self::Texts(requested) => {
                let mut results = requested.iter().filter_map(|requested| same(requested));
                results.next().map(|first| first || results.any(|is_same| is_same))
            }
            Self::IsBuy(is_buy) => direction(found).map(|found| found == *is_buy),
        }
    }

    /// Decodes the value of a field.
    fn read(parser: &mut Parser<'r>) -> Result<Self, json::Error> {
        if parser.opens(b'[') {
            let (mut texts, mut is_of_texts) = (Vec::new(), true);
            while parser.next_item()? {
                match parser.token()? {
                    Token::String(text) => texts.push(text),
                    _ => is_of_texts = false,
                }
            }
            texts.retain(|text| is_of_texts && !text.trim().is_empty());
            return Ok(if texts.is_empty() { Self::Absent } else { Self::Texts(texts) });
        }
        Ok(match parser.token()? {
            Token::String(text) if !text.trim().is_empty() => Self::Text(text),
            Token::Number(digits) => Self::Text(Cow::Borrowed(digits)),
            _ => Self::Absent,
        })
    }
}

/// The values of a request's body.
struct Body<'r> {
    fields: &'static [Field],
    /// One for each field.
    values: Vec<Value<'r>>,
    source_currency: Cow<'r, str>,
    destination_currency: Cow<'r, str>,
}

impl<'r> Body<'r> {
    /// Decodes the fields of a body. A body that is not an object has none.
    fn of(json: &'r [u8], fields: &'static [Field]) -> Self {
        let mut body = Self {
            fields,
            values: fields.iter().map(|_| Value::Absent).collect(),
            source_currency: Cow::Borrowed(""),
            destination_currency: Cow::Borrowed(""),
        };
        // The request encoded the body itself, so that only an absent one fails.
        let _ = body.read(&mut Parser::new(json), Fields::first(fields.len()), 0);
        body
    }

    /// Decodes an object that holds some of the fields, at an offset into their paths.
    fn read(&mut self, parser: &mut Parser<'r>, within: Fields, offset: usize) -> Result<(), json::Error> {
        if !parser.opens(b'{') {
            return parser.skip();
        }
        while let Some(name) = parser.next_key()? {
            let fields = self.fields;
            let path = |index: usize| match fields[index].requested {
                Source::Body(path) => path,
                Source::Path(_) | Source::Direction => "",
            };
            let (here, deeper) = within.entry(&name, path, offset);
            let currency = match &*name {
                "sourceCurrencyCode" if offset == 0 => Some(&mut self.source_currency),
                "destinationCurrencyCode" if offset == 0 => Some(&mut self.destination_currency),
                _ => None,
            };
            if here.is_empty() && currency.is_none() {
                match deeper.is_empty() {
                    true => parser.skip()?,
                    false => self.read(parser, deeper, offset + name.len() + 1)?,
                }
                continue;
            }
            let value = Value::read(parser)?;
            if let (Some(currency), Value::Text(text)) = (currency, &value) {
                *currency = text.clone();
            }
            if let Some(index) = here.iter().next() {
                self.values[index] = value;
            }
        }
        Ok(())
    }
}

/// Returns how many decimals a fiat currency has, or `None` if the code is none of a fiat currency.
fn fiat_decimals(code: &str) -> Option<u32> {
    match code.bytes().any(|byte| byte.is_ascii_lowercase()) {
        true => iso::decimals(&code.to_ascii_uppercase()),
        false => iso::decimals(code),
    }
}

/// Returns the direction of an exchange. A code may be both of a fiat currency and of a token (`MNT`), so that two fiat
/// codes have none.
fn direction_of(source: &str, destination: &str) -> Value<'static> {
    match (fiat_decimals(source).is_some(), fiat_decimals(destination).is_some()) {
        (is_buy, is_sell) if is_buy != is_sell => Value::IsBuy(is_buy),
        _ => Value::Absent,
    }
}

/// Returns `true` for a transaction type that buys and `false` for one that sells; `None` for others, such as
/// transfers.
fn direction(transaction_type: &str) -> Option<bool> {
    match transaction_type {
        "CRYPTO_PURCHASE" => return Some(true),
        "CRYPTO_SELL" => return Some(false),
        _ => {}
    }
    let contains = |word: &[u8]| {
        let mut parts = transaction_type.as_bytes().windows(word.len());
        parts.any(|part| part.eq_ignore_ascii_case(word))
    };
    match (contains(b"PURCHASE"), contains(b"SELL")) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    }
}

fn decimal(text: &str) -> Option<Decimal> {
    json::decimal::parse(text).ok()
}
