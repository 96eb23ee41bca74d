//! Notices of selectors that a spec describes in another way than their row.

use std::collections::BTreeSet;

use openapiv3::{Schema, SchemaKind, Type};

use super::rows::Row;
use crate::error::pointer_push;
use crate::repair::Context;
use crate::repair::edit::{inline, object, target};
use crate::spec::limits::MAX_CHAIN;
use crate::spec::visit::unbox;

/// The table of the unions, for advice.
const ROWS: &str = "meld-gen/src/repair/unions/rows.rs";

/// Reports differences between the variants and the values of the tag of the component `parent`, at `pointer`.
///
/// The union stays as it is. The runtime decodes and encodes values without a variant, so that a new value does not
/// cost the types of the others. Older objects may have a value that the enum lost.
pub(super) fn report_values(context: &mut Context<'_>, row: &Row, parent: &str, pointer: &str) {
    let values = values(context, row, parent);
    if values.is_empty() {
        return;
    }
    // Values are decoded without regard to letter case.
    let has_variant = |value: &str| row.variants.iter().any(|(known, _)| known.eq_ignore_ascii_case(value));
    let is_listed = |known: &str| values.iter().any(|value| value.eq_ignore_ascii_case(known));
    let union = row.component;
    if let Some(new) = quoted(values.iter().map(String::as_str).filter(|value| !has_variant(value))) {
        let message =
            format!("`{union}` has no variant for {new}, decoded as `Unknown`; to add one, extend its row in {ROWS}");
        context.notice(pointer, message);
    }
    if let Some(lost) = quoted(row.variants.iter().map(|(known, _)| *known).filter(|known| !is_listed(known))) {
        let message =
            format!("the enum lacks {lost}, still in `{union}`; if no version has it, shorten the row in {ROWS}");
        context.notice(pointer, message);
    }
}

/// Reports discriminators of components, which are a union, its members or their bases, if they name another tag.
pub(super) fn report_components(context: &mut Context<'_>, row: &Row, names: &[String]) {
    for name in names.iter().collect::<BTreeSet<_>>() {
        if let Some(message) = context.component(name).and_then(|schema| other_tag(row, schema)) {
            context.notice(pointer_push("/components/schemas", name), message);
        }
    }
}

/// Reports the discriminator of the union in the component `parent`, at `pointer`, if it names another tag.
pub(super) fn report_property(context: &mut Context<'_>, row: &Row, parent: &str, pointer: &str) {
    let properties = context.component(parent).and_then(object).map(|(properties, _)| properties);
    let held = row.content.and_then(|content| properties?.get(content)?.as_item());
    if let Some(message) = held.and_then(|held| other_tag(row, held)) {
        context.notice(pointer, message);
    }
}

/// Returns the message of a notice if a schema has a discriminator with another tag than the row, which wins.
pub(super) fn other_tag(row: &Row, schema: &Schema) -> Option<String> {
    let other = &schema.schema_data.discriminator.as_ref()?.property_name;
    let Row { component, tag, .. } = row;
    (other != tag).then(|| {
        format!("the discriminator `{other}` has no effect: by its row in {ROWS}, `{tag}` selects the `{component}`")
    })
}

/// Returns the values as a list, or `None` if there are none.
fn quoted<'a>(values: impl Iterator<Item = &'a str>) -> Option<String> {
    let quoted: Vec<String> = values.map(|value| format!("`{value}`")).collect();
    (!quoted.is_empty()).then(|| quoted.join(", "))
}

/// Returns the values of the tag's enum, which may be a component of its own. Empty if any string is allowed.
fn values(context: &Context<'_>, row: &Row, parent: &str) -> Vec<String> {
    let properties = context.component(parent).and_then(object).map(|(properties, _)| properties);
    let Some(tag) = properties.and_then(|properties| properties.get(row.tag)) else { return Vec::new() };
    let mut tag = unbox(tag.clone());
    let components = context.api.components.as_ref().map(|components| &components.schemas);
    for _ in 0..MAX_CHAIN {
        let Some(next) = target(&tag).and_then(|name| components?.get(name)) else { break };
        tag = next.clone();
    }
    match inline(&tag).map(|tag| &tag.schema_kind) {
        Some(SchemaKind::Type(Type::String(string))) => string.enumeration.iter().flatten().cloned().collect(),
        _ => Vec::new(),
    }
}
