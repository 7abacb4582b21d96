//! Uploading files to import them.

use serde_json::{Value, json};

use super::operation::{Needed, Operation};
use super::schema::{id, object, saying, sent, text};
use crate::faces::api::uploads::Verb;

/// The import that a file makes.
fn import() -> Value {
    id('i')
}

/// `POST /v1/imports`.
pub(in crate::faces::api) fn announce() -> Operation {
    let map = "A map that is built in, or the path of one of the strategy's: `maps/crm.yaml`.";
    let hash = json!({ "type": "string", "pattern": "^[0-9a-fA-F]{64}$" });
    let body = [
        ("file", saying(text(), "The file's name, by which its map knows it.")),
        ("map", saying(text(), map)),
        ("bytes", json!({ "type": "integer", "minimum": 0 })),
        ("sha256", saying(hash, "The SHA-256 of the whole file.")),
    ];
    let says = "`import`, which is the same for the same file and map; `parts` of `part_bytes`, and \
                which of them are `missing`.";
    Operation::deed("Announce a file to be imported, before a byte of it is sent.")
        .takes(Needed::Always, sent(body, &["file", "map", "bytes", "sha256"]))
        .answers(200, says, &object())
}

/// `PUT /v1/imports/{id}/parts/{n}`.
pub(in crate::faces::api) fn part() -> Operation {
    let number = json!({ "type": "integer", "minimum": 1, "maximum": 128 });
    let bytes = json!({ "type": "string", "format": "binary", "maxLength": 4 << 20 });
    Operation::deed("Send a part of a file. It may come again.")
        .of("id", "The import.", &import())
        .of("n", "Which part, from 1. All have 4 MiB but the last.", &number)
        .body(Needed::Always, [("application/octet-stream", bytes.clone()), ("text/csv", bytes)])
        .answers(200, "The upload, with what is still missing.", &object())
}

/// `GET /v1/imports/{id}/dry-run`.
pub(in crate::faces::api) fn dry_run() -> Operation {
    let rows = json!({ "type": "integer", "minimum": 0, "maximum": 100 });
    Operation::read(
        "How an uploaded file would be read: its first rows, what looks odd, and counts.",
    )
    .of("id", "The import.", &import())
    .query("rows", "How many rows are shown; 5 without it.", &rows)
    .refuses([409, 422, 500, 507])
    .answers(
        200,
        "`rows`, `odd` and `counts`, as `baton import --dry-run --json` has them.",
        &object(),
    )
}

/// A deed on an import.
pub(in crate::faces::api) fn deed(verb: Verb) -> Operation {
    let operation =
        match verb {
            Verb::Start => Operation::deed("Import an uploaded file, beside everything else.")
                .answers(202, "How far it is; `GET /v1/imports/{id}` says more.", &object()),
            Verb::Stop => {
                Operation::deed("Stop an import. What is in stays; started again, it goes on.")
                    .answers(202, "How far it is.", &object())
            }
            Verb::Discard => Operation::deed("Throw an uploaded file away, and destroy its key.")
                .answers_nothing(204, "It is gone."),
        };
    operation.of("id", "The import.", &import()).takes(Needed::AtWill, sent([], &[]))
}
