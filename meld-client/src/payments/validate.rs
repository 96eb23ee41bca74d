//! Validation beyond the specs.

use meld_client_core::{Decimal, Error};

use super::versions::PaymentRequest;
use crate::validation::payment_method;

pub(crate) fn check_amount(amount: Decimal) -> Result<(), Error> {
    if amount > Decimal::ZERO {
        return Ok(());
    }
    Err(Error::invalid("sourceAmount", "must be more than 0"))
}

/// Refuses a request that Meld would reject, or might misunderstand.
pub(crate) fn check_request<R: PaymentRequest>(request: Result<R, Error>) -> Result<R, Error> {
    let request = request?;
    let fields = request.fields();
    check_amount(fields.amount)?;
    if fields.has_customer_id && fields.has_external_customer_id {
        let why = "must not be sent together with `externalCustomerId`";
        return Err(Error::invalid("customerId", why));
    }
    if fields.has_nonce && fields.method.is_some() {
        return Err(Error::invalid("nonce", "must not be sent together with `paymentMethod`"));
    }
    if fields.has_nonce && !fields.has_provider {
        return Err(Error::invalid("serviceProvider", "is required with a nonce"));
    }
    fields.method.map_or(Ok(()), payment_method)?;
    Ok(request)
}
