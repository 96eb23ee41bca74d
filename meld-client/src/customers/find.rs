//! Searching for one customer.

use meld_client_core::{Call, Error, Operation, Page, ResponseValue};

use super::versions::Customer;

/// The result of a search for one customer.
pub(super) struct Found<C> {
    pub operation: &'static Operation,
    /// The page with that customer.
    pub page: ResponseValue<()>,
    pub customer: Option<C>,
}

/// Returns the customer of a search whose ids are wanted.
pub(super) async fn find<C: Customer, Search: Call<Output: Page<Item = C>>>(
    search: Search,
    is_wanted: impl Fn(Option<&str>, Option<&str>) -> bool + Send,
) -> Result<Found<C>, Error> {
    let transport = search.transport().clone();
    let request = search.into_request()?;
    let operation = request.operation();
    let page = Search::send_request(&transport, request).await?;
    let mut customer = None;
    let page = page.map(|page| {
        customer = page.into_items().into_iter().find(|customer| {
            let (id, external_id) = customer.ids();
            is_wanted(id, external_id)
        });
    });
    Ok(Found { operation, page, customer })
}
