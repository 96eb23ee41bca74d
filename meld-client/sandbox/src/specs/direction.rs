//! Requests and responses, whose schemas are the same and whose values are not.

/// The direction of a value: `readOnly` fields are not part of requests, `writeOnly` fields not of responses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Direction {
    Request,
    Response,
}

impl Direction {
    /// Returns the keyword of fields that are not part of values in this direction.
    pub fn excluded_by(self) -> &'static str {
        match self {
            Self::Request => "readOnly",
            Self::Response => "writeOnly",
        }
    }
}
