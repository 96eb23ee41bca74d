//! Crypto quotes in the order in which Meld advises to offer them.

use crate::Decimal;

/// The quotes of an answer, the best first: by Meld's score, and where that is the same (or not
/// there, which counts as 0) by what the customer gets. Not by price alone.
pub trait RankedQuotes {
    /// A quote of one provider.
    type Quote;

    /// All quotes, the best first.
    fn ranked(&self) -> std::vec::IntoIter<&Self::Quote>;

    /// The best quote, if any provider made one.
    fn best(&self) -> Option<&Self::Quote> {
        self.ranked().next()
    }
}

#[allow(dead_code, reason = "no version with quotes need be chosen")]
/// Orders quotes by score, then by amount.
fn rank<Quote>(
    quotes: &[Quote],
    worth: impl Fn(&Quote) -> (Option<Decimal>, Option<Decimal>),
) -> std::vec::IntoIter<&Quote> {
    let mut ranked: Vec<&Quote> = quotes.iter().collect();
    ranked.sort_by_cached_key(|quote| {
        let (score, amount) = worth(quote);
        std::cmp::Reverse((score.unwrap_or_default(), amount.unwrap_or_default()))
    });
    ranked.into_iter()
}

/// Ranks the quotes of a version, given where the score is.
macro_rules! ranked_quotes {
    ($feature:literal, $version:ident, |$quote:ident| $score:expr) => {
        #[cfg(all(feature = $feature, feature = "crypto"))]
        impl RankedQuotes for crate::$version::crypto::types::CryptoQuoteResponse {
            type Quote = crate::$version::crypto::types::CryptoQuote;

            fn ranked(&self) -> std::vec::IntoIter<&Self::Quote> {
                rank(&self.quotes, |$quote| ($score, $quote.destination_amount))
            }
        }
    };
}

ranked_quotes!("v2025-03-04", v2025_03_04, |quote| quote.customer_score);
ranked_quotes!("v2026-02-03", v2026_02_03, |quote| {
    quote.ramp_intelligence.as_ref().and_then(|intelligence| intelligence.ramp_score)
});
