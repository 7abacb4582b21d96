//! `/me`: who somebody is signed in as, whether they get leads, and the way out.

use std::sync::Arc;

use ::pages::Href;
use ::pages::parts::Choice;
use ::pages::sign_in::{self, AvailabilityView, YouView};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::reason::Code;
use domain::{Moment, Span};

use super::app::App;
use super::entrance::page;
use super::form::Form;
use super::problem::Problem;
use super::reading;
use super::second_factor;
use super::sign_in::with_article;
use super::signed_in::{Posted, SignedIn, see_other};
use crate::faces::web::words::capital;
use crate::runtime::clock;
use crate::runtime::command::{Command, Desk};
use crate::runtime::readers::Reading;
use crate::service::act::Actor;
use crate::service::act::desk::{DeskChange, DeskRequest, PAUSES};
use crate::service::act::wanted::reason_word;
use crate::service::read::Access;
use crate::service::read::team::MemberStanding;
use crate::service::setback::Setback;

/// Shows it.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
) -> Result<Response, Problem> {
    Ok(page(you(&app, &signed_in, None).await?))
}

/// Says that somebody gets no leads for a while, or gets them again.
pub(super) async fn post_availability(
    State(app): State<Arc<App>>,
    Posted { by, form }: Posted,
) -> Result<Response, Problem> {
    let member = member(&by).ok_or_else(Problem::nothing_here)?.to_owned();
    let change = match change(&form, clock::now()) {
        Ok(change) => change,
        Err(refused) => {
            return shown_again(&app, &by, StatusCode::UNPROCESSABLE_ENTITY, refused).await;
        }
    };
    let actor = Actor::of(&by.caller())?;
    let request =
        DeskRequest { member, change, actor, acts_as: None, once: None, is_dry_run: false };
    match app.ask(|reply| Command::Desk(Desk { request, reply })).await {
        Ok(_) => Ok(see_other("/me")),
        Err(Setback::Refused { status, detail, .. }) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::CONFLICT);
            shown_again(&app, &by, status, detail.replace('`', "")).await
        }
        Err(other) => Err(other.into()),
    }
}

async fn shown_again(
    app: &Arc<App>,
    by: &SignedIn,
    status: StatusCode,
    refused: String,
) -> Result<Response, Problem> {
    Ok((status, page(you(app, by, Some(refused)).await?)).into_response())
}

/// The member who somebody works as.
fn member(signed_in: &SignedIn) -> Option<&str> {
    let works = signed_in.caller().works();
    signed_in.member.as_deref().filter(|_| works)
}

/// What a form asks for: leads again, or none for some hours, until a day, or until it is said.
fn change(form: &Form, now: Moment) -> Result<DeskChange, String> {
    if form.text("back").is_some() {
        return Ok(DeskChange::Resume);
    }
    let text = |name: &str| form.text(name).map(str::trim).filter(|text| !text.is_empty());
    let until = match (text("day"), text("for")) {
        (Some(day), _) => Some(midnight(day).ok_or("choose a day as in 2026-12-24")?),
        (None, Some(hours)) => {
            let hours: u16 = hours.parse().map_err(|_| "choose for how long")?;
            Some(now + Span::hours(i64::from(hours)))
        }
        (None, None) => None,
    };
    Ok(DeskChange::Pause { until, reason: text("reason").map(str::to_owned) })
}

/// The beginning of a day in UTC.
fn midnight(day: &str) -> Option<Moment> {
    format!("{day}T00:00:00Z").parse().ok()
}

async fn you(
    app: &Arc<App>,
    signed_in: &SignedIn,
    refused: Option<String>,
) -> Result<String, Problem> {
    let has_second_factor = second_factor::is_in_use(app, signed_in.user).await?;
    let member = member(signed_in).map(str::to_owned);
    let availability = match &member {
        Some(member) => availability(app, signed_in, member.clone(), refused).await?,
        None => None,
    };
    Ok(sign_in::you(&YouView {
        role: with_article(signed_in.role),
        has_second_factor,
        member,
        availability,
        csrf: signed_in.csrf.clone(),
    }))
}

/// Whether a member gets leads; nothing of who is not in the team.
async fn availability(
    app: &Arc<App>,
    signed_in: &SignedIn,
    member: String,
    refused: Option<String>,
) -> Result<Option<AvailabilityView>, Problem> {
    let access = Access::of(&signed_in.caller());
    let found = reading::read(app, Reading::Fold, access, move |service| {
        let team = service.team(clock::now())?.unwrap_or_default();
        Ok(team.into_iter().find(|known| known.member == member))
    });
    Ok(found.await?.map(|standing| AvailabilityView {
        says: in_words(&standing),
        is_away: standing.away.is_some(),
        to: Href::to("/me/availability"),
        reasons: PAUSES.map(reason_of).to_vec(),
        refused,
    }))
}

fn reason_of(code: Code) -> Choice {
    let word = reason_word(code);
    Choice { value: word.to_owned(), says: capital(&word.replace('-', " ")) }
}

fn in_words(standing: &MemberStanding) -> String {
    let Some(away) = standing.away else { return "You get leads.".to_owned() };
    let why = Code::named(away).map_or(away, Code::says).trim_end_matches('.');
    let until = standing.until.map(|until| {
        let at = until.utc();
        format!(
            " until {:04}-{:02}-{:02} {:02}:{:02} UTC",
            at.year, at.month, at.day, at.hour, at.minute
        )
    });
    format!("You get no leads{}: {why}.", until.unwrap_or_else(|| " now".to_owned()))
}
