//! Orders of virtual accounts, whose responses are generated.

use axum::http::StatusCode;

use super::customers;
use super::fields::check_wallet;
use crate::call::Call;
use crate::problem::Problem;
use crate::state::State;

/// Checks that the customer of an order exists and was approved by the order's own provider.
pub(crate) fn check_order(state: &State, call: &Call) -> Result<(), Problem> {
    let id = call.text("customerId").unwrap_or_default();
    let customer = state.customers.find(id).ok_or_else(|| customers::not_found(id))?;
    let provider = call.text("serviceProvider").unwrap_or_default();
    for field in ["destinationWalletAddress", "sourceWalletAddress"] {
        check_wallet(field, call.text(field))?;
    }
    if customer.kyc_at(provider).is_some_and(|kyc| kyc.status == "APPROVED") {
        return Ok(());
    }
    let message = format!(
        "An order needs a customer whose KYC {provider} itself has approved: name {provider} in kycShareProviders of \
         POST /accounts/customers/{{customerId}}/kyc/initiate and wait until its status is APPROVED"
    );
    Err(Problem::new(StatusCode::FORBIDDEN, "KYC_NOT_COMPLETED", message))
}
