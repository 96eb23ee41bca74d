//! Crypto: quotes, sessions and what becomes of them.

mod quotes;

pub use quotes::RankedQuotes;
