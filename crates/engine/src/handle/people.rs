//! Who is who: merges, moves, merges that are taken back, erasures.

use std::collections::BTreeSet;

use domain::fact::{Aggregate, Fact};
use domain::handoff::{Action, Autonomy};
use domain::reason::{Code, Reason};
use domain::{AccountId, HandoffId, NodeId, PersonId, SignalId};
use rules::strategy::Strategy;

use super::handoff::HandoffTurn;
use super::run::Run;
use crate::arrived::Arrived;
use crate::event::{Erasure, Join, Unmerge};
use crate::stages::resolve::{Merge, Move, Resolved, Unmerged};

/// Says whose the signal is, and what follows for others.
pub(super) fn settle(
    run: &mut Run<'_>,
    strategy: &Strategy,
    arrived: &Arrived,
    resolved: &Resolved,
) {
    for merge in &resolved.merges {
        join(run, strategy, arrived.signal, merge, resolved.account);
    }
    for moved in &resolved.moves {
        relocate(run, strategy, moved);
    }
    let as_of = arrived.again.map(|again| again.accepted);
    run.fact_of(Aggregate::Node(arrived.node), resolved.fact(as_of));
    carry_suppression(run, arrived, resolved);
}

fn join(run: &mut Run<'_>, strategy: &Strategy, signal: SignalId, merge: &Merge, home: AccountId) {
    let has = |known: &AccountId| {
        let members = &run.account(*known).account().members;
        merge.nodes.iter().any(|node| members.contains_key(node))
    };
    let accounts = run.known().iter().map(|known| known.id).collect::<Vec<_>>();
    let accounts = accounts.into_iter().filter(has).chain([home]).collect::<BTreeSet<_>>();
    withdraw_loser(run, strategy, merge.winner, merge.loser);
    for account in accounts {
        let Merge { winner, loser, nodes, reasons } = merge.clone();
        let signal = Some(signal);
        run.fact(account, Fact::PeopleMerged { winner, loser, nodes, signal, reasons, by: None });
    }
}

/// Takes back a merge: the nodes go where they belong by themselves, open handoffs of both are
/// decided afresh at their next signal.
pub(super) fn unmerge(run: &mut Run<'_>, strategy: &Strategy, event: &Unmerge, parted: &Unmerged) {
    let Unmerge { winner, loser, .. } = *event;
    for account in &parted.accounts {
        for person in [winner, loser] {
            withdraw_open(run, strategy, *account, person, Code::Unmerged);
        }
        run.fact(*account, undone(event));
    }
    if event.is_split {
        for node in &event.merged {
            run.fact_of(Aggregate::Node(*node), undone(event));
        }
    }
    for moved in &parted.moves {
        relocate(run, strategy, moved);
    }
}

/// Nodes of two people that somebody joins: those that were kept apart from each other.
fn apart_among(run: &Run<'_>, join: &Join) -> Vec<NodeId> {
    let known = join.cluster.iter().filter_map(|(node, pointer)| {
        let (_, account) = pointer.place?;
        let apart = run.account(account).node(*node)?.apart?;
        join.cluster.contains_key(&apart).then_some(*node)
    });
    known.collect()
}

fn undone(event: &Unmerge) -> Fact {
    let Unmerge { winner, loser, reason, .. } = *event;
    let (nodes, by, apart) = (event.merged.clone(), event.by.clone(), event.apart());
    Fact::MergeUndone { winner, loser, nodes, by, apart, reason }
}

/// Two are one person because somebody says so. Of two open handoffs one goes on; who must not be
/// contacted must not be, whoever they are now.
pub(super) fn join_by_hand(
    run: &mut Run<'_>,
    strategy: &Strategy,
    event: &Join,
    placed: &Unmerged,
) {
    let (winner, loser) = (event.winner, event.loser);
    let again = apart_among(run, event);
    withdraw_loser(run, strategy, winner, loser);
    let reasons = [Some(Code::JoinedByHand), event.reason];
    let reasons: Vec<Reason> = reasons.into_iter().flatten().map(Reason::new).collect();
    let joined = || Fact::PeopleMerged {
        winner,
        loser,
        nodes: event.theirs(),
        signal: None,
        reasons: reasons.clone(),
        by: Some(event.by.clone()),
    };
    for account in &placed.accounts {
        run.fact(*account, joined());
    }
    for node in again {
        run.fact_of(Aggregate::Node(node), joined());
    }
    for moved in &placed.moves {
        relocate(run, strategy, moved);
    }
}

/// A person's open handoffs end, and nothing of them is known afterwards.
pub(super) fn erase(run: &mut Run<'_>, strategy: Option<&Strategy>, event: &Erasure) {
    let Erasure { person, nodes, entries, accounts, by } = event;
    let erased = || Fact::PersonErased {
        person: *person,
        nodes: nodes.clone(),
        entries: entries.clone(),
        by: by.clone(),
    };
    for account in accounts {
        if let Some(strategy) = strategy {
            withdraw_open(run, strategy, *account, *person, Code::Erased);
        }
        run.fact(*account, erased());
    }
    run.fact_of(Aggregate::Governance, erased());
}

/// Who must not be contacted must not be contacted wherever they went, and whoever they are now.
fn carry_suppression(run: &mut Run<'_>, arrived: &Arrived, resolved: &Resolved) {
    let signal = arrived.signal;
    if resolved.merges.is_empty() && resolved.moves.iter().all(|moved| moved.from.is_none()) {
        return;
    }
    if resolved.of_company {
        return;
    }
    let person = resolved.person;
    let is_theirs = |who: &PersonId| {
        *who == person
            || resolved.merges.iter().any(|merge| merge.loser == *who || merge.winner == *who)
    };
    let suppressed = run.known().iter().any(|known| known.suppressed.keys().any(is_theirs));
    if !suppressed || run.account(resolved.account).suppressed.contains_key(&person) {
        return;
    }
    run.fact(
        resolved.account,
        Fact::DecisionMade {
            signal,
            person: Some(person),
            action: Action::Suppress,
            kind: None,
            sla: None,
            reasons: vec![Reason::new(Code::Suppressed)],
            autonomy: Autonomy::Automatic,
            trace: Vec::new(),
            handoff: None,
            as_of: arrived.again.map(|again| again.accepted),
        },
    );
}

/// A node goes from one account to another, or joins its first.
fn relocate(run: &mut Run<'_>, strategy: &Strategy, moved: &Move) {
    let Move { node, person, verified, of_company, from, to } = *moved;
    if let Some(from) = from {
        let over = run.account(from).handoffs();
        let stranded: Vec<HandoffId> = over
            .filter(|handoff| handoff.node == node && handoff.is_open())
            .map(|handoff| handoff.id)
            .collect();
        for handoff in stranded {
            withdraw(run, strategy, from, handoff, Code::Merged);
        }
        run.fact(from, Fact::NodeLeft { node, to });
    }
    run.fact(to, Fact::NodeJoined { node, person, verified, company: of_company.then_some(true) });
}

/// Of two open handoffs over what turned out to be one person, the winner's goes on, unless
/// somebody works the loser's already.
fn withdraw_loser(run: &mut Run<'_>, strategy: &Strategy, winner: PersonId, loser: PersonId) {
    let open = |person| -> Vec<(AccountId, HandoffId, bool)> {
        let known = run.known();
        let theirs = known.iter().filter_map(|known| Some((known.id, known.open_handoff(person)?)));
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
        withdraw(run, strategy, account, handoff, Code::Merged);
    }
}

/// A person's open handoffs in an account end.
pub(super) fn withdraw_open(
    run: &mut Run<'_>,
    strategy: &Strategy,
    account: AccountId,
    person: PersonId,
    why: Code,
) {
    while let Some(handoff) = run.account(account).open_handoff(person).map(|open| open.id) {
        withdraw(run, strategy, account, handoff, why);
    }
}

/// A handoff ends.
pub(super) fn withdraw(
    run: &mut Run<'_>,
    strategy: &Strategy,
    account: AccountId,
    handoff: HandoffId,
    why: Code,
) {
    HandoffTurn { run, strategy, account, handoff }.withdraw(why);
}
