//! Errors of the start and of requests. Errors of requests are pages.

use std::net::SocketAddr;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use meld_client::outbox::OutboxError;

use crate::html::Html;
use crate::layout;
use crate::storage::DatabaseError;

/// The reason for which the service did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database failed.
    #[error(transparent)]
    Open(#[from] DatabaseError),
    /// A statement failed.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// The client is not configured correctly, or a call failed.
    #[error(transparent)]
    Meld(#[from] meld_client::Error),
    /// The mock server did not start.
    #[error("the mock server did not start")]
    Mock(#[from] meld_sandbox::Error),
    /// The address is not available.
    #[error("the address {0} is not available")]
    Listen(SocketAddr, #[source] std::io::Error),
    /// The secret of the webhook profile is not valid.
    #[error("the secret or URL of the webhook profile is not valid")]
    Webhook(#[source] meld_client::webhooks::VerifierError),
}

/// The error of a request.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AppError {
    /// The page does not exist, or belongs to another user.
    #[error("There is no such page.")]
    NotFound,
    /// The form is not one that this user was sent.
    #[error("The form is from another session. Go back, reload the page and try again.")]
    Forbidden,
    /// The input is invalid. Contains a sentence for the user.
    #[error("{0}")]
    Invalid(String),
    /// A call of Meld failed.
    #[error("{0}")]
    Meld(#[from] meld_client::Error),
    /// A fetched transaction is older than its event.
    #[error("the transaction is not yet in the state of its event")]
    Behind,
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// The outbox failed.
    #[error("{0}")]
    Outbox(#[from] OutboxError<sqlx::Error>),
    /// Stored data cannot be read.
    #[error("stored data cannot be read: {0}")]
    Stored(#[from] serde_json::Error),
}

impl AppError {
    /// Creates the error of an invalid input.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid(message.into())
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Meld(error) if error.field().is_some() => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Meld(_) | Self::Behind => StatusCode::BAD_GATEWAY,
            Self::Database(_) | Self::Outbox(_) | Self::Stored(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let status = self.status();
        // Errors of the client have neither secrets nor values of requests.
        let shown = match &self {
            Self::Database(_) | Self::Outbox(_) | Self::Stored(_) => {
                tracing::error!(error = %self, "a request failed");
                "Something went wrong. Nothing was lost: reload the page in a moment.".to_owned()
            }
            Self::Meld(error) => {
                tracing::warn!(error = %self, request_id = error.request_id(), "a call of Meld failed");
                self.to_string()
            }
            _ => self.to_string(),
        };
        let body =
            Html::new("<p class=error role=alert>").text(shown).raw("</p><p><a href=/>Back to the start</a></p>");
        (status, layout::page("Error", body)).into_response()
    }
}
