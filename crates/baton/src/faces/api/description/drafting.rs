//! Drafts of strategies, and putting an older version back.

use serde_json::{Value, json};

use super::operation::{Needed, Operation};
use super::schema::{object, saying, sent, text};
use crate::faces::api::drafts::Verb;

/// A draft.
fn draft() -> Value {
    json!({ "type": "string", "pattern": "^draft-[0-9a-f]{16}$" })
}

/// The version that is in force until then.
fn replaces() -> Value {
    let says = "The version that is in force until then, or a prefix of it; empty where none is. Where \
                another one is in force by now, nothing is done.";
    saying(json!({ "type": "string", "pattern": "^[0-9a-f]{0,64}$" }), says)
}

/// `GET /v1/drafts`.
pub(in crate::faces::api) fn list() -> Operation {
    Operation::read("Drafts of strategies, the latest first.").answers(200, "`drafts`.", &object())
}

/// `POST /v1/drafts`.
pub(in crate::faces::api) fn save() -> Operation {
    let files = json!({
        "type": "object", "additionalProperties": { "type": ["string", "null"] },
        "description": "Paths with the text that stands there, or null for a file that goes.",
    });
    let based = "What the other files are taken from: `live`, a version, or a draft.";
    Operation::deed("Keep a draft of a strategy under what it says.")
        .refuses([404])
        .takes(
            Needed::Always,
            sent([("based_on", saying(text(), based)), ("files", files)], &["based_on"]),
        )
        .answers(200, "`draft` and `based_on`, the version in force when it was begun.", &object())
}

/// `GET /v1/drafts/{id}`.
pub(in crate::faces::api) fn get() -> Operation {
    Operation::read("A draft with the text of its files.").of("id", "The draft.", &draft()).answers(
        200,
        "The draft.",
        &object(),
    )
}

/// A deed on a draft.
pub(in crate::faces::api) fn deed(verb: Verb) -> Operation {
    let operation = match verb {
        Verb::Check => Operation::deed("Check a draft, play its stories, and say what it changes.")
            .takes(Needed::AtWill, sent([], &[]))
            .answers(200, "`errors`, `warnings`, `diagnostics` and `differences`.", &object()),
        Verb::Apply => {
            Operation::deed("Put a draft in force in place of the version that it names.")
                .takes(Needed::Always, sent([("replaces", replaces())], &["replaces"]))
                .answers(200, "As `baton apply --json` has it.", &object())
        }
        Verb::Discard => Operation::deed("Throw a draft away.")
            .takes(Needed::AtWill, sent([], &[]))
            .answers_nothing(204, "It is gone."),
    };
    operation.of("id", "The draft.", &draft())
}

/// `POST /v1/strategies/rollback`.
pub(in crate::faces::api) fn roll_back() -> Operation {
    let version = json!({ "type": "string", "pattern": "^[0-9a-f]{1,64}$" });
    let version = saying(version, "The version that comes back, or a prefix; else the one before.");
    Operation::deed("Put an older version back in force.")
        .refuses([404])
        .takes(
            Needed::Always,
            sent([("version", version), ("replaces", replaces())], &["replaces"]),
        )
        .answers(200, "As `baton rollback --json` has it.", &object())
}
