//! Who asks, and what they see. It follows from the scopes of a key, or from the machine's own command
//! line; whoever asks may ask for less.

use domain::Role;
use engine::view::Reader;
use rules::Strategy;
use rules::brief::{Briefing, ROLES};
use store::Within;

use crate::auth::keys::{Caller, ReadsAs};
use crate::service::sight::Sight;

/// Who asks.
#[derive(Clone, Debug)]
pub enum Access {
    /// The holder of a key.
    Key {
        /// What the key reads as.
        reads_as: ReadsAs,
        /// The role that a brief was asked for, to see less.
        narrowed: Option<&'static str>,
        /// Of which handoffs they are told.
        sight: Sight,
    },
    /// Whoever runs the command line on the machine of the data folder: the folder and its keys are
    /// theirs, so they see all of it, or what a role would see.
    Operator {
        /// With the eyes of this role.
        role: Option<&'static str>,
    },
}

impl Access {
    /// The holder of a key.
    pub fn of(caller: &Caller) -> Self {
        let nothing = ReadsAs { role: "", for_purposes: false, figures_alone: true };
        let reads_as = caller.reads_as().unwrap_or(nothing);
        Self::Key { reads_as, narrowed: None, sight: Sight::of(caller) }
    }

    /// The operator of the machine.
    pub const fn operator() -> Self {
        Self::Operator { role: None }
    }

    /// The role by its name.
    pub fn role(word: &str) -> Option<&'static str> {
        ROLES.into_iter().find(|role| *role == word)
    }

    /// The same, as narrow as a role. The operator sees what that role sees.
    #[must_use]
    pub fn narrowed_to(self, role: Option<&'static str>) -> Self {
        match self {
            Self::Key { reads_as, sight, .. } => Self::Key { reads_as, narrowed: role, sight },
            Self::Operator { .. } => Self::Operator { role },
        }
    }

    /// The part of all handoffs that they are told of under a strategy; none where they are told of all.
    pub(super) fn within(&self, strategy: Option<&Strategy>) -> Option<Within> {
        match self {
            Self::Key { sight, .. } => sight.within(strategy),
            Self::Operator { .. } => None,
        }
    }

    /// Whether they are told of all handoffs, whatever strategy is in force.
    pub fn sees_all(&self) -> bool {
        match self {
            Self::Key { sight, .. } => sight.is_everything(),
            Self::Operator { .. } => true,
        }
    }

    /// Whether they are told the names of people in a list.
    pub(super) const fn reads_names(&self) -> bool {
        matches!(self, Self::Operator { role: None })
    }

    /// Whether they see figures, and nothing of a person or company.
    pub fn sees_figures_alone(&self) -> bool {
        match self {
            Self::Key { reads_as, narrowed, .. } => {
                reads_as.figures_alone || *narrowed == Some(Role::Leader.as_str())
            }
            Self::Operator { role } => *role == Some(Role::Leader.as_str()),
        }
    }

    /// The reader of a view under a strategy's briefing.
    pub(super) fn reader<'a>(&self, briefing: &'a Briefing) -> Reader<'a> {
        match *self {
            Self::Key { reads_as, narrowed, .. } => {
                let mut reader = Reader::of(briefing, reads_as.role);
                if let Some(role) = narrowed {
                    reader = reader.narrowed_to(role);
                }
                if reads_as.for_purposes { reader } else { reader.redacted() }
            }
            Self::Operator { role: Some(role) } => Reader::of(briefing, role),
            Self::Operator { role: None } => Reader::with_personal(""),
        }
    }

    /// The reader of a view where no strategy says what it is for: nothing personal is in it.
    pub(super) fn reader_without_strategy<'a>(&self, usual: &'a Briefing) -> Reader<'a> {
        match *self {
            Self::Key { .. } => self.reader(usual).redacted(),
            Self::Operator { role } => Reader::without_personal(role.unwrap_or_default()),
        }
    }
}
