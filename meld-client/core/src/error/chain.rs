//! The chain of the sources of an error.

use std::error::Error as StdError;

pub(super) fn chain<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> + use<'a> {
    std::iter::successors(Some(error), |error| (**error).source())
}
