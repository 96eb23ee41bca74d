//! Generated numbers and strings.

use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;
use serde_json::{Number, Value};

use crate::random::{identifier, letters};
use crate::specs::first_match;
use crate::specs::schema::ResolvedSchema;

/// Generates an integer within the bounds of a schema.
pub(super) fn integer(random: &mut ChaCha8Rng, schema: &ResolvedSchema<'_>, name: &str) -> i64 {
    // Exclusive bounds of integers are one more or less.
    let above = schema.greatest("exclusiveMinimum").map(|bound| bound.floor() + 1.0);
    let below = schema.least("exclusiveMaximum").map(|bound| bound.ceil() - 1.0);
    let least = schema.greatest("minimum").map(f64::ceil).or(above);
    let most = schema.least("maximum").map(f64::floor).or(below);
    // Only the descriptions state the range of a page's limit.
    let usual: f64 = if name == "limit" { 10.0 } else { 100_000.0 };
    let least = least.unwrap_or(most.map_or(1.0, |most| most.min(1.0)));
    let most = most.unwrap_or(usual.max(least));
    let value = random.random_range(least as i64..=(most as i64).max(least as i64));
    match schema.greatest("multipleOf").map(|step| step as i64) {
        Some(step) if step > 1 => multiple(value, step, least as i64),
        _ => value,
    }
}

/// Returns a multiple near `value`, not below `least`.
fn multiple(value: i64, step: i64, least: i64) -> i64 {
    let below = value.div_euclid(step).saturating_mul(step);
    if below < least { below.saturating_add(step) } else { below }
}

/// Generates a number within the bounds of a schema.
pub(super) fn number(random: &mut ChaCha8Rng, schema: &ResolvedSchema<'_>) -> Value {
    let most = schema.least("maximum").or(schema.least("exclusiveMaximum"));
    let least = schema.greatest("minimum").or(schema.greatest("exclusiveMinimum"));
    let least = least.unwrap_or(match most {
        Some(most) if most <= 0.0 => most - 1.0,
        _ => 0.0,
    });
    let cents = f64::from(random.random_range(1..=100_000_u32)) / 100.0;
    let value = match most {
        // Between both bounds, however close they are.
        Some(most) if least + cents >= most => f64::midpoint(least, most),
        _ => least + cents,
    };
    let value = match schema.greatest("multipleOf") {
        Some(step) if step >= 1.0 => (value / step).ceil() * step,
        _ => value,
    };
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}

/// Generates a string of the format, pattern or length of a schema.
pub(super) fn text(random: &mut ChaCha8Rng, schema: &ResolvedSchema<'_>, name: &str) -> String {
    let day = random.random_range(1..=28);
    match schema.text("format") {
        Some("date-time") => {
            let micros = random.random_range(0..1_000_000);
            return format!("2026-01-{day:02}T09:41:22.{micros:06}Z");
        }
        Some("date") => return format!("2026-01-{day:02}"),
        Some("uuid") => {
            let bytes: [u8; 16] = random.random();
            return uuid::Builder::from_random_bytes(bytes).into_uuid().to_string();
        }
        Some("email") => return format!("{}@example.com", letters(random, 8)),
        Some(format) => {
            if let Some(text) = by_format(format) {
                return text.to_owned();
            }
        }
        None => {}
    }
    if let Some(pattern) = schema.text("pattern") {
        let date = format!("1990-04-{day:02}");
        let known = [by_name(name).unwrap_or_default(), &date, "US"];
        return first_match(pattern, &known).map_or_else(|| identifier(random), str::to_owned);
    }
    let text = by_name(name).map_or_else(|| identifier(random), str::to_owned);
    let least = schema.greatest("minLength").unwrap_or_default() as usize;
    let most = schema.least("maxLength").map_or(usize::MAX, |most| most as usize);
    match text.len() {
        length if length < least => letters(random, least),
        // Values by name are ASCII.
        length if length > most => text[..most].to_owned(),
        _ => text,
    }
}

/// Returns a string of a format that validators know.
fn by_format(format: &str) -> Option<&'static str> {
    Some(match format {
        "time" => "09:41:22Z",
        "duration" => "P1DT2H",
        "ipv4" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        "uri" | "iri" => "https://example.com/path?and=query",
        "uri-reference" | "iri-reference" => "/path?and=query",
        "uri-template" => "/path/{id}",
        "hostname" | "idn-hostname" => "example.com",
        "idn-email" => "robin@example.com",
        "json-pointer" => "/path/0",
        "relative-json-pointer" => "1/path",
        "regex" => "^[a-z]+$",
        _ => return None,
    })
}

/// Returns a realistic value for a field of this name.
fn by_name(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    let ends = |ending: &str| lower.ends_with(ending);
    if ends("url") {
        return Some("https://example.com/path?and=query");
    }
    if ends("amount") {
        return Some("100.10");
    }
    Some(match lower.as_str() {
        "country" | "countrycode" | "countries" => "US",
        "sourcecurrencycode" | "currency" | "currencycode" => "USD",
        "destinationcurrencycode" => "BTC",
        "email" => "robin@example.com",
        "phone" | "customerphonenumber" => "+14155550123",
        "firstname" => "Robin",
        "lastname" => "Example",
        "clientipaddress" | "ip" => "192.0.2.1",
        "dateofbirth" => "1990-04-01",
        "eventversion" => "2026-02-03",
        "start" | "from" | "startdate" => "2026-01-01T00:00:00.000Z",
        "end" | "to" | "enddate" => "2026-01-31T00:00:00.000Z",
        _ => return None,
    })
}
