//! Rehearsals: other strategies over people's own history.

use rehearsal::history::Behaviour;
use serde_json::{Value, json};

use super::operation::{Needed, Operation};
use super::schema::{id, object, one_of, saying, sent, text};

/// A rehearsal.
fn rehearsal() -> Value {
    json!({ "type": "string", "pattern": "^[0-9a-f]{1,16}$" })
}

/// `GET /v1/rehearsals`.
pub(in crate::faces::api) fn list() -> Operation {
    Operation::read("Rehearsals since the server started, the latest first.").answers(
        200,
        "`rehearsals`.",
        &object(),
    )
}

/// `POST /v1/rehearsals`.
pub(in crate::faces::api) fn start() -> Operation {
    let days = json!({ "type": "integer", "minimum": 1, "maximum": 366 });
    let over = json!({
        "oneOf": [sent([("import", id('i'))], &["import"]), sent([("days", days)], &["days"])],
        "description": "A file that was uploaded, or so many days of the journal.",
    });
    let body = [
        ("strategy", saying(text(), "`live`, a version that was in force once, or a draft.")),
        ("over", over),
        ("against", saying(one_of(["live"]), "Compare with what is in force.")),
        (
            "behaviour",
            saying(one_of(Behaviour::ALL.map(Behaviour::name)), "Of owners; `prompt` without it."),
        ),
    ];
    Operation::deed(
        "Rehearse a strategy. One rehearsal is played at a time; nothing leaves the machine.",
    )
    .refuses([404])
    .takes(Needed::Always, sent(body, &["strategy", "over"]))
    .answers(202, "It is under way.", &object())
}

/// `GET /v1/rehearsals/{id}`.
pub(in crate::faces::api) fn get() -> Operation {
    let says = "How far it is and, once it has ended, `summary` and `against`, as `baton rehearse --json` has them.";
    Operation::read("One rehearsal, with what it found.")
        .of("id", "The rehearsal.", &rehearsal())
        .answers(200, says, &object())
}

/// `POST /v1/rehearsals/{id}/stop`.
pub(in crate::faces::api) fn stop() -> Operation {
    Operation::deed("Stop a rehearsal.")
        .of("id", "The rehearsal.", &rehearsal())
        .takes(Needed::AtWill, sent([], &[]))
        .answers(202, "It stops.", &object())
}
