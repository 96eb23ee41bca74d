//! A service for a wallet: buying and selling crypto, bank linking, charges and KYC by Meld.
//!
//! Copy it and change it. `README.md` says which file answers which question.

mod app;
mod banks;
mod config;
mod error;
mod events;
mod health;
mod html;
mod jobs;
mod kyc;
mod metrics;
mod orders;
mod pages;
mod service;
mod session;
pub mod storage;
mod webhooks;

pub use config::{Config, ConfigError, Source};
pub use service::{Service, StartError};
