//! The steps of a transfer. Each has only the methods that Meld allows in it.

use meld_client_core::Error;

use super::machine::{Acted, Transfer};
use super::state::{HostedPage, SecondFactor, SentTransfer, SourceAccount, TransferFailure, TransferNextStep};
use super::transfer_return::TransferReturn;
use super::versions::{Action, Transfers};
use crate::polling::Polling;

/// The next step of a transfer.
#[derive(Debug)]
#[non_exhaustive]
#[must_use]
pub enum TransferStep<'t, C: Transfers> {
    /// Start the authorization of the customer's account.
    AuthorizeAccount(AuthorizeAccount<'t, C>),
    /// Open the provider's page for the customer.
    OpenHostedVerification(OpenHostedVerification<'t, C>),
    /// Let the customer choose the account that the crypto comes from.
    SelectSourceAccount(SelectSourceAccount<'t, C>),
    /// Ask the customer for the provider's verification code.
    CollectSecondFactor(CollectSecondFactor<'t, C>),
    /// Wait for the provider.
    WaitForProvider(WaitForProvider<'t, C>),
    /// The provider has sent the crypto. Credit it only on the event `TRANSACTION_CRYPTO_COMPLETE`.
    Complete(Option<SentTransfer>),
    /// The order has ended, with its reason. Create a new order with a new key and a new `externalOrderId`.
    StartNewOrder(Option<TransferFailure>),
    /// A step that this crate does not know, or none. Read the order again.
    ReadOrder(ReadOrder<'t, C>),
}

impl<C: Transfers> Transfer<C> {
    /// Returns the next step, with its methods.
    pub fn step(&mut self) -> TransferStep<'_, C> {
        use TransferNextStep as Next;
        use TransferStep as Step;
        match self.next_step() {
            Some(Next::AuthorizeAccount) => Step::AuthorizeAccount(AuthorizeAccount(self)),
            Some(Next::OpenHostedVerification) => Step::OpenHostedVerification(OpenHostedVerification(self)),
            Some(Next::SelectSourceAccount) => Step::SelectSourceAccount(SelectSourceAccount(self)),
            Some(Next::CollectSecondFactor) => Step::CollectSecondFactor(CollectSecondFactor(self)),
            Some(Next::WaitForProvider) => Step::WaitForProvider(WaitForProvider(self)),
            Some(Next::Complete) => Step::Complete(self.state().sent.clone()),
            Some(Next::StartNewOrder) => Step::StartNewOrder(self.state().failure.clone()),
            Some(Next::Unknown(_)) | None => Step::ReadOrder(ReadOrder(self)),
        }
    }
}

/// The step [`TransferStep::AuthorizeAccount`].
#[derive(Debug)]
pub struct AuthorizeAccount<'t, C: Transfers>(&'t mut Transfer<C>);

impl<C: Transfers> AuthorizeAccount<'_, C> {
    /// Starts the authorization (`PREPARE_ACCOUNT_AUTHORIZATION`). The customer has 15 minutes to finish it.
    ///
    /// # Errors
    ///
    /// Returns an error if the action was not executed; see [`Acted`] for other results.
    pub async fn prepare(self) -> Result<Acted, Error> {
        self.0.act(Action::Prepare).await
    }
}

/// The step [`TransferStep::OpenHostedVerification`].
#[derive(Debug)]
pub struct OpenHostedVerification<'t, C: Transfers>(&'t mut Transfer<C>);

impl<C: Transfers> OpenHostedVerification<'_, C> {
    /// Returns the provider's page. `None` if Meld has not sent it again; [`prepare`](Self::prepare) a new one then.
    #[must_use]
    pub fn page(&self) -> Option<&HostedPage> {
        self.0.state().page.as_ref()
    }

    /// Starts the authorization again, with a new page.
    ///
    /// # Errors
    ///
    /// Returns an error if the action was not executed; see [`Acted`] for other results.
    pub async fn prepare(self) -> Result<Acted, Error> {
        self.0.act(Action::Prepare).await
    }

    /// Completes the authorization after the customer has returned (`COMPLETE_ACCOUNT_AUTHORIZATION`). If the customer
    /// has declined, the order is read again.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the customer returned for another
    /// order, and an error if the action was not executed.
    pub async fn complete(self, returned: &TransferReturn) -> Result<Acted, Error> {
        if returned.order_id() != self.0.order_id() {
            return Err(Error::invalid("orderId", "is that of another order"));
        }
        match returned.handle() {
            Some(handle) => self.0.act(Action::Complete { handle: handle.to_owned() }).await,
            None => self.0.reload().await.map(|()| Acted::Done),
        }
    }
}

/// The step [`TransferStep::SelectSourceAccount`].
#[derive(Debug)]
pub struct SelectSourceAccount<'t, C: Transfers>(&'t mut Transfer<C>);

impl<C: Transfers> SelectSourceAccount<'_, C> {
    /// Returns the accounts as read last.
    #[must_use]
    pub fn accounts(&self) -> &[SourceAccount] {
        &self.0.state().source_accounts
    }

    /// Reads the accounts (`LIST_SOURCE_ACCOUNTS`).
    ///
    /// # Errors
    ///
    /// Returns the errors of the request.
    pub async fn list(self) -> Result<Acted, Error> {
        self.0.query("LIST_SOURCE_ACCOUNTS").await
    }

    /// Submits the transfer from an account (`SUBMIT_TRANSFER`). This moves money.
    ///
    /// An order has one submission: submitting again never sends twice.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the account is not eligible, and an
    /// error if the submission provably did not reach Meld.
    pub async fn submit(self, account: &SourceAccount) -> Result<Acted, Error> {
        if !account.is_eligible {
            return Err(Error::invalid("sourceAccountId", "is an account that is not eligible for this transfer"));
        }
        self.0.act(Action::Submit { account_id: account.id.clone() }).await
    }
}

/// The step [`TransferStep::CollectSecondFactor`].
#[derive(Debug)]
pub struct CollectSecondFactor<'t, C: Transfers>(&'t mut Transfer<C>);

impl<C: Transfers> CollectSecondFactor<'_, C> {
    /// Returns the limits of the code.
    #[must_use]
    pub fn second_factor(&self) -> Option<SecondFactor> {
        self.0.state().second_factor
    }

    /// Submits the code that the customer received from the provider (`SUBMIT_SECOND_FACTOR`). This moves money.
    ///
    /// A wrong code leaves the same step, with one attempt less.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the code is not 1 to 32 letters and
    /// digits, and an error if it provably did not reach Meld.
    pub async fn submit(self, code: &str) -> Result<Acted, Error> {
        let code = code.trim();
        if !(1..=32).contains(&code.len()) || !code.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(Error::invalid("secondFactorCode", "must be 1 to 32 letters and digits"));
        }
        self.0.act(Action::SecondFactor { code: code.to_owned() }).await
    }
}

/// The step [`TransferStep::WaitForProvider`].
#[derive(Debug)]
pub struct WaitForProvider<'t, C: Transfers>(&'t mut Transfer<C>);

impl<C: Transfers> WaitForProvider<'_, C> {
    /// Returns `true` if the crypto may have moved without a known result. Create no new order then.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        self.0.has_unknown_outcome()
    }

    /// Reads the submission once (`READ_SUBMISSION`).
    ///
    /// # Errors
    ///
    /// Returns the errors of the request.
    pub async fn read(self) -> Result<Acted, Error> {
        self.0.query("READ_SUBMISSION").await
    }

    /// Reads the submission until the provider has decided; see [`Transfer::wait`].
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Transfer::wait`].
    pub async fn wait(self, polling: Polling) -> Result<(), Error> {
        self.0.wait(polling).await
    }
}

/// The step [`TransferStep::ReadOrder`].
#[derive(Debug)]
pub struct ReadOrder<'t, C: Transfers>(&'t mut Transfer<C>);

impl<C: Transfers> ReadOrder<'_, C> {
    /// Reads the order again; see [`Transfer::reload`].
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Transfer::reload`].
    pub async fn reload(self) -> Result<(), Error> {
        self.0.reload().await
    }
}
