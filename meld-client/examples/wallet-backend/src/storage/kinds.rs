//! The kinds and states of orders.

use super::Result;

/// Defines an enum with the name that each value has in the database and on pages.
macro_rules! named {
    ($(#[$about:meta])* $Enum:ident { $($(#[$value_about:meta])* $Value:ident = $name:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum $Enum {
            $($(#[$value_about])* $Value,)+
        }

        impl $Enum {
            /// Returns the name in the database and on pages.
            pub(crate) const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$Value => $name,)+
                }
            }

            pub(super) fn parse(text: &str) -> Result<Self> {
                match text {
                    $($name => Ok(Self::$Value),)+
                    _ => Err(sqlx::Error::Decode(format!("`{text}` is unknown").into())),
                }
            }
        }
    };
}

named! {
    Kind {
        /// Crypto is bought in the widget of a provider.
        Buy = "buy",
        /// Crypto is sold in the widget of a provider.
        Sell = "sell",
        /// Crypto is bought by card inside of the page.
        Card = "card",
        /// A bank account is opened, to which the customer pays.
        DepositAccount = "deposit account",
        /// A deposit was received.
        Deposit = "deposit",
        /// A linked bank account is charged.
        Charge = "charge",
        /// A charge is refunded.
        Refund = "refund",
    }
}

named! {
    State {
        /// The service has to act: open a session, or send a request.
        Preparing = "preparing",
        /// The customer has to act.
        Waiting = "waiting for you",
        /// The provider has to act.
        Pending = "pending",
        /// The money has arrived.
        Settled = "settled",
        /// The transaction ended without settling, or was refunded.
        Ended = "ended",
        /// Meld did not execute the request.
        Rejected = "rejected",
        /// The outcome is unknown, and a person has to decide.
        Parked = "under review",
    }
}

impl State {
    /// Returns `true` if nothing follows.
    pub(crate) fn is_final(self) -> bool {
        matches!(self, Self::Settled | Self::Ended | Self::Rejected)
    }
}
