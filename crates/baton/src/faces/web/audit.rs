//! `GET /audit`: who did what, when and why, and whether the journal is what was written.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use domain::{Moment, Span};
use pages::Href;
use pages::audit::{AskedView, AuditView, DeedView, VerdictView};
use pages::parts::{Choice, Narrowed};
use pages::text::measured;

use super::moments;
use super::shell::{Here, Page};
use super::who::who_acts;
use crate::auth::action::Action;
use crate::faces::api::app::App;
use crate::faces::api::audit::{ASKED, PAGE, verified};
use crate::faces::api::problem::Problem;
use crate::faces::api::query::{Query, escape_query};
use crate::faces::api::reading;
use crate::faces::api::signed_in::{Posted, SignedIn};
use crate::faces::verdict::hex;
use crate::runtime::clock;
use crate::runtime::readers::Reading;
use crate::service::read::Access;
use crate::service::read::audit::{DeedDone, DeedsWanted, KINDS, doer};
use crate::service::who_acts::WhoActs;
use store::Position;

/// What was asked for, as it was typed.
type Typed = [(&'static str, String); 5];

/// Shows it.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    reader: SignedIn,
    request: Request,
) -> Result<Response, Problem> {
    reader.require(Action::ReadAudit)?;
    let query = Query::of_page(request.uri(), &ASKED)?;
    let mut typed = ["handoff", "by", "kind", "from", "to"].map(|name| (name, String::new()));
    for (name, text) in &mut typed {
        *text = query.text(name)?.unwrap_or_default();
    }
    let before = query.read("cursor", "the `next` of a page", |text| text.parse().ok())?;
    show(&app, &reader, &typed, before.map(Position), None).await
}

/// Looks through the journal, and shows what came of it.
pub(super) async fn verify(
    State(app): State<Arc<App>>,
    Posted { by: reader, .. }: Posted,
) -> Result<Response, Problem> {
    reader.require(Action::VerifyAudit)?;
    let begun = clock::tick();
    let verdict = verified(&app).await?;
    let took = i64::try_from((clock::tick() - begun).as_millis()).unwrap_or(i64::MAX);
    let problems = verdict.problems.iter();
    let view = VerdictView {
        sound: verdict.is_sound(),
        entries: verdict.entries,
        head: hex(&verdict.head.hash),
        took: measured(took),
        problems: problems
            .map(|one| {
                (one.code.to_owned(), format!("{}: {}", one.place, one.says), one.help.to_owned())
            })
            .collect(),
    };
    let typed = ["handoff", "by", "kind", "from", "to"].map(|name| (name, String::new()));
    show(&app, &reader, &typed, None, Some(view)).await
}

async fn show(
    app: &Arc<App>,
    reader: &SignedIn,
    typed: &Typed,
    before: Option<Position>,
    verdict: Option<VerdictView>,
) -> Result<Response, Problem> {
    let now = clock::now();
    let [handoff, by, kind, from, to] = typed.each_ref().map(|(_, text)| text.trim().to_owned());
    let who = who_acts(app).await?;
    let access = Access::of(&reader.caller());
    let asked = who.clone();
    let found = reading::read(app, Reading::Fold, access, move |service| {
        let handoff = match handoff.as_str() {
            "" => None,
            typed => Some(service.handoff_id(typed)?),
        };
        let by = Some(by).filter(|by| !by.is_empty());
        let by = match by {
            Some(typed) => Some(service.id_of_who_acts(&asked, &typed)?),
            None => None,
        };
        let wanted = DeedsWanted {
            handoff,
            by,
            kind: Some(kind).filter(|kind| KINDS.contains(&kind.as_str())),
            from: start_of_day(&from),
            to: moments::end_of_day(&to),
        };
        service.deeds(&wanted, before, PAGE)
    });
    let done = found.await?;
    let [handoff, by, kind, from, to] = typed.each_ref().map(|(_, text)| text.clone());
    let kinds = KINDS.into_iter().map(|kind| Choice { value: kind.to_owned(), says: spoken(kind) });
    let view = AuditView {
        csrf: reader.csrf.clone(),
        asked: AskedView { handoff, by, kind, from, to },
        kinds: kinds.collect(),
        narrowed: narrowed(typed, &who),
        deeds: done.rows.iter().map(|deed| deed_view(deed, &who, now)).collect(),
        next: done.next.map(|next| address(typed, None, Some(next))),
        verdict,
    };
    let page = Page::for_reader(app, reader, Here::Audit);
    Ok(page.show(app, "Audit", &pages::audit::page(&view)).await)
}

fn start_of_day(day: &str) -> Option<Moment> {
    moments::end_of_day(day).map(|end| end + Span::ms(1) - Span::days(1))
}

fn deed_view(deed: &DeedDone, who: &WhoActs, now: Moment) -> DeedView {
    let about = match (deed.handoff, deed.account) {
        (Some(handoff), _) => {
            Some((short(&handoff.to_string()), Href::to(format!("/h/{handoff}"))))
        }
        (None, Some(account)) => {
            Some((short(&account.to_string()), Href::to(format!("/a/{account}"))))
        }
        (None, None) => None,
    };
    let id =
        deed.by.as_ref().map(|by| by.member().map_or_else(|| by.to_string(), ToString::to_string));
    let only = |name, value: String| Href::to(format!("/audit?{name}={}", escape_query(&value)));
    DeedView {
        when: moments::when(deed.moment, now),
        by: doer(deed, who),
        by_href: id.map(|id| only("by", id)),
        says: deed.says.clone(),
        why: deed.why.join(" "),
        about,
        story: deed.handoff.map(|handoff| only("handoff", handoff.to_string())),
        id: format!("{} · entry {}", deed.kind, deed.position),
    }
}

/// What the list is narrowed to, each with the list without it.
fn narrowed(typed: &Typed, who: &WhoActs) -> Vec<Narrowed> {
    let asked = typed.iter().filter(|(_, text)| !text.is_empty());
    asked
        .map(|(name, text)| Narrowed {
            says: match *name {
                "kind" => spoken(text),
                "by" => format!("by {}", who.name_of(text)),
                name => format!("{name} {text}"),
            },
            without: address(typed, Some(name), None),
        })
        .collect()
}

/// The address of what is asked for, without one part of it, from a place on.
fn address(typed: &Typed, without: Option<&str>, cursor: Option<Position>) -> Href {
    let kept = typed.iter().filter(|(name, text)| !text.is_empty() && Some(*name) != without);
    let mut parts: Vec<String> =
        kept.map(|(name, text)| format!("{name}={}", escape_query(text))).collect();
    parts.extend(cursor.map(|at| format!("cursor={}", at.0)));
    if parts.is_empty() {
        return Href::to("/audit");
    }
    Href::to(format!("/audit?{}", parts.join("&")))
}

/// A kind of fact as people say it.
fn spoken(kind: &str) -> String {
    match kind {
        "unsealed" => "personal data read".to_owned(),
        kind => kind.replace('-', " "),
    }
}

/// The beginning of an id, which is enough to find it by.
fn short(id: &str) -> String {
    id.chars().take(10).collect()
}
