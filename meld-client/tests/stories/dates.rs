//! The stories that every API version can tell, with the operations and types of each version.
//!
//! Headless purchases, transfers and minted checkouts (stories 20 to 22) need the newest version. Deposits and payouts
//! (18 and 19) of older versions are in `headless::older`.
#![allow(clippy::panic, reason = "tests fail by panicking")]

// `told` includes them.
#[cfg(rustfmt)]
mod crypto;
#[cfg(rustfmt)]
mod payments;

/// Compiles the stories with the types of each version.
macro_rules! told {
    ($($feature:literal => $version:ident),+ $(,)?) => {
        $(
            #[cfg(feature = $feature)]
            pub mod $version {
                use meld_client::$version as api;

                mod bank_linking {
                    include!("bank_linking.rs");
                    mod activity {
                        include!("bank_linking/activity.rs");
                    }
                    mod connections {
                        include!("bank_linking/connections.rs");
                    }
                    mod reading {
                        include!("bank_linking/reading.rs");
                    }
                    mod unlinking {
                        include!("bank_linking/unlinking.rs");
                    }
                }
                mod crypto {
                    include!("dates/crypto.rs");
                }
                pub mod payments {
                    include!("dates/payments.rs");
                }
                pub mod webhooks {
                    use super::api;

                    mod bank_linking {
                        include!("webhooks/bank_linking.rs");
                    }
                    mod profiles {
                        include!("webhooks/profiles.rs");
                    }
                    pub mod support {
                        include!("webhooks/support.rs");
                    }
                }
            }
        )+
    };
}

told! {
    "v2023-12-19" => v2023_12_19,
    "v2025-03-04" => v2025_03_04,
    "v2026-02-03" => v2026_02_03,
}
