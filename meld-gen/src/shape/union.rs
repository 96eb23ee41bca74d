//! Unions with a selector: reading back and changing what the repairs wrote down.

use std::collections::BTreeSet;

use openapiv3::{OpenAPI, ReferenceOr, SchemaKind, Type};

use crate::repair::Union;
use crate::spec::visit::{self, SchemaRef, component_name};

/// The union that `schema` stands for, if it is one.
pub fn read(schema: &SchemaRef) -> Option<Union> {
    match schema {
        ReferenceOr::Item(schema) => Union::of(schema),
        ReferenceOr::Reference { .. } => None,
    }
}

/// Makes `schema` stand for `union`; its description stays.
pub fn write(schema: &mut SchemaRef, union: &Union) {
    if let ReferenceOr::Item(schema) = schema {
        *schema = union.to_schema(schema.schema_data.description.take());
    }
}

/// Takes the selector out of the variants that it stands inside of: the union writes and reads it. A variant that is
/// used by itself too keeps it.
pub fn drop_inner_selectors(api: &mut OpenAPI) {
    let mut used = BTreeSet::new();
    let mut selectors = Vec::new();
    visit::schemas(api, &mut |_: &str, schema: &mut SchemaRef| {
        used.extend(component_name(schema).map(str::to_owned));
        if let Some(union) = read(schema).filter(|union| union.content.is_none()) {
            let Union { tag, variants, .. } = union;
            selectors.extend(variants.into_iter().map(|variant| (variant.schema, tag.clone())));
        }
    });
    for (name, tag) in selectors.into_iter().filter(|(name, _)| !used.contains(name)) {
        let schema =
            api.components.as_mut().and_then(|components| components.schemas.get_mut(&name));
        if let Some(ReferenceOr::Item(item)) = schema
            && let SchemaKind::Type(Type::Object(object)) = &mut item.schema_kind
        {
            object.properties.shift_remove(&tag);
            object.required.retain(|required| *required != tag);
        }
    }
}
