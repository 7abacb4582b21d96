//! The files of a strategy that were looked over, and its stories played: the same on the command line, over
//! HTTP and on the pages.

use crank::CrankError;
use domain::Moment;
use notation::{Diagnostic, Diagnostics, Severity, Sources};
use rehearsal::story::{self, StoryReport};
use rules::strategy::{Compiled, Files, compile_at};

/// Files that were looked over.
pub(super) struct CheckedFiles {
    pub(super) compiled: Compiled,
    pub(super) stories: StoryReport,
}

impl CheckedFiles {
    /// Looks files over at a moment, and plays their stories. It fails where the program fails on a story.
    pub(super) fn of(files: &Files, now: Moment) -> Result<Self, CrankError> {
        let mut compiled = compile_at(files, now);
        let stories = stories(files, &mut compiled)?;
        Ok(Self { compiled, stories })
    }

    /// What was found, of the files and of the stories.
    pub(super) fn all(&self) -> [(&Sources, &Diagnostics); 2] {
        let Self { compiled, stories } = self;
        [(&compiled.sources, &compiled.diagnostics), (&stories.sources, &stories.diagnostics)]
    }

    /// The same one by one: what must be mended comes before what somebody should look at.
    pub(super) fn in_order(&self) -> Vec<(&Sources, &Diagnostic)> {
        let mut found = Vec::new();
        for (sources, told) in self.all() {
            found.extend(told.list().iter().map(|diagnostic| (sources, diagnostic)));
        }
        found.sort_by_key(|(_, diagnostic)| diagnostic.severity != Severity::Error);
        found
    }

    pub(super) fn errors(&self) -> usize {
        self.all().map(|(_, told)| told.errors()).iter().sum()
    }

    pub(super) fn warnings(&self) -> usize {
        self.all().map(|(_, told)| told.warnings()).iter().sum()
    }
}

/// Plays the stories of a strategy that compiles, which is taken out.
pub(super) fn stories(files: &Files, compiled: &mut Compiled) -> Result<StoryReport, CrankError> {
    let strategy = compiled.strategy.take();
    let told = strategy.map(|strategy| story::tell(files, strategy)).transpose()?;
    Ok(told.unwrap_or_default())
}
