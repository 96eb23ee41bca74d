//! Selects specs by API version and family.

use crate::catalog::{ApiVersion, Catalog, CatalogEntry, SPECS};
use crate::error::{Error, ErrorKind, Location, Result};

/// The specs to generate from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// API versions; empty means all.
    pub versions: Vec<ApiVersion>,
    /// Families, as module (`bank_linking`) or as in the file name (`banklinking`); empty means all.
    pub families: Vec<String>,
}

impl Selection {
    /// Returns `true` if all specs are selected.
    pub fn is_everything(&self) -> bool {
        self.versions.is_empty() && self.families.is_empty()
    }

    /// Returns the selected specs of `catalog`.
    ///
    /// # Errors
    /// Returns [`ErrorKind::Selection`] if a version or family does not exist, or no spec has both; the error lists the
    /// existing ones.
    pub fn entries<'c>(&self, catalog: &'c Catalog) -> Result<Vec<&'c CatalogEntry>> {
        for version in &self.versions {
            if !catalog.versions.contains_key(version) {
                let known = listed(catalog.versions.keys().map(ToString::to_string));
                return Err(unknown(format!("there is no spec of version {version}"), &known));
            }
        }
        for family in &self.families {
            if !catalog.entries().any(|entry| is_in_family(entry, family)) {
                let known = listed(catalog.entries().map(|entry| entry.family.module.clone()));
                return Err(unknown(format!("there is no spec of family `{family}`"), &known));
            }
        }
        let selected: Vec<_> = catalog.entries().filter(|entry| self.takes(entry)).collect();
        if selected.is_empty() && !self.is_everything() {
            let known = listed(catalog.entries().map(|entry| entry.file.clone()));
            return Err(unknown("there is no spec of that version and family".to_owned(), &known));
        }
        Ok(selected)
    }

    fn takes(&self, entry: &CatalogEntry) -> bool {
        let version = self.versions.is_empty() || self.versions.contains(&entry.version);
        let family = self.families.is_empty() || self.families.iter().any(|name| is_in_family(entry, name));
        version && family
    }
}

fn is_in_family(entry: &CatalogEntry, family: &str) -> bool {
    entry.family.module == family || entry.family.file_name == family
}

fn listed(names: impl Iterator<Item = String>) -> String {
    names.collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ")
}

pub(crate) fn unknown(what: String, known: &str) -> Error {
    let advice = if known.is_empty() { "add specs to the folder".to_owned() } else { format!("choose from: {known}") };
    Error::new(ErrorKind::Selection, Location::new(SPECS, ""), what, advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalog(names: &[&str]) -> Catalog {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            std::fs::write(folder.path().join(name), "{}").unwrap();
        }
        Catalog::read(folder.path()).unwrap()
    }

    fn selected(versions: &[&str], families: &[&str]) -> Result<Vec<String>> {
        let catalog = catalog(&["banklinking-20250304.json", "crypto-20250304.json", "crypto-20260203.json"]);
        let selection = Selection {
            versions: versions.iter().filter_map(|date| ApiVersion::parse(date)).collect(),
            families: families.iter().map(|name| (*name).to_owned()).collect(),
        };
        let specs = selection.entries(&catalog)?;
        Ok(specs.into_iter().map(|entry| entry.file.clone()).collect())
    }

    #[test]
    fn empty_selection_means_everything() {
        assert_eq!(selected(&[], &[]).unwrap().len(), 3);
        assert!(Selection::default().is_everything());
        assert!(Selection::default().entries(&Catalog::default()).unwrap().is_empty());
    }

    #[test]
    fn versions_and_families_are_combined() {
        assert_eq!(selected(&["20260203"], &[]).unwrap(), ["crypto-20260203.json"]);
        assert_eq!(selected(&[], &["bank_linking"]).unwrap(), ["banklinking-20250304.json"]);
        assert_eq!(selected(&[], &["banklinking", "crypto"]).unwrap().len(), 3);
        assert_eq!(selected(&["20250304"], &["crypto"]).unwrap(), ["crypto-20250304.json"]);
    }

    #[test]
    fn unknown_selection_lists_choices() {
        for (versions, families, message) in [
            (
                &["20270101"][..],
                &[][..],
                "openapi: there is no spec of version 2027-01-01; choose from: 2025-03-04, 2026-02-03",
            ),
            (&[], &["gifts"], "openapi: there is no spec of family `gifts`; choose from: bank_linking, crypto"),
            (
                &["20260203"],
                &["bank_linking"],
                "openapi: there is no spec of that version and family; choose from: \
                 banklinking-20250304.json, crypto-20250304.json, crypto-20260203.json",
            ),
        ] {
            assert_eq!(selected(versions, families).unwrap_err().to_string(), message);
        }
    }
}
