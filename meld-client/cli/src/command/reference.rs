//! The reference in the guides of `meld-client`, made from the commands. It can only be checked here, because the client does
//! not depend on this program.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use clap::{Arg, Command};

use super::{Selection, build};
use crate::catalog::{self, kebab};

const PAGE: &str = "../src/guide/cli.md";

const HEAD: &str = "<!-- Made from the commands by `INSTA_UPDATE=always cargo test -p meld-cli --lib reference`; do not edit. -->
Reference of the program `meld`: all commands and options.

The README of the crate `meld-cli` shows how to use it, with profiles, formats of output and exit codes. Each command has `--help`, which
for operations lists the parameters, the fields of the body and the error codes.
";

#[test]
fn reference_lists_all_commands() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    let page = page();
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        fs::write(&file, page).unwrap();
        return;
    }
    let found = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        found == page,
        "{PAGE} is not up to date; run `INSTA_UPDATE=always cargo test -p meld-cli --lib reference`"
    );
}

fn page() -> String {
    let selection = Selection { everything: true, ..Selection::default() };
    let mut root = build(&selection).unwrap().root;
    root.build();
    let mut page = HEAD.to_owned();
    page.push_str("\n# Options of all commands\n\n");
    page.push_str(&table(&root));
    let families: Vec<String> = catalog::families().into_iter().map(|(name, _)| kebab(name)).collect();
    page.push_str("\n# Operations\n\nThe options of operations are those of their parameters and bodies, and:\n\n");
    // The options that operations have in common: those of one with a body, and of a list.
    let (sent, list) = (["payments", "create-transaction"], ["payments", "search-transactions"]);
    let of = |path: &[&str], names: &'static [&str]| {
        let arguments = command(&root, path).get_arguments();
        arguments.filter(|one| one.get_long().is_some_and(|long| names.contains(&long))).collect::<Vec<_>>()
    };
    let common = [of(&sent, &["body", "template", "idempotency-key"]), of(&list, &["all"])].concat();
    page.push_str(&rows(common.into_iter()));
    for family in &families {
        let family = command(&root, &[family]);
        write!(page, "\n## `meld {}`\n\n| Command | Purpose |\n|---|---|\n", family.get_name()).unwrap();
        for one in family.get_subcommands().filter(|one| is_shown(one)) {
            writeln!(page, "| `{}` | {} |", one.get_name(), about(one)).unwrap();
        }
    }
    page.push_str("\n# Tools\n");
    let webhooks = command(&root, &["webhooks"]);
    let of_webhooks = ["verify", "trigger", "listen"].iter().filter_map(|name| webhooks.find_subcommand(name));
    for one in root.get_subcommands().filter(|one| is_shown(one) && !families.contains(&one.get_name().to_owned())) {
        tool("meld", one, &mut page);
    }
    of_webhooks.for_each(|one| tool("meld webhooks", one, &mut page));
    page
}

/// Adds a command that is no operation, and its subcommands.
fn tool(parent: &str, one: &Command, page: &mut String) {
    let name = format!("{parent} {}", one.get_name());
    let positionals = one.get_positionals().map(|one| match one.is_required_set() {
        true => format!(" {}", value(one)),
        false => format!(" [{}]", value(one)),
    });
    let usage: String = positionals.collect();
    write!(page, "\n## `{name}{usage}`\n\n{}\n", about(one)).unwrap();
    let options = rows(one.get_arguments().filter(|one| !one.is_global_set()));
    if !options.is_empty() {
        write!(page, "\n{options}").unwrap();
    }
    for one in one.get_subcommands().filter(|one| is_shown(one)) {
        tool(&name, one, page);
    }
}

fn command<'c>(root: &'c Command, path: &[&str]) -> &'c Command {
    path.iter().fold(root, |command, name| command.find_subcommand(name).unwrap())
}

/// Returns `true` for commands other than `help`.
fn is_shown(command: &Command) -> bool {
    command.get_name() != "help" && !command.is_hide_set()
}

fn table(command: &Command) -> String {
    rows(command.get_arguments())
}

/// A table of arguments; empty if there are none.
fn rows<'a>(arguments: impl Iterator<Item = &'a Arg>) -> String {
    let mut text = String::new();
    for one in arguments.filter(|one| !one.is_hide_set() && one.get_id() != "help" && one.get_help().is_some()) {
        if text.is_empty() {
            text.push_str("| Option | Meaning |\n|---|---|\n");
        }
        let short = one.get_short().map(|short| format!("-{short}, ")).unwrap_or_default();
        let takes_value = one.get_action().takes_values();
        let name = match one.get_long() {
            Some(long) if takes_value => format!("{short}--{long} {}", value(one)),
            Some(long) => format!("{short}--{long}"),
            None => one.get_short().map_or_else(|| value(one), |short| format!("-{short}")),
        };
        let help = one.get_help().map(ToString::to_string).unwrap_or_default();
        let default: Vec<_> = one.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
        let default = match default.as_slice() {
            values if values.is_empty() || !takes_value => String::new(),
            values => format!(" Default: `{}`.", values.join(" ")),
        };
        let help = escaped(&help);
        let stop = if help.is_empty() || help.ends_with('.') { "" } else { "." };
        writeln!(text, "| `{}` | {help}{stop}{default} |", name.replace('|', "\\|")).unwrap();
    }
    text
}

fn value(one: &Arg) -> String {
    let names = one.get_value_names().unwrap_or_default();
    match names {
        [] => one.get_id().as_str().to_uppercase().replace('-', "_"),
        names => names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(" "),
    }
}

fn about(command: &Command) -> String {
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let stop = if about.ends_with('.') { "" } else { "." };
    format!("{}{stop}", escaped(&about))
}

/// Returns the text on one line, as Markdown without markup except for code.
fn escaped(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let parts: Vec<&str> = text.split('`').collect();
    let escape = |(index, part): (usize, &&str)| {
        let is_code = index % 2 == 1 && index + 1 < parts.len();
        // A cell of a table ends at each `|`, even in code.
        let marks: &[char] = if is_code { &['|'] } else { &['\\', '[', ']', '<', '>', '*', '_', '|', '#'] };
        marks.iter().fold((*part).to_owned(), |part, mark| part.replace(*mark, &format!("\\{mark}")))
    };
    parts.iter().enumerate().map(escape).collect::<Vec<_>>().join("`")
}
