//! The rule of what is sensitive. The control API and the recorder share it.

use serde_json::{Map, Value};

/// The endings of the names of fields and parameters that hold secrets or personal data, as lower-case letters.
const ENDINGS: &[&str] = &[
    // Credentials, and URLs that carry one.
    "authorization",
    "authorizationhandle",
    "key",
    "keyid",
    "keypublic",
    "keyprivate",
    "nonce",
    "oauth",
    "otp",
    "password",
    "passthroughreference",
    "secondfactorcode",
    "secret",
    "securitycode",
    "signature",
    "token",
    "tokenid",
    "widgeturl",
    // Cards and bank accounts.
    "accountholdername",
    "accountnumber",
    "bban",
    "bic",
    "branchnumber",
    "cardnumber",
    "cvc",
    "cvv",
    "expiration",
    "iban",
    "institutionnumber",
    "mobilemoneyreference",
    "pan",
    "routingnumber",
    "sortcode",
    // Identity.
    "birth",
    "birthday",
    "birthdate",
    "dateofbirth",
    "dob",
    "documentnumber",
    "firstname",
    "fullname",
    "gender",
    "idnumber",
    "lastname",
    "middlename",
    "names",
    "nationality",
    "passportnumber",
    "ssn",
    "taxid",
    "tin",
    // Contact data.
    "clientipaddress",
    "email",
    "emailaddress",
    "emails",
    "ip",
    "ipaddress",
    "lineone",
    "linetwo",
    "phone",
    "phonenumber",
    "phonenumbers",
    "phones",
    "postalcode",
    "postcode",
    "street",
    "streetline1",
    "streetline2",
    "streetlineone",
    "streetlinetwo",
    "zipcode",
    // Data of providers in any form.
    "additionalinfo",
    "applicantdata",
    "merchantsession",
    "paymentactions",
    "paymentsession",
    "serviceproviderdetails",
];

/// Names that end like sensitive ones and are not.
const HARMLESS: &[&str] = &["idempotencykey", "zip", "tip"];

/// Returns `true` if a field or parameter of this name holds a secret or personal data.
pub(crate) fn is_sensitive(name: &str) -> bool {
    let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    !HARMLESS.iter().any(|harmless| letters.ends_with(harmless))
        && ENDINGS.iter().any(|ending| match ending.len() {
            // Short endings are also those of other words.
            0..=3 => {
                letters == *ending || name.ends_with(&capitalized(ending)) || name.ends_with(&format!("_{ending}"))
            }
            _ => letters.ends_with(ending),
        })
}

fn capitalized(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_ascii_uppercase() + rest
}

/// Returns `true` for a field that is sensitive in this object: by its name, or by the fields beside it.
pub(crate) fn is_sensitive_in(object: &Map<String, Value>, name: &str, value: &Value) -> bool {
    let has = |field: &str| object.contains_key(field);
    match name {
        // The number of a card.
        "number" => has("cvc") || has("expiration"),
        // A one-time code. Errors have a message beside their code.
        "code" => value.is_string() && !has("message") && object.len() == 1,
        // The contact that a verification proves.
        "target" => has("channel") || has("verificationId"),
        // The position of an item in a list.
        "key" => false,
        name => is_sensitive(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_the_client_are_sensitive() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../core/src/sensitive.rs");
        let table = std::fs::read_to_string(path).unwrap();
        let (_, table) = table.split_once("SENSITIVE_FIELDS").unwrap();
        let names: Vec<&str> =
            table.lines().filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix("\",")).collect();
        assert!(names.len() > 50, "{names:?}");
        for name in names {
            assert!(is_sensitive(name), "{name}");
        }
    }

    #[test]
    fn ordinary_fields_are_not_sensitive() {
        for name in ["id", "status", "description", "customerId", "X-Idempotency-Key", "sourceAmount", "company", "zip"]
        {
            assert!(!is_sensitive(name), "{name}");
        }
    }
}
