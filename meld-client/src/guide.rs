//! How things are done with Meld, a page for each product. Everything on these pages compiles and runs: against a
//! sandbox on this machine, whose setting up is left out.

pub mod bank_linking {
    #![doc = include_str!("guide/bank_linking.md")]
}

pub mod crypto {
    #![doc = include_str!("guide/crypto.md")]
}

pub mod payments {
    #![doc = include_str!("guide/payments.md")]
}

pub mod kyc {
    #![doc = include_str!("guide/kyc.md")]
}

pub mod webhooks {
    #![doc = include_str!("guide/webhooks.md")]
}
