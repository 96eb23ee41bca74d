//! The query parameters of a request.

use std::borrow::Cow;

use super::Request;
use crate::error::Error;
use crate::parameter::ParameterValue;

impl Request {
    /// Adds a query parameter, unless the value is `None`.
    pub fn query<T: ParameterValue + ?Sized>(&mut self, name: &'static str, value: Option<&T>) {
        self.optional_query(name, value.map(T::to_parameter));
    }

    /// Returns the value of a query parameter.
    #[must_use]
    pub fn query_value(&self, name: &str) -> Option<&str> {
        self.fields.query.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// Sets a query parameter, and removes its previous values.
    pub fn replace_query(&mut self, name: &'static str, value: impl Into<String>) {
        self.fields.query.retain(|(known, _)| *known != name);
        self.push_query(name, value.into());
    }

    /// Adds a required query parameter.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the value is `None` or empty.
    pub fn required_query<T: ParameterValue + ?Sized>(
        &mut self,
        name: &'static str,
        value: Option<&T>,
    ) -> Result<(), Error> {
        let value = self.required(name, value.map(T::to_parameter))?;
        self.push_query(name, value.into_owned());
        Ok(())
    }

    /// Adds a query parameter of several values, separated by commas, unless there are none.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if an item is empty or contains a
    /// comma, because Meld would receive other items.
    pub fn list<T: ParameterValue>(&mut self, name: &'static str, values: &[T]) -> Result<(), Error> {
        if values.is_empty() {
            return Ok(());
        }
        let values: Vec<Cow<'_, str>> = values.iter().map(T::to_parameter).collect();
        if values.iter().any(|value| value.is_empty()) {
            return Err(self.invalid(name, "must not have empty items"));
        }
        if values.iter().any(|value| value.contains(',')) {
            return Err(self.invalid(name, "must not have items that contain a comma"));
        }
        self.push_query(name, values.join(","));
        Ok(())
    }

    /// Adds a required query parameter of several values, separated by commas.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if there is no item, or if an item
    /// is empty or contains a comma.
    pub fn required_list<T: ParameterValue>(&mut self, name: &'static str, values: &[T]) -> Result<(), Error> {
        if values.is_empty() {
            return Err(Error::missing(name).with_operation(self.fields.operation));
        }
        self.list(name, values)
    }

    /// Adds a query parameter once for each value.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if there is no value and `is_required` is `true`.
    pub fn repeated<T: ParameterValue>(
        &mut self,
        name: &'static str,
        values: &[T],
        is_required: bool,
    ) -> Result<(), Error> {
        if values.is_empty() && is_required {
            return Err(Error::missing(name).with_operation(self.fields.operation));
        }
        let values = values.iter();
        let values = values.map(|value| (Cow::Borrowed(name), value.to_parameter().into_owned()));
        self.fields.query.extend(values);
        Ok(())
    }

    fn optional_query(&mut self, name: &'static str, value: Option<Cow<'_, str>>) {
        if let Some(value) = value {
            self.push_query(name, value.into_owned());
        }
    }

    pub(crate) fn push_query(&mut self, name: impl Into<Cow<'static, str>>, value: String) {
        self.fields.query.push((name.into(), value));
    }
}
