//! The root command and the options of all commands.

use clap::{Arg, ArgAction, Command, value_parser};

const HEADING: &str = "Options of all commands";

/// Returns the root command without subcommands.
pub fn root() -> Command {
    let command = Command::new("meld").about("Command line of the Meld API").version(env!("CARGO_PKG_VERSION"));
    let options = result_options().into_iter().chain(request_options());
    command
        .disable_version_flag(true)
        .args(options.map(|option| option.global(true).help_heading(HEADING)))
        .arg(Arg::new("program-version").short('V').action(ArgAction::SetTrue).help("Print the version of the program"))
        .arg_required_else_help(true)
        // On a narrower terminal, its width is taken.
        .max_term_width(100)
        .after_help("Exit codes: `meld help-codes`. Operations of a family: `meld crypto --help`.")
}

/// Returns the options of results and errors.
fn result_options() -> [Arg; 4] {
    [
        Arg::new("output")
            .long("output")
            .short('o')
            .value_name("FORMAT")
            .value_parser(["json", "table", "csv"])
            .default_value("json")
            .help("Format of the result"),
        Arg::new("fields")
            .long("fields")
            .value_name("PATHS")
            .value_delimiter(',')
            .help("Fields of the result, such as id,status,details.amount"),
        Arg::new("query").long("query").value_name("JMESPATH").help("JMESPath expression to apply to the result"),
        Arg::new("errors")
            .long("errors")
            .value_name("FORMAT")
            .value_parser(["text", "json"])
            .default_value("text")
            .help("Format of errors"),
    ]
}

fn request_options() -> [Arg; 7] {
    let flag = |name: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue);
    [
        Arg::new("profile").long("profile").value_name("NAME").help("Profile of the configuration [env: MELD_PROFILE]"),
        Arg::new("version")
            .long("version")
            .value_name("DATE")
            .num_args(0..=1)
            .default_missing_value("")
            .help("API version, such as 2026-02-03 [default: the newest]; without DATE, prints that of the program"),
        flag("yes").short('y').help("Do not ask before changes in production"),
        flag("dry-run").help("Print the request with secrets redacted, and send nothing"),
        Arg::new("retry")
            .long("retry")
            .value_name("N")
            .value_parser(value_parser!(u32))
            .help("Number of retries of reads, and of writes with an idempotency key [default: 2]"),
        Arg::new("timeout")
            .long("timeout")
            .value_name("SECONDS")
            .value_parser(value_parser!(u64).range(1..))
            .help("Time limit of one attempt [default: 30]"),
        flag("strict").help("Fail on values that the spec does not have, in requests and responses"),
    ]
}
