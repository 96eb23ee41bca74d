//! Selectors of unions.

use std::collections::BTreeSet;

use openapiv3::{OpenAPI, ReferenceOr, SchemaKind, Type};

use crate::model::Union;
use crate::spec::visit::{self, SchemaRef, component_name};

/// Removes the selector from the variants that contain it, because the union encodes and decodes it.
///
/// A variant that is also used on its own keeps the selector.
pub fn remove_inner_selectors(api: &mut OpenAPI) {
    let mut used = BTreeSet::new();
    let mut selectors = Vec::new();
    visit::schemas(api, &mut |_: &str, schema: &mut SchemaRef| {
        used.extend(component_name(schema).map(str::to_owned));
        if let Some(union) = Union::read(schema).filter(|union| union.content.is_none()) {
            let Union { tag, variants, .. } = union;
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
        }
    }
}
