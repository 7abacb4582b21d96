//! What an evaluation looks at. The engine shows it a lead; rules know nothing of where it comes from.

use std::borrow::Cow;

use domain::{Fields, Moment, SignalId, Value};

use crate::name::{Name, Own};

/// What is known at a moment about a lead.
pub trait Scene {
    /// The moment of the decision: the only clock there is.
    fn now(&self) -> Moment;

    /// What is known of a name.
    fn known(&self, name: &Name) -> Known<'_>;

    /// How many signals there are that are not later than now.
    fn touches(&self) -> usize;

    /// One of them by its place; the newest is the first.
    fn touch(&self, at: usize) -> Touch<'_>;

    /// How many signals there are in a scope. Where nothing more is known it is the narrowest, that of
    /// [`Scene::touches`].
    fn touches_in(&self, _scope: TouchScope) -> usize {
        self.touches()
    }

    /// One of them by its place; the newest is the first.
    fn touch_in(&self, _scope: TouchScope, at: usize) -> Touch<'_> {
        self.touch(at)
    }
}

/// Whose signals are looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TouchScope {
    /// Those of everybody at the account, not of the person alone.
    pub everybody: bool,
    /// What nobody vouches for too: claims about the company, and of others there.
    pub claims: bool,
}

/// What is known of a name.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Known<'a> {
    /// The value; none where it is unknown.
    pub value: Option<Cow<'a, Value>>,
    /// The signal that it is known from, where one says it. It is the evidence of fit.
    pub source: Option<SignalId>,
    /// Whether a source says it that may not set it. Then the value is there only where claims count.
    pub claim: bool,
}

impl<'a> Known<'a> {
    /// A value that no one signal says.
    pub const fn value(value: Option<Cow<'a, Value>>) -> Self {
        Self { value, source: None, claim: false }
    }
}

/// A signal as a filter sees it.
#[derive(Clone, Copy, Debug)]
pub struct Touch<'a> {
    /// The id of the signal.
    pub signal: SignalId,
    /// When it counts from.
    pub moment: Moment,
    /// Its kind.
    pub kind: &'a str,
    /// The configured source.
    pub source: &'a str,
    /// Its own fields.
    pub fields: &'a Fields,
}

impl<'a> Touch<'a> {
    /// What it says of itself, or is known of every signal.
    pub fn own(&self, own: &Own) -> Option<Cow<'a, Value>> {
        match own {
            Own::Kind => Some(Cow::Owned(Value::Text(self.kind.into()))),
            Own::Source => Some(Cow::Owned(Value::Text(self.source.into()))),
            Own::Field(path) => self.fields.get(path).map(Cow::Borrowed),
        }
    }
}

/// A scene of which nothing is known but the moment.
#[derive(Clone, Copy, Debug)]
pub struct Nothing(pub Moment);

impl Scene for Nothing {
    fn now(&self) -> Moment {
        self.0
    }

    fn known(&self, _name: &Name) -> Known<'_> {
        Known::default()
    }

    fn touches(&self) -> usize {
        0
    }

    fn touch(&self, _at: usize) -> Touch<'_> {
        unreachable!("there are no signals")
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
