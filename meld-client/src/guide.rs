//! Guides to Meld's products, one page each.
//!
//! Start with [`tasks`], the index of all operations and helpers, or with [`cookbook`], which has short recipes.
//!
//! All examples are tested against the local mock server. Hidden lines of the examples start it and create the client.

pub mod tasks {
    #![doc = include_str!("guide/tasks.md")]
}

pub mod cookbook {
    #![doc = include_str!("guide/cookbook.md")]
}

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

pub mod cli {
    #![doc = include_str!("guide/cli.md")]
}

pub mod measurements {
    #![doc = include_str!("guide/measurements.md")]
}
