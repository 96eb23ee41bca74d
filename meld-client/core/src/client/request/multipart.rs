//! Multipart bodies of requests.

use serde::Serialize;

use super::Request;
use crate::client::multipart::{Files, MultipartBody, Required, ResponseParts};
use crate::client::validate::Validate;
use crate::error::Error;

impl Request {
    /// Validates and sets a multipart body, instead of any other, if there are fields or files. Returns `true` if
    /// there are.
    ///
    /// Each field becomes a part: an object is JSON, a scalar is text, and a list is a part for each item.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if:
    ///
    /// - a value is not valid
    /// - one of the `required` parts is missing
    /// - a file has the name of a field, or one that cannot be sent
    pub fn multipart<T: Serialize + Validate>(
        &mut self,
        fields: Option<Result<T, Error>>,
        files: Files,
        required: Required,
    ) -> Result<bool, Error> {
        if fields.is_none() && files.is_empty() {
            return Ok(false);
        }
        if let Some(missing) = required.missing(fields.is_some(), &files) {
            return Err(Error::missing(missing).with_operation(self.fields.operation));
        }
        self.optional_body(fields)?;
        let fields = self.fields.body.take().unwrap_or_default();
        let body = MultipartBody::new(fields, files).map_err(|error| error.with_operation(self.fields.operation))?;
        self.fields.multipart = Some(body);
        Ok(true)
    }

    /// Sets a required multipart body, as [`multipart`](Self::multipart) does.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if there are neither fields nor
    /// files, and as [`multipart`](Self::multipart) does.
    pub fn required_multipart<T: Serialize + Validate>(
        &mut self,
        fields: Option<Result<T, Error>>,
        files: Files,
        required: Required,
    ) -> Result<(), Error> {
        if let Some(missing) = required.missing(fields.is_some(), &files) {
            return Err(Error::missing(missing).with_operation(self.fields.operation));
        }
        match self.multipart(fields, files, required)? {
            true => Ok(()),
            false => Err(Error::missing("body").with_operation(self.fields.operation)),
        }
    }

    /// Accepts a multipart response with these parts, or JSON if `or_json` is set.
    pub fn accept_multipart(&mut self, parts: &'static ResponseParts, or_json: bool) {
        self.fields.deviations.accept = Some(match or_json {
            true => "application/json, multipart/form-data",
            false => "multipart/form-data",
        });
        self.fields.deviations.response_parts = Some(parts);
    }
}
