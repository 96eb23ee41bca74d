//! Selectors of unions.

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::{AdditionalProperties, OpenAPI, ReferenceOr, Schema, SchemaData, SchemaKind, Type};

use crate::error::Notice;
use crate::model::unions::{Union, Variant, is_member};
use crate::model::{Facts, Origins};
use crate::spec::visit::{self, SCHEMA_PREFIX, SchemaRef, component_at, component_name};

/// Returns the property that holds the variant, by the Rust name of each union whose selector is beside that property.
pub fn contents(facts: &Facts, origins: &Origins) -> BTreeMap<String, String> {
    let content = |pointer: &str| facts.union_contents.get(pointer).cloned();
    origins.iter().filter_map(|(name, origin)| Some((name.clone(), content(&origin.pointer)?))).collect()
}

/// Returns the components that discriminators select. One that is a reference becomes an `allOf` of it.
pub fn variants(api: &mut OpenAPI) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    visit::schemas(api, &mut |_: &str, schema: &mut SchemaRef| {
        let discriminator = schema.as_item().and_then(|item| item.schema_data.discriminator.as_ref());
        let targets = discriminator.into_iter().flat_map(|discriminator| discriminator.mapping.values());
        names.extend(targets.filter_map(|target| target.strip_prefix(SCHEMA_PREFIX)).map(str::to_owned));
    });
    let schemas = api.components.iter_mut().flat_map(|components| &mut components.schemas);
    for (_, schema) in schemas.filter(|(name, schema)| schema.as_item().is_none() && names.contains(*name)) {
        let schema_kind = SchemaKind::AllOf { all_of: vec![schema.clone()] };
        *schema = ReferenceOr::Item(Schema { schema_data: SchemaData::default(), schema_kind });
    }
    names
}

/// Returns the message of a notice if values of the selector differ in letter case only: the runtime takes them for one.
fn equal_but_for_case(variants: &[Variant]) -> Option<String> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    variants.iter().find_map(|Variant { value, .. }| {
        let first = seen.insert(value.to_ascii_lowercase(), value)?;
        Some(format!("the values `{first}` and `{value}` differ in letter case only; both are decoded as `{first}`"))
    })
}

/// Removes the selector from the variants that contain it, because the union encodes and decodes it.
///
/// A variant that is also used on its own keeps the selector. `contents` has the unions whose selector is beside them.
pub fn remove_inner_selectors(api: &mut OpenAPI, contents: &BTreeMap<String, String>, notices: &mut Vec<Notice>) {
    let mut used = BTreeSet::new();
    let mut selectors = Vec::new();
    visit::schemas(api, &mut |pointer: &str, schema: &mut SchemaRef| {
        if !is_member(pointer) {
            used.extend(component_name(schema).map(str::to_owned));
        }
        let is_beside = component_at(pointer).is_some_and(|name| contents.contains_key(name));
        if let Some(union) = Union::read(schema).filter(|_| !is_beside) {
            let Union { tag, variants, .. } = union;
            notices.extend(equal_but_for_case(&variants).map(|message| Notice::at(pointer, message)));
            selectors.extend(variants.into_iter().map(|variant| (variant.schema, tag.clone())));
        }
    });
    for (name, tag) in selectors.into_iter().filter(|(name, _)| !used.contains(name)) {
        let schema = api.components.as_mut().and_then(|components| components.schemas.get_mut(&name));
        if let Some(ReferenceOr::Item(item)) = schema
            && let SchemaKind::Type(Type::Object(object)) = &mut item.schema_kind
        {
            object.properties.shift_remove(&tag);
            object.required.retain(|required| *required != tag);
            if object.properties.is_empty()
                && let Some(AdditionalProperties::Schema(_)) = object.additional_properties.take()
            {
                let message = "additionalProperties beside properties: only the properties are decoded and sent";
                notices.push(Notice::at(format!("/components/schemas/{name}"), message));
            }
        }
    }
}
