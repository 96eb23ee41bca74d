//! The specs of `tests/specs`, one for each construct of OpenAPI: the notices of each, and a crate of all of them that
//! compiles and documents without warnings. The mock server starts with all of them.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};

use crate::cargo::cargo;
use crate::workspace::{self, root};
use meld_gen::emit;
use meld_gen::pipeline::{self, Generation};
use meld_gen::selection::Selection;
use meld_sandbox::Sandbox;
use serde_json::Value;

/// A separate version, so that no other version is compiled.
const DATE: &str = "20270115";

/// A spec and the notices that it has in `x-notices`, sorted.
struct Construct {
    file: String,
    text: String,
    notices: Vec<String>,
}

fn constructs() -> Vec<Construct> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(root().join("tests/specs")).unwrap().map(|it| it.unwrap().path()).collect();
    paths.sort();
    let read = |path: &PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let text = fs::read_to_string(path).unwrap();
        let spec: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(spec["info"]["title"], name, "the title is the name of the file");
        let mut notices: Vec<String> = serde_json::from_value(spec["x-notices"].clone()).unwrap();
        notices.sort();
        Construct { file: format!("{name}-{DATE}.json"), text, notices }
    };
    paths.iter().map(read).collect()
}

#[test]
fn every_construct_is_accepted_and_compiles() {
    let constructs = constructs();
    assert!(constructs.len() >= 40, "{}", constructs.len());
    let copy = workspace::copy();
    let root = copy.path();
    for construct in &constructs {
        // With a byte order mark, as some editors write.
        fs::write(root.join("openapi").join(&construct.file), format!("\u{feff}{}", construct.text)).unwrap();
    }
    let generation = pipeline::run(root, &Selection::default()).unwrap();
    assert_eq!(generation.errors, []);
    for construct in &constructs {
        assert_eq!(notices(&generation, construct), construct.notices, "{}", construct.file);
    }
    emit::write(root, &generation.tree).unwrap();
    // Without TLS, which takes long to compile. Both fail on warnings.
    let families = features(&root.join("meld-client/v2027-01-15/Cargo.toml"));
    let package = ["--package=meld-client-v2027-01-15", "--no-default-features", "--features", &families];
    cargo(root, &[&["check"], &package[..]].concat());
    cargo(root, &[&["doc", "--no-deps"], &package[..]].concat());
    assert_mock_server_responds(root);
}

/// Returns the features of the families in a generated manifest.
fn features(manifest: &Path) -> String {
    let text = fs::read_to_string(manifest).unwrap();
    let (_, families) = text.split_once("# One module per family.\n").unwrap();
    let lines = families.lines().take_while(|line| !line.is_empty());
    lines.filter_map(|line| line.split(' ').next()).collect::<Vec<_>>().join(",")
}

/// Returns the notices about one spec without those about its file as a whole, sorted.
fn notices(generation: &Generation, construct: &Construct) -> Vec<String> {
    let own = generation.notices.iter().filter(|notice| notice.location.file == construct.file);
    let inside = own.filter(|notice| !notice.location.pointer.is_empty());
    let mut texts: Vec<String> =
        inside.map(|notice| format!("{}: {}", notice.location.pointer, notice.message)).collect();
    texts.sort();
    texts
}

/// Starts the mock server with the specs below `root` and sends requests to unusual paths.
fn assert_mock_server_responds(root: &Path) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let specs = root.join("openapi");
    let sandbox = Sandbox::builder().api_key("key").specs(specs).start();
    let sandbox = runtime.block_on(sandbox).unwrap();
    let address = sandbox.base_url().strip_prefix("http://").unwrap();
    for (request, status) in [
        ("POST /things/7:activate HTTP/1.1\r\nContent-Length: 0", 200),
        ("GET /rates/EUR-USD HTTP/1.1", 200),
        ("GET /open HTTP/1.1", 200),
        ("GET /characters/c%23 HTTP/1.1", 200),
        ("GET /loose-entries/things/7?limit=0 HTTP/1.1", 200),
        ("POST /characters/c%23 HTTP/1.1", 405),
        ("GET /openapi-3-2/things?name=a&limit=7 HTTP/1.1", 200),
        ("GET /openapi-3-2/things?other=a HTTP/1.1", 400),
        ("GET /bell%07/ring HTTP/1.1", 200),
        ("GET /lines%0D%0AHost:%20example/7 HTTP/1.1", 200),
        ("GET /%E2%80%AEright/%E2%80%8B HTTP/1.1", 200),
    ] {
        let mut stream = TcpStream::connect(address).unwrap();
        let head = format!(
            "{request}\r\nHost: {address}\r\nAuthorization: BASIC key\r\n\
             Meld-Version: 2027-01-15\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        assert!(response.starts_with(&format!("HTTP/1.1 {status} ")), "{request}: {response}");
    }
}
