//! Results on standard output: JSON, tables and CSV.

mod csv;
mod rows;
mod table;

use clap::ArgMatches;

use crate::failure::Failure;
use crate::host::Host;
use crate::json::{Json, Path};
use rows::Rows;

/// The form of results.
pub struct Output {
    format: Format,
    fields: Vec<(String, Path)>,
    query: Option<jmespath::Expression<'static>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Json,
    Table,
    Csv,
}

impl Output {
    /// Returns the form that the options ask for.
    ///
    /// # Errors
    ///
    /// Returns a failure if a path or an expression is not valid.
    pub fn of(matches: &ArgMatches) -> Result<Self, Failure> {
        let format = match matches.get_one::<String>("output").map(String::as_str) {
            Some("table") => Format::Table,
            Some("csv") => Format::Csv,
            _ => Format::Json,
        };
        let fields = matches.get_many::<String>("fields").into_iter().flatten();
        let fields = fields.map(|field| Ok((field.clone(), Path::parse(field).map_err(Failure::usage)?)));
        let query = matches.get_one::<String>("query").map(|query| compile(query)).transpose()?;
        Ok(Self { format, fields: fields.collect::<Result<_, Failure>>()?, query })
    }

    /// Prints a result.
    ///
    /// # Errors
    ///
    /// Returns a failure if the expression fails, or standard output is closed.
    pub fn print(&self, host: &mut Host<'_>, result: &Json) -> Result<(), Failure> {
        let reduced;
        let result = match &self.query {
            Some(query) => {
                reduced = search(query, result)?;
                &reduced
            }
            None => result,
        };
        let text = match self.format {
            Format::Json if self.fields.is_empty() => result.to_pretty(),
            Format::Json => rows::project(result, &self.fields).to_pretty(),
            Format::Table => {
                let width = host.variable("COLUMNS").and_then(|width| width.parse().ok());
                let limit = if host.shows_output { width.or(Some(120)) } else { None };
                let (text, hidden) = table::write(&Rows::of(result, &self.fields), limit);
                if hidden > 0 {
                    host.note(&format!("{hidden} more columns; choose with --fields, or use --output json"));
                }
                text
            }
            Format::Csv => csv::write(&Rows::of(result, &self.fields)),
        };
        // A table or CSV without rows is empty.
        if text.is_empty() { Ok(()) } else { host.print(&text) }
    }
}

fn compile(query: &str) -> Result<jmespath::Expression<'static>, Failure> {
    jmespath::compile(query).map_err(|error| Failure::usage(format!("`--query`: {error}")))
}

fn search(query: &jmespath::Expression<'static>, result: &Json) -> Result<Json, Failure> {
    let found = query.search(result.to_value()).map_err(|error| Failure::usage(format!("`--query`: {error}")))?;
    Json::parse(&found.to_string()).map_err(|reason| Failure::usage(format!("`--query`: {reason}")))
}
