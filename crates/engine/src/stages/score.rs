//! Fit and engagement, each with parts that add up.

use std::sync::Arc;

use domain::fact::{Fact, Score};
use domain::{AccountId, PersonId, SignalId};
use rules::Frame;
use rules::strategy::Strategy;

use crate::lead::Lead;

/// A person with a score.
#[derive(Debug)]
pub struct Scored<'a> {
    /// At which signal.
    pub signal: SignalId,
    /// The account that it happens in.
    pub account: AccountId,
    /// The person that it is about.
    pub person: PersonId,
    /// The score with what it is made of.
    pub score: Arc<Score>,
    /// What the strategy's names come to.
    pub frame: Frame<'a>,
}

/// Scores a person at a signal.
pub fn score<'a>(strategy: &'a Strategy, lead: &'a Lead<'_>) -> (Scored<'a>, Fact) {
    let (account, person, signal) = (lead.account.id, lead.person, lead.signal);
    let mut frame = strategy.frame(lead);
    let score = Arc::new(strategy.scoring.score(&frame));
    frame.set_score(&score);
    let fact = Fact::LeadScored { signal, person: Some(person), score: Arc::clone(&score) };
    (Scored { signal, account, person, score, frame }, fact)
}
