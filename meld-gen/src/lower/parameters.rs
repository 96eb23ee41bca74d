//! Parameters of path items and operations.

use indexmap::IndexMap;
use openapiv3::{
    CookieStyle, HeaderStyle, ObjectType, Parameter, ParameterData, ParameterSchemaOrContent, PathStyle, QueryStyle,
    ReferenceOr, Schema, SchemaData, SchemaKind, Type,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::composition::boxed_any_value;
use super::{Lowering, Object, unknown};
use crate::error::{Result, pointer_push};
use crate::spec::visit::{string_parameter, unbox};

/// Parameters by name and location, so that those of an operation override those of its path item.
pub(super) type Parameters = IndexMap<(String, String), Parameter>;

/// The headers that describe a connection or a message. A value of the caller would contradict them.
const SET_BY_CLIENT: [&str; 13] = [
    "accept-encoding",
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
];

impl<'a> Lowering<'a> {
    /// Adds the parameters of a path item or an operation.
    pub(super) fn parameters(&mut self, owner: &'a Object, pointer: &str, parameters: &mut Parameters) -> Result<()> {
        let place = pointer_push(pointer, "parameters");
        let mut own = Parameters::new();
        let listed = self.list(owner, "parameters", pointer)?;
        for (index, parameter) in listed.into_iter().flatten().enumerate() {
            let place = pointer_push(&place, index);
            let Some((key, parameter)) = self.parameter(parameter, &place)? else {
                continue;
            };
            if own.contains_key(&key) {
                let name = parameter.parameter_data_ref().name.as_str();
                let message = format!("the parameter `{name}` in {} occurs twice; the first is used", key.1);
                self.notice(&place, message);
                continue;
            }
            own.insert(key, parameter);
        }
        parameters.extend(own);
        Ok(())
    }

    fn parameter(&mut self, parameter: &'a Value, pointer: &str) -> Result<Option<((String, String), Parameter)>> {
        let target = self.follow(parameter, pointer)?;
        let pointer = target.pointer.as_str();
        let object = self.object(target.value, pointer, "the parameter")?;
        self.report_unknown(object, pointer, unknown::PARAMETER);
        let (Some(name), Some(place)) = (self.text(object, "name", pointer)?, self.text(object, "in", pointer)?) else {
            return Err(self.not_openapi(pointer, "the parameter has no `name` or no `in`"));
        };
        if place == "header" && self.is_reserved(name, pointer) {
            return Ok(None);
        }
        let parameter_data = ParameterData {
            name: name.to_owned(),
            description: self.description(object, pointer, target.description)?,
            required: self.flag(object, "required", pointer)?.unwrap_or_default(),
            deprecated: self.flag(object, "deprecated", pointer)?,
            format: self.parameter_format(object, pointer)?,
            example: self.example(object, pointer),
            examples: IndexMap::new(),
            explode: self.flag(object, "explode", pointer)?,
            extensions: IndexMap::new(),
        };
        let parameter = match place {
            "querystring" => self.whole_query(object, pointer, parameter_data)?,
            _ => Some(self.placed(object, pointer, place, parameter_data)?),
        };
        let Some(parameter) = parameter else { return Ok(None) };
        // The names of headers do not differ in case.
        let key = if place == "header" { name.to_ascii_lowercase() } else { name.to_owned() };
        Ok(Some(((key, place.to_owned()), parameter)))
    }

    /// Returns `true` for a header that no parameter can set, and reports it.
    fn is_reserved(&mut self, name: &str, pointer: &str) -> bool {
        // A repair removes `Authorization`, which Meld declares for some operations.
        let who = match name.to_ascii_lowercase().as_str() {
            "accept" | "content-type" => "OpenAPI reserves",
            header if SET_BY_CLIENT.contains(&header) => "the HTTP client sets",
            _ => return false,
        };
        self.notice(pointer, format!("{who} the header `{name}`; the parameter is dropped"));
        true
    }

    /// Returns the style of a parameter; one that its location cannot have counts as the default.
    fn style<T: Default + DeserializeOwned>(&mut self, object: &'a Object, pointer: &str) -> Result<T> {
        let Some(style) = self.text(object, "style", pointer)? else { return Ok(T::default()) };
        Ok(T::deserialize(&Value::from(style)).unwrap_or_else(|_| {
            let message = format!("the location of the parameter has no style `{style}`; ignored");
            self.notice(&pointer_push(pointer, "style"), message);
            T::default()
        }))
    }

    fn placed(
        &mut self,
        object: &'a Object,
        pointer: &str,
        place: &str,
        mut parameter_data: ParameterData,
    ) -> Result<Parameter> {
        Ok(match place {
            "query" => {
                let allow_reserved = self.flag(object, "allowReserved", pointer)?;
                let allow_reserved = allow_reserved.unwrap_or_default();
                if allow_reserved {
                    let message = "`allowReserved` has no effect: values are percent-encoded";
                    self.notice(&pointer_push(pointer, "allowReserved"), message);
                }
                let allow_empty_value = self.flag(object, "allowEmptyValue", pointer)?;
                if allow_empty_value == Some(true) && parameter_data.required {
                    let message = "`allowEmptyValue` has no effect: required values must not be empty";
                    self.notice(&pointer_push(pointer, "allowEmptyValue"), message);
                }
                let style = self.style::<QueryStyle>(object, pointer)?;
                Parameter::Query { parameter_data, allow_reserved, style, allow_empty_value }
            }
            "header" => {
                let style = self.style::<HeaderStyle>(object, pointer)?;
                Parameter::Header { parameter_data, style }
            }
            "cookie" => {
                // OpenAPI 3.2 has a style of its own for cookies.
                let style = match object.get("style").is_some_and(|style| style == "cookie") {
                    true => {
                        let message = "values are percent-encoded, as in the style `form`";
                        self.notice(&pointer_push(pointer, "style"), message);
                        CookieStyle::default()
                    }
                    false => self.style::<CookieStyle>(object, pointer)?,
                };
                Parameter::Cookie { parameter_data, style }
            }
            "path" => {
                if !parameter_data.required {
                    self.notice(pointer, "a path parameter is always required");
                    parameter_data.required = true;
                }
                let style = self.style::<PathStyle>(object, pointer)?;
                Parameter::Path { parameter_data, style }
            }
            _ => {
                let what = format!("`in` is `{place}`; expected `query`, `querystring`, `header`, `path` or `cookie`");
                return Err(self.not_openapi(&pointer_push(pointer, "in"), what));
            }
        })
    }

    /// Reads a parameter that is the whole query: an object whose fields are sent like parameters. Returns `None` if it has
    /// another form, and reports it.
    fn whole_query(
        &mut self,
        object: &'a Object,
        pointer: &str,
        mut parameter_data: ParameterData,
    ) -> Result<Option<Parameter>> {
        let content = self.map(object, "content", pointer)?;
        let media_type = content.and_then(|content| content.keys().next()).map(String::as_str).unwrap_or_default();
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            let message = format!("a query cannot be sent as `{media_type}`; the parameter is dropped");
            self.notice(pointer, message);
            return Ok(None);
        }
        let schema_kind = SchemaKind::Type(Type::Object(ObjectType::default()));
        let schema = Schema { schema_data: SchemaData::default(), schema_kind };
        parameter_data.format = ParameterSchemaOrContent::Schema(ReferenceOr::Item(schema));
        parameter_data.explode = Some(true);
        let (allow_reserved, allow_empty_value) = (false, None);
        Ok(Some(Parameter::Query { parameter_data, allow_reserved, style: QueryStyle::Form, allow_empty_value }))
    }

    fn parameter_format(&mut self, object: &'a Object, pointer: &str) -> Result<ParameterSchemaOrContent> {
        match (self.present(object, "schema", pointer), self.present(object, "content", pointer)) {
            (Some(schema), None) => {
                let schema = self.schema(schema, &pointer_push(pointer, "schema"))?;
                Ok(ParameterSchemaOrContent::Schema(unbox(schema)))
            }
            (None, Some(_)) => Ok(ParameterSchemaOrContent::Content(self.content_types(object, pointer)?)),
            (schema, _) => {
                let message = "the parameter needs either `schema` or `content`";
                self.notice(pointer, message);
                let schema = match schema {
                    Some(schema) => self.schema(schema, &pointer_push(pointer, "schema"))?,
                    None => boxed_any_value(),
                };
                Ok(ParameterSchemaOrContent::Schema(unbox(schema)))
            }
        }
    }
}

/// Returns a path parameter that is a string.
pub(super) fn path_parameter(name: &str) -> Parameter {
    Parameter::Path { parameter_data: string_parameter(name, None), style: PathStyle::Simple }
}
