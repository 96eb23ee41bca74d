// Compiled once for each API version, which is `api`; see `include_hooks!`.

use super::*;
use api::crypto::types::{self, SessionData, SessionTokenForWidgetRequest};

impl TryFrom<BuySession> for SessionTokenForWidgetRequest {
    type Error = Error;

    fn try_from(session: BuySession) -> Result<Self, Error> {
        session.check()?;
        let kind = session.kind;
        let mut data = quoted!(types::CryptoBuySessionData, kind.quoted).wallet_address(kind.wallet_address).build()?;
        data.payment_method_type = kind.quoted.payment_method;
        data.refund_wallet_address = kind.quoted.refund_wallet_address;
        data.institution_id = kind.institution_id;
        request!(Buy(data), session.settings)
    }
}

impl TryFrom<SellSession> for SessionTokenForWidgetRequest {
    type Error = Error;

    fn try_from(session: SellSession) -> Result<Self, Error> {
        session.check()?;
        let kind = session.kind;
        let mut data = quoted!(types::CryptoSellSessionData, kind.quoted).build()?;
        data.payment_method_type = kind.quoted.payment_method;
        data.refund_wallet_address = kind.quoted.refund_wallet_address;
        data.wallet_address = kind.wallet_address;
        data.redirect_flow = Some(kind.redirect_flow);
        request!(Sell(data), session.settings)
    }
}

impl TryFrom<TransferSession> for SessionTokenForWidgetRequest {
    type Error = Error;

    fn try_from(session: TransferSession) -> Result<Self, Error> {
        session.check()?;
        let kind = session.kind;
        let mut data = types::CryptoTransferSessionData::builder()
            .country_code(kind.country_code)
            .service_provider(kind.service_provider)
            .source_currency_codes(kind.source_currency_codes)
            .build()?;
        data.source_amount = kind.source_amount.map(|amount| amount.amount());
        data.wallet_address = kind.wallet_address;
        data.institution_id = kind.institution_id;
        request!(Transfer(data), session.settings)
    }
}

impl WidgetSession for types::SessionTokenResponse {
    fn urls(&self) -> [Option<&str>; 2] {
        [self.service_provider_widget_url.as_deref(), self.widget_url.as_deref()]
    }
}
