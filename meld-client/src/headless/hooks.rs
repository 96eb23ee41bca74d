// Compiled once for each API version, which is `api`; see `include_hooks!`.

use super::*;
use crate::payments::CheckedBody;
use api::crypto::{Client, builder, types};

impl HeadlessPayoutClient for Client {
    type PayoutRequest = types::HeadlessOrderOfframpRequest;
    type Payout = builder::CreateHeadlessOfframpOrder;
}

impl HeadlessPayout for Client {
    fn payout_order(&self, request: Result<Self::PayoutRequest, Error>) -> Self::Payout {
        self.create_headless_offramp_order().body(CheckedBody(request))
    }
}

impl PayoutRequest for types::HeadlessOrderOfframpRequest {
    type Method = types::FiatPayoutMethod;

    fn fields(&self) -> PayoutFields<'_, Self::Method> {
        PayoutFields { amount: self.source_amount, method: &self.fiat_payout_method }
    }
}

impl PayoutResponse for types::HeadlessOrderOfframpResponse {
    fn id_and_address(&self) -> (Option<&str>, Option<&str>) {
        (self.id.as_deref(), self.wallet_address.as_deref())
    }
}

crate::payments::checked_body!(types::HeadlessOrderOfframpRequest);
