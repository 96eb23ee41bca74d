//! Customers that are found or created, and their differences from the request.

use meld_client_core::{Error, ResponseValue};

use super::versions::{CustomerDetails as _, Customers, Details};
use crate::call::send;

/// A customer that existed or was created, and the fields that differ from the request.
///
/// Meld fills in missing fields and never overwrites existing ones: an existing customer keeps its email even if the
/// request has another one.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FoundOrCreated<C> {
    /// The customer as stored at Meld.
    pub customer: ResponseValue<C>,
    /// The fields whose stored value differs from the request, by their JSON names: `email`, `name.firstName`.
    ///
    /// Fields that the response omits are not included.
    pub differing: Vec<&'static str>,
}

impl<C> FoundOrCreated<C> {
    /// Returns `true` if no field differs from the request.
    #[must_use]
    pub fn matches_request(&self) -> bool {
        self.differing.is_empty()
    }
}

pub(super) async fn get_or_create<C: Customers>(
    client: &C,
    external_id: String,
    request: C::CreateRequest,
) -> Result<FoundOrCreated<C::Customer>, Error> {
    let requested = request.details();
    let customer = send(client.create(external_id, request)).await?;
    let differing = differing(&requested, &customer.details());
    Ok(FoundOrCreated { customer, differing })
}

/// Returns the names of the fields that are present in both and differ.
///
/// Emails are compared without case, phone numbers by their digits.
fn differing(requested: &Details, stored: &Details) -> Vec<&'static str> {
    let mut differing = Vec::new();
    for ((name, requested), (_, stored)) in requested.0.iter().zip(&stored.0) {
        if let (Some(requested), Some(stored)) = (requested, stored) {
            let same = match *name {
                "email" | "type" => requested.eq_ignore_ascii_case(stored),
                "phone" => digits(requested).eq(digits(stored)),
                _ => requested == stored,
            };
            if !same {
                differing.push(*name);
            }
        }
    }
    differing
}

fn digits(phone: &str) -> impl Iterator<Item = char> + '_ {
    phone.chars().filter(char::is_ascii_digit)
}

/// Refuses an empty id, with which every request would create another customer.
pub(super) fn check_external_id(external_id: &str) -> Result<String, Error> {
    if external_id.trim().is_empty() {
        return Err(Error::invalid("externalId", "must not be empty"));
    }
    Ok(external_id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn details(values: [Option<&str>; 6]) -> Details {
        let names = ["dateOfBirth", "email", "name.firstName", "name.lastName", "phone", "type"];
        let mut fields = names.map(|name| (name, None));
        for (field, value) in fields.iter_mut().zip(values) {
            field.1 = value.map(str::to_owned);
        }
        Details(fields)
    }

    #[test]
    fn differing_fields_are_named() {
        let requested = {
            let (email, phone) = (Some("a@b.c"), Some("+15555550100"));
            details([Some("1990-01-30"), email, Some("Robin"), None, phone, None])
        };
        for (stored, expected) in [
            ([None; 6], vec![]),
            ([None, Some("A@B.c"), Some("Robin"), None, Some("+1 555-555-0100"), None], vec![]),
            ([None, Some("x@b.c"), None, None, Some("+15555550101"), None], vec!["email", "phone"]),
            (
                [Some("1991-01-30"), None, Some("robin"), Some("Else"), None, Some("BUSINESS")],
                vec!["dateOfBirth", "name.firstName"],
            ),
        ] {
            assert_eq!(differing(&requested, &details(stored)), expected, "{stored:?}");
        }
    }
}
