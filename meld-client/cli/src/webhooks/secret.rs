//! The secret of the webhook profile.

use crate::failure::Failure;
use crate::host::Host;

/// The variable with the secret of the webhook profile.
const SECRET: &str = "MELD_WEBHOOK_SECRET";

/// Returns the secret of the profile, as it was entered into the variable.
pub(super) fn secret(host: &Host<'_>) -> Result<String, Failure> {
    host.variable(SECRET).ok_or_else(|| {
        Failure::configuration(format!(
            "no secret is set: set {SECRET} to the secret that Meld returned with the profile"
        ))
    })
}
