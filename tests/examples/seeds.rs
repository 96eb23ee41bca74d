//! Writes valid bodies of the responses that `fuzz/` decodes, as its seeds.

use std::error::Error;
use std::fs;
use std::path::Path;

use meld_tests::arbitrary::largest;
use meld_tests::bodies::Bodies;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus/responses");
    fs::create_dir_all(&folder)?;
    for (index, large) in largest().iter().enumerate() {
        let node = large.model()?;
        for (seed, fullness) in [(1, 100), (2, 50), (3, 20)] {
            let mut bodies = Bodies::new(seed);
            bodies.fullness = fullness;
            fs::write(folder.join(format!("{index}-{fullness}")), bodies.body(&node).write(false))?;
        }
    }
    Ok(())
}
