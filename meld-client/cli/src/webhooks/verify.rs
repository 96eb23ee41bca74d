//! `meld webhooks verify`: verifies a stored delivery.

use clap::ArgMatches;
use meld_client::http::{HeaderMap, HeaderValue};
use meld_client::webhooks::Verifier;

use super::secret::secret;
use crate::failure::{Failure, Kind};
use crate::host::Host;
use crate::json::Json;
use crate::output::Output;

/// Verifies a delivery, and prints its event.
///
/// # Errors
///
/// Returns a failure with the reason if the signature or the event is not valid.
pub fn verify(host: &mut Host<'_>, matches: &ArgMatches) -> Result<(), Failure> {
    let text = |name: &str| matches.get_one::<String>(name).cloned().unwrap_or_default();
    let output = Output::of(matches)?;
    let verifier = Verifier::new(secret(host)?, text("url")).map_err(|error| Failure::usage(error.to_string()))?;
    let verifier = if matches.get_flag("any-age") { verifier.allow_any_age() } else { verifier };
    let verifier = verifier.strict_decoding(matches.get_flag("strict"));
    let mut headers = HeaderMap::new();
    for (name, option) in [("meld-signature", "signature"), ("meld-signature-timestamp", "timestamp")] {
        let value = HeaderValue::try_from(text(option));
        headers.insert(name, value.map_err(|_| Failure::usage(format!("`--{option}` is not the value of a header")))?);
    }
    let body = host.read(text("body").trim_start_matches('@'))?;
    match verifier.verify(&headers, &body) {
        Ok(_) => {
            let json =
                Json::parse(&String::from_utf8_lossy(&body)).map_err(|reason| Failure::new(Kind::Failed, reason))?;
            output.print(host, &json)
        }
        Err(rejection) => Err(Failure::new(Kind::Failed, format!("not valid: {rejection}"))),
    }
}
