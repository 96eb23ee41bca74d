//! Input that is not valid.

use meld_sandbox::Sandbox;

use crate::support::Run;

#[tokio::test]
async fn unknown_names_suggest_the_nearest() {
    for (line, suggestion) in [
        ("cripto create-quote", "'crypto'"),
        ("crypto create-qoute", "'create-quote'"),
        ("crypto create-quote --contry-code US", "'--country-code'"),
        ("payments get-transaction --i x", "'--id'"),
    ] {
        let error = Run::new(line).run().await.failed(2);
        assert!(error.contains(suggestion), "{line}: {error}");
    }
}

#[tokio::test]
async fn missing_parameters_are_named() {
    let error = Run::new("payments get-transaction").run().await.failed(2);
    assert!(error.contains("--id <STRING>"), "{error}");
    let error = Run::new("").run().await.failed(2);
    assert!(error.contains("crypto"), "{error}");
}

#[tokio::test]
async fn malformed_body_names_pointer_and_schema() {
    let sandbox = Sandbox::start().await.unwrap();
    let create = |body: &str| Run::new("crypto create-widget-session --body").arg(body).at(&sandbox);
    let error = create(r#"{"sessionData":{"countryCode":7}}"#).run().await.failed(2);
    assert!(error.contains("/sessionType") && error.contains("--template"), "{error}");
    let error = create(r#"{"sessionType":"BUY","sessionData":{"countryCode":7}}"#).run().await.failed(2);
    assert!(error.contains("/sessionData/countryCode: expected string, found number"), "{error}");
    assert!(!error.contains("oneOf"), "{error}");
    let error = create("{\"a\":\n }x").run().await.failed(2);
    assert!(error.contains("line 2, column"), "{error}");
    let error = Run::new("crypto create-quote --source-amount ten").at(&sandbox).run().await.failed(2);
    assert!(error.contains("/sourceAmount: expected a number"), "{error}");
    let error = create("nonsense").run().await.failed(2);
    assert!(error.contains("name=value"), "{error}");
    assert_eq!(sandbox.requests_received(), 0);
}

#[tokio::test]
async fn values_of_the_future_are_warnings() {
    let sandbox = Sandbox::start().await.unwrap();
    let line = "crypto create-quote --dry-run --country-code US --source-amount 1 --source-currency-code USD \
         --destination-currency-code BTC --integration-mode HEADLES --body countryCod=DE";
    let ran = Run::new(line).at(&sandbox).run().await;
    assert!(ran.errors.contains("warning: ") && ran.errors.contains("did you mean `HEADLESS`?"), "{}", ran.errors);
    assert!(ran.errors.contains("/countryCod") && ran.errors.contains("`countryCode`?"), "{}", ran.errors);
    assert!(ran.ok().contains("integrationMode=HEADLES"));
    Run::new(&format!("{line} --strict")).at(&sandbox).run().await.failed(2);
}

#[tokio::test]
async fn wrong_options_are_explained() {
    let sandbox = Sandbox::start().await.unwrap();
    for (line, text) in [
        ("payments get-transaction --id x --query [", "--query"),
        ("payments get-transaction --id x --fields a..b", "empty name"),
        ("payments get-transaction --id x --version soon", "2026-02-03"),
        ("payments get-transaction --id @/nonexistent/file", "/nonexistent/file"),
        ("api FETCH /a", "GET, POST"),
        ("api GET https://example.com", "must be a path"),
        ("explain x --since long", "24h"),
    ] {
        let ran = Run::new(line).at(&sandbox).run().await;
        assert!(ran.code != 0 && ran.errors.contains(text), "{line}: {} {}", ran.code, ran.errors);
    }
}
