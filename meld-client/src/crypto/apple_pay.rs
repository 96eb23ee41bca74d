//! The result of an Apple Pay payment at Mercuryo.

use crate::transactions::filled;

/// The result of an Apple Pay payment. Match it exhaustively: there will be no other values.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum ApplePayOutcome {
    /// The payment was accepted, even if it is still pending. A second payment would charge the customer twice.
    Accepted,
    /// The payment was refused, with the provider's reason.
    Refused(String),
    /// The response does not tell. Wait for the webhook, and do not pay again.
    Unknown,
}

pub trait ApplePayResult {
    /// Returns the statuses of the order and of the payment, and the reason of a failure.
    fn statuses(&self) -> (Option<&str>, Option<&str>, Option<&str>);
}

/// Interprets the response of `process_apple_pay`.
///
/// The device posts the payment itself; a backend calls it only on behalf of a device.
pub trait ApplePayResultExt: ApplePayResult {
    /// Returns the outcome of the payment.
    ///
    /// The statuses `order_scheduled`, `pending`, `paid` and `completed` all mean that it was accepted.
    fn apple_pay_outcome(&self) -> ApplePayOutcome {
        let (order, payment, reason) = self.statuses();
        let status = filled(order).or_else(|| filled(payment)).map(str::to_ascii_lowercase);
        match status.as_deref() {
            Some("order_scheduled" | "pending" | "paid" | "completed") => ApplePayOutcome::Accepted,
            // No other status is documented, so a reason has to tell.
            _ => filled(reason).map_or(ApplePayOutcome::Unknown, |reason| ApplePayOutcome::Refused(reason.to_owned())),
        }
    }
}

impl<R: ApplePayResult> ApplePayResultExt for R {}

#[cfg(test)]
#[cfg(feature = "v2026-02-03")]
mod tests {
    use meld_client_core::serde_json;

    use super::*;
    use crate::for_versions::v2026_02_03::crypto::types::MercuryoNativeApplePayResponse;

    #[test]
    fn pending_payments_are_accepted() {
        let refused = || ApplePayOutcome::Refused("card_declined".to_owned());
        for (data, outcome) in [
            (r#"{"status":"order_scheduled"}"#, ApplePayOutcome::Accepted),
            (r#"{"status":"pending"}"#, ApplePayOutcome::Accepted),
            (r#"{"status":"PAID"}"#, ApplePayOutcome::Accepted),
            (r#"{"status":"","payment_status":"completed"}"#, ApplePayOutcome::Accepted),
            (r#"{"status":"brand_new"}"#, ApplePayOutcome::Unknown),
            (r#"{"status":"brand_new","reason":"card_declined"}"#, refused()),
            (r#"{"reason":"card_declined"}"#, refused()),
            ("{}", ApplePayOutcome::Unknown),
            ("null", ApplePayOutcome::Unknown),
        ] {
            let response = format!(r#"{{"status":200,"data":{data}}}"#);
            let response: MercuryoNativeApplePayResponse = serde_json::from_str(&response).unwrap();
            assert_eq!(response.apple_pay_outcome(), outcome, "{data}");
        }
    }
}
