//! Processes of a provider for a customer.

/// A process of the provider, such as `limitUpgrade`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Process {
    /// The code of the process.
    pub code: String,
    /// The state, if the provider reports it.
    pub status: Option<String>,
    /// `true` if data for the process can be submitted.
    pub is_submittable: bool,
    /// The reason for the state.
    pub reason: Option<String>,
}
