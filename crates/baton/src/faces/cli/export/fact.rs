//! A fact as a line of JSON: what it is, what it is about, and the rest of its clear part.

#[cfg(test)]
mod tests;

use domain::HandoffId;
use domain::fact::{About, Aggregate, Fact, Note, Raw, Sealed};
use domain::signal::Content;
use serde_json::{Map, Value, json};
use store::Stored;

/// What stands in place of personal data.
const REDACTED: &str = "redacted";
/// What stands in place of what was erased.
const ERASED: &str = "erased";

/// The line of a fact. Every clear field is there, since the fact says them itself. `id` is what it
/// is about; `handoff` is known of deliveries by the facts that queued them.
pub(super) fn line(
    stored: &Stored,
    at: usize,
    fact: &Fact,
    source: Option<&str>,
    handoff: Option<HandoffId>,
    clear: bool,
) -> Map<String, Value> {
    let header = &stored.entry.header;
    let mut line = Map::new();
    line.insert("kind".to_owned(), json!(fact.kind()));
    line.insert("id".to_owned(), id(fact.about()));
    line.insert("moment".to_owned(), json!(header.moment));
    line.insert("source".to_owned(), json!(source));
    line.insert("position".to_owned(), json!(stored.position.0));
    line.insert("fact".to_owned(), json!(at));
    line.insert("schema".to_owned(), json!(header.schema));
    line.insert("aggregate".to_owned(), aggregate(header.aggregate));
    if let Aggregate::Account(account) = header.aggregate {
        line.insert("account".to_owned(), json!(account));
    }
    if let Some(handoff) = handoff {
        line.insert("handoff".to_owned(), json!(handoff));
    }
    line.insert("actor".to_owned(), json!(header.actor));
    line.insert("correlation".to_owned(), json!(header.correlation));
    line.insert("strategy".to_owned(), json!(header.strategy));
    let mut said = fields(fact);
    put_sealed(&mut said, fact.sealed(), clear);
    line.extend(said);
    line
}

/// The clear fields, in the names and units of exports.
fn fields(fact: &Fact) -> Map<String, Value> {
    let value = serde_json::to_value(fact).expect("a fact is JSON");
    let Value::Object(outer) = value else { return Map::new() };
    let Some((_, Value::Object(mut said))) = outer.into_iter().next() else { return Map::new() };
    if let Some(kind) = said.remove("kind") {
        // `kind` is the fact's own.
        said.insert("handoff_kind".to_owned(), kind);
    }
    if let Some(Value::Object(score)) = said.get_mut("score") {
        // Added up in hundredths, since points are no whole numbers: 16 and 3.99 are 19.99.
        let total = number(score, "fit") + number(score, "engagement");
        in_points(score);
        let (fit, engagement) = (score["fit"].clone(), score["engagement"].clone());
        said.extend([
            ("fit".to_owned(), fit),
            ("engagement".to_owned(), engagement),
            ("total".to_owned(), json!(hundredths(&json!(total)))),
        ]);
    }
    if let Some(Value::Object(routing)) = said.get("routing") {
        let (route, pool) = (routing["route"].clone(), routing["pool"].clone());
        said.extend([("route".to_owned(), route), ("pool".to_owned(), pool)]);
    }
    if let Some(Value::Array(reasons)) = said.get("reasons") {
        // The codes by themselves, and beside them the rules and figures that belong to them.
        let codes = reasons.iter().map(|reason| reason["code"].clone()).collect();
        let because = std::mem::replace(&mut said["reasons"], Value::Array(codes));
        said.insert("because".to_owned(), because);
    }
    if let Some(leads) = said.get_mut("leads") {
        *leads = json!(hundredths(leads));
    }
    said
}

/// Scores are kept in hundredths of a point.
fn in_points(score: &mut Map<String, Value>) {
    for name in ["fit", "engagement"] {
        score[name] = json!(hundredths(&score[name]));
    }
    if let Some(Value::Array(contributions)) = score.get_mut("contributions") {
        for contribution in contributions {
            contribution["points"] = json!(hundredths(&contribution["points"]));
        }
    }
}

fn number(score: &Map<String, Value>, name: &str) -> i64 {
    score.get(name).and_then(Value::as_i64).unwrap_or_default()
}

/// Hundredths as people write them.
fn hundredths(value: &Value) -> f64 {
    value.as_f64().unwrap_or_default() / 100.0
}

/// The id of what the fact is about.
fn id(about: About<'_>) -> Value {
    match about {
        About::Signal(signal) => json!(signal),
        About::Entry(entry, _) => json!(entry),
        About::Node(node) => json!(node),
        About::Merge(person, _) | About::Person(person) => json!(person),
        About::Handoff(handoff) | About::Work(handoff) => json!(handoff),
        About::Delivery(delivery, _) => json!(delivery),
        About::Member(member) => json!(member),
        About::Strategy(version) => json!(version),
        About::Reading => Value::Null,
        About::Import(import) => json!(import),
        About::User(user) => json!(user),
    }
}

/// What is sealed with a fact: in clear for a purpose, else redacted.
fn put_sealed(said: &mut Map<String, Value>, sealed: Sealed<'_>, clear: bool) {
    match sealed {
        Sealed::Nothing => {}
        Sealed::Content(content) => put_content(said, content, clear),
        Sealed::Raw(raw) => put_raw(said, raw, clear),
        Sealed::Words(name, note) => put_note(said, name, note, clear),
        Sealed::Claims(says) => {
            let says = match says {
                _ if !clear => json!(REDACTED),
                Some(says) => json!(says),
                None => json!(ERASED),
            };
            said.insert("says".to_owned(), says);
        }
    }
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

fn put_content(said: &mut Map<String, Value>, content: Option<&Content>, clear: bool) {
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

fn put_raw(said: &mut Map<String, Value>, raw: Option<&Raw>, clear: bool) {
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
fn put_note(said: &mut Map<String, Value>, name: &str, note: Option<&Note>, clear: bool) {
    let words = match note {
        _ if !clear => json!(REDACTED),
        Some(note) => json!(String::from_utf8_lossy(&note.bytes)),
        None => Value::Null,
    };
    put(said, json!({ name: words }));
}

fn put(said: &mut Map<String, Value>, more: Value) {
    if let Value::Object(more) = more {
        said.extend(more);
    }
}
