//! Why a file is refused as a whole.

use std::fmt;
use std::io;

use domain::reason::Code;

use crate::csv::delimiter::DELIMITERS;
use crate::csv::{Header, LooksLike};

/// Why a file is not read.
#[derive(Debug, thiserror::Error)]
pub enum FileRefused {
    /// No glob of the map matches its name.
    #[error("`{file}` matches no glob of the map, which has {}", listed(.globs))]
    NoGlob {
        /// Its base name.
        file: String,
        /// What was tried.
        globs: Vec<String>,
    },
    /// More than one glob of the map matches its name.
    #[error("`{file}` matches {}, and one alone may", listed(.globs))]
    SeveralGlobs {
        /// Its base name.
        file: String,
        /// Those that match.
        globs: Vec<String>,
    },
    /// The header does not fit the map.
    #[error("`{file}` does not fit its map: {refused}")]
    Header {
        /// Its base name.
        file: String,
        /// What does not fit.
        #[source]
        refused: HeaderRefused,
        /// What stands there instead.
        seen: Box<HeaderSeen>,
    },
    /// The header cannot be read.
    #[error("the header of `{file}` in line {line} cannot be read: {}", .code.says())]
    HeaderUnreadable {
        /// Its base name.
        file: String,
        /// Where the header begins.
        line: u64,
        /// What is wrong with it.
        code: Code,
    },
    /// It is no CSV.
    #[error("`{file}` is no CSV, it looks like {looks_like}. {}", .looks_like.help())]
    NotCsv {
        /// Its base name.
        file: String,
        /// What it looks like.
        looks_like: LooksLike,
    },
    /// The bytes did not come.
    #[error("`{file}` could not be read")]
    Read {
        /// Its base name.
        file: String,
        /// What the system says.
        #[source]
        source: io::Error,
    },
}

impl FileRefused {
    /// What to do about it, in lines, the first of which is the cure. For the terminal of whoever
    /// imports: it may show what stands in the file.
    pub fn help(&self) -> Vec<String> {
        match self {
            Self::Header { seen, .. } => seen.help(),
            Self::NoGlob { .. } => {
                vec!["name the file as a glob of the map says, or add one to the map".to_owned()]
            }
            Self::SeveralGlobs { .. }
            | Self::HeaderUnreadable { .. }
            | Self::NotCsv { .. }
            | Self::Read { .. } => Vec::new(),
        }
    }

    /// Whether map and files do not go together, which is wrong use (exit code 2); else the file
    /// could not be read (3).
    pub const fn is_wrong_use(&self) -> bool {
        match self {
            Self::NoGlob { .. } | Self::SeveralGlobs { .. } | Self::Header { .. } => true,
            Self::HeaderUnreadable { .. } | Self::NotCsv { .. } | Self::Read { .. } => false,
        }
    }
}

fn listed(globs: &[String]) -> String {
    let quoted: Vec<String> = globs.iter().map(|glob| format!("`{glob}`")).collect();
    quoted.join(", ")
}

/// Why a header does not fit a map: all of it at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderRefused {
    /// Mapped columns that are not there, each with what it may be called there.
    pub missing: Vec<(String, Option<String>)>,
    /// Mapped columns that are there more than once.
    pub twice: Vec<String>,
}

impl std::error::Error for HeaderRefused {}

impl fmt::Display for HeaderRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let missing: Vec<&str> = self.missing.iter().map(|(column, _)| column.as_str()).collect();
        match missing.as_slice() {
            [] => {}
            [one] => write!(f, "the column `{one}` is not in the header")?,
            several => write!(f, "the columns {} are not in the header", quoted(several))?,
        }
        let near: Vec<&str> = self.missing.iter().filter_map(|(_, near)| near.as_deref()).collect();
        if !near.is_empty() {
            write!(f, ", which has {}", quoted(&near))?;
        }
        let twice: Vec<&str> = self.twice.iter().map(String::as_str).collect();
        if !missing.is_empty() && !twice.is_empty() {
            f.write_str("; ")?;
        }
        match twice.as_slice() {
            [] => Ok(()),
            [one] => write!(f, "the column `{one}` is in the header more than once"),
            several => {
                write!(f, "the columns {} are in the header more than once", quoted(several))
            }
        }
    }
}

fn quoted(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

/// What stands where a header was looked for: for the terminal of whoever imports alone.
#[derive(Clone, PartialEq, Eq)]
pub struct HeaderSeen {
    /// The physical line of what was taken for the header.
    pub line: u64,
    /// The names in it.
    pub names: Vec<String>,
    /// The first lines of the file.
    pub first_lines: Vec<String>,
    /// How many lines to skip, where a later one holds the columns of the map.
    pub skip: Option<u64>,
    /// Whether whole lines stand in quotes.
    pub in_quotes: bool,
}

impl fmt::Debug for HeaderSeen {
    /// Without the lines: they may be personal data and debug output reaches logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "seen(line {}, {} columns, skip {:?})", self.line, self.names.len(), self.skip)
    }
}

/// How many of the first lines are shown.
const LINES_SHOWN: usize = 5;
/// How many names of a header are shown.
const NAMES_SHOWN: usize = 40;

impl HeaderSeen {
    /// What a header row and the first lines say, under the columns that a map looks for.
    pub fn of(header: &Header, delimiter: u8, first_lines: &[String], wanted: &[&str]) -> Self {
        let names: Vec<String> = header.names().to_vec();
        let only = names.len() == 1;
        let in_quotes = only && names[0].bytes().any(|byte| DELIMITERS.contains(&byte));
        let held = |line: &String| {
            let signs = [delimiter].into_iter().chain(DELIMITERS);
            signs.map(|sign| columns_in(line, sign, wanted)).max().unwrap_or_default()
        };
        let here = wanted.iter().filter(|column| names.iter().any(|name| name == *column)).count();
        let best = (first_lines.iter().enumerate().rev())
            .max_by_key(|(_, line)| held(line))
            .filter(|(_, line)| held(line) > here);
        let skip = best.map(|(at, _)| at as u64).filter(|skip| *skip > 0 && !in_quotes);
        Self { line: header.line(), names, first_lines: first_lines.to_vec(), skip, in_quotes }
    }

    /// What to do, and what was seen: a line each.
    pub fn help(&self) -> Vec<String> {
        let mut told = Vec::new();
        if let Some(skip) = self.skip {
            let line = skip + 1;
            told.push(format!("line {line} holds columns of the map: write `skip: {skip}` in it"));
        } else if self.in_quotes {
            let says = "whole lines stand in quotes: export the file again, or take them away";
            told.push(says.to_owned());
        } else {
            told.push(
                "correct the column names in the map, name the columns of a file without a header \
                 with `columns: [a, b]`, or pass over notes above the header with `skip: LINES`"
                    .to_owned(),
            );
        }
        let names: Vec<&str> = self.names.iter().take(NAMES_SHOWN).map(String::as_str).collect();
        told.push(format!("the header seen in line {}: {}", self.line, quoted(&names)));
        for (at, line) in self.first_lines.iter().take(LINES_SHOWN).enumerate() {
            let shown: String = line.chars().take(120).collect();
            told.push(format!("line {}: {shown}", at + 1));
        }
        told
    }
}

/// How many of the wanted columns a line holds as cells of its own.
fn columns_in(line: &str, delimiter: u8, wanted: &[&str]) -> usize {
    let cells: Vec<&str> = line
        .split(char::from(delimiter))
        .map(|cell| cell.trim_matches(|sign: char| sign == '"' || sign.is_whitespace()))
        .collect();
    wanted.iter().filter(|column| cells.contains(column)).count()
}
