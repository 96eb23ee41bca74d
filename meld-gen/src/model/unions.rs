//! Unions with a selector, and the references of schemas to their variants.

use openapiv3::{ObjectType, ReferenceOr, Schema, SchemaData, SchemaKind, Type};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::identifiers;
use crate::spec::visit::{self, SchemaRef, component_name};

/// A union whose variants a property tells apart.
///
/// Repairs and the normalization write it into the extension [`Union::EXTENSION`] of a schema: OpenAPI 3.0 has no
/// keyword for a selector outside of the variant.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Union {
    /// Name of the property that selects the variant.
    pub tag: String,
    /// Name of the property that holds the variant, beside the tag in one object; the schema then stands for both
    /// properties. `None` if the tag is a property of the variant itself.
    pub content: Option<String>,
    /// The variants, in the order of the spec.
    pub variants: Vec<Variant>,
}

/// One variant of a [`Union`].
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Variant {
    /// Value of the tag.
    pub value: String,
    /// Component schema with the properties of the variant.
    pub schema: String,
}

impl Union {
    /// The name of the extension.
    pub const EXTENSION: &'static str = "x-meld-union";

    /// Returns the union that `schema` stands for, or `None` if it is no union.
    pub fn read(schema: &SchemaRef) -> Option<Self> {
        let ReferenceOr::Item(schema) = schema else { return None };
        let extension = schema.schema_data.extensions.get(Self::EXTENSION)?;
        serde_json::from_value(extension.clone()).ok()
    }

    /// Returns the names of the variants in Rust, which are distinct.
    pub fn variant_names(&self) -> Vec<String> {
        let values: Vec<String> = self.variants.iter().map(|it| it.value.clone()).collect();
        identifiers::variants(&values)
    }

    /// Makes `schema` stand for this union; an inline schema keeps its description.
    pub fn write(&self, schema: &mut SchemaRef) {
        if let ReferenceOr::Item(schema) = schema {
            *schema = self.to_schema(schema.schema_data.description.take());
        }
    }

    /// Returns a schema that stands for this union.
    pub fn to_schema(&self, description: Option<String>) -> Schema {
        let variants: Vec<Value> =
            self.variants.iter().map(|variant| json!({ "value": variant.value, "schema": variant.schema })).collect();
        let extension = json!({ "tag": self.tag, "content": self.content, "variants": variants });
        let mut schema_data = SchemaData { description, ..SchemaData::default() };
        schema_data.extensions.insert(Self::EXTENSION.to_owned(), extension);
        Schema { schema_data, schema_kind: SchemaKind::Type(Type::Object(ObjectType::default())) }
    }
}

/// Returns the names of the component schemas that `schema` refers to, including variants of unions.
pub fn references_in(schema: &mut SchemaRef) -> Vec<String> {
    let mut names = Vec::new();
    visit::schema_tree("", schema, &mut |_: &str, schema: &mut SchemaRef| {
        names.extend(component_name(schema).map(str::to_owned));
        if let Some(union) = Union::read(schema) {
            names.extend(union.variants.into_iter().map(|variant| variant.schema));
        }
    });
    names
}
