//! The program `meld-sandbox`.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

/// A running program, which is killed at the end of the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn program_prints_url_and_serves() {
    let mut process = Command::new(env!("CARGO_BIN_EXE_meld-sandbox"));
    process.args(["--seed", "7", "--version", "2025-03-04"]).stdout(Stdio::piped());
    let mut process = Running(process.spawn().unwrap());
    let mut lines = BufReader::new(process.0.stdout.take().unwrap()).lines();
    let address = lines.next().unwrap().unwrap();
    let address = address.strip_prefix("MELD_BASE_URL=http://").unwrap();
    assert!(address.starts_with("127.0.0.1:"));
    assert!(lines.next().unwrap().unwrap().starts_with("MELD_API_KEY="));
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(b"GET /institutions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    assert!(response.starts_with("HTTP/1.1 401"), "{response}");
    assert!(response.contains("meld-version: 2025-03-04"), "{response}");
}

/// Returns the response to a request with this `Host`.
fn response(port: &str, host: &str) -> String {
    let mut stream = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
    let request = format!("GET /institutions HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}

#[test]
fn allowed_host_is_served() {
    let mut process = Command::new(env!("CARGO_BIN_EXE_meld-sandbox"));
    process
        .args(["--listen", "0.0.0.0:0", "--allow-host", "mock", "--key", "mine"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut process = Running(process.spawn().unwrap());
    let mut lines = BufReader::new(process.0.stdout.take().unwrap()).lines();
    let address = lines.next().unwrap().unwrap();
    let port = address.strip_prefix("MELD_BASE_URL=http://127.0.0.1:").unwrap();
    assert_eq!(lines.next().unwrap().unwrap(), "MELD_API_KEY=mine");
    let warning = BufReader::new(process.0.stderr.take().unwrap()).lines().next().unwrap().unwrap();
    let (known, unknown) = (response(port, "mock:8080"), response(port, "other:8080"));
    assert!(warning.contains("0.0.0.0") && warning.contains("other machines"), "{warning}");
    assert!(known.starts_with("HTTP/1.1 401"), "{known}");
    assert!(unknown.starts_with("HTTP/1.1 421"), "{unknown}");
}

#[test]
fn unknown_fault_in_file_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("faults.toml");
    fs::write(&file, "[[faults]]\nfault = \"no-such\"\n").unwrap();
    let program = env!("CARGO_BIN_EXE_meld-sandbox");
    let output = Command::new(program).arg("--faults").arg(&file).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(error.contains("faults.toml") && error.contains("no-such"), "{error}");
}

/// Returns the response of the control API with this `Authorization`.
fn status_of(port: &str, authorization: &str) -> String {
    let mut stream = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
    let request = format!(
        "GET /_mock/status HTTP/1.1\r\nHost: localhost\r\nAuthorization: {authorization}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}

#[cfg(unix)]
#[test]
fn stopped_program_keeps_state_and_key() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let mut keys = Vec::new();
    for _ in 0..2 {
        let mut process = Command::new(env!("CARGO_BIN_EXE_meld-sandbox"))
            .args(["--listen", "0.0.0.0:0", "--control-token", "right", "--state"])
            .arg(&file)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let address = lines.next().unwrap().unwrap();
        let port = address.rsplit(':').next().unwrap();
        keys.push(lines.next().unwrap().unwrap());
        assert!(status_of(port, "Bearer right").starts_with("HTTP/1.1 200"));
        assert!(status_of(port, "Bearer wrong").starts_with("HTTP/1.1 401"));
        assert!(Command::new("kill").arg(process.id().to_string()).status().unwrap().success());
        assert!(process.wait().unwrap().success());
    }
    assert_eq!(keys[0], keys[1]);
    assert!(!folder.path().join("state.json.tmp").exists());
}

/// Starts the program and returns it with its port and the line of the key.
#[cfg(feature = "rustls")]
fn start(arguments: &[&str]) -> (Running, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_meld-sandbox"));
    let mut process = Running(command.args(arguments).stdout(Stdio::piped()).spawn().unwrap());
    let mut lines = BufReader::new(process.0.stdout.take().unwrap()).lines();
    let address = lines.next().unwrap().unwrap();
    let key = lines.next().unwrap().unwrap();
    (process, address.rsplit(':').next().unwrap().to_owned(), key)
}

/// Returns the response to a request for an institution with this key.
#[cfg(feature = "rustls")]
fn institution(port: &str, key: &str) -> String {
    let key = key.trim_start_matches("MELD_API_KEY=");
    let mut stream = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
    let request = format!(
        "GET /institutions?name=secret HTTP/1.1\r\nHost: localhost\r\nAuthorization: BASIC {key}\r\n\
         Connection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}

// With `record` alone, the build may lack a provider of TLS.
#[cfg(feature = "rustls")]
#[test]
fn program_records_and_replays() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("new");
    let (_api, api_port, api_key) = start(&["--key", "the:key"]);
    let url = format!("http://127.0.0.1:{api_port}/");
    let (_recorder, port, _) = start(&["--record", &url, "--to", to.to_str().unwrap()]);
    let recorded = institution(&port, &api_key);
    let (_replay, port, key) = start(&["--replay", to.to_str().unwrap()]);
    let replayed = institution(&port, &key);
    assert!(recorded.starts_with("HTTP/1.1 200") && recorded.contains("x-mock-recorded: yes"), "{recorded}");
    assert!(replayed.starts_with("HTTP/1.1 200") && replayed.contains("\"institutions\""), "{replayed}");
    let file = fs::read_to_string(to.join("00001-get-institutions.json")).unwrap();
    assert!(!file.contains("the:key") && !file.contains("secret"), "{file}");
    let program = env!("CARGO_BIN_EXE_meld-sandbox");
    let output = Command::new(program).args(["--record", "https://api-sb.meld.io"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--to"));
}
