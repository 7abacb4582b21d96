//! The desk over HTTP: who has how much, who waits, and what is done to what a member gets.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Request as Asked, State};
use axum::response::{IntoResponse, Response as Answered};
use domain::Moment;
use serde::Deserialize;
use serde_json::{Number, Value, json};

use super::app::App;
use super::deeds::{OwnerBody, idempotency_key, json_body, once, optional, read};
use super::problem::Problem;
use super::query::Query;
use super::{access, reading};
use crate::auth::action::Action;
use crate::runtime::clock;
use crate::runtime::command::{Command, Desk};
use crate::runtime::readers::Reading as Lane;
use crate::service::act::Actor;
use crate::service::act::desk::{DeskChange, DeskRequest, hundredths};
use crate::service::read::Access;
use crate::service::read::team::WaitingLead;

/// Places of a line where nobody says how many.
const LINE: usize = 50;

/// What can be done to what a member gets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Verb {
    /// They get no leads for a while.
    Pause,
    /// They get leads again.
    Resume,
    /// They are owed leads.
    Credit,
    /// They are away, or have left.
    Leave,
}

impl Verb {
    /// All of them.
    pub(super) const ALL: [Self; 4] = [Self::Pause, Self::Resume, Self::Credit, Self::Leave];

    /// The last part of its path.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Credit => "credit",
            Self::Leave => "leave",
        }
    }

    /// What policies call it.
    pub(super) const fn action(self) -> Action {
        match self {
            Self::Pause => Action::PauseMember,
            Self::Resume => Action::ResumeMember,
            Self::Credit => Action::CreditMember,
            Self::Leave => Action::RecordLeave,
        }
    }
}

/// The members of the team, and who waits for them.
pub(super) async fn get(State(app): State<Arc<App>>, request: Asked) -> Result<Answered, Problem> {
    let caller = access::require(&app, request.headers(), Action::ReadDesk)?;
    let query = Query::of(request.uri(), &["limit"])?;
    let limit = query.limit(LINE)?;
    let found = reading::read(&app, Lane::Fold, Access::of(&caller), move |service| {
        Ok((service.team(clock::now())?, service.lines(limit)?))
    });
    let (members, lines) = found.await?;
    let lines = reading::recorded(&app, caller.id, lines).await?;
    let lines: Vec<Value> = lines.iter().map(WaitingLead::json).collect();
    Ok(Json(json!({ "members": members.unwrap_or_default(), "lines": lines })).into_response())
}

/// Changes what a member gets.
pub(super) async fn post(
    verb: Verb,
    State(app): State<Arc<App>>,
    Path(member): Path<String>,
    request: Asked,
) -> Result<Answered, Problem> {
    let (parts, body) = request.into_parts();
    let caller = access::require(&app, &parts.headers, verb.action())?;
    let actor = Actor::of(&caller)?;
    Query::of(&parts.uri, &[])?;
    let key = idempotency_key(&parts.headers)?;
    let whole = json_body(&app, &parts, body).await?;
    let bytes = whole.bytes.as_slice();
    let (once, _alone) = once(&app, &caller, &parts, key, bytes)?.unzip();
    let Wanted { change, acts_as, is_dry_run } = wanted(verb, bytes)?;
    let request = DeskRequest { member, change, actor, acts_as, once, is_dry_run };
    let row = app.ask(|reply| Command::Desk(Desk { request, reply })).await?;
    Ok(Json(row).into_response())
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct PauseBody {
    #[serde(rename = "as")]
    acts_as: Option<String>,
    until: Option<Moment>,
    reason: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct ResumeBody {
    #[serde(rename = "as")]
    acts_as: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreditBody {
    #[serde(rename = "as")]
    acts_as: Option<String>,
    leads: Number,
    reason: String,
    pool: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct LeaveBody {
    #[serde(rename = "as")]
    acts_as: Option<String>,
    until: Option<Moment>,
    to: Option<OwnerBody>,
    #[serde(default)]
    dry_run: bool,
}

/// What a body asks for.
struct Wanted {
    change: DeskChange,
    acts_as: Option<String>,
    is_dry_run: bool,
}

/// Reads what the body of a verb asks for.
fn wanted(verb: Verb, bytes: &[u8]) -> Result<Wanted, Problem> {
    let done = |change, acts_as| Wanted { change, acts_as, is_dry_run: false };
    Ok(match verb {
        Verb::Pause => {
            let PauseBody { acts_as, until, reason } = optional(bytes)?;
            done(DeskChange::Pause { until, reason }, acts_as)
        }
        Verb::Resume => {
            let ResumeBody { acts_as } = optional(bytes)?;
            done(DeskChange::Resume, acts_as)
        }
        Verb::Credit => {
            let CreditBody { acts_as, leads, reason, pool } = read(bytes)?;
            let says = |says: String| Problem::new(422, "body-unfit", says);
            let hundredths = hundredths(&leads.to_string()).map_err(says)?;
            done(DeskChange::Credit { pool, hundredths, reason }, acts_as)
        }
        Verb::Leave => {
            let LeaveBody { acts_as, until, to, dry_run } = optional(bytes)?;
            let to = to.map(OwnerBody::read).transpose()?;
            Wanted { is_dry_run: dry_run, ..done(DeskChange::Leave { until, to }, acts_as) }
        }
    })
}
