//! A lead's whole way: the stages, one after the other, in one turn.

use std::collections::BTreeSet;

use domain::fact::{By, Fact};
use domain::handoff::{Action, Autonomy, Owner, State};
use domain::reason::{Code, Reason};
use domain::signal::Content;
use domain::{AccountId, HandoffId, NodeId, PersonId, SignalId, Value};
use rules::strategy::Strategy;

use crate::arrived::Arrived;
use crate::stages::contract::{Checked, Subject, contract};
use crate::stages::decide::{Decided, decide};
use crate::stages::resolve::{Candidates, Move, Resolved};
use crate::stages::score::score;
use crate::stages::{deliver, follow_up, route};
use crate::turn::Turn;

/// What came of a signal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Way {
    /// What was decided; none where it did not get that far.
    pub action: Option<Action>,
    /// The handoff that it began or found open.
    pub handoff: Option<HandoffId>,
    /// Why.
    pub reasons: Vec<Code>,
    /// Why the checkpoint holds it, and the field that it is about.
    pub held: Option<(Code, Option<String>)>,
}

/// The accounts that a resolved signal concerns, in the order of their ids.
pub fn concerned(candidates: &Candidates, resolved: &Resolved) -> Vec<AccountId> {
    let mut accounts: BTreeSet<AccountId> = BTreeSet::from([resolved.account]);
    accounts.extend(candidates.nodes.values().filter_map(|node| node.account));
    accounts
        .extend(resolved.moves.iter().flat_map(|moved| moved.from.into_iter().chain([moved.to])));
    accounts.into_iter().collect()
}

/// Takes a signal through all stages.
pub fn take_signal(
    turn: &mut Turn<'_>,
    strategy: &Strategy,
    arrived: &Arrived,
    resolved: &Resolved,
) -> Way {
    turn.began_with(arrived.signal);
    turn.receive(arrived);
    settle(turn, strategy, arrived, resolved);
    let subject = Subject {
        signal: arrived.signal,
        node: arrived.node,
        account: resolved.account,
        source: &arrived.source,
        accepted: arrived.accepted,
        content: &arrived.content,
        contract: arrived.contract.as_deref(),
        repaired: arrived.repaired,
    };
    match contract(turn, strategy, &subject) {
        Checked::Through => {}
        Checked::Held { cause, field } => {
            return Way { held: Some((cause, field)), reasons: vec![cause], ..Way::default() };
        }
        Checked::Refused { cause } => return Way { reasons: vec![cause], ..Way::default() },
    }
    let scored = score(turn, strategy, resolved.account, resolved.person, arrived.signal);
    let decided = decide(turn, strategy, &scored);
    if let Some(question) = decided.answers {
        let account = turn.concerned().find(|account| account.handoffs.contains_key(&question));
        if let Some(account) = account.map(|account| account.id) {
            withdraw(turn, strategy, account, question, Code::RowMatched);
        }
    }
    if decided.begins.is_some() {
        hand_off(turn, strategy, arrived.node, &decided);
    }
    if decided.action == Action::Suppress {
        let accounts: Vec<AccountId> = turn.concerned().map(|account| account.id).collect();
        for account in accounts {
            withdraw_open(turn, strategy, account, resolved.person, Code::Suppressed);
        }
    }
    Way {
        action: Some(decided.action),
        handoff: decided.begins.or(decided.open),
        reasons: decided.reasons.iter().map(|reason| reason.code).collect(),
        held: None,
    }
}

/// Takes back a merge: the nodes go where they belong by themselves, open handoffs of both are
/// decided afresh at their next signal.
pub fn undo_merge(
    turn: &mut Turn<'_>,
    strategy: &Strategy,
    accounts: &[AccountId],
    parts: (PersonId, PersonId, &[NodeId]),
    moves: &[Move],
    by: &By,
) {
    let (winner, loser, nodes) = parts;
    for account in accounts {
        for person in [winner, loser] {
            withdraw_open(turn, strategy, *account, person, Code::Unmerged);
        }
        let (nodes, by) = (nodes.to_vec(), by.clone());
        turn.say(*account, Fact::MergeUndone { winner, loser, nodes, by });
    }
    for moved in moves {
        relocate(turn, strategy, moved);
    }
}

/// A person's open handoffs end, and nothing of them is known afterwards.
pub fn erase(
    turn: &mut Turn<'_>,
    strategy: Option<&Strategy>,
    account: AccountId,
    person: PersonId,
    erased: &Fact,
) {
    if let Some(strategy) = strategy {
        withdraw_open(turn, strategy, account, person, Code::Erased);
    }
    turn.say(account, erased.clone());
}

/// A signal's content as bytes, for a quarantine entry, with its node where it was accepted.
pub fn packed(node: Option<NodeId>, content: &Content) -> Vec<u8> {
    minicbor::to_vec((node, content)).expect("writing into memory does not fail")
}

/// What [`packed`] wrote, with what a person put in place of its fields.
pub fn unpacked(bytes: &[u8], repairs: &[(String, String)]) -> Option<(Option<NodeId>, Content)> {
    let (node, mut content): (Option<NodeId>, Content) = minicbor::decode(bytes).ok()?;
    for (field, value) in repairs {
        let subject = content
            .subject
            .iter_mut()
            .find(|known| field.strip_prefix("subject.").unwrap_or(field) == known.kind.name());
        match subject {
            Some(identifier) => identifier.value = value.into(),
            None => {
                content.fields.insert(field.clone(), Value::Text(value.into()));
            }
        }
    }
    Some((node, content))
}

/// Says whose the signal is, and what follows for others.
fn settle(turn: &mut Turn<'_>, strategy: &Strategy, arrived: &Arrived, resolved: &Resolved) {
    for merge in &resolved.merges {
        let concerned: Vec<AccountId> = turn
            .concerned()
            .filter(|account| merge.nodes.iter().any(|node| account.members.contains_key(node)))
            .map(|account| account.id)
            .chain([resolved.account])
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        withdraw_loser(turn, strategy, merge.winner, merge.loser);
        for account in concerned {
            turn.say(
                account,
                Fact::PeopleMerged {
                    winner: merge.winner,
                    loser: merge.loser,
                    nodes: merge.nodes.clone(),
                    signal: arrived.signal,
                    reasons: merge.reasons.clone(),
                },
            );
        }
    }
    for moved in &resolved.moves {
        relocate(turn, strategy, moved);
    }
    turn.say_of_node(
        arrived.node,
        Fact::SubjectResolved {
            signal: arrived.signal,
            person: resolved.person,
            account: resolved.account,
            found: resolved.found,
            confidence: resolved.confidence,
            reasons: resolved.reasons.clone(),
            anchored: resolved.anchored,
        },
    );
    carry_suppression(turn, arrived.signal, resolved);
}

/// Who must not be contacted must not be contacted wherever they went, and whoever they are now.
fn carry_suppression(turn: &mut Turn<'_>, signal: SignalId, resolved: &Resolved) {
    if resolved.merges.is_empty() && resolved.moves.iter().all(|moved| moved.from.is_none()) {
        return;
    }
    let person = resolved.person;
    let is_theirs = |who: &PersonId| {
        *who == person
            || resolved.merges.iter().any(|merge| merge.loser == *who || merge.winner == *who)
    };
    let suppressed = turn.concerned().any(|account| account.suppressed.keys().any(is_theirs));
    if !suppressed || turn.account(resolved.account).suppressed.contains_key(&person) {
        return;
    }
    turn.say(
        resolved.account,
        Fact::DecisionMade {
            signal,
            person,
            action: Action::Suppress,
            kind: None,
            sla: None,
            reasons: vec![Reason::new(Code::Suppressed)],
            autonomy: Autonomy::Automatic,
            trace: Vec::new(),
            handoff: None,
        },
    );
}

/// A node goes from one account to another, with what is known of it.
fn relocate(turn: &mut Turn<'_>, strategy: &Strategy, moved: &Move) {
    let Some(from) = moved.from else {
        say_joined(turn, moved);
        return;
    };
    let stranded: Vec<HandoffId> = turn
        .account(from)
        .handoffs
        .values()
        .filter(|handoff| handoff.node == moved.node && handoff.is_open())
        .map(|handoff| handoff.id)
        .collect();
    for handoff in stranded {
        withdraw(turn, strategy, from, handoff, Code::Merged);
    }
    turn.say(from, Fact::NodeLeft { node: moved.node, to: moved.to });
    say_joined(turn, moved);
}

fn say_joined(turn: &mut Turn<'_>, moved: &Move) {
    let Move { node, person, verified, to, .. } = *moved;
    turn.say(to, Fact::NodeJoined { node, person, verified });
}

/// Of two open handoffs over what turned out to be one person, the winner's goes on, unless
/// somebody works the loser's already.
fn withdraw_loser(turn: &mut Turn<'_>, strategy: &Strategy, winner: PersonId, loser: PersonId) {
    let open = |person| -> Vec<(AccountId, HandoffId, bool)> {
        let accounts = turn.concerned();
        let theirs =
            accounts.filter_map(|account| Some((account.id, account.open_handoff(person)?)));
        theirs.map(|(account, open)| (account, open.id, open.state.is_active_work())).collect()
    };
    let (kept, lost) = (open(winner), open(loser));
    let works = |of: &[(AccountId, HandoffId, bool)]| of.iter().any(|(_, _, works)| *works);
    let goes = match (kept.is_empty(), lost.is_empty()) {
        (false, false) if works(&lost) && !works(&kept) => kept,
        (false, false) => lost,
        _ => return,
    };
    for (account, handoff, _) in goes {
        withdraw(turn, strategy, account, handoff, Code::Merged);
    }
}

fn withdraw_open(
    turn: &mut Turn<'_>,
    strategy: &Strategy,
    account: AccountId,
    person: PersonId,
    why: Code,
) {
    while let Some(handoff) = turn.account(account).open_handoff(person).map(|open| open.id) {
        withdraw(turn, strategy, account, handoff, why);
    }
}

fn withdraw(
    turn: &mut Turn<'_>,
    strategy: &Strategy,
    account: AccountId,
    handoff: HandoffId,
    why: Code,
) {
    let owner = turn.account(account).handoffs.get(&handoff).map(|known| known.owner.clone());
    let reasons = vec![Reason::new(why)];
    let state = State::Withdrawn;
    turn.say(account, Fact::HandoffMoved { handoff, state, reasons, by: None, returns: None });
    deliver::take_back(turn, strategy, account, handoff, Code::OwnerChanged);
    if let Some(Owner::Person(member)) = owner {
        turn.say_of_desk(Fact::WorkEnded { handoff, member });
    }
}

/// A handoff begins: proposed, checked, and then to a person who reviews it or to its owner. A
/// question for a person is one too, so that somebody owns it and there is a deadline.
fn hand_off(turn: &mut Turn<'_>, strategy: &Strategy, node: NodeId, decided: &Decided) {
    let Decided { signal, account, person, .. } = *decided;
    let Some(handoff) = decided.begins else { return };
    turn.say(
        account,
        Fact::HandoffProposed {
            handoff,
            person,
            node,
            kind: decided.kind.clone().unwrap_or_else(|| "marketing-to-sales".to_owned()),
            sla: decided.sla.clone(),
            signal,
        },
    );
    let moved =
        |state, reasons| Fact::HandoffMoved { handoff, state, reasons, by: None, returns: None };
    turn.say(account, moved(State::Checked, Vec::new()));
    if decided.action == Action::AskAPerson {
        turn.say(account, moved(State::InReview, decided.reasons.clone()));
        let why = decided.reasons.last().map_or(Code::AutonomyReview, |reason| reason.code);
        follow_up::review(turn, strategy, account, handoff, why);
        return;
    }
    if decided.autonomy == Autonomy::Review {
        turn.say(account, moved(State::InReview, vec![Reason::new(Code::AutonomyReview)]));
        follow_up::review(turn, strategy, account, handoff, Code::AutonomyReview);
        return;
    }
    route::route(turn, strategy, account, handoff, Vec::new());
    follow_up::begin(turn, strategy, account, handoff);
}
