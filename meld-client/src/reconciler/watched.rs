//! The things that are watched.

use std::fmt;

/// A transaction, or what it belongs to. The ids are those of Meld.
///
/// # Examples
///
/// ```
/// use meld_client::reconciler::Watched;
///
/// let watched = Watched::Session("WePZ8tqxzkHVQ6ogR1hyYN".to_owned());
/// assert_eq!(watched.to_string(), "session:WePZ8tqxzkHVQ6ogR1hyYN");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Watched {
    /// The transaction with this id.
    Transaction(String),
    /// The transactions of the widget session with this id.
    Session(String),
    /// The transactions of the order with this id.
    Order(String),
}

impl Watched {
    /// Parses the result of [`Display`](fmt::Display).
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (kind, id) = text.split_once(':')?;
        match kind {
            "transaction" => Some(Self::Transaction(id.to_owned())),
            "session" => Some(Self::Session(id.to_owned())),
            "order" => Some(Self::Order(id.to_owned())),
            _ => None,
        }
    }
}

impl fmt::Display for Watched {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transaction(id) => write!(formatter, "transaction:{id}"),
            Self::Session(id) => write!(formatter, "session:{id}"),
            Self::Order(id) => write!(formatter, "order:{id}"),
        }
    }
}
