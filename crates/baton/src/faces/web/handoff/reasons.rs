//! Why a handoff came to its owner, and what happened to it, as its page tells it.

use domain::Moment;
use engine::explain::{self, Why};
use pages::handoff::{HistoryView, WhyView};

use crate::faces::web::moments;
use crate::faces::web::words::capital;

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
