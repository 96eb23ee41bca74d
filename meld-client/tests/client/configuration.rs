//! Configuration of clients.

use std::task::{Context, Poll, Waker};
use std::time::Duration;

use meld_client::{Call, Environment, ErrorKind, Meld, MeldBuilder, RetryPolicy, reqwest};

use crate::support::{KEY, PRIVATE, Server, clean, get, json, response};

fn rejected(builder: MeldBuilder) -> String {
    let error = clean(builder.build().unwrap_err());
    assert!(matches!(error.kind(), ErrorKind::Configuration { .. }), "{error:?}");
    error.to_string()
}

#[test]
fn environment_sets_the_base_url() {
    for (environment, address) in
        [(Environment::Sandbox, "https://api-sb.meld.io/"), (Environment::Production, "https://api.meld.io/")]
    {
        let meld = Meld::builder().api_key(KEY).environment(environment).build().unwrap();
        assert_eq!(meld.transport().base_url(), address);
        assert_eq!(environment.to_string().to_uppercase().parse::<Environment>().unwrap(), environment);
    }
    let own = Meld::builder().environment(Environment::Sandbox).base_url("https://proxy.example/m");
    let own = own.api_key(KEY).build().unwrap();
    assert_eq!(own.transport().base_url(), "https://proxy.example/m");
}

#[tokio::test]
async fn last_setting_wins() {
    let sandbox = Meld::builder().api_key(KEY).base_url("http://localhost:9");
    let sandbox = sandbox.environment(Environment::Sandbox).build().unwrap();
    assert_eq!(sandbox.transport().base_url(), "https://api-sb.meld.io/");

    let server = Server::start([json("{}")]).await;
    let local = || Meld::builder().base_url(&server.address);
    get(&local().without_api_key().api_key(KEY).build().unwrap()).send().await.unwrap();
    let keyless = Meld::builder().environment(Environment::Sandbox).api_key(KEY).without_api_key().build().unwrap();
    let error = clean(get(&keyless).send().await.unwrap_err());
    assert!(error.to_string().contains("needs an API key"), "{error}");
}

#[test]
fn plain_http_elsewhere_needs_an_opt_in() {
    let builder = |address: &str| Meld::builder().api_key(KEY).base_url(address);
    for address in ["http://mock:8080", "http://host.docker.internal", "http://10.0.0.7:8080"] {
        assert!(rejected(builder(address)).contains("allow_plain_http(true)"), "{address}");
        let open = builder(address).allow_plain_http(true);
        assert!(open.clone().build().unwrap().transport().base_url().starts_with(address));
        assert!(open.allow_plain_http(false).build().is_err(), "{address}");
    }
    for address in ["ftp://mock", "http://user@mock", "http://mock?x=1"] {
        assert!(builder(address).allow_plain_http(true).build().is_err(), "{address}");
    }
}

#[test]
fn call_outside_of_a_runtime_is_an_error() {
    let meld = Meld::builder().api_key(KEY).base_url("http://localhost:9").build().unwrap();
    for retries in [RetryPolicy::never(), RetryPolicy::default()] {
        let mut call = Box::pin(get(&meld).with_retry_policy(retries).send());
        let mut context = Context::from_waker(Waker::noop());
        let Poll::Ready(result) = call.as_mut().poll(&mut context) else { panic!("it waits") };
        let error = clean(result.unwrap_err());
        assert!(matches!(error.kind(), ErrorKind::Configuration { .. }), "{error:?}");
        assert!(error.to_string().contains("Tokio runtime"), "{error}");
    }
}

#[test]
fn missing_and_invalid_settings_are_named() {
    let builder = || Meld::builder().api_key(KEY).environment(Environment::Sandbox);
    assert!(rejected(Meld::builder().environment(Environment::Sandbox)).contains("no API key"));
    assert!(rejected(Meld::builder().api_key(KEY)).contains("no environment"));
    for key in ["", "two words", "BASIC very-private", "very-private\n", "very-privaté"] {
        assert!(rejected(builder().api_key(key)).contains("the API key must be"), "{key:?}");
    }
    for address in ["http://api.meld.io", "api.meld.io", "https://very-private@api.meld.io"] {
        assert!(rejected(builder().base_url(address)).contains("`base_url`: the base URL"), "{address}");
    }
    assert!(rejected(builder().user_agent("a\nb")).contains("`user_agent`"));
    assert!(rejected(builder().account_id("a b")).contains("`account_id`"));
    let zero = Duration::ZERO;
    for (builder, setting) in [
        (builder().timeout(zero), "`timeout`"),
        (builder().connect_timeout(zero), "`connect_timeout`"),
        (builder().max_response_size(0), "`max_response_size`"),
        (builder().retry_policy(RetryPolicy::default().deadline(zero)), "`RetryPolicy::deadline`"),
    ] {
        assert!(rejected(builder).contains(setting), "{setting}");
    }
    let wrong = PRIVATE.parse::<Environment>().unwrap_err();
    assert!(clean(wrong).to_string().contains("`sandbox` or `production`"));
}

#[test]
fn api_key_is_redacted() {
    let builder = Meld::builder().api_key(KEY).environment(Environment::Production);
    let meld = builder.clone().build().unwrap();
    let api = meld.v2026_02_03();
    let texts = format!("{builder:?} {meld:#?} {api:?} {:?} {:?}", api.crypto(), api.crypto().create_quote());
    assert!(!texts.contains(KEY) && texts.contains("Transport"), "{texts}");
}

/// Runs an ignored test of this file in a process with these environment variables.
fn in_process(test: &str, variables: &[(&str, &str)]) -> bool {
    let program = std::env::current_exe().unwrap();
    let test = format!("configuration::{test}");
    let mut command = std::process::Command::new(program);
    command.args(["--exact", &test, "--ignored"]).env_clear().envs(variables.iter().copied());
    command.output().unwrap().status.success()
}

#[test]
fn environment_variables_configure_a_client() {
    let both = "`MELD_ENVIRONMENT` and `MELD_BASE_URL` are both set";
    for (variables, expected) in [
        (&[("MELD_ENVIRONMENT", "Sandbox")][..], "https://api-sb.meld.io/"),
        (&[("MELD_BASE_URL", "http://[::1]:9")], "http://[::1]:9/"),
        (&[("MELD_ENVIRONMENT", "sandbox"), ("MELD_BASE_URL", "http://localhost")], both),
        (&[("MELD_ENVIRONMENT", "prod")], "`MELD_ENVIRONMENT` is `prod`; expected `sandbox` or `production`"),
        (&[("MELD_ENVIRONMENT", "very-private")], "`MELD_ENVIRONMENT` is invalid (redacted)"),
        (&[("MELD_ENVIRONMENT", KEY)], "`MELD_ENVIRONMENT` is invalid (redacted)"),
        (&[("MELD_API_KEY", ""), ("MELD_ENVIRONMENT", "production")], "no API key is set"),
        (&[("MELD_API_KEY", "BASIC very-private"), ("MELD_ENVIRONMENT", "sandbox")], "`MELD_API_KEY`: the"),
        (&[("MELD_ENVIRONMENT", " ")], "no environment is set"),
        (&[("MELD_BASE_URL", "http://mock:8080")], "`MELD_BASE_URL`: the base URL must begin with https"),
        (&[("MELD_BASE_URL", "very-private")], "`MELD_BASE_URL`: the base URL is not a URL"),
    ] {
        let process = [("MELD_API_KEY", KEY), ("EXPECTED", expected)];
        let variables = [&process[..], variables].concat();
        assert!(in_process("configured_by_variables", &variables), "{variables:?}");
    }
}

#[test]
#[ignore = "run by `environment_variables_configure_a_client`"]
fn configured_by_variables() {
    let expected = std::env::var("EXPECTED").unwrap();
    match Meld::from_env() {
        Ok(meld) => assert_eq!(meld.transport().base_url(), expected),
        Err(error) => assert!(clean(error).to_string().contains(&expected)),
    }
}

#[test]
fn methods_override_environment_variables() {
    let url = "http://localhost:9";
    for variables in [
        &[("MELD_BASE_URL", url)][..],
        &[("MELD_BASE_URL", url), ("MELD_ENVIRONMENT", "production"), ("MELD_API_KEY", "a b")],
    ] {
        assert!(in_process("replaced_variables", variables), "{variables:?}");
    }
}

#[test]
#[ignore = "run by `methods_override_environment_variables`"]
fn replaced_variables() {
    let builder = || MeldBuilder::from_env().unwrap().api_key(KEY);
    for environment in [Environment::Sandbox, Environment::Production] {
        let meld = builder().environment(environment).build().unwrap();
        assert_eq!(meld.transport().base_url(), format!("{}/", environment.base_url()));
    }
    let meld = builder().base_url("https://proxy.example").build().unwrap();
    assert_eq!(meld.transport().base_url(), "https://proxy.example/");
}

#[test]
fn https_uses_proxies_of_the_environment() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let proxy = runtime.block_on(Server::start([response("502 Bad Gateway", "", "")]));
    let variables = [("HTTPS_PROXY", proxy.address.as_str()), ("TO", "https://api-sb.meld.io")];
    assert!(in_process("send_to_url_from_environment", &variables));
    assert!(proxy.received()[0].line().starts_with("CONNECT api-sb.meld.io:443"));
    assert!(!proxy.received()[0].head.contains(KEY));
}

/// A proxy would see the API key, and would resolve `localhost` to itself.
#[test]
fn plain_http_and_loopback_use_no_proxy() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let proxy = runtime.block_on(Server::start([json("{}")]));
    let server = runtime.block_on(Server::start([json("{}")]));
    let by_name = server.address.replace("127.0.0.1", "localhost");
    let secure = server.address.replace("http", "https");
    for to in [&server.address, &by_name, &secure, "http://mock.invalid:8080"] {
        let address = proxy.address.as_str();
        let names = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"];
        let variables = names.map(|name| (name, address));
        for variables in [&variables[..], &[("PROXY", address)]] {
            let variables = [variables, &[("TO", to)]].concat();
            assert!(in_process("send_to_url_from_environment", &variables), "{variables:?}");
        }
    }
    assert!(proxy.received().is_empty());
    assert_eq!(server.received().len(), 4);
}

#[tokio::test]
#[ignore = "run by the tests of proxies"]
async fn send_to_url_from_environment() {
    let to = std::env::var("TO").unwrap();
    let builder = Meld::builder().api_key(KEY).base_url(to).allow_plain_http(true);
    let meld = match std::env::var("PROXY") {
        Ok(proxy) => builder.configure_http(move |http| http.proxy(reqwest::Proxy::all(&proxy).unwrap())),
        Err(_) => builder,
    };
    if let Err(error) = get(&meld.build().unwrap()).with_retry_policy(RetryPolicy::never()).send().await {
        clean(error);
    }
}
