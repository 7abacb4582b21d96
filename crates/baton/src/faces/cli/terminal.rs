//! The terminal: what is said on which output, colours, and progress.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use notation::{Diagnostics, Sources, Style, draw_with};
use serde::Serialize;

use super::ending::{Failure, FailureText};
use super::harmless::{Colours, JsonOut, harmless};
use super::text::{plain, wrapped};
use crate::config::folder::no_color;
use crate::local::refusal::help_for;

/// The widest line that is written, wherever it goes.
const COLUMNS: usize = 80;
/// The narrowest terminal that lines are made for.
const COLUMNS_MIN: usize = 40;

/// What a stretch of text is, for its colour.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TextStyle {
    Red,
    Amber,
    Green,
    Blue,
    Bold,
    Dim,
}

impl TextStyle {
    const fn code(self) -> &'static str {
        match self {
            Self::Red => "31",
            Self::Amber => "33",
            Self::Green => "32",
            Self::Blue => "34",
            Self::Bold => "1",
            Self::Dim => "2",
        }
    }
}

/// Both outputs.
#[derive(Debug)]
pub(super) struct Terminal {
    out: io::Stdout,
    beside: io::Stderr,
    /// Whether standard output is to hold JSON alone.
    pub(super) json: bool,
    colour: bool,
    colour_aside: bool,
    progress: bool,
    columns: usize,
}

impl Terminal {
    pub(super) fn new(json: bool) -> Self {
        let colours = !no_color();
        let (out, beside) = (io::stdout(), io::stderr());
        let aside = beside.is_terminal();
        Self {
            json,
            colour: colours && out.is_terminal(),
            colour_aside: colours && aside,
            progress: aside,
            columns: columns(),
            out,
            beside,
        }
    }

    /// How wide a line may be: as wide as the terminal, at most 80 columns.
    pub(super) const fn columns(&self) -> usize {
        self.columns
    }

    /// A line of what was asked for.
    pub(super) fn line(&self, text: &str) -> io::Result<()> {
        writeln!(self.out.lock(), "{}", harmless(text, colours(self.colour)))
    }

    /// What was asked for, as JSON in one line.
    pub(super) fn json(&self, value: &impl Serialize) -> io::Result<()> {
        let mut out = io::BufWriter::new(JsonOut::new(self.out.lock()));
        serde_json::to_writer(&mut out, value).map_err(io::Error::from)?;
        out.write_all(b"\n")?;
        out.flush()
    }

    /// The same that is JSON already.
    pub(super) fn json_text(&self, json: &str) -> io::Result<()> {
        let mut out = io::BufWriter::new(JsonOut::new(self.out.lock()));
        out.write_all(json.as_bytes())?;
        out.write_all(b"\n")?;
        out.flush()
    }

    /// Something to know that nobody asked for: on standard error.
    pub(super) fn aside(&self, text: &str) {
        for line in wrapped(&harmless(text, colours(self.colour_aside)), self.columns, "  ") {
            // Whoever closed standard error does not want to know.
            drop(writeln!(self.beside.lock(), "{line}"));
        }
    }

    /// A warning.
    pub(super) fn warn(&self, text: &str) {
        let word = self.aside_in(TextStyle::Amber, "warning");
        self.aside(&format!("{word}: {}", plain(text)));
    }

    /// Colours a stretch of standard output.
    pub(super) fn styled(&self, style: TextStyle, text: &str) -> String {
        painted(self.colour, style, text)
    }

    fn aside_in(&self, style: TextStyle, text: &str) -> String {
        painted(self.colour_aside, style, text)
    }

    /// Draws what is wrong with files that people wrote, on standard error.
    pub(super) fn draw(&self, sources: &Sources, diagnostics: &Diagnostics) {
        for drawn in drawings(sources, diagnostics, self.colour_aside) {
            let drawn = harmless(&drawn, colours(self.colour_aside));
            drop(write!(self.beside.lock(), "{drawn}"));
        }
    }

    /// The same on standard output, where it is what was asked for.
    pub(super) fn draw_out(&self, sources: &Sources, diagnostics: &Diagnostics) -> io::Result<()> {
        for drawn in drawings(sources, diagnostics, self.colour) {
            write!(self.out.lock(), "{}", harmless(&drawn, colours(self.colour)))?;
        }
        Ok(())
    }

    /// Says why a verb could not do what it was asked.
    pub(super) fn failed(&self, doing: &str, failure: Failure) -> ExitCode {
        let code = failure.code();
        if let Failure::Wrong(told) | Failure::Unable(told) = failure {
            let FailureText { code, says, help } = told;
            let head = self.aside_in(TextStyle::Red, &format!("error[{code}]"));
            self.aside(&format!("{head}: could not {doing}: {}", plain(&says)));
            for line in help {
                self.aside(&format!("  {}", plain(&line)));
            }
            let help = format!("  = help: {}", help_for(&code));
            self.aside(&self.aside_in(TextStyle::Dim, &help));
        }
        code
    }

    /// Says what is wrong with a command line, as whoever read it says it.
    pub(super) fn misused(&self, error: &clap::Error) {
        let says = error.render();
        let says = if self.colour_aside { says.ansi().to_string() } else { says.to_string() };
        let says = harmless(&says, colours(self.colour_aside)).into_owned();
        drop(write!(self.beside.lock(), "{says}"));
    }

    /// Progress over something whose size is known, drawn on a terminal alone.
    pub(super) fn progress(&self, doing: &'static str, size: u64) -> Progress {
        let target = if self.progress {
            ProgressDrawTarget::stderr_with_hz(10)
        } else {
            ProgressDrawTarget::hidden()
        };
        let style = ProgressStyle::with_template("{prefix:<9} {bar:20.green} {msg}  {eta} left")
            .expect("the template is one")
            .progress_chars("██░");
        let bar = ProgressBar::with_draw_target(Some(size.max(1)), target).with_style(style);
        bar.set_prefix(doing);
        Progress(bar)
    }
}

/// The width of the terminal that is written to, within bounds.
pub(super) fn columns() -> usize {
    let known = terminal_size::terminal_size_of(io::stdout())
        .or_else(|| terminal_size::terminal_size_of(io::stderr()));
    known.map_or(COLUMNS, |(width, _)| usize::from(width.0).clamp(COLUMNS_MIN, COLUMNS))
}

const fn colours(kept: bool) -> Colours {
    if kept { Colours::Kept } else { Colours::None }
}

fn drawings(sources: &Sources, diagnostics: &Diagnostics, colour: bool) -> Vec<String> {
    let paint = |style: Style, text: &str| {
        let style = match style {
            Style::Error => TextStyle::Red,
            Style::Warning => TextStyle::Amber,
            Style::Message => TextStyle::Bold,
            Style::Gutter => TextStyle::Blue,
            Style::Note => TextStyle::Dim,
            Style::Source => return text.to_owned(),
        };
        painted(colour, style, text)
    };
    diagnostics.list().iter().map(|known| draw_with(sources, known, paint)).collect()
}

fn painted(colour: bool, style: TextStyle, text: &str) -> String {
    if colour && !text.is_empty() {
        format!("\u{1b}[{}m{text}\u{1b}[0m", style.code())
    } else {
        text.to_owned()
    }
}

/// A bar that goes when it is done.
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// How far, and what to say of it.
    pub(super) fn at(&self, position: u64, says: impl FnOnce() -> String) {
        if !self.0.is_hidden() {
            self.0.set_message(plain(&says()));
            self.0.set_position(position);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
