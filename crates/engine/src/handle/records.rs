//! What is no lead's way: the desk, what is in force, quarantine, and who read what.

use domain::QuarantineId;
use domain::Span;
use domain::fact::{Aggregate, By, Fact, Mode, Note, ReadFor, ReadOf, StrategyVersion};
use domain::handoff::MemberId;
use rules::strategy::Strategy;

use super::run::Run;
use super::turn::Outcome;
use crate::effects::Effects;
use crate::event::{
    DeskDeed, ImportEvent, ImportUndo, QuarantineDeed, Refusal, UserGrant, UserRecord, Witnesses,
};

/// The largest correction of the ledger, in hundredths of a lead.
const CREDIT_MAX: i32 = 100_000;
/// The longest pause that has an end.
const PAUSE_MAX: Span = Span::days(3_660);

/// Somebody changes the desk. A pool that the strategy does not have yet may have a ledger.
pub(super) fn desk(run: &mut Run<'_>, strategy: &Strategy, deed: &DeskDeed) -> Outcome {
    let (DeskDeed::Pause { member, .. }
    | DeskDeed::Resume { member, .. }
    | DeskDeed::Credit { member, .. }) = deed;
    if let Err(refusal) = known(strategy, member) {
        return Outcome::Refused(refusal);
    }
    let member = member.clone();
    let fact = match deed {
        DeskDeed::Pause { until, code, by, .. } => {
            let until = until.map(|until| until.min(run.now() + PAUSE_MAX));
            Fact::MemberPaused { member, until, by: by.clone(), code: *code }
        }
        DeskDeed::Resume { by, .. } => Fact::MemberResumed { member, by: by.clone() },
        DeskDeed::Credit { pool, leads, code, by, .. } => {
            let (pool, by) = (pool.clone(), by.clone());
            let leads = (*leads).clamp(-CREDIT_MAX, CREDIT_MAX);
            Fact::CreditGiven { pool, member, leads, code: *code, by: Some(by) }
        }
    };
    say(run, Aggregate::Desk, fact);
    Outcome::Done
}

fn known(strategy: &Strategy, member: &MemberId) -> Result<(), Refusal> {
    let known = strategy.team.member(&member.0);
    known.map(|_| ()).ok_or_else(|| Refusal::NoMember(member.to_string()))
}

/// A strategy is put in force.
pub(super) fn in_force(
    run: &mut Run<'_>,
    version: StrategyVersion,
    mode: Mode,
    rollback: bool,
    by: &By,
) {
    let previous = run.in_force();
    let by = by.clone();
    let fact = Fact::StrategyApplied { version, mode, previous, rollback, by };
    say(run, Aggregate::Registry, fact);
}

/// Somebody deals with a quarantine entry.
pub(super) fn quarantine(run: &mut Run<'_>, entry: QuarantineId, deed: &QuarantineDeed) {
    let fact = match deed {
        QuarantineDeed::Repair { raw, still_held } => {
            let (cause, field) = still_held.clone().unzip();
            Fact::QuarantineRepaired {
                entry,
                cause,
                field: field.flatten(),
                raw: Some(raw.clone()),
            }
        }
        QuarantineDeed::Release(signal) => Fact::QuarantineReleased { entry, signal: *signal },
        QuarantineDeed::Discard => Fact::QuarantineDiscarded { entry },
    };
    say(run, Aggregate::Quarantine, fact);
}

/// Something happens to an import.
pub(super) fn import(run: &mut Run<'_>, event: &ImportEvent) {
    let fact = match event.clone() {
        ImportEvent::Recorded(record) => Fact::ImportRecorded {
            import: record.import,
            source: record.source,
            map: record.map,
            files: record.files,
            by: record.by,
            rows: record.rows,
            names: record.names.map(Box::new),
        },
        ImportEvent::Undone(ImportUndo { import, consents, by, counts }) => {
            Fact::ImportUndone { import, consents, by, counts }
        }
        ImportEvent::Witnessed(Witnesses { first, import, signals }) => {
            Fact::SignalsWitnessed { first, import, signals }
        }
    };
    say(run, Aggregate::Governance, fact);
}

/// Somebody may sign in, or may no more.
pub(super) fn user(run: &mut Run<'_>, record: &UserRecord) {
    let UserRecord { user, grant, by } = record.clone();
    let fact = match grant {
        Some(UserGrant { role, member }) => Fact::UserGranted { user, role, member, by },
        None => Fact::UserRevoked { user, by },
    };
    say(run, Aggregate::Governance, fact);
}

/// Personal data is about to be read in clear.
pub(super) fn reading(
    run: &mut Run<'_>,
    reader: &By,
    purpose: ReadFor,
    (nodes, of): (u64, ReadOf),
    reason: Option<&Note>,
) {
    let (reader, reason) = (reader.clone(), reason.cloned().map(Box::new));
    let of = Some(of);
    say(run, Aggregate::Governance, Fact::Unsealed { reader, purpose, nodes, of, reason });
}

fn say(run: &mut Run<'_>, aggregate: Aggregate, fact: Fact) {
    run.take(Effects { facts: vec![(aggregate, fact)], errands: Vec::new() });
}
