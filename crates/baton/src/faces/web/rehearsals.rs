//! `/rehearsals`: what was played, a form that plays another one, and what one of them found. To whom may not
//! change the strategy they are not there.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::Moment;
use pages::Href;
use pages::parts::Choice;
use pages::rehearsals::{RehearsalRow, RehearsalsView};
use rehearsal::history::Behaviour;
use rehearsal::report;

use super::drafts::short;
use super::moments;
use super::rehearsal_found::{self, stands, title};
use super::shell::{Here, Page};
use super::who::who_acts;
use crate::auth::action::Action;
use crate::faces::api::app::{App, Effort};
use crate::faces::api::problem::Problem;
use crate::faces::api::query::Query;
use crate::faces::api::reading;
use crate::faces::api::signed_in::{Posted, SignedIn, see_other};
use crate::faces::rehearsing::{self, LIVE, Over, Wanted};
use crate::faces::uploading;
use crate::runtime::clock;
use crate::runtime::readers::Reading;
use crate::runtime::rehearsals::RehearsalState;
use crate::service::read::Access;
use crate::service::who_acts::WhoActs;

/// Older versions that can be played.
const VERSIONS_MAX: usize = 20;
/// Spans of the journal that can be played, in days.
const JOURNAL_DAYS: [u32; 3] = [30, 90, 365];

/// Lists them.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    reader: SignedIn,
    request: Request,
) -> Result<Response, Problem> {
    reader.require(Action::ReadRehearsals)?;
    let chosen = Query::of_page(request.uri(), &["strategy"])?.text("strategy")?;
    list(&app, &reader, chosen.unwrap_or_default(), None, StatusCode::OK).await
}

/// Starts one.
pub(super) async fn post(
    State(app): State<Arc<App>>,
    Posted { by, form }: Posted,
) -> Result<Response, Problem> {
    by.require(Action::StartRehearsal)?;
    let strategy = form.text("strategy").unwrap_or(LIVE).to_owned();
    let behaviour = form.text("behaviour").and_then(Behaviour::named).unwrap_or_default();
    let Some(over) = form.text("over").and_then(over) else {
        let says = "Choose which history is played.".to_owned();
        return list(&app, &by, strategy, Some(says), StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let wanted = Wanted { strategy: strategy.clone(), compared: true, over, behaviour };
    match rehearsing::start(&app, &by.caller(), wanted).await {
        Ok(id) => Ok(see_other(&format!("/rehearsals/{id}"))),
        Err(problem) if problem.status().is_client_error() => {
            let status = problem.status();
            let says = format!("{}.", super::words::capital(problem.detail()));
            list(&app, &by, strategy, Some(says), status).await
        }
        Err(problem) => Err(problem),
    }
}

/// One of them.
pub(super) async fn one(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    reader: SignedIn,
) -> Result<Response, Problem> {
    reader.require(Action::ReadRehearsals)?;
    let state = app.rehearsals.find(&id).ok_or_else(Problem::nothing_here)?;
    let csrf = reader.csrf.clone();
    let view = app.work(Effort::Keyed, move || rehearsal_found::view(&state, csrf, clock::now()));
    let page = Page::for_reader(&app, &reader, Here::Rehearsals);
    Ok(page.show(&app, "Rehearsal", &pages::rehearsal::page(&view.await?)).await)
}

/// Stops one.
pub(super) async fn stop(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Posted { by, .. }: Posted,
) -> Result<Response, Problem> {
    by.require(Action::StopRehearsal)?;
    app.rehearsals.find(&id).ok_or_else(Problem::nothing_here)?;
    app.rehearsals.stop(&id);
    Ok(see_other(&format!("/rehearsals/{id}")))
}

/// The whole report, to be kept: a page that stands by itself.
pub(super) async fn whole(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    reader: SignedIn,
) -> Result<Response, Problem> {
    reader.require(Action::ReadRehearsals)?;
    let state = app.rehearsals.find(&id).and_then(|state| state.found);
    let found = state.ok_or_else(Problem::nothing_here)?;
    let html = app.work(Effort::Keyed, move || report::html(&found)).await?;
    let mut response = html.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    let named = HeaderValue::from_static("attachment; filename=\"rehearsal.html\"");
    headers.insert(header::CONTENT_DISPOSITION, named);
    Ok(response)
}

async fn list(
    app: &Arc<App>,
    reader: &SignedIn,
    chosen: String,
    refused: Option<String>,
    status: StatusCode,
) -> Result<Response, Problem> {
    let now = clock::now();
    let choice = |value: String, says: String| Choice { value, says };
    let access = Access::of(&reader.caller());
    let known = reading::read(app, Reading::LookUp, access, |service| {
        Ok((service.drafts()?, service.strategies()?))
    });
    let (drafts, versions) = known.await?;
    let mut strategies: Vec<Choice> = drafts
        .iter()
        .map(|draft| {
            choice(
                draft.draft.clone(),
                format!("{} of {}", draft.draft, moments::when(draft.saved, now).short),
            )
        })
        .collect();
    strategies.push(choice(LIVE.to_owned(), "what is in force, by itself".to_owned()));
    let mut seen = std::collections::BTreeSet::new();
    let older = versions.iter().filter(|version| !version.in_force && seen.insert(version.version));
    strategies.extend(older.take(VERSIONS_MAX).map(|version| {
        let whole = version.version.to_string();
        let says = format!(
            "{}, in force since {}",
            short(&whole),
            moments::when(version.since, now).short
        );
        choice(whole, says)
    }));
    let uploads = uploading::with(app, move |uploads| uploads.list(now)).await?;
    let files = uploads.iter().filter(|upload| upload.is_whole());
    let mut histories: Vec<Choice> = files
        .map(|upload| choice(upload.import.to_string(), format!("the file {}", upload.head.file)))
        .collect();
    histories.extend(
        JOURNAL_DAYS
            .map(|days| choice(days.to_string(), format!("the last {days} days of the journal"))),
    );
    let behaviour =
        |one: Behaviour| choice(one.name().to_owned(), format!("{}: {}", one.name(), one.says()));
    let who = who_acts(app).await?;
    let view = RehearsalsView {
        csrf: reader.csrf.clone(),
        start: Href::to("/rehearsals"),
        strategies,
        chosen,
        histories,
        behaviours: Behaviour::ALL.map(behaviour).to_vec(),
        refused,
        rows: app.rehearsals.list().iter().map(|state| row(state, &who, now)).collect(),
    };
    let page = Page::for_reader(app, reader, Here::Rehearsals);
    let shown = page.show(app, "Rehearsals", &pages::rehearsals::page(&view)).await;
    Ok((status, shown).into_response())
}

fn row(state: &RehearsalState, who: &WhoActs, now: Moment) -> RehearsalRow {
    let plan = &state.plan;
    let found = state.found.as_ref().map(|found| {
        let leads = pages::text::count(found.summary.leads, "lead", "leads");
        match &found.against {
            Some(against) => {
                format!("{} of {leads} would move", pages::text::thousands(against.summary.moved))
            }
            None => format!("{leads}, {} routed", pages::text::thousands(found.summary.routed)),
        }
    });
    RehearsalRow {
        title: title(state),
        says: format!("over {}, owners {}", plan.over, plan.behaviour),
        href: Href::to(format!("/rehearsals/{}", state.id)),
        state: stands(state),
        when: moments::when(state.started, now),
        by: who.name_of(&plan.by.to_string()),
        found: found.unwrap_or_default(),
    }
}

/// A history as the form names it: an import, or days of the journal.
fn over(typed: &str) -> Option<Over> {
    if let Ok(import) = typed.parse() {
        return Some(Over::File(import));
    }
    let days: u32 = typed.parse().ok()?;
    JOURNAL_DAYS.contains(&days).then_some(Over::Journal { days })
}
