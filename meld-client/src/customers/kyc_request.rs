//! Starting or updating KYC.

use meld_client_core::http::StatusCode;
use meld_client_core::{Call, Error, Request, ResponseValue, SecretString};

use super::kyc::KycState;
use super::versions::{Customers, KycRequest as _, KycResponse};

/// The result of starting or updating KYC.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct KycStarted {
    /// The state at the provider.
    pub state: KycState,
    /// The provider's page for the customer, with the mode `HOSTED_URL`. Anyone with this URL can act as the customer.
    pub url: Option<SecretString>,
}

impl KycStarted {
    fn new(response: impl KycResponse) -> Self {
        let (status, url) = response.status_and_url();
        let state = status.map_or(KycState::Pending, |status| KycState::from(status.as_str()));
        Self { state, url: url.filter(|url| !url.is_empty()).map(SecretString::from) }
    }
}

/// Starts KYC, or updates it if it was started before (409).
pub(super) async fn start_or_update<C: Customers>(
    client: &C,
    id: String,
    request: C::KycRequest,
) -> Result<ResponseValue<KycStarted>, Error> {
    check_mode(request.mode())?;
    let start = client.initiate_kyc(id.clone(), request.clone());
    let update = || {
        let mut update = Request::new(C::KYC_UPDATE);
        update.path("customerId", Some(&id))?;
        update.required_body(Some(Ok(request)))?;
        Ok(update)
    };
    send_or_update(start, update).await
}

async fn send_or_update<C: Call<Output: KycResponse>>(
    start: C,
    update: impl FnOnce() -> Result<Request, Error> + Send,
) -> Result<ResponseValue<KycStarted>, Error> {
    let transport = start.transport().clone();
    let response = match C::send_request(&transport, start.into_request()?).await {
        Err(error) if error.status() == Some(StatusCode::CONFLICT) => C::send_request(&transport, update()?).await?,
        started => started?,
    };
    Ok(response.map(KycStarted::new))
}

/// Sends an update of KYC.
pub(super) async fn send_update<C: Call<Output: KycResponse>>(call: C) -> Result<ResponseValue<KycStarted>, Error> {
    let transport = call.transport().clone();
    Ok(C::send_request(&transport, call.into_request()?).await?.map(KycStarted::new))
}

/// Refuses a mode that Meld would reject with or without provider details.
fn check_mode((mode, has_details): (&str, bool)) -> Result<(), Error> {
    const DETAILS: &str = "serviceProviderDetails";
    match mode {
        "TOKEN_IMPORT" if !has_details => Err(Error::invalid(DETAILS, "is required with the mode `TOKEN_IMPORT`")),
        "HOSTED_URL" if has_details => Err(Error::invalid(DETAILS, "must not be sent with the mode `HOSTED_URL`")),
        "RAW_DATA_IMPORT" => {
            let why = "is `RAW_DATA_IMPORT`, which needs files; use `TOKEN_IMPORT` or `HOSTED_URL`";
            Err(Error::invalid("mode", why))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_require_or_exclude_details() {
        for (mode, has_details, wrong) in [
            ("HOSTED_URL", false, None),
            ("HOSTED_URL", true, Some("serviceProviderDetails")),
            ("TOKEN_IMPORT", true, None),
            ("TOKEN_IMPORT", false, Some("serviceProviderDetails")),
            ("RAW_DATA_IMPORT", false, Some("mode")),
            ("SOMETHING_NEW", false, None),
            ("SOMETHING_NEW", true, None),
        ] {
            let refused = check_mode((mode, has_details)).err();
            assert_eq!(refused.as_ref().and_then(Error::field), wrong, "{mode} {has_details}");
        }
    }

    #[test]
    #[cfg(all(feature = "v2023-12-19", feature = "v2025-03-04", feature = "v2026-02-03", feature = "customer"))]
    fn kyc_is_updated_where_it_is_started() {
        use crate::for_versions::v2023_12_19;
        use crate::for_versions::v2025_03_04;
        use crate::for_versions::v2026_02_03;
        use meld_client_core::Method;

        for (update, operations) in [
            (v2023_12_19::customer::Client::KYC_UPDATE, v2023_12_19::customer::operations::ALL),
            (v2025_03_04::customer::Client::KYC_UPDATE, v2025_03_04::customer::operations::ALL),
            (v2026_02_03::customer::Client::KYC_UPDATE, v2026_02_03::customer::operations::ALL),
        ] {
            let start = operations.iter().find(|it| it.operation_id.ends_with("kyc-initiate"));
            let start = start.unwrap();
            assert_eq!((update.path, update.version), (start.path, start.version));
            assert_eq!((update.parameters, update.has_body), (start.parameters, true));
            assert_eq!((update.method, start.method), (Method::Patch, Method::Post));
        }
    }
}
