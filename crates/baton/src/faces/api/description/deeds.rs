//! What can be done.

use std::collections::BTreeSet;

use domain::fact::Feedback;
use domain::handoff::State;
use serde_json::{Value, json};

use super::operation::{Needed, Operation};
use super::reading::tested;
use super::schema::{fields, flag, id, moment, name, named, object, one_of, saying, sent};
use crate::faces::api::{desk, identity};
use crate::service::act::Verb;
use crate::service::act::desk::PAUSES;
use crate::service::act::identity::REASONS;
use crate::service::act::quarantine::EntryVerb;
use crate::service::act::wanted::{OUTCOMES, REJECTIONS, reason_word};

/// Whom a deed is done for.
fn on_behalf() -> Value {
    let says = "The member whom the deed is done for, by their id in `team.csv`. A key with the scope \
                `work` acts as its own member alone.";
    saying(name(), says)
}

fn note() -> Value {
    let says =
        "In words, of at most 64 KiB. It is sealed, and shown to whoever has the handoff next.";
    json!({ "type": "string", "maxLength": 65_536, "description": says })
}

/// The words by which people say these reasons.
fn reasons() -> Value {
    let words: BTreeSet<&str> =
        REJECTIONS.into_iter().flat_map(|code| [code.as_str(), reason_word(code)]).collect();
    one_of(words)
}

/// A deed on a handoff.
pub(in crate::faces::api) fn handoff(verb: Verb) -> Operation {
    let (summary, body) = match verb {
        Verb::Accept => (
            "Take a handoff.",
            sent([("as", on_behalf()), ("member", name()), ("note", note())], &[]),
        ),
        Verb::Reject => (
            "Refuse a handoff, and say why.",
            sent([("as", on_behalf()), ("reason", reasons()), ("note", note())], &["reason"]),
        ),
        Verb::Reassign => {
            let kind = one_of(["person", "queue"]);
            let owner = fields([("kind", kind), ("id", name())], &["kind", "id"]);
            (
                "Give a handoff to another owner.",
                sent([("as", on_behalf()), ("owner", owner), ("note", note())], &["owner"]),
            )
        }
        Verb::Outcome => {
            let outcomes = one_of(OUTCOMES.map(State::as_str));
            let body = [
                ("as", on_behalf()),
                ("outcome", outcomes),
                ("occurred", saying(moment(), "When it happened; now without it.")),
                ("returns", saying(moment(), "When a recycled lead may come back.")),
                ("note", note()),
            ];
            ("Say what came of a handoff.", sent(body, &["outcome"]))
        }
        Verb::Debrief => {
            let complaints = json!({
                "type": "integer", "minimum": 0, "maximum": u16::MAX,
                "description": "How many things were missing or wrong.",
            });
            let body = [
                ("as", on_behalf()),
                ("right", saying(flag(), "Right, in the owner's judgement.")),
                ("complaints", complaints),
                ("note", note()),
            ];
            ("Say what was right, wrong or missing.", sent(body, &[]))
        }
        Verb::Feedback => {
            let number = |says: &str| json!({ "type": "integer", "minimum": 1, "maximum": u16::MAX, "description": says });
            let body = [
                ("as", on_behalf()),
                ("claim", number("Which claim, as the brief numbers it; none for `missing`.")),
                ("brief", number("Which brief, as it says itself; without it the present one.")),
                ("feedback", one_of(Feedback::ALL.iter().map(|known| known.as_str()))),
                ("note", note()),
            ];
            let summary = "Say of a claim of the brief that it is right, wrong or stale, or that something \
                           is missing. What the same reader said of it before counts no more.";
            (summary, sent(body, &["feedback"]))
        }
        Verb::Snooze => {
            let until = saying(moment(), "Until when; without it the member sees it again.");
            (
                "Keep a handoff out of a member's own inbox for a while. No clock stops.",
                sent([("as", on_behalf()), ("until", until)], &[]),
            )
        }
        Verb::Undo => {
            let summary = "Take back what was done last, for 8 seconds: an acceptance, a refusal, a \
                           snooze or feedback.";
            (summary, sent([("as", on_behalf())], &[]))
        }
    };
    Operation::deed(summary)
        .of("id", "The handoff.", &id('h'))
        .idempotent()
        .if_match()
        .takes(Needed::AtWill, body)
        .answers(200, "The handoff as it is now.", &named("Handoff"))
}

/// A deed on what a member gets.
pub(in crate::faces::api) fn desk(verb: desk::Verb) -> Operation {
    let row = "The desk's row of the member.";
    let (summary, body, answer) = match verb {
        desk::Verb::Pause => {
            let until = saying(moment(), "Until when; without it until they resume.");
            let reason = one_of(PAUSES.map(reason_word));
            let body = [("as", on_behalf()), ("until", until), ("reason", reason)];
            ("Pause a member: they get no leads.", sent(body, &[]), row)
        }
        desk::Verb::Resume => {
            ("Let a member have leads again.", sent([("as", on_behalf())], &[]), row)
        }
        desk::Verb::Credit => {
            let leads = json!({
                "type": "number", "multipleOf": 0.01, "minimum": -1_000, "maximum": 1_000,
                "not": { "const": 0 },
                "description": "At most two decimals; with a minus they are taken.",
            });
            let pool = saying(name(), "Needless where the member is in one pool.");
            let body =
                [("as", on_behalf()), ("leads", leads), ("reason", reasons()), ("pool", pool)];
            let body = sent(body, &["leads", "reason"]);
            ("Give a member leads in the ledger of a rotation, or take some.", body, row)
        }
        desk::Verb::Leave => {
            let until = "Until when they are away; without it they have left the team.";
            let to = json!({
                "description": "Who gets what they have: a member's id, or an owner. Without it \
                                their successor, else whom the routes find.",
                "oneOf": [name(), named("Owner")],
            });
            let body = [
                ("as", on_behalf()),
                ("until", saying(moment(), until)),
                ("to", to),
                ("dry_run", saying(flag(), "Only say what would come of it.")),
            ];
            let summary = "Say that a member is away until a moment, or, without one, that they have \
                           left: what they have is handed on.";
            (summary, sent(body, &[]), "The desk's row of the member, with what was handed on.")
        }
    };
    Operation::deed(summary)
        .of("member", "The member, by their id in `team.csv`.", &name())
        .idempotent()
        .takes(Needed::AtWill, body)
        .answers(200, answer, &named("DeskRow"))
}

/// `POST /v1/destinations/{name}/test`.
pub(in crate::faces::api) fn test_destination() -> Operation {
    Operation::deed("Send a destination a test message, at once and once.")
        .of("name", "The destination, by its name in baton.toml.", &name())
        .takes(Needed::AtWill, sent([], &[]))
        .answers(200, "What came of it.", &tested())
}

/// `POST /v1/audit/verify`.
pub(in crate::faces::api) fn verify() -> Operation {
    Operation::deed(
        "Compute every hash of the journal again, and say whether it is what was written.",
    )
    .takes(Needed::AtWill, sent([], &[]))
    .answers(200, "The verdict, as `baton audit verify --json` has it.", &object())
}

/// A deed on what is kept apart.
pub(in crate::faces::api) fn quarantine(verb: EntryVerb) -> Operation {
    let operation = match verb {
        EntryVerb::Repair => {
            let values = json!({
                "type": "object", "minProperties": 1, "additionalProperties": { "type": "string" },
            });
            Operation::deed("Puts values in place of what was there.")
                .takes(Needed::Always, sent([("values", values)], &["values"]))
        }
        EntryVerb::Release => Operation::deed("Lets an entry in."),
        EntryVerb::Discard => Operation::deed("Throws an entry away."),
    };
    operation.of("id", "The entry.", &id('q')).answers(200, "What came of it.", &object())
}

/// `POST /v1/imports/{id}/undo`.
pub(in crate::faces::api) fn import_undo() -> Operation {
    let consents = saying(flag(), "Take back as well whom the import withdrew a consent of.");
    let dry_run = saying(flag(), "Only say what it would come to.");
    let body = sent([("consents", consents), ("dry_run", dry_run)], &[]);
    let says = "Signals, fields, scores, handoffs withdrawn and kept, the erased, outcomes and signals that stay.";
    Operation::deed("Takes an import back.")
        .of("id", "The import.", &id('i'))
        .refuses([404])
        .takes(Needed::Always, body)
        .answers(200, says, &object())
}

/// Who is who, as somebody says.
pub(in crate::faces::api) fn identity(verb: identity::Verb) -> Operation {
    let reason = one_of(REASONS.map(reason_word));
    let dry_run = saying(flag(), "Only say what would change.");
    let (summary, body) = match verb {
        identity::Verb::Join => {
            let people = json!({ "type": "array", "items": id('p'), "minItems": 2, "maxItems": 2 });
            let body = [("people", people), ("reason", reason), ("dry_run", dry_run)];
            ("Says that two are one person.", sent(body, &["people"]))
        }
        identity::Verb::Split => {
            let nodes = json!({ "type": "array", "items": id('n'), "minItems": 1 });
            let body =
                [("person", id('p')), ("nodes", nodes), ("reason", reason), ("dry_run", dry_run)];
            ("Splits nodes off a person.", sent(body, &["person", "nodes"]))
        }
        identity::Verb::Undo => {
            let body = [("winner", id('p')), ("loser", id('p')), ("dry_run", dry_run)];
            ("Takes back a merge.", sent(body, &["winner", "loser"]))
        }
    };
    let says = "Who is who, the nodes that move, and the handoffs that are withdrawn.";
    Operation::deed(summary).refuses([404]).takes(Needed::Always, body).answers(
        200,
        says,
        &object(),
    )
}

/// `POST /v1/erasures`.
pub(in crate::faces::api) fn erase() -> Operation {
    let identifier = json!({
        "type": "string", "minLength": 3,
        "description": "What they are known by: an address, a phone, `SOURCE:ID`.",
    });
    let only = json!({ "type": "boolean", "description": "Only say what would be taken away." });
    let said =
        [("person", id('p')), ("identifier", identifier), ("account", id('a')), ("dry_run", only)];
    let mut body = sent(said, &[]);
    body["oneOf"] = json!([
        { "required": ["person"] },
        { "required": ["identifier"] },
        { "required": ["account"] },
    ]);
    let summary = "Erases a person, or what is known of an account's company alone.";
    Operation::deed(summary).refuses([404]).takes(Needed::Always, body).answers(
        200,
        "The receipt, or what would be in it.",
        &object(),
    )
}
