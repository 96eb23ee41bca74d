//! Customers at Meld, and their KYC.

use meld_client::ExposeSecret;
use meld_client::v2026_02_03::customer::types::{
    CreateCustomerRequest, InitiateKycRequest, KycInitiationMode, KycProvider, ServiceProvider, builder,
};
use meld_client::v2026_02_03::prelude::*;

use crate::error::AppError;
use crate::session::Session;
use crate::state::App;
use crate::storage::kyc::{self, Kyc};
use crate::storage::users::{self, User};

pub(crate) const PROVIDER: ServiceProvider = ServiceProvider::Noah;

/// Returns the id of the customer at Meld, who is created when it is needed first.
pub(crate) async fn customer_id(app: &App, user: &User) -> Result<String, AppError> {
    match &user.customer_id {
        Some(id) => Ok(id.clone()),
        None => with_details(app, user, CreateCustomerRequest::builder()).await,
    }
}

/// Creates the customer with details, or fills in those that are missing. Returns the id.
pub(crate) async fn with_details(
    app: &App,
    user: &User,
    details: builder::CreateCustomerRequest,
) -> Result<String, AppError> {
    // The user's id here is the external id there, so a repetition finds the same customer.
    let found = app.api.customer().get_or_create(&user.id, details).await?;
    let id = found.customer.id.clone().ok_or_else(|| AppError::invalid("The customer has no id."))?;
    users::set_customer(&mut *app.database.connection().await?, &user.id, &id).await?;
    Ok(id)
}

/// Starts KYC, or updates KYC that was started before.
pub(crate) async fn start(app: &App, session: &Session, email: &str) -> Result<(), AppError> {
    let details = CreateCustomerRequest::builder().email(email);
    let customer_id = with_details(app, &session.user, details).await?;
    let request = InitiateKycRequest::builder()
        .service_provider(KycProvider::Sumsub)
        .mode(KycInitiationMode::HostedUrl)
        .kyc_share_providers([PROVIDER]);
    let started = app.api.customer().start_or_update_kyc(&customer_id, request).await?;
    let url = started.url.as_ref().map(|url| url.expose_secret().to_owned());
    refresh(app, &customer_id).await?;
    let mut connection = app.database.connection().await?;
    let known = kyc::find_by_user(&mut connection, &session.user.id).await?;
    let state = known.into_iter().find(|kyc| kyc.provider == PROVIDER.as_str()).map(|kyc| kyc.state);
    let kyc = Kyc { provider: PROVIDER.to_string(), state: state.unwrap_or_else(|| "PENDING".to_owned()), url };
    kyc::save(&mut connection, &session.user.id, &kyc).await?;
    Ok(())
}

/// Fetches the states at all providers. An approval by one is not an approval by another.
pub(crate) async fn refresh(app: &App, customer_id: &str) -> Result<(), AppError> {
    let Some(user) = users::find_by_customer(&mut *app.database.connection().await?, customer_id).await? else {
        return Ok(());
    };
    let Some(customer) = app.api.customer().find_by_id(customer_id).await? else { return Ok(()) };
    let mut connection = app.database.connection().await?;
    for found in customer.provider_kycs() {
        let url = found.steps.hosted_url.as_ref().map(|url| url.expose_secret().to_owned());
        let kyc = Kyc { provider: found.provider, state: found.state.to_string(), url };
        kyc::save(&mut connection, &user.id, &kyc).await?;
    }
    Ok(())
}
