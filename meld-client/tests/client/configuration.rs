//! Setting up a client.

use std::time::Duration;

use meld_client::{Environment, ErrorKind, Meld, MeldBuilder, reqwest};

use crate::support::{KEY, PRIVATE, clean};

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
