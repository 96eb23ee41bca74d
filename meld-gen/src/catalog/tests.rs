//! File names, dates and families.

use super::*;

fn catalog(names: &[&str]) -> Catalog {
    Catalog::from_paths(&names.iter().map(PathBuf::from).collect::<Vec<_>>())
}

#[test]
fn file_name_yields_family_and_version() {
    let entry = CatalogEntry::from_path(Path::new("openapi/banklinking-20260203.json")).unwrap();
    assert_eq!(entry.family.module, "bank_linking");
    assert_eq!(entry.version.to_string(), "2026-02-03");
    assert_eq!(entry.version.crate_name(), "meld-client-v2026-02-03");
    assert_eq!(entry.version.module(), "v2026_02_03");
}

#[test]
fn invalid_file_names_are_rejected() {
    for (name, what) in [
        ("crypto.json", "has no date"),
        ("crypto-2026.json", "eight digits"),
        ("crypto-20260230.json", "does not exist"),
        ("crypto-00000000.json", "does not exist"),
        ("Crypto-20260203.json", "lower-case"),
        ("-20260203.json", "lower-case"),
        (&format!("{}-20260203.json", "a".repeat(65)), "longer than 64"),
    ] {
        let error = CatalogEntry::from_path(Path::new(name)).unwrap_err();
        assert_eq!(error.kind, ErrorKind::FileName);
        assert!(error.what.contains(what), "{name}: {error}");
    }
}

#[test]
fn reserved_families_get_an_underscore() {
    for (family, module) in [
        ("axum", "axum_"),
        ("client", "client_"),
        ("type", "type_"),
        ("self", "self_"),
        ("gen", "gen_"),
        ("lib", "lib_"),
        ("native-tls", "native_tls_"),
        ("com1", "com1_"),
        ("str", "str_"),
        ("v2026-02-03", "v2026_02_03_"),
        ("company", "company"),
    ] {
        let entry = CatalogEntry::from_path(Path::new(&format!("{family}-20260203.json")));
        assert_eq!(entry.unwrap().family.module, module);
    }
}

/// The facade must not get a feature or dependency whose name a family could take.
#[test]
fn facade_names_are_reserved() {
    let manifest = include_str!("../../../meld-client/Cargo.toml");
    let mut in_region = false;
    let mut names = Vec::new();
    let sections = manifest
        .split("\n[")
        .filter(|section| section.starts_with("features]") || section.starts_with("dependencies]"));
    for line in sections.flat_map(str::lines) {
        in_region = (in_region || line.starts_with("# BEGIN")) && !line.starts_with("# END");
        let name = line.split([' ', '.', '=']).next().unwrap_or_default();
        if !in_region && name.starts_with(|c: char| c.is_ascii_lowercase()) && !name.ends_with(']') {
            names.push(name);
        }
    }
    assert!(names.contains(&"axum") && names.contains(&"tokio"), "{names:?}");
    for name in names {
        assert!(module_name(name).ends_with('_'), "{name} is not reserved");
    }
}

#[test]
fn equal_module_and_date_is_rejected() {
    let catalog = catalog(&["bank-linking-20260203.json", "banklinking-20260203.json"]);
    assert_eq!(catalog.errors.len(), 1);
    assert_eq!(catalog.errors[0].kind, ErrorKind::DuplicateSpec);
}

#[test]
fn unknown_family_becomes_module_with_notice() {
    let catalog = catalog(&["gift-cards-20270101.json"]);
    let entry = catalog.entries().next().unwrap();
    assert_eq!(entry.family.module, "gift_cards");
    assert!(catalog.notices[0].message.contains("gift_cards"));
}
