//! Conversions from webhook profiles of the API.

use meld_client_core::Error;

use super::{EventType, Verifier};

/// Creates the verifier for a profile with this secret and URL.
fn verifier(secret: Option<&str>, url: Option<&str>) -> Result<Verifier, Error> {
    let is_set = |text: &&str| !text.trim().is_empty();
    let secret = secret.filter(is_set).ok_or_else(|| Error::missing("secret"))?;
    let url = url.filter(is_set).ok_or_else(|| Error::missing("url"))?;
    Verifier::new(secret, url).map_err(|error| Error::invalid("secret", error.to_string()))
}

macro_rules! profiles {
    ($version:ident) => {
        /// Creates the verifier for deliveries of this profile. The error names `secret` or `url` if it is missing.
        impl TryFrom<&crate::for_versions::$version::webhooks::types::WebhookProfile> for Verifier {
            type Error = Error;

            fn try_from(
                profile: &crate::for_versions::$version::webhooks::types::WebhookProfile,
            ) -> Result<Self, Error> {
                verifier(profile.secret.as_deref(), profile.url.as_deref())
            }
        }

        /// Converts to the type that profiles subscribe with.
        impl From<EventType> for crate::for_versions::$version::webhooks::types::EventType {
            fn from(event_type: EventType) -> Self {
                Self::from(String::from(event_type))
            }
        }
    };
}

for_versions!("webhooks", profiles);
