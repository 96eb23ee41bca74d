//! Sharing KYC: missing fields of a requirement, and exported share tokens.

use meld_client_core::{Call, Error, ResponseValue, SecretString};

use super::kyc_request::{KycStarted, send_update};
use super::versions::{KycSharing, ShareToken, UpdateRequest};

/// A share token of a customer's KYC. Returned by [`KycSharingExt::export_kyc_share_token`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct KycShareToken {
    /// The id of the applicant at the KYC provider.
    pub applicant_id: Option<String>,
    /// The token with which the recipient imports the KYC.
    pub token: SecretString,
}

/// Sends missing KYC data to providers, and exports KYC, on `customer` clients from 2026-02-03 on.
///
/// The associated types are those of [`KycSharingClient`](super::KycSharingClient).
///
/// # Examples
///
/// ```no_run
/// # #[cfg(all(feature = "v2026-02-03", feature = "customer"))]
/// # async fn example(meld: meld_client::Meld) -> Result<(), Box<dyn std::error::Error>> {
/// use meld_client::serde_json::Map;
/// use meld_client::v2026_02_03::customer::types::UpdateKycRequest;
/// use meld_client::v2026_02_03::prelude::*;
///
/// let customers = meld.v2026_02_03().customer();
/// // `NextCall::SubmitFields` of the eligibility has the names.
/// let missing = ["occupation".to_owned()];
/// let request = UpdateKycRequest::builder()
///     .service_provider("SUMSUB")
///     .mode("HOSTED_URL")
///     .kyc_share_providers(["NOAH"])
///     .service_provider_details(Map::from_iter([("occupation".to_owned(), "baker".into())]));
/// let updated = customers.submit_missing_fields("WmYYgvN8ukpV62N3m4u3ee", request, &missing).await?;
/// println!("{}", updated.state);
/// # Ok(())
/// # }
/// ```
pub trait KycSharingExt: KycSharing {
    /// Sends the missing fields of a requirement to a provider (operation `accounts-customers-kyc-update`).
    ///
    /// The request is that which started KYC, with the fields as `serviceProviderDetails`. Check the requirements again
    /// afterwards.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the request lacks one of
    /// `missing_fields`. Also returns the errors of the request.
    fn submit_missing_fields(
        &self,
        customer_id: impl Into<String>,
        request: impl TryInto<Self::UpdateRequest, Error: Into<Error>>,
        missing_fields: &[String],
    ) -> impl Future<Output = Result<ResponseValue<KycStarted>, Error>> + Send {
        let request = request.try_into().map_err(Into::into).and_then(|request| check(request, missing_fields));
        let call = request.map(|request| self.update(customer_id.into(), request));
        async move { send_update(call?).await }
    }

    /// Exports the KYC of a customer as a token for another client of SUMSUB (operation
    /// `accounts-customers-kyc-export-token`).
    ///
    /// `recipient_client_id` is the recipient's client id at SUMSUB.
    ///
    /// # Errors
    ///
    /// Returns an error if the customer has no applicant (404), or if the response has no token. Also returns the errors
    /// of the request.
    fn export_kyc_share_token(
        &self,
        customer_id: impl Into<String>,
        recipient_client_id: impl Into<String>,
    ) -> impl Future<Output = Result<KycShareToken, Error>> + Send {
        export(self.export_token(customer_id.into(), recipient_client_id.into()))
    }
}

impl<C: KycSharing> KycSharingExt for C {}

fn check<R: UpdateRequest>(request: R, missing_fields: &[String]) -> Result<R, Error> {
    match missing_fields.iter().find(|name| !request.has_detail(name)) {
        Some(name) => Err(Error::invalid(format!("serviceProviderDetails.{name}"), "is required by the provider")),
        None => Ok(request),
    }
}

async fn export<C: Call<Output: ShareToken>>(call: C) -> Result<KycShareToken, Error> {
    let transport = call.transport().clone();
    let response = C::send_request(&transport, call.into_request()?).await?;
    let (applicant_id, token) = response.applicant_and_token();
    match token.filter(|token| !token.is_empty()) {
        Some(token) => Ok(KycShareToken { applicant_id: applicant_id.map(str::to_owned), token: token.into() }),
        None => Err(Error::unusable(&response, "shareToken".to_owned(), "it is required to import the KYC")),
    }
}
