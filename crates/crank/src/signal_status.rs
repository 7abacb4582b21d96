//! What became of a signal, for whoever did not wait for it. It costs what was said since its arrival.

use domain::fact::{About, Aggregate, Fact};
use domain::handoff::{Action, Owner};
use domain::reason::Code;
use domain::{AccountId, HandoffId, NodeId, SignalId};
use store::{Position, Read, StoreError, Stored};

/// Entries that are read at once of the chain of a node.
const PAGE: usize = 32;
/// Entries that are read at once of a turn: most turns have fewer.
const TURN: u64 = 8;

/// What is known of a signal's way.
#[derive(Clone, Debug, Default)]
pub struct SignalStatus {
    /// Whether the node has such a signal.
    pub arrived: bool,
    /// The account that it was found to belong to last, and the entry that says so.
    resolved: Option<(AccountId, Position)>,
    /// What the last checkpoint found; none where it came to none.
    pub held: Option<Vec<Code>>,
    /// What was decided last.
    pub decided: Option<SignalDecision>,
    /// Who has the handoff at present.
    pub owner: Option<Owner>,
}

/// What was decided on a signal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignalDecision {
    /// What is to be done.
    pub action: Action,
    /// The codes of the reasons.
    pub reasons: Vec<Code>,
    /// The handoff that it began or found open.
    pub handoff: Option<HandoffId>,
}

impl SignalStatus {
    /// Takes in a fact of the node that the signal is sealed to. Facts come newest first, so what was
    /// said last stands.
    fn take(&mut self, signal: SignalId, position: Position, fact: &Fact) {
        if fact.about() != About::Signal(signal) {
            return;
        }
        self.arrived |= matches!(fact, Fact::SignalArrived { .. });
        if let Fact::SubjectResolved { account, .. } = fact {
            self.resolved.get_or_insert((*account, position));
        }
        if let Fact::CheckpointReached { findings, .. } = fact {
            let codes = || findings.iter().map(|finding| finding.code).collect();
            self.held.get_or_insert_with(codes);
        }
    }
}

/// Follows the chain of the node back to the signal's arrival, and reads the turn that resolved it: what
/// was decided is in the same turn.
pub fn signal_status(
    reader: &impl Read,
    signal: SignalId,
    node: NodeId,
) -> Result<SignalStatus, StoreError> {
    let mut known = SignalStatus::default();
    let mut upto = Position(u64::MAX);
    while !known.arrived {
        let page = reader.newest(Aggregate::Node(node), upto, PAGE, None)?;
        let Some(oldest) = page.last() else { break };
        upto = Position(oldest.position.0 - 1);
        for stored in &page {
            let facts = stored.entry.facts.iter().rev();
            facts.for_each(|fact| known.take(signal, stored.position, fact));
        }
    }
    let Some((account, position)) = known.resolved else { return Ok(known) };
    for stored in turn_around(reader, signal, position)? {
        if stored.entry.header.aggregate != Aggregate::Account(account) {
            continue;
        }
        for fact in &stored.entry.facts {
            if let Fact::DecisionMade { signal: of, action, reasons, handoff, .. } = fact
                && *of == signal
            {
                let reasons = reasons.iter().map(|reason| reason.code).collect();
                known.decided =
                    Some(SignalDecision { action: *action, reasons, handoff: *handoff });
            }
        }
    }
    if let Some(handoff) = known.decided.as_ref().and_then(|decided| decided.handoff) {
        known.owner = reader.handoff(handoff)?.map(|row| row.owner);
    }
    Ok(known)
}

/// The entries of the turn over a signal that has one at this position. A turn's entries stand side by
/// side.
fn turn_around(
    reader: &impl Read,
    signal: SignalId,
    position: Position,
) -> Result<Vec<Stored>, StoreError> {
    let of_turn = |stored: &Stored| stored.entry.header.correlation == Some(signal);
    let mut before = position;
    let mut turn = Vec::new();
    // Back to where it begins: a merge speaks of the accounts first.
    while before > Position::START {
        let after = Position(before.0.saturating_sub(TURN));
        let mut page = reader.journal(after, (before.0 - after.0) as usize, None)?;
        let begins = page.iter().rposition(|stored| !of_turn(stored));
        let own = page.split_off(begins.map_or(0, |at| at + 1));
        turn.splice(0..0, own);
        if begins.is_some() {
            break;
        }
        before = after;
    }
    // And on to its end.
    let mut after = position;
    loop {
        let page = reader.journal(after, TURN as usize, None)?;
        let Some(last) = page.last() else { break };
        after = last.position;
        let ends = page.iter().position(|stored| !of_turn(stored));
        turn.extend(page.into_iter().take(ends.unwrap_or(usize::MAX)));
        if ends.is_some() {
            break;
        }
    }
    Ok(turn)
}
