//! Five things to try next, each with an id that is there.

use domain::handoff::{Owner, State};
use domain::signal::IdentifierKind;
use domain::{HandoffId, Moment, Span};
use serde::Serialize;
use store::{EntryState, Read, StoreError};

use super::watch::{HandoffProgress, Watch};

/// How many entries of the quarantine are looked through for one that can be put right.
const ENTRIES_MAX: usize = 200;

/// Something to try.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// What it shows, as a sentence.
    pub says: &'static str,
    /// The arguments behind `baton`.
    pub arguments: Vec<String>,
}

impl Suggestion {
    fn new(says: &'static str, arguments: &[&str]) -> Self {
        Self { says, arguments: arguments.iter().map(|one| (*one).to_owned()).collect() }
    }
}

/// Five things to try: a reason, a brief, a context as it was, a repair, an erasure. Fewer where
/// nothing of the kind happened.
pub fn suggestions(watch: &Watch, store: &impl Read) -> Result<Vec<Suggestion>, StoreError> {
    let mut things = Vec::with_capacity(5);
    let is_offered = |seen: &HandoffProgress| seen.state == State::Offered && is_persons(seen);
    if let Some((handoff, _)) = latest(watch, is_offered).or_else(|| latest(watch, is_persons)) {
        let says = "Why this rep, and why not each other one?";
        things.push(Suggestion::new(says, &["why", &handoff.to_string()]));
    }
    if let Some((handoff, _)) = latest(watch, |seen| seen.furthest >= State::Met) {
        let says = "What does the rep read, and what does each claim rest on?";
        things.push(Suggestion::new(says, &["brief", &handoff.to_string(), "--format", "md"]));
    }
    if let Some((account, moment)) = watch.last_merge {
        let then = (moment - Span::SECOND).to_string();
        // Forwarding is followed as of the moment that is asked about.
        let account = account.to_string();
        let says = "What was known before a visitor turned out to be somebody?";
        things.push(Suggestion::new(says, &["context", &account, "--as-of", &then]));
    }
    if let Some((entry, field)) = repairable(store)? {
        let says = "What is held for one wrong value, and comes in with another?";
        let value = ["--field", &field, "--value", "true", "--release"];
        things.push(Suggestion::new(
            says,
            &[&["quarantine", "repair", &entry], value.as_slice()].concat(),
        ));
    }
    if let Some(person) = erasable(watch, store)? {
        let says = "What is left of somebody who asks to be forgotten?";
        things.push(Suggestion::new(says, &["erase", &person]));
    }
    Ok(things)
}

const fn is_persons(seen: &HandoffProgress) -> bool {
    matches!(seen.owner, Owner::Person(_))
}

fn latest(
    watch: &Watch,
    holds: impl Fn(&HandoffProgress) -> bool,
) -> Option<(HandoffId, &HandoffProgress)> {
    let fitting = watch.handoffs().iter().filter(|(_, seen)| holds(seen));
    fitting.max_by_key(|(id, seen)| (seen.opened, **id)).map(|(id, seen)| (*id, seen))
}

/// An entry whose field can be given another value, and the field.
fn repairable(store: &impl Read) -> Result<Option<(String, String)>, StoreError> {
    let waiting = store.entries(Some(EntryState::Waiting), None, ENTRIES_MAX)?;
    let consent = |field: &&String| field.contains("consent.");
    let found = waiting.rows.into_iter().find_map(|row| {
        let field = row.field.as_ref().filter(consent).cloned()?;
        Some((row.entry.to_string(), field))
    });
    Ok(found)
}

/// Somebody whose handoff is over and who is known by an address.
fn erasable(watch: &Watch, store: &impl Read) -> Result<Option<String>, StoreError> {
    let over = |seen: &&HandoffProgress| seen.state.is_terminal() && seen.opened > Moment::EPOCH;
    for seen in watch.handoffs().values().filter(over) {
        let cluster = store.cluster(seen.person)?;
        if cluster.iter().any(|row| row.kinds.has(IdentifierKind::Email)) {
            return Ok(Some(seen.person.to_string()));
        }
    }
    Ok(None)
}
