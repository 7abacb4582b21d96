//! What a caller reads. It follows from the scopes of their key; the query may ask for less.

use engine::view::Reader;
use rules::brief::{Briefing, ROLES};

use super::problem::Problem;
use super::query::Query;
use crate::runtime::keys::{Caller, ReadsAs};

/// How a caller reads.
#[derive(Clone, Debug)]
pub(super) struct ReadAccess {
    reads_as: ReadsAs,
    /// The role that `?for=` names.
    narrowed: Option<&'static str>,
}

impl ReadAccess {
    /// As whoever has the key.
    pub(super) fn of(caller: &Caller) -> Self {
        let nothing = ReadsAs { role: "", for_purposes: false };
        Self { reads_as: caller.reads_as().unwrap_or(nothing), narrowed: None }
    }

    /// The same, as narrow as `?for=` asks.
    pub(super) fn asked(caller: &Caller, query: &Query<'_>) -> Result<Self, Problem> {
        let roles = format!("one of {}", ROLES.join(", "));
        let role = |word: &str| ROLES.into_iter().find(|role| *role == word);
        let narrowed = query.read("for", &roles, role)?;
        Ok(Self { narrowed, ..Self::of(caller) })
    }

    /// The reader of a view under a strategy's briefing.
    pub(super) fn reader<'a>(&'a self, briefing: &'a Briefing) -> Reader<'a> {
        let mut reader = Reader::of(briefing, self.reads_as.role);
        if let Some(role) = self.narrowed {
            reader = reader.narrowed_to(role);
        }
        if self.reads_as.for_purposes { reader } else { reader.redacted() }
    }
}
