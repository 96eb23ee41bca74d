//! Quotes, ranked as Meld recommends, and sessions for them.

use meld_client_core::{Decimal, Error};

use super::sessions::{BuySession, Quote, SellSession};
use crate::customers::CustomerRef;
use crate::money::Money;
use crate::transactions::TransactionType;

/// A response with quotes.
pub trait QuoteList {
    type Quote: Quote;

    fn quotes(&self) -> &[Self::Quote];
}

/// Ranks the quotes of a response.
///
/// The best quote has the highest score, not the best price. Equal scores are ranked by the destination amount. A
/// missing score counts as 0. A quote whose destination amount is 0 or less offers nothing, and is left out.
///
/// Quotes that do not match the request are dropped and reported by
/// [`ResponseValue::decode_warnings`](crate::ResponseValue::decode_warnings). With strict decoding they are an error.
/// Currencies, amount, country, direction, payment method and provider must match.
pub trait QuotesExt: QuoteList {
    /// Returns the quotes, such as `v2026_02_03::crypto::types::CryptoQuote`, best first.
    fn ranked(&self) -> std::vec::IntoIter<&Self::Quote> {
        rank(self.quotes(), |quote| {
            let fields = quote.fields();
            (fields.score, fields.destination_amount)
        })
    }

    /// Returns the best quote. `None` if there is no quote.
    fn best(&self) -> Option<&Self::Quote> {
        self.ranked().next()
    }
}

impl<R: QuoteList> QuotesExt for R {}

/// Scores a quote, and creates sessions with its country, currencies, amount, payment method and provider.
///
/// Implemented for the quotes of API versions from 2025-03-04 on. Create a session only for the quote that the user
/// has chosen, not in advance.
///
/// # Examples
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "crypto"))]
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = meld_sandbox::Sandbox::start().await?;
/// # let meld = meld_client::Meld::builder();
/// # let meld = meld.api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use std::net::Ipv4Addr;
///
/// use meld_client::Money;
/// use meld_client::crypto::{CryptoCurrency, FiatCurrency, QuoteRequest};
/// use meld_client::customers::CustomerRef;
/// use meld_client::v2026_02_03::prelude::*;
///
/// let crypto = meld.v2026_02_03().crypto();
/// let (usd, btc) = (FiatCurrency::new("USD")?, CryptoCurrency::new("BTC")?);
/// let request = QuoteRequest::buy("US", Money::new(100, usd), btc);
/// let quotes = crypto.create_quote().body(request).send().await?;
/// let quote = quotes.best().ok_or("not available")?;
///
/// let customer = CustomerRef::external_id("customer-1");
/// let session = quote
///     .buy_session("2N3oefVeg6stiTb5Kh3ozCSkaqmx91FDbsm", customer)?
///     .client_ip(Ipv4Addr::new(203, 0, 113, 7))
///     .redirect_url("https://wallet.example/bought");
/// // Store the id before sending, because webhooks contain it.
/// let id = session.external_session_id().to_owned();
/// let opened = crypto.create_widget_session().body(session).send().await?;
/// assert_eq!(opened.external_session_id, Some(id));
/// // Open the URL for the user without any change.
/// let url = opened.widget_url().ok_or("no widget URL")?;
/// # Ok(())
/// # }
/// # #[cfg(not(all(feature = "v2026-02-03", feature = "crypto")))]
/// # fn main() {}
/// ```
pub trait QuoteExt: Quote {
    /// Returns Meld's score, from 0 to 100: the probability that the purchase succeeds. Sales usually have no score.
    ///
    /// The field is `rampIntelligence.rampScore`, and `customerScore` before 2026-02-03.
    fn score(&self) -> Option<Decimal> {
        self.fields().score
    }

    /// Returns the band of the score.
    fn score_band(&self) -> ScoreBand {
        ScoreBand::of(self.score())
    }

    /// Returns the amount that the customer pays: fiat money for a purchase, crypto for a sale (`sourceAmount`).
    fn source(&self) -> Option<Money> {
        let fields = self.fields();
        Money::given(fields.source_amount, fields.source_currency_code)
    }

    /// Returns the amount that the customer gets: crypto for a purchase, fiat money for a sale (`destinationAmount`).
    fn destination(&self) -> Option<Money> {
        let fields = self.fields();
        Money::given(fields.destination_amount, fields.destination_currency_code)
    }

    /// Returns all fees together, in fiat money (`totalFee`). They are a part of the source of a purchase, and are
    /// deducted from the destination of a sale.
    fn total_fee(&self) -> Option<Money> {
        let fields = self.fields();
        let is_sale = TransactionType::from(fields.transaction_type?).is_sell();
        let fiat = if is_sale { fields.destination_currency_code } else { fields.source_currency_code };
        Money::given(fields.total_fee, fiat)
    }

    /// Creates a session that buys by this quote. The crypto is sent to `wallet_address`.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) about a field if the quote is not for a
    /// purchase (`transactionType`), or lacks its provider, currencies or amount.
    fn buy_session(&self, wallet_address: impl Into<String>, customer: CustomerRef) -> Result<BuySession, Error> {
        BuySession::from_quote(&self.fields(), wallet_address.into(), customer)
    }

    /// Creates a session that sells by this quote. Also set its [`redirect_url`](SellSession::redirect_url).
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) about a field if the quote is not for a
    /// sale (`transactionType`), or lacks its provider, currencies or amount.
    fn sell_session(&self, customer: CustomerRef) -> Result<SellSession, Error> {
        SellSession::from_quote(&self.fields(), customer)
    }
}

impl<Q: Quote> QuoteExt for Q {}

/// The band of a quote's score.
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
    fn of(score: Option<Decimal>) -> Self {
        match score.unwrap_or_default() {
            score if score >= Decimal::from(70) => Self::Excellent,
            score if score >= Decimal::from(30) => Self::Good,
            _ => Self::Unknown,
        }
    }
}

fn rank<Quote>(
    quotes: &[Quote],
    worth: impl Fn(&Quote) -> (Option<Decimal>, Option<Decimal>),
) -> std::vec::IntoIter<&Quote> {
    let offers_something = |quote: &&Quote| worth(quote).1.is_none_or(|amount| amount > Decimal::ZERO);
    let mut ranked: Vec<&Quote> = quotes.iter().filter(offers_something).collect();
    ranked.sort_by_cached_key(|quote| {
        let (score, amount) = worth(quote);
        std::cmp::Reverse((score.unwrap_or_default(), amount.unwrap_or_default()))
    });
    ranked.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Row = (Option<Decimal>, Option<Decimal>);

    /// Every list of up to four rows of these scores and amounts.
    fn lists() -> Vec<Vec<Row>> {
        let some = |number: i64| Some(Decimal::new(number, 1));
        let scores = [None, some(0), some(785), some(10)];
        let rows: Vec<Row> =
            scores.into_iter().flat_map(|score| [None, some(5), some(7)].map(|amount| (score, amount))).collect();
        let mut lists = vec![Vec::new()];
        let mut longest = lists.clone();
        for _ in 0..4 {
            longest = longest
                .iter()
                .flat_map(|list: &Vec<Row>| rows.iter().map(move |row| [list.as_slice(), &[*row]].concat()))
                .collect();
            lists.extend(longest.iter().cloned());
        }
        lists
    }

    #[test]
    fn quotes_rank_by_score_amount_and_order() {
        let value = |number: Option<Decimal>| number.unwrap_or_default();
        for list in lists() {
            let ranked: Vec<&Row> = rank(&list, |row| *row).collect();
            assert_eq!(ranked.len(), list.len());
            for pair in ranked.windows(2) {
                let [(score, amount), (next_score, next_amount)] = [*pair[0], *pair[1]];
                let key = (value(score), value(amount));
                let next = (value(next_score), value(next_amount));
                assert!(key >= next, "{list:?}");
                // Equal quotes keep the order of the response. Their addresses ascend in one list.
                assert!(key != next || std::ptr::from_ref(pair[0]) < pair[1], "{list:?}");
            }
            for row in &list {
                assert!(ranked.iter().any(|ranked| std::ptr::eq(*ranked, row)), "{list:?}");
            }
        }
    }

    #[test]
    fn quotes_that_offer_nothing_are_left_out() {
        let row = |amount: i64| (Some(Decimal::ONE_HUNDRED), Some(Decimal::from(amount)));
        let list = [row(0), row(-99), row(1), (None, None)];
        let ranked: Vec<&Row> = rank(&list, |row| *row).collect();
        assert_eq!(ranked, [&list[2], &list[3]]);
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
