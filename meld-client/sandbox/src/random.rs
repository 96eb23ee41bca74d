//! Seeded random values, reproducible on every machine.

use rand::RngExt as _;
use rand::SeedableRng as _;
use rand::rngs::SysRng;
use rand_chacha::ChaCha8Rng;
use sha2::{Digest as _, Sha256};

use crate::error::Error;

/// The letters of Meld's ids: base58.
const LETTERS: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// Creates a generator that depends only on the seed and the subject.
pub(crate) fn seeded(seed: u64, subject: &str) -> ChaCha8Rng {
    let mut hash = Sha256::new();
    hash.update(seed.to_be_bytes());
    hash.update(subject.as_bytes());
    ChaCha8Rng::from_seed(hash.finalize().into())
}

pub(crate) fn unpredictable() -> Result<ChaCha8Rng, Error> {
    ChaCha8Rng::try_from_rng(&mut SysRng).map_err(|error| Error::Setting {
        name: "api_key",
        message: format!("the system has no source of random numbers: {error}"),
    })
}

pub(crate) fn api_key(random: &mut ChaCha8Rng) -> String {
    format!("{}:{}", letters(random, 22), letters(random, 28))
}

/// Generates an id in Meld's format.
pub(crate) fn identifier(random: &mut ChaCha8Rng) -> String {
    letters(random, 22)
}

/// Generates a string of letters and digits.
pub(crate) fn letters(random: &mut ChaCha8Rng, length: usize) -> String {
    (0..length).map(|_| char::from(LETTERS[random.random_range(0..LETTERS.len())])).collect()
}
