//! How a verb ends: done, problems found, wrong use, or could not.

use std::io;
use std::process::ExitCode;

use store::StoreError;

use crate::config::ConfigError;
use crate::config::serving::ServingError;
use crate::local::Refusal;
use crate::local::refusal::with_causes;

/// How a verb ended that did what it was asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ending {
    /// It did what was asked.
    Done,
    /// It found problems.
    Found,
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        match ending {
            Ending::Done => Self::SUCCESS,
            Ending::Found => Self::from(1),
        }
    }
}

/// Why a verb did not do what it was asked.
#[derive(Debug)]
pub(super) enum Failure {
    /// Wrong use: exit code 2.
    Wrong(FailureText),
    /// Could not: exit code 3.
    Unable(FailureText),
    /// Files that people wrote are wrong, and that was drawn already: exit code 2.
    Drawn,
    /// Whoever read our output has gone: nobody is told.
    NobodyReads,
}

/// What there is to say of a failure.
#[derive(Debug)]
pub(super) struct FailureText {
    /// The name of its help page.
    pub(super) code: String,
    /// A fragment that fits behind "could not …: ".
    pub(super) says: String,
    /// What to do, and what was seen: a line each.
    pub(super) help: Vec<String>,
}

impl FailureText {
    fn new(code: &str, says: impl Into<String>) -> Self {
        Self { code: code.to_owned(), says: says.into(), help: Vec::new() }
    }
}

impl Failure {
    /// The same with lines of help.
    pub(super) fn with_help(mut self, lines: Vec<String>) -> Self {
        match &mut self {
            Self::Wrong(told) | Self::Unable(told) => told.help = lines,
            Self::Drawn | Self::NobodyReads => {}
        }
        self
    }

    pub(super) fn wrong(code: &str, says: impl Into<String>) -> Self {
        Self::Wrong(FailureText::new(code, says))
    }

    pub(super) fn unable(code: &str, says: impl Into<String>) -> Self {
        Self::Unable(FailureText::new(code, says))
    }

    /// What there is to say of it, where that was not said already.
    pub(super) const fn told(&self) -> Option<&FailureText> {
        match self {
            Self::Wrong(told) | Self::Unable(told) => Some(told),
            Self::Drawn | Self::NobodyReads => None,
        }
    }

    pub(super) fn code(&self) -> ExitCode {
        match self {
            Self::Wrong(_) | Self::Drawn => ExitCode::from(2),
            Self::Unable(_) => ExitCode::from(3),
            Self::NobodyReads => ExitCode::SUCCESS,
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let Refusal { code, says, wrong_use } = refusal;
        let told = FailureText { code, says, help: Vec::new() };
        if wrong_use { Self::Wrong(told) } else { Self::Unable(told) }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Refusal::from(error).into()
    }
}

impl From<io::Error> for Failure {
    /// Of standard output: files have errors of their own.
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::NobodyReads
        } else {
            Self::unable("output-failed", error.to_string())
        }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::wrong(error.code(), with_causes(&error))
    }
}

impl From<ServingError> for Failure {
    fn from(error: ServingError) -> Self {
        Self::wrong(error.code(), with_causes(&error))
    }
}
