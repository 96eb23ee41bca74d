//! Loads a spec file and checks its outer structure.

pub mod error_codes;
pub mod limits;
mod names;
pub mod recursion;
mod scan;
pub mod supplements;
pub mod visit;

use std::io::Read;

use serde_json::{Map, Number, Value};

use crate::catalog::{ApiVersion, CatalogEntry, Family};
use crate::error::{Error, ErrorKind, Location, Result, pointer_push};
pub use crate::spec::limits::{MAX_BYTES, MAX_DEPTH};

/// `info.version` of specs that the publisher did not date.
pub(crate) const UNVERSIONED: &str = "unversioned";

/// Entries of which a spec without `paths` must have one, since OpenAPI 3.1.
const INSTEAD_OF_PATHS: [&str; 2] = ["components", "webhooks"];

/// The keys of a path item that hold operations.
pub(crate) const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// A dated spec as published: OpenAPI 3.0, 3.1 or 3.2.
#[derive(Clone, Debug)]
pub struct Spec {
    /// File name.
    pub file: String,
    /// Family of operations.
    pub family: Family,
    /// API version.
    pub version: ApiVersion,
    /// The whole spec.
    pub root: Value,
}

impl Spec {
    /// Reads the file of `entry` and checks it.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Io`] if the file cannot be read, and the errors of [`Spec::from_bytes`].
    pub fn read(entry: &CatalogEntry) -> Result<Self> {
        let unreadable = |error: std::io::Error| {
            Error::new(
                ErrorKind::Io,
                Location::new(entry.file.clone(), ""),
                format!("the file cannot be read ({error})"),
                "check that the file exists and is readable",
            )
        };
        let metadata = std::fs::metadata(&entry.path).map_err(unreadable)?;
        if !metadata.is_file() {
            return Err(unreadable(std::io::Error::other("it is not a regular file")));
        }
        if metadata.len() > MAX_BYTES {
            return Err(too_large(entry));
        }
        let file = std::fs::File::open(&entry.path).map_err(unreadable)?;
        let mut bytes = Vec::new();
        // The file may have grown since the check of its length; one byte beyond the limit is enough to reject it.
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        Self::from_bytes(entry, &bytes)
    }

    /// Parses `bytes` as the content of the file of `entry` and checks it.
    ///
    /// # Errors
    /// Returns an error if the content
    /// - is too large, too deeply nested, not UTF-8, not JSON, or not OpenAPI 3,
    /// - has another date in `info.version` than in the file name,
    /// - has a name that is too long,
    /// - has neither paths nor, since 3.1, webhooks or components.
    pub fn from_bytes(entry: &CatalogEntry, bytes: &[u8]) -> Result<Self> {
        if u64::try_from(bytes.len()).map_or(true, |length| length > MAX_BYTES) {
            return Err(too_large(entry));
        }
        let root = parse(entry, bytes)?;
        let spec = Self { file: entry.file.clone(), family: entry.family.clone(), version: entry.version, root };
        spec.check()?;
        Ok(spec)
    }

    fn check(&self) -> Result<()> {
        let Some(root) = self.root.as_object() else {
            return Err(self.not_openapi("", "the root is not an object".to_owned()));
        };
        self.check_openapi(root)?;
        self.check_info(root)?;
        if let Some(long) = names::overlong_name(&self.root) {
            return Err(self.error(ErrorKind::BadName, &long.pointer, long.what, "shorten the name"));
        }
        let version = root["openapi"].to_string();
        let is_newer = minor_version(version.trim_matches('"')).is_some_and(|minor| minor >= 1);
        match root.get("paths") {
            Some(Value::Object(paths)) => self.check_paths(paths),
            Some(_) => Err(self.not_openapi("/paths", "`paths` is not an object".to_owned())),
            None if is_newer && INSTEAD_OF_PATHS.iter().any(|key| root.contains_key(*key)) => Ok(()),
            None => Err(self.not_openapi("", "`paths` is missing".to_owned())),
        }
    }

    fn check_openapi(&self, root: &Map<String, Value>) -> Result<()> {
        let reject = |pointer: &str, what: String| {
            let advice = "provide a spec of OpenAPI 3.0, 3.1 or 3.2";
            Err(self.error(ErrorKind::UnsupportedOpenApi, pointer, what, advice))
        };
        if let Some(version) = root.get("swagger") {
            return reject("/swagger", format!("the spec is Swagger {version}"));
        }
        match root.get("openapi") {
            // YAML has no quotes around `3.1`.
            Some(Value::Number(version)) if minor_version(&version.to_string()).is_some() => Ok(()),
            None => reject("", "`openapi`, the version of OpenAPI, is missing".to_owned()),
            Some(Value::String(version)) if minor_version(version).is_some() => Ok(()),
            Some(Value::String(version)) => reject("/openapi", format!("the spec is OpenAPI {version}")),
            Some(_) => reject("/openapi", "`openapi` is not a string such as `3.1.0`".to_owned()),
        }
    }

    fn check_info(&self, root: &Map<String, Value>) -> Result<()> {
        let info = match root.get("info") {
            Some(Value::Object(info)) => info,
            Some(_) => {
                return Err(self.not_openapi("/info", "`info` is not an object".to_owned()));
            }
            None => return Err(self.not_openapi("", "`info` is missing".to_owned())),
        };
        let date = self.version;
        let (pointer, what) = match info.get("version") {
            // A version of another form, such as `1.0`, says nothing about the date.
            Some(Value::String(version)) if ApiVersion::parse(version).is_none_or(|version| version == date) => {
                return Ok(());
            }
            Some(Value::Number(version)) if is_other_form(version, date) => return Ok(()),
            Some(version) => ("/info/version", format!("`info.version` is `{version}`, but the file name says {date}")),
            None => ("/info", "`info.version` is missing".to_owned()),
        };
        let advice = format!("correct the date in the file name, or write `{date}` or `{UNVERSIONED}`");
        Err(self.error(ErrorKind::VersionMismatch, pointer, what, advice))
    }

    fn check_paths(&self, paths: &Map<String, Value>) -> Result<()> {
        for (path, item) in paths.iter().filter(|(path, _)| !path.starts_with("x-")) {
            let pointer = pointer_push("/paths", path);
            if item.is_null() {
                continue;
            }
            let Some(item) = item.as_object() else {
                return Err(self.not_openapi(&pointer, "the path item is not an object".to_owned()));
            };
            let mut operations = item.iter().filter(|(key, _)| METHODS.contains(&key.as_str()));
            if let Some((method, _)) = operations.find(|(_, operation)| !operation.is_object() && !operation.is_null())
            {
                let pointer = pointer_push(&pointer, method);
                return Err(self.not_openapi(&pointer, "the operation is not an object".to_owned()));
            }
        }
        Ok(())
    }

    fn error(&self, kind: ErrorKind, pointer: &str, what: String, advice: impl Into<String>) -> Error {
        Error::new(kind, Location::new(self.file.clone(), pointer), what, advice)
    }

    fn not_openapi(&self, pointer: &str, what: String) -> Error {
        let advice = "correct the entry according to the OpenAPI specification";
        self.error(ErrorKind::NotOpenApi, pointer, what, advice)
    }
}

/// Returns the second number of `3.0.3`, `3.1` and so on; `None` for a version that is not OpenAPI 3. Many specs leave out
/// the last number.
pub(crate) fn minor_version(version: &str) -> Option<u32> {
    let (minor, patch) = match version.strip_prefix("3.")?.split_once('.') {
        Some((minor, patch)) => (minor, patch),
        None => (version.strip_prefix("3.")?, "0"),
    };
    let is_patch = patch.starts_with(|digit: char| digit.is_ascii_digit());
    let is_minor = minor.bytes().all(|digit| digit.is_ascii_digit());
    minor.parse().ok().filter(|_| is_minor && is_patch)
}

/// Returns `true` for a number that says nothing about the date, or the same.
fn is_other_form(version: &Number, date: ApiVersion) -> bool {
    ApiVersion::parse(&version.to_string()).is_none_or(|version| version == date)
}

fn too_large(entry: &CatalogEntry) -> Error {
    Error::new(
        ErrorKind::TooLarge,
        Location::new(entry.file.clone(), ""),
        format!("the file is larger than {} MiB", MAX_BYTES / (1024 * 1024)),
        "split the spec by tags, or remove its examples",
    )
}

/// Parses `bytes` as JSON after the checks that need no parsed value.
fn parse(entry: &CatalogEntry, bytes: &[u8]) -> Result<Value> {
    let reject = |kind, pointer: &str, what: String, advice: &str| {
        Err(Error::new(kind, Location::new(entry.file.clone(), pointer), what, advice))
    };
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        Err(error) => {
            let what = format!("the byte at offset {} is not UTF-8", error.valid_up_to());
            return reject(ErrorKind::NotUtf8, "", what, "save the file as UTF-8");
        }
    };
    let scan = scan::scan(text, MAX_DEPTH);
    if let Some(pointer) = scan.too_deep {
        let what = format!("the nesting is deeper than {MAX_DEPTH} levels");
        let advice = "move the inner schemas into components";
        return reject(ErrorKind::TooDeep, &pointer, what, advice);
    }
    match serde_json::from_str(text) {
        Err(error) => {
            let what = format!("the file is not JSON: {error}");
            let is_like_json = text.trim_start().starts_with(['{', '[']);
            let advice = match is_like_json {
                true => "correct the file at that line and column",
                false => "convert the file to JSON if it is YAML",
            };
            reject(ErrorKind::NotJson, "", what, advice)
        }
        Ok(_) if scan.duplicate.is_some() => {
            let pointer = scan.duplicate.unwrap_or_default();
            let what = "the key occurs twice in its object".to_owned();
            reject(ErrorKind::NotOpenApi, &pointer, what, "remove one of the two entries")
        }
        Ok(root) => Ok(root),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::json;

    use super::*;

    fn entry() -> CatalogEntry {
        CatalogEntry::from_path(Path::new("test-20260203.json")).unwrap()
    }

    fn valid() -> Value {
        json!({
            "openapi": "3.1.0",
            "info": {"title": "Test", "version": "2026-02-03"},
            "paths": {"/a": {"get": {"operationId": "a"}}, "x-note": 1}
        })
    }

    /// Returns the error for the valid spec with `value` at `pointer`, or without that entry for `None`.
    fn changed(pointer: &str, value: Option<Value>) -> Result<Spec> {
        let mut root = valid();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let parent = root.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        let key = key.replace("~1", "/");
        match value {
            Some(value) => parent.insert(key, value),
            None => parent.shift_remove(&key),
        };
        Spec::from_bytes(&entry(), root.to_string().as_bytes())
    }

    fn rejected(bytes: &[u8]) -> Error {
        Spec::from_bytes(&entry(), bytes).unwrap_err()
    }

    #[test]
    fn openapi_and_spec_versions() {
        for version in ["3.0.0", "3.0.4", "3.1.0", "3.1.1", "3.0", "3.1", "3.2.0", "3.2", "3.10.0"] {
            assert!(changed("/openapi", Some(json!(version))).is_ok(), "{version}");
        }
        for version in [json!("unversioned"), json!("1.0"), json!("20260203"), json!(1.0), json!(20260203)] {
            assert!(changed("/info/version", Some(version.clone())).is_ok(), "{version}");
        }
        assert!(changed("/openapi", Some(json!(3.1))).is_ok());
        let spec = changed("/info/version", Some(json!("2026-02-03"))).unwrap();
        assert_eq!((spec.file.as_str(), spec.family.module.as_str()), ("test-20260203.json", "test"));
    }

    #[test]
    fn specs_without_operations_are_accepted() {
        let read = |root: Value| Spec::from_bytes(&entry(), root.to_string().as_bytes()).is_ok();
        let info = json!({"title": "Test", "version": "1.0"});
        for (version, key, accepted) in [
            ("3.1.0", "webhooks", true),
            ("3.1.0", "components", true),
            ("3.1.0", "paths", true),
            ("3.2.0", "webhooks", true),
            ("3.0.3", "paths", true),
            ("3.0.3", "components", false),
            ("3.1.0", "tags", false),
        ] {
            let root = json!({"openapi": version, "info": info, key: {}});
            assert_eq!(read(root), accepted, "{version} {key}");
        }
        assert!(changed("/paths/~1a/get/operationId", None).is_ok());
    }

    #[test]
    fn malformed_specs_are_rejected() {
        use ErrorKind::{NotOpenApi, UnsupportedOpenApi, VersionMismatch};
        for (pointer, value, kind, place, what) in [
            ("/swagger", Some(json!("2.0")), UnsupportedOpenApi, "/swagger", "Swagger"),
            ("/openapi", None, UnsupportedOpenApi, "", "is missing"),
            ("/openapi", Some(json!(4)), UnsupportedOpenApi, "/openapi", "not a string"),
            ("/openapi", Some(json!("3")), UnsupportedOpenApi, "/openapi", "OpenAPI 3"),
            ("/openapi", Some(json!("3.+1.0")), UnsupportedOpenApi, "/openapi", "OpenAPI 3.+1.0"),
            ("/openapi", Some(json!("3.1.x")), UnsupportedOpenApi, "/openapi", "OpenAPI 3.1.x"),
            ("/openapi", Some(json!("4.0.0")), UnsupportedOpenApi, "/openapi", "OpenAPI 4.0.0"),
            ("/info", None, NotOpenApi, "", "`info` is missing"),
            ("/info", Some(json!([])), NotOpenApi, "/info", "`info` is not an object"),
            ("/info/version", None, VersionMismatch, "/info", "missing"),
            ("/info/version", Some(json!("20270203")), VersionMismatch, "/info/version", "2026-02-03"),
            ("/info/version", Some(json!(20270203)), VersionMismatch, "/info/version", "2026-02-03"),
            ("/paths", None, NotOpenApi, "", "`paths` is missing"),
            ("/paths", Some(json!([])), NotOpenApi, "/paths", "not an object"),
            ("/paths/~1a", Some(json!("x")), NotOpenApi, "/paths/~1a", "path item"),
            ("/paths/~1a/get", Some(json!([])), NotOpenApi, "/paths/~1a/get", "operation is not"),
        ] {
            let error = changed(pointer, value).unwrap_err();
            assert_eq!((error.kind, error.location.pointer.as_str()), (kind, place), "{error}");
            assert!(error.to_string().contains(what), "{error}");
        }
    }

    #[test]
    fn malformed_bytes_are_rejected() {
        for (bytes, kind, pointer, what) in [
            (&b""[..], ErrorKind::NotJson, "", "line 1 column 0"),
            (b"{\n \"a\": x}", ErrorKind::NotJson, "", "line 2 column 7"),
            (b"<html></html>", ErrorKind::NotJson, "", "line 1 column 1"),
            (b"{}]]}}[", ErrorKind::NotJson, "", "line 1 column 3"),
            (b"{\"a\": \"\xff\"}", ErrorKind::NotUtf8, "", "offset 7"),
            (b"[]", ErrorKind::NotOpenApi, "", "root is not an object"),
            (br#"{"a": [{"b/": 1, "\u0062/": 2}]}"#, ErrorKind::NotOpenApi, "/a/0/b~1", "twice"),
        ] {
            let error = rejected(bytes);
            assert_eq!((error.kind, error.location.pointer.as_str()), (kind, pointer), "{error}");
            assert!(error.to_string().contains(what), "{error}");
        }
        assert_eq!(rejected(&vec![b' '; usize::try_from(MAX_BYTES).unwrap() + 1]).kind, ErrorKind::TooLarge);
    }

    #[test]
    fn deep_nesting_is_rejected_without_recursion() {
        let nested = |levels: usize| {
            let mut root = valid().to_string();
            root.pop();
            format!("{root},\"x-deep\":{}1{}}}", "[".repeat(levels), "]".repeat(levels))
        };
        assert!(Spec::from_bytes(&entry(), nested(MAX_DEPTH - 1).as_bytes()).is_ok());
        let error = rejected(nested(MAX_DEPTH).as_bytes());
        assert_eq!(error.kind, ErrorKind::TooDeep);
        assert!(error.location.pointer.starts_with("/x-deep/0/0"), "{error}");

        let error = rejected("{\"properties\":".repeat(100_000).as_bytes());
        assert_eq!(error.kind, ErrorKind::TooDeep);
        assert!(error.location.pointer.len() < 250, "{error}");
    }

    #[test]
    fn files_are_read_up_to_the_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test-20260203.json");
        let read = || Spec::read(&CatalogEntry::from_path(&path).unwrap());
        assert_eq!(read().unwrap_err().kind, ErrorKind::Io);

        std::fs::write(&path, format!("\u{feff}{}", valid())).unwrap();
        assert_eq!(read().unwrap().root, valid());

        std::fs::File::create(&path).unwrap().set_len(MAX_BYTES + 1).unwrap();
        assert_eq!(read().unwrap_err().kind, ErrorKind::TooLarge);

        std::fs::remove_file(&path).unwrap();
        std::fs::create_dir(&path).unwrap();
        assert_eq!(read().unwrap_err().kind, ErrorKind::Io);
    }
}
