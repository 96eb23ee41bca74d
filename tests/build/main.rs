//! Writes tables of everything that the generated modules can do, so that the tests follow the sources by themselves:
//! every response with its types, and every operation with a call of it.

mod calls;
mod responses;
mod setters;
mod sources;

use std::fs;
use std::path::Path;

use sources::{Result, Source};

fn main() -> Result<()> {
    let root = Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join("../meld-client");
    println!("cargo::rerun-if-changed={}", root.join("Cargo.toml").display());
    let sources = Source::all(&root)?;
    let folder = std::env::var("OUT_DIR")?;
    let write = |name: &str, table: String| fs::write(Path::new(&folder).join(name), table);
    write("responses.rs", responses::table(&sources)?.to_string())?;
    write("calls.rs", calls::table(&sources)?.to_string())?;
    Ok(())
}
