//! `cargo xtask regen`: writes the generated crates, or checks that the tree has them.

mod new_version;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use clap::Args;
use meld_gen::catalog::ApiVersion;
use meld_gen::emit::{self, Change, ChangeKind};
use meld_gen::error::Result;
use meld_gen::escape;
use meld_gen::pipeline::{self, Generation};
use meld_gen::repair::{self, Applied};
use meld_gen::report::{SpecReport, Timings};

use crate::diff::{Format, format};
use crate::output::{Output, counted, table};
use crate::specs::Specs;

/// The most positions of one repair that `--explain` shows.
const PLACES_SHOWN: usize = 3;

/// The arguments of the job.
#[derive(Debug, Args)]
pub struct Options {
    /// Writes nothing; lists the files that would change, and exits with 1 if there are any
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    pub(crate) specs: Specs,
    /// Lists the repairs that applied to each spec, with their positions
    #[arg(long)]
    explain: bool,
    /// Prints the time that each stage took
    #[arg(long)]
    timings: bool,
}

/// Runs the job.
pub fn run(root: &Path, options: &Options) -> Result<Output> {
    let started = Instant::now();
    let generation = pipeline::run(root, &options.specs.selection())?;
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

/// Writes or checks the tree. If a spec failed, it does neither: without that spec's files the tree would be neither
/// the old one nor the new one.
fn apply(root: &Path, check: bool, generation: &Generation, output: &mut Output) {
    for notice in &generation.notices {
        output.warning(notice);
    }
    if !generation.errors.is_empty() {
        refuse(check, generation, output);
        return;
    }
    for repair in &generation.unused_repairs {
        let what =
            format!("the repair {repair} applied nowhere; adapt it to the spec, or remove it if Meld has fixed this");
        if check { output.error(&what) } else { output.warning(&what) }
    }
    for spec in &generation.reports {
        for operation in &spec.obsolete {
            let what = format!("{}: Meld publishes {operation}; delete it from supplements/{0}", spec.file);
            if check { output.error(&what) } else { output.warning(&what) }
        }
    }
    if let Some(what) = new_version::without_helpers(root, generation) {
        if check { output.error(&what) } else { output.warning(&what) }
    }
    let new = new_version::new(root, generation);
    let changes = if check { emit::compare(root, &generation.tree) } else { emit::write(root, &generation.tree) };
    match changes {
        Ok(changes) if check => checked(&changes, generation, output),
        Ok(changes) => {
            written(&changes, generation, output);
            new.iter().for_each(|version| announce(root, *version, generation, output));
        }
        Err(error) => output.error(&error),
    }
}

/// Lists what a new version leaves to do.
fn announce(root: &Path, version: ApiVersion, generation: &Generation, output: &mut Output) {
    output.line(format!("\nnew version {version}: the crate, its features and its upgrade guide are written. Next:"));
    for step in new_version::steps(root, version, generation) {
        output.line(format!("- {step}"));
    }
}

fn refuse(check: bool, generation: &Generation, output: &mut Output) {
    for error in &generation.errors {
        output.error(error);
    }
    let done = if check { "nothing was compared" } else { "the tree is left as it was" };
    let fine = match generation.reports.len() {
        0 => "no other spec was read to its end".to_owned(),
        1 => "1 other spec is valid".to_owned(),
        count => format!("{count} other specs are valid"),
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
    output.line(format!("{}: {changed}", totals(generation)));
    changes_of_interfaces(generation, output);
}

/// The changes of the interfaces, and the next versions of crates that follow from them.
fn changes_of_interfaces(generation: &Generation, output: &mut Output) {
    if generation.changes.is_empty() {
        return;
    }
    output.line("");
    output.line(format::format(&generation.changes, Format::Text));
    for comparison in &generation.changes {
        let Some(version) = ApiVersion::parse(&comparison.title) else { continue };
        let changelog = emit::paths::changelog_file(version);
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
        output.remark(format!("{differ} not as generated; run `cargo xtask regen`"));
    } else if !output.has_failed() {
        output.line(format!("{}: up to date", totals(generation)));
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string().replace('\\', "/")
}

fn totals(generation: &Generation) -> String {
    let specs = &generation.reports;
    let sum = |count: fn(&SpecReport) -> usize| specs.iter().map(count).sum::<usize>();
    let shared = &generation.shared;
    let shared_types: usize = shared.iter().map(|shared| shared.families.len()).sum();
    [
        counted(specs.len(), "spec"),
        counted(sum(|spec| spec.operations.len()), "operation"),
        counted(sum(|spec| spec.types) + shared_types, "type"),
        counted(generation.tree.lines(), "line"),
    ]
    .join(", ")
}

/// The repairs of each spec, grouped by name.
fn explain(specs: &[SpecReport], output: &mut Output) {
    for spec in specs {
        let mut repairs: BTreeMap<&str, Vec<&Applied>> = BTreeMap::new();
        for applied in &spec.repairs {
            repairs.entry(applied.repair).or_default().push(applied);
        }
        let (names, places) = (repairs.len(), spec.repairs.len());
        let head = format!("{}, {}", counted(names, "repair"), counted(places, "position"));
        output.line(format!("{}: {head}", spec.file));
        for (name, places) in repairs {
            let count = counted(places.len(), "position");
            output.line(format!("  {name}: {count}"));
            if let Some(repair) = repair::repairs().iter().find(|repair| repair.name == name) {
                output.line(format!("    evidence: {}", repair.evidence));
            }
            let shown = if repair::is_table(name) { places.len() } else { PLACES_SHOWN };
            for applied in places.iter().take(shown) {
                output.line(escape::line(&format!("    {}: {}", applied.pointer, applied.what)));
            }
            if places.len() > shown {
                output.line(format!("    … and {} more", places.len() - shown));
            }
        }
    }
}

/// A line for each stage, summed over the specs, which are processed in parallel; then the elapsed times.
fn timings(specs: &[SpecReport], generated: Duration, applied: Duration, output: &mut Output) {
    let sum = |stage: fn(&Timings) -> Duration| specs.iter().map(|spec| stage(&spec.timings)).sum::<Duration>();
    let sums = [
        ("load", sum(|timings| timings.load)),
        ("lower", sum(|timings| timings.lower)),
        ("repair", sum(|timings| timings.repair)),
        ("normalize", sum(|timings| timings.normalize)),
        ("progenitor", sum(|timings| timings.progenitor)),
        ("render", sum(|timings| timings.render)),
    ];
    let all = sums.iter().map(|(_, sum)| *sum).sum();
    let rows: Vec<_> = sums
        .into_iter()
        .chain([
            ("all stages", all),
            ("elapsed: generating", generated),
            ("elapsed: tree", applied),
            ("elapsed: all", generated + applied),
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

    use meld_gen::error::{Location, Notice};

    use meld_gen::interface::Surface;

    use super::*;

    const FILE: &str = "meld-client/v2026-02-03/src/crypto.rs";

    fn spec() -> SpecReport {
        let applied =
            |repair, place: usize| Applied { repair, pointer: format!("/paths/{place}"), what: "repaired".to_owned() };
        let mut repairs: Vec<_> = (0..5).map(|place| applied("media_type", place)).collect();
        repairs.push(applied("cycle", 9));
        SpecReport {
            file: "crypto-20260203.json".to_owned(),
            version: ApiVersion::parse("2026-02-03").unwrap(),
            family: "crypto".to_owned(),
            operations: Vec::new(),
            surface: Surface::default(),
            types: 1,
            repairs,
            obsolete: Vec::new(),
            timings: Timings { load: Duration::from_millis(2), ..Timings::default() },
        }
    }

    fn generation() -> Generation {
        let mut generation = Generation { reports: vec![spec()], ..Generation::default() };
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
    fn check_passes_after_write() {
        let root = tempfile::tempdir().unwrap();
        let output = applied(root.path(), false, &generation());
        assert!(!output.has_failed());
        assert_eq!(output.out(), format!("written {FILE}\n1 spec, 0 operations, 1 type, 1 line: 1 file changed"));
        let output = applied(root.path(), true, &generation());
        assert!(!output.has_failed());
        assert_eq!(output.out(), "1 spec, 0 operations, 1 type, 1 line: up to date");
        assert!(applied(root.path(), false, &generation()).out().ends_with("nothing changed"));
    }

    #[test]
    fn check_lists_differences_and_writes_nothing() {
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
                 2 paths not as generated; run `cargo xtask regen`"
            )
        );
        assert_eq!(fs::read_to_string(&file).unwrap(), "pub struct B;\n");
        let output = applied(root.path(), false, &generation());
        assert!(output.out().contains("removed meld-client/v2026-02-03/src/extra.rs"));
        assert!(!applied(root.path(), true, &generation()).has_failed());
    }

    #[test]
    fn unused_repair_fails_only_the_check() {
        let root = tempfile::tempdir().unwrap();
        let mut generation = generation();
        generation.unused_repairs.push("cycle".to_owned());
        generation
            .notices
            .push(Notice { location: Location::new("gift-20260203.json", ""), message: "a new family".to_owned() });
        let output = applied(root.path(), false, &generation);
        assert!(!output.has_failed());
        assert_eq!(
            output.problems(),
            "warning: gift-20260203.json: a new family\n\
             warning: the repair cycle applied nowhere; adapt it to the spec, or remove it if Meld has fixed this"
        );
        let output = applied(root.path(), true, &generation);
        assert!(output.has_failed());
        assert_eq!(output.out(), "");
    }

    #[test]
    fn repairs_are_explained_by_name() {
        let mut output = Output::default();
        explain(&[spec()], &mut output);
        assert_eq!(
            output.out(),
            "crypto-20260203.json: 2 repairs, 6 positions\n  \
             cycle: 1 position\n    /paths/9: repaired\n  \
             media_type: 5 positions\n    /paths/0: repaired\n    /paths/1: repaired\n    \
             /paths/2: repaired\n    … and 2 more"
        );
    }

    #[test]
    fn timings_are_summed_over_specs() {
        let mut output = Output::default();
        let second = Duration::from_secs(1);
        timings(&[spec(), spec()], second, second, &mut output);
        assert!(output.out().starts_with("load                    4.0 ms\n"), "{}", output.out());
        assert!(output.out().ends_with("elapsed: all         2000.0 ms"), "{}", output.out());
    }
}
