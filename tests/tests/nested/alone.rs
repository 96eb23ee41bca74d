//! The dependencies of single features.

use std::collections::BTreeSet;

use crate::cargo::cargo;
use crate::workspace::root;

/// The feature `webhooks` alone builds no HTTP client and none of its dependencies.
#[test]
fn webhooks_need_no_http_client() {
    const OF_A_CLIENT: [&str; 8] = ["futures-util", "hyper", "native-tls", "reqwest", "rustls", "tokio", "url", "uuid"];
    let alone = dependencies("webhooks");
    for needed in ["hmac", "http", "meld-client-core", "sha2"] {
        assert!(alone.contains(needed), "{needed} is not in {alone:?}");
    }
    for name in OF_A_CLIENT {
        assert!(!alone.contains(name), "{name} is in {alone:?}");
    }
    assert!(dependencies("webhooks,v2026-02-03").contains("reqwest"), "the list above has an outdated name");
    let features = ["--no-default-features", "--features=webhooks"];
    cargo(&root(), &[&["check", "--package=meld-client"], &features[..]].concat());
}

/// The feature `rustls-ring` builds no aws-lc, and `rustls` still does.
#[test]
fn ring_needs_no_aws_lc() {
    let ring = dependencies("rustls-ring,v2026-02-03,all-families");
    for needed in ["ring", "rustls", "rustls-platform-verifier"] {
        assert!(ring.contains(needed), "{needed} is not in {ring:?}");
    }
    let aws = |all: &BTreeSet<String>| all.iter().any(|name| name.starts_with("aws-lc"));
    assert!(!aws(&ring), "{ring:?}");
    assert!(aws(&dependencies("rustls,v2026-02-03")), "the name above is outdated");
}

/// Without the features `http2` and `gzip`, a client builds neither.
#[test]
fn http2_and_gzip_are_built_if_asked_for() {
    let without = dependencies("rustls,native-tls,v2026-02-03,all-families,opentelemetry");
    assert!(without.contains("hyper") && !without.contains("h2") && !without.contains("flate2"), "{without:?}");
    let with = dependencies("gzip,http2,rustls,v2026-02-03");
    assert!(with.contains("h2") && with.contains("flate2"), "the names above are outdated");
}

/// A client that neither sends idempotent requests nor receives webhooks builds no hashes.
#[test]
fn hashes_are_built_if_asked_for() {
    let hashes = |features: &str| {
        let all = dependencies(features);
        ["hmac", "sha2"].map(|name| all.contains(name))
    };
    assert_eq!(hashes("rustls-ring,v2026-02-03,bank_linking,crypto,customer"), [false; 2]);
    for feature in ["idempotent", "payments", "webhooks"] {
        assert_eq!(hashes(&format!("rustls-ring,v2026-02-03,{feature}")), [true; 2], "{feature}");
    }
}

/// A mock server in tests builds no TLS, and cannot miss a provider of it.
#[test]
fn sandbox_needs_no_http_client_library() {
    let alone = dependencies_of("meld-sandbox", "");
    assert!(alone.contains("hyper-util") && !alone.contains("reqwest") && !alone.contains("rustls"), "{alone:?}");
    assert!(dependencies_of("meld-sandbox", "rustls").contains("rustls"), "the names above are outdated");
}

/// The names of all dependencies of the client with only these features.
fn dependencies(features: &str) -> BTreeSet<String> {
    dependencies_of("meld-client", features)
}

fn dependencies_of(package: &str, features: &str) -> BTreeSet<String> {
    let (package, features) = (format!("--package={package}"), format!("--features={features}"));
    let arguments = ["tree", &package, "--no-default-features", &features, "--edges=normal", "--prefix=none"];
    let tree = cargo(&root(), &arguments);
    tree.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}
