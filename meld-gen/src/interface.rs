//! The public API of a generated module and its JSON, as data. Versions are compared by it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::catalog::ApiVersion;
use crate::escape;
use crate::model::FieldRule;
use crate::model::guide_rules::GuideRule;

/// The interface of one module.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Surface {
    /// API version; `None` for a spec without one.
    pub version: Option<ApiVersion>,
    /// The module, such as `bank_linking`.
    pub family: String,
    /// Operations by operationId.
    pub operations: BTreeMap<String, OperationSurface>,
    /// How requests are sent, as far as types do not say it, by operationId: the use of the API key, the server, the media type of
    /// the body, and the styles of parameters. The default of each is left out. `None` in files of older generators.
    pub sending: Option<BTreeMap<String, BTreeMap<String, String>>>,
    /// Types by Rust name.
    pub types: BTreeMap<String, TypeSurface>,
}

/// One operation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OperationSurface {
    /// The method on the client.
    pub rust_name: String,
    /// HTTP method in capitals.
    pub method: String,
    /// Path template.
    pub path: String,
    /// Parameters by location and name in the request: `query limit`.
    pub parameters: BTreeMap<String, Member>,
    /// The body, if one is sent.
    pub body: Option<Member>,
    /// Type of the response; `None` for an empty one.
    pub response: Option<TypeName>,
    /// Success statuses.
    pub success: Vec<u16>,
    /// Documented error codes by status.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub error_codes: BTreeMap<u16, Vec<String>>,
    /// Names of parameters that exclude each other.
    pub exclusive: Vec<(String, String)>,
    /// The `Meld-Version` that the operation needs at least, if that is newer than its API version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum_version: Option<ApiVersion>,
    /// `true` if the spec marks it as deprecated.
    pub is_deprecated: bool,
    /// The note of an operation that is no longer published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<String>,
    /// `true` if the response is one page of a list.
    pub is_paged: bool,
    /// The parts of the body and of the response, if one of them has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multipart: Option<MultipartSurface>,
}

/// The parts of an operation with multipart bodies or responses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MultipartSurface {
    /// Type of the fields of a body that may be JSON too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<TypeName>,
    /// The setters of files by the name of their part.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<String, String>,
    /// `true` if files in parts of any name are taken.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub takes_other_files: bool,
    /// `true` if the response may be multipart.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_received: bool,
    /// Type of the fields of a response that may be JSON too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parts: Option<TypeName>,
}

/// A field, a parameter or a body.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Member {
    /// Rust name of the field or setter.
    pub rust_name: String,
    /// Its type.
    pub ty: TypeName,
    /// `true` if `Debug` redacts the value.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_sensitive: bool,
    /// The constraints on values in requests.
    #[serde(skip_serializing_if = "is_nothing")]
    pub rule: FieldRule,
    /// The `Meld-Version` that a parameter needs at least, if that is newer than the API version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum_version: Option<ApiVersion>,
}

/// A type as it is written in the module: `Vec<Product>`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TypeName {
    /// As written.
    pub text: String,
    /// The generated type in it, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inner: Option<String>,
}

impl Surface {
    /// Returns `true` if an operation has multipart bodies or responses.
    pub fn is_multipart(&self) -> bool {
        self.operations.values().any(|operation| operation.multipart.is_some())
    }

    /// Returns `true` if all Rust names are ASCII.
    pub fn has_ascii_names(&self) -> bool {
        let types = self.types.iter().all(|(name, ty)| name.is_ascii() && ty.form.has_ascii_names());
        types && self.operations.values().all(OperationSurface::has_ascii_names)
    }
}

impl OperationSurface {
    fn has_ascii_names(&self) -> bool {
        let files = self.multipart.iter().flat_map(|multipart| multipart.files.values());
        let mut names = self.parameters.values().map(|member| &member.rust_name).chain(files);
        self.rust_name.is_ascii() && names.all(|name| name.is_ascii())
    }
}

impl Form {
    fn has_ascii_names(&self) -> bool {
        match self {
            Self::Struct(fields) => fields.values().all(|field| field.rust_name.is_ascii()),
            Self::Enum(variants) => variants.values().all(|name| name.is_ascii()),
            // The variants are named after the values.
            Self::Union(_, variants) => variants.keys().all(|value| value.is_ascii()),
            Self::Newtype(_) => true,
        }
    }
}

impl TypeName {
    /// Returns the type with `_` in place of the generated type in it: `Vec<_>`.
    pub fn frame(&self) -> String {
        let Some(inner) = &self.inner else { return self.text.clone() };
        // A generated name stands as a whole word: `Vec<Product>`, `BTreeMap<String,Product>`.
        let is_word = |character: char| character.is_alphanumeric() || character == '_';
        let mut frame = String::new();
        for word in self.text.split_inclusive(|character: char| !is_word(character)) {
            let name = word.trim_end_matches(|character: char| !is_word(character));
            frame.push_str(if name == inner { "_" } else { name });
            frame.push_str(&word[name.len()..]);
        }
        frame
    }
}

/// One type.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TypeSurface {
    /// Schema, or position in the spec.
    pub source: String,
    /// `true` if requests contain it. A struct then has a builder.
    pub is_sent: bool,
    /// `true` if responses contain it.
    pub is_read: bool,
    /// `true` if other families have it too: the module re-exports it from `shared`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_shared: bool,
    /// The rules of Meld's guides for requests.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub guide_rules: Vec<GuideRule>,
    /// The form of the type.
    pub form: Form,
}

/// The form of a type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Form {
    /// Fields by JSON name.
    Struct(BTreeMap<String, Member>),
    /// Names of the variants by value.
    Enum(BTreeMap<String, String>),
    /// A union: the selector, and the type of each of its values.
    Union(String, BTreeMap<String, String>),
    /// A struct around one other type.
    Newtype(TypeName),
}

/// The interfaces as JSON, an operation or type to a line, so that a change is a line of a diff.
pub fn text(surfaces: &[Surface]) -> String {
    let modules: Vec<String> = surfaces.iter().map(module).collect();
    format!("[\n{}\n]\n", modules.join(",\n"))
}

fn module(surface: &Surface) -> String {
    format!(
        "{{\"version\":{},\"family\":{},\"operations\":{},\"sending\":{},\"types\":{}}}",
        json(&surface.version),
        json(&surface.family),
        lines(&surface.operations),
        json(&surface.sending),
        lines(&surface.types)
    )
}

fn lines<T: Serialize>(items: &BTreeMap<String, T>) -> String {
    let lines: Vec<String> = items.iter().map(|(name, item)| format!("{}:{}", json(name), json(item))).collect();
    format!("{{\n{}\n}}", lines.join(",\n"))
}

fn json<T: Serialize>(value: &T) -> String {
    // Strings, numbers and lists of them can always be encoded.
    escape::json(&serde_json::to_string(value).unwrap_or_default())
}

fn is_nothing(rule: &FieldRule) -> bool {
    *rule == FieldRule::default()
}

impl Default for Form {
    fn default() -> Self {
        Self::Struct(BTreeMap::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interfaces_survive_a_round_trip() {
        let member = Member { rust_name: "note".to_owned(), ..Member::default() };
        let fields = BTreeMap::from([("note".to_owned(), member.clone())]);
        let ty = TypeSurface { form: Form::Struct(fields), ..TypeSurface::default() };
        let minimum_version = ApiVersion::parse("2026-05-01");
        let operation = OperationSurface {
            parameters: BTreeMap::from([("query note".to_owned(), Member { minimum_version, ..member })]),
            minimum_version,
            ..OperationSurface::default()
        };
        let surface = Surface {
            version: ApiVersion::parse("2026-02-03"),
            family: "gifts".to_owned(),
            operations: BTreeMap::from([("gifts-get".to_owned(), operation)]),
            sending: Some(BTreeMap::new()),
            types: BTreeMap::from([("Gift".to_owned(), ty)]),
        };
        let surfaces = vec![surface, Surface::default()];
        let text = text(&surfaces);
        assert_eq!(serde_json::from_str::<Vec<Surface>>(&text).unwrap(), surfaces);
        assert!(text.lines().any(|line| line.starts_with("\"Gift\":{")), "{text}");
    }

    #[test]
    fn frames_omit_the_generated_name() {
        for (text, inner, frame) in [
            ("Option<Product>", Some("Product"), "Option<_>"),
            ("BTreeMap<String,Vec<Key>>", Some("Key"), "BTreeMap<String,Vec<_>>"),
            ("Product", Some("Product"), "_"),
            ("Option<ProductType>", Some("Product"), "Option<ProductType>"),
            ("Option<String>", None, "Option<String>"),
        ] {
            let name = TypeName { text: text.to_owned(), inner: inner.map(str::to_owned) };
            assert_eq!(name.frame(), frame);
        }
    }
}
