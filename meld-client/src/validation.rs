//! Validation of cards and bank accounts by their public rules.
//!
//! Errors name the field and the rule, and never contain the value.

use std::time::SystemTime;

use meld_client_core::Error;
use meld_client_core::chrono::{DateTime, Datelike, TimeDelta, Utc};
use meld_client_core::serde::Serialize;
use meld_client_core::serde_json::{self, Value};

/// Validates a card number: 12 to 19 digits, the last of which is a check digit (ISO/IEC 7812, Luhn).
pub(crate) fn card_number(field: &'static str, number: &str) -> Result<(), Error> {
    if !is_digits(number, 12, 19) {
        return Err(Error::invalid(field, "must have 12 to 19 digits"));
    }
    let sum: u32 = number
        .bytes()
        .rev()
        .enumerate()
        .map(|(index, digit)| match u32::from(digit - b'0') {
            digit if index % 2 == 0 => digit,
            digit if digit > 4 => 2 * digit - 9,
            digit => 2 * digit,
        })
        .sum();
    if !sum.is_multiple_of(10) || sum == 0 {
        return Err(Error::invalid(field, "has a wrong check digit; check for a mistyped digit"));
    }
    Ok(())
}

/// Validates the code of a card (CVC): 3 or 4 digits.
pub(crate) fn card_code(field: &'static str, code: &str) -> Result<(), Error> {
    if is_digits(code, 3, 4) {
        return Ok(());
    }
    Err(Error::invalid(field, "must have 3 or 4 digits"))
}

/// Validates the last month of a card: `MM/YY`, and not over at `now` in any time zone.
pub(crate) fn expiration(field: &'static str, expiration: &str, now: DateTime<Utc>) -> Result<(), Error> {
    let month_and_year =
        expiration.split_once('/').filter(|(month, year)| is_digits(month, 2, 2) && is_digits(year, 2, 2));
    let parsed = month_and_year
        .and_then(|(month, year)| Some((month.parse::<u32>().ok()?, year.parse::<i32>().ok()?)))
        .filter(|(month, _)| (1..=12).contains(month));
    let Some((month, year)) = parsed else {
        return Err(Error::invalid(field, "must be a month and a year: `MM/YY`"));
    };
    // The westernmost time zone is twelve hours behind UTC.
    let now = now - TimeDelta::hours(12);
    if (2000 + year, month) < (now.year(), now.month()) {
        return Err(Error::invalid(field, "is in the past; the card has expired"));
    }
    Ok(())
}

pub(crate) fn now() -> DateTime<Utc> {
    SystemTime::now().into()
}

/// Validates the routing number of a bank in the United States: 9 digits, the last of which is a check digit (ABA).
pub(crate) fn routing_number(field: &'static str, number: &str) -> Result<(), Error> {
    if !is_digits(number, 9, 9) {
        return Err(Error::invalid(field, "must have 9 digits"));
    }
    let weights = [3, 7, 1].into_iter().cycle();
    let sum: u32 = number.bytes().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    if !sum.is_multiple_of(10) || sum == 0 {
        return Err(Error::invalid(field, "has a wrong check digit; check for a mistyped digit"));
    }
    Ok(())
}

/// Validates an IBAN with or without spaces: country, check digits (ISO 7064, MOD 97-10) and 11 to 30 letters or
/// digits.
pub(crate) fn iban(field: &'static str, iban: &str) -> Result<(), Error> {
    let iban: String = iban.chars().filter(|letter| *letter != ' ').collect();
    let is_shaped = (15..=34).contains(&iban.len())
        && iban.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && iban.bytes().take(2).all(|byte| byte.is_ascii_alphabetic())
        && iban.bytes().skip(2).take(2).all(|byte| byte.is_ascii_digit());
    if !is_shaped {
        let why = "must be an IBAN: two letters, two digits, and 11 to 30 letters or digits";
        return Err(Error::invalid(field, why));
    }
    // Country and check digits move to the end, and letters count from 10.
    let rotated = iban.chars().skip(4).chain(iban.chars().take(4));
    let rest = rotated.filter_map(|letter| letter.to_digit(36)).fold(0, |rest, value| {
        let shift = if value < 10 { 10 } else { 100 };
        (rest * shift + value) % 97
    });
    if rest != 1 {
        return Err(Error::invalid(field, "has wrong check digits; check for a mistyped character"));
    }
    Ok(())
}

/// Validates an encoded payment method by its `type`: cards, bank accounts in the United States, and IBANs.
///
/// The service decides about missing details.
pub(crate) fn payment_method(method: &impl Serialize) -> Result<(), Error> {
    let method = serde_json::to_value(method).unwrap_or_default();
    let (kind, details) = (method.get("type"), method.get("details"));
    let text = |name: &str| details.and_then(|details| details.get(name)).and_then(Value::as_str);
    let check = |name: &str, rule: &dyn Fn(&str) -> Result<(), Error>| text(name).map_or(Ok(()), rule);
    match kind.and_then(Value::as_str).unwrap_or_default() {
        "CARD" => {
            check("number", &|it| card_number("paymentMethod.details.number", &without_spaces(it)))?;
            check("cvc", &|it| card_code("paymentMethod.details.cvc", it))?;
            check("expiration", &|it| expiration("paymentMethod.details.expiration", it, now()))
        }
        "ACH" => check("routingNumber", &|it| routing_number("paymentMethod.details.routingNumber", it)),
        "SEPA" => check("iban", &|it| iban("paymentMethod.details.iban", it)),
        _ => Ok(()),
    }
}

pub(crate) fn without_spaces(number: &str) -> String {
    number.chars().filter(|character| *character != ' ').collect()
}

fn is_digits(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use meld_client_core::serde_json::json;

    use super::*;

    #[test]
    fn card_numbers_have_a_check_digit() {
        // Test cards of Meld's sandbox and of its providers.
        for right in [
            "4111111111111111",
            "4242424242424242",
            "4000000000000085",
            "4000000000000002",
            "4000000000000010",
            "378282246310005",
            "6304000000000000",
        ] {
            assert!(card_number("number", right).is_ok(), "{right}");
        }
        for wrong in ["4111111111111112", "4242424242422442", "0000000000000000", "4111", ""] {
            let error = card_number("number", wrong).unwrap_err().to_string();
            assert!(wrong.is_empty() || !error.contains(wrong), "{error}");
        }
    }

    #[test]
    fn cards_expire_at_the_end_of_their_month() {
        let at = |time: &str| time.parse::<DateTime<Utc>>().unwrap();
        for (text, now, is_right) in [
            ("01/26", "2026-01-31T23:59:59Z", true),
            // January has not ended in the westernmost time zone.
            ("01/26", "2026-02-01T11:59:59Z", true),
            ("01/26", "2026-02-01T12:00:00Z", false),
            ("12/25", "2026-01-02T00:00:00Z", false),
            ("12/20", "2026-01-02T00:00:00Z", false),
            ("12/26", "2026-01-02T00:00:00Z", true),
            ("10/33", "2026-01-02T00:00:00Z", true),
        ] {
            assert_eq!(expiration("expiration", text, at(now)).is_ok(), is_right, "{text} {now}");
        }
        let now = at("2026-01-02T00:00:00Z");
        for wrong in ["12/2020", "12/2030", "13/30", "00/30", "1/30", "12-30", "+1/30", ""] {
            let error = expiration("expiration", wrong, now).unwrap_err().to_string();
            assert!(error.contains("MM/YY"), "{error}");
        }
    }

    #[test]
    fn routing_numbers_have_a_check_digit() {
        for right in ["110000000", "021000021", "011401533"] {
            assert!(routing_number("routingNumber", right).is_ok(), "{right}");
        }
        for wrong in ["110000001", "210000021", "000000000", "11000000", "1100000000", "11000000x"] {
            assert!(routing_number("routingNumber", wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn ibans_have_check_digits() {
        for right in [
            "DE89370400440532013000",
            "DE89 3704 0044 0532 0130 00",
            "GB29NWBK60161331926819",
            "FR1420041010050500013M02606",
            "NO9386011117947",
            "de89370400440532013000",
        ] {
            assert!(iban("iban", right).is_ok(), "{right}");
        }
        for wrong in ["DE88370400440532013000", "DE8937040044053201300", "8937040044053201300", "", "DE"] {
            assert!(iban("iban", wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn details_are_validated_by_type() {
        for (kind, details, field) in [
            ("CARD", json!({ "number": "4111111111111112" }), Some("number")),
            ("CARD", json!({ "number": "4111 1111 1111 1111", "expiration": "12/20" }), Some("expiration")),
            ("CARD", json!({ "cvc": "12" }), Some("cvc")),
            ("CARD", json!({ "routingNumber": "1" }), None),
            ("ACH", json!({ "routingNumber": "110000001" }), Some("routingNumber")),
            ("SEPA", json!({ "iban": "DE88370400440532013000" }), Some("iban")),
            ("SEPA", json!({ "iban": null, "routingNumber": "1" }), None),
            ("BRAND_NEW", json!({ "number": "1" }), None),
        ] {
            let checked = payment_method(&json!({ "type": kind, "details": details }));
            let found = checked.err().and_then(|error| error.field().map(str::to_owned));
            let expected = field.map(|field| format!("paymentMethod.details.{field}"));
            assert_eq!(found, expected, "{kind} {details}");
        }
    }
}
