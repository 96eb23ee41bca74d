//! The commands `meld webhooks verify`, `trigger` and `listen`.

mod example;
mod listen;
mod receiver;
mod trigger;
mod verify;

pub use listen::listen;
pub use trigger::trigger;
pub use verify::verify;

use crate::failure::Failure;
use crate::host::Host;

/// The variable with the secret of the webhook profile.
const SECRET: &str = "MELD_WEBHOOK_SECRET";

/// Returns the secret of the profile, as it was entered into the variable.
fn secret(host: &Host<'_>) -> Result<String, Failure> {
    host.variable(SECRET).ok_or_else(|| {
        Failure::configuration(format!(
            "no secret is set: set {SECRET} to the secret that Meld returned with the profile"
        ))
    })
}
