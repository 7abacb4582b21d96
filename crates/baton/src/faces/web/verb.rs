//! What is said once a reader has done something by a form of a handoff's page.

use crate::service::act::Verb;

const fn done(verb: Verb) -> &'static str {
    match verb {
        Verb::Accept => "You have it. The next thing is to get in touch.",
        Verb::Reject => {
            "Rejected. It goes to the next who may have it, and marketing reads your reason."
        }
        Verb::Snooze => "Done. Its clocks go on, and it comes back by itself.",
        Verb::Undo => "Taken back. It is as it was before, and nobody was told.",
        Verb::Reassign => "Given to them. They are offered it, with a deadline of their own.",
        Verb::Outcome => "Logged.",
        Verb::Feedback => "Thank you: it stands beside the brief, and RevOps sees it.",
        Verb::Debrief => "Thank you: that is kept with the brief.",
    }
}

/// What is said once a verb is done; none for a word that is no verb.
pub(super) fn done_in_words(word: &str) -> Option<&'static str> {
    Verb::ALL.into_iter().find(|verb| verb.name() == word).map(done)
}
