//! Repairs of unions: cycles, missing tags, single members.

mod rows;
mod selectors;
#[cfg(test)]
mod tests;

use indexmap::IndexMap;
use openapiv3::{AnySchema, ReferenceOr, Schema, SchemaData, SchemaKind, Type};

use super::Context;
use super::edit::{
    annotated_reference, count_references, empty_object, extends, inline, object, object_mut, one_of,
    redirect_references, remove_property, stop_extending, target,
};
use crate::error::pointer_push;
use crate::model::{Union, Variant};
use crate::spec::visit::{SchemaRef, all_of, component_at, component_name, rebox, unbox};

use rows::{
    DEPOSIT_BANK_INFORMATION, IMPORT_CONNECTION, INCOMPLETE, OPEN_ENDED, ORDER_DETAILS, PAYMENT_METHOD_DETAILS,
    PAYOUT_DETAILS, RECEIVING_BANK_INFORMATION, Row, SESSION_DATA,
};

const COMPONENTS: &str = "/components/schemas";

impl Row {
    fn union(&self) -> Union {
        let variant =
            |(value, schema): &(&str, &str)| Variant { value: (*value).to_owned(), schema: (*schema).to_owned() };
        Union {
            tag: self.tag.to_owned(),
            content: self.content.map(str::to_owned),
            variants: self.variants.iter().map(variant).collect(),
        }
    }

    /// Returns the distinct components of the variants.
    fn members(&self) -> Vec<&'static str> {
        let mut members: Vec<_> = self.variants.iter().map(|(_, schema)| *schema).collect();
        members.sort_unstable();
        members.dedup();
        members
    }

    /// Returns `true` if the schema is a `oneOf` of exactly the members of the row. A later stage opens other unions.
    fn is_union(&self, schema: &Schema) -> bool {
        let mut names: Vec<_> = one_of(schema).iter().map(component_name).collect();
        names.sort_unstable();
        names == self.members().into_iter().map(Some).collect::<Vec<_>>()
    }
}

/// Turns the connections to import into a union with `serviceProvider` as its tag.
pub(super) fn import_connection_tag(context: &mut Context<'_>) {
    let row = &IMPORT_CONNECTION;
    if context.components().contains_key(row.component) {
        return;
    }
    let mut found = false;
    context.schemas(|pointer, schema, notes| {
        let Some(item) = inline(schema).filter(|item| row.is_union(item)) else { return };
        if component_at(pointer).is_none() {
            found = true;
            if let Some(message) = selectors::other_tag(row, item) {
                notes.notice(pointer, message);
            }
            *schema = annotated_reference(row.component, item.schema_data.description.clone());
            notes.note(pointer, format!("became {}, by {}", row.component, row.tag));
        }
    });
    if !found {
        return;
    }
    let description = "Connection to import. `serviceProvider` selects the form";
    add_union(context, row, Some(description.to_owned()));
    drop_inner_tag(context, row);
}

/// Adds the component of a union.
fn add_union(context: &mut Context<'_>, row: &Row, description: Option<String>) {
    let union = row.union().to_schema(description);
    context.components().insert(row.component.to_owned(), ReferenceOr::Item(union));
    if let Some(content) = row.content {
        let pointer = pointer_push(COMPONENTS, row.component);
        context.facts.union_contents.insert(pointer, content.to_owned());
    }
}

/// Removes the tag from the members of a union and from their bases, because the union encodes it.
fn drop_inner_tag(context: &mut Context<'_>, row: &Row) {
    let holders = members_and_bases(context, row);
    selectors::report_components(context, row, &holders);
    for holder in holders {
        let Some(schema) = context.component_mut(&holder) else { continue };
        schema.schema_data.discriminator = None;
        if remove_property(schema, row.tag) {
            let pointer = pointer_push(COMPONENTS, holder);
            context.note(pointer, format!("{} moved to {}", row.tag, row.component));
        }
    }
}

/// Returns the members of a union, each followed by the components that it extends.
fn members_and_bases(context: &Context<'_>, row: &Row) -> Vec<String> {
    let mut names = Vec::new();
    for member in row.members() {
        names.push(member.to_owned());
        let bases = context.component(member).map(all_of).unwrap_or_default();
        names.extend(bases.iter().filter_map(component_name).map(str::to_owned));
    }
    names
}

/// Turns the data of a widget session into a union with `sessionType` as its tag.
pub(super) fn session_data_selector(context: &mut Context<'_>) {
    select_by_sibling(context, &SESSION_DATA);
}

/// Turns the details of a payment method into a union with `type` as its tag.
pub(super) fn payment_method_selector(context: &mut Context<'_>) {
    select_by_sibling(context, &PAYMENT_METHOD_DETAILS);
    select_by_sibling(context, &PAYOUT_DETAILS);
}

/// Turns the details of a headless order into a union with `paymentMethodType` as its tag.
pub(super) fn order_details_selector(context: &mut Context<'_>) {
    select_by_sibling(context, &ORDER_DETAILS);
}

/// Turns the receiving bank into a union with `paymentMethodType` as its tag.
pub(super) fn receiving_bank_selector(context: &mut Context<'_>) {
    select_by_sibling(context, &RECEIVING_BANK_INFORMATION);
    select_by_sibling(context, &DEPOSIT_BANK_INFORMATION);
}

/// An object with a property that selects the schema of another.
struct Found {
    parent: String,
    /// The component of the union, if it is not inline.
    union: Option<String>,
}

/// Finds the objects that have the union of the row beside its tag, and gives them the union.
fn select_by_sibling(context: &mut Context<'_>, row: &Row) {
    let Some(content) = row.content else { return };
    let found = find_selected(context, row, content);
    if found.is_empty() || !name_is_free(context, row) {
        return;
    }
    let base = context.component(row.component);
    let mut description = base.and_then(|base| base.schema_data.description.clone());
    let mut described = members_and_bases(context, row);
    described.extend(found.iter().filter_map(|found| found.union.clone()));
    selectors::report_components(context, row, &described);
    for child in extending(context, row.component) {
        if let Some(schema) = context.component_mut(&child) {
            stop_extending(schema, row.component);
        }
    }
    for Found { parent, union } in found {
        if let Some(union) = union {
            let inherited = move_properties_to_members(context, row, &union);
            description = description.or(inherited);
        }
        let pointer = pointer_push(&pointer_push(COMPONENTS, &parent), "properties");
        selectors::report_values(context, row, &parent, &pointer_push(&pointer, row.tag));
        selectors::report_property(context, row, &parent, &pointer_push(&pointer, content));
        let Some(schema) = context.component_mut(&parent) else { continue };
        replace_properties(schema, row, content);
        let what = format!("became {}, by {}", row.component, row.tag);
        context.note(pointer_push(&pointer, content), what);
    }
    add_union(context, row, description);
}

fn find_selected(context: &mut Context<'_>, row: &Row, content: &str) -> Vec<Found> {
    let components = context.components();
    let find = |(parent, schema): (&String, &SchemaRef)| {
        let (properties, _) = object(inline(schema)?)?;
        let held = properties.get(row.tag).and(properties.get(content))?;
        let parent = parent.clone();
        let held = unbox(held.clone());
        if inline(&held).is_some_and(|item| row.is_union(item)) {
            return Some(Found { parent, union: None });
        }
        let union = target(&held)?;
        let is_union = row.is_union(inline(components.get(union)?)?);
        // The annotations and properties of a named union move to its members, which therefore must be objects.
        let are_objects = row
            .members()
            .into_iter()
            .all(|member| components.get(member).and_then(inline).is_some_and(|item| object(item).is_some()));
        (is_union && are_objects).then(|| Found { parent, union: Some(union.to_owned()) })
    };
    components.iter().filter_map(find).collect()
}

/// Returns `true` if the component of the union can take its name: the name is free, or belongs to a base that is only
/// extended.
fn name_is_free(context: &mut Context<'_>, row: &Row) -> bool {
    if !context.components().contains_key(row.component) {
        return true;
    }
    let children = extending(context, row.component).len();
    children > 0 && children == count_references(context.api, row.component)
}

/// Returns the components that extend `base`.
fn extending(context: &mut Context<'_>, base: &str) -> Vec<String> {
    let extends = |schema: &SchemaRef| inline(schema).is_some_and(|item| extends(item, base));
    let components = context.components().iter();
    components.filter(|(_, schema)| extends(schema)).map(|(name, _)| name.clone()).collect()
}

/// Moves the properties of the union to its members and removes its component if nothing else refers to it. Returns the
/// description of the union.
fn move_properties_to_members(context: &mut Context<'_>, row: &Row, union: &str) -> Option<String> {
    let schema = context.component(union)?.clone();
    if let Some((properties, required)) = object(&schema) {
        for name in row.members() {
            let member = context.component_mut(name);
            let Some((own, own_required)) = member.and_then(object_mut) else { continue };
            for (property, schema) in properties {
                own.entry(property.clone()).or_insert_with(|| schema.clone());
            }
            for property in required {
                if !own_required.contains(property) {
                    own_required.push(property.clone());
                }
            }
        }
    }
    // The object that has the union still refers to it.
    if count_references(context.api, union) <= 1 {
        context.components().shift_remove(union);
    }
    schema.schema_data.description
}

/// Replaces the tag of an object with the union, under `content`.
fn replace_properties(schema: &mut Schema, row: &Row, content: &str) {
    if let Some((properties, _)) = object_mut(schema)
        && let Some(held) = properties.get_mut(content)
    {
        let description = held.as_item().and_then(|item| item.schema_data.description.clone());
        *held = rebox(annotated_reference(row.component, description));
    }
    remove_property(schema, row.tag);
}

/// Opens a component that is an incomplete union to any JSON.
pub(super) fn incomplete_union(context: &mut Context<'_>) {
    let family = context.family;
    for (_, name) in INCOMPLETE.iter().filter(|(of, _)| *of == family) {
        let Some(schema) = context.component_mut(name) else { continue };
        if one_of(schema).is_empty() {
            continue;
        }
        schema.schema_data.discriminator = None;
        schema.schema_kind = SchemaKind::Any(AnySchema::default());
        context.note(pointer_push(COMPONENTS, name), "became any JSON");
    }
}

/// Opens a union to any JSON if the spec lists one of several schemas.
pub(super) fn one_member_union(context: &mut Context<'_>) {
    let family = context.family;
    for row in OPEN_ENDED.iter().filter(|row| row.family == family) {
        let schema = context.component_mut(row.schema);
        let Some((properties, _)) = schema.and_then(object_mut) else { continue };
        let Some(ReferenceOr::Item(property)) = properties.get_mut(row.property) else { continue };
        if one_of(property).len() != 1 {
            continue;
        }
        let description = property.schema_data.description.take();
        **property = free_form_object(description);
        let pointer = format!("{COMPONENTS}/{}/properties/{}", row.schema, row.property);
        context.note(pointer, format!("became free-form: {}", row.reason));
    }
}

fn free_form_object(description: Option<String>) -> Schema {
    let mut schema = empty_object(SchemaData { description, ..SchemaData::default() });
    if let SchemaKind::Type(Type::Object(object)) = &mut schema.schema_kind {
        object.additional_properties = Some(openapiv3::AdditionalProperties::Any(true));
    }
    schema
}

/// Replaces each union of one member with that member: inline unions by a reference, and components by redirecting their
/// references.
pub(super) fn single_member_one_of(context: &mut Context<'_>) {
    context.schemas(|pointer, schema, notes| {
        let Some(item) = inline(schema) else { return };
        let Some(member) = only_member(item).map(str::to_owned) else { return };
        if component_at(pointer).is_none() {
            *schema = annotated_reference(&member, item.schema_data.description.clone());
            notes.note(pointer, format!("became its only member, {member}"));
        }
    });
    let mut places = IndexMap::new();
    for (alias, member) in aliases(context.components(), &mut places) {
        let what = format!("became its only member, {member}");
        context.note(pointer_push(COMPONENTS, alias), what);
    }
    let names: Vec<String> = places.keys().cloned().collect();
    for name in &names {
        end_of(name, &mut places);
    }
    redirect_references(context.api, &places);
    context.components().retain(|name, _| !places.contains_key(name));
}

/// Returns the components that are a `oneOf` of one other component, with that one. `places` gets their replacements,
/// none of which leads back to itself.
fn aliases(components: &IndexMap<String, SchemaRef>, places: &mut IndexMap<String, String>) -> Vec<(String, String)> {
    let mut aliases = Vec::new();
    for (alias, schema) in components {
        let Some(member) = inline(schema).and_then(only_member) else { continue };
        let Some(target) = components.get(member) else { continue };
        // A member that leads back to the alias is a cycle, which a later stage rejects.
        if member != alias && !refers_to(target, alias) && end_of(member, places) != *alias {
            places.insert(alias.clone(), member.to_owned());
            aliases.push((alias.clone(), member.to_owned()));
        }
    }
    aliases
}

/// Returns the end of the chain of replacements, and shortens the chain for the next search.
fn end_of(component: &str, places: &mut IndexMap<String, String>) -> String {
    let mut way = Vec::new();
    let mut end = component.to_owned();
    while let Some(next) = places.get(&end) {
        way.push(std::mem::replace(&mut end, next.clone()));
    }
    for passed in way {
        places.insert(passed, end.clone());
    }
    end
}

/// Returns `true` if a component is made of another by reference, `allOf` or `oneOf`.
fn refers_to(schema: &SchemaRef, name: &str) -> bool {
    component_name(schema) == Some(name)
        || inline(schema).is_some_and(|item| {
            let members = all_of(item).iter().chain(one_of(item));
            members.into_iter().any(|member| component_name(member) == Some(name))
        })
}

/// Returns the component that is the only member of a `oneOf` without siblings.
fn only_member(schema: &Schema) -> Option<&str> {
    match &schema.schema_kind {
        SchemaKind::OneOf { one_of } => match one_of.as_slice() {
            [only] => component_name(only),
            _ => None,
        },
        _ => None,
    }
}
