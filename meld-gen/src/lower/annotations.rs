//! The annotations of a schema, which describe values without restricting them.

use indexmap::IndexMap;
use openapiv3::{Discriminator, SchemaData};
use serde_json::Value;

use super::{Lowering, Object, unknown};
use crate::error::{ErrorKind, Result, pointer_push};
use crate::spec::visit::SCHEMA_PREFIX;

impl<'a> Lowering<'a> {
    pub(super) fn annotations(&mut self, object: &'a Object, pointer: &str) -> Result<SchemaData> {
        let flag = |keyword| Ok(self.flag(object, keyword, pointer)?.unwrap_or_default());
        let mut data = SchemaData {
            nullable: flag("nullable")?,
            read_only: flag("readOnly")?,
            write_only: flag("writeOnly")?,
            deprecated: flag("deprecated")?,
            external_docs: self.typed(object, "externalDocs", pointer)?,
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

    fn discriminator(&mut self, object: &'a Object, pointer: &str) -> Result<Option<Discriminator>> {
        let Some(discriminator) = self.map(object, "discriminator", pointer)? else {
            return Ok(None);
        };
        let pointer = pointer_push(pointer, "discriminator");
        self.report_unknown(discriminator, &pointer, unknown::DISCRIMINATOR);
        let Some(property_name) = self.owned_text(discriminator, "propertyName", &pointer)? else {
            return Err(self.not_openapi(&pointer, "the discriminator has no `propertyName`"));
        };
        let mut mapping = IndexMap::new();
        let place = pointer_push(&pointer, "mapping");
        for (value, target) in self.map(discriminator, "mapping", &pointer)?.into_iter().flatten() {
            let place = pointer_push(&place, value);
            let Some(target) = target.as_str() else {
                return Err(self.not_openapi(&place, "the target is not a string"));
            };
            mapping.insert(value.clone(), self.mapped(target, &place)?);
        }
        Ok(Some(Discriminator { property_name, mapping, extensions: IndexMap::new() }))
    }

    /// Returns the reference for the target of a mapping; a bare name is that of a component.
    fn mapped(&mut self, target: &str, place: &str) -> Result<String> {
        let by_name = pointer_push("/components/schemas", target);
        let name = if self.root.pointer(&by_name).is_some() {
            self.component_key(target)
        } else {
            self.component(target, place).map_err(|mut error| {
                // There is no `$ref` here: the target itself is the reference.
                if error.kind == ErrorKind::DanglingReference {
                    error.location.pointer = place.to_owned();
                }
                error
            })?
        };
        Ok(format!("{SCHEMA_PREFIX}{name}"))
    }
}
