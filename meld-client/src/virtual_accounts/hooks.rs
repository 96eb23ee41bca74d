// Compiled once for each API version, which is `api`; see `include_hooks!`.

use super::*;
use crate::payments::{CheckedBody, RequestFields};
use api::crypto::{Client, builder, types};

impl VirtualAccountsClient for Client {
    type OnrampRequest = types::VirtualAccountOnrampOrderRequest;
    type Onramp = builder::CreateOnrampOrder;
    type OfframpRequest = types::VirtualAccountOfframpOrderRequest;
    type Offramp = builder::CreateOfframpOrder;
    type Search = builder::SearchTransactions;
}

impl VirtualAccounts for Client {
    #[expect(deprecated, reason = "Meld has withdrawn the operation, and callers may still use it")]
    fn onramp_call(&self, request: Result<Self::OnrampRequest, Error>) -> Self::Onramp {
        self.create_onramp_order().body(CheckedBody(request))
    }

    #[expect(deprecated, reason = "Meld has withdrawn the operation, and callers may still use it")]
    fn offramp_call(&self, request: Result<Self::OfframpRequest, Error>) -> Self::Offramp {
        self.create_offramp_order().body(CheckedBody(request))
    }

    fn search_call(&self, order_id: String) -> Self::Search {
        self.search_transactions().order_ids([order_id])
    }
}

impl PaymentRequest for types::VirtualAccountOnrampOrderRequest {
    type Method = ();

    fn fields(&self) -> RequestFields<'_, ()> {
        RequestFields { amount: self.source_amount, ..RequestFields::default() }
    }
}

impl PaymentRequest for types::VirtualAccountOfframpOrderRequest {
    type Method = types::PaymentMethod;

    fn fields(&self) -> RequestFields<'_, Self::Method> {
        let method = Some(&self.payment_method);
        RequestFields { amount: self.source_amount, method, ..RequestFields::default() }
    }
}

impl ReceivingDetails for types::VirtualAccountOnrampOrderResponse {
    fn memo_field(&self) -> Option<&str> {
        self.service_provider_details.get("memo")?.as_str()
    }
}

impl DepositsClient for Client {
    type InstructionsRequest = types::VirtualAccountDepositInstructionsRequest;
    type Instructions = builder::CreateDepositInstructions;
}

impl Deposits for Client {
    fn instructions_call(&self, request: Result<Self::InstructionsRequest, Error>) -> Self::Instructions {
        self.create_deposit_instructions().body(CheckedBody(request))
    }
}

impl InstructionsRequest for types::VirtualAccountDepositInstructionsRequest {
    fn method_and_phone(&self) -> (&str, Option<&str>) {
        (self.payment_method_type.as_str(), self.customer_phone_number.as_deref())
    }
}

impl DepositDetails for types::VirtualAccountDepositInstructionsResponse {
    fn references(&self) -> (Option<&str>, Option<&str>) {
        let mobile_money = match &self.receiving_bank_information {
            Some(types::DepositBankInformation::MobileMoney(details)) => details.mobile_money_reference.as_deref(),
            _ => None,
        };
        let memo = self.service_provider_details.get("memo").and_then(|memo| memo.as_str());
        (mobile_money, memo)
    }
}

impl OrderedTransaction for types::PaymentTransactionOutput {
    fn order_field(&self) -> Option<&str> {
        self.order_id.as_deref()
    }
}

impl OrderedTransaction for types::SearchedPaymentTransactionOutput {
    fn order_field(&self) -> Option<&str> {
        self.order_id.as_deref()
    }
}

crate::payments::checked_body!(
    types::VirtualAccountOnrampOrderRequest,
    types::VirtualAccountOfframpOrderRequest,
    types::VirtualAccountDepositInstructionsRequest,
);
