//! The statuses that tests give to transactions, KYC checks and connections.

macro_rules! names {
    ($(#[doc = $doc:literal])+ $type:ident { $($name:ident = $text:literal,)+ }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $type {
            $(#[doc = concat!("`", $text, "`.")] $name,)+
        }

        impl $type {
            /// All names.
            pub(crate) const NAMES: &[&str] = &[$($text),+];

            /// Returns the status with a name.
            pub(crate) fn find(name: &str) -> Option<Self> {
                match name { $($text => Some(Self::$name),)+ _ => None }
            }

            /// Returns Meld's name of the status.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }
        }
    };
}

names! {
    /// The final status of a crypto transaction.
    Outcome {
        Settled = "SETTLED",
        Failed = "FAILED",
        Declined = "DECLINED",
        Cancelled = "CANCELLED",
        Refunded = "REFUNDED",
    }
}

names! {
    /// The status of a KYC check.
    KycStatus {
        Pending = "PENDING",
        Approved = "APPROVED",
        Rejected = "REJECTED",
        Expired = "EXPIRED",
        Unknown = "UNKNOWN",
    }
}

names! {
    /// The status of a bank connection.
    ConnectionStatus {
        InProgress = "IN_PROGRESS",
        Expired = "EXPIRED",
        Active = "ACTIVE",
        PartiallyActive = "PARTIALLY_ACTIVE",
        Degraded = "DEGRADED",
        ReconnectRequired = "RECONNECT_REQUIRED",
        Unrecoverable = "UNRECOVERABLE",
        Undetermined = "UNDETERMINED",
        Deleted = "DELETED",
    }
}
