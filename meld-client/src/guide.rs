//! Guides to Meld's products, one page each.
//!
//! All examples are tested against the local mock server. Hidden lines of the examples start it and create the client.

pub mod bank_linking {
    #![doc = include_str!("guide/bank_linking.md")]
}

pub mod crypto {
    #![doc = include_str!("guide/crypto.md")]
}

pub mod headless {
    #![doc = include_str!("guide/headless.md")]
}

pub mod payments {
    #![doc = include_str!("guide/payments.md")]
}

pub mod kyc {
    #![doc = include_str!("guide/kyc.md")]
}

pub mod production {
    #![doc = include_str!("guide/production.md")]
}

pub mod storage {
    #![doc = include_str!("guide/storage.md")]
}

pub mod testing {
    #![doc = include_str!("guide/testing.md")]
}

pub mod webhooks {
    #![doc = include_str!("guide/webhooks.md")]
}
