//! One error for all fields and parameters of an invalid request.

use super::Error;
use super::invalid_fields::InvalidFields;
use super::kind::ErrorKind;

impl Error {
    /// Creates the error of fields that are not valid; `None` if there is none.
    pub(crate) fn of_fields(mut fields: InvalidFields) -> Option<Self> {
        let (field, reason) = fields.take_first()?;
        Some(Self::of(ErrorKind::InvalidRequest { field, reason, others: fields }))
    }

    /// Returns the path and the reason of each field or parameter of an invalid request, the first 20 of them. The
    /// reason continues the path: `is required`.
    ///
    /// # Examples
    ///
    /// ```
    /// use meld_client_core::Error;
    ///
    /// let error = Error::missing("paymentMethod.achDetails.accountNumber");
    /// let fields: Vec<_> = error.invalid_fields().collect();
    /// assert_eq!(fields, [("paymentMethod.achDetails.accountNumber", "is required")]);
    /// ```
    pub fn invalid_fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let fields = match self.kind() {
            ErrorKind::InvalidRequest { field, reason, others } => Some(((&**field, reason.as_str()), others)),
            _ => None,
        };
        fields.into_iter().flat_map(|(first, others)| std::iter::once(first).chain(others.iter()))
    }

    /// Adds the fields of another error, if both are invalid requests. Otherwise, this one stays as it is.
    pub(crate) fn merge(&mut self, other: Self) {
        if let (ErrorKind::InvalidRequest { others, .. }, ErrorKind::InvalidRequest { field, reason, others: more }) =
            (&mut self.inner.kind, other.inner.kind)
        {
            others.add(field, reason);
            others.extend(more);
        }
    }

    /// Returns the fields of an invalid request; for any other error, its message at the path of the whole value.
    pub(crate) fn into_fields(self) -> InvalidFields {
        let mut fields = InvalidFields::default();
        let message = self.to_string();
        match self.inner.kind {
            ErrorKind::InvalidRequest { field, reason, others } => {
                fields.add(field, reason);
                fields.extend(others);
            }
            _ => fields.add("", message),
        }
        fields
    }
}

/// The errors of a request that is being built. Generated code collects them, so that one error names all fields.
#[derive(Debug, Default)]
pub struct Failures {
    error: Option<Error>,
}

impl Failures {
    /// Returns the value, or keeps the error.
    pub fn add<T>(&mut self, result: Result<T, Error>) -> Option<T> {
        result.map_err(|error| self.keep(error)).ok()
    }

    #[cold]
    fn keep(&mut self, error: Error) {
        match &mut self.error {
            None => self.error = Some(error),
            Some(first) => first.merge(error),
        }
    }

    /// Returns the value if there is no error.
    ///
    /// # Errors
    ///
    /// Returns an error that names the fields of all errors.
    pub fn finish<T>(self, value: T) -> Result<T, Error> {
        self.error.map_or(Ok(value), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_error_names_all_fields() {
        let mut failures = Failures::default();
        assert_eq!(failures.add(Ok(1)), Some(1));
        let mut body = Error::missing("accountNumber");
        body.merge(Error::invalid("tags[1]", "must not\nbe empty"));
        let mut fields = InvalidFields::default();
        fields.extend_within("paymentMethod", &body.into_fields());
        fields.extend_within("items", &Error::missing("[2].name").into_fields());
        fields.extend_within("card", &Error::configuration("no card").into_fields());
        assert_eq!(failures.add::<()>(Err(Error::missing("id"))), None);
        failures.add::<()>(Err(Error::of_fields(fields).unwrap()));
        let error = failures.finish(()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`id` is required; `paymentMethod.accountNumber` is required; `paymentMethod.tags[1]` must not be empty; \
             `items[2].name` is required; `card` no card"
        );
        let paths: Vec<&str> = error.invalid_fields().map(|(path, _)| path).collect();
        let expected = ["id", "paymentMethod.accountNumber", "paymentMethod.tags[1]", "items[2].name", "card"];
        assert_eq!((error.field(), paths), (Some("id"), expected.to_vec()));
    }

    #[test]
    fn fields_beyond_the_maximum_are_counted() {
        let mut error = Error::missing("first");
        (0..50).for_each(|_| error.merge(Error::missing("next")));
        assert!(error.to_string().ends_with("`next` is required; and 30 more"), "{error}");
        assert_eq!(error.into_fields().len(), 51);
    }

    #[test]
    fn other_errors_are_not_merged() {
        let mut error = Error::configuration("no key");
        error.merge(Error::missing("id"));
        assert_eq!((error.to_string().as_str(), error.invalid_fields().count()), ("no key", 0));
        let mut error = Error::missing("id");
        error.merge(Error::configuration("no key"));
        assert_eq!(error.to_string(), "`id` is required");
    }
}
