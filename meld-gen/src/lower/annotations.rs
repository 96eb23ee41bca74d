//! The annotations of a schema, which describe values without restricting them, and the encoding of strings.

use indexmap::IndexMap;
use openapiv3::{Discriminator, SchemaData};
use serde_json::Value;

use super::constraints::{Constraints, ValueType};
use super::{Lowering, Object, unknown};
use crate::error::{Result, pointer_push};
use crate::spec::visit::SCHEMA_PREFIX;

impl<'a> Lowering<'a> {
    pub(super) fn annotations(&mut self, object: &'a Object, pointer: &str) -> Result<SchemaData> {
        let flag = |keyword| Ok(self.flag(object, keyword, pointer)?.unwrap_or_default());
        let mut data = SchemaData {
            nullable: flag("nullable")?,
            read_only: flag("readOnly")?,
            write_only: flag("writeOnly")?,
            deprecated: flag("deprecated")?,
            external_docs: self.annotation(object, "externalDocs", pointer),
            title: self.prose(object, "title", pointer)?,
            description: self.prose(object, "description", pointer)?,
            default: object.get("default").cloned(),
            example: object.get("example").cloned(),
            ..SchemaData::default()
        };
        data.discriminator = self.discriminator(object, pointer)?;
        match object.get("examples") {
            Some(Value::Array(examples)) => {
                data.example = data.example.or_else(|| examples.first().cloned());
            }
            Some(_) => self.notice(&pointer_push(pointer, "examples"), "not a list; dropped"),
            None => {}
        }
        let extensions = object.iter().filter(|(keyword, _)| keyword.starts_with("x-"));
        data.extensions = extensions.map(|(name, value)| (name.clone(), value.clone())).collect();
        Ok(data)
    }

    /// Reads the encoding of bytes in strings: 3.0 has `format` for `contentEncoding` and `contentMediaType` of 3.1.
    pub(super) fn content(
        &mut self,
        object: &'a Object,
        pointer: &str,
        types: &mut Vec<ValueType>,
        constraints: &mut Constraints,
    ) -> Result<()> {
        let encoding = self.text(object, "contentEncoding", pointer)?;
        let media_type = self.text(object, "contentMediaType", pointer)?;
        let is_bytes = media_type == Some("application/octet-stream");
        let format = match encoding {
            Some("base64" | "base64url") => Some("byte"),
            Some("binary") => Some("binary"),
            None if is_bytes => Some("binary"),
            _ => None,
        };
        let is_string = types.is_empty() || types.contains(&ValueType::String);
        if let Some(format) = format.filter(|_| is_string && constraints.format.is_none()) {
            constraints.format = Some(format.to_owned());
            if !["$ref", "allOf", "anyOf", "oneOf", "type"].iter().any(|k| object.contains_key(*k)) {
                types.push(ValueType::String);
            }
        }
        let useless = [
            ("contentEncoding", encoding.is_some() && !(format.is_some() && is_string)),
            ("contentMediaType", media_type.is_some() && !is_bytes),
            ("contentSchema", object.contains_key("contentSchema")),
        ];
        for (keyword, _) in useless.iter().filter(|(_, is_useless)| *is_useless) {
            let message = format!("`{keyword}` has no counterpart in OpenAPI 3.0; dropped");
            self.notice(&pointer_push(pointer, keyword), message);
        }
        Ok(())
    }

    fn discriminator(&mut self, object: &'a Object, pointer: &str) -> Result<Option<Discriminator>> {
        let place = pointer_push(pointer, "discriminator");
        if let Some(Value::String(name)) = object.get("discriminator") {
            self.notice(&place, format!("a string, as in Swagger 2.0; read as the `propertyName` `{name}`"));
            return Ok(Some(Discriminator { property_name: name.clone(), ..Discriminator::default() }));
        }
        let Some(discriminator) = self.map(object, "discriminator", pointer)? else {
            return Ok(None);
        };
        let pointer = place;
        self.report_unknown(discriminator, &pointer, unknown::DISCRIMINATOR);
        let Some(property_name) = self.owned_text(discriminator, "propertyName", &pointer)? else {
            return Err(self.not_openapi(&pointer, "the discriminator has no `propertyName`"));
        };
        if let Some(target) = self.text(discriminator, "defaultMapping", &pointer)? {
            let message = format!("values of other tags stay JSON, and are not read as `{target}`");
            self.notice(&pointer_push(&pointer, "defaultMapping"), message);
        }
        let mut mapping = IndexMap::new();
        let place = pointer_push(&pointer, "mapping");
        for (value, target) in self.map(discriminator, "mapping", &pointer)?.into_iter().flatten() {
            let place = pointer_push(&place, value);
            let Some(target) = target.as_str() else {
                return Err(self.not_openapi(&place, "the target is not a string"));
            };
            mapping.extend(self.mapped(target, &place).map(|target| (value.clone(), target)));
        }
        Ok(Some(Discriminator { property_name, mapping, extensions: IndexMap::new() }))
    }

    /// Returns the reference for the target of a mapping. A bare name is that of a component, and so is that of a file: tools
    /// that put files together leave it. Reports a target that is not in the spec.
    fn mapped(&mut self, target: &str, place: &str) -> Option<String> {
        let by_name = pointer_push("/components/schemas", target);
        let found = match self.root.pointer(&by_name) {
            Some(_) => Some(self.component_key(target)),
            None => self.component(target, place).ok(),
        };
        let name = found.or_else(|| {
            let name = file_stem(target);
            let is_component = self.root.pointer(&pointer_push("/components/schemas", name)).is_some();
            let read = if is_component { format!("read as the component `{name}`") } else { "dropped".to_owned() };
            self.notice(place, format!("the target `{target}` is not in the spec; {read}"));
            is_component.then(|| self.component_key(name))
        })?;
        Some(format!("{SCHEMA_PREFIX}{name}"))
    }
}

/// Returns the name of a file in a reference, without folders, extension and fragment: `Cat` of `./pets/Cat.json#/Cat`.
fn file_stem(reference: &str) -> &str {
    let path = reference.split('#').next().unwrap_or_default();
    let file = path.rsplit('/').next().unwrap_or_default();
    file.split_once('.').map_or(file, |(stem, _)| stem)
}
