// Compiled once for each API version with KYC sharing, which is `api`; see `include_hooks!`.

use super::*;
use api::customer::{Client, types};

impl KycSharingClient for Client {
    type UpdateRequest = types::UpdateKycRequest;
}

impl KycSharing for Client {
    fn update(&self, customer_id: String, request: Self::UpdateRequest) -> impl Call<Output: KycResponse> {
        self.update_kyc().customer_id(customer_id).body(request)
    }

    fn export_token(&self, customer_id: String, recipient_client_id: String) -> impl Call<Output: ShareToken> {
        let request = types::KycTokenExportRequest::builder()
            .kyc_provider(types::KycProvider::Sumsub)
            .mode(types::KycTokenExportMode::Token)
            .recipient_client_id(recipient_client_id);
        self.export_kyc_token().customer_id(customer_id).body(request)
    }
}

impl UpdateRequest for types::UpdateKycRequest {
    fn has_detail(&self, name: &str) -> bool {
        let is_filled = |value: &Value| !value.is_null() && value.as_str().is_none_or(|text| !text.trim().is_empty());
        self.service_provider_details.get(name).is_some_and(is_filled)
    }
}

impl ShareToken for types::KycTokenExport {
    fn applicant_and_token(&self) -> (Option<&str>, Option<&str>) {
        (self.applicant_id.as_deref(), self.share_token.as_deref())
    }
}
