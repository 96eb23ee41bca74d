//! The operations of all enabled versions and families.

#![allow(unused_macros, unused_mut, reason = "no family need be chosen")]

use meld_client_core::Operation;

/// Returns the operations of all enabled API versions and families.
///
/// # Examples
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "crypto"))]
/// for operation in meld_client::operations().filter(|operation| operation.family == "crypto") {
///     println!("{} {operation}", operation.rust_name);
/// }
/// ```
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    let mut lists: Vec<&'static [&'static Operation]> = Vec::new();
    macro_rules! add {
        ($version:ident, $family:ident) => {
            lists.push(crate::for_versions::$version::$family::operations::ALL);
        };
    }
    for_versions!("bank_linking", add, bank_linking);
    for_versions!("beta", add, beta);
    for_versions!("crypto", add, crypto);
    for_versions!("customer", add, customer);
    // Older versions do not have it.
    #[cfg(all(feature = "v2026-02-03", feature = "network_partner"))]
    add!(v2026_02_03, network_partner);
    for_versions!("payments", add, payments);
    for_versions!("service_providers", add, service_providers);
    for_versions!("webhooks", add, webhooks);
    lists.into_iter().flatten().copied()
}
