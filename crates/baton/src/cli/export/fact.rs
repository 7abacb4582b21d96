//! A fact as a line of JSON: what it is, what it is about, and the rest of its clear part.

use domain::fact::{Aggregate, Fact, Note, Raw};
use domain::signal::Content;
use serde_json::{Map, Value, json};
use store::Stored;

/// What stands in place of personal data.
const REDACTED: &str = "redacted";
/// What stands in place of what was erased.
const ERASED: &str = "erased";

/// The line of a fact.
pub(super) fn line(
    stored: &Stored,
    at: usize,
    fact: &Fact,
    source: Option<&str>,
    clear: bool,
) -> Map<String, Value> {
    let header = &stored.entry.header;
    let mut line = Map::new();
    line.insert("kind".to_owned(), json!(fact.kind()));
    line.insert("id".to_owned(), Value::Null);
    line.insert("moment".to_owned(), json!(header.moment));
    line.insert("source".to_owned(), json!(source));
    line.insert("position".to_owned(), json!(stored.position.0));
    line.insert("fact".to_owned(), json!(at));
    line.insert("aggregate".to_owned(), aggregate(header.aggregate));
    line.insert("actor".to_owned(), json!(header.actor));
    line.insert("correlation".to_owned(), json!(header.correlation));
    line.insert("strategy".to_owned(), json!(header.strategy));
    let Value::Object(said) = said(fact, clear) else { return line };
    line.extend(said);
    line
}

fn aggregate(aggregate: Aggregate) -> Value {
    match aggregate {
        Aggregate::Node(node) => json!(node),
        Aggregate::Account(account) => json!(account),
        Aggregate::Desk => json!("desk"),
        Aggregate::Registry => json!("registry"),
        Aggregate::Quarantine => json!("quarantine"),
        Aggregate::Governance => json!("governance"),
    }
}

/// What a fact says. `id` is what it is about.
#[expect(clippy::wildcard_enum_match_arm, reason = "the table goes on below")]
fn said(fact: &Fact, clear: bool) -> Value {
    match fact {
        Fact::SignalArrived { signal, source, occurred, import, content } => {
            let mut said =
                json!({ "id": signal, "source": source, "occurred": occurred, "import": import });
            put_content(&mut said, content.as_deref(), clear);
            said
        }
        Fact::SignalQuarantined { entry, source, cause, line, import, signal, field, raw } => {
            let mut said = json!({
                "id": entry, "source": source, "cause": cause, "line": line, "import": import,
                "signal": signal, "field": field,
            });
            put_raw(&mut said, raw.as_deref(), clear);
            said
        }
        Fact::QuarantineRepaired { entry, raw } => {
            let mut said = json!({ "id": entry });
            put_raw(&mut said, raw.as_deref(), clear);
            said
        }
        Fact::QuarantineReleased { entry, signal } => json!({ "id": entry, "signal": signal }),
        Fact::QuarantineDiscarded { entry } => json!({ "id": entry }),
        Fact::SubjectResolved { signal, person, account, confidence, .. } => {
            json!({ "id": signal, "person": person, "account": account, "confidence": confidence })
        }
        Fact::NodeJoined { node, person, verified } => {
            json!({ "id": node, "person": person, "verified": verified })
        }
        Fact::NodeLeft { node, to } => json!({ "id": node, "to": to }),
        Fact::PeopleMerged { winner, loser, nodes, signal, .. } => {
            json!({ "id": winner, "loser": loser, "nodes": nodes, "signal": signal })
        }
        Fact::MergeUndone { winner, loser, nodes, by } => {
            json!({ "id": winner, "loser": loser, "nodes": nodes, "by": by })
        }
        Fact::CheckpointReached { seam, signal, handoff, verdict, findings, .. } => json!({
            "id": signal, "seam": seam, "handoff": handoff, "verdict": verdict, "findings": findings,
        }),
        Fact::LeadScored { signal, person, score } => json!({
            "id": signal, "person": person, "fit": points(score.fit),
            "engagement": points(score.engagement), "total": points(score.total()),
        }),
        Fact::DecisionMade { signal, person, action, kind, handoff, autonomy, reasons, .. } => {
            let reasons: Vec<_> = reasons.iter().map(|reason| reason.code).collect();
            json!({
                "id": signal, "person": person, "action": action, "handoff_kind": kind,
                "handoff": handoff, "autonomy": autonomy, "reasons": reasons,
            })
        }
        Fact::Unsealed { reader, purpose, nodes, reason } => {
            let mut said = json!({ "reader": reader, "purpose": purpose, "nodes": nodes });
            put_note(&mut said, "reason", reason.as_deref(), clear);
            said
        }
        Fact::PersonErased { person, nodes, entries, by } => {
            json!({ "id": person, "nodes": nodes, "entries": entries, "by": by })
        }
        Fact::StrategyApplied { version, mode, previous, rollback, by } => json!({
            "id": version, "mode": mode, "previous": previous, "rollback": rollback, "by": by,
        }),
        _ => said_of_handoff(fact),
    }
}

/// What facts of handoffs, deliveries and the desk say.
#[expect(clippy::wildcard_enum_match_arm, reason = "the table began above")]
fn said_of_handoff(fact: &Fact) -> Value {
    match fact {
        Fact::HandoffProposed { handoff, person, node, kind, sla, signal } => json!({
            "id": handoff, "person": person, "node": node, "handoff_kind": kind, "sla": sla,
            "signal": signal,
        }),
        Fact::OwnerWanted { handoff, round, .. } => json!({ "id": handoff, "round": round }),
        Fact::OwnerAssigned { handoff, owner, routing, by } => json!({
            "id": handoff, "owner": owner, "route": routing.route, "pool": routing.pool, "by": by,
        }),
        Fact::HandoffMoved { handoff, state, reasons, by, returns } => {
            let reasons: Vec<_> = reasons.iter().map(|reason| reason.code).collect();
            json!({ "id": handoff, "state": state, "reasons": reasons, "by": by, "returns": returns })
        }
        Fact::ClockStarted { handoff, target, from, warn, due, generation } => json!({
            "id": handoff, "target": target, "from": from, "warn": warn, "due": due,
            "generation": generation,
        }),
        Fact::ClockStopped { handoff, target, met } => {
            json!({ "id": handoff, "target": target, "met": met })
        }
        Fact::SlaWarned { handoff, target, generation }
        | Fact::SlaBreached { handoff, target, generation } => {
            json!({ "id": handoff, "target": target, "generation": generation })
        }
        Fact::Escalated { handoff, step, told, generation } => {
            json!({ "id": handoff, "step": step, "told": told, "generation": generation })
        }
        Fact::Touched { handoff, by } => json!({ "id": handoff, "by": by }),
        Fact::OutcomeRecorded { handoff, outcome, occurred, by, .. } => {
            json!({ "id": handoff, "outcome": outcome, "occurred": occurred, "by": by })
        }
        Fact::Debriefed { handoff, right, complaints, by, .. } => {
            json!({ "id": handoff, "right": right, "complaints": complaints, "by": by })
        }
        Fact::BriefWritten { handoff, claims, unknown } => {
            json!({ "id": handoff, "claims": claims, "unknown": unknown })
        }
        Fact::DeliveryQueued { delivery, handoff, step, destination, undoes, .. } => json!({
            "id": delivery, "handoff": handoff, "step": step, "destination": destination,
            "undoes": undoes,
        }),
        Fact::DeliveryAttempted { delivery, attempt } => {
            json!({ "id": delivery, "attempt": attempt })
        }
        Fact::DeliveryMoved { delivery, state, attempt, code, again, status } => json!({
            "id": delivery, "state": state, "attempt": attempt, "code": code, "again": again,
            "status": status,
        }),
        Fact::TurnTaken { handoff, pool, member, eligible, instead_of, .. } => json!({
            "id": handoff, "pool": pool, "member": member, "eligible": eligible,
            "instead_of": instead_of,
        }),
        Fact::WorkEnded { handoff, member } => json!({ "id": handoff, "member": member }),
        Fact::MemberPaused { member, until, by } => {
            json!({ "id": member, "until": until, "by": by })
        }
        Fact::MemberResumed { member, by } => json!({ "id": member, "by": by }),
        Fact::CreditGiven { pool, member, leads, code, by } => {
            json!({ "id": member, "pool": pool, "leads": points(*leads), "code": code, "by": by })
        }
        _ => Value::Null,
    }
}

/// Hundredths as people write them.
fn points(hundredths: i32) -> f64 {
    f64::from(hundredths) / 100.0
}

fn put_content(said: &mut Value, content: Option<&Content>, clear: bool) {
    let sealed = match content {
        _ if !clear => json!({
            "source_id": REDACTED, "type": REDACTED, "origin": REDACTED, "subject": REDACTED,
            "fields": REDACTED,
        }),
        Some(content) => {
            let subject: Vec<_> = content
                .subject
                .iter()
                .map(|known| {
                    json!({ "kind": known.kind.name(), "value": known.value, "verified": known.verified })
                })
                .collect();
            json!({
                "source_id": content.source_id, "type": content.kind, "origin": content.origin,
                "subject": subject, "fields": content.fields,
            })
        }
        None => json!({
            "source_id": ERASED, "type": ERASED, "origin": ERASED, "subject": ERASED,
            "fields": ERASED,
        }),
    };
    put(said, sealed);
}

fn put_raw(said: &mut Value, raw: Option<&Raw>, clear: bool) {
    let sealed = match raw {
        _ if !clear => json!({ "source_id": REDACTED, "file": REDACTED, "raw": REDACTED }),
        Some(raw) => json!({
            "source_id": raw.source_id, "file": raw.file,
            "raw": String::from_utf8_lossy(&raw.bytes),
        }),
        None => json!({ "source_id": ERASED, "file": ERASED, "raw": ERASED }),
    };
    put(said, sealed);
}

/// Words of people. There may never have been any, so that none is no sign of an erasure.
fn put_note(said: &mut Value, name: &str, note: Option<&Note>, clear: bool) {
    let words = match note {
        _ if !clear => json!(REDACTED),
        Some(note) => json!(String::from_utf8_lossy(&note.bytes)),
        None => Value::Null,
    };
    put(said, json!({ name: words }));
}

fn put(said: &mut Value, more: Value) {
    if let (Value::Object(said), Value::Object(more)) = (said, more) {
        said.extend(more);
    }
}
