//! One implementation for all API versions.
#![allow(unused_imports, unused_macros, reason = "a version without any family has no helpers")]

#[cfg(not(any(feature = "v2023-12-19", feature = "v2025-03-04", feature = "v2026-02-03")))]
compile_error!("`client` needs an API version: enable a feature such as `v2026-02-03` instead");

/// Calls `$implement!(module)` for each enabled version if the family is enabled too. Further arguments are handed on.
///
/// A new version is one more row here. Parts that not all versions have get rows of their own.
macro_rules! for_versions {
    ($family:literal, $implement:ident $(, $($arguments:tt)+)?) => {
        #[cfg(all(feature = "v2023-12-19", feature = $family))]
        $implement!(v2023_12_19 $(, $($arguments)+)?);
        #[cfg(all(feature = "v2025-03-04", feature = $family))]
        $implement!(v2025_03_04 $(, $($arguments)+)?);
        #[cfg(all(feature = "v2026-02-03", feature = $family))]
        $implement!(v2026_02_03 $(, $($arguments)+)?);
    };
}

pub(crate) use for_versions;
