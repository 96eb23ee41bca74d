//! Repairs of `info`.

use super::Context;

/// The placeholder for a missing version.
const UNVERSIONED: &str = "unversioned";

/// Sets `info.version` to the date of the file if it is not a version.
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
    fn unversioned_spec_gets_date_of_file() {
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
