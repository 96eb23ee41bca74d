//! The methods for verifications.

use meld_client_core::{Call, Error};

use super::verification::{
    Confirmation, Contact, ContactChannel, ContactState, VerificationRecord, VerificationStart, confirm, records, start,
};
use super::versions::Verifications;

/// Verifies the email address and the phone number of customers, on `customer` clients from 2026-02-03 on.
///
/// Providers require it before a headless purchase; see
/// [`Eligibility`](crate::headless::Eligibility). A change of the contact, for example by `update_customer`, invalidates
/// its verification.
///
/// # Examples
///
/// ```no_run
/// # #[cfg(all(feature = "v2026-02-03", feature = "customer"))]
/// # async fn example(meld: meld_client::Meld, code: &str) -> Result<(), Box<dyn std::error::Error>> {
/// use meld_client::customers::{Confirmation, Contact, VerificationStart};
/// use meld_client::v2026_02_03::prelude::*;
///
/// let customers = meld.v2026_02_03().customer();
/// let customer_id = "WmYYgvN8ukpV62N3m4u3ee";
/// let contact = Contact::phone("+14155550123")?;
/// match customers.start_verification(customer_id, contact, None).await? {
///     VerificationStart::Sent(pending) => {
///         // Ask the customer for the code.
///         match customers.confirm_code(customer_id, &pending.id, code).await? {
///             Confirmation::Verified { .. } => println!("verified"),
///             Confirmation::WrongCode { attempts_remaining } => println!("wrong; {attempts_remaining:?} attempts left"),
///             _ => println!("start a new verification"),
///         }
///     }
///     VerificationStart::Limited(resend) => println!("no code yet: {resend:?}"),
///     VerificationStart::AlreadyInProgress | VerificationStart::SendFailed => println!("try again later"),
/// }
/// # Ok(())
/// # }
/// ```
pub trait VerificationsExt: Verifications {
    /// Sends a code to a contact of a customer (operation `accounts-customers-verifications-create`).
    ///
    /// Name the provider that requires the verification, if there is one. A newer code replaces an older one.
    ///
    /// # Errors
    ///
    /// Returns an error if the customer does not exist (404). Also returns the errors of the request. The limits that
    /// [`VerificationStart`] names are not errors.
    fn start_verification(
        &self,
        customer_id: impl Into<String>,
        contact: Contact,
        provider: Option<&str>,
    ) -> impl Future<Output = Result<VerificationStart, Error>> + Send {
        start(self.start(customer_id.into(), contact.into_parts(), provider.map(str::to_owned)))
    }

    /// Confirms a verification by the code that the customer received (operation
    /// `accounts-customers-verifications-confirm`).
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the code is empty, and an error if
    /// the customer or the verification does not exist (404). Also returns the errors of the request.
    fn confirm_code(
        &self,
        customer_id: impl Into<String>,
        verification_id: impl Into<String>,
        code: impl Into<String>,
    ) -> impl Future<Output = Result<Confirmation, Error>> + Send {
        let code: String = code.into();
        let call = Verifications::confirm(self, customer_id.into(), verification_id.into(), code.trim().to_owned());
        // Meld would count an empty code as a wrong one, which costs an attempt.
        let checked = if code.trim().is_empty() { Err(Error::invalid("code", "must not be empty")) } else { Ok(call) };
        async move { confirm(checked?).await }
    }

    /// Returns the verifications of a customer by one channel, the newest first (operation
    /// `accounts-customers-verifications-search`).
    ///
    /// # Errors
    ///
    /// Returns an error if the customer does not exist (404). Also returns the errors of the request.
    fn verification_history(
        &self,
        customer_id: impl Into<String>,
        channel: ContactChannel,
    ) -> impl Future<Output = Result<Vec<VerificationRecord>, Error>> + Send {
        let call = self.history(customer_id.into(), channel);
        async move {
            let transport = call.transport().clone();
            let response = send(&transport, call).await?;
            Ok(records(&*response))
        }
    }

    /// Returns the state of a customer's contact, by its newest verification.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`verification_history`](Self::verification_history).
    fn contact_state(
        &self,
        customer_id: impl Into<String>,
        channel: ContactChannel,
    ) -> impl Future<Output = Result<ContactState, Error>> + Send {
        let history = self.verification_history(customer_id, channel);
        async move { Ok(ContactState::of(history.await?)) }
    }
}

async fn send<C: Call>(
    transport: &meld_client_core::Transport,
    call: C,
) -> Result<meld_client_core::ResponseValue<C::Output>, Error> {
    C::send_request(transport, call.into_request()?).await
}

impl<C: Verifications> VerificationsExt for C {}
