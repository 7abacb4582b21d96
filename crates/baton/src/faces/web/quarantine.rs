//! `GET /quarantine`: what is held, by cause, and the command that frees most of it. No value is shown.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use domain::Moment;
use domain::reason::Code;
use pages::Href;
use pages::quarantine::{CauseView, HeldView, QuarantineView, ShownCause};
use store::{EntryRow, EntryState, Read};

use super::moments;
use super::shell::{Here, Page};
use crate::auth::keys::Scope;
use crate::faces::api::app::App;
use crate::faces::api::problem::Problem;
use crate::faces::api::query::{Query, escape_query};
use crate::faces::api::signed_in::SignedIn;
use crate::faces::shell_word::shell_word;
use crate::runtime::clock;

/// Entries that are looked at, the newest.
const ENTRIES_MAX: usize = 2_000;
/// Entries of one cause that are listed.
const LISTED_MAX: usize = 20;

/// Entries of one cause about one field of one source: what one repair may free.
type Key = (Code, Option<String>, String);

/// Shows it.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    reader: SignedIn,
    request: Request,
) -> Result<Response, Problem> {
    let query = Query::of(request.uri(), &["cause", "field", "source"])?;
    let asked = (query.text("cause")?, query.text("field")?, query.text("source")?);
    if !reader.caller().may(Scope::Revops) {
        return Err(Problem::nothing_here());
    }
    let found = app.look_up(|reader| reader.entries(Some(EntryState::Waiting), None, ENTRIES_MAX));
    let found = found.await?;
    let view = view(&found.rows, found.next.is_some(), &asked, clock::now());
    let page = Page::for_reader(&app, &reader, Here::Quarantine);
    Ok(page.show(&app, "Quarantine", &pages::quarantine::page(&view)).await)
}

fn view(
    rows: &[EntryRow],
    more: bool,
    asked: &(Option<String>, Option<String>, Option<String>),
    now: Moment,
) -> QuarantineView {
    let mut groups: BTreeMap<Key, Vec<&EntryRow>> = BTreeMap::new();
    for row in rows {
        let key = (row.cause, row.field.clone(), row.source.as_str().to_owned());
        groups.entry(key).or_default().push(row);
    }
    let mut groups: Vec<(Key, Vec<&EntryRow>)> = groups.into_iter().collect();
    groups.sort_by_key(|(_, entries)| std::cmp::Reverse(entries.len()));
    let (cause, field, source) = asked;
    let is_asked = |(code, about, from): &Key| {
        cause.as_deref() == Some(code.as_str())
            && about == field
            && source.as_deref() == Some(from.as_str())
    };
    let shown = groups.iter().position(|(key, _)| is_asked(key)).unwrap_or(0);
    QuarantineView {
        held: rows.len() as u64,
        more,
        oldest: rows.iter().map(|row| row.since).min().map(|since| moments::when(since, now)),
        causes: groups
            .iter()
            .enumerate()
            .map(|(at, (key, entries))| cause_view(key, entries.len(), at == shown))
            .collect(),
        shown: groups.get(shown).map(|(key, entries)| shown_cause(key, entries, now)),
    }
}

/// What a cause is, in a sentence without its full stop.
fn sentence(code: Code) -> &'static str {
    let says = code.says();
    says.strip_suffix('.').unwrap_or(says)
}

fn cause_view((code, field, source): &Key, count: usize, here: bool) -> CauseView {
    let about: Vec<&str> = field.as_deref().into_iter().chain([source.as_str()]).collect();
    let field_asked = field.as_deref().map(|field| format!("&field={}", escape_query(field)));
    CauseView {
        says: sentence(*code).to_owned(),
        about: about.join(" · "),
        count: count as u64,
        href: Href::to(format!(
            "/quarantine?cause={code}{}&source={}",
            field_asked.unwrap_or_default(),
            escape_query(source)
        )),
        here,
    }
}

fn shown_cause((code, field, source): &Key, entries: &[&EntryRow], now: Moment) -> ShownCause {
    let held = |row: &&EntryRow| HeldView {
        from: match row.line {
            Some(line) => format!("{}, line {line}", row.source),
            None => row.source.to_string(),
        },
        since: moments::when(row.since, now),
        id: row.entry.to_string(),
    };
    let is_file = entries.iter().any(|row| row.import.is_some());
    ShownCause {
        title: sentence(*code).to_owned(),
        says: format!(
            "{} from {source}{}.",
            pages::text::count(entries.len() as u64, "entry", "entries"),
            field.as_deref().map(|field| format!(", in the field {field}")).unwrap_or_default()
        ),
        code: code.to_string(),
        command: command(*code, field.as_deref(), is_file),
        entries: entries.iter().take(LISTED_MAX).map(held).collect(),
        more: entries.len().saturating_sub(LISTED_MAX) as u64,
    }
}

/// The command that frees most of a cause: a map reads rows of files again, two bodies of one id are both
/// real, and everything else takes a value.
fn command(code: Code, field: Option<&str>, is_file: bool) -> String {
    if code == Code::IdReused {
        return format!("baton quarantine release --cause {code}");
    }
    match field.map(shell_word) {
        Some(field) if is_file => format!(
            "baton quarantine repair --cause {code} --about {field} --map MAP.yaml --release"
        ),
        Some(field) => format!(
            "baton quarantine repair --cause {code} --field {field} --value VALUE --release"
        ),
        None => format!("baton quarantine list --cause {code}"),
    }
}
