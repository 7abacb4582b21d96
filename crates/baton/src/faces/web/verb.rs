//! What a reader can do to a handoff by a form of its page.

/// What can be done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Verb {
    /// Take it.
    Accept,
    /// Refuse it.
    Reject,
    /// Give it to somebody.
    Reassign,
    /// Say what came of it.
    Outcome,
    /// Say what was right, wrong or missing.
    Debrief,
}

impl Verb {
    /// All of them.
    pub(super) const ALL: [Self; 5] =
        [Self::Accept, Self::Reject, Self::Reassign, Self::Outcome, Self::Debrief];

    /// The last part of its path.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Reject => "reject",
            Self::Reassign => "reassign",
            Self::Outcome => "outcome",
            Self::Debrief => "debrief",
        }
    }

    const fn done(self) -> &'static str {
        match self {
            Self::Accept => "You have it. The next thing is to get in touch.",
            Self::Reject => {
                "Rejected. It goes to the next who may have it, and marketing reads your reason."
            }
            Self::Reassign => "Given to them. They are offered it, with a deadline of their own.",
            Self::Outcome => "Logged.",
            Self::Debrief => "Thank you: that is kept with the brief.",
        }
    }
}

/// What is said once a verb is done; none for a word that is no verb.
pub(super) fn done_in_words(word: &str) -> Option<&'static str> {
    Verb::ALL.into_iter().find(|verb| verb.name() == word).map(Verb::done)
}
