//! What a key is for.

/// What a key is for. What that lets it do is said by the policies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// Send signals.
    Ingest,
    /// Read accounts, handoffs, briefs and reasons.
    Read,
    /// Work handoffs.
    Work,
    /// Mend quarantine entries, erase people, and all of reading and working.
    Revops,
    /// What agents may.
    Agent,
    /// Read, to ask why.
    Audit,
    /// All that any key may do.
    Admin,
}

impl Scope {
    /// All of them, in order.
    pub const ALL: [Self; 7] =
        [Self::Ingest, Self::Read, Self::Work, Self::Revops, Self::Agent, Self::Audit, Self::Admin];

    /// The word on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ingest => "ingest",
            Self::Read => "read",
            Self::Work => "work",
            Self::Revops => "revops",
            Self::Agent => "agent",
            Self::Audit => "audit",
            Self::Admin => "admin",
        }
    }

    /// Reads the word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == word)
    }

    /// In whose name a key with it acts; nobody's where it is not for acting.
    pub const fn acts(self) -> Option<ActsAs> {
        match self {
            Self::Work => Some(ActsAs::Member),
            Self::Revops | Self::Admin => Some(ActsAs::Anybody),
            Self::Ingest | Self::Read | Self::Agent | Self::Audit => None,
        }
    }
}

/// In whose name a key acts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ActsAs {
    /// In that of the member whom it names.
    Member,
    /// In that of any member, or of none.
    Anybody,
}
