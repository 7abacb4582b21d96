//! What operations share: how one shows who one is, the refusals, and the schemas with a name.

use domain::handoff::State;
use serde_json::{Map, Value, json};

use super::problems::PROBLEMS;
use super::schema::{
    count, fields, flag, id, list, moment, named, object, one_of, optional_moment, optional_text,
    text,
};

/// The components of the document.
pub(super) fn json() -> Value {
    json!({
        "securitySchemes": {
            "bearer": { "type": "http", "scheme": "bearer" },
            "basic": { "type": "http", "scheme": "basic", "description": "The key is the user." },
        },
        "responses": refusals(),
        "schemas": {
            "Problem": problem(),
            "Counts": counts(),
            "Accepted": accepted(),
            "Decided": decided(),
            "Owner": owner(),
            "Handoff": handoff(),
            "DeskRow": desk_row(),
        },
    })
}

fn refusals() -> Map<String, Value> {
    let refusal = |(status, says, codes): &(u16, &str, &[&str])| {
        let narrowed = json!({
            "properties": { "status": { "const": status }, "code": { "enum": codes } },
        });
        let schema = json!({ "allOf": [named("Problem"), narrowed] });
        let content = json!({ "application/problem+json": { "schema": schema } });
        (format!("Problem{status}"), json!({ "description": says, "content": content }))
    };
    PROBLEMS.iter().map(refusal).collect()
}

/// What is answered where something is refused, as RFC 9457 has it.
fn problem() -> Value {
    let parts = ["type", "title", "status", "detail", "code", "help"];
    fields(parts.map(|part| (part, if part == "status" { count() } else { text() })), &parts)
}

fn counts() -> Value {
    fields(
        [
            ("success", flag()),
            ("accepted", count()),
            ("duplicates", count()),
            ("quarantined", count()),
        ],
        &["success", "accepted", "duplicates", "quarantined"],
    )
}

fn accepted() -> Value {
    let result = fields(
        [
            ("id", optional_text()),
            ("source_id", optional_text()),
            ("result", one_of(["accepted", "duplicate", "quarantined"])),
            ("reason", optional_text()),
        ],
        &["result"],
    );
    fields(
        [
            ("accepted", count()),
            ("duplicates", count()),
            ("quarantined", count()),
            ("results", list(&result)),
        ],
        &["accepted", "duplicates", "quarantined"],
    )
}

fn decided() -> Value {
    let owner = json!({ "oneOf": [named("Owner"), { "type": "null" }] });
    fields(
        [
            ("signal", id('s')),
            ("decision", optional_text()),
            ("handoff", optional_text()),
            ("owner", owner),
            ("reasons", list(&text())),
            ("status_url", text()),
        ],
        &["signal"],
    )
}

fn owner() -> Value {
    let kind = one_of(["person", "queue", "engine"]);
    fields([("kind", kind), ("id", text())], &["kind", "id"])
}

fn handoff() -> Value {
    let target = fields(
        [
            ("name", text()),
            ("due", moment()),
            ("warned", flag()),
            ("breached", flag()),
            ("met", json!({ "type": ["boolean", "null"] })),
            ("runs", flag()),
        ],
        &[],
    );
    fields(
        [
            ("id", id('h')),
            ("version", count()),
            ("kind", text()),
            ("state", one_of(State::ALL.iter().map(|state| state.as_str()))),
            ("account", id('a')),
            ("person", id('p')),
            ("owner", named("Owner")),
            ("opened", moment()),
            ("pool", optional_text()),
            ("targets", list(&target)),
            ("accept_by", optional_moment()),
            ("score", object()),
            ("decision", object()),
            ("deliveries", list(&object())),
            ("correlation", text()),
            ("run", text()),
        ],
        &["id", "version", "kind", "state", "account", "person", "owner"],
    )
}

fn desk_row() -> Value {
    let pool = fields(
        [
            ("pool", text()),
            ("received", count()),
            ("owed_hundredths", json!({ "type": "integer" })),
        ],
        &[],
    );
    let handed_on = fields(
        [
            ("member", text()),
            ("handoff", id('h')),
            ("account", id('a')),
            ("was", text()),
            ("owner", named("Owner")),
            ("state", text()),
        ],
        &[],
    );
    fields(
        [
            ("member", text()),
            ("name", text()),
            ("paused", flag()),
            ("until", optional_moment()),
            ("reason", optional_text()),
            ("left", flag()),
            ("open", count()),
            ("pools", list(&pool)),
            ("handed_on", list(&handed_on)),
        ],
        &["member", "name", "paused", "until", "reason", "left", "open", "pools"],
    )
}
