//! Naming a customer in a request.

#[allow(unused_imports, reason = "no version need be chosen")]
use crate::for_versions::for_versions;

use super::CustomerRef;

/// Names the customer of a request, or whose entries a search is to find: by one id, whichever there is.
///
/// What is made anew takes one customer: call it once. Where the service refuses two ids (quotes and sessions), a
/// builder with both is refused too, and so is what [`PaymentsExt`](crate::payments::PaymentsExt) is given. Searches by
/// lists of customers forget those that were set before.
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "crypto", feature = "bank_linking"))] {
/// use meld_client::Meld;
/// use meld_client::customers::CustomerRef;
/// use meld_client::v2026_02_03::crypto::types::CryptoQuoteRequest;
/// use meld_client::v2026_02_03::prelude::*;
///
/// # let meld = Meld::builder().api_key("the-key").base_url("http://localhost:1").build()?;
/// let customer = CustomerRef::external_id("user-17");
/// let request = CryptoQuoteRequest::builder().for_customer(&customer);
/// let accounts = meld.v2026_02_03().bank_linking().search_accounts().for_customer(&customer);
/// # assert!(accounts.into_request()?.query_value("externalCustomerId") == Some("user-17"));
/// # let _ = request;
/// # }
/// # Ok::<(), meld_client::Error>(())
/// ```
pub trait CustomerRequestExt: Sized {
    /// Sets the one of `customerId` and `externalCustomerId` that this is.
    #[must_use]
    fn for_customer(self, customer: impl Into<CustomerRef>) -> Self;
}

/// Builders with one place for each id.
#[allow(unused_macros, reason = "no version with such builders need be chosen")]
macro_rules! one_id {
    ($($builder:path),* $(,)?) => {
        $(impl CustomerRequestExt for $builder {
            fn for_customer(self, customer: impl Into<CustomerRef>) -> Self {
                match customer.into() {
                    CustomerRef::Id(id) => self.customer_id(id),
                    CustomerRef::ExternalId(id) => self.external_customer_id(id),
                }
            }
        })*
    };
}

/// Builders with a list for each id: the other one is emptied, as both would have to fit.
#[allow(unused_macros, reason = "no version with such builders need be chosen")]
macro_rules! lists_of_ids {
    ($($builder:path),* $(,)?) => {
        $(impl CustomerRequestExt for $builder {
            fn for_customer(self, customer: impl Into<CustomerRef>) -> Self {
                let (ids, external_ids) = match customer.into() {
                    CustomerRef::Id(id) => (Some(id), None),
                    CustomerRef::ExternalId(id) => (None, Some(id)),
                };
                self.customer_ids(ids).external_customer_ids(external_ids)
            }
        })*
    };
}

/// `crypto`, as far as all versions have it.
#[allow(unused_macros, reason = "no version need be chosen")]
macro_rules! crypto {
    ($version:ident) => {
        one_id!(crate::$version::crypto::types::builder::SessionTokenForWidgetRequest);
        lists_of_ids!(crate::$version::crypto::builder::SearchTransactions);
    };
}

/// `payments`
#[allow(unused_macros, reason = "no version need be chosen")]
macro_rules! payments {
    ($version:ident) => {
        one_id!(
            crate::$version::payments::types::builder::PaymentTransactionRequest,
            crate::$version::payments::types::builder::PayoutTransactionRequest,
        );
        lists_of_ids!(crate::$version::payments::builder::SearchTransactions);
    };
}

/// `bank_linking`
#[allow(unused_macros, reason = "no version need be chosen")]
macro_rules! bank_linking {
    ($version:ident) => {
        one_id!(
            crate::$version::bank_linking::builder::SearchConnections,
            crate::$version::bank_linking::builder::SearchAccounts,
            crate::$version::bank_linking::builder::SearchTransactions,
            crate::$version::bank_linking::builder::SearchInvestmentHoldings,
            crate::$version::bank_linking::builder::SearchInvestmentTransactions,
        );
    };
}

/// `beta`
#[allow(unused_macros, reason = "no version need be chosen")]
macro_rules! beta {
    ($version:ident) => {
        one_id!(crate::$version::beta::builder::SearchActivityLog);
    };
}

/// `customer`: a list of the one id, and one of the other.
#[allow(unused_macros, reason = "no version need be chosen")]
macro_rules! customer {
    ($version:ident) => {
        impl CustomerRequestExt for crate::$version::customer::builder::SearchCustomers {
            fn for_customer(self, customer: impl Into<CustomerRef>) -> Self {
                match customer.into() {
                    CustomerRef::Id(id) => self.customer_ids([id]),
                    CustomerRef::ExternalId(id) => self.external_customer_id(id),
                }
            }
        }
    };
}

for_versions!("crypto", crypto);
for_versions!("payments", payments);
for_versions!("bank_linking", bank_linking);
for_versions!("beta", beta);
for_versions!("customer", customer);

// Quotes came with 2025-03-04.
#[cfg(all(feature = "v2025-03-04", feature = "crypto"))]
one_id!(crate::v2025_03_04::crypto::types::builder::CryptoQuoteRequest);
#[cfg(all(feature = "v2026-02-03", feature = "crypto"))]
one_id!(crate::v2026_02_03::crypto::types::builder::CryptoQuoteRequest);

#[cfg(test)]
#[cfg(all(
    feature = "v2026-02-03",
    feature = "bank_linking",
    feature = "beta",
    feature = "crypto",
    feature = "customer",
    feature = "payments"
))]
mod tests {
    use super::*;
    use crate::chrono::DateTime;
    use crate::v2026_02_03::{Api, crypto, payments};
    use crate::{Call, Decimal, Meld, Request};

    fn api() -> Api {
        let meld = Meld::builder().api_key("key").base_url("http://localhost:1").build();
        meld.unwrap().v2026_02_03()
    }

    /// What a request says of customers, in the query or in the body.
    fn ids(request: &Request) -> Vec<String> {
        let address = request.path_and_query().unwrap();
        let query = address.split_once('?').map(|(_, query)| query).unwrap_or_default();
        let mut found: Vec<String> = query
            .split('&')
            .filter(|part| part.to_lowercase().contains("customer"))
            .map(|part| part.replace('=', ":"))
            .collect();
        if let Some(body) = request.body_bytes() {
            let text = String::from_utf8_lossy(body).replace(['"', '{', '}'], "");
            let named = text.split(',').filter(|part| part.to_lowercase().contains("customer"));
            found.extend(named.map(str::to_owned));
        }
        found
    }

    fn requests(customer: &CustomerRef) -> Vec<Vec<String>> {
        let (api, amount) = (api(), Decimal::from(5));
        let (crypto, payments, banks) = (api.crypto(), api.payments(), api.bank_linking());
        let quote = crypto::types::CryptoQuoteRequest::builder()
            .country_code("US")
            .source_currency_code("USD")
            .destination_currency_code("BTC")
            .source_amount(amount)
            .for_customer(customer);
        let charge = payments::types::PaymentTransactionRequest::builder()
            .source_amount(amount)
            .source_currency_code("USD")
            .for_customer(customer);
        let payout = payments::types::PayoutTransactionRequest::builder()
            .source_amount(amount)
            .source_currency_code("USD")
            .for_customer(customer);
        let requests = [
            crypto.create_quote().body(quote).into_request(),
            crypto.search_transactions().for_customer(customer).into_request(),
            payments.create_transaction().body(charge).into_request(),
            payments.create_payout().body(payout).into_request(),
            payments.search_transactions().for_customer(customer).into_request(),
            banks.search_connections().for_customer(customer).into_request(),
            banks.search_accounts().for_customer(customer).into_request(),
            banks.search_transactions().for_customer(customer).into_request(),
            banks.search_investment_holdings().for_customer(customer).into_request(),
            banks.search_investment_transactions().for_customer(customer).into_request(),
            api.customer().search_customers().for_customer(customer).into_request(),
            api.beta()
                .search_activity_log()
                .start(DateTime::UNIX_EPOCH)
                .end(DateTime::UNIX_EPOCH)
                .for_customer(customer)
                .into_request(),
        ];
        requests.into_iter().map(|request| ids(&request.unwrap())).collect()
    }

    #[test]
    fn every_request_names_the_customer_by_the_id_that_was_given_and_by_no_other() {
        for named in requests(&CustomerRef::id("a")) {
            assert!(named == ["customerId:a"] || named == ["customerIds:a"], "{named:?}");
        }
        for named in requests(&CustomerRef::external_id("b")) {
            let names = ["externalCustomerId:b", "externalCustomerIds:b"];
            assert!(named.len() == 1 && names.contains(&named[0].as_str()), "{named:?}");
        }
    }

    #[test]
    fn a_list_forgets_the_customer_named_before_and_a_quote_for_two_is_refused() {
        let search = api().payments().search_transactions();
        let search =
            search.for_customer(CustomerRef::id("a")).for_customer(CustomerRef::external_id("b"));
        assert_eq!(ids(&search.into_request().unwrap()), ["externalCustomerIds:b"]);

        let quote = crypto::types::CryptoQuoteRequest::builder()
            .country_code("US")
            .source_currency_code("USD")
            .destination_currency_code("BTC")
            .source_amount(Decimal::from(5))
            .for_customer(CustomerRef::id("a"))
            .for_customer(CustomerRef::external_id("b"));
        assert_eq!(quote.build().unwrap_err().field(), Some("customerId"));
    }

    /// All calls can be given to code that knows none of them.
    #[test]
    fn the_customer_is_set_by_code_that_works_with_any_call() {
        fn named<C: Call + CustomerRequestExt>(call: C) -> Vec<String> {
            ids(&call.for_customer(CustomerRef::id("a")).into_request().unwrap())
        }
        assert_eq!(named(api().bank_linking().search_accounts()), ["customerId:a"]);
    }
}
