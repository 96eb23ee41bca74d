//! Setting up a client.

use std::time::Duration;

use meld_client::{Environment, ErrorKind, Meld, MeldBuilder, Retries, reqwest};

use crate::support::{KEY, PRIVATE, Server, answer, clean, get};

fn refused(builder: MeldBuilder) -> String {
    let error = clean(builder.build().unwrap_err());
    assert!(matches!(error.kind(), ErrorKind::Configuration { .. }), "{error:?}");
    error.to_string()
}

#[test]
fn environments_choose_the_address() {
    for (environment, address) in [
        (Environment::Sandbox, "https://api-sb.meld.io/"),
        (Environment::Production, "https://api.meld.io/"),
    ] {
        let meld = Meld::builder().api_key(KEY).environment(environment).build().unwrap();
        assert_eq!(meld.transport().base_url(), address);
        assert_eq!(
            environment.to_string().to_uppercase().parse::<Environment>().unwrap(),
            environment
        );
    }
    let own = Meld::builder().environment(Environment::Sandbox).base_url("https://proxy.example/m");
    let own = own.api_key(KEY).build().unwrap();
    assert_eq!(own.transport().base_url(), "https://proxy.example/m");
}

#[test]
fn what_is_missing_or_wrong_is_said() {
    let builder = || Meld::builder().api_key(KEY).environment(Environment::Sandbox);
    assert!(refused(Meld::builder().environment(Environment::Sandbox)).contains("no API key"));
    assert!(refused(Meld::builder().api_key(KEY)).contains("no environment"));
    for key in ["", " ", "BASIC very-private", "very-private\n"] {
        assert!(refused(builder().api_key(key)).contains("the API key must be"), "{key:?}");
    }
    for address in ["http://api.meld.io", "api.meld.io", "https://very-private@api.meld.io"] {
        assert!(refused(builder().base_url(address)).contains("the base address"), "{address}");
    }
    assert!(refused(builder().user_agent("a\nb")).contains("user agent"));
    assert!(refused(builder().account_id("a b")).contains("account id"));
    let client = reqwest::Client::new();
    let both = builder().http_client(client).connect_timeout(Duration::from_secs(1));
    assert!(refused(both).contains("connect_timeout"));
    let wrong = PRIVATE.parse::<Environment>().unwrap_err();
    assert!(clean(wrong).to_string().contains("`sandbox` or `production`"));
}

#[test]
fn nothing_shows_the_key() {
    let builder = Meld::builder().api_key(KEY).environment(Environment::Production);
    let meld = builder.clone().build().unwrap();
    let api = meld.v2026_02_03();
    let texts =
        format!("{builder:?} {meld:#?} {api:?} {:?} {:?}", api.crypto(), api.crypto().quote());
    assert!(!texts.contains(KEY) && texts.contains("Transport"), "{texts}");
}

/// Runs a test of this file that is ignored otherwise in a process with these variables.
fn in_process(test: &str, variables: &[(&str, &str)]) -> bool {
    let program = std::env::current_exe().unwrap();
    let test = format!("configuration::{test}");
    let mut command = std::process::Command::new(program);
    command.args(["--exact", &test, "--ignored"]).env_clear().envs(variables.iter().copied());
    command.output().unwrap().status.success()
}

#[test]
fn the_process_configures_too() {
    for variables in [
        [
            ("MELD_API_KEY", KEY),
            ("MELD_ENVIRONMENT", "Sandbox"),
            ("EXPECTED", "https://api-sb.meld.io/"),
        ],
        [
            ("MELD_API_KEY", KEY),
            ("MELD_BASE_URL", "http://[::1]:9"),
            ("EXPECTED", "http://[::1]:9/"),
        ],
        [("MELD_API_KEY", KEY), ("MELD_ENVIRONMENT", "very-private"), ("EXPECTED", "`sandbox` or")],
        [("MELD_API_KEY", ""), ("MELD_ENVIRONMENT", "production"), ("EXPECTED", "no API key")],
        [("MELD_API_KEY", KEY), ("MELD_ENVIRONMENT", " "), ("EXPECTED", "no environment")],
    ] {
        assert!(in_process("configured_by_variables", &variables), "{variables:?}");
    }
}

#[test]
#[ignore = "run by `the_process_configures_too` with variables"]
fn configured_by_variables() {
    let expected = std::env::var("EXPECTED").unwrap();
    match Meld::from_env() {
        Ok(meld) => assert_eq!(meld.transport().base_url(), expected),
        Err(error) => assert!(clean(error).to_string().contains(&expected)),
    }
}

#[test]
fn proxies_of_the_process_are_used() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(Server::start([answer("502 Bad Gateway", "", "")]));
    let variables = [("HTTPS_PROXY", server.address.as_str())];
    assert!(in_process("a_call_that_fails", &variables));
    assert!(server.received()[0].line().starts_with("CONNECT api-sb.meld.io:443"));
}

#[tokio::test]
#[ignore = "run by `proxies_of_the_process_are_used` with variables"]
async fn a_call_that_fails() {
    let meld = Meld::builder().api_key(KEY).environment(Environment::Sandbox).build().unwrap();
    let call = get(&meld).with_retries(Retries::off());
    clean(call.send().await.unwrap_err());
}
