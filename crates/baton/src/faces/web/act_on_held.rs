//! What a reader does to entries of the quarantine by a form of its page: to all that one thing holds, or to one.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::QuarantineId;
use pages::layout::Flash;

use super::quarantine::{Asked, address, done, held, show};
use crate::faces::api::app::App;
use crate::faces::api::form::Form;
use crate::faces::api::problem::Problem;
use crate::faces::api::signed_in::{Posted, see_other};
use crate::local::request::{Request, Response as Answered};
use crate::service::act::quarantine::{EntriesChange, EntriesWanted, EntryDone, EntryVerb};
use crate::service::setback::Setback;

/// What is wrong with entries that are still held is told of so many.
const TOLD_MAX: usize = 5;

/// Does it, and goes back to the page.
pub(super) async fn post(
    State(app): State<Arc<App>>,
    Path(verb): Path<String>,
    Posted { by: reader, form }: Posted,
) -> Result<Response, Problem> {
    let verb = EntryVerb::named(&verb).ok_or_else(Problem::nothing_here)?;
    reader.require(verb.action())?;
    let text = |name| form.text(name);
    let asked = Asked::of(text("cause"), text("field"), text("source"), text("entry"));
    let Some(key) = asked.key.clone() else { return Err(Problem::no_entry()) };
    let wanted = wanted(verb, key.field.as_deref(), &form);
    let entries = held(&app, &reader).await?.of(&key, asked.only);
    let change = match wanted.checked(&entries) {
        Ok(change) => change,
        Err(Setback::Refused { status, detail, .. }) => {
            let says = format!("Nothing was done: {detail}.");
            let flash = Flash { says, more: Vec::new(), done: false };
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::CONFLICT);
            return show(&app, &reader, asked, Some(flash), status).await;
        }
        Err(other) => return Err(other.into()),
    };
    let results = ask(&app, entries, change).await?;
    let is_kept = |done: &&EntryDone| done.result == "kept";
    let kept = results.iter().filter(is_kept).count();
    let did = results.len() - kept;
    if kept > 0 {
        let mut flash = done(verb, did as u64, kept as u64);
        let told = results
            .iter()
            .filter(is_kept)
            .filter_map(|done| Some(format!("{}: {}", done.id, done.reason.as_deref()?)));
        flash.more = told.take(TOLD_MAX).collect();
        return show(&app, &reader, asked, Some(flash), StatusCode::OK).await;
    }
    Ok(see_other(&format!("{}&did={}&done={did}&kept=0", address(&key), verb.name())))
}

fn wanted(verb: EntryVerb, field: Option<&str>, form: &Form) -> EntriesWanted {
    let value = field.zip(form.text("value"));
    EntriesWanted {
        verb,
        value: value.map(|(field, value)| (field.to_owned(), value.to_owned())),
        told: form.text("count").and_then(|count| count.parse().ok()).unwrap_or_default(),
    }
}

async fn ask(
    app: &App,
    entries: Vec<QuarantineId>,
    change: EntriesChange,
) -> Result<Vec<EntryDone>, Problem> {
    let request = Request::Entries { entries, change, values_shown: false };
    let Answered::Entries { entries } = app.local(request).await? else {
        return Err(Setback::Unknown.into());
    };
    Ok(entries)
}
