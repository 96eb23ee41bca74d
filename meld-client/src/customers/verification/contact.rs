//! The contacts of a customer.

use std::fmt;

use meld_client_core::Error;

meld_client_core::string_enum! {
    /// The channel of a verification.
    pub enum ContactChannel {
        /// An email address.
        Email = "EMAIL",
        /// A phone number.
        Phone = "PHONE",
    }
}

/// A contact to verify. `Debug` prints only its channel.
///
/// # Examples
///
/// ```
/// use meld_client::customers::Contact;
///
/// let phone = Contact::phone("+14155550123")?;
/// assert!(Contact::phone("415-555-0123").is_err());
/// # Ok::<(), meld_client::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Contact {
    channel: ContactChannel,
    target: String,
}

impl Contact {
    /// Creates an email contact.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the address has no `@` with text on
    /// both sides, or contains whitespace.
    pub fn email(address: impl Into<String>) -> Result<Self, Error> {
        let target = address.into();
        let has_sides = target.rsplit_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty());
        if !has_sides || target.contains(char::is_whitespace) {
            return Err(Error::invalid("target", "must be an email address"));
        }
        Ok(Self { channel: ContactChannel::Email, target })
    }

    /// Creates a phone contact. The number is in E.164 format: `+14155550123`.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the number is not `+` with 7 to 15
    /// digits, the first of which is not 0.
    pub fn phone(number: impl Into<String>) -> Result<Self, Error> {
        let target = number.into();
        let digits = target.strip_prefix('+').unwrap_or_default();
        let is_number = (7..=15).contains(&digits.len())
            && digits.bytes().all(|digit| digit.is_ascii_digit())
            && !digits.starts_with('0');
        if !is_number {
            return Err(Error::invalid("target", "must be a phone number such as `+14155550123`"));
        }
        Ok(Self { channel: ContactChannel::Phone, target })
    }

    /// Returns the channel.
    #[must_use]
    pub fn channel(&self) -> &ContactChannel {
        &self.channel
    }

    pub(in crate::customers) fn into_parts(self) -> (ContactChannel, String) {
        (self.channel, self.target)
    }
}

// Contains personal data, so `Debug` prints only the channel.
impl fmt::Debug for Contact {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Contact").field("channel", &self.channel).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phone_numbers_are_e164() {
        for (number, is_right) in [
            ("+14155550123", true),
            ("+4915112345678", true),
            ("+1234567", true),
            ("14155550199", false),
            ("+1 415 555 0123", false),
            ("+04155550123", false),
            ("+123456", false),
            ("+1234567890123456", false),
            ("", false),
        ] {
            let checked = Contact::phone(number);
            assert_eq!(checked.is_ok(), is_right, "{number}");
            let shown = format!("{checked:?}");
            assert!(number.is_empty() || !shown.contains(number), "{shown}");
        }
    }

    #[test]
    fn email_addresses_have_two_sides() {
        for (address, is_right) in
            [("a@b.example", true), ("a", false), ("@b", false), ("a@", false), ("a b@c", false), ("", false)]
        {
            assert_eq!(Contact::email(address).is_ok(), is_right, "{address}");
        }
    }
}
