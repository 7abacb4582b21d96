//! What can be read.

use domain::handoff::State;
use rules::brief::ROLES;
use serde_json::{Value, json};
use store::EntryState;

use super::operation::{Needed, Operation};
use super::schema::{
    fields, flag, id, moment, name, named, object, one_of, optional_text, sent, text,
};
use crate::service::read::audit::KINDS;

/// `GET /`.
pub(in crate::faces::api) fn home() -> Operation {
    Operation::open("What is here, as a page.").refuses([429, 503]).answers_text(
        200,
        "A page.",
        &["text/html"],
    )
}

/// `GET /healthz`.
pub(in crate::faces::api) fn healthz() -> Operation {
    Operation::open("It is there.").answers(200, "There.", &object())
}

/// `GET /readyz`.
pub(in crate::faces::api) fn readyz() -> Operation {
    Operation::open("It has recovered.").refuses([503]).answers(200, "Ready.", &object())
}

/// `GET /openapi.json`.
pub(in crate::faces::api) fn openapi() -> Operation {
    Operation::open("This description.").answers(200, "The description.", &object())
}

/// `GET /metrics`.
pub(in crate::faces::api) fn metrics() -> Operation {
    Operation::read("Figures, for loopback or the scope `read`.")
        .never(429)
        .never(503)
        .security(json!([{}, { "bearer": [] }, { "basic": [] }]))
        .answers_text(200, "Figures as Prometheus reads them.", &["text/plain"])
}

/// An account by an id or a domain.
fn account() -> Value {
    json!({ "type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$" })
}

/// `GET /v1/accounts/{id}`.
pub(in crate::faces::api) fn context() -> Operation {
    Operation::read("The context of an account, now or as it was known.")
        .of("id", "An id or a domain.", &account())
        .of_the_past()
        .page()
        .refuses([507])
        .answers(200, "The account.", &object())
}

/// `GET /v1/accounts/{id}/why`.
pub(in crate::faces::api) fn why_of_account() -> Operation {
    Operation::read(
        "Why nobody there has a handoff: what was decided last on each person, and what was missing.",
    )
    .of("id", "The account by its id or domain, or a person or signal there.", &account())
    .query("format", "How.", &one_of(["json", "text"]))
    .of_the_past()
    .answers(200, "The explanation.", &object())
    .answers_text(200, "The explanation.", &["text/plain"])
}

/// `GET /v1/handoffs`.
pub(in crate::faces::api) fn handoffs() -> Operation {
    let states = one_of(State::ALL.iter().map(|state| state.as_str()));
    Operation::read("Handoffs, newest first.")
        .query("state", "In this state.", &states)
        .query("owner", "A member, `queue:NAME` or `engine`.", &text())
        .page()
        .answers(200, "A page.", &object())
}

/// `GET /v1/handoffs/{id}`.
pub(in crate::faces::api) fn handoff() -> Operation {
    Operation::read("One handoff.").of("id", "The handoff.", &id('h')).of_the_past().answers(
        200,
        "The handoff, with its version as ETag.",
        &named("Handoff"),
    )
}

/// `GET /v1/handoffs/{id}/brief`.
pub(in crate::faces::api) fn brief() -> Operation {
    let evidence = "Whether md and text list the signals that each line rests on. Default: true.";
    Operation::read("The brief, each claim with its evidence.")
        .of("id", "The handoff.", &id('h'))
        .query("format", "How.", &one_of(["json", "md", "html", "text"]))
        .query("for", "The reader's role.", &one_of(ROLES))
        .of_the_past()
        .query("evidence", evidence, &flag())
        .refuses([507])
        .answers(200, "The brief.", &object())
        .answers_text(200, "The brief.", &["text/markdown", "text/html", "text/plain"])
}

/// `GET /v1/handoffs/{id}/why`.
pub(in crate::faces::api) fn why() -> Operation {
    Operation::read("Why this owner, and why not each other one.")
        .of("id", "The handoff.", &id('h'))
        .query("format", "How.", &one_of(["json", "text"]))
        .of_the_past()
        .answers(200, "The explanation.", &object())
        .answers_text(200, "The explanation.", &["text/plain"])
}

/// `GET /v1/desk`.
pub(in crate::faces::api) fn desk() -> Operation {
    let says = "`members` and `lines`, as `baton team --json` and `baton lines --json` have them.";
    Operation::read(
        "The desk: the members of the team with what they have, are owed and take, and who waits for \
         them.",
    )
    .limit("How many of each line, at most 200.")
    .answers(200, says, &object())
}

/// `GET /v1/sources`.
pub(in crate::faces::api) fn sources() -> Operation {
    Operation::read("Sources: what came from each, and what is held of it.").answers(
        200,
        "`sources`, as `baton sources --json` has them.",
        &object(),
    )
}

/// `GET /v1/destinations`.
pub(in crate::faces::api) fn destinations() -> Operation {
    Operation::read("Destinations, and how each does.").answers(
        200,
        "`destinations`, as `baton destinations --json` has them.",
        &object(),
    )
}

/// `GET /v1/strategies`.
pub(in crate::faces::api) fn strategies() -> Operation {
    Operation::read("Which strategy was in force when, newest first.").answers(
        200,
        "`strategies`, as `baton strategies --json` has them.",
        &object(),
    )
}

/// `GET /v1/strategies/{one}/diff/{other}`.
pub(in crate::faces::api) fn diff() -> Operation {
    let says = "A version that was in force once, any unique prefix of it, `live`, or a draft.";
    let version =
        json!({ "type": "string", "pattern": "^([0-9a-f]{1,64}|live|draft-[0-9a-f]{16})$" });
    Operation::read(
        "What differs between two versions of the strategy. For keys with the scope `revops` or \
         `audit`.",
    )
    .of("one", says, &version)
    .of("other", says, &version)
    .answers(200, "`differences`, as `baton diff --json` has them.", &object())
}

/// `GET /v1/imports`.
pub(in crate::faces::api) fn imports() -> Operation {
    Operation::read("What was imported and what became of it, the latest first.").page().answers(
        200,
        "A page.",
        &object(),
    )
}

/// `GET /v1/imports/{id}`.
pub(in crate::faces::api) fn import() -> Operation {
    let says = "As in the list, and `caused`: signals, people, accounts, handoffs, and the open ones with \
                their owners.";
    Operation::read("One import, with what it caused.").of("id", "The import.", &id('i')).answers(
        200,
        says,
        &object(),
    )
}

/// `GET /v1/quarantine`.
pub(in crate::faces::api) fn quarantine() -> Operation {
    let states = one_of(EntryState::ALL.map(EntryState::as_str));
    Operation::read("What is kept apart and open, newest first.")
        .query("state", "In this state.", &states)
        .page()
        .answers(200, "A page.", &object())
}

/// `GET /v1/audit`.
pub(in crate::faces::api) fn audit() -> Operation {
    Operation::read("Who did what, when and why, from the facts that name a deed, newest first.")
        .refuses([404])
        .query("handoff", "On this handoff.", &id('h'))
        .query("by", "Of this member, user or key, or for them, by their id.", &name())
        .query("kind", "Of this kind of fact.", &one_of(KINDS))
        .query("from", "From this moment on.", &moment())
        .query("to", "Before this moment.", &moment())
        .page()
        .answers(
            200,
            "A page: `deeds` and `next`. A page may hold few and still have a `next`.",
            &object(),
        )
}

/// `GET /v1/events`.
pub(in crate::faces::api) fn events() -> Operation {
    let last = "The id of the last event that was taken in.";
    Operation::read("Which handoffs change, as server-sent events, until the connection ends.")
        .says(
            "An event `change` has `watermark`, the handoff's `id` and its `version`, and nothing of a \
             person: what it is now is read as ever. Its `id` is the watermark; sent as \
             `Last-Event-ID` the stream goes on from there. `missed` says that more changed than is \
             kept: read what you show anew. `at` comes with each batch and every few seconds, with \
             `behind_ms`, how long ago the oldest event of the batch was durable. `ended` says that \
             the key opens no more.",
        )
        .parameter("header", "Last-Event-ID", Needed::AtWill, last, &text())
        .answers_text(200, "The events.", &["text/event-stream"])
}

/// `POST /v1/search`. It is posted, so that what is looked for stands in no address.
pub(in crate::faces::api) fn search() -> Operation {
    let says = "A name of a person or company, or the beginnings of its words; an id or the beginning of \
                one, an address, a phone number with `+`, `SOURCE:ID`, or a domain. `names` of the answer \
                says whether names were searched, which whoever reads no personal data may not.";
    let looked_for = json!({ "type": "string", "minLength": 1, "description": says });
    Operation::deed("Finds accounts, people and handoffs.")
        .never(409)
        .refuses([404])
        .takes(Needed::Always, sent([("text", looked_for)], &["text"]))
        .answers(200, "What was found.", &object())
}

/// What a test of a destination answers.
pub(super) fn tested() -> Value {
    fields(
        [
            ("name", text()),
            ("delivered", flag()),
            ("code", optional_text()),
            ("status", json!({ "type": ["integer", "null"] })),
            ("says", text()),
        ],
        &["name", "delivered", "code", "status", "says"],
    )
}
