//! Why a file is refused as a whole.

use std::io;

use domain::reason::Code;

use crate::csv::LooksLike;

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

/// Why a header does not fit a map.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeaderRefused {
    /// A mapped column is not there.
    #[error("the column `{column}` is not in the header{}", .nearest.as_ref().map(|near| format!(", which has `{near}`")).unwrap_or_default())]
    Missing {
        /// What was looked for.
        column: String,
        /// What it may be called there.
        nearest: Option<String>,
    },
    /// A mapped column is there more than once.
    #[error("the column `{column}` is in the header more than once")]
    Twice {
        /// What was looked for.
        column: String,
    },
}
