//! One implementation for all API versions.
#![allow(unused_imports, unused_macros, reason = "a version without any family has no helpers")]

#[cfg(not(any(feature = "v2023-12-19", feature = "v2025-03-04", feature = "v2026-02-03")))]
compile_error!("`client` needs an API version: enable a feature such as `v2026-02-03` instead");

#[cfg(feature = "v2023-12-19")]
pub(crate) use meld_client_v2023_12_19 as v2023_12_19;
#[cfg(feature = "v2025-03-04")]
pub(crate) use meld_client_v2025_03_04 as v2025_03_04;
#[cfg(feature = "v2026-02-03")]
pub(crate) use meld_client_v2026_02_03 as v2026_02_03;

/// Calls `$implement!(module)` for each enabled version if the family is enabled too. Further arguments are handed on.
///
/// A new version is one more row here, and a name above. Parts that not all versions have get rows of their own.
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

/// Compiles a file with implementations for one version, which it sees as `api`.
///
/// They are written as a file and not as a macro, so that they are ordinary code, compiled once for each version.
/// `family` is an optional family for files that serve several.
macro_rules! include_hooks {
    ($version:ident, $file:literal $(, $family:ident)?) => {
        mod $version {
            use crate::for_versions::$version as api;
            $(use api::$family as family;)?

            include!($file);
        }
    };
}
