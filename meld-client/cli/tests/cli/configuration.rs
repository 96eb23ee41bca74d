//! Keys, profiles and changes in production.

use meld_sandbox::Sandbox;

use crate::support::Run;

#[tokio::test]
async fn missing_key_says_how_to_set_one() {
    let error = Run::new("payments get-transaction --id x").run().await.failed(3);
    assert!(error.contains("MELD_API_KEY") && error.contains("meld profile add"), "{error}");
    let error = Run::new("doctor").var("MELD_API_KEY", "k").run().await.failed(3);
    assert!(error.contains("MELD_ENVIRONMENT"), "{error}");
}

#[tokio::test]
async fn broken_file_names_line_and_column() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    let run = |text: &str| {
        std::fs::write(&file, text).unwrap();
        Run::new("doctor").var("MELD_CONFIG", file.to_str().unwrap())
    };
    let error = run("default = \"a\"\n[profiles.a\nenvironment = 1").run().await.failed(3);
    assert!(error.contains("config.toml, line 2, column"), "{error}");
    let error = run("[profiles.a]\nenvironment = \"sandbox\"\napi-key = \"very-private\"").run().await.failed(3);
    assert!(error.contains("line 3, column 1") && error.contains("set-key") && !error.contains("private"), "{error}");
    let error = run("default = \"b\"\n[profiles.bb]\nenvironment = \"sandbox\"").run().await.failed(3);
    assert!(error.contains("no profile `b`"), "{error}");
}

#[tokio::test]
async fn profiles_are_added_used_and_removed() {
    let sandbox = Sandbox::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("meld").join("config.toml");
    let run = |line: &str| {
        let run = Run::new(line).var("MELD_CONFIG", file.to_str().unwrap());
        run.var("MOCK_KEY", sandbox.api_key()).var("PATH", "/")
    };
    run("profile add live --environment production --key-variable LIVE_KEY").run().await.ok();
    let add = format!("profile add mock --base-url {} --key-variable MOCK_KEY", sandbox.base_url());
    run(&add).run().await.ok();
    let list = run("profile list -o csv --fields name,environment,default").run().await.ok();
    assert_eq!(list, "name,environment,default\nlive,production,true\nmock,,false\n");
    let error = run("webhooks list-event-types").run().await.failed(3);
    assert!(error.contains("set the variable LIVE_KEY"), "{error}");
    run("webhooks list-event-types --profile mock").run().await.ok();
    run("profile use mock").run().await.ok();
    run("webhooks list-event-types").run().await.ok();
    let error = run("webhooks list-event-types --profile moc").run().await.failed(3);
    assert!(error.contains("did you mean `mock`?"), "{error}");
    run("profile remove mock").run().await.ok();
    assert!(!std::fs::read_to_string(&file).unwrap().contains("mock"));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn keys_are_stored_in_the_keyring() {
    use std::os::unix::fs::PermissionsExt as _;

    let sandbox = Sandbox::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    // Stands for the program of libsecret.
    let script = format!(
        "#!/bin/sh\nexport PATH=/usr/bin:/bin\necho \"$@\" >> {0}/calls\ncase $1 in\nstore) cat > {0}/key ;;\n\
         lookup) cat {0}/key 2>/dev/null ;;\nclear) rm -f {0}/key ;;\nesac\n",
        folder.path().display()
    );
    std::fs::write(path("secret-tool"), script).unwrap();
    std::fs::set_permissions(path("secret-tool"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let run = |line: &str| {
        Run::new(line).var("MELD_CONFIG", &path("config.toml")).var("PATH", folder.path().to_str().unwrap())
    };
    run(&format!("profile add mock --base-url {}", sandbox.base_url())).run().await.ok();
    let error = run("webhooks list-event-types").run().await.failed(3);
    assert!(error.contains("meld profile set-key mock"), "{error}");
    run("profile set-key mock").input(sandbox.api_key()).run().await.ok();
    run("webhooks list-event-types").run().await.ok();
    assert!(!std::fs::read_to_string(path("calls")).unwrap().contains(sandbox.api_key()));
    assert!(!std::fs::read_to_string(path("config.toml")).unwrap().contains(sandbox.api_key()));
    run("profile forget-key mock").run().await.ok();
    run("webhooks list-event-types").run().await.failed(3);
    let missing = run("profile set-key mock").input("key").var("PATH", "/nonexistent").run().await.failed(3);
    assert!(missing.contains("secret-tool") && missing.contains("--key-variable"), "{missing}");
}

#[tokio::test]
async fn changes_in_production_are_confirmed() {
    let run = |line: &str| Run::new(line).var("MELD_API_KEY", "k").var("MELD_ENVIRONMENT", "production");
    let create = "customer create-customer --external-id c-1";
    let error = run(create).run().await.failed(2);
    assert!(error.contains("POST /accounts/customers") && error.contains("--yes"), "{error}");
    let mut asked = run(create).input("no\n");
    asked.can_ask = true;
    let error = asked.run().await.failed(2);
    assert!(error.contains("Continue? [y/N]") && error.contains("not sent"), "{error}");
    let error = run("api DELETE /any").run().await.failed(2);
    assert!(error.contains("DELETE /any"), "{error}");
    run(&format!("{create} --dry-run")).run().await.ok();
}
