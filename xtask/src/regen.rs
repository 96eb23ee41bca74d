//! `cargo xtask regen`: writes what the documents yield, or checks that it is in the tree.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use clap::Args;
use meld_gen::catalog::ApiVersion;
use meld_gen::emit::{self, Change, ChangeKind};
use meld_gen::error::Result;
use meld_gen::pipeline::{self, Generation};
use meld_gen::repair::Applied;
use meld_gen::report::{SpecReport, Timings};

use crate::Documents;
use crate::diff::{Format, format};
use crate::output::{Output, counted, table};

/// The places of one repair that `--explain` shows when there are more of them.
const PLACES_SHOWN: usize = 3;

/// The arguments of the job.
#[derive(Debug, Args)]
pub struct Options {
    /// Writes nothing; exits with 1 when the tree is not what the documents yield, and says where
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    pub(crate) documents: Documents,
    /// Says for each document which repairs applied and where
    #[arg(long)]
    explain: bool,
    /// Says how long each stage took
    #[arg(long)]
    timings: bool,
}

/// Does the job.
pub fn run(root: &Path, options: &Options) -> Result<Output> {
    let started = Instant::now();
    let generation = pipeline::run(root, &options.documents.selection())?;
    let generated = started.elapsed();
    let mut output = Output::default();
    if options.explain {
        explain(&generation.reports, &mut output);
    }
    apply(root, options.check, &generation, &mut output);
    if options.timings {
        let applied = started.elapsed().saturating_sub(generated);
        timings(&generation.reports, generated, applied, &mut output);
    }
    Ok(output)
}

/// Writes or checks the tree, unless a document failed: without what it would have yielded, the tree would be
/// neither the old nor the new one.
fn apply(root: &Path, check: bool, generation: &Generation, output: &mut Output) {
    for notice in &generation.notices {
        output.warning(notice);
    }
    if !generation.errors.is_empty() {
        refuse(check, generation, output);
        return;
    }
    for repair in &generation.unused_repairs {
        let what = format!("the repair {repair} applied nowhere; remove it if Meld mended this");
        if check { output.error(&what) } else { output.warning(&what) }
    }
    let changes = if check {
        emit::compare(root, &generation.tree)
    } else {
        emit::write(root, &generation.tree)
    };
    match changes {
        Ok(changes) if check => checked(&changes, generation, output),
        Ok(changes) => written(&changes, generation, output),
        Err(error) => output.error(&error),
    }
}

fn refuse(check: bool, generation: &Generation, output: &mut Output) {
    for error in &generation.errors {
        output.error(error);
    }
    let done = if check { "nothing was compared" } else { "the tree is left as it was" };
    let fine = match generation.reports.len() {
        0 => "no other document was read to its end".to_owned(),
        1 => "1 other document was fine".to_owned(),
        count => format!("{count} other documents were fine"),
    };
    output.remark(format!("{done}; {fine}"));
}

fn written(changes: &[Change], generation: &Generation, output: &mut Output) {
    for change in changes {
        let verb = if change.kind == ChangeKind::Foreign { "removed" } else { "written" };
        output.line(format!("{verb} {}", shown(&change.path)));
    }
    let changed = match changes.len() {
        0 => "nothing changed".to_owned(),
        count => format!("{} changed", counted(count, "file")),
    };
    output.line(format!("{}: {changed}", totals(&generation.reports)));
    said(generation, output);
}

/// What changed in the interfaces, and which versions of the crates that asks for.
fn said(generation: &Generation, output: &mut Output) {
    if generation.changes.is_empty() {
        return;
    }
    output.line("");
    output.line(format::format(&generation.changes, Format::Text));
    for comparison in &generation.changes {
        let Some(version) = ApiVersion::parse(&comparison.title) else { continue };
        let changelog = emit::crates::changelog_file(version);
        let text = generation.tree.files.get(&changelog).map_or("", String::as_str);
        if let Some(next) = emit::changelog::next(text) {
            let (name, path) = (version.crate_name(), shown(&changelog));
            output.line(format!("\nnext version of {name}: {next}; see {path}"));
        }
    }
}

fn checked(changes: &[Change], generation: &Generation, output: &mut Output) {
    for change in changes {
        let what = match change.kind {
            ChangeKind::Stale => "stale (outdated, or edited by hand)",
            ChangeKind::Missing => "missing",
            ChangeKind::Foreign => "foreign",
        };
        output.error(&format!("{}: {what}", shown(&change.path)));
        for line in change.diff.lines() {
            output.remark(format!("    {line}"));
        }
    }
    if !changes.is_empty() {
        let differ = counted(changes.len(), "path");
        output.remark(format!("{differ} not as generated; `cargo xtask regen` mends this"));
    } else if !output.has_failed() {
        output.line(format!("{}: up to date", totals(&generation.reports)));
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string().replace('\\', "/")
}

fn totals(documents: &[SpecReport]) -> String {
    let sum = |count: fn(&SpecReport) -> usize| documents.iter().map(count).sum();
    [
        counted(documents.len(), "document"),
        counted(sum(|document| document.operations.len()), "operation"),
        counted(sum(|document| document.types), "type"),
        counted(sum(|document| document.lines), "line"),
    ]
    .join(", ")
}

/// The repairs of each document, those of one name together.
fn explain(documents: &[SpecReport], output: &mut Output) {
    for document in documents {
        let mut repairs: BTreeMap<&str, Vec<&Applied>> = BTreeMap::new();
        for applied in &document.repairs {
            repairs.entry(applied.repair).or_default().push(applied);
        }
        let (names, places) = (repairs.len(), document.repairs.len());
        let head = format!("{}, {}", counted(names, "repair"), counted(places, "place"));
        output.line(format!("{}: {head}", document.file));
        for (name, places) in repairs {
            let count = counted(places.len(), "place");
            output.line(format!("  {name}: {count}"));
            for applied in places.iter().take(PLACES_SHOWN) {
                output.line(format!("    {}: {}", applied.pointer, applied.what));
            }
            if places.len() > PLACES_SHOWN {
                output.line(format!("    … and {} more", places.len() - PLACES_SHOWN));
            }
        }
    }
}

/// A line for each stage, summed over the documents, which are worked on in parallel; then what the clock says.
fn timings(documents: &[SpecReport], generated: Duration, applied: Duration, output: &mut Output) {
    let sum = |stage: fn(&Timings) -> Duration| {
        documents.iter().map(|document| stage(&document.timings)).sum::<Duration>()
    };
    let sums = [
        ("load", sum(|timings| timings.load)),
        ("lower", sum(|timings| timings.lower)),
        ("repair", sum(|timings| timings.repair)),
        ("normalize", sum(|timings| timings.normalize)),
        ("progenitor", sum(|timings| timings.progenitor)),
        ("render", sum(|timings| timings.render)),
        ("print", sum(|timings| timings.print)),
    ];
    let all = sums.iter().map(|(_, sum)| *sum).sum();
    let rows: Vec<_> = sums
        .into_iter()
        .chain([
            ("all stages", all),
            ("clock: generating", generated),
            ("clock: tree", applied),
            ("clock: all", generated + applied),
        ])
        .map(|(name, time)| [name.to_owned(), format!("{:.1} ms", time.as_secs_f64() * 1000.0)])
        .collect();
    for line in table(&rows, &[1]) {
        output.line(line);
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use meld_gen::error::{Error, ErrorKind, Location, Notice};

    use meld_gen::interface::Surface;

    use super::*;

    const FILE: &str = "meld-client/v2026-02-03/src/crypto.rs";

    fn document() -> SpecReport {
        let applied = |repair, place: usize| Applied {
            repair,
            pointer: format!("/paths/{place}"),
            what: "mended".to_owned(),
        };
        let mut repairs: Vec<_> = (0..5).map(|place| applied("media_type", place)).collect();
        repairs.push(applied("cycle", 9));
        SpecReport {
            file: "crypto-20260203.json".to_owned(),
            version: ApiVersion::parse("2026-02-03").unwrap(),
            family: "crypto".to_owned(),
            operations: Vec::new(),
            surface: Surface::default(),
            types: 1,
            lines: 1000,
            repairs,
            timings: Timings { load: Duration::from_millis(2), ..Timings::default() },
        }
    }

    fn generation() -> Generation {
        let mut generation = Generation { reports: vec![document()], ..Generation::default() };
        generation.tree.files.insert(FILE.into(), "pub struct A;\n".to_owned());
        generation.tree.owned.push("meld-client/v2026-02-03".into());
        generation
    }

    fn applied(root: &Path, check: bool, generation: &Generation) -> Output {
        let mut output = Output::default();
        apply(root, check, generation, &mut output);
        output
    }

    #[test]
    fn writing_lists_what_changed_and_checking_agrees_afterwards() {
        let root = tempfile::tempdir().unwrap();
        let output = applied(root.path(), false, &generation());
        assert!(!output.has_failed());
        assert_eq!(
            output.out(),
            format!("written {FILE}\n1 document, 0 operations, 1 type, 1000 lines: 1 file changed")
        );
        let output = applied(root.path(), true, &generation());
        assert!(!output.has_failed());
        assert_eq!(output.out(), "1 document, 0 operations, 1 type, 1000 lines: up to date");
        assert!(applied(root.path(), false, &generation()).out().ends_with("nothing changed"));
    }

    #[test]
    fn a_check_names_what_differs_and_writes_nothing() {
        let root = tempfile::tempdir().unwrap();
        applied(root.path(), false, &generation());
        let file = root.path().join(FILE);
        fs::write(&file, "pub struct B;\n").unwrap();
        fs::write(file.with_file_name("extra.rs"), "").unwrap();
        let output = applied(root.path(), true, &generation());
        assert!(output.has_failed());
        assert_eq!(
            output.problems(),
            format!(
                "error: {FILE}: stale (outdated, or edited by hand)\n    @@ line 1 @@\n    \
                 -pub struct B;\n    +pub struct A;\n\
                 error: meld-client/v2026-02-03/src/extra.rs: foreign\n    \
                 nothing generates it; only generated files belong here\n\
                 2 paths not as generated; `cargo xtask regen` mends this"
            )
        );
        assert_eq!(fs::read_to_string(&file).unwrap(), "pub struct B;\n");
        let output = applied(root.path(), false, &generation());
        assert!(output.out().contains("removed meld-client/v2026-02-03/src/extra.rs"));
        assert!(!applied(root.path(), true, &generation()).has_failed());
    }

    #[test]
    fn a_document_that_fails_leaves_the_tree_as_it_was() {
        let root = tempfile::tempdir().unwrap();
        let mut generation = generation();
        let place = Location::new("beta-20260203.json", "/paths");
        generation.errors.push(Error::new(ErrorKind::NotOpenApi, place, "no object", "mend it"));
        generation.unused_repairs.push("not known while a document fails".to_owned());
        let output = applied(root.path(), false, &generation);
        assert!(output.has_failed());
        assert_eq!(
            output.problems(),
            "error: beta-20260203.json#/paths: no object; mend it\n\
             the tree is left as it was; 1 other document was fine"
        );
        assert!(!root.path().join("meld-client").exists());
    }

    #[test]
    fn an_unused_repair_is_a_warning_and_under_check_an_error() {
        let root = tempfile::tempdir().unwrap();
        let mut generation = generation();
        generation.unused_repairs.push("cycle".to_owned());
        generation.notices.push(Notice {
            location: Location::new("gift-20260203.json", ""),
            message: "a new family".to_owned(),
        });
        let output = applied(root.path(), false, &generation);
        assert!(!output.has_failed());
        assert_eq!(
            output.problems(),
            "warning: gift-20260203.json: a new family\n\
             warning: the repair cycle applied nowhere; remove it if Meld mended this"
        );
        let output = applied(root.path(), true, &generation);
        assert!(output.has_failed());
        assert_eq!(output.out(), "");
    }

    #[test]
    fn a_tree_that_cannot_be_written_is_an_error() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join(PathBuf::from(FILE))).unwrap();
        let output = applied(root.path(), false, &generation());
        assert!(output.has_failed());
        assert!(output.problems().contains("a folder stands where a file should"));
    }

    #[test]
    fn repairs_are_explained_by_name_with_their_first_places() {
        let mut output = Output::default();
        explain(&[document()], &mut output);
        assert_eq!(
            output.out(),
            "crypto-20260203.json: 2 repairs, 6 places\n  \
             cycle: 1 place\n    /paths/9: mended\n  \
             media_type: 5 places\n    /paths/0: mended\n    /paths/1: mended\n    \
             /paths/2: mended\n    … and 2 more"
        );
    }

    #[test]
    fn times_are_summed_over_the_documents() {
        let mut output = Output::default();
        let second = Duration::from_secs(1);
        timings(&[document(), document()], second, second, &mut output);
        assert!(output.out().starts_with("load                  4.0 ms\n"), "{}", output.out());
        assert!(output.out().ends_with("clock: all         2000.0 ms"), "{}", output.out());
    }
}
