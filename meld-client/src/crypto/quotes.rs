//! Crypto quotes in the order in which Meld advises to offer them.

use crate::Decimal;

/// The quotes of a response, the best first: by Meld's score, and where that is the same (or not
/// there, which counts as 0) by what the customer gets. Not by price alone.
///
/// Quotes for something else than the request (other currencies, another amount, country, direction, payment method or
/// provider) are not among them: they are removed when the response is decoded, and reported by
/// [`ResponseValue::decode_warnings`](crate::ResponseValue::decode_warnings). With strict decoding they are an error.
pub trait QuotesExt {
    /// A quote of one provider.
    type Quote;

    /// All quotes, the best first.
    fn ranked(&self) -> std::vec::IntoIter<&Self::Quote>;

    /// The best quote, if any provider made one.
    fn best(&self) -> Option<&Self::Quote> {
        self.ranked().next()
    }
}

/// A quote, and what Meld expects of it.
pub trait QuoteExt {
    /// Meld's score of the quote, from 0 to 100 (`rampIntelligence.rampScore`, before 2026-02-03 `customerScore`):
    /// how likely the purchase is to succeed. The scores are made for purchases; of sells they are mostly missing.
    fn score(&self) -> Option<Decimal>;

    /// The score in words.
    fn score_band(&self) -> ScoreBand {
        ScoreBand::of(self.score())
    }
}

/// What Meld's score of a quote means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScoreBand {
    /// Below 30, or no score: nothing is known.
    Unknown,
    /// From 30.
    Good,
    /// From 70.
    Excellent,
}

impl ScoreBand {
    #[allow(dead_code, reason = "no version with quotes need be chosen")]
    fn of(score: Option<Decimal>) -> Self {
        match score.unwrap_or_default() {
            score if score >= Decimal::from(70) => Self::Excellent,
            score if score >= Decimal::from(30) => Self::Good,
            _ => Self::Unknown,
        }
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
        impl QuotesExt for crate::$version::crypto::types::CryptoQuoteResponse {
            type Quote = crate::$version::crypto::types::CryptoQuote;

            fn ranked(&self) -> std::vec::IntoIter<&Self::Quote> {
                rank(&self.quotes, |quote| (quote.score(), quote.destination_amount))
            }
        }

        #[cfg(all(feature = $feature, feature = "crypto"))]
        impl QuoteExt for crate::$version::crypto::types::CryptoQuote {
            fn score(&self) -> Option<Decimal> {
                let $quote = self;
                $score
            }
        }
    };
}

ranked_quotes!("v2025-03-04", v2025_03_04, |quote| quote.customer_score);
ranked_quotes!("v2026-02-03", v2026_02_03, |quote| {
    quote.ramp_intelligence.as_ref().and_then(|intelligence| intelligence.ramp_score)
});

#[cfg(test)]
mod tests {
    use super::*;

    type Row = (Option<Decimal>, Option<Decimal>);

    /// Every list of up to four rows of these scores and amounts.
    fn lists() -> Vec<Vec<Row>> {
        let some = |number: i64| Some(Decimal::new(number, 1));
        let scores = [None, some(0), some(785), some(10)];
        let rows: Vec<Row> = scores
            .into_iter()
            .flat_map(|score| [None, some(5), some(7)].map(|amount| (score, amount)))
            .collect();
        let mut lists = vec![Vec::new()];
        let mut longest = lists.clone();
        for _ in 0..4 {
            longest = longest
                .iter()
                .flat_map(|list: &Vec<Row>| {
                    rows.iter().map(move |row| [list.as_slice(), &[*row]].concat())
                })
                .collect();
            lists.extend(longest.iter().cloned());
        }
        lists
    }

    #[test]
    fn the_order_is_by_score_then_by_amount_then_as_they_came() {
        let value = |number: Option<Decimal>| number.unwrap_or_default();
        for list in lists() {
            let ranked: Vec<&Row> = rank(&list, |row| *row).collect();
            assert_eq!(ranked.len(), list.len());
            for pair in ranked.windows(2) {
                let [(score, amount), (next_score, next_amount)] = [*pair[0], *pair[1]];
                let key = (value(score), value(amount));
                let next = (value(next_score), value(next_amount));
                assert!(key >= next, "{list:?}");
                // What is equal stays in the order of the response; rows of one list have one address each.
                assert!(key != next || std::ptr::from_ref(pair[0]) < pair[1], "{list:?}");
            }
            for row in &list {
                assert!(ranked.iter().any(|ranked| std::ptr::eq(*ranked, row)), "{list:?}");
            }
        }
    }

    #[test]
    fn the_best_price_alone_does_not_win() {
        let row = |score, amount| (score, Some(Decimal::new(amount, 8)));
        let [low, high, none] = [
            row(Some(Decimal::new(121, 1)), 4_115_400),
            row(Some(Decimal::new(785, 1)), 4_000_000),
            row(None, 9_000_000),
        ];
        let list = [low, none, high];
        assert_eq!(rank(&list, |row| *row).collect::<Vec<_>>(), [&high, &low, &none]);
    }

    #[test]
    fn bands_begin_at_30_and_70() {
        for (score, band) in [
            (None, ScoreBand::Unknown),
            (Some("0"), ScoreBand::Unknown),
            (Some("-1"), ScoreBand::Unknown),
            (Some("29.99"), ScoreBand::Unknown),
            (Some("30"), ScoreBand::Good),
            (Some("69.9"), ScoreBand::Good),
            (Some("70.0"), ScoreBand::Excellent),
            (Some("100"), ScoreBand::Excellent),
        ] {
            assert_eq!(ScoreBand::of(score.map(|score| score.parse().unwrap())), band, "{score:?}");
        }
        assert!(ScoreBand::Excellent > ScoreBand::Good && ScoreBand::Good > ScoreBand::Unknown);
    }
}
