//! What a document says about itself.

use super::Context;

/// The word that stands in for a version in some documents.
const UNVERSIONED: &str = "unversioned";

/// Gives `info.version` the date of the file where it is no version.
pub(super) fn unversioned_info(context: &mut Context<'_>) {
    if context.api.info.version == UNVERSIONED {
        let version = context.version.to_string();
        let what = format!("{UNVERSIONED} became {version}");
        context.api.info.version = version;
        context.note("/info/version", what);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{applied, repaired};

    #[test]
    fn a_document_without_a_version_has_that_of_its_file() {
        let info =
            |version: &str| json!({ "info": { "title": "t", "version": version }, "paths": {} });
        let (after, notes) = repaired(info("unversioned"));
        assert_eq!(after["info"]["version"], "2026-02-03");
        assert_eq!(applied(&notes, "unversioned-info")[0].pointer, "/info/version");
        let (after, notes) = repaired(info("2025-03-04"));
        assert_eq!(after["info"]["version"], "2025-03-04");
        assert!(notes.is_empty());
    }
}
