//! Every operation, called with its template.

use meld_client::{Operation, ParameterLocation};
use meld_sandbox::Sandbox;

use crate::support::Run;

/// Every operation of every API version is callable from its template, without an edit.
#[tokio::test]
async fn every_operation_takes_its_template() {
    // Every id exists.
    let sandbox = Sandbox::builder().examples_only(true).start().await.unwrap();
    let mut failures = Vec::new();
    let mut count = 0;
    for operation in meld_client::operations() {
        count += 1;
        let template = template(operation).await;
        let run = command(operation)
            .arg("--version")
            .arg(operation.version)
            .at(&sandbox)
            .var("MELD_SAMPLE_RESPONSES", "true");
        let run = if operation.has_body { run.arg("--body").arg("-") } else { run };
        let ran = run.input(&template).run().await;
        if ran.code != 0 || !ran.errors.lines().all(|line| line.starts_with("20") || line.starts_with("file")) {
            failures.push(format!("{}: {}\n{template}", operation.rust_name, ran.errors));
        }
    }
    assert!(count > 200, "{count}");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

async fn template(operation: &Operation) -> String {
    if !operation.has_body {
        return String::new();
    }
    let line = format!("{} {} --template", kebab(operation.family), kebab(operation.rust_name));
    Run::new(&line).arg("--version").arg(operation.version).run().await.ok()
}

/// Returns a command with all required parameters.
fn command(operation: &Operation) -> Run<'static> {
    let mut run = Run::new(&format!("{} {}", kebab(operation.family), kebab(operation.rust_name)));
    for parameter in operation.parameters.iter().filter(|parameter| parameter.required) {
        if parameter.name != "X-Idempotency-Key" {
            run =
                run.arg(&format!("--{}", kebab(parameter.rust_name))).arg(example(parameter.name, parameter.location));
        }
    }
    run
}

fn example(name: &str, location: ParameterLocation) -> &'static str {
    match name {
        "start" => "2026-01-01T00:00:00.000Z",
        "end" => "2026-01-02T00:00:00.000Z",
        "countryCode" => "US",
        "category" => "CRYPTO_ONRAMP",
        "serviceProvider" => "COINBASEPAY",
        _ if location == ParameterLocation::Header => "token",
        _ => "USD",
    }
}

fn kebab(name: &str) -> String {
    name.replace('_', "-")
}
