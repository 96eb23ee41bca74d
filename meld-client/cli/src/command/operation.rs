//! The command of an operation.

use clap::{Arg, ArgAction, Command};

use super::values::OpenValues;
use crate::catalog::{Entry, Field, first_sentence};

/// The prefix of the ids of options for parameters.
pub const PARAMETER: &str = "parameter:";

/// The prefix of the ids of options for fields of the body.
pub const FIELD: &str = "field:";

/// The options of every operation, whose names no parameter can have.
const RESERVED: [&str; 17] = [
    "all",
    "body",
    "dry-run",
    "errors",
    "fields",
    "file",
    "help",
    "idempotency-key",
    "output",
    "profile",
    "query",
    "retry",
    "strict",
    "template",
    "timeout",
    "version",
    "yes",
];

/// Returns the command of an operation, with its options if it is selected.
pub fn command(entry: &Entry, is_selected: bool) -> Command {
    let command = Command::new(entry.command()).about(entry.summary());
    if !is_selected {
        return command;
    }
    let mut taken: Vec<String> = RESERVED.iter().map(|name| (*name).to_owned()).collect();
    let mut options = Vec::new();
    for field in entry.parameters() {
        let option = option(&field, PARAMETER, "param", &mut taken);
        options.push(if field.is_required { option.required_unless_present("template") } else { option });
    }
    for field in entry.body_fields() {
        options.push(option(&field, FIELD, "body", &mut taken).help_heading("Fields of the body"));
    }
    command.long_about(long_about(entry)).args(options).args(own_options(entry))
}

/// Returns the options that do not depend on parameters.
fn own_options(entry: &Entry) -> Vec<Arg> {
    let mut options = Vec::new();
    if entry.operation.has_body {
        options.push(
            Arg::new("body")
                .long("body")
                .value_name("SOURCE")
                .num_args(1..)
                .action(ArgAction::Append)
                .help("Body: @FILE, - for standard input, JSON, or fields: name=value, a.b[0]=value, name:=JSON"),
        );
        let template = Arg::new("template").long("template").value_name("EXTENT").num_args(0..=1).require_equals(true);
        let template = template.value_parser(["required", "full"]).default_missing_value("required");
        options.push(template.help("Print a valid example body: the required fields, or with =full all fields"));
    } else {
        // For `required_unless_present`.
        options.push(Arg::new("template").long("template").action(ArgAction::SetTrue).hide(true));
    }
    if entry.spec.as_ref().is_some_and(meld_sandbox::Operation::is_multipart) {
        let file = Arg::new("file").long("file").value_name("PART=FILE").action(ArgAction::Append);
        options.push(file.help("File for a part of the body"));
    }
    if entry.operation.is_paged {
        options.push(Arg::new("all").long("all").action(ArgAction::SetTrue).help("Fetch all pages"));
    }
    if entry.operation.takes_idempotency_key {
        let key = Arg::new("idempotency-key").long("idempotency-key").value_name("UUID");
        options.push(key.value_parser(clap::value_parser!(uuid::Uuid)).help("Idempotency key [default: random]"));
    }
    options
}

/// Returns the option of a parameter or field. A name that is taken gets a prefix.
fn option(field: &Field, id: &str, prefix: &str, taken: &mut Vec<String>) -> Arg {
    let mut flag = field.flag.clone();
    while taken.contains(&flag) {
        flag = format!("{prefix}-{flag}");
    }
    taken.push(flag.clone());
    let mark = |text: String| match (field.is_required, text.is_empty()) {
        (false, _) => text,
        (true, true) => "Required".to_owned(),
        (true, false) => format!("{text} (required)"),
    };
    let help = mark(first_sentence(&field.description));
    let option = Arg::new(format!("{id}{}", field.name)).long(flag).value_name(field.kind.to_uppercase()).help(help);
    let option = option.value_parser(OpenValues(field.known_values.clone())).allow_negative_numbers(true);
    let option = if field.description.is_empty() { option } else { option.long_help(mark(field.description.clone())) };
    match field.kind.as_str() {
        _ if field.is_list && id == PARAMETER => option.action(ArgAction::Append).value_delimiter(','),
        _ if field.is_list => option.action(ArgAction::Append),
        "boolean" => option.num_args(0..=1).default_missing_value("true"),
        _ => option,
    }
}

fn long_about(entry: &Entry) -> String {
    let operation = entry.operation;
    let mut text = format!("{}\n\n{operation}, API version {}", entry.description(), operation.version);
    if let Some(version) = operation.minimum_version {
        text.push_str(&format!(" ({version} at least is sent)"));
    }
    text.push_str("\n\nA value @FILE is read from a file, which keeps secrets out of the list of processes.");
    if !operation.error_codes.is_empty() {
        text.push_str("\n\nError codes:");
        let mut status = 0;
        for (next, code) in operation.error_codes {
            let separator = if *next == status { ", " } else { "\n  " };
            let label = if *next == status { String::new() } else { format!("{next} ") };
            text.push_str(&format!("{separator}{label}{code}"));
            status = *next;
        }
    }
    text
}
