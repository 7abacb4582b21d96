//! Who did what, when and why, from the facts that name a deed; the newest first. Nothing sealed is opened.

use domain::fact::{Aggregate, By, Fact, ReadOf};
use domain::handoff::Actor;
use domain::reason::Reason;
use domain::{AccountId, HandoffId, Moment};
use serde::Serialize;
use store::{Position, Read, Stored};

use super::Service;
use super::failure::ReadError;
use crate::service::who_acts::WhoActs;

/// Entries that are read in one go.
const STRIDE: u64 = 500;
/// Entries that one question looks at; whoever asks goes on from there.
const LOOKED_MAX: u64 = 50_000;

/// The kinds of facts that name a deed, in the order in which a list of them is shown.
pub const KINDS: [&str; 20] = [
    "handoff-moved",
    "owner-assigned",
    "touched",
    "outcome-recorded",
    "debriefed",
    "claim-judged",
    "member-paused",
    "member-resumed",
    "credit-given",
    "strategy-applied",
    "quarantine-repaired",
    "quarantine-released",
    "quarantine-discarded",
    "import-recorded",
    "people-merged",
    "merge-undone",
    "person-erased",
    "unsealed",
    "user-granted",
    "user-revoked",
];

/// Which deeds are asked for.
#[derive(Clone, Debug, Default)]
pub struct DeedsWanted {
    /// Those on one handoff.
    pub handoff: Option<HandoffId>,
    /// Those of one member, key or user, by their id, or for a member.
    pub by: Option<String>,
    /// Those of one kind of fact.
    pub kind: Option<String>,
    /// Those from this moment on.
    pub from: Option<Moment>,
    /// Those before this moment.
    pub to: Option<Moment>,
}

/// What somebody did.
#[derive(Clone, Serialize, Debug)]
pub struct DeedDone {
    /// Its place in the journal.
    pub position: u64,
    /// When we knew.
    pub moment: Moment,
    /// The kind of the fact.
    pub kind: &'static str,
    /// What, in words.
    pub says: String,
    /// Why, in words.
    pub why: Vec<&'static str>,
    /// Who, where the fact names them.
    pub by: Option<By>,
    /// The part that the turn was begun in.
    pub actor: Actor,
    /// The handoff that it is about.
    pub handoff: Option<HandoffId>,
    /// The account that it is about.
    pub account: Option<AccountId>,
}

/// Deeds, newest first.
#[derive(Clone, Debug, Default)]
pub struct DeedsDone {
    /// The deeds.
    pub rows: Vec<DeedDone>,
    /// Where to go on; none at the beginning of the journal.
    pub next: Option<Position>,
}

impl Service<'_> {
    /// Deeds before a place of the journal, or all.
    pub fn deeds(
        self,
        wanted: &DeedsWanted,
        before: Option<Position>,
        limit: usize,
    ) -> Result<DeedsDone, ReadError> {
        let head = self.reader.head()?.position.0;
        let mut end = before.map_or(head, |before| before.0.saturating_sub(1).min(head));
        let last = end.saturating_sub(LOOKED_MAX);
        let mut done = DeedsDone::default();
        while end > last {
            let begin = end.saturating_sub(STRIDE).max(last);
            let length = (end - begin) as usize;
            let page = self.reader.journal(Position(begin), length, None)?;
            for stored in page.iter().rev() {
                done.rows.extend(deeds_of(stored).into_iter().filter(|deed| wanted.fits(deed)));
                if done.rows.len() >= limit {
                    done.next = Some(stored.position).filter(|at| at.0 > 1);
                    return Ok(done);
                }
                // Moments never fall by much: what is far before the first moment is looked at no more.
                if wanted.from.is_some_and(|from| stored.entry.header.moment < from) {
                    return Ok(done);
                }
            }
            end = begin;
        }
        done.next = Some(Position(end + 1)).filter(|_| end > 0);
        Ok(done)
    }
}

impl DeedsWanted {
    fn fits(&self, deed: &DeedDone) -> bool {
        self.handoff.is_none_or(|wanted| deed.handoff == Some(wanted))
            && self.kind.as_deref().is_none_or(|wanted| deed.kind == wanted)
            && self.from.is_none_or(|from| deed.moment >= from)
            && self.to.is_none_or(|to| deed.moment < to)
            && self.by.as_deref().is_none_or(|wanted| is_of(deed, wanted))
    }
}

/// Whether somebody did it, or it was done for them.
fn is_of(deed: &DeedDone, wanted: &str) -> bool {
    let through = deed.by.as_ref().and_then(By::through);
    let is = |by: &By| by.to_string() == wanted;
    match &deed.by {
        Some(by) => is(by) || through.as_ref().is_some_and(is),
        None => deed.actor.as_str() == wanted,
    }
}

/// The deeds of an entry: facts that name who did it, and what only people do.
fn deeds_of(stored: &Stored) -> Vec<DeedDone> {
    let header = &stored.entry.header;
    let told = stored.entry.facts.iter().filter_map(|fact| {
        let Told { says, why, by } = told(fact)?;
        let is_by_hand = matches!(header.actor, Actor::Person | Actor::Operator);
        if by.is_none() && !is_by_hand {
            return None;
        }
        let account = match header.aggregate {
            Aggregate::Account(account) => Some(account),
            Aggregate::Node(_)
            | Aggregate::Desk
            | Aggregate::Registry
            | Aggregate::Quarantine
            | Aggregate::Governance => read_of(fact),
        };
        Some(DeedDone {
            position: stored.position.0,
            moment: header.moment,
            kind: fact.kind(),
            says,
            why,
            by: by.cloned(),
            actor: header.actor,
            handoff: fact.about().handoff(|_| None),
            account,
        })
    });
    let mut deeds: Vec<DeedDone> = told.collect();
    deeds.reverse();
    deeds
}

/// What a fact tells of a deed.
struct Told<'a> {
    says: String,
    why: Vec<&'static str>,
    by: Option<&'a By>,
}

impl<'a> Told<'a> {
    fn of(says: impl Into<String>, reasons: &[Reason], by: Option<&'a By>) -> Self {
        let why = reasons.iter().map(|reason| reason.code.says()).collect();
        Self { says: says.into(), why, by }
    }
}

/// What a fact says that somebody did; none where it is no deed.
fn told(fact: &Fact) -> Option<Told<'_>> {
    on_a_handoff(fact)
        .or_else(|| on_the_desk(fact))
        .or_else(|| on_data(fact))
        .or_else(|| on_access(fact))
}

fn on_a_handoff(fact: &Fact) -> Option<Told<'_>> {
    if let Fact::HandoffMoved { state, reasons, by, .. } = fact {
        return Some(Told::of(
            format!("moved to {}", state.as_str().replace('-', " ")),
            reasons,
            by.as_ref(),
        ));
    }
    if let Fact::OwnerAssigned { owner, routing, by, .. } = fact {
        // What the desk found by itself is no deed.
        by.as_ref()?;
        return Some(Told::of(format!("given to {}", owner.id()), &routing.reasons, by.as_ref()));
    }
    if let Fact::Touched { by, .. } = fact {
        return Some(Told::of("got in touch", &[], by.as_ref()));
    }
    if let Fact::OutcomeRecorded { outcome, by, .. } = fact {
        return Some(Told::of(
            format!("said what came of it: {}", outcome.as_str()),
            &[],
            by.as_ref(),
        ));
    }
    if let Fact::ClaimJudged { claim, feedback, by, .. } = fact {
        let says = match claim {
            Some(claim) => format!("said that claim {claim} of the brief is {feedback}"),
            None => "said that something is missing in the brief".to_owned(),
        };
        return Some(Told::of(says, &[], by.as_ref()));
    }
    if let Fact::Debriefed { right, complaints, by, .. } = fact {
        let judged = match right {
            Some(true) => "right",
            Some(false) => "wrong",
            None => "not judged",
        };
        let says = format!("debriefed: {judged}, {complaints} things missing or wrong");
        return Some(Told::of(says, &[], by.as_ref()));
    }
    None
}

fn on_the_desk(fact: &Fact) -> Option<Told<'_>> {
    let on = |says: String, why, by| Some(Told { says, why, by });
    if let Fact::MemberPaused { member, by, code, .. } = fact {
        let why = code.iter().map(|code| code.says()).collect();
        return on(format!("paused {member}"), why, Some(by));
    }
    if let Fact::MemberResumed { member, by } = fact {
        return on(format!("let {member} have leads again"), Vec::new(), Some(by));
    }
    if let Fact::CreditGiven { pool, member, leads, code, by } = fact {
        let says =
            format!("credited {member} with {:.2} leads in {pool}", f64::from(*leads) / 100.0);
        return on(says, vec![code.says()], by.as_ref());
    }
    if let Fact::StrategyApplied { version, rollback, by, .. } = fact {
        let verb = if *rollback { "rolled back to" } else { "put in force" };
        return on(format!("{verb} strategy {version}"), Vec::new(), Some(by));
    }
    None
}

fn on_data(fact: &Fact) -> Option<Told<'_>> {
    let on = |says: String, by| Some(Told { says, why: Vec::new(), by });
    if let Fact::QuarantineRepaired { entry, .. } = fact {
        return on(format!("repaired quarantine entry {entry}"), None);
    }
    if let Fact::QuarantineReleased { entry, .. } = fact {
        return on(format!("let in quarantine entry {entry}"), None);
    }
    if let Fact::QuarantineDiscarded { entry } = fact {
        return on(format!("discarded quarantine entry {entry}"), None);
    }
    if let Fact::ImportRecorded { import, rows, by, .. } = fact {
        let verb = if rows.is_some() { "ended" } else { "began" };
        return on(format!("{verb} import {import}"), Some(by));
    }
    if let Fact::PeopleMerged { winner, loser, by: Some(by), .. } = fact {
        return on(format!("joined {loser} with {winner}"), Some(by));
    }
    if let Fact::MergeUndone { winner, loser, by, .. } = fact {
        return on(format!("split {loser} off {winner}"), Some(by));
    }
    None
}

fn on_access(fact: &Fact) -> Option<Told<'_>> {
    let on = |says: String, by| Some(Told { says, why: Vec::new(), by: Some(by) });
    if let Fact::PersonErased { person, by, .. } = fact {
        return on(format!("erased {person}"), by);
    }
    if let Fact::Unsealed { reader, purpose, nodes, of, .. } = fact {
        let whose = match of {
            Some(ReadOf::Account(account)) => format!("of account {account}"),
            Some(ReadOf::Entry(entry)) => format!("in quarantine entry {entry}"),
            Some(ReadOf::Everybody) => "of everybody, as in an export".to_owned(),
            None => format!("of {nodes} people"),
        };
        return on(format!("read personal data {whose}, for {purpose}"), reader);
    }
    if let Fact::UserGranted { user, role, member, by } = fact {
        let whom = member.as_ref().map_or_else(String::new, |member| format!(" who is {member}"));
        return on(format!("let {user}{whom} sign in as {role}"), by);
    }
    if let Fact::UserRevoked { user, by } = fact {
        return on(format!("let {user} sign in no more"), by);
    }
    None
}

/// The account whose people were read.
fn read_of(fact: &Fact) -> Option<AccountId> {
    if let Fact::Unsealed { of: Some(ReadOf::Account(account)), .. } = fact {
        return Some(*account);
    }
    None
}

/// Who did it, as people call them.
pub fn doer(deed: &DeedDone, who: &WhoActs) -> String {
    deed.by.as_ref().map_or_else(|| deed.actor.as_str().to_owned(), |by| who.name(by))
}
