//! Why something could not be read.

use std::fmt;

use domain::Moment;
use domain::id::IdError;
use store::StoreError;

/// Why something could not be read.
#[derive(Debug)]
pub enum ReadError {
    /// Nothing is known by what was asked for.
    NotFound(NotFound),
    /// The store could not be read.
    Store(StoreError),
}

impl From<StoreError> for ReadError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<NotFound> for ReadError {
    fn from(missing: NotFound) -> Self {
        Self::NotFound(missing)
    }
}

impl ReadError {
    /// The same where several were found, for whoever is not told of all of them: to them none is there.
    pub(super) fn untold(self, subject: Subject, typed: &str) -> Self {
        match self {
            Self::NotFound(NotFound { why: Why::Several(_), .. }) => {
                NotFound::new(subject, Why::Unknown, typed).into()
            }
            other @ (Self::NotFound(_) | Self::Store(_)) => other,
        }
    }
}

/// What kind of thing was looked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Subject {
    /// An account.
    Account,
    /// A handoff.
    Handoff,
    /// A person.
    Person,
    /// A quarantine entry.
    Entry,
    /// A signal.
    Signal,
    /// A version of a strategy.
    Strategy,
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Account => "account",
            Self::Handoff => "handoff",
            Self::Person => "person",
            Self::Entry => "quarantine entry",
            Self::Signal => "signal",
            Self::Strategy => "strategy version",
        })
    }
}

/// Nothing is known by what was asked for. It displays as whoever typed it is told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotFound {
    /// What was looked for.
    pub subject: Subject,
    /// Why it was not found.
    pub why: Why,
    /// What was typed. It may be somebody's address, so HTTP does not repeat it.
    typed: String,
}

/// Why something was not found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Why {
    /// It is no id.
    NoId(IdError),
    /// It is neither an id nor a domain.
    NoIdOrDomain,
    /// Nothing has this id or domain.
    Unknown,
    /// Several ids begin so.
    Several(Candidates),
    /// It was not there at the moment that is asked about.
    NotYet {
        /// The moment that is asked about.
        asked: Moment,
        /// When it was proposed.
        proposed: Moment,
    },
    /// Nothing was known of it at the moment that is asked about, or is known now.
    Empty(Option<Moment>),
}

/// Some of those that begin as was typed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Candidates {
    /// Their ids, or what else tells them apart.
    pub ids: Vec<String>,
    /// Whether there are others.
    pub more: bool,
}

/// Candidates that are told.
pub const CANDIDATES_MAX: usize = 5;

impl Candidates {
    /// Those that are told, of all that were found.
    pub fn of(ids: &[String]) -> Self {
        let ids_told = ids.iter().take(CANDIDATES_MAX).cloned().collect();
        Self { ids: ids_told, more: ids.len() > CANDIDATES_MAX }
    }
}

impl fmt::Display for Candidates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.ids.join(", "))?;
        if self.more { f.write_str(", and others") } else { Ok(()) }
    }
}

impl NotFound {
    /// Something that was typed was not found.
    pub fn new(subject: Subject, why: Why, typed: &str) -> Self {
        Self { subject, why, typed: typed.to_owned() }
    }
}

impl fmt::Display for NotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { subject, why, typed } = self;
        let typed = harmless(typed);
        match why {
            Why::NoId(error) => write!(f, "`{typed}` is no id: {error}"),
            Why::NoIdOrDomain => write!(f, "`{typed}` is no {subject} and no domain"),
            Why::Unknown if *subject == Subject::Account => {
                write!(f, "no account is known by `{typed}`")
            }
            Why::Unknown => write!(f, "there is no {subject} `{typed}`"),
            Why::Several(candidates) => {
                write!(f, "several begin with `{typed}`: {candidates}")
            }
            Why::NotYet { asked, proposed } => write!(
                f,
                "there was no {subject} `{typed}` at {asked}; it was proposed at {proposed}"
            ),
            Why::Empty(Some(moment)) => write!(f, "nothing was known of `{typed}` at {moment}"),
            Why::Empty(None) => write!(f, "nothing is known of `{typed}`"),
        }
    }
}

/// The most characters of what was typed that are repeated.
const SHOWN_MAX: usize = 60;

/// What was typed may be somebody's address: of that nothing is repeated.
fn harmless(typed: &str) -> String {
    if typed.contains('@') {
        return "…@…".to_owned();
    }
    match typed.char_indices().nth(SHOWN_MAX) {
        Some((end, _)) => format!("{}…", &typed[..end]),
        None => typed.to_owned(),
    }
}
