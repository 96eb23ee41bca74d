//! Unions with a selector.

use indexmap::IndexMap;
use openapiv3::{Discriminator, ReferenceOr, Schema, SchemaData, SchemaKind};

use crate::identifiers;
use crate::spec::visit::{SCHEMA_PREFIX, SchemaRef, reference_to};

/// A union whose variants a property tells apart.
///
/// In a spec, it is a `oneOf` of component schemas with a discriminator. OpenAPI has no keyword for a selector outside of
/// the variant: [`Facts::union_contents`](super::Facts::union_contents) has these unions.
#[derive(Clone, Debug, PartialEq, Eq)]
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// Value of the tag.
    pub value: String,
    /// Component schema with the properties of the variant.
    pub schema: String,
}

impl Union {
    /// Returns the union that `schema` stands for, without its content, or `None` if it has no selector.
    ///
    /// Normalized specs have no other `oneOf`. In other specs, the discriminator may lack members.
    pub fn read(schema: &SchemaRef) -> Option<Self> {
        let ReferenceOr::Item(Schema { schema_data, schema_kind: SchemaKind::OneOf { .. } }) = schema else {
            return None;
        };
        let Discriminator { property_name, mapping, .. } = schema_data.discriminator.as_ref()?;
        let variant = |(value, target): (&String, &String)| {
            let schema = target.strip_prefix(SCHEMA_PREFIX).unwrap_or(target);
            Variant { value: value.clone(), schema: schema.to_owned() }
        };
        let variants: Vec<Variant> = mapping.iter().map(variant).collect();
        (!variants.is_empty()).then(|| Self { tag: property_name.clone(), content: None, variants })
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

    /// Returns a schema that stands for this union, except for its content.
    pub fn to_schema(&self, description: Option<String>) -> Schema {
        // Several values may have the same variant.
        let mapping: IndexMap<String, String> = self
            .variants
            .iter()
            .map(|variant| (variant.value.clone(), format!("{SCHEMA_PREFIX}{}", variant.schema)))
            .collect();
        let mut one_of: Vec<SchemaRef> = Vec::new();
        for variant in &self.variants {
            let member = reference_to(&variant.schema);
            if !one_of.contains(&member) {
                one_of.push(member);
            }
        }
        let property_name = self.tag.clone();
        let discriminator = Some(Discriminator { property_name, mapping, extensions: IndexMap::new() });
        let schema_data = SchemaData { description, discriminator, ..SchemaData::default() };
        Schema { schema_data, schema_kind: SchemaKind::OneOf { one_of } }
    }
}

/// Returns `true` if the schema at `pointer` is a member of a `oneOf`.
pub fn is_member(pointer: &str) -> bool {
    let mut tokens = pointer.rsplit('/');
    tokens.next().is_some_and(|index| index.parse::<usize>().is_ok()) && tokens.next() == Some("oneOf")
}
