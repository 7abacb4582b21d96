//! Quarantine over HTTP: what is kept apart, and what a person does with it.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Request as Asked, State};
use axum::response::{IntoResponse, Response as Answered};
use serde::Deserialize;
use serde_json::{Value, json};
use store::sqlite::Reader;
use store::{Cursor, EntryRow, EntryState, Page, Purpose, Read, StoreError};

use super::access;
use super::app::App;
use super::deeds::{optional, read, sent};
use super::handoffs::cursor;
use super::problem::Problem;
use super::query::Query;
use super::reading;
use crate::auth::action::Action;
use crate::local::request::{Request, Response};
use crate::runtime::readers::Reading as Lane;
use crate::service::act::quarantine::{EntriesChange, EntryDone, EntryVerb};
use crate::service::read::Access;
use crate::service::setback::Setback;

/// Entries of a page where nobody says how many.
const PAGE: usize = 50;
/// Pages that are looked through for entries that are still open.
const PAGES_MAX: usize = 50;

/// Lists entries, newest first: those that somebody still has to see to, or those of one state.
pub(super) async fn list(State(app): State<Arc<App>>, request: Asked) -> Result<Answered, Problem> {
    access::require(&app, request.headers(), Action::ReadQuarantine)?;
    let query = Query::of(request.uri(), &["state", "cursor", "limit"])?;
    let state =
        query.read("state", "waiting, repaired, released, discarded or erased", |word| {
            EntryState::ALL.into_iter().find(|state| state.as_str() == word)
        })?;
    let cursor = cursor(&query)?;
    let limit = query.limit(PAGE)?;
    let listed = app.fold(move |reader| {
        let page = match state {
            Some(_) => reader.entries(state, cursor, limit)?,
            None => open(reader, cursor, limit)?,
        };
        let rows: Result<Vec<Value>, StoreError> =
            page.rows.iter().map(|entry| row(reader, entry)).collect();
        Ok((rows?, page.next))
    });
    let (rows, next) = listed.await?;
    let next = next.map(|cursor| cursor.0.to_string());
    Ok(Json(json!({ "entries": rows, "next": next })).into_response())
}

/// Entries that wait for somebody, whether repaired or not.
fn open(
    reader: &Reader,
    mut cursor: Option<Cursor>,
    limit: usize,
) -> Result<Page<EntryRow>, StoreError> {
    let mut rows = Vec::new();
    for _ in 0..PAGES_MAX {
        let page = reader.entries(None, cursor, limit - rows.len())?;
        rows.extend(page.rows.into_iter().filter(|entry| entry.state.is_open()));
        cursor = page.next;
        if cursor.is_none() || rows.len() == limit {
            break;
        }
    }
    Ok(Page { rows, next: cursor })
}

fn row(reader: &Reader, entry: &EntryRow) -> Result<Value, StoreError> {
    let raw = reader.raw(entry.entry, &Purpose::VIEW)?;
    Ok(json!({
        "id": entry.entry,
        "source": entry.source,
        "file": raw.and_then(|raw| raw.file),
        "line": entry.line,
        "reason": entry.cause,
        "field": entry.field,
        "since": entry.since,
        "state": entry.state.as_str(),
        "signal": entry.signal,
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RepairBody {
    values: BTreeMap<String, Written>,
}

/// A value as somebody writes it: a text, or the text of a number or of a yes or no.
#[derive(Deserialize)]
#[serde(try_from = "Value")]
struct Written(String);

impl TryFrom<Value> for Written {
    type Error = &'static str;

    fn try_from(value: Value) -> Result<Self, Self::Error> {
        match value {
            Value::String(text) => Ok(Self(text)),
            Value::Number(number) => Ok(Self(number.to_string())),
            Value::Bool(yes) => Ok(Self(yes.to_string())),
            Value::Null | Value::Array(_) | Value::Object(_) => {
                Err("a value is a text, a number, true or false")
            }
        }
    }
}

/// What says no more than its path.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Empty {}

/// Repairs, releases or discards an entry.
pub(super) async fn post(
    verb: EntryVerb,
    State(app): State<Arc<App>>,
    Path(typed): Path<String>,
    request: Asked,
) -> Result<Answered, Problem> {
    let (caller, whole) = sent(&app, request, verb.action()).await?;
    let bytes = whole.bytes.as_slice();
    let found = reading::read(&app, Lane::LookUp, Access::of(&caller), move |service| {
        service.entry_id(&typed)
    });
    let entries = vec![found.await?];
    let change = match verb {
        EntryVerb::Repair => {
            let body: RepairBody = read(bytes)?;
            if body.values.is_empty() {
                return Err(Problem::new(422, "body-unfit", "`values` holds at least one value"));
            }
            let values = body.values.into_iter().map(|(field, value)| (field, value.0)).collect();
            EntriesChange::Repair { values, map: None, release: false }
        }
        EntryVerb::Release => {
            let Empty {} = optional(bytes)?;
            EntriesChange::Release
        }
        EntryVerb::Discard => {
            let Empty {} = optional(bytes)?;
            EntriesChange::Discard
        }
    };
    let request = Request::Entries { entries, change, values_shown: false };
    if let Response::Entries { entries } = app.local(request).await? {
        told(entries)
    } else {
        Err(Setback::Unknown.into())
    }
}

fn told(entries: Vec<EntryDone>) -> Result<Answered, Problem> {
    match entries.into_iter().next() {
        // A repair that is kept changed something, though the entry is still held.
        Some(done) if done.result == "kept" && done.cause.is_none() => {
            let detail = done.reason.unwrap_or_else(|| "the entry is kept".to_owned());
            Err(Problem::new(409, "entry-kept", detail))
        }
        Some(done) => Ok(Json(done).into_response()),
        None => Err(Problem::no_entry()),
    }
}
