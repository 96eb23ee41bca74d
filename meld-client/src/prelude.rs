//! The traits that calls are made with.

pub use meld_client_core::{Call, Page};

pub use crate::crypto::RankedQuotes;
pub use crate::paging::Paged;
#[cfg(feature = "webhooks")]
pub use crate::webhooks::Fetch;
