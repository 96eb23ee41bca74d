//! One implementation for all API versions.

/// Calls `$implement!(module)` for each chosen version with the family of that name: what all versions share is
/// written once, in that macro. A new version is one more row here.
///
/// Where a version lacks something, or has it elsewhere, the extension has rows of its own.
macro_rules! for_versions {
    ($family:literal, $implement:ident) => {
        #[cfg(all(feature = "v2023-12-19", feature = $family))]
        $implement!(v2023_12_19);
        #[cfg(all(feature = "v2025-03-04", feature = $family))]
        $implement!(v2025_03_04);
        #[cfg(all(feature = "v2026-02-03", feature = $family))]
        $implement!(v2026_02_03);
    };
}

pub(crate) use for_versions;
