// Compiled once for each API version with transfers, which is `api`; see `include_hooks!`.

use meld_client_core::ExposeSecret;

use super::*;
use crate::headless::transfer::state::{HostedPage, SecondFactor, SentTransfer, SourceAccount};
use crate::money::Money;
use api::crypto::{Client, operations, types};

/// The version of the protocol between apps and Meld.
const PROTOCOL: i32 = 1;

impl TransferClient for Client {
    type OrderRequest = types::TransferOrderRequest;
    type Order = types::TransferOrder;
    type Provider = types::TransferServiceProvider;
}

impl Transfers for Client {
    const ORDER: &'static Operation = &operations::CREATE_TRANSFER_ORDER;

    fn transport(&self) -> &Transport {
        self.transport()
    }

    fn order_request(order: Result<Self::OrderRequest, Error>, options: RequestOptions) -> Result<Request, Error> {
        let mut request = Request::with_options(Self::ORDER, options);
        request.required_body(Some(order))?;
        Ok(request)
    }

    fn get_order(&self, id: &str) -> impl Call<Output = Self::Order> + use<> {
        self.get_transfer_order().order_id(id)
    }

    fn run(&self, target: &Target, action: &Action, key: Uuid) -> impl Call<Output: State> + use<> {
        self.run_transfer_action()
            .service_provider(target.provider.as_str())
            .order_id(&target.order_id)
            .action_token(target.token.expose_secret())
            .idempotency_key(key)
            .body(Body(action))
    }

    fn query(&self, target: &Target, query: &'static str) -> impl Call<Output: State> + use<> {
        self.read_transfer_action()
            .service_provider(target.provider.as_str())
            .order_id(&target.order_id)
            .action_token(target.token.expose_secret())
            .body(types::TransferQueryRequest::builder().operation(query).version(PROTOCOL))
    }

    fn delete_link(&self, provider: Self::Provider, customer_id: String) -> impl Call<Output = ()> + use<> {
        self.delete_account_link().service_provider(provider).customer_id(customer_id)
    }
}

/// The body of an action.
struct Body<'a>(&'a Action);

impl TryFrom<Body<'_>> for types::TransferActionRequest {
    type Error = Error;

    fn try_from(Body(action): Body<'_>) -> Result<Self, Error> {
        Ok(match action {
            Action::Prepare => Self::PrepareAccountAuthorization(
                types::PrepareAccountAuthorization::builder().version(PROTOCOL).build()?,
            ),
            Action::Complete { handle } => Self::CompleteAccountAuthorization(
                types::CompleteAccountAuthorization::builder()
                    .version(PROTOCOL)
                    .authorization_handle(handle)
                    .build()?,
            ),
            Action::Submit { account_id } => Self::SubmitTransfer(
                types::SubmitTransfer::builder().version(PROTOCOL).source_account_id(account_id).build()?,
            ),
            Action::SecondFactor { code } => Self::SubmitSecondFactor(
                types::SubmitSecondFactor::builder().version(PROTOCOL).second_factor_code(code).build()?,
            ),
        })
    }
}

impl OrderRequest for types::TransferOrderRequest {
    fn fields(&self) -> OrderRequestFields<'_> {
        OrderRequestFields {
            amount: self.amount,
            country_code: &self.country_code,
            customer_ids: (self.customer_id.as_deref(), self.external_customer_id.as_deref()),
            address: &self.destination_wallet_address,
            tag: self.destination_wallet_tag.as_deref(),
            redirect_url: &self.redirect_url,
        }
    }
}

impl Order for types::TransferOrder {
    fn fields(&self) -> OrderFields<'_> {
        OrderFields {
            id: self.id.as_deref(),
            provider: self.service_provider.as_ref().map(|provider| provider.as_str()),
            endpoint: self.payment_actions.as_ref().and_then(|actions| actions.endpoint.as_deref()),
            token: self.action_token.as_deref().map(SecretText),
            transaction_id: self.transaction_id.as_deref(),
        }
    }

    fn state(&self) -> TransferState {
        self.next.as_ref().map(state).unwrap_or_default()
    }
}

impl State for types::TransferState {
    fn state(&self) -> TransferState {
        state(self)
    }
}

fn state(state: &types::TransferState) -> TransferState {
    TransferState {
        next_step: state.next_step.as_ref().map(|it| it.as_str().into()),
        progress: state.status.as_ref().map(|it| it.as_str().into()),
        failure: state.failure_code.as_ref().map(|it| it.as_str().into()),
        page: state.verification.as_ref().and_then(page),
        source_accounts: state.source_accounts.iter().filter_map(account).collect(),
        second_factor: state.second_factor.as_ref().map(second_factor),
        sent: state.transfer.as_ref().map(sent),
        linked_account: state.linked_account.as_ref().and_then(|account| account.display_name.clone()),
    }
}

fn page(page: &types::TransferVerification) -> Option<HostedPage> {
    let url = page.url.as_deref().filter(|url| !url.is_empty())?;
    Some(HostedPage { url: SecretString::from(url), expires_at: page.expires_at })
}

fn account(account: &types::TransferSourceAccount) -> Option<SourceAccount> {
    Some(SourceAccount {
        id: account.id.clone()?,
        display_name: account.display_name.clone(),
        currency_code: account.currency_code.clone(),
        available: Money::given(account.available_amount, account.currency_code.as_deref()),
        is_eligible: account.eligible.unwrap_or_default(),
    })
}

fn second_factor(factor: &types::TransferSecondFactor) -> SecondFactor {
    let attempts_remaining = factor.attempts_remaining.and_then(|attempts| u32::try_from(attempts).ok());
    SecondFactor { expires_at: factor.expires_at, attempts_remaining }
}

fn sent(transfer: &types::TransferDetails) -> SentTransfer {
    SentTransfer {
        amount: Money::given(transfer.amount, transfer.currency_code.as_deref()),
        network_code: transfer.network_code.clone(),
        transaction_id: transfer.transaction_id.clone(),
        provider_transaction_id: transfer.provider_transaction_id.clone(),
    }
}
