// Compiled once for each API version with verifications, which is `api`; see `include_hooks!`.

use super::*;
use api::customer::{Client, types};

impl Verifications for Client {
    fn start(
        &self,
        customer_id: String,
        (channel, target): (ContactChannel, String),
        service_provider: Option<String>,
    ) -> impl Call<Output: VerificationResponse> {
        let request = types::CreateVerificationRequest::builder().channel(channel.as_str()).target(target);
        let request = request.build().map(|mut request| {
            request.service_provider = service_provider;
            request
        });
        self.create_verification().customer_id(customer_id).body(CheckedBody(request))
    }

    fn confirm(&self, customer_id: String, id: String, code: String) -> impl Call<Output: ConfirmationResponse> {
        let request = types::ConfirmVerificationRequest::builder().code(code);
        self.confirm_verification().customer_id(customer_id).verification_id(id).body(request)
    }

    fn history(&self, customer_id: String, channel: ContactChannel) -> impl Call<Output: VerificationHistory> {
        self.search_verifications().customer_id(customer_id).channel(channel.as_str())
    }
}

impl VerificationResponse for types::VerificationResponse {
    fn fields(&self) -> VerificationFields<'_> {
        VerificationFields {
            id: self.verification_id.as_deref(),
            channel: self.channel.as_ref().map(|it| it.as_str()),
            status: self.status.as_ref().map(|it| it.as_str()),
            target: self.target.as_deref(),
            expires_at: self.expires_at.as_deref(),
            resend_available_at: self.resend_available_at.as_deref(),
        }
    }
}

impl VerificationHistory for Vec<types::VerificationResponse> {
    fn verifications(&self) -> Vec<VerificationFields<'_>> {
        self.iter().map(VerificationResponse::fields).collect()
    }
}

impl ConfirmationResponse for types::ConfirmVerificationResponse {
    fn fields(&self) -> ConfirmationFields<'_> {
        ConfirmationFields {
            status: self.status.as_ref().map(|it| it.as_str()),
            attempts_remaining: self.attempts_remaining,
            line_type: self.line_type.as_deref(),
            verified_at: self.verified_at.as_deref(),
        }
    }
}

crate::payments::checked_body!(types::CreateVerificationRequest);
