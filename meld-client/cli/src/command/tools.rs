//! The commands that are no operations.

use clap::{Arg, ArgAction, Args, Command, value_parser};
use clap_complete::Shell;

/// Adds the commands of the root.
pub fn add(root: Command) -> Command {
    root.subcommand(api())
        .subcommand(
            Command::new("doctor").about("Check the key, the environment, the API version, the clock and webhooks"),
        )
        .subcommand(
            Command::new("explain")
                .about("Print the activity log of a request")
                .arg(Arg::new("request-id").required(true).value_name("REQUEST_ID"))
                .arg(since("24h")),
        )
        .subcommand(transactions())
        .subcommand(profile())
        .subcommand(mock())
        .subcommand(
            Command::new("completions")
                .about("Print shell completions")
                .arg(Arg::new("shell").required(true).value_parser(value_parser!(Shell))),
        )
        .subcommand(
            Command::new("man")
                .about("Print the man page, or write the pages of all commands into a folder")
                .arg(Arg::new("dir").long("dir").value_name("DIR").help("Folder for all pages")),
        )
        .subcommand(Command::new("help-codes").about("Print the exit codes"))
}

/// Adds the commands of the family `webhooks` that are no operations.
pub fn webhooks(command: Command) -> Command {
    let url = || Arg::new("url").long("url").value_name("URL");
    let verify = Command::new("verify")
        .about("Verify a delivery and print its event; the secret is in MELD_WEBHOOK_SECRET")
        .arg(url().required(true).help("URL of the webhook profile, exactly as entered"))
        .arg(
            // A signature may begin with a hyphen.
            Arg::new("signature")
                .long("signature")
                .required(true)
                .allow_hyphen_values(true)
                .value_name("TEXT")
                .help("Header Meld-Signature"),
        )
        .arg(
            Arg::new("timestamp")
                .long("timestamp")
                .required(true)
                .value_name("TEXT")
                .help("Header Meld-Signature-Timestamp"),
        )
        .arg(Arg::new("body").long("body").default_value("-").value_name("FILE").help("Raw body; - is standard input"))
        .arg(Arg::new("any-age").long("any-age").action(ArgAction::SetTrue).help("Accept a delivery of any age"));
    let trigger = Command::new("trigger")
        .about("Send a signed example event; the secret is in MELD_WEBHOOK_SECRET")
        .arg(Arg::new("event").required(true).value_name("EVENT").help("Event type, or `list`"))
        .arg(Arg::new("to").long("to").value_name("URL").help("URL of the receiver"))
        .arg(url().help("URL to sign, if it differs from the receiver's"))
        .arg(
            Arg::new("set")
                .long("set")
                .value_name("PATH=VALUE")
                .action(ArgAction::Append)
                .help("Field of the event, such as payload.customerId=W9a, or payload.count:=3"),
        );
    let listen = Command::new("listen")
        .about("Receive, verify, print and forward events; the secret is in MELD_WEBHOOK_SECRET")
        .arg(url().help("Public URL of the tunnel to this port, as in the profile [default: the local URL]"))
        .arg(port())
        .arg(Arg::new("forward-to").long("forward-to").value_name("URL").help("URL that events are forwarded to"))
        .arg(
            Arg::new("create-profile")
                .long("create-profile")
                .action(ArgAction::SetTrue)
                .help("Create a webhook profile for the URL, and deactivate it at the end"),
        )
        .arg(
            Arg::new("events")
                .long("events")
                .value_name("TYPES")
                .value_delimiter(',')
                .requires("create-profile")
                .help("Event types of the created profile [default: all]"),
        )
        .arg(count("events"));
    command.subcommand(verify).subcommand(trigger).subcommand(listen)
}

fn api() -> Command {
    let append =
        |name: &'static str, value: &'static str| Arg::new(name).long(name).value_name(value).action(ArgAction::Append);
    Command::new("api")
        .about("Send a request to any path")
        .arg(Arg::new("method").required(true).value_name("METHOD").help("GET, POST, PUT, PATCH, DELETE, …"))
        .arg(
            Arg::new("path")
                .required(true)
                .value_name("PATH")
                .help("Path and query, such as /payments/transactions?limit=3"),
        )
        .arg(
            append("body", "SOURCE")
                .num_args(1..)
                .help("Body: @FILE, - for standard input, JSON, or fields: name=value, a.b[0]=value, name:=JSON"),
        )
        .arg(append("header", "NAME:VALUE").help("Extra header"))
        .arg(
            Arg::new("idempotency-key")
                .long("idempotency-key")
                .value_name("UUID")
                .value_parser(value_parser!(uuid::Uuid))
                .help("Idempotency key; allows retries of a write"),
        )
}

fn transactions() -> Command {
    let watch = Command::new("watch")
        .about("Print transactions when they appear or change")
        .arg(Arg::new("id").long("id").value_name("ID").help("Only this transaction, until it ends"))
        .arg(
            Arg::new("interval")
                .long("interval")
                .value_name("SECONDS")
                .value_parser(value_parser!(u64).range(1..))
                .default_value("10")
                .help("Time between two requests"),
        )
        .arg(count("lines"));
    Command::new("transactions").about("Watch transactions").subcommand_required(true).subcommand(watch)
}

fn profile() -> Command {
    let name = || Arg::new("name").required(true).value_name("NAME");
    let add = Command::new("add")
        .about("Add or change a profile")
        .arg(name())
        .arg(
            Arg::new("environment")
                .long("environment")
                .value_parser(["sandbox", "production"])
                .conflicts_with("base-url")
                .required_unless_present("base-url")
                .help("Environment"),
        )
        .arg(Arg::new("base-url").long("base-url").value_name("URL").help("Base URL instead of an environment"))
        .arg(
            Arg::new("key-variable")
                .long("key-variable")
                .value_name("VARIABLE")
                .help("Environment variable with the API key"),
        )
        .arg(Arg::new("account-id").long("account-id").value_name("ID").help("Account of network-partner operations"));
    Command::new("profile")
        .about("List, add, choose and remove profiles, and store their keys")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(Command::new("list").about("List the profiles"))
        .subcommand(add)
        .subcommand(Command::new("use").about("Make a profile the default").arg(name()))
        .subcommand(Command::new("remove").about("Remove a profile and its stored key").arg(name()))
        .subcommand(
            Command::new("set-key").about("Store the key, read from standard input, in the keyring").arg(name()),
        )
        .subcommand(Command::new("forget-key").about("Remove the key from the keyring").arg(name()))
}

fn mock() -> Command {
    // The options of the program `meld-sandbox`.
    meld_sandbox::program::Options::augment_args(Command::new("mock"))
        .mut_arg("default-version", |option| option.long("default-version"))
        .about("Serve a local mock of the Meld API until Ctrl-C, and print its URL and key")
}

fn since(default: &'static str) -> Arg {
    let since = Arg::new("since").long("since").value_name("DURATION").default_value(default);
    since.help("How far back to search, such as 30m, 24h or 7d")
}

fn port() -> Arg {
    let port = Arg::new("port").long("port").value_name("PORT").value_parser(value_parser!(u16)).default_value("0");
    port.help("Port to listen on at 127.0.0.1; 0 means a free port")
}

fn count(things: &str) -> Arg {
    let count = Arg::new("count").long("count").value_name("N").value_parser(value_parser!(u64).range(1..));
    count.help(format!("End after this number of {things}"))
}
