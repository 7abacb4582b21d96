//! `baton check`: whether a strategy holds together, and its stories end as they say.

use std::path::PathBuf;

use clap::Args;
use notation::{Diagnostic, Diagnostics, Severity, Sources};
use rehearsal::story;
use rules::strategy::{Compiled, Files, compile_at};
use serde::Serialize;

use super::call::Call;
use super::ending::{Ending, Failure};
use super::strategy_folder;
use super::terminal::TextStyle;
use super::text::{count, counted};
use crate::local::Refusal;
use crate::runtime::clock;

/// Check a strategy: types, names, gaps, overlaps, what can never happen, and its stories
///
/// What is wrong is told with its file, line and column, an example that shows it, and how to mend
/// it.
#[derive(Args)]
#[command(after_help = "Example:
  baton check strategy/")]
pub(super) struct Arguments {
    /// The folder of the strategy
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// What is printed.
#[derive(Serialize)]
struct Report<'a> {
    errors: usize,
    warnings: usize,
    diagnostics: Vec<PrintedDiagnostic<'a>>,
}

#[derive(Serialize)]
struct PrintedDiagnostic<'a> {
    code: &'a str,
    severity: &'a str,
    file: &'a str,
    line: u32,
    column: u32,
    message: &'a str,
    help: Option<&'a str>,
    example: Option<&'a str>,
}

pub(super) fn run(arguments: &Arguments, call: &Call) -> Result<Ending, Failure> {
    let began = clock::now();
    let files = strategy_folder::read(&arguments.folder)?;
    let mut compiled = compile_at(&files, began);
    let stories = stories(&files, &mut compiled)?;
    let looked = CheckedFolder { compiled, stories };
    let took = clock::now() - began;
    if call.terminal.json {
        call.terminal.json(&looked.report())?;
    } else {
        for (sources, diagnostics) in looked.all() {
            call.terminal.draw_out(sources, diagnostics)?;
        }
        call.terminal.line(&looked.summary(took, call))?;
    }
    // With warnings alone it can be applied.
    Ok(if looked.errors() == 0 { Ending::Done } else { Ending::Found })
}

/// Plays the stories of a strategy that compiles, which is taken out.
pub(super) fn stories(
    files: &Files,
    compiled: &mut Compiled,
) -> Result<story::StoryReport, Failure> {
    let Some(strategy) = compiled.strategy.take() else { return Ok(story::StoryReport::default()) };
    Ok(story::tell(files, strategy).map_err(Refusal::from)?)
}

/// A folder that was looked over.
struct CheckedFolder {
    compiled: Compiled,
    stories: story::StoryReport,
}

impl CheckedFolder {
    fn all(&self) -> [(&Sources, &Diagnostics); 2] {
        let Self { compiled, stories } = self;
        [(&compiled.sources, &compiled.diagnostics), (&stories.sources, &stories.diagnostics)]
    }

    fn errors(&self) -> usize {
        self.all().map(|(_, told)| told.errors()).iter().sum()
    }

    fn warnings(&self) -> usize {
        self.all().map(|(_, told)| told.warnings()).iter().sum()
    }

    fn report(&self) -> Report<'_> {
        let diagnostics = self.all().into_iter().flat_map(|(sources, diagnostics)| {
            diagnostics.list().iter().map(|diagnostic| told(sources, diagnostic))
        });
        let mut diagnostics: Vec<PrintedDiagnostic<'_>> = diagnostics.collect();
        // What must be mended comes before what somebody should look at.
        diagnostics.sort_by_key(|told| told.severity != Severity::Error.as_str());
        Report { errors: self.errors(), warnings: self.warnings(), diagnostics }
    }

    fn summary(&self, took: domain::Span, call: &Call) -> String {
        let style = |found: usize, style: TextStyle, word: &str| {
            let says = count(found as u64, word);
            if found > 0 { call.terminal.styled(style, &says) } else { says }
        };
        let stories = match self.stories.stories {
            0 => String::new(),
            stories => format!(", {}", counted(stories as u64, "story", "stories")),
        };
        let counts = self.compiled.counts;
        format!(
            "{}, {} in {}, {}, {}{stories} ({} ms)",
            style(self.errors(), TextStyle::Red, "error"),
            style(self.warnings(), TextStyle::Amber, "warning"),
            count(counts.files as u64, "file"),
            count(counts.rules as u64, "rule"),
            count(counts.pools as u64, "pool"),
            took.as_ms().max(0)
        )
    }
}

fn told<'a>(sources: &'a Sources, diagnostic: &'a Diagnostic) -> PrintedDiagnostic<'a> {
    let place = sources.place(diagnostic.span);
    PrintedDiagnostic {
        code: diagnostic.code,
        severity: diagnostic.severity.as_str(),
        file: place.file,
        line: place.line,
        column: place.column,
        message: &diagnostic.message,
        help: diagnostic.help.as_deref(),
        example: diagnostic.example.as_deref(),
    }
}
