//! The values that requests are filled with: always the same, readable, and such as the documents allow.

use chrono::{DateTime, NaiveDate, Utc};
use meld_client_core::serde_json::{Map, Value};
use meld_client_core::uuid::Uuid;
use meld_client_core::{Decimal, Error};

use crate::calls::Fill;

/// Gives values by name and type.
pub struct Values {
    /// Of what only one can be sent, which one is, counted around.
    pub turn: usize,
    turns: usize,
    /// Which item of a list is made now.
    item: usize,
}

/// Texts that have to be of a form, by what their names end in, in small letters: the first item of a list and the
/// second one.
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
    // Of a span of time.
    ("from", ["2024-02-28", "2024-02-28"]),
    ("to", ["2024-02-29", "2024-02-29"]),
];

/// Places at which the documents list fewer values than the type has, which is one for all places: some of them.
const NARROWER: &[(&str, &[&str])] = &[("SessionData.serviceProvider", &["BANXA", "TRANSAK"])];

impl Values {
    /// Values of a turn.
    #[must_use]
    pub fn new(turn: usize) -> Self {
        Self { turn, turns: 1, item: 0 }
    }

    /// How many turns it takes until everything was sent; known when a request was filled.
    #[must_use]
    pub fn turns(&self) -> usize {
        self.turns
    }

    /// Which one of so many it is this time.
    pub fn one_of(&mut self, count: usize) -> usize {
        self.turns = self.turns.max(count);
        self.turn % count.max(1)
    }

    /// One item, or two where everything is sent.
    ///
    /// # Errors
    /// Those of the items.
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

    /// A documented value: the first one, or where everything is sent the last one, and those next to it in lists.
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

    /// A text.
    pub fn text(&mut self, name: &str) -> String {
        let lower = name.to_lowercase();
        match FORMS.iter().find(|(end, _)| lower.ends_with(end)) {
            Some((_, texts)) => texts[self.item % texts.len()].to_owned(),
            None => format!("{name}-{}", self.item + 1),
        }
    }

    /// An amount that ends in a zero, which has to arrive.
    pub fn decimal(&mut self, _name: &str) -> Decimal {
        Decimal::new(12_340, 3)
    }

    /// A small whole number.
    pub fn whole(&mut self, _name: &str) -> i32 {
        7
    }

    /// A whole number that no binary float holds.
    pub fn large(&mut self, _name: &str) -> i64 {
        9_007_199_254_740_993
    }

    /// False where everything is sent: what is false must not be left out.
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

    /// A time with milliseconds.
    pub fn date_time(&mut self, name: &str) -> DateTime<Utc> {
        self.date(name).and_hms_milli_opt(13, 5, 9, 70).unwrap_or_default().and_utc()
    }

    /// An object with names that no document knows.
    pub fn map(&mut self, name: &str) -> Map<String, Value> {
        Map::from_iter([("key".to_owned(), Value::String(self.text(name)))])
    }

    /// Any JSON.
    pub fn value(&mut self, name: &str) -> Value {
        Value::Object(self.map(name))
    }
}
