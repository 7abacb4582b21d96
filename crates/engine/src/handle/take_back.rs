//! An import is taken back: what it had brought of some people counts no more, and whatever else is known
//! of them is taken again, signal by signal, as if the import had never been.

use std::collections::BTreeSet;

use domain::fact::{Again, Aggregate, Fact, UndoneImport};
use domain::handoff::{Action, Autonomy, Owner};
use domain::reason::{Code, Reason};
use domain::{AccountId, HandoffId, NodeId, PersonId, SignalId};
use rules::strategy::Strategy;

use super::handoff::HandoffTurn;
use super::people::withdraw;
use super::run::Run;
use crate::arrived::Arrived;
use crate::event::{NodeTakenBack, TakeBack};
use crate::stages::resolve::Resolved;
use crate::state::{AccountContext, Handoff, alone};

/// A whole lead, in hundredths.
const LEAD: i32 = 100;

/// Takes back what an import had brought of these people. Handoffs that it began end where nobody has
/// taken them; the others stay and say what happened.
pub(super) fn take_back(run: &mut Run<'_>, strategy: &Strategy, event: &TakeBack) -> UndoneImport {
    let taken = event.nodes.iter().flat_map(|node| &node.signals).copied().collect();
    let mut counts = counted(run, event, &taken);
    for (account, handoff, is_taken) in begun_by(run, event, &taken) {
        if is_taken {
            counts.kept += 1;
            HandoffTurn { run, strategy, account, handoff }.lean_no_more();
        } else {
            counts.withdrawn += 1;
            let withdrawn = withdraw_with_credit(run, strategy, account, handoff);
            debug_assert!(withdrawn, "it is open");
        }
    }
    for node in &event.nodes {
        leave(run, event, node);
    }
    counts
}

/// What counts no more.
fn counted(run: &Run<'_>, event: &TakeBack, taken: &BTreeSet<SignalId>) -> UndoneImport {
    let mut counts = UndoneImport { signals: taken.len() as u64, ..UndoneImport::default() };
    let mut people = BTreeSet::new();
    for node in &event.nodes {
        let Some((person, account)) = node.place else { continue };
        let known = run.account(account);
        if known.scores.contains_key(&person) {
            people.insert(person);
        }
        if let Some(node) = known.node(node.node) {
            let fields = [&node.person_fields, &node.account_fields, &node.consents];
            let fields = fields.into_iter().flat_map(|fields| fields.iter());
            counts.fields +=
                fields.filter(|(_, field)| taken.contains(&field.signal)).count() as u64;
        }
    }
    counts.scores = people.len() as u64;
    counts
}

/// The open handoffs that one of these signals began, and whether somebody has taken each. Over a node whose
/// signals are several people's nobody knows whose the others are, unless somebody has taken them.
fn begun_by(
    run: &Run<'_>,
    event: &TakeBack,
    taken: &BTreeSet<SignalId>,
) -> Vec<(AccountId, HandoffId, bool)> {
    let split: BTreeSet<NodeId> =
        event.nodes.iter().filter(|node| node.is_split).map(|node| node.node).collect();
    let ends = |open: &Handoff| {
        taken.contains(&open.signal) || split.contains(&open.node) && !open.is_taken()
    };
    let of = |known: &AccountContext<'_>| {
        let account = known.id;
        let begun = known.handoffs().filter(|open| open.is_open() && ends(open));
        begun.map(|open| (account, open.id, open.is_taken())).collect::<Vec<_>>()
    };
    run.known().iter().flat_map(of).collect()
}

/// A handoff that leaned on the import ends, and whoever had it is owed a lead again; whether it was open.
fn withdraw_with_credit(
    run: &mut Run<'_>,
    strategy: &Strategy,
    account: AccountId,
    handoff: HandoffId,
) -> bool {
    let Some(known) = run.handoff(account, handoff).filter(|known| known.is_open()) else {
        return false;
    };
    let had = match &known.owner {
        Owner::Person(member) => known.routing.pool.clone().zip(Some(member.clone())),
        Owner::Queue(_) | Owner::Engine => None,
    };
    withdraw(run, strategy, account, handoff, Code::ImportUndone);
    if let Some((pool, member)) = had {
        let code = Code::ImportUndone;
        let credit = Fact::CreditGiven { pool, member, leads: LEAD, code, by: None };
        run.fact_of(Aggregate::Desk, credit);
    }
    true
}

/// A node leaves its account until it is taken again. One over which somebody works a handoff, and of
/// which nothing else is known, stays where the handoff is.
fn leave(run: &mut Run<'_>, event: &TakeBack, taken: &NodeTakenBack) {
    let NodeTakenBack { node, place, ref signals, comes_again, is_split: _ } = *taken;
    let works = |account: &AccountId| {
        let mut over = run.account(*account).handoffs().filter(|handoff| handoff.node == node);
        over.any(Handoff::is_open)
    };
    let left = place.map(|(_, account)| account).filter(|account| comes_again || !works(account));
    let fact = || Fact::SignalsTakenBack {
        import: event.import,
        node,
        signals: signals.clone(),
        person: place.map(|(person, _)| person),
        left,
        consents: event.consents,
        nobody: nobody_of(node),
    };
    if let Some((_, account)) = place {
        if left.is_some() {
            run.fact(account, Fact::NodeLeft { node, to: alone(node) });
        }
        run.fact(account, fact());
    }
    run.fact_of(Aggregate::Node(node), fact());
}

/// What holds of a signal that is taken again as soon as it is known whose it is: handoffs over its node
/// are that person's, and who must not be contacted must not be.
pub(super) fn settle_again(
    run: &mut Run<'_>,
    strategy: &Strategy,
    arrived: &Arrived,
    resolved: &Resolved,
) {
    let Some(again) = arrived.again else { return };
    if resolved.of_company {
        return;
    }
    let (node, person, signal) = (again.node, resolved.person, arrived.signal);
    for (account, other) in of_others(run, arrived, &again, person) {
        run.fact(
            account,
            Fact::PeopleMerged {
                winner: person,
                loser: other,
                nodes: vec![node],
                signal: Some(signal),
                reasons: vec![Reason::new(Code::ImportUndone)],
                by: None,
            },
        );
    }
    for (account, handoff) in surplus(run, person) {
        withdraw_with_credit(run, strategy, account, handoff);
    }
    // It begins again where its person is now: a later signal may start nothing.
    for (account, handoff) in elsewhere(run, node, resolved.account, Some(signal)) {
        withdraw_with_credit(run, strategy, account, handoff);
    }
    if again.suppressed.is_some() && !run.account(resolved.account).suppressed.contains_key(&person)
    {
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
                as_of: again.suppressed,
            },
        );
    }
    if again.last {
        for (account, handoff) in elsewhere(run, node, resolved.account, None) {
            withdraw_with_credit(run, strategy, account, handoff);
        }
    }
}

/// Nobody: whose a node and the handoffs over it are until it is known again.
fn nobody_of(node: NodeId) -> PersonId {
    PersonId::caused_by(&[b"taken back", node.bytes()])
}

/// Accounts in which handoffs over the node that a signal was of are somebody else's, and whose. Where its
/// signals are several people's, a handoff is of whom the signal that began it is.
fn of_others(
    run: &Run<'_>,
    arrived: &Arrived,
    again: &Again,
    person: PersonId,
) -> BTreeSet<(AccountId, PersonId)> {
    let nobody = nobody_of(again.node);
    let is_theirs = |handoff: &&Handoff| {
        !again.split || handoff.signal == arrived.signal || again.last && handoff.person == nobody
    };
    let of = |known: &AccountContext<'_>| {
        let account = known.id;
        let over = known.handoffs().filter(|handoff| handoff.node == again.node);
        let others = over.filter(|handoff| handoff.person != person).filter(is_theirs);
        others.map(|handoff| (account, handoff.person)).collect::<Vec<_>>()
    };
    run.known().iter().flat_map(of).collect()
}

/// Of several open handoffs of one person those that nobody has taken, but for the one that was there first.
fn surplus(run: &Run<'_>, person: PersonId) -> Vec<(AccountId, HandoffId)> {
    let known = run.known();
    let of = |known: &AccountContext<'_>| {
        let account = known.id;
        let theirs = known.handoffs().filter(|open| open.person == person && open.is_open());
        theirs.map(|open| (!open.is_taken(), open.opened, open.id, account)).collect::<Vec<_>>()
    };
    let mut open: Vec<_> = known.iter().flat_map(of).collect();
    open.sort_unstable();
    let rest = open.into_iter().skip(1).filter(|(is_free, ..)| *is_free);
    rest.map(|(_, _, handoff, account)| (account, handoff)).collect()
}

/// Open handoffs over a node that nobody has taken, in accounts where it is no more: all, or those that a signal
/// had begun.
fn elsewhere(
    run: &Run<'_>,
    node: NodeId,
    home: AccountId,
    begun_by: Option<SignalId>,
) -> Vec<(AccountId, HandoffId)> {
    let of = |known: &AccountContext<'_>| {
        let account = known.id;
        let over = known.handoffs().filter(|handoff| handoff.node == node);
        let over = over.filter(|over| begun_by.is_none_or(|signal| over.signal == signal));
        let open = over.filter(|handoff| handoff.is_open() && !handoff.is_taken());
        open.map(|handoff| (account, handoff.id)).collect::<Vec<_>>()
    };
    let known = run.known();
    known.iter().filter(|known| known.id != home).flat_map(of).collect()
}

/// A handoff that the signal would not have begun without the import ends.
pub(super) fn replace(run: &mut Run<'_>, strategy: &Strategy, handoff: Option<HandoffId>) {
    let Some(handoff) = handoff else { return };
    let known = run.known();
    let account = known.iter().find(|known| known.handoff(handoff).is_some());
    if let Some(account) = account.map(|known| known.id) {
        withdraw_with_credit(run, strategy, account, handoff);
    }
}

/// Handoffs that a signal of a company had begun end where it is of somebody else without the import, and
/// nobody has taken them.
pub(super) fn withdraw_of_others(
    run: &mut Run<'_>,
    strategy: &Strategy,
    signal: SignalId,
    person: Option<PersonId>,
) {
    let of = |known: &AccountContext<'_>| {
        let account = known.id;
        let begun = known.handoffs().filter(|open| open.signal == signal && open.is_open());
        let others = begun.filter(|open| Some(open.person) != person && !open.is_taken());
        others.map(|open| (account, open.id)).collect::<Vec<_>>()
    };
    let others: Vec<_> = run.known().iter().flat_map(of).collect();
    for (account, handoff) in others {
        withdraw_with_credit(run, strategy, account, handoff);
    }
}
