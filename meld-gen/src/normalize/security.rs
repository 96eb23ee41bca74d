//! The credentials of operations: the API key, or tokens that are parameters.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use openapiv3::{
    APIKeyLocation, HeaderStyle, OpenAPI, Operation, Parameter, ParameterData, ReferenceOr, SecurityRequirement,
    SecurityScheme,
};

use crate::error::{Notice, pointer_push};
use crate::model::{Credential, KeyUse};
use crate::spec::visit::string_parameter;

/// The header of bearer tokens and of Meld's API key.
const AUTHORIZATION: &str = "Authorization";

/// The security of a spec.
pub struct Keys {
    root: Option<Vec<SecurityRequirement>>,
    /// `true` for each scheme that is the API key.
    schemes: BTreeMap<String, bool>,
    /// The schemes whose value is a parameter.
    tokens: BTreeMap<String, Token>,
    /// Schemes that operations require and no client supports.
    unsupported: RefCell<BTreeSet<String>>,
}

/// A scheme whose value is a header parameter.
struct Token {
    header: String,
    is_bearer: bool,
    description: Option<String>,
}

impl Keys {
    /// Reads the security of a spec.
    pub fn read(api: &OpenAPI) -> Self {
        let schemes = || api.components.iter().flat_map(|components| &components.security_schemes);
        Self {
            root: api.security.clone(),
            schemes: schemes().map(|(name, it)| (name.clone(), is_api_key(it))).collect(),
            tokens: schemes().filter_map(|(name, it)| Some((name.clone(), token(it)?))).collect(),
            unsupported: RefCell::default(),
        }
    }

    /// Returns the header parameters of an operation that takes tokens.
    pub fn tokens_of(&self, operation: &Operation) -> Vec<(Parameter, Credential)> {
        let is_required = !self.is_optional(operation);
        let schemes = self.chosen(operation).into_iter().flat_map(|chosen| chosen.keys());
        let tokens = schemes.filter_map(|scheme| Some((scheme, self.tokens.get(scheme)?)));
        let credential = |scheme: &String, token: &Token| Credential {
            scheme: scheme.clone(),
            header: token.header.clone(),
            is_bearer: token.is_bearer,
        };
        tokens.map(|(scheme, token)| (token.parameter(is_required), credential(scheme, token))).collect()
    }

    /// Returns the first of the alternatives that requests can satisfy; one of the API key alone if there is any.
    fn chosen<'a>(&'a self, operation: &'a Operation) -> Option<&'a SecurityRequirement> {
        let alternatives = || self.alternatives(operation).into_iter().flatten().filter(|it| !it.is_empty());
        let is_key = |scheme: &String| self.schemes.get(scheme) == Some(&true);
        let has_only_keys = |schemes: &&SecurityRequirement| schemes.keys().all(is_key);
        let is_known = |schemes: &&SecurityRequirement| {
            let token = |scheme: &String| self.tokens.get(scheme);
            let in_one_header = |scheme: &&String| is_key(scheme) || token(scheme).is_some_and(|it| it.is_bearer);
            schemes.keys().all(|scheme| is_key(scheme) || token(scheme).is_some())
                && schemes.keys().filter(in_one_header).count() < 2
        };
        alternatives().find(has_only_keys).or_else(|| alternatives().find(is_known))
    }

    fn is_optional(&self, operation: &Operation) -> bool {
        self.alternatives(operation).into_iter().flatten().any(|it| it.is_empty())
    }

    /// Returns how an operation uses the API key.
    pub fn of(&self, operation: &Operation) -> KeyUse {
        match self.alternatives(operation) {
            None => KeyUse::Default,
            Some(alternatives) if alternatives.iter().all(|it| it.is_empty()) => KeyUse::Never,
            Some(alternatives) => {
                let chosen = self.chosen(operation);
                if chosen.is_none() {
                    let names = alternatives.iter().flat_map(|alternative| alternative.keys());
                    self.unsupported.borrow_mut().extend(names.cloned());
                }
                match chosen {
                    Some(chosen) if chosen.keys().all(|name| self.schemes.get(name) != Some(&true)) => KeyUse::Never,
                    _ if self.is_optional(operation) => KeyUse::Optional,
                    _ => KeyUse::Default,
                }
            }
        }
    }

    fn alternatives<'a>(&'a self, operation: &'a Operation) -> Option<&'a [SecurityRequirement]> {
        operation.security.as_ref().or(self.root.as_ref()).map(Vec::as_slice)
    }

    /// Returns a notice for each scheme that is required and not supported.
    pub fn notices(self) -> impl Iterator<Item = Notice> {
        self.unsupported.into_inner().into_iter().map(|name| {
            let pointer = pointer_push("/components/securitySchemes", &name);
            let message = format!("the scheme `{name}` is not supported; requests carry the API key in its place");
            Notice::at(pointer, message)
        })
    }
}

impl Token {
    fn parameter(&self, required: bool) -> Parameter {
        let parameter_data = ParameterData { required, ..string_parameter(&self.header, self.description.clone()) };
        Parameter::Header { parameter_data, style: HeaderStyle::Simple }
    }
}

/// Returns `true` for a key in the header `Authorization`, the scheme of Meld.
fn is_api_key(scheme: &ReferenceOr<SecurityScheme>) -> bool {
    match scheme {
        ReferenceOr::Item(SecurityScheme::APIKey { location, name, .. }) => {
            *location == APIKeyLocation::Header && name.eq_ignore_ascii_case(AUTHORIZATION)
        }
        _ => false,
    }
}

/// Returns the token of a scheme: a bearer token, or a key in a header of its own.
fn token(scheme: &ReferenceOr<SecurityScheme>) -> Option<Token> {
    match scheme {
        ReferenceOr::Item(SecurityScheme::HTTP { scheme, description, .. })
            if scheme.eq_ignore_ascii_case("bearer") =>
        {
            Some(Token { header: AUTHORIZATION.to_owned(), is_bearer: true, description: description.clone() })
        }
        ReferenceOr::Item(SecurityScheme::APIKey { location, name, description, .. })
            if *location == APIKeyLocation::Header && !is_api_key(scheme) =>
        {
            Some(Token { header: name.clone(), is_bearer: false, description: description.clone() })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn operation(security: &Value) -> Operation {
        serde_json::from_value(json!({"security": security, "responses": {}})).unwrap()
    }

    #[test]
    fn security_decides_about_the_key() {
        let api: OpenAPI = serde_json::from_value(json!({
            "openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {},
            "security": [{"key": []}],
            "components": {"securitySchemes": {
                "key": {"type": "apiKey", "in": "header", "name": "authorization"},
                "basic": {"type": "http", "scheme": "basic"},
                "bearer": {"type": "http", "scheme": "Bearer"},
                "session": {"type": "apiKey", "in": "header", "name": "X-Session"}
            }}
        }))
        .unwrap();
        let keys = Keys::read(&api);
        for (security, expected) in [
            (Value::Null, KeyUse::Default),
            (json!([]), KeyUse::Never),
            (json!([{}]), KeyUse::Never),
            (json!([{}, {"key": []}]), KeyUse::Optional),
            (json!([{"key": []}, {"bearer": []}]), KeyUse::Default),
            (json!([{"basic": []}]), KeyUse::Default),
            (json!([{"bearer": []}]), KeyUse::Never),
            (json!([{"session": []}]), KeyUse::Never),
            (json!([{}, {"session": []}]), KeyUse::Never),
            (json!([{"basic": []}, {"bearer": []}]), KeyUse::Never),
            (json!([{"key": [], "session": []}]), KeyUse::Default),
        ] {
            assert_eq!(keys.of(&operation(&security)), expected, "{security}");
        }
        let notices: Vec<Notice> = keys.notices().collect();
        assert_eq!(notices.len(), 1);
        assert_eq!(notices[0].location.pointer, "/components/securitySchemes/basic");
    }

    #[test]
    fn tokens_are_header_parameters() {
        let api: OpenAPI = serde_json::from_value(json!({
            "openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {},
            "components": {"securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "Token"},
                "session": {"type": "apiKey", "in": "header", "name": "X-Session"}
            }}
        }))
        .unwrap();
        let keys = Keys::read(&api);
        for (security, expected) in [
            (json!([{"bearer": []}]), &[("bearer", "Authorization", true)][..]),
            (json!([{"session": []}]), &[("session", "X-Session", true)]),
            (json!([{}, {"bearer": []}]), &[("bearer", "Authorization", false)]),
            (json!([{"other": []}, {"session": []}]), &[("session", "X-Session", true)]),
            (
                json!([{"bearer": [], "session": []}]),
                &[("bearer", "Authorization", true), ("session", "X-Session", true)],
            ),
            (json!([{"other": [], "session": []}]), &[]),
        ] {
            let tokens = keys.tokens_of(&operation(&security));
            let found = tokens.iter().map(|(parameter, credential)| {
                let data = parameter.parameter_data_ref();
                assert_eq!(credential.is_bearer, credential.scheme == "bearer");
                (credential.scheme.as_str(), data.name.as_str(), data.required)
            });
            assert_eq!(found.collect::<Vec<_>>(), expected, "{security}");
        }
    }
}
