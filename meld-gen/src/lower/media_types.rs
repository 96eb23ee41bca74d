//! Media types of bodies, responses and parameters, with the encoding of their parts.

use indexmap::IndexMap;
use openapiv3::{Encoding, MediaType};

use super::{Lowering, Object, unknown};
use crate::error::{Result, pointer_push};
use crate::spec::visit::unbox;

impl<'a> Lowering<'a> {
    pub(super) fn content_types(&mut self, owner: &'a Object, pointer: &str) -> Result<IndexMap<String, MediaType>> {
        let mut content = IndexMap::new();
        let parent = pointer_push(pointer, "content");
        for (name, media) in self.map(owner, "content", pointer)?.into_iter().flatten() {
            let target = self.follow(media, &pointer_push(&parent, name))?;
            let pointer = target.pointer;
            let media = self.object(target.value, &pointer, "the media type")?;
            self.report_unknown(media, &pointer, unknown::MEDIA_TYPE);
            self.report_items(media, &pointer);
            let schema = match self.present(media, "schema", &pointer) {
                Some(schema) => Some(unbox(self.schema(schema, &pointer_push(&pointer, "schema"))?)),
                None => None,
            };
            let media = MediaType {
                schema,
                example: self.example(media, &pointer),
                encoding: self.encoding(media, name, &pointer)?,
                ..MediaType::default()
            };
            content.insert(name.clone(), media);
        }
        Ok(content)
    }

    /// Reports what describes the items of a stream, or parts without names.
    fn report_items(&mut self, media: &'a Object, pointer: &str) {
        if media.contains_key("itemSchema") {
            let message = "items of a stream have no type; the whole body is one value";
            self.notice(&pointer_push(pointer, "itemSchema"), message);
        }
        for key in ["prefixEncoding", "itemEncoding"].into_iter().filter(|key| media.contains_key(*key)) {
            self.notice(&pointer_push(pointer, key), "parts without names have no encoding; ignored");
        }
    }

    /// Reads the encoding of the parts of a form, and reports what parts are sent without.
    fn encoding(&mut self, media: &'a Object, name: &str, pointer: &str) -> Result<IndexMap<String, Encoding>> {
        let mut parts = IndexMap::new();
        let parent = pointer_push(pointer, "encoding");
        let name = name.trim().to_ascii_lowercase();
        // The caller encodes other forms, which are bytes.
        let is_multipart = name.starts_with("multipart/");
        let encodings = self.map(media, "encoding", pointer)?;
        if !is_multipart && !name.starts_with("application/x-www-form-urlencoded") && encodings.is_some() {
            self.notice(&parent, "only forms have an encoding; ignored");
            return Ok(parts);
        }
        for (name, part) in encodings.into_iter().flatten() {
            let pointer = pointer_push(&parent, name);
            let part = self.object(part, &pointer, "the encoding")?;
            self.report_unknown(part, &pointer, unknown::ENCODING);
            let nested = ["encoding", "prefixEncoding", "itemEncoding"];
            for key in ["headers", "style", "explode", "allowReserved"].into_iter().chain(nested) {
                if is_multipart && part.contains_key(key) {
                    self.notice(&pointer_push(&pointer, key), format!("parts are sent without `{key}`"));
                }
            }
            let encoding = Encoding {
                content_type: self.owned_text(part, "contentType", &pointer)?,
                style: self.annotation(part, "style", &pointer),
                explode: self.flag(part, "explode", &pointer)?.unwrap_or_default(),
                allow_reserved: self.flag(part, "allowReserved", &pointer)?.unwrap_or_default(),
                ..Encoding::default()
            };
            parts.insert(name.clone(), encoding);
        }
        Ok(parts)
    }
}
