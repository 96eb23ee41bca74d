//! Which operations need an API key.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use openapiv3::{APIKeyLocation, OpenAPI, Operation, ReferenceOr, SecurityRequirement, SecurityScheme};

use crate::error::{Notice, pointer_push};
use crate::model::KeyUse;

/// The security of a spec.
pub struct Keys {
    root: Option<Vec<SecurityRequirement>>,
    /// `true` for each scheme that is the API key.
    schemes: BTreeMap<String, bool>,
    /// Schemes that operations require and no client supports.
    unsupported: RefCell<BTreeSet<String>>,
}

impl Keys {
    /// Reads the security of a spec.
    pub fn read(api: &OpenAPI) -> Self {
        let schemes = api.components.iter().flat_map(|components| &components.security_schemes);
        Self {
            root: api.security.clone(),
            schemes: schemes.map(|(name, it)| (name.clone(), is_api_key(it))).collect(),
            unsupported: RefCell::default(),
        }
    }

    /// Returns how an operation uses the API key.
    pub fn of(&self, operation: &Operation) -> KeyUse {
        match operation.security.as_ref().or(self.root.as_ref()).map(Vec::as_slice) {
            None => KeyUse::Default,
            Some([]) => KeyUse::Never,
            Some(alternatives) if alternatives.iter().all(|it| it.is_empty()) => KeyUse::Never,
            Some(alternatives) => {
                let names = || alternatives.iter().flat_map(|alternative| alternative.keys());
                if !names().any(|name| self.schemes.get(name) == Some(&true)) {
                    self.unsupported.borrow_mut().extend(names().cloned());
                }
                let is_optional = alternatives.iter().any(|it| it.is_empty());
                if is_optional { KeyUse::Optional } else { KeyUse::Default }
            }
        }
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

/// Returns `true` for a key in the header `Authorization`, the scheme of Meld.
fn is_api_key(scheme: &ReferenceOr<SecurityScheme>) -> bool {
    match scheme {
        ReferenceOr::Item(SecurityScheme::APIKey { location, name, .. }) => {
            *location == APIKeyLocation::Header && name.eq_ignore_ascii_case("authorization")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn security_decides_about_the_key() {
        let api: OpenAPI = serde_json::from_value(json!({
            "openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {},
            "security": [{"key": []}],
            "components": {"securitySchemes": {
                "key": {"type": "apiKey", "in": "header", "name": "authorization"},
                "bearer": {"type": "http", "scheme": "bearer"}
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
            (json!([{"bearer": []}]), KeyUse::Default),
        ] {
            let operation = json!({"security": security, "responses": {}});
            let operation: Operation = serde_json::from_value(operation).unwrap();
            assert_eq!(keys.of(&operation), expected, "{security}");
        }
        let notices: Vec<Notice> = keys.notices().collect();
        assert_eq!(notices.len(), 1);
        assert_eq!(notices[0].location.pointer, "/components/securitySchemes/bearer");
    }
}
