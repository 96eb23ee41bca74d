use std::fmt;

/// The stubs that were not used as declared, and the calls that no stub expected. It is an error whose message has a line
/// for each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnmetStubs {
    /// The stubs that were called too rarely, each with its operation and the number of calls.
    pub unused: Vec<String>,
    /// The calls of stubbed operations that no stub took, each with the reason.
    pub unexpected: Vec<String>,
}

impl fmt::Display for UnmetStubs {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} unused stubs and {} unexpected calls", self.unused.len(), self.unexpected.len())?;
        for stub in &self.unused {
            write!(formatter, "\n- unused stub: {stub}")?;
        }
        for call in &self.unexpected {
            write!(formatter, "\n- unexpected call: {call}")?;
        }
        Ok(())
    }
}

impl std::error::Error for UnmetStubs {}
