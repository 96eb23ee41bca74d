//! Parameters that are lists or objects of any JSON, written in a style of OpenAPI.

use percent_encoding::utf8_percent_encode;
use serde_json::Value;

use crate::client::percent::IN_PATH;
use crate::client::request::Request;
use crate::error::Error;

/// Parameters of any JSON.
impl Request {
    /// Adds a query parameter in one of the styles `form`, `spaceDelimited`, `pipeDelimited` and `deepObject`.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the value is `None` and `is_required` is
    /// `true`.
    pub fn styled_query(
        &mut self,
        name: &'static str,
        style: &str,
        explode: bool,
        value: Option<&Value>,
        is_required: bool,
    ) -> Result<(), Error> {
        let separator = match style {
            "spaceDelimited" => " ",
            "pipeDelimited" => "|",
            _ => ",",
        };
        match self.given(name, value, is_required)? {
            None => {}
            Some(Value::Object(fields)) if style == "deepObject" => {
                for (key, value) in fields {
                    self.deep(format!("{name}[{key}]"), value);
                }
            }
            Some(Value::Object(fields)) if explode => {
                for (key, value) in fields {
                    self.push_query(key.clone(), text(value));
                }
            }
            Some(Value::Array(items)) if explode => {
                items.iter().for_each(|item| self.push_query(name, text(item)));
            }
            Some(value) => self.push_query(name, joined(value, separator, separator)),
        }
        Ok(())
    }

    /// Adds the fields of an object, each with its path in brackets.
    fn deep(&mut self, name: String, value: &Value) {
        match value {
            Value::Object(fields) => {
                for (key, value) in fields {
                    self.deep(format!("{name}[{key}]"), value);
                }
            }
            Value::Array(items) => {
                items.iter().for_each(|item| self.push_query(name.clone(), text(item)));
            }
            value => self.push_query(name, text(value)),
        }
    }

    /// Sets a path parameter in one of the styles `simple`, `label` and `matrix`.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the value is `None` or empty, or would
    /// change the path.
    pub fn styled_path(
        &mut self,
        name: &'static str,
        style: &str,
        explode: bool,
        value: Option<&Value>,
    ) -> Result<(), Error> {
        let Some(value) = self.given(name, value, true)? else { return Ok(()) };
        let encoded = |text: String| utf8_percent_encode(&text, IN_PATH).to_string();
        let equals = if explode { "=" } else { "," };
        let items: Vec<String> = match value {
            Value::Array(items) => items.iter().map(|item| encoded(text(item))).collect(),
            Value::Object(fields) => fields
                .iter()
                .map(|(key, value)| format!("{}{equals}{}", encoded(key.clone()), encoded(text(value))))
                .collect(),
            value => vec![encoded(text(value))],
        };
        let written = match (style, explode) {
            ("label", true) => format!(".{}", items.join(".")),
            ("label", false) => format!(".{}", items.join(",")),
            ("matrix", true) if value.is_object() => format!(";{}", items.join(";")),
            ("matrix", true) => items.iter().map(|item| format!(";{}={item}", encoded(name.to_owned()))).collect(),
            ("matrix", false) => format!(";{}={}", encoded(name.to_owned()), items.join(",")),
            _ => items.join(","),
        };
        if matches!(written.as_str(), "" | "." | "..") {
            return Err(self.invalid(name, "must not be empty, `.` or `..`"));
        }
        self.fill_encoded(name, &written)
    }

    /// Adds a header in the style `simple`.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the value is `None` and `is_required` is
    /// `true`, or has characters that no header can carry.
    pub fn styled_header(
        &mut self,
        name: &'static str,
        explode: bool,
        value: Option<&Value>,
        is_required: bool,
    ) -> Result<(), Error> {
        let Some(value) = self.given(name, value, is_required)? else { return Ok(()) };
        let written = joined(value, ",", if explode { "=" } else { "," });
        self.header(name, Some(written.as_str()))
    }

    /// Returns the value unless it is missing. Null counts as missing.
    fn given<'v>(
        &self,
        name: &'static str,
        value: Option<&'v Value>,
        is_required: bool,
    ) -> Result<Option<&'v Value>, Error> {
        match value.filter(|value| !value.is_null()) {
            None if is_required => Err(Error::missing(name).with_operation(self.operation())),
            value => Ok(value),
        }
    }
}

/// Returns a value as one string: items are separated by `separator`, and keys from their values by `equals`.
fn joined(value: &Value, separator: &str, equals: &str) -> String {
    let items: Vec<String> = match value {
        Value::Array(items) => items.iter().map(text).collect(),
        Value::Object(fields) => fields.iter().map(|(key, value)| format!("{key}{equals}{}", text(value))).collect(),
        value => vec![text(value)],
    };
    items.join(separator)
}

/// Returns a scalar as its text, and anything else as JSON.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::test_support::GET_THING;

    #[test]
    fn query_has_the_styles_of_openapi() {
        let (list, object) = (json!(["a", 2]), json!({"x": "a", "y": {"z": [1, 2]}}));
        for (style, explode, value, expected) in [
            ("form", true, &list, "n=a&n=2"),
            ("form", false, &list, "n=a,2"),
            ("spaceDelimited", false, &list, "n=a%202"),
            ("pipeDelimited", false, &list, "n=a%7C2"),
            ("form", false, &object, "n=x,a,y,%7B%22z%22:%5B1,2%5D%7D"),
            ("form", true, &object, "x=a&y=%7B%22z%22:%5B1,2%5D%7D"),
            ("deepObject", true, &object, "n%5Bx%5D=a&n%5By%5D%5Bz%5D=1&n%5By%5D%5Bz%5D=2"),
            ("form", true, &json!("a b"), "n=a%20b"),
        ] {
            let mut request = Request::new(&GET_THING);
            request.path("id", Some("1")).unwrap();
            request.styled_query("n", style, explode, Some(value), true).unwrap();
            let expected = format!("/things/1?{expected}");
            assert_eq!(request.path_and_query().unwrap(), expected, "{style} {explode}");
        }
        let mut request = Request::new(&GET_THING);
        assert!(request.styled_query("n", "form", true, None, false).is_ok());
        let missing = request.styled_query("n", "form", true, Some(&Value::Null), true);
        assert_eq!(missing.unwrap_err().field(), Some("n"));
    }

    #[test]
    fn path_has_the_styles_of_openapi() {
        let (list, object) = (json!(["a", "/"]), json!({"x": 1, "y": 2}));
        for (style, explode, value, expected) in [
            ("simple", false, &list, "a,%2F"),
            ("label", false, &list, ".a,%2F"),
            ("label", true, &list, ".a.%2F"),
            ("matrix", false, &list, ";id=a,%2F"),
            ("matrix", true, &list, ";id=a;id=%2F"),
            ("simple", true, &object, "x=1,y=2"),
            ("simple", false, &object, "x,1,y,2"),
            ("matrix", true, &object, ";x=1;y=2"),
            ("matrix", false, &json!(7), ";id=7"),
        ] {
            let mut request = Request::new(&GET_THING);
            request.styled_path("id", style, explode, Some(value)).unwrap();
            assert_eq!(request.path_and_query().unwrap(), format!("/things/{expected}"));
        }
        let refused = Request::new(&GET_THING).styled_path("id", "simple", false, Some(&json!(".")));
        assert_eq!(refused.unwrap_err().field(), Some("id"));
    }

    #[test]
    fn headers_cookies_and_media_types_are_written() {
        let mut request = Request::new(&GET_THING);
        request.styled_header("X-A", true, Some(&json!({"x": 1, "y": 2})), true).unwrap();
        request.styled_header("X-B", false, Some(&json!(["a", "b"])), false).unwrap();
        request.cookie("one", Some("a;b"), true).unwrap();
        request.cookie("two", Some(&json!({"a": 1})), true).unwrap();
        assert_eq!(request.headers()["x-a"], "x=1,y=2");
        assert_eq!(request.headers()["x-b"], "a,b");
        assert_eq!(request.headers()["cookie"], "one=a%3Bb; two=%7B%22a%22%3A1%7D");
        let missing = request.cookie::<str>("three", None, true);
        assert_eq!(missing.unwrap_err().field(), Some("three"));
        assert_eq!(request.body_type(), "application/json");
        request.bytes_body("multipart/form-data", Some(b"--xyz\r\nmore".to_vec()));
        assert_eq!(request.body_type(), "multipart/form-data; boundary=\"xyz\"");
        request.bytes_body("text/csv", Some(b"--xyz".to_vec()));
        assert_eq!(request.body_type(), "text/csv");
        assert!(request.required_bytes_body("text/csv", None).is_err());
    }
}
