//! Transfers of crypto from an account that the customer links, such as a Coinbase account.
//!
//! [`TransferExt::order_transfer`] creates the order, and [`Transfer`] takes it step by step to its end.

mod advice;
mod attempt;
mod ext;
#[cfg(rustfmt)]
mod hooks;
mod idempotency_keys;
mod machine;
mod order;
mod state;
mod transfer_return;
mod transfer_step;
mod unlink;
mod versions;

pub use ext::TransferExt;
pub use machine::{Acted, Transfer};
pub use order::TransferOrderCall;
pub use state::{
    HostedPage, SecondFactor, SentTransfer, SourceAccount, TransferFailure, TransferNextStep, TransferProgress,
    TransferState,
};
pub use transfer_return::TransferReturn;
pub use transfer_step::{
    AuthorizeAccount, CollectSecondFactor, OpenHostedVerification, ReadOrder, SelectSourceAccount, TransferStep,
    WaitForProvider,
};
pub use unlink::UnlinkAccountOutcome;
pub use versions::TransferClient;
