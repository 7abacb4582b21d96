//! Why a handoff came to its owner, and what happened to it, as its page tells it.

use domain::Moment;
use domain::handoff::State;
use engine::explain::{self, Why};
use pages::handoff::{HistoryView, WhyView};

use crate::faces::web::moments;
use crate::faces::web::words::capital;

/// The kind of the fact that takes something back.
const UNDONE: &str = "deed-undone";
/// What people said that is shown above the brief, the newest.
const SAID_MAX: usize = 3;

/// What is shown of an explanation.
pub(super) struct Told {
    /// What people call the owner.
    pub(super) owner_name: String,
    /// When they got it.
    pub(super) assigned: Option<Moment>,
    /// How long after the signal that began it.
    pub(super) after_ms: Option<i64>,
    /// What happened, newest first.
    pub(super) history: Vec<HistoryView>,
    /// Why it was refused, and what people wrote since the present owner got it, the newest first.
    pub(super) said: Vec<HistoryView>,
    says: Vec<String>,
    others: Vec<(String, String)>,
    otherwise: Option<String>,
}

impl Told {
    /// Of an explanation, as told at a moment.
    pub(super) fn of(why: &Why<'_>, now: Moment) -> Self {
        let at = why.assigned.unwrap_or(why.since);
        let others = why.found.not.iter();
        let others = others.map(|not| (not.name.clone(), explain::reason_why_not(not, at)));
        let history = why.history.iter().rev().map(|entry| HistoryView {
            when: moments::when(entry.moment, now),
            says: capital(&entry.text),
            by: entry.by.as_ref().map(|by| by.name.clone()).unwrap_or_default(),
            note: entry.note.clone(),
        });
        Self {
            owner_name: why.owner_name.clone(),
            assigned: why.assigned,
            after_ms: why.after_ms,
            history: history.collect(),
            said: said(why, now),
            says: explain::found_in_words(&why.found).iter().map(|line| capital(line)).collect(),
            others: others.collect(),
            otherwise: why.found.otherwise.as_deref().map(capital),
        }
    }

    /// Why it came to its owner.
    pub(super) fn why(&self, mine: bool) -> WhyView {
        WhyView {
            title: if mine { "Why you".to_owned() } else { format!("Why {}", self.owner_name) },
            says: self.says.clone(),
            others: self.others.clone(),
            otherwise: self.otherwise.clone(),
        }
    }
}

/// Why it was refused, and what people wrote with what they did. What the brief of the present owner says is not
/// repeated, and neither is what was taken back.
fn said(why: &Why<'_>, now: Moment) -> Vec<HistoryView> {
    let mut said: Vec<HistoryView> = Vec::new();
    for entry in &why.history {
        if entry.kind == UNDONE {
            said.pop();
            continue;
        }
        let refused = entry.state == Some(State::Rejected);
        let note = entry.note.clone().filter(|_| Some(entry.moment) >= why.assigned);
        if !refused && note.is_none() {
            continue;
        }
        let exact = entry.moment.to_string();
        // A note is a fact of its own, in the turn of what it was said with.
        if let Some(last) = said.last_mut().filter(|last| last.when.exact == exact) {
            if refused {
                last.says = capital(&entry.text);
            }
            last.note = last.note.take().or(note);
            continue;
        }
        said.push(HistoryView {
            when: moments::when(entry.moment, now),
            says: capital(&entry.text),
            // The sentence says by whom.
            by: String::new(),
            note,
        });
    }
    said.reverse();
    said.truncate(SAID_MAX);
    said
}
