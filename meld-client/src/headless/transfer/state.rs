//! The state of a transfer, the same in all API versions.

use meld_client_core::SecretString;
use meld_client_core::chrono::{DateTime, Utc};

use crate::money::Money;

meld_client_core::string_enum! {
    /// The next step of a transfer (`nextStep`). An unknown one means that the order must be read again.
    pub enum TransferNextStep {
        /// Start the authorization of the customer's account.
        AuthorizeAccount = "AUTHORIZE_ACCOUNT",
        /// Open the provider's page for the customer.
        OpenHostedVerification = "OPEN_HOSTED_VERIFICATION",
        /// Let the customer choose the account that the crypto comes from.
        SelectSourceAccount = "SELECT_SOURCE_ACCOUNT",
        /// Ask the customer for the provider's verification code.
        CollectSecondFactor = "COLLECT_SECOND_FACTOR",
        /// Wait, and read the submission.
        WaitForProvider = "WAIT_FOR_PROVIDER",
        /// The provider has sent the crypto.
        Complete = "COMPLETE",
        /// The order has ended. Only a new order can continue.
        StartNewOrder = "START_NEW_ORDER",
    }
}

meld_client_core::string_enum! {
    /// The status of the current step of a transfer.
    pub enum TransferProgress {
        /// Nothing has happened.
        NotStarted = "NOT_STARTED",
        /// The step is being prepared.
        Pending = "PENDING",
        /// The customer's account is linked.
        Ready = "READY",
        /// The customer has to act.
        VerificationRequired = "VERIFICATION_REQUIRED",
        /// The provider is working.
        InProgress = "IN_PROGRESS",
        /// The provider has accepted the transfer.
        Submitted = "SUBMITTED",
        /// The crypto may have moved. Read the submission, and create no new order.
        OutcomeUnknown = "UNKNOWN",
        /// The provider has sent the crypto.
        Succeeded = "SUCCEEDED",
        /// The step has failed.
        Failed = "FAILED",
        /// The step was not finished in time.
        Expired = "EXPIRED",
    }
}

meld_client_core::string_enum! {
    /// The reason for the failure of a transfer. The list grows: show a general text for an unknown reason.
    pub enum TransferFailure {
        /// The customer declined the authorization.
        AccountAuthorizationDeclined = "ACCOUNT_AUTHORIZATION_DECLINED",
        /// The authorization was not finished within 15 minutes.
        AccountAuthorizationExpired = "ACCOUNT_AUTHORIZATION_EXPIRED",
        /// The provider rejected the authorization.
        AccountAuthorizationRejected = "ACCOUNT_AUTHORIZATION_REJECTED",
        /// The authorization cannot be used.
        AccountAuthorizationUnusable = "ACCOUNT_AUTHORIZATION_UNUSABLE",
        /// The customer did not grant a permission that the transfer needs.
        AccountScopeNotGranted = "ACCOUNT_SCOPE_NOT_GRANTED",
        /// The account must be authorized again.
        AccountReauthorizationRequired = "ACCOUNT_REAUTHORIZATION_REQUIRED",
        /// The account is linked to another customer.
        AccountAlreadyLinked = "ACCOUNT_ALREADY_LINKED",
        /// The account is being unlinked.
        AccountRevocationPending = "ACCOUNT_REVOCATION_PENDING",
        /// The provider declined the transfer.
        ProviderDeclined = "PROVIDER_DECLINED",
        /// The provider did not accept the authorization.
        ProviderUnauthorized = "PROVIDER_UNAUTHORIZED",
        /// The verification code has expired.
        SecondFactorExpired = "SECOND_FACTOR_EXPIRED",
        /// No attempts for a verification code are left.
        SecondFactorExhausted = "SECOND_FACTOR_EXHAUSTED",
        /// The link is locked after 6 wrong codes within 24 hours.
        SecondFactorLocked = "SECOND_FACTOR_LOCKED",
        /// The provider did not send the crypto.
        TransferNotSent = "TRANSFER_NOT_SENT",
        /// The transfer was cancelled.
        TransferCancelled = "TRANSFER_CANCELLED",
    }
}

/// The state of a transfer.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct TransferState {
    /// The next step. `None` if Meld does not name one, so that the order must be read again.
    pub next_step: Option<TransferNextStep>,
    /// The status of the current step.
    pub progress: Option<TransferProgress>,
    /// The reason of a failure.
    pub failure: Option<TransferFailure>,
    /// The provider's page to open.
    pub page: Option<HostedPage>,
    /// The accounts that the crypto can come from.
    pub source_accounts: Vec<SourceAccount>,
    /// The verification code that the provider waits for.
    pub second_factor: Option<SecondFactor>,
    /// The transfer that was submitted.
    pub sent: Option<SentTransfer>,
    /// The name of the linked account, to show to the customer.
    pub linked_account: Option<String>,
}

/// A page of the provider. Anyone with this URL can act as the customer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HostedPage {
    /// The URL. Open it unchanged.
    pub url: SecretString,
    /// The time at which the URL expires.
    pub expires_at: Option<DateTime<Utc>>,
}

/// An account at the provider that the crypto can come from.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SourceAccount {
    /// The id.
    pub id: String,
    /// The name to show to the customer.
    pub display_name: Option<String>,
    /// The currency.
    pub currency_code: Option<String>,
    /// The available amount.
    pub available: Option<Money>,
    /// `true` if the account can be used for this transfer.
    pub is_eligible: bool,
}

/// A verification code that the provider waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SecondFactor {
    /// The time at which the code expires.
    pub expires_at: Option<DateTime<Utc>>,
    /// The number of attempts before the provider gives up.
    pub attempts_remaining: Option<u32>,
}

/// A transfer that was submitted to the provider.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SentTransfer {
    /// The amount.
    pub amount: Option<Money>,
    /// The network.
    pub network_code: Option<String>,
    /// The id of the transaction at Meld.
    pub transaction_id: Option<String>,
    /// The id of the transaction at the provider.
    pub provider_transaction_id: Option<String>,
}

impl TransferState {
    /// Returns `true` if the crypto may have moved without a known result.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        self.progress == Some(TransferProgress::OutcomeUnknown)
    }
}
