//! `GET /quarantine`: what is held, by cause, what can be done to it, and the command that frees most of it. No
//! value is shown.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::reason::Code;
use domain::{Moment, QuarantineId};
use pages::Href;
use pages::layout::Flash;
use pages::quarantine::{CauseView, HeldDeeds, HeldView, QuarantineView, ShownCause};
use store::EntryRow;

use super::moments;
use super::shell::{Here, Page};
use crate::auth::action::Action;
use crate::faces::api::app::App;
use crate::faces::api::problem::Problem;
use crate::faces::api::query::{Query, escape_query};
use crate::faces::api::reading;
use crate::faces::api::signed_in::SignedIn;
use crate::faces::shell_word::shell_word;
use crate::runtime::clock;
use crate::runtime::readers::Reading;
use crate::service::act::quarantine::EntryVerb;
use crate::service::read::Access;
use crate::service::read::quarantine::{Held, HeldGroup, HeldKey};

/// Entries of each state that are looked at, the newest.
const ENTRIES_MAX: usize = 2_000;
/// Entries of one cause that are listed.
const LISTED_MAX: usize = 20;
/// What an address of the page may ask for.
const QUERY: [&str; 7] = ["cause", "field", "source", "entry", "did", "done", "kept"];

/// What of it is looked at.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    pub(super) key: Option<HeldKey>,
    /// One entry of it alone.
    pub(super) only: Option<QuarantineId>,
}

impl Asked {
    pub(super) fn of(
        cause: Option<&str>,
        field: Option<&str>,
        source: Option<&str>,
        only: Option<&str>,
    ) -> Self {
        let cause = cause.and_then(Code::named);
        let key = cause.zip(source).map(|(cause, source)| HeldKey {
            cause,
            field: field.filter(|field| !field.is_empty()).map(str::to_owned),
            source: source.to_owned(),
        });
        Self { key, only: only.and_then(|only| only.parse().ok()) }
    }
}

/// Shows it.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    reader: SignedIn,
    request: Request,
) -> Result<Response, Problem> {
    let query = Query::of_page(request.uri(), &QUERY)?;
    let text = |name| query.text(name);
    let (cause, field, source) = (text("cause")?, text("field")?, text("source")?);
    let only = text("entry")?;
    let asked = Asked::of(cause.as_deref(), field.as_deref(), source.as_deref(), only.as_deref());
    let number = |name| {
        let read = query.read(name, "a number", |text| text.parse::<u64>().ok());
        read.map(Option::unwrap_or_default)
    };
    let did = text("did")?.as_deref().and_then(EntryVerb::named);
    let (done, kept) = (number("done")?, number("kept")?);
    let flash = did.map(|verb| self::done(verb, done, kept));
    show(&app, &reader, asked, flash, StatusCode::OK).await
}

/// The page, with what came of what was just done.
pub(super) async fn show(
    app: &Arc<App>,
    reader: &SignedIn,
    asked: Asked,
    flash: Option<Flash>,
    status: StatusCode,
) -> Result<Response, Problem> {
    reader.require(Action::ReadQuarantine)?;
    let view = view(&held(app, reader).await?, &asked, &reader.csrf, clock::now());
    let mut page = Page::for_reader(app, reader, Here::Quarantine);
    page.flash = flash;
    let content = pages::quarantine::page(&view);
    let mut response = page.show(app, "Quarantine", &content).await;
    *response.status_mut() = status;
    Ok(response)
}

pub(super) async fn held(app: &Arc<App>, reader: &SignedIn) -> Result<Held, Problem> {
    let access = Access::of(&reader.caller());
    reading::read(app, Reading::LookUp, access, |service| service.held(ENTRIES_MAX)).await
}

fn view(held: &Held, asked: &Asked, csrf: &str, now: Moment) -> QuarantineView {
    let is_asked = |group: &HeldGroup| asked.key.as_ref() == Some(&group.key);
    let shown = held.groups.iter().position(is_asked).unwrap_or(0);
    let oldest = held.groups.iter().flat_map(|group| &group.entries).map(|row| row.since).min();
    QuarantineView {
        held: held.count() as u64,
        more: held.has_more,
        oldest: oldest.map(|since| moments::when(since, now)),
        causes: held
            .groups
            .iter()
            .enumerate()
            .map(|(at, group)| cause_view(&group.key, group.entries.len(), at == shown))
            .collect(),
        shown: held.groups.get(shown).map(|group| shown_cause(group, asked.only, csrf, now)),
    }
}

/// The page of what is held for one thing.
pub(super) fn address(key: &HeldKey) -> String {
    let field = key.field.as_deref().map(|field| format!("&field={}", escape_query(field)));
    format!(
        "/quarantine?cause={}{}&source={}",
        key.cause,
        field.unwrap_or_default(),
        escape_query(&key.source)
    )
}

/// What came of it, in figures.
pub(super) fn done(verb: EntryVerb, did: u64, kept: u64) -> Flash {
    let entries = pages::text::count(did, "entry", "entries");
    let what = match verb {
        EntryVerb::Repair => format!("{entries} repaired and let in."),
        EntryVerb::Release => format!("{entries} let in."),
        EntryVerb::Discard => format!("{entries} discarded."),
    };
    let still = match kept {
        0 => String::new(),
        kept => format!(" {} still held.", pages::text::count(kept, "entry is", "entries are")),
    };
    Flash { says: format!("{what}{still}"), more: Vec::new(), done: did > 0 || kept == 0 }
}

/// What a cause is, in a sentence without its full stop.
fn sentence(code: Code) -> &'static str {
    if let Some(says) = in_words_of_operations(code) {
        return says;
    }
    let says = code.says();
    says.strip_suffix('.').unwrap_or(says)
}

/// What went wrong with the sender's data, for whoever looks after it and reads no code; none where the cause says it
/// already.
fn in_words_of_operations(code: Code) -> Option<&'static str> {
    Some(match code.as_str() {
        "unreadable" => "What was sent is damaged or in another format",
        "id-reused" => "Two different records came with the same id",
        "id-missing" => "A record came without an id",
        "time-unreadable" => "A date or time is written in a way that we cannot read",
        "number-unreadable" => "A number is written in a way that we cannot read",
        "item-too-large" => "A record is larger than 256 KiB",
        "too-deep" => "A record has more than 64 levels of parts within parts",
        "key-twice" => "A field stands twice in one record",
        "text-invalid" => "A text contains control characters, which cannot be stored",
        "value-unreadable" => {
            "A value does not fit the type of its field, such as words in a field for yes or no"
        }
        "attribute-missing" => "A part that every message needs is missing",
        _ => return None,
    })
}

fn cause_view(key: &HeldKey, count: usize, here: bool) -> CauseView {
    let about: Vec<&str> = key.field.as_deref().into_iter().chain([key.source.as_str()]).collect();
    CauseView {
        says: sentence(key.cause).to_owned(),
        about: about.join(" · "),
        count: count as u64,
        href: Href::to(address(key)),
        here,
    }
}

fn shown_cause(
    group: &HeldGroup,
    only: Option<QuarantineId>,
    csrf: &str,
    now: Moment,
) -> ShownCause {
    let HeldGroup { key, entries } = group;
    let only = only.filter(|only| entries.iter().any(|row| row.entry == *only));
    let looked_at: Vec<&EntryRow> =
        entries.iter().filter(|row| only.is_none_or(|only| row.entry == only)).collect();
    let held = |row: &&EntryRow| HeldView {
        from: match row.line {
            Some(line) => format!("{}, line {line}", row.source),
            None => row.source.to_string(),
        },
        since: moments::when(row.since, now),
        id: row.entry.to_string(),
        href: Href::to(format!("{}&entry={}", address(key), row.entry)),
    };
    let is_file = entries.iter().any(|row| row.import.is_some());
    let field = key.field.as_deref();
    ShownCause {
        title: sentence(key.cause).to_owned(),
        says: format!(
            "{} from {}{}.",
            pages::text::count(looked_at.len() as u64, "entry", "entries"),
            key.source,
            field.map(|field| format!(", in the field {field}")).unwrap_or_default()
        ),
        code: key.cause.to_string(),
        command: command(key.cause, field, is_file),
        entries: looked_at.iter().take(LISTED_MAX).map(held).collect(),
        more: looked_at.len().saturating_sub(LISTED_MAX) as u64,
        deeds: Some(deeds(key, looked_at.len() as u64, only, csrf)),
    }
}

/// What can be done to all of them, or to the one that is looked at.
fn deeds(key: &HeldKey, count: u64, only: Option<QuarantineId>, csrf: &str) -> HeldDeeds {
    let to = |verb: EntryVerb| Href::to(format!("/quarantine/{}", verb.name()));
    let mut named = vec![("cause", key.cause.to_string()), ("source", key.source.clone())];
    named.extend(key.field.clone().map(|field| ("field", field)));
    named.extend(only.map(|entry| ("entry", entry.to_string())));
    // Two bodies under one id are both real: no value makes one of them right.
    let field = key.field.clone().filter(|_| key.cause != Code::IdReused);
    HeldDeeds {
        csrf: csrf.to_owned(),
        count,
        key: named,
        repair: field.map(|field| (to(EntryVerb::Repair), field)),
        release: to(EntryVerb::Release),
        discard: to(EntryVerb::Discard),
        all: only.map(|_| Href::to(address(key))),
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
