//! Runs of the program.

use std::io::{self, Write};

use meld_cli::Host;
use meld_sandbox::Sandbox;

#[derive(Debug)]
pub struct Ran {
    pub code: u8,
    pub output: String,
    pub errors: String,
}

impl Ran {
    /// Returns the output of a run that succeeded.
    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!(self.code, 0, "{}", self.errors);
        self.output
    }

    /// Returns the errors of a run that failed with a code.
    #[track_caller]
    pub fn failed(self, code: u8) -> String {
        assert_eq!(self.code, code, "{}\n{}", self.errors, self.output);
        assert_eq!(self.output, "");
        self.errors
    }
}

/// A command line with its surroundings.
pub struct Run<'a> {
    pub arguments: Vec<String>,
    pub variables: Vec<(String, String)>,
    pub input: &'a str,
    pub can_ask: bool,
}

impl<'a> Run<'a> {
    /// Creates a run of a command line, which is split at spaces.
    pub fn new(line: &str) -> Self {
        let arguments = line.split(' ').filter(|argument| !argument.is_empty()).map(str::to_owned).collect();
        // No run reads the configuration of the machine.
        let variables = vec![("MELD_CONFIG".to_owned(), "/nonexistent/config.toml".to_owned())];
        Self { arguments, variables, input: "", can_ask: false }
    }

    /// Adds an argument, which may have spaces.
    pub fn arg(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }

    pub fn var(mut self, name: &str, value: &str) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets the variables of a mock server.
    pub fn at(self, sandbox: &Sandbox) -> Self {
        self.var("MELD_BASE_URL", sandbox.base_url()).var("MELD_API_KEY", sandbox.api_key())
    }

    pub fn input(self, input: &'a str) -> Self {
        Self { input, ..self }
    }

    pub async fn run(&self) -> Ran {
        let mut output = Vec::new();
        let (code, errors) = self.run_into(&mut output).await;
        Ran { code, output: String::from_utf8(output).unwrap(), errors }
    }

    /// Runs the program with another standard output, and returns the exit code and the errors.
    pub async fn run_into(&self, output: &mut dyn Write) -> (u8, String) {
        let mut errors = Vec::new();
        let variable = |name: &str| {
            let found = self.variables.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.clone())
        };
        let mut host = Host {
            input: &mut self.input.as_bytes(),
            output,
            errors: &mut errors,
            variable: &variable,
            can_ask: self.can_ask,
            shows_output: false,
            shows_errors: false,
        };
        let code = meld_cli::run(&self.arguments, &mut host).await;
        (code, String::from_utf8(errors).unwrap())
    }
}

/// A standard output that nobody reads.
pub struct Closed;

impl Write for Closed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
