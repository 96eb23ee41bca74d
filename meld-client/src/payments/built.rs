//! Bodies that were checked beyond what their builders check.
#![allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "no version with payments or crypto need be chosen"
)]

use crate::{Decimal, Error};

/// A body that was built, or why it was not: what the builders of calls take.
pub(crate) struct Built<T>(pub(crate) Result<T, Error>);

/// Lets the builders of calls take these bodies when they were built.
macro_rules! built {
    ($($body:path),* $(,)?) => {
        $(impl TryFrom<Built<$body>> for $body {
            type Error = Error;

            fn try_from(built: Built<$body>) -> Result<$body, Error> {
                built.0
            }
        })*
    };
}

pub(crate) use built;

/// Whether an amount can be moved.
pub(crate) fn check_amount(amount: Decimal) -> Result<(), Error> {
    if amount > Decimal::ZERO {
        return Ok(());
    }
    Err(Error::invalid("sourceAmount", "must be more than 0"))
}
