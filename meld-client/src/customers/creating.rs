//! Customers that are made or found, and how they differ from what was asked for.

use crate::{Error, ResponseValue};

/// A customer that was there or was made, and what is stored otherwise than asked for.
///
/// Meld fills in what was blank and never overwrites: a customer who was there keeps the email although another one
/// was asked for.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FoundOrCreated<C> {
    /// The customer as stored at Meld.
    pub customer: ResponseValue<C>,
    /// The fields that hold something else than was asked for, as Meld spells them: `email`, `name.firstName`. What
    /// the response leaves out is not among them.
    pub differing: Vec<&'static str>,
}

impl<C> FoundOrCreated<C> {
    #[allow(dead_code, reason = "no version with customers need be chosen")]
    pub(super) fn new(asked: &Details, customer: ResponseValue<C>, stored: &Details) -> Self {
        Self { customer, differing: asked.differing(stored) }
    }

    /// Whether nothing differs.
    #[must_use]
    pub fn matches_request(&self) -> bool {
        self.differing.is_empty()
    }
}

/// What is said of a customer: field by field, in the same order in all that are compared.
#[doc(hidden)]
pub struct Details(pub(super) [(&'static str, Option<String>); 6]);

// It tells of a person.
meld_client_core::opaque!(Details);

impl Details {
    /// The fields that are there in both and not the same. In addresses of mail the case does not count, in phone
    /// numbers the digits alone do.
    fn differing(&self, stored: &Self) -> Vec<&'static str> {
        let mut differing = Vec::new();
        for ((name, asked), (_, stored)) in self.0.iter().zip(&stored.0) {
            if let (Some(asked), Some(stored)) = (asked, stored) {
                let same = match *name {
                    "email" | "type" => asked.eq_ignore_ascii_case(stored),
                    "phone" => digits(asked).eq(digits(stored)),
                    _ => asked == stored,
                };
                if !same {
                    differing.push(*name);
                }
            }
        }
        differing
    }
}

/// The digits of a phone number.
fn digits(phone: &str) -> impl Iterator<Item = char> + '_ {
    phone.chars().filter(char::is_ascii_digit)
}

/// An id of your own, which must not be empty: without one, each request would make another customer.
#[allow(dead_code, reason = "no version with customers need be chosen")]
pub(super) fn own_id(external_id: &str) -> Result<String, Error> {
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
    fn what_is_stored_otherwise_than_asked_is_named() {
        let asked = || {
            let (email, phone) = (Some("a@b.c"), Some("+15555550100"));
            details([Some("1990-01-30"), email, Some("Robin"), None, phone, None])
        };
        for (stored, differing) in [
            ([None; 6], vec![]),
            ([None, Some("A@B.c"), Some("Robin"), None, Some("+1 555-555-0100"), None], vec![]),
            ([None, Some("x@b.c"), None, None, Some("+15555550101"), None], vec!["email", "phone"]),
            (
                [Some("1991-01-30"), None, Some("robin"), Some("Else"), None, Some("BUSINESS")],
                vec!["dateOfBirth", "name.firstName"],
            ),
        ] {
            assert_eq!(asked().differing(&details(stored)), differing, "{stored:?}");
        }
    }

    #[test]
    fn an_empty_id_of_your_own_is_refused() {
        for id in ["", "  "] {
            assert_eq!(own_id(id).unwrap_err().field(), Some("externalId"));
        }
    }
}
