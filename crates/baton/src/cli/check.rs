//! `baton check`: whether a strategy holds together.

use std::path::PathBuf;

use clap::Args;
use notation::Diagnostic;
use rules::strategy::{Compiled, compile};
use serde::Serialize;

use super::call::Call;
use super::ending::{Ending, Failure};
use super::strategy_folder;
use super::terminal::Hue;
use super::text::count;
use crate::runtime::clock;

/// Look a strategy over: types, names, gaps, overlaps, what can never happen
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
    diagnostics: Vec<Told<'a>>,
}

#[derive(Serialize)]
struct Told<'a> {
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
    let compiled = compile(&files);
    let took = clock::now() - began;
    if call.terminal.json {
        call.terminal.json(&report(&compiled))?;
    } else {
        call.terminal.draw_out(&compiled.sources, &compiled.diagnostics)?;
        call.terminal.line(&summary(&compiled, took, call))?;
    }
    Ok(ending(&compiled))
}

/// Whether there is anything that must be mended. With warnings alone it can be applied.
fn ending(compiled: &Compiled) -> Ending {
    if compiled.diagnostics.errors() == 0 { Ending::Done } else { Ending::Found }
}

fn report(compiled: &Compiled) -> Report<'_> {
    let diagnostics = compiled.diagnostics.list().iter();
    Report {
        errors: compiled.diagnostics.errors(),
        warnings: compiled.diagnostics.warnings(),
        diagnostics: diagnostics.map(|diagnostic| told(compiled, diagnostic)).collect(),
    }
}

fn told<'a>(compiled: &'a Compiled, diagnostic: &'a Diagnostic) -> Told<'a> {
    let place = compiled.sources.place(diagnostic.span);
    Told {
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

fn summary(compiled: &Compiled, took: domain::Span, call: &Call) -> String {
    let (errors, warnings) = (compiled.diagnostics.errors(), compiled.diagnostics.warnings());
    let hue = |found: usize, hue: Hue, word: &str| {
        let says = count(found as u64, word);
        if found > 0 { call.terminal.hue(hue, &says) } else { says }
    };
    format!(
        "{}, {} in {}, {}, {} ({} ms)",
        hue(errors, Hue::Red, "error"),
        hue(warnings, Hue::Amber, "warning"),
        count(compiled.counts.files as u64, "file"),
        count(compiled.counts.rules as u64, "rule"),
        count(compiled.counts.pools as u64, "pool"),
        took.as_ms().max(0)
    )
}
