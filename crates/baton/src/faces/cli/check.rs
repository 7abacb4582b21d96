//! `baton check`: whether a strategy holds together, and its stories end as they say.

use std::path::PathBuf;

use clap::Args;
use notation::{Diagnostic, Sources};
use serde::Serialize;

use super::call::Call;
use super::ending::{Ending, Failure};
use super::strategy_folder;
use super::terminal::TextStyle;
use super::text::{count, counted};
use crate::faces::checked_files::CheckedFiles;
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
    let looked = CheckedFiles::of(&files, began).map_err(Refusal::from)?;
    let took = clock::now() - began;
    if call.terminal.json {
        call.terminal.json(&report(&looked))?;
    } else {
        for (sources, diagnostics) in looked.all() {
            call.terminal.draw_out(sources, diagnostics)?;
        }
        call.terminal.line(&summary(&looked, took, call))?;
    }
    // With warnings alone it can be applied.
    Ok(if looked.errors() == 0 { Ending::Done } else { Ending::Found })
}

fn report(looked: &CheckedFiles) -> Report<'_> {
    let found = looked.in_order().into_iter();
    Report {
        errors: looked.errors(),
        warnings: looked.warnings(),
        diagnostics: found.map(|(sources, diagnostic)| told(sources, diagnostic)).collect(),
    }
}

fn summary(looked: &CheckedFiles, took: domain::Span, call: &Call) -> String {
    let style = |found: usize, style: TextStyle, word: &str| {
        let says = count(found as u64, word);
        if found > 0 { call.terminal.styled(style, &says) } else { says }
    };
    let stories = match looked.stories.stories {
        0 => String::new(),
        stories => format!(", {}", counted(stories as u64, "story", "stories")),
    };
    let counts = looked.compiled.counts;
    format!(
        "{}, {} in {}, {}, {}{stories} ({} ms)",
        style(looked.errors(), TextStyle::Red, "error"),
        style(looked.warnings(), TextStyle::Amber, "warning"),
        count(counts.files as u64, "file"),
        count(counts.rules as u64, "rule"),
        count(counts.pools as u64, "pool"),
        took.as_ms().max(0)
    )
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
