//! A run of the program: from the arguments to the exit code.

use clap::error::ErrorKind;
use clap::{ArgMatches, FromArgMatches as _};

use crate::catalog::{Entry, Family};
use crate::command::{self, Commands, Selection};
use crate::failure::{Failure, Kind};
use crate::host::Host;
use crate::json::Json;
use crate::output::Output;
use crate::{api, connection, diagnosis, pages, profile, request, send, watch, webhooks};

/// Runs the program with its arguments, without its name, and returns the exit code.
///
/// # Examples
///
/// ```
/// # #[tokio::main]
/// # async fn main() {
/// let (mut output, mut errors) = (Vec::new(), Vec::new());
/// let mut host = meld_cli::Host {
///     input: &mut std::io::empty(),
///     output: &mut output,
///     errors: &mut errors,
///     variable: &|_| None,
///     can_ask: false,
///     shows_output: false,
///     shows_errors: false,
/// };
/// assert_eq!(meld_cli::run(&["help-codes".to_owned()], &mut host).await, 0);
/// # }
/// ```
pub async fn run(arguments: &[String], host: &mut Host<'_>) -> u8 {
    // For clients that are not of `meld-client`: those of webhooks and of the mock server. A second run finds it installed.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let failure = match parsed(arguments, host).await {
        Ok(code) => return code,
        Err(failure) => failure,
    };
    let is_json = arguments.windows(2).any(|pair| pair == ["--errors", "json"])
        || arguments.iter().any(|argument| argument == "--errors=json");
    match failure {
        Failure::ClosedPipe => {}
        ref failure if is_json => host.note(&failure.to_json().to_compact()),
        ref failure => {
            let label = if host.shows_errors { "\u{1b}[1;31merror:\u{1b}[0m" } else { "error:" };
            host.note(&format!("{label} {failure}"));
        }
    }
    failure.exit_code()
}

/// Parses the arguments, and runs the command.
async fn parsed(arguments: &[String], host: &mut Host<'_>) -> Result<u8, Failure> {
    let Commands { root, family } = command::build(&Selection::of(arguments))?;
    let names = ["meld".to_owned()].into_iter().chain(arguments.iter().cloned());
    let matches = match root.clone().try_get_matches_from(names) {
        Ok(matches) => matches,
        Err(error) => return show(host, arguments, &error),
    };
    let is_version = matches.get_one::<String>("version").is_some_and(String::is_empty);
    if matches.get_flag("program-version") || is_version {
        host.print(&format!("meld {}", env!("CARGO_PKG_VERSION")))?;
        return Ok(0);
    }
    let Some((name, matches)) = matches.subcommand() else {
        return Err(Failure::usage("no command is given; see `meld --help`"));
    };
    match name {
        "completions" => pages::completions(host, root, matches)?,
        "man" => pages::man(host, root, matches)?,
        "help-codes" => pages::exit_codes(host)?,
        name => command(host, name, matches, family.as_ref()).await?,
    }
    Ok(0)
}

async fn command(
    host: &mut Host<'_>,
    name: &str,
    matches: &ArgMatches,
    family: Option<&Family>,
) -> Result<(), Failure> {
    match (name, matches.subcommand()) {
        ("api", _) => api::run(host, matches).await,
        ("doctor", _) => diagnosis::doctor(host, matches).await,
        ("explain", _) => diagnosis::explain(host, matches).await,
        ("transactions", Some((_, matches))) => watch::run(host, matches).await,
        ("profile", _) => profile::run(host, matches),
        ("mock", _) => mock(host, matches).await,
        ("webhooks", Some(("verify", matches))) => webhooks::verify(host, matches),
        ("webhooks", Some(("trigger", matches))) => webhooks::trigger(host, matches).await,
        ("webhooks", Some(("listen", matches))) => webhooks::listen(host, matches).await,
        _ => {
            let (entry, matches) = command::entry(family, matches)?;
            operation(host, entry, &matches).await
        }
    }
}

/// Shows the help, or an error of the command line.
fn show(host: &mut Host<'_>, arguments: &[String], error: &clap::Error) -> Result<u8, Failure> {
    let is_help = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand);
    let is_colored = is_help && if error.use_stderr() { host.shows_errors } else { host.shows_output };
    let text = if is_colored { error.render().ansi().to_string() } else { error.render().to_string() };
    match is_help {
        true if arguments.iter().any(|argument| matches!(argument.as_str(), "-h" | "--help" | "help")) => {
            host.print(text.trim_end())?;
            Ok(0)
        }
        true => {
            host.note(text.trim_end());
            Ok(Kind::Usage.code())
        }
        false => Err(Failure::usage(text.trim_end().trim_start_matches("error: "))),
    }
}

async fn operation(host: &mut Host<'_>, entry: &Entry, matches: &ArgMatches) -> Result<(), Failure> {
    if let Some(template) = template(entry, matches)? {
        return host.print(&template.to_pretty());
    }
    let output = Output::of(matches)?;
    let is_open = entry.spec.as_ref().is_some_and(|spec| spec.open || !spec.takes_api_key());
    let meld = connection::open(host, matches, !is_open && !matches.get_flag("dry-run"))?;
    let transport = connection::transport(host, &meld);
    let mut prepared = request::prepare(host, entry, matches)?;
    if matches.get_flag("dry-run") {
        return host.print(&request::show(&transport, &prepared)?);
    }
    if !entry.operation.is_read_only() {
        connection::confirm(host, &meld, matches, &entry.operation.to_string())?;
    }
    request::add_files(host, &mut prepared, entry, matches)?;
    let is_all = entry.operation.is_paged && matches.get_flag("all");
    let result = match is_all {
        true => Some(send::all(host, &transport, entry, prepared.request).await?),
        false => send::once(host, &transport, entry, prepared.request).await?,
    };
    match result {
        Some(result) => output.print(host, &ranked(entry, result)),
        None => Ok(()),
    }
}

/// Returns an example body if the options ask for one.
fn template(entry: &Entry, matches: &ArgMatches) -> Result<Option<Json>, Failure> {
    let filling = match entry.operation.has_body {
        true => matches.get_one::<String>("template").map(String::as_str),
        false if matches.get_flag("template") => return Err(Failure::usage("this operation has no body")),
        false => None,
    };
    let Some(filling) = filling else { return Ok(None) };
    let filling = match filling {
        "full" => meld_sandbox::Filling::Full,
        _ => meld_sandbox::Filling::Minimal,
    };
    let spec = entry.spec.as_ref().ok_or_else(|| Failure::usage("the spec of this operation is missing"))?;
    let body = spec.example_request(0, filling)?.body;
    Ok(Some(body.as_ref().map_or_else(Json::empty, Json::from)))
}

/// Returns the quotes of a response best first: by score, then by destination amount.
fn ranked(entry: &Entry, mut result: Json) -> Json {
    if entry.operation.rust_name == "create_quote"
        && let Json::Object(fields) = &mut result
        && let Some(Json::Array(quotes)) = fields.get_mut("quotes")
    {
        let number = |json: Option<&Json>| json.and_then(Json::as_number).unwrap_or_default();
        let rank = |quote: &Json| {
            let score = quote.field("rampIntelligence").and_then(|details| details.field("rampScore"));
            let score = number(score.or(quote.field("customerScore")));
            (score, number(quote.field("destinationAmount")))
        };
        quotes.sort_by(|one, other| {
            let ((score, amount), (other_score, other_amount)) = (rank(one), rank(other));
            other_score.total_cmp(&score).then(other_amount.total_cmp(&amount))
        });
    }
    result
}

/// Serves the mock server until Ctrl-C.
async fn mock(host: &mut Host<'_>, matches: &ArgMatches) -> Result<(), Failure> {
    let options = meld_sandbox::program::Options::from_arg_matches(matches);
    let options = options.map_err(|error| Failure::usage(error.to_string()))?;
    let served = meld_sandbox::program::serve(&options, &mut *host.output).await;
    served.map_err(|error| Failure::new(Kind::Other, error.to_string()))
}
