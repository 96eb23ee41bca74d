//! The program `meld`.

#![forbid(unsafe_code)]

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use meld_cli::Host;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args_os().skip(1).map(|text| text.to_string_lossy().into_owned()).collect();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            // If standard error is closed, the exit code still reports the failure.
            let _ = writeln!(io::stderr(), "error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let allows_color = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let (mut input, mut output, mut errors) = (io::stdin(), io::stdout(), io::stderr());
    let mut host = Host {
        can_ask: input.is_terminal() && errors.is_terminal(),
        shows_output: allows_color && output.is_terminal(),
        shows_errors: allows_color && errors.is_terminal(),
        input: &mut input,
        output: &mut output,
        errors: &mut errors,
        variable: &|name| std::env::var(name).ok(),
    };
    let code = runtime.block_on(meld_cli::run(&arguments, &mut host));
    // Tasks that still run, such as connections of the mock server, end with the process.
    runtime.shutdown_background();
    ExitCode::from(code)
}
