//! The values of requests: always the same, readable, and valid against the specs.

use chrono::{DateTime, NaiveDate, Utc};
use meld_client_core::serde_json::{Map, Value};
use meld_client_core::uuid::Uuid;
use meld_client_core::{DateOrTime, Decimal, Error};

use crate::calls::Fill;

/// Makes values by name and type.
pub struct Values {
    /// The turn of alternatives, modulo their number.
    pub turn: usize,
    turns: usize,
    /// The index of the current item of a list.
    item: usize,
}

/// Strings with a format, by the end of their name in lower case: the first item of a list and the second one.
const FORMS: &[(&str, [&str; 2])] = &[
    ("cryptocurrency", ["BTC", "ETH"]),
    ("cryptocurrencies", ["BTC", "ETH"]),
    ("currency", ["USD", "EUR"]),
    ("currencies", ["USD", "EUR"]),
    ("currencycode", ["USD", "EUR"]),
    ("currencycodes", ["USD", "EUR"]),
    ("country", ["US", "DE"]),
    ("countrycode", ["US", "DE"]),
    ("countries", ["US", "DE"]),
    ("regions", ["US", "DE"]),
    ("serviceproviders", ["BANXA", "TRANSAK"]),
    ("email", ["customer-1@example.com", "customer-2@example.com"]),
    ("phone", ["+12025550101", "+12025550102"]),
    ("phonenumber", ["+12025550101", "+12025550102"]),
    ("url", ["https://example.com/1", "https://example.com/2"]),
    ("ipaddress", ["192.0.2.1", "192.0.2.2"]),
    ("iban", ["DE89370400440532013000", "FR1420041010050500013M02606"]),
];

/// Positions where the spec allows fewer values than the type has, and some of the allowed ones.
const NARROWER: &[(&str, &[&str])] = &[("SessionData.serviceProvider", &["BANXA", "TRANSAK"])];

impl Values {
    /// The values of a turn.
    pub fn new(turn: usize) -> Self {
        Self { turn, turns: 1, item: 0 }
    }

    /// The number of turns until every alternative was sent, known once a request is filled.
    pub fn turns(&self) -> usize {
        self.turns
    }

    /// The alternative of this turn, of `count` alternatives.
    pub fn one_of(&mut self, count: usize) -> usize {
        self.turns = self.turns.max(count);
        self.turn % count.max(1)
    }

    /// One item, or two in full requests.
    ///
    /// # Errors
    /// Returns the first error of an item.
    pub fn list<T>(
        &mut self,
        fill: Fill,
        mut item: impl FnMut(&mut Self) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        let outer = self.item;
        let count = if fill == Fill::Full { 2 } else { 1 };
        let mut items = Vec::new();
        for index in 0..count {
            self.item = index;
            items.push(item(self)?);
        }
        self.item = outer;
        Ok(items)
    }

    /// A documented value: the first one, or the last one in full requests; the neighbours follow in lists. `refused` is
    /// skipped, and `reverse` counts from the other end.
    pub fn choice<T: Clone + AsRef<str>>(
        &mut self,
        fill: Fill,
        place: &str,
        known: &[T],
        refused: &str,
        reverse: bool,
    ) -> T {
        let narrower = NARROWER.iter().find(|(end, _)| place.ends_with(end));
        let is_allowed = |value: &&T| {
            let text = (*value).as_ref();
            text != refused && narrower.is_none_or(|(_, values)| values.contains(&text))
        };
        let mut allowed: Vec<&T> = known.iter().filter(is_allowed).collect();
        if reverse {
            allowed.reverse();
        }
        let index = self.item % allowed.len();
        let found = match fill {
            Fill::Full => allowed[allowed.len() - 1 - index],
            Fill::Minimal | Fill::Cleared => allowed[index],
        };
        found.clone()
    }

    /// A string.
    pub fn text(&mut self, name: &str) -> String {
        let lower = name.to_lowercase();
        match FORMS.iter().find(|(end, _)| lower.ends_with(end)) {
            Some((_, texts)) => texts[self.item % texts.len()].to_owned(),
            None => format!("{name}-{}", self.item + 1),
        }
    }

    /// An amount whose last digit is a zero, which must be sent too.
    pub fn decimal(&mut self, _name: &str) -> Decimal {
        Decimal::new(12_340, 3)
    }

    /// A small integer.
    pub fn whole(&mut self, _name: &str) -> i32 {
        7
    }

    /// An integer that `f64` cannot represent.
    pub fn large(&mut self, _name: &str) -> i64 {
        9_007_199_254_740_993
    }

    /// `false` in full requests, because it must not be left out.
    pub fn flag(&mut self, fill: Fill) -> bool {
        fill != Fill::Full
    }

    /// A UUID of version 4.
    pub fn uuid(&mut self, _name: &str) -> Uuid {
        Uuid::from_u128(0x1f0c_59a2_6d3b_4e7f_8a91_b2c3_d4e5_f601)
    }

    /// A date.
    pub fn date(&mut self, _name: &str) -> NaiveDate {
        NaiveDate::from_ymd_opt(2024, 2, 29).unwrap_or_default()
    }

    /// A time without a zone.
    pub fn date_or_time(&mut self, name: &str) -> DateOrTime {
        self.date_time(name).into()
    }

    /// A time with milliseconds.
    pub fn date_time(&mut self, name: &str) -> DateTime<Utc> {
        self.date(name).and_hms_milli_opt(13, 5, 9, 70).unwrap_or_default().and_utc()
    }

    /// An object with a name that no spec has.
    pub fn map(&mut self, name: &str) -> Map<String, Value> {
        Map::from_iter([("key".to_owned(), Value::String(self.text(name)))])
    }

    /// Free-form JSON.
    pub fn value(&mut self, name: &str) -> Value {
        Value::Object(self.map(name))
    }
}
