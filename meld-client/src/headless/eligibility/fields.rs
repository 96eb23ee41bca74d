//! The fields of a response about requirements, alike for all API versions.

use super::agreement::Agreement;
use super::process::Process;

pub trait Requirements {
    fn fields(&self) -> RequirementFields<'_>;
}

/// The fields of a response about requirements.
#[derive(Clone, Debug)]
pub struct RequirementFields<'a> {
    pub agreements: Vec<Agreement>,
    pub email: ContactFields<'a>,
    pub phone: ContactFields<'a>,
    pub line_type: Option<&'a str>,
    pub reverify_within_days: Option<i32>,
    pub enforced: Option<bool>,
    pub kyc: Vec<KycFields<'a>>,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct ContactFields<'a> {
    pub is_required: Option<bool>,
    pub is_satisfied: Option<bool>,
    pub reason: Option<&'a str>,
}

#[derive(Clone, Debug)]
pub struct KycFields<'a> {
    pub code: Option<&'a str>,
    pub status: Option<&'a str>,
    pub reason: Option<&'a str>,
    pub missing_fields: &'a [String],
    pub processes: Vec<Process>,
}
