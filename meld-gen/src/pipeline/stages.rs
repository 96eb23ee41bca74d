//! The stages that need one spec only.

use std::time::{Duration, Instant};

use crate::catalog::CatalogEntry;
use crate::error::{Notice, Result};
use crate::lower::{self, Lowered};
use crate::model::ModuleModel;
use crate::normalize;
use crate::progenitor::{cycles, input, output, run, variants};
use crate::render::Module;
use crate::repair::{self, Applied, Repaired};
use crate::report::Timings;
use crate::spec::Spec;
use crate::spec::supplements::{self, Supplement};
use crate::spec::{error_codes, recursion};

/// A spec whose module can be rendered.
pub struct Prepared<'c> {
    /// The spec.
    pub entry: &'c CatalogEntry,
    /// The types and signatures of progenitor.
    pub output: output::Model,
    /// The types and operations of the spec, without schemas.
    pub model: ModuleModel,
    /// Deviations of the generated code from the spec.
    pub notices: Vec<Notice>,
    /// The repairs that applied.
    pub repairs: Vec<Applied>,
    /// Operations of the supplement that the published spec has, as method and path.
    pub obsolete: Vec<String>,
    /// Durations of the stages.
    pub timings: Timings,
}

impl<'c> Prepared<'c> {
    /// Runs the stages. Their errors and notices have only JSON pointers; the file name is added here.
    ///
    /// # Errors
    /// Returns the error of the first stage that fails.
    pub fn new(entry: &'c CatalogEntry) -> Result<Self> {
        let mut prepared = stages(entry).map_err(|error| error.in_file(&entry.file))?;
        let notices = prepared.notices.into_iter().map(|notice| notice.in_file(&entry.file));
        prepared.notices = notices.collect();
        Ok(prepared)
    }

    /// Returns the module to render.
    ///
    /// # Errors
    /// Returns an error if progenitor's output lacks an operation.
    pub fn module(&self) -> Result<Module<'_>> {
        let file = &self.entry.file;
        Module::new(&self.output, &self.model, file).map_err(|error| error.in_file(file))
    }
}

fn stages(entry: &CatalogEntry) -> Result<Prepared<'_>> {
    let (file, module) = (entry.file.as_str(), entry.family.module.as_str());
    let mut clock = Clock::start();
    let mut spec = Spec::read(entry)?;
    let Supplement { mut facts, obsolete } = supplements::merge(&mut spec, entry)?;
    error_codes::read(&spec, &mut facts);
    let load = clock.lap();
    let Lowered { mut api, mut notices } = lower::lower(&spec)?;
    drop(spec);
    let lower = clock.lap();
    let Repaired { applied: repairs, notices: unknown } = repair::repair(&mut api, &mut facts, module, entry.version);
    recursion::check(&api)?;
    let repair = clock.lap();
    let mut model = normalize::normalize(api, &facts, module)?;
    let normalize = clock.lap();
    input::prepare(&mut model);
    let mut output = output::read(run::generate(&model, file)?, file)?;
    variants::without_properties(&mut output, &model.types);
    cycles::break_unions(&mut output, &model.types);
    // The later stages need no schemas, which take hundreds of megabytes for large specs.
    model.api.components = None;
    model.api.paths = Default::default();
    let progenitor = clock.lap();
    notices.extend(unknown);
    notices.append(&mut model.notices);
    let timings = Timings { load, lower, repair, normalize, progenitor, render: Duration::ZERO };
    Ok(Prepared { entry, output, model, notices, repairs, obsolete, timings })
}

/// Measures the stages.
pub struct Clock(Instant);

impl Clock {
    /// Starts the measurement.
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Returns the time since the start or the previous call.
    pub fn lap(&mut self) -> Duration {
        let now = Instant::now();
        now.duration_since(std::mem::replace(&mut self.0, now))
    }
}
