//! What a reader does to a handoff, by a form of its page.
//!
//! It is done over the version that the reader saw. Where that is not the present one any more, nothing
//! is done, and the page says what changed.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use crank::handoff_changes;
use domain::fact::Feedback;
use domain::handoff::State as Stage;
use domain::{HandoffId, Moment, Span};
use pages::layout::Flash;

use super::handoff::{Shows, show};
use super::words::state_in_words;
use crate::auth::action::Action;
use crate::faces::api::app::App;
use crate::faces::api::deeds::with_claim;
use crate::faces::api::form::Form;
use crate::faces::api::problem::Problem;
use crate::faces::api::reading;
use crate::faces::api::signed_in::{Posted, see_other};
use crate::runtime::clock;
use crate::runtime::command::{Act, Command};
use crate::runtime::readers::Reading;
use crate::service::act::{ActRequest, Actor, NewOwner, Verb, Wanted};
use crate::service::read::Access;
use crate::service::setback::Setback;

/// Changes that are told to somebody who saw an older version, the latest.
const CHANGES_MAX: usize = 10;

/// Does it, and goes back to the handoff.
pub(super) async fn post(
    verb: Verb,
    State(app): State<Arc<App>>,
    Path(typed): Path<String>,
    Posted { by: reader, form }: Posted,
) -> Result<Response, Problem> {
    // To whoever may not read it, it is not there.
    reader.require(Action::ReadHandoff)?;
    let caller = reader.caller();
    let asked = typed.clone();
    let found = reading::read(&app, Reading::LookUp, Access::of(&caller), move |service| {
        service.handoff_id(&asked)
    });
    let handoff = found.await?;
    let note = form.text("note").unwrap_or_default().to_owned();
    let seen = form.text("version").and_then(|version| version.parse().ok());
    let mut wanted = wanted(verb, &form);
    if let Ok(asked @ Wanted::Feedback { .. }) = &wanted {
        wanted = Ok(with_claim(&app, &caller, handoff, asked.clone()).await?);
    }
    let done = match request(wanted, handoff, seen, &form, &caller) {
        Ok(request) => app.ask(|reply| Command::Act(Act { request, reply })).await,
        Err(setback) => Err(setback),
    };
    let Err(setback) = done else {
        return Ok(see_other(&format!("/h/{handoff}?did={}", verb.name())));
    };
    let (status, flash) = match setback {
        Setback::Stale { .. } => {
            let more = changed(&app, handoff, seen.unwrap_or_default()).await;
            let says = "Nothing was done: it changed since you looked. This is how it stands now.";
            (StatusCode::CONFLICT, Flash { says: says.to_owned(), more, done: false })
        }
        Setback::Refused { status, detail, .. } => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::CONFLICT);
            let says =
                format!("Nothing was done: {}.", detail.trim_end_matches('.').replace('`', ""));
            (status, Flash { says, more: Vec::new(), done: false })
        }
        other @ (Setback::Overloaded { .. }
        | Setback::Recovering
        | Setback::Ending
        | Setback::Full
        | Setback::Unknown) => return Err(other.into()),
    };
    show(&app, &reader, typed, Shows { flash: Some(flash), note, status }).await
}

fn request(
    wanted: Result<Wanted, Setback>,
    handoff: HandoffId,
    seen: Option<u64>,
    form: &Form,
    caller: &crate::auth::keys::Caller,
) -> Result<ActRequest, Setback> {
    let wanted = wanted?;
    // What is taken back is the reader's own, whatever has arrived somewhere since; a claim names its brief.
    let seen = if matches!(wanted, Wanted::Undo | Wanted::Feedback { .. }) {
        None
    } else {
        let unsaid = "the form does not say which version you saw; load the page again";
        Some(vec![seen.ok_or_else(|| Setback::refused(422, "body-unfit", unsaid))?])
    };
    let note = form.text("note").map(str::to_owned);
    let deed = wanted.read(note)?;
    let actor = Actor::of(caller)?;
    Ok(ActRequest { handoff, deed, actor, acts_as: None, seen, once: None })
}

/// What the form of a verb asks for.
fn wanted(verb: Verb, form: &Form) -> Result<Wanted, Setback> {
    let text = |name: &str| form.text(name).unwrap_or_default().to_owned();
    Ok(match verb {
        Verb::Accept => Wanted::Accept { member: None },
        Verb::Reject => Wanted::Reject { reason: text("reason") },
        Verb::Reassign => Wanted::Reassign { to: owner(&text("owner"))? },
        Verb::Outcome => {
            Wanted::Outcome { outcome: text("outcome"), occurred: None, returns: None }
        }
        Verb::Debrief => Wanted::Debrief {
            right: form.text("right").and_then(|right| right.parse().ok()),
            complaints: form
                .text("complaints")
                .and_then(|text| text.trim().parse().ok())
                .unwrap_or(0),
        },
        Verb::Feedback => {
            let feedback = text("feedback");
            let of_claim = feedback != Feedback::Missing.as_str();
            let claim = of_claim.then(|| form.text("claim")?.parse().ok()).flatten();
            let brief = form.text("brief").and_then(|brief| brief.parse().ok());
            Wanted::Feedback { claim, brief, feedback, found: None }
        }
        Verb::Snooze => Wanted::Snooze { until: snooze_until(&text("for"))? },
        Verb::Undo => Wanted::Undo,
    })
}

/// When a snooze ends: so many hours from now; none where it ends at once.
fn snooze_until(hours: &str) -> Result<Option<Moment>, Setback> {
    let hours: u16 = hours.parse().map_err(|_| {
        Setback::refused(422, "moment-unreadable", "choose for how long it is to be out of sight")
    })?;
    Ok((hours > 0).then(|| clock::now() + Span::hours(i64::from(hours))))
}

fn owner(text: &str) -> Result<NewOwner, Setback> {
    match text.split_once(':') {
        Some(("person", id)) => Ok(NewOwner::Person(id.to_owned())),
        Some(("queue", name)) => Ok(NewOwner::Queue(name.to_owned())),
        Some(_) | None => Err(Setback::refused(422, "owner-unfit", "choose to whom it goes")),
    }
}

/// What happened since the reader looked. Where there is no room to look, nothing is said of it.
async fn changed(app: &Arc<App>, handoff: HandoffId, seen: u64) -> Vec<String> {
    let changes = app.fold(move |reader| handoff_changes(reader, handoff, seen, CHANGES_MAX)).await;
    let changes = changes.unwrap_or_default();
    let mut lines: Vec<String> = Vec::new();
    let mut state: Option<Stage> = None;
    for change in &changes {
        if state != Some(change.state) {
            state = Some(change.state);
            let at = change.moment.utc();
            lines.push(format!(
                "{:02}:{:02} {}, with {}",
                at.hour,
                at.minute,
                state_in_words(change.state),
                change.owner.id()
            ));
        }
    }
    lines
}
