//! What an evaluation looks at. The engine shows it a lead; rules know nothing of where it comes from.

use std::borrow::Cow;

use domain::{Fields, Moment, SignalId, Value};

/// What a name in a condition begins with.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Root {
    /// Who it is about: `person.title`.
    Person,
    /// Where they work: `account.industry`.
    Account,
    /// The signal that this is decided for: its own fields, `kind` and `source`.
    Lead,
    /// What they score: `total`, `fit`, `engagement`, in points.
    Score,
    /// What they agreed to: `consent.email`.
    Consent,
    /// The handoff that is open: `kind`, `state`.
    Handoff,
    /// Who has it: `id` and the columns of `team.csv`.
    Owner,
    /// Who might get it, in a pool's condition: the columns of `team.csv`; `skill.energy` for a skill.
    Member,
    /// A signal in a filter: its own fields, `kind` and `source`.
    Signal,
}

impl Root {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Person,
        Self::Account,
        Self::Lead,
        Self::Score,
        Self::Consent,
        Self::Handoff,
        Self::Owner,
        Self::Member,
        Self::Signal,
    ];

    /// The word in a condition.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Account => "account",
            Self::Lead => "lead",
            Self::Score => "score",
            Self::Consent => "consent",
            Self::Handoff => "handoff",
            Self::Owner => "owner",
            Self::Member => "member",
            Self::Signal => "signal",
        }
    }

    /// Reads the word.
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|root| root.as_str() == text)
    }
}

/// What is known at a moment about a lead.
pub trait Scene {
    /// The moment of the decision: the only clock there is.
    fn now(&self) -> Moment;

    /// A field by its root and path; none where it is unknown.
    fn field(&self, root: Root, path: &str) -> Option<Cow<'_, Value>>;

    /// Signals of exactly that kind, later than `after` and not later than now, newest first.
    fn touches<'a>(
        &'a self,
        kind: &str,
        after: Option<Moment>,
    ) -> Box<dyn Iterator<Item = Touch<'a>> + 'a>;

    /// The signal that a field is known from, where that is known. It is the evidence of fit.
    fn source(&self, _root: Root, _path: &str) -> Option<SignalId> {
        None
    }
}

/// A signal as a filter sees it.
#[derive(Clone, Copy, Debug)]
pub struct Touch<'a> {
    /// Which.
    pub signal: SignalId,
    /// When it counts from.
    pub moment: Moment,
    /// Its kind.
    pub kind: &'a str,
    /// Its own fields.
    pub fields: &'a Fields,
}

/// A scene of which nothing is known but the moment.
#[derive(Clone, Copy, Debug)]
pub struct Nothing(pub Moment);

impl Scene for Nothing {
    fn now(&self) -> Moment {
        self.0
    }

    fn field(&self, _root: Root, _path: &str) -> Option<Cow<'_, Value>> {
        None
    }

    fn touches<'a>(
        &'a self,
        _kind: &str,
        _after: Option<Moment>,
    ) -> Box<dyn Iterator<Item = Touch<'a>> + 'a> {
        Box::new(std::iter::empty())
    }
}

/// Whether something holds: yes, no, or nobody knows. The numbers are stored in traces.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Truth {
    /// It does not.
    No = 0,
    /// It does.
    Yes = 1,
    /// Something that it asks for is unknown.
    #[default]
    Unknown = 2,
}

impl Truth {
    /// Reads the number of a trace.
    pub const fn of(number: u8) -> Self {
        match number {
            0 => Self::No,
            1 => Self::Yes,
            _ => Self::Unknown,
        }
    }

    /// Whether it surely holds.
    pub const fn holds(self) -> bool {
        matches!(self, Self::Yes)
    }

    /// Both: no where one is no.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, Self::Yes) => Self::Yes,
            _ => Self::Unknown,
        }
    }

    /// Either: yes where one is yes.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::No, Self::No) => Self::No,
            _ => Self::Unknown,
        }
    }
}

impl std::ops::Not for Truth {
    type Output = Self;

    /// The opposite; unknown stays unknown.
    fn not(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Yes => Self::No,
            Self::Unknown => Self::Unknown,
        }
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}
