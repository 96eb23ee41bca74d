//! The commands `meld webhooks verify`, `trigger` and `listen`.

mod example;
mod listen;
mod receiver;
mod secret;
mod trigger;
mod verify;

pub use listen::listen;
pub use trigger::trigger;
pub use verify::verify;
