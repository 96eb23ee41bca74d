//! Request bodies that are validated beyond their specs.

use meld_client_core::Error;

/// A validated body, or the error that the call returns when it is sent.
pub(crate) struct CheckedBody<T>(pub(crate) Result<T, Error>);

/// Lets builders of operations take a [`CheckedBody`] of these types.
macro_rules! checked_body {
    ($($body:path),* $(,)?) => {
        $(impl TryFrom<crate::payments::CheckedBody<$body>> for $body {
            type Error = meld_client_core::Error;

            fn try_from(body: crate::payments::CheckedBody<$body>) -> Result<$body, Self::Error> {
                body.0
            }
        })*
    };
}

pub(crate) use checked_body;
