//! Turns every schema into one of a few kinds: object, map, array, scalar, enum, reference, or any JSON.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use indexmap::IndexMap;
use openapiv3::{AnySchema, ArrayType, ObjectType, OpenAPI, ReferenceOr, Schema, SchemaData, SchemaKind, Type};

use super::aliases;
use super::properties::{self, Merged, Shape};
use super::string_unions::string_union;
use super::{unions, usage};
use crate::error::{Error, ErrorKind, Location, Notice, Result};
use crate::model::{Union, Variant};
use crate::spec::limits::{MAX_CHAIN, MAX_COPIES};
use crate::spec::visit::{self, SchemaRef, component_at, component_name};

/// The number of merged schemas that may stand around another one and extend the same component. Schemas that extend
/// each other in turn would otherwise multiply.
const MAX_AROUND: usize = 2;

type Schemas = IndexMap<String, SchemaRef>;

/// The object that a component describes, with its number of schemas; `None` if it is not an object.
type Collected = Option<(Rc<ObjectType>, usize)>;

/// Merges `allOf`, inlines aliases, and opens unions without a selector to any JSON, with a notice. `contents` has the
/// components that are unions with a selector beside them.
///
/// # Errors
/// Returns an error if more than 100 schemas extend each other or are aliases of each other, an inline schema extends
/// the one that contains it, or the merged schemas would be too large.
pub fn flatten(api: &mut OpenAPI, contents: &BTreeMap<String, String>) -> Result<Vec<Notice>> {
    let schemas = api.components.as_ref().map(|c| c.schemas.clone()).unwrap_or_default();
    let variants = unions::variants(api);
    let sent = usage::usage(api).into_iter().filter(|(_, usage)| usage.sent).map(|(name, _)| name).collect();
    let mut flattener = Flattener {
        schemas,
        contents,
        variants,
        sent,
        notices: Vec::new(),
        collected: HashMap::new(),
        copies: 0,
        around: Vec::new(),
        error: None,
    };
    visit::schemas(api, &mut |pointer: &str, schema: &mut SchemaRef| {
        flattener.plain(pointer, schema);
    });
    if let Some(error) = flattener.error {
        return Err(error);
    }
    let notices = flattener.notices;
    aliases::inline(api)?;
    Ok(notices)
}

struct Flattener<'a> {
    schemas: Schemas,
    contents: &'a BTreeMap<String, String>,
    /// The components that are variants of unions.
    variants: BTreeSet<String>,
    /// The components that requests contain.
    sent: HashSet<String>,
    notices: Vec<Notice>,
    /// Objects of the components, each collected once even if many schemas extend it.
    collected: HashMap<String, Collected>,
    /// Number of schemas copied so far.
    copies: usize,
    /// The merged schemas around the current one, with their JSON pointers.
    around: Vec<(String, SchemaRef)>,
    /// The first error, after which nothing is changed.
    error: Option<Error>,
}

impl Flattener<'_> {
    /// Replaces a composed schema with an equivalent plain one.
    fn plain(&mut self, pointer: &str, schema: &mut SchemaRef) {
        if self.error.is_some() {
            return;
        }
        let ReferenceOr::Item(item) = schema else { return };
        for keyword in properties::drop_restrictions(&mut item.schema_kind) {
            let message = format!("`{keyword}` only restricts values; dropped");
            self.notices.push(Notice::at(pointer, message));
        }
        match &mut item.schema_kind {
            SchemaKind::Type(Type::Object(object)) => properties::declare_required(object),
            SchemaKind::Type(_) => {}
            SchemaKind::AllOf { all_of } if is_described_reference(all_of, pointer) => {}
            SchemaKind::AllOf { .. } => self.merge(pointer, item),
            SchemaKind::Any(any) if !any.all_of.is_empty() => self.merge(pointer, item),
            SchemaKind::OneOf { .. } if component_at(pointer).is_some_and(|name| self.contents.contains_key(name)) => {}
            SchemaKind::OneOf { one_of } | SchemaKind::AnyOf { any_of: one_of } => {
                if let Some(union) = self.tagged_union(&item.schema_data, one_of) {
                    return union.write(schema);
                }
                if let Some(only) = only_member(one_of) {
                    become_member(item, only);
                    self.plain(pointer, schema);
                } else if let Some(union) = string_union(&self.schemas, one_of) {
                    item.schema_kind = SchemaKind::Type(Type::String(union.string));
                    item.schema_data.nullable |= union.nullable;
                } else {
                    self.open(pointer, item, "a union without a selector");
                }
            }
            SchemaKind::Not { .. } => self.open(pointer, item, "`not`"),
            SchemaKind::Any(any) => match plain_any(any) {
                Some(kind) => item.schema_kind = kind,
                None => self.open(pointer, item, "a schema of several kinds"),
            },
        }
    }

    /// Replaces a schema that cannot be typed with one for any JSON.
    fn open(&mut self, pointer: &str, item: &mut Schema, what: &str) {
        self.notices.push(Notice {
            location: Location::at(pointer),
            message: format!("{what} is any JSON in Rust; a repair could type it"),
        });
        item.schema_kind = SchemaKind::Any(AnySchema::default());
    }

    fn merge(&mut self, pointer: &str, item: &mut Schema) {
        // A variant has its own properties, also if it only refers to another component.
        if !component_at(pointer).is_some_and(|name| self.variants.contains(name))
            && !self.adds_required_properties(pointer, item)
            && let Some(kind) = self.only_typed(item, true)
        {
            item.schema_kind = kind;
            return;
        }
        let mut merged = Merged::default();
        let whole = ReferenceOr::Item(item.clone());
        // A merged schema whose properties contain it again would be merged endlessly.
        self.around.retain(|(place, _)| pointer.starts_with(&format!("{place}/")));
        let own = extended(&whole);
        let shares = |around: &SchemaRef| extended(around).iter().any(|name| own.contains(name));
        let sharing = self.around.iter().filter(|(_, around)| shares(around)).count();
        if sharing >= MAX_AROUND || self.around.iter().any(|(_, around)| *around == whole) {
            self.open(pointer, item, "an inline schema that extends the one around it");
            return;
        }
        self.around.push((pointer.to_owned(), whole.clone()));
        match self.collect(&whole, &mut merged, pointer, 0) {
            Ok(true) => {
                // Several schemas may extend each other in turn.
                if pointer.matches("/properties/").count() > MAX_CHAIN {
                    self.error = Some(self.endless(pointer));
                }
                properties::declare_required(&mut merged.object);
                item.schema_kind = SchemaKind::Type(Type::Object(merged.object));
            }
            Ok(false) => match self.only_typed(item, false) {
                Some(kind) => item.schema_kind = kind,
                None => self.open(pointer, item, "`allOf` of something other than objects"),
            },
            Err(error) => self.error = Some(error),
        }
    }

    /// Returns `true` if a schema of requests requires properties that the component it extends does not require.
    /// Responses are decoded without any of their properties.
    fn adds_required_properties(&mut self, pointer: &str, item: &Schema) -> bool {
        let is_sent = match pointer.strip_prefix("/components/schemas/").and_then(|rest| rest.split('/').next()) {
            Some(name) => self.sent.contains(name),
            None => !pointer.contains("/responses/"),
        };
        let SchemaKind::AllOf { all_of } = &item.schema_kind else { return false };
        let untyped = all_of.iter().filter(|member| is_untyped(member)).filter_map(ReferenceOr::as_item);
        let required = untyped.filter_map(|item| match &item.schema_kind {
            SchemaKind::Any(any) => Some(&any.required),
            _ => None,
        });
        let required: Vec<String> = required.flatten().cloned().collect();
        let extended = all_of.iter().find_map(component_name).filter(|_| is_sent && !required.is_empty());
        let Some(Ok(Some((object, _)))) = extended.map(|name| self.component(name, pointer, 0)) else { return false };
        required.iter().any(|name| !object.required.contains(name))
    }

    fn endless(&self, pointer: &str) -> Error {
        // The outermost schemas are sufficient to find the chain.
        let place: Vec<&str> = pointer.split('/').take(12).collect();
        Error::new(
            ErrorKind::ReferenceCycle,
            Location::at(place.join("/")),
            "an inline schema extends one that contains it, or schemas extend each other too often",
            "make the inline schema a component and refer to it",
        )
    }

    /// Adds the properties of `schema` to `merged`; returns `false` if it is not an object.
    fn collect(&mut self, schema: &SchemaRef, merged: &mut Merged, pointer: &str, depth: usize) -> Result<bool> {
        if depth > MAX_CHAIN {
            return Err(Error::new(
                ErrorKind::TooDeep,
                Location::at(pointer),
                format!("more than {MAX_CHAIN} schemas extend each other"),
                "shorten the chain",
            ));
        }
        let item = match schema {
            ReferenceOr::Item(item) => item,
            ReferenceOr::Reference { .. } => {
                let Some(name) = component_name(schema) else { return Ok(false) };
                let Some((object, size)) = self.component(name, pointer, depth + 1)? else {
                    return Ok(false);
                };
                self.copied(size, pointer)?;
                merged.add_object(&self.schemas, &object);
                return Ok(true);
            }
        };
        match &item.schema_kind {
            SchemaKind::Type(Type::Object(part)) => {
                self.copied(size(&part.properties), pointer)?;
                merged.add_object(&self.schemas, part);
                Ok(true)
            }
            SchemaKind::AllOf { all_of } => self.collect_all(all_of, merged, pointer, depth),
            SchemaKind::Any(any) if !properties::has_choice(any) => {
                if any.typ.as_deref().is_some_and(|typ| typ != "object") || any.items.is_some() {
                    return Ok(false);
                }
                let all = self.collect_all(&any.all_of, merged, pointer, depth)?;
                self.copied(size(&any.properties), pointer)?;
                let additional = any.additional_properties.as_ref();
                merged.add(&self.schemas, &any.properties, &any.required, additional);
                Ok(all)
            }
            _ => Ok(false),
        }
    }

    /// Returns the object that the component `name` describes.
    fn component(&mut self, name: &str, pointer: &str, depth: usize) -> Result<Collected> {
        if let Some(collected) = self.collected.get(name) {
            return Ok(collected.clone());
        }
        let mut merged = Merged::default();
        let collected = match self.schemas.get(name).cloned() {
            Some(target) => self.collect(&target, &mut merged, pointer, depth)?,
            None => false,
        };
        let collected = collected.then(|| {
            let size = size(&merged.object.properties);
            (Rc::new(merged.object), size)
        });
        self.collected.insert(name.to_owned(), collected.clone());
        Ok(collected)
    }

    fn copied(&mut self, count: usize, pointer: &str) -> Result<()> {
        self.copies += count;
        if self.copies > MAX_COPIES { Err(self.endless(pointer)) } else { Ok(()) }
    }

    fn collect_all(&mut self, members: &[SchemaRef], merged: &mut Merged, pointer: &str, depth: usize) -> Result<bool> {
        for member in members {
            if !self.collect(member, merged, pointer, depth + 1)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Returns the only typed member of an `allOf` whose other members are annotations. `only_references` restricts the
    /// result to references.
    fn only_typed(&self, item: &Schema, only_references: bool) -> Option<SchemaKind> {
        let members = match &item.schema_kind {
            SchemaKind::AllOf { all_of } => all_of,
            // The siblings of `allOf` count as a member.
            SchemaKind::Any(any) if !only_references => &any.all_of,
            _ => return None,
        };
        if matches!(&item.schema_kind, SchemaKind::Any(any) if properties::has_choice(any)) {
            return None;
        }
        let mut typed = members.iter().filter(|member| !is_untyped(member));
        let only = typed.next().filter(|_| typed.next().is_none())?;
        match only {
            ReferenceOr::Reference { .. } => Some(SchemaKind::AllOf { all_of: vec![only.clone()] }),
            ReferenceOr::Item(_) if only_references => None,
            ReferenceOr::Item(item) => match &item.schema_kind {
                SchemaKind::Type(typ) => Some(SchemaKind::Type(typ.clone())),
                _ => None,
            },
        }
    }

    /// Returns the union for a `oneOf` of objects whose discriminator maps a value to every member. Values of the tag are
    /// strings.
    fn tagged_union(&mut self, data: &SchemaData, members: &[SchemaRef]) -> Option<Union> {
        let discriminator = data.discriminator.as_ref()?;
        let mut variants = Vec::new();
        for (value, target) in &discriminator.mapping {
            let schema = target.strip_prefix(visit::SCHEMA_PREFIX).unwrap_or(target);
            variants.push(Variant { value: value.clone(), schema: schema.to_owned() });
        }
        let members: HashSet<&str> = members.iter().map(component_name).collect::<Option<_>>()?;
        let mapped: HashSet<&str> = variants.iter().map(|variant| &*variant.schema).collect();
        let tag = &discriminator.property_name;
        let all = members == mapped && mapped.iter().all(|schema| self.is_variant(schema, tag));
        (all && !members.is_empty()).then(|| Union {
            tag: discriminator.property_name.clone(),
            content: None,
            variants,
        })
    }

    /// Returns `true` for an object whose tag can be a string.
    fn is_variant(&mut self, name: &str, tag: &str) -> bool {
        let Ok(Some((object, _))) = self.component(name, "", 0) else { return false };
        let schema = object.properties.get(tag).cloned().map(visit::unbox);
        let shape = schema.map(|schema| properties::shape(&self.schemas, &schema));
        !object.properties.is_empty() && shape.is_none_or(|shape| matches!(shape, Shape::Any | Shape::String))
    }
}

/// Returns the number of schemas in the properties of an object.
fn size(properties: &IndexMap<String, ReferenceOr<Box<Schema>>>) -> usize {
    let inner = properties.values().filter_map(ReferenceOr::as_item);
    properties.len() + inner.map(|schema| visit::size(schema)).sum::<usize>()
}

/// Returns `true` for an `allOf` of one reference, which only adds a description, unless it is a component itself.
fn is_described_reference(all_of: &[SchemaRef], pointer: &str) -> bool {
    component_at(pointer).is_none() && matches!(all_of, [ReferenceOr::Reference { .. }])
}

/// Returns the components that an `allOf` refers to.
fn extended(schema: &SchemaRef) -> Vec<&str> {
    let ReferenceOr::Item(item) = schema else { return Vec::new() };
    let members = match &item.schema_kind {
        SchemaKind::AllOf { all_of } => all_of,
        SchemaKind::Any(any) => &any.all_of,
        _ => return Vec::new(),
    };
    members.iter().filter_map(component_name).collect()
}

/// Returns the member of a union that has one only, perhaps several times.
fn only_member(members: &[SchemaRef]) -> Option<SchemaRef> {
    let (first, others) = members.split_first()?;
    others.iter().all(|other| other == first).then(|| first.clone())
}

/// Makes a union its only member, with the annotations of both.
fn become_member(union: &mut Schema, member: SchemaRef) {
    match member {
        ReferenceOr::Item(member) => {
            union.schema_kind = member.schema_kind;
            union.schema_data.nullable |= member.schema_data.nullable;
            union.schema_data.description = union.schema_data.description.take().or(member.schema_data.description);
        }
        reference => union.schema_kind = SchemaKind::AllOf { all_of: vec![reference] },
    }
}

fn is_untyped(schema: &SchemaRef) -> bool {
    match schema {
        ReferenceOr::Reference { .. } => false,
        ReferenceOr::Item(item) => match &item.schema_kind {
            SchemaKind::Any(any) => {
                any.typ.is_none() && any.properties.is_empty() && any.items.is_none() && !properties::has_choice(any)
            }
            _ => false,
        },
    }
}

/// Returns the plain kind of keywords without `type`.
fn plain_any(any: &AnySchema) -> Option<SchemaKind> {
    let composed = !any.one_of.is_empty() || !any.any_of.is_empty() || any.not.is_some();
    if composed {
        return None;
    }
    let objective = !any.properties.is_empty() || any.additional_properties.is_some();
    match any.typ.as_deref() {
        Some("object") | None if objective => Some(SchemaKind::Type(Type::Object(ObjectType {
            properties: any.properties.clone(),
            required: any.required.clone(),
            additional_properties: any.additional_properties.clone(),
            ..ObjectType::default()
        }))),
        Some("array") | None if any.items.is_some() => Some(SchemaKind::Type(Type::Array(ArrayType {
            items: any.items.clone(),
            min_items: any.min_items,
            max_items: any.max_items,
            unique_items: any.unique_items.unwrap_or_default(),
        }))),
        // Values of several types are no type in Rust.
        None if any.enumeration.iter().all(serde_json::Value::is_null) => Some(SchemaKind::Any(AnySchema::default())),
        _ => None,
    }
}
