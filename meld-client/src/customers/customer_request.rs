//! Naming a customer in a request.

use super::CustomerRef;
use super::versions::CustomerRequest;

/// Sets the customer of a request or search by either kind of id.
///
/// Call it once. Meld rejects quotes and sessions with two ids, so their builders refuse both, as does
/// [`PaymentsExt`](crate::payments::PaymentsExt). Searches by lists of customers replace a customer that was set
/// before.
///
/// # Examples
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
pub trait CustomerRequestExt: CustomerRequest {
    /// Sets `customerId` or `externalCustomerId`, depending on the reference.
    #[must_use]
    fn for_customer(self, customer: impl Into<CustomerRef>) -> Self {
        self.with_customer(customer.into())
    }
}

impl<R: CustomerRequest> CustomerRequestExt for R {}

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
    use crate::client::Meld;
    use crate::for_versions::v2026_02_03::{Api, crypto, payments};
    use meld_client_core::{Call, Decimal, Request, chrono::DateTime};

    fn api() -> Api {
        let meld = Meld::builder().api_key("key").base_url("http://localhost:1").build();
        meld.unwrap().v2026_02_03()
    }

    /// Returns the customer ids in the query and the body of a request.
    fn ids(request: &Request) -> Vec<String> {
        let path = request.path_and_query().unwrap();
        let query = path.split_once('?').map(|(_, query)| query).unwrap_or_default();
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
    fn requests_name_the_customer_by_one_id() {
        for named in requests(&CustomerRef::id("a")) {
            assert!(named == ["customerId:a"] || named == ["customerIds:a"], "{named:?}");
        }
        for named in requests(&CustomerRef::external_id("b")) {
            let names = ["externalCustomerId:b", "externalCustomerIds:b"];
            assert!(named.len() == 1 && names.contains(&named[0].as_str()), "{named:?}");
        }
    }

    #[test]
    fn second_customers_replace_or_are_refused() {
        let search = api().payments().search_transactions();
        let search = search.for_customer(CustomerRef::id("a")).for_customer(CustomerRef::external_id("b"));
        assert_eq!(ids(&search.into_request().unwrap()), ["externalCustomerIds:b"]);

        let quote = crypto::types::CryptoQuoteRequest::builder()
            .country_code("US")
            .source_currency_code("USD")
            .destination_currency_code("BTC")
            .source_amount(Decimal::from(5))
            .for_customer(CustomerRef::id("a"))
            .for_customer(CustomerRef::external_id("b"));
        let refused = api().crypto().create_quote().body(quote).into_request().unwrap_err();
        assert_eq!(refused.field(), Some("customerId"));
    }

    #[test]
    fn generic_code_sets_the_customer() {
        fn named<C: Call + CustomerRequestExt>(call: C) -> Vec<String> {
            ids(&call.for_customer(CustomerRef::id("a")).into_request().unwrap())
        }
        assert_eq!(named(api().bank_linking().search_accounts()), ["customerId:a"]);
    }
}
