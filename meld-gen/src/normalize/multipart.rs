//! Multipart bodies and responses: files are taken out of their schema, so that the rest has a type.
//!
//! The fields of a body without JSON take the place of JSON. Beside JSON they keep the media type
//! [`MULTIPART`] until progenitor, which has one type for a body.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use openapiv3::{
    AdditionalProperties, Content, Encoding, MediaType, ObjectType, ReferenceOr, Schema, SchemaKind, StringFormat,
    Type, VariantOrUnknownOrEmpty,
};

use crate::error::{Notice, pointer_push};
use crate::model::{FileModel, MultipartBody, MultipartResponse};
use crate::spec::visit::{self, SchemaRef, component_name};

/// The media type of multipart bodies, and of fields beside JSON.
pub const MULTIPART: &str = "multipart/form-data";

/// The media type of fields that are objects.
const JSON: &str = "JSON";

/// The component schemas of a spec by name.
pub type Components = IndexMap<String, SchemaRef>;

/// Takes the multipart body out of the media types, if it is an object. Returns its fields and files.
pub fn take_body(content: &mut Content, components: &Components) -> Option<(MediaType, MultipartBody)> {
    let (media, object) = take(content, components, |essence| essence == MULTIPART)?;
    let is_binary = |name: &str, schema: &SchemaRef| is_binary(schema, media.encoding.get(name), components);
    let mut body = MultipartBody::default();
    let mut fields = ObjectType { additional_properties: None, ..object.clone() };
    for (name, schema) in &object.properties {
        let schema = visit::unbox(schema.clone());
        let items = items(&schema, components);
        let is_list = items.as_ref().is_some_and(|items| is_binary(name, items));
        if is_list || is_binary(name, &schema) {
            fields.properties.shift_remove(name);
            fields.required.retain(|required| required != name);
            let is_required = object.required.contains(name);
            let description = schema.as_item().and_then(|schema| schema.schema_data.description.clone());
            let name = name.clone();
            body.files.push(FileModel { name, is_list, is_required, description, ..FileModel::default() });
        }
    }
    if let Some(AdditionalProperties::Schema(schema)) = &object.additional_properties {
        body.takes_other_files = is_binary("", schema);
    }
    body.has_fields = !fields.properties.is_empty();
    body.required_field = fields.required.iter().find(|name| fields.properties.contains_key(*name)).cloned();
    let is_changed = body.takes_other_files || !body.files.is_empty();
    Some((with_fields(media, is_changed.then_some(fields)), body))
}

/// Reports the media types of fields that are sent as another one: objects are JSON, and other fields are text.
pub fn report_media_types(content: &Content, components: &Components, pointer: &str, notices: &mut Vec<Notice>) {
    let Some((name, media, object)) = find(content, components, |essence| essence == MULTIPART) else { return };
    for (part, encoding) in &media.encoding {
        let encodings = pointer_push(&pointer_push(pointer, name), "encoding");
        let place = pointer_push(&encodings, part);
        let Some(schema) = object.properties.get(part) else {
            notices.push(Notice::at(place, "the schema has no such property; ignored"));
            continue;
        };
        let schema = visit::unbox(schema.clone());
        let items = items(&schema, components);
        let schema = items.as_ref().unwrap_or(&schema);
        let Some(media_type) = &encoding.content_type else { continue };
        if is_binary(schema, Some(encoding), components) {
            continue;
        }
        let (fits, sent) = match is_text(schema, None, components) {
            true => (media_type.starts_with("text/plain"), "text"),
            false => (media_type.contains("json"), JSON),
        };
        if !fits {
            let place = pointer_push(&place, "contentType");
            notices.push(Notice::at(place, format!("the part is sent as {sent}, not as `{media_type}`")));
        }
    }
}

/// Takes the multipart response out of the media types, if it is an object. Returns its fields and their names.
pub fn take_response(content: &mut Content, components: &Components) -> Option<(MediaType, MultipartResponse)> {
    let (media, object) = take(content, components, |essence| essence.starts_with("multipart/"))?;
    let mut response = MultipartResponse::default();
    let mut fields = ObjectType { additional_properties: None, ..object.clone() };
    for (name, schema) in &object.properties {
        let schema = visit::unbox(schema.clone());
        let encoding = media.encoding.get(name);
        let is_file = |schema: &SchemaRef| is_binary(schema, encoding, components);
        if is_file(&schema) || items(&schema, components).is_some_and(|items| is_file(&items)) {
            fields.properties.shift_remove(name);
            fields.required.retain(|required| required != name);
        } else if is_text(&schema, encoding, components) {
            response.text.push(name.clone());
        } else {
            response.json.push(name.clone());
        }
    }
    Some((with_fields(media, Some(fields)), response))
}

/// Returns the media type with a schema of the fields alone.
fn with_fields(media: MediaType, fields: Option<ObjectType>) -> MediaType {
    let Some(fields) = fields else { return MediaType { schema: media.schema, ..MediaType::default() } };
    let schema_data = match media.schema {
        Some(ReferenceOr::Item(schema)) => schema.schema_data,
        _ => Default::default(),
    };
    let schema = Schema { schema_data, schema_kind: SchemaKind::Type(Type::Object(fields)) };
    MediaType { schema: Some(ReferenceOr::Item(schema)), ..MediaType::default() }
}

fn take(
    content: &mut Content,
    components: &Components,
    is_wanted: impl Fn(&str) -> bool,
) -> Option<(MediaType, ObjectType)> {
    let (name, _, object) = find(content, components, is_wanted)?;
    let (name, object) = (name.clone(), object.clone());
    Some((content.shift_remove(&name)?, object))
}

fn find<'c>(
    content: &'c Content,
    components: &'c Components,
    is_wanted: impl Fn(&str) -> bool,
) -> Option<(&'c String, &'c MediaType, &'c ObjectType)> {
    let essence = |name: &str| name.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let (name, media) = content.iter().find(|(name, _)| is_wanted(&essence(name)))?;
    let schema = resolved(media.schema.as_ref()?, components)?;
    let SchemaKind::Type(Type::Object(object)) = &schema.schema_kind else { return None };
    Some((name, media, object))
}

/// Follows references, up to a number of them that no sensible spec has.
fn resolved<'s>(mut schema: &'s SchemaRef, components: &'s Components) -> Option<&'s Schema> {
    for _ in 0..16 {
        match schema {
            ReferenceOr::Item(item) => return Some(item),
            ReferenceOr::Reference { .. } => schema = components.get(component_name(schema)?)?,
        }
    }
    None
}

fn items(schema: &SchemaRef, components: &Components) -> Option<SchemaRef> {
    match &resolved(schema, components)?.schema_kind {
        SchemaKind::Type(Type::Array(array)) => array.items.clone().map(visit::unbox),
        _ => None,
    }
}

/// Returns `true` for bytes, by the schema or by a media type other than JSON and text.
fn is_binary(schema: &SchemaRef, encoding: Option<&Encoding>, components: &Components) -> bool {
    let SchemaKind::Type(Type::String(string)) = (match resolved(schema, components) {
        Some(schema) => &schema.schema_kind,
        None => return false,
    }) else {
        return false;
    };
    let media_type = encoding.and_then(|encoding| encoding.content_type.as_deref()).unwrap_or_default();
    let is_other = !media_type.is_empty() && !media_type.contains("json") && !media_type.starts_with("text/");
    string.format == VariantOrUnknownOrEmpty::Item(StringFormat::Binary) || is_other
}

fn is_text(schema: &SchemaRef, encoding: Option<&Encoding>, components: &Components) -> bool {
    let media_type = encoding.and_then(|encoding| encoding.content_type.as_deref()).unwrap_or_default();
    let is_scalar = resolved(schema, components).is_some_and(|schema| {
        use Type::{Boolean, Integer, Number, String};
        matches!(schema.schema_kind, SchemaKind::Type(String(_) | Number(_) | Integer(_) | Boolean(_)))
    });
    is_scalar && !media_type.contains("json")
}

/// Returns names for the setters of files and for what a builder has beside them, which no parameter has.
pub fn name_setters(body: &mut MultipartBody, parameters: &[&str], identifier: impl Fn(&str) -> String) {
    let mut taken: BTreeSet<String> = parameters.iter().map(|name| (*name).to_owned()).collect();
    let mut free = |wanted: String| {
        let stem = wanted.trim_end_matches('_').to_owned();
        let numbered = (2..).map(|number: usize| format!("{stem}_{number}"));
        let mut candidates = [wanted, format!("{stem}_part")].into_iter().chain(numbered);
        let name = candidates.find(|name| !taken.contains(name)).unwrap_or_default();
        taken.insert(name.clone());
        name
    };
    for file in &mut body.files {
        file.rust_name = free(identifier(&file.name));
    }
    body.names.form = free("form".to_owned());
    body.names.files = free("files".to_owned());
    body.names.add_file = free("add_file".to_owned());
}
