//! What `/openapi.json` says: OpenAPI 3.1, made of the table of routes.
//!
//! A route cannot stand in the table without the [`Operation`] that describes it. Words of closed
//! lists come from the types that read them. The shape is that of the OpenAPI Specification 3.1.0.

pub(super) mod administering;
mod components;
pub(super) mod counted;
pub(super) mod deeds;
pub(super) mod drafting;
pub(super) mod intake;
mod operation;
mod problems;
pub(super) mod reading;
pub(super) mod rehearsing;
mod schema;
pub(super) mod uploading;

use serde_json::{Map, Value, json};

pub(super) use operation::Operation;

/// The description of these operations, each with its method and path.
pub(super) fn document<'a>(
    operations: impl Iterator<Item = (&'static str, &'a str, &'a Operation)>,
) -> Value {
    let mut paths = Map::new();
    for (method, path, operation) in operations {
        let methods = paths.entry(path).or_insert_with(|| json!({}));
        methods[method] = operation.json();
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Baton",
            "version": "1",
            "description": "Marketing signals in, accepted sales work out. 4xx means that nothing was \
                            kept; 5xx means unknown: send again with the same ids.",
        },
        "security": [{ "bearer": [] }, { "basic": [] }],
        "paths": paths,
        "components": components::json(),
    })
}
