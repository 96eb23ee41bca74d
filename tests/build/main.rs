//! Writes tables of everything that the version crates can do, from the `interface.json` of each crate. The tests
//! therefore follow the specs by themselves: `calls.rs` calls each operation, `examples.rs` compiles the example of each,
//! `responses.rs` decodes each response.

mod calls;
mod examples;
mod interface;
mod responses;

use std::error::Error;
use std::fs;
use std::path::Path;

use interface::Module;

fn main() -> Result<(), Box<dyn Error>> {
    let client = Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join("../meld-client");
    let modules = Module::all(&client)?;
    let folder = std::env::var("OUT_DIR")?;
    fs::write(Path::new(&folder).join("responses.rs"), responses::table(&modules))?;
    fs::write(Path::new(&folder).join("calls.rs"), calls::table(&modules)?)?;
    fs::write(Path::new(&folder).join("examples.rs"), examples::functions(&client, &modules)?)?;
    Ok(())
}
