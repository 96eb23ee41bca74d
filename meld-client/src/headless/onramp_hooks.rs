// Compiled once for each API version with headless purchases, which is `api`; see `include_hooks!`.

use super::*;
use crate::payments::CheckedBody;
use api::crypto::{Client, builder, types};

impl HeadlessOnrampClient for Client {
    type OnrampRequest = types::HeadlessOrderOnrampRequest;
    type Onramp = builder::CreateHeadlessOnrampOrder;
    type Requirements = builder::GetOnrampRequirements;
}

impl HeadlessOnramp for Client {
    fn onramp_order(&self, request: Result<Self::OnrampRequest, Error>) -> Self::Onramp {
        self.create_headless_onramp_order().body(CheckedBody(request))
    }

    fn requirements(&self, order: &Self::OnrampRequest) -> Result<Self::Requirements, Error> {
        let customer_id = order.customer_id.clone().ok_or_else(|| {
            Error::invalid(
                "customerId",
                "is required, because requirements cannot be looked up by `externalCustomerId`",
            )
        })?;
        let requirements = self.get_onramp_requirements();
        let mut requirements = requirements
            .service_provider(order.service_provider.as_str())
            .customer_id(customer_id)
            .payment_method_type(order.payment_method_type.as_str())
            .source_currency_code(&order.source_currency_code)
            .source_amount(order.source_amount)
            .destination_currency_code(&order.destination_currency_code)
            .country_code(&order.country_code);
        if let Some(network) = &order.destination_network_code {
            requirements = requirements.destination_network_code(network);
        }
        if let Some(subdivision) = &order.subdivision {
            requirements = requirements.subdivision(subdivision);
        }
        Ok(requirements)
    }
}

impl OnrampRequest for types::HeadlessOrderOnrampRequest {
    fn fields(&self) -> OnrampFields<'_> {
        OnrampFields {
            amount: self.source_amount,
            customer_ids: (self.customer_id.as_deref(), self.external_customer_id.as_deref()),
            external_order_id: self.external_order_id.as_deref(),
            has_redirect_url: self.redirect_url.is_some(),
            method: self.payment_method_type.as_str(),
            phone: self.customer_phone_number.as_deref(),
        }
    }
}

impl Requirements for types::VerificationRequirementsResponse {
    fn fields(&self) -> RequirementFields<'_> {
        let (needs, status) = (self.verification_requirements.as_ref(), self.customer_status.as_ref());
        let phone = needs.and_then(|needs| needs.phone.as_ref());
        let email = needs.and_then(|needs| needs.email.as_ref());
        let (email_status, phone_status) =
            (status.and_then(|status| status.email.as_ref()), status.and_then(|status| status.phone.as_ref()));
        RequirementFields {
            agreements: self.legal_agreements.iter().map(agreement).collect(),
            email: contact(email.and_then(|email| email.required), email_status),
            phone: contact(phone.and_then(|phone| phone.required), phone_status),
            line_type: phone.and_then(|phone| phone.require_line_type.as_deref()),
            reverify_within_days: phone.and_then(|phone| phone.reverify_within_days),
            enforced: needs.and_then(|needs| needs.enforced),
            kyc: self.kyc_requirements.iter().map(kyc).collect(),
        }
    }
}

fn agreement(agreement: &types::LegalAgreement) -> Agreement {
    Agreement { kind: agreement.type_.clone(), region: agreement.region.clone(), url: agreement.url.clone() }
}

fn contact(is_required: Option<bool>, status: Option<&types::FieldStatus>) -> ContactFields<'_> {
    ContactFields {
        is_required,
        is_satisfied: status.and_then(|status| status.satisfied),
        reason: status.and_then(|status| status.reason.as_deref()),
    }
}

fn kyc(requirement: &types::KycRequirement) -> KycFields<'_> {
    KycFields {
        code: requirement.code.as_deref(),
        status: requirement.status.as_ref().map(|status| status.as_str()),
        reason: requirement.reason.as_deref(),
        missing_fields: &requirement.missing_fields,
        processes: processes(requirement),
    }
}

/// Returns the processes with their states. Either list may name processes that the other lacks.
fn processes(requirement: &types::KycRequirement) -> Vec<Process> {
    let states = requirement.process_states.iter().filter_map(|state| {
        Some(Process {
            code: state.code.clone()?,
            status: state.status.clone(),
            is_submittable: state.submittable.unwrap_or_default(),
            reason: state.reason.clone(),
        })
    });
    let mut processes: Vec<Process> = states.collect();
    for code in &requirement.processes {
        if !processes.iter().any(|process| process.code == *code) {
            processes.push(Process { code: code.clone(), status: None, is_submittable: false, reason: None });
        }
    }
    processes
}

crate::payments::checked_body!(types::HeadlessOrderOnrampRequest);
