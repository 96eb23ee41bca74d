//! The path of a request, and its URL below the base URL.

use std::borrow::Cow;

use percent_encoding::{percent_decode_str, utf8_percent_encode};

use super::Request;
use crate::client::percent::{IN_PATH, IN_QUERY};
use crate::error::Error;
use crate::parameter::ParameterValue;

impl Request {
    /// Sets a path parameter. The value is encoded, so that it stays within its segment of the path.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if:
    ///
    /// - the value is `None` or empty
    /// - the value is `.` or `..`, which would change the path
    /// - the path has no such parameter, or it is already set
    pub fn path<T: ParameterValue + ?Sized>(&mut self, name: &'static str, value: Option<&T>) -> Result<(), Error> {
        let value = self.required(name, value.map(T::to_parameter))?;
        self.fill(name, &value)
    }

    /// Returns the value of a path parameter; `None` if it is not set, or is only a part of its segment.
    #[must_use]
    pub fn path_value(&self, name: &str) -> Option<String> {
        let is_it = |segment: &str| segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) == Some(name);
        // Values stay within their segments, so that both paths have the same number of them.
        let mut segments = self.fields.operation.path.split('/').zip(self.fields.path.split('/'));
        let (_, value) = segments.find(|(segment, value)| is_it(segment) && !is_it(value))?;
        percent_decode_str(value).decode_utf8().ok().map(Cow::into_owned)
    }

    /// Returns path and query, as they are appended to the base URL.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if a path parameter is not set.
    pub fn path_and_query(&self) -> Result<String, Error> {
        let mut url = self.fields.path.clone();
        if let Some(name) = self.first_unset_parameter() {
            return Err(Error::missing(name).with_operation(self.fields.operation));
        }
        let mut separator = '?';
        for (name, value) in &self.fields.query {
            url.push(separator);
            url.extend(utf8_percent_encode(name, IN_QUERY));
            url.push('=');
            url.extend(utf8_percent_encode(value, IN_QUERY));
            separator = '&';
        }
        Ok(url)
    }

    fn fill(&mut self, name: &'static str, value: &str) -> Result<(), Error> {
        if matches!(value, "." | "..") {
            return Err(self.invalid(name, "must not be `.` or `..`"));
        }
        let encoded = utf8_percent_encode(value, IN_PATH).to_string();
        self.fill_encoded(name, &encoded)
    }

    /// Puts a value that is encoded into the path.
    pub(crate) fn fill_encoded(&mut self, name: &'static str, encoded: &str) -> Result<(), Error> {
        let placeholder = format!("{{{name}}}");
        if !self.fields.path.contains(&placeholder) {
            return Err(self.invalid(name, "is not a parameter of the path, or is already set"));
        }
        self.fields.path = self.fields.path.replace(&placeholder, encoded);
        Ok(())
    }

    /// Returns the first path parameter that is not set. Values contain no braces, because these are encoded.
    fn first_unset_parameter(&self) -> Option<&'static str> {
        let names = self.fields.operation.path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
        names.into_iter().find(|name| self.fields.path.contains(&format!("{{{name}}}")))
    }
}
