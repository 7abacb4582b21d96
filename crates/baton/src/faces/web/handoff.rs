//! `GET /h/{id}`: a handoff with its brief, what that rests on, why it came, and what can be done.

mod actions;
mod parts;
mod reasons;

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::Moment;
use engine::as_of::AsOf;
use engine::desk::Desk;
use engine::render::{self, Sheet};
use pages::Href;
use pages::handoff::{HandoffView, ReachView};
use pages::layout::Flash;
use pages::parts::Choice;
use pages::text::Reach;

use super::inbox::{LISTED_MAX, Shown, view as list_view};
use super::moments;
use super::shell::{Here, Page, owner_of};
use crate::auth::action::Action;
use crate::faces::api::app::App;
use crate::faces::api::problem::Problem;
use crate::faces::api::query::Query;
use crate::faces::api::reading;
use crate::faces::api::signed_in::SignedIn;
use crate::runtime::clock;
use crate::runtime::readers::Reading;
use crate::service::read::Access;
use crate::service::read::beside::Beside;
use crate::service::read::inbox::{About, Inbox, Part};
pub(super) use parts::tone as tone_of_state;
use parts::{Facts, Judged};
use reasons::Told;

/// Sections of the brief whose content stands beside it, as a score, a clock and a reason.
const BESIDE: [&str; 4] = ["Score", "SLA", "Why you", "Why this owner"];

/// Shows it.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    Path(typed): Path<String>,
    reader: SignedIn,
    request: Request,
) -> Result<Response, Problem> {
    reader.require(Action::ReadHandoff)?;
    let query = Query::of_page(request.uri(), &["did"])?;
    let did = query.text("did")?;
    let flash = did.as_deref().and_then(super::verb::done_in_words);
    let flash = flash.map(|says| Flash { says: says.to_owned(), more: Vec::new(), done: true });
    show(&app, &reader, typed, Shows { flash, note: String::new(), status: StatusCode::OK }).await
}

/// What is shown besides the handoff.
pub(super) struct Shows {
    /// What came of what was just done.
    pub(super) flash: Option<Flash>,
    /// A note that was typed and not taken.
    pub(super) note: String,
    /// The status of the answer.
    pub(super) status: StatusCode,
}

/// All that was read for the page.
struct Read {
    about: About,
    sheet: Sheet,
    known: Moment,
    brief: (u32, Vec<Choice>),
    judged: Judged,
    facts: Facts,
    told: Told,
    inbox: Option<Inbox>,
    desk: Desk,
    beside: Vec<Beside>,
}

/// The page of a handoff, with the list beside it where the reader has one.
pub(super) async fn show(
    app: &Arc<App>,
    reader: &SignedIn,
    typed: String,
    shows: Shows,
) -> Result<Response, Problem> {
    let (now, strategy) = (clock::now(), app.shared.strategy());
    let (owner, in_force) = (owner_of(reader), strategy.clone());
    let found = reading::read(app, Reading::Fold, Access::of(&reader.caller()), move |service| {
        let in_force = in_force.as_deref();
        let about = service.about_handoff(&typed, in_force)?;
        let (_, facts) = service.handoff(&typed, AsOf::Latest, |shown| Facts::of(shown, now))?;
        let brief = service.brief(&typed, AsOf::Assignment, |brief, _| {
            let number = brief.brief.unwrap_or_default();
            let of_claims = ((number, parts::claims(brief)), Judged::of(brief));
            ((render::sheet(brief), brief.known_as_of), of_claims)
        })?;
        let told = service.why(&typed, AsOf::Latest, |why| Told::of(why, now))?;
        let desk = service.desk()?;
        let beside = service.beside(&typed, in_force)?;
        let list = owner
            .map(|owner| service.inbox(&owner, (Part::InSight, now), LISTED_MAX, in_force))
            .transpose()?;
        let read =
            about.and(brief).and(told).and(beside).map(|(((about, brief), told), beside)| {
                let ((sheet, known), (brief, judged)) = brief;
                let inbox = None;
                Read { about, sheet, known, brief, judged, facts, told, inbox, desk, beside }
            });
        Ok(match list {
            Some(list) => read.and(list).map(|(read, list)| Read { inbox: Some(list), ..read }),
            None => read,
        })
    });
    let read = reading::recorded(app, reader.caller().id, found.await?).await?;
    let id = read.facts.id.clone();
    let looked = app.looked.last(reader.user);
    let shown = Shown { now, looked, here: Some(&id), strategy: strategy.as_deref() };
    let list = read.inbox.as_ref().map(|inbox| list_view(inbox, &shown));
    let fresh = shows.flash.as_ref().is_some_and(|flash| flash.done);
    let given = actions::Given {
        now,
        fresh,
        note: shows.note,
        desk: &read.desk,
        brief: read.brief.clone(),
    };
    let actions = actions::offered(reader, &read.facts, strategy.as_deref(), given);
    let title = read.about.person.clone().or_else(|| read.about.company.clone());
    let view = view(read, reader, actions, now);
    let mut page = Page::for_reader(app, reader, Here::Inbox);
    (page.columns, page.flash) = (true, shows.flash);
    let content = pages::handoff::page(list.as_ref(), &view);
    let mut response =
        page.show(app, &title.unwrap_or_else(|| "Handoff".to_owned()), &content).await;
    *response.status_mut() = shows.status;
    Ok(response)
}

fn view(
    read: Read,
    reader: &SignedIn,
    actions: pages::handoff::Actions,
    now: Moment,
) -> HandoffView {
    let Read { about, sheet, known, facts, told, judged, beside, .. } = read;
    let mine = owner_of(reader).as_ref() == Some(&facts.owner);
    let title: Vec<String> = about.title.into_iter().chain(about.company.clone()).collect();
    let name = about.person.or(about.company).unwrap_or_else(|| "Somebody".to_owned());
    let due = facts.due(told.assigned);
    HandoffView {
        id: facts.id.clone(),
        version: facts.version,
        kind: facts.kind.replace('-', " "),
        state: facts.state_chip(&told.owner_name, mine),
        title: title.into_iter().filter(|part| *part != name).collect::<Vec<_>>().join(", "),
        name,
        account: Href::to(format!("/a/{}", about.account)),
        reach: ReachView {
            mail: about.reach.email.as_deref().and_then(Reach::mail),
            call: about.reach.phone.as_deref().and_then(Reach::call),
        },
        next: facts.next(mine, now),
        said: told.said.clone(),
        letter: sheet.headline.iter().map(|line| parts::said(line, &judged)).collect(),
        sections: sheet
            .parts
            .iter()
            .filter(|part| !BESIDE.contains(&part.title))
            .map(|part| parts::section(part, &judged))
            .collect(),
        missing: judged.missing(),
        known: moments::when(known, now),
        evidence: sheet.evidence.iter().map(|set| parts::evidence(set, now)).collect(),
        clock: facts.clock(&told, now),
        due: due.map(|(due, begun)| {
            let (left, whole) = moments::left(due, begun, now);
            (left, whole, moments::when(due, now))
        }),
        score: facts.score.clone(),
        why: told.why(mine),
        beside: beside.into_iter().map(|one| parts::beside(one, now)).collect(),
        delivered: facts.delivered.clone(),
        history: told.history,
        actions,
    }
}
