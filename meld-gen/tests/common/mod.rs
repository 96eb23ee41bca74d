//! A workspace in a temporary folder, for tests of the whole pipeline.

#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

pub mod markdown;
pub mod random;
pub mod rust;
#[path = "../../src/testing.rs"]
pub mod testing;

use std::fs;
use std::path::{Path, PathBuf};

use meld_gen::error::Error;
use meld_gen::pipeline::{self, Generation};
use meld_gen::selection::Selection;
use serde_json::{Value, json};
use tempfile::TempDir;
pub use testing::reference as to;

/// The part of the facade's manifest that the generator needs.
pub const FACADE: &str = "\
[package]
name = \"meld-client\"

[features]
# BEGIN generated: features
# END generated: features

[dependencies]
# BEGIN generated: dependencies
# END generated: dependencies
";

/// Creates a temporary workspace with these specs.
pub struct Workspace(TempDir);

impl Workspace {
    pub fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("openapi")).unwrap();
        fs::create_dir_all(root.path().join("meld-client")).unwrap();
        fs::write(root.path().join("meld-client/Cargo.toml"), FACADE).unwrap();
        Self(root)
    }

    pub fn root(&self) -> &Path {
        self.0.path()
    }

    pub fn spec(&self, file: &str) -> PathBuf {
        self.root().join("openapi").join(file)
    }

    pub fn with(self, file: &str, text: impl AsRef<[u8]>) -> Self {
        fs::write(self.spec(file), text).unwrap();
        self
    }

    pub fn run(&self) -> Generation {
        self.try_run().unwrap()
    }

    pub fn try_run(&self) -> Result<Generation, Error> {
        pipeline::run(self.root(), &Selection::default())
    }
}

/// The source of a module with its parts in place of their declarations.
pub fn module(generation: &Generation, path: &str) -> String {
    let folder = path.trim_end_matches(".rs");
    let mut text = String::new();
    for line in generation.tree.files[Path::new(path)].lines() {
        let name = line.trim_start_matches("pub ").strip_prefix("mod ");
        match name.and_then(|name| name.strip_suffix(';')) {
            Some(name) => {
                let part = module(generation, &format!("{folder}/{name}.rs"));
                text.push_str(&format!("{} {{\n{part}}}\n", line.trim_end_matches(';')));
            }
            None => text.push_str(&format!("{line}\n")),
        }
    }
    text
}

/// Returns a spec with one operation whose body and response are the component `Response`.
pub fn spec(schemas: Value) -> Value {
    let content = json!({"application/json": {"schema": to("Response")}});
    let id = json!({"name": "id", "in": "path", "required": true, "schema": {"type": "string"}});
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Test", "version": "unversioned"},
        "paths": {"/things/{id}": {"post": {
            "operationId": "things-make",
            "parameters": [id],
            "requestBody": {"required": true, "content": content},
            "responses": {"200": {"description": "ok", "content": content}}
        }}},
        "components": {"schemas": schemas}
    })
}

pub fn object(properties: Value) -> Value {
    json!({"type": "object", "properties": properties})
}
