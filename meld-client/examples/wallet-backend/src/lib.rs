//! A service for a wallet: buying and selling crypto, bank linking, charges and KYC by Meld.
//!
//! Copy it and change it. `README.md` says where to find each topic.

mod banks;
mod config;
mod error;
mod events;
mod html;
mod jobs;
mod kyc;
mod layout;
mod metrics;
mod monitoring;
mod orders;
mod pages;
mod routes;
mod service;
mod session;
mod state;
pub mod storage;
mod webhooks;

pub use config::{Config, ConfigError, Source};
pub use error::StartError;
pub use service::Service;
