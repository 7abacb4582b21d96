//! Where signals come in.

use serde_json::json;

use super::operation::{Needed, Operation};
use super::schema::{id, list, name, named, object, one_of, text};

/// `POST /v1/signals`.
pub(in crate::faces::api) fn signals() -> Operation {
    let timeout = json!({ "type": "integer", "minimum": 0, "maximum": 10_000, "default": 2_000 });
    let mut batch = list(&object());
    batch["maxItems"] = json!(10_000);
    Operation::intake("Takes CloudEvents in: one, a batch, lines, or in binary mode.")
        .query("wait", "`decision`: answers when the one signal is decided.", &one_of(["decision"]))
        .query("timeout_ms", "How long to wait.", &timeout)
        .body(
            Needed::Always,
            [
                ("application/cloudevents+json", object()),
                ("application/cloudevents-batch+json", batch),
                ("application/x-ndjson", text()),
                ("application/json", object()),
            ],
        )
        .answers(202, "Durable.", &named("Accepted"))
        .answers(200, "Decided.", &named("Decided"))
}

/// `GET /v1/signals/{id}`.
pub(in crate::faces::api) fn status() -> Operation {
    Operation::read("What was decided on a signal; the path and query are those of `status_url`.")
        .of("id", "The signal.", &id('s'))
        .parameter("query", "node", Needed::Always, "As in `status_url`.", &name())
        .answers(200, "Decided.", &named("Decided"))
        .answers(202, "Not decided yet.", &named("Decided"))
}

/// A call of Segment's.
pub(in crate::faces::api) fn segment(call: &str) -> Operation {
    let line = json!({
        "type": "string", "contentMediaType": "application/json", "pattern": "^\\s*\\{",
    });
    Operation::intake(&format!("Segment: {call}."))
        .security(json!([{ "bearer": [] }, { "basic": [] }, {}]))
        .body(Needed::Always, [("application/json", object()), ("text/plain", line)])
        .answers(200, "Durable; what could not be read is quarantined.", &named("Counts"))
}

/// What a browser asks before it sends.
pub(in crate::faces::api) fn preflight() -> Operation {
    Operation::open("Tells a browser whether pages of its origin may send.")
        .parameter(
            "header",
            "Origin",
            Needed::AtWill,
            "The page's origin, which a source has to name.",
            &text(),
        )
        .refuses([429])
        .answers_nothing(204, "The headers of CORS tell, where the origin is known.")
}

/// `POST /v1/hooks/{source}`.
pub(in crate::faces::api) fn hooks() -> Operation {
    let header = |operation: Operation, name, says| {
        operation.parameter("header", name, Needed::Always, says, &text())
    };
    let posts = Operation::intake("Standard Webhooks, and posts of sources with a map.")
        .security(json!([]))
        .never(403)
        .parameter("path", "source", Needed::Always, "The configured source.", &name());
    let posts = header(posts, "webhook-id", "The message's id.");
    let posts = header(posts, "webhook-timestamp", "Seconds since 1970.");
    header(posts, "webhook-signature", "Signatures with blanks between them.")
        .takes(Needed::Always, json!({}))
        .answers(202, "Durable.", &named("Accepted"))
}
