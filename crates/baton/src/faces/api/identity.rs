//! Who is who over HTTP: people are joined, nodes are split off, a merge is taken back.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request as Asked, State};
use axum::response::{IntoResponse, Response as Answered};
use crank::{CrankError, find_merge};
use domain::{NodeId, PersonId};
use serde::Deserialize;

use super::app::App;
use super::deeds::{read, sent};
use super::problem::Problem;
use crate::auth::action::Action;
use crate::local::request::{Request, Response};
use crate::service::act::identity::{self, IdentityChange};
use crate::service::setback::{Setback, judge};

/// What can be done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Verb {
    /// Two are one person.
    Join,
    /// Nodes are somebody else's.
    Split,
    /// A merge was wrong.
    Undo,
}

impl Verb {
    /// All of them.
    pub(super) const ALL: [Self; 3] = [Self::Join, Self::Split, Self::Undo];

    /// The last part of its path.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Join => "join",
            Self::Split => "split",
            Self::Undo => "undo",
        }
    }

    /// What policies call it.
    pub(super) const fn action(self) -> Action {
        match self {
            Self::Join => Action::JoinPeople,
            Self::Split => Action::SplitPerson,
            Self::Undo => Action::UndoIdentity,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JoinBody {
    people: [PersonId; 2],
    reason: Option<String>,
    #[serde(default)]
    dry_run: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SplitBody {
    person: PersonId,
    nodes: Vec<NodeId>,
    reason: Option<String>,
    #[serde(default)]
    dry_run: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UndoBody {
    winner: PersonId,
    loser: PersonId,
    #[serde(default)]
    dry_run: bool,
}

/// Changes who is who, and says what changed.
pub(super) async fn post(
    verb: Verb,
    State(app): State<Arc<App>>,
    request: Asked,
) -> Result<Answered, Problem> {
    let (caller, whole) = sent(&app, request, verb.action()).await?;
    let bytes = whole.bytes.as_slice();
    let (change, reason, is_dry_run) = match verb {
        Verb::Join => {
            let JoinBody { people: [one, other], reason, dry_run } = read(bytes)?;
            (IdentityChange::Join { one, other }, reason, dry_run)
        }
        Verb::Split => {
            let SplitBody { person, nodes, reason, dry_run } = read(bytes)?;
            (IdentityChange::Split { person, nodes }, reason, dry_run)
        }
        Verb::Undo => {
            let UndoBody { winner, loser, dry_run } = read(bytes)?;
            (found(&app, winner, loser).await?, None, dry_run)
        }
    };
    reason.as_deref().map(identity::reason).transpose()?;
    let asked = Request::Identity { change, reason, is_dry_run, by: Some(caller.id) };
    if let Response::Identity(changed) = app.local(asked).await? {
        Ok(Json(changed).into_response())
    } else {
        Err(Setback::Unknown.into())
    }
}

/// Looks for a merge beside the loop, in as long histories as there are.
pub(in crate::faces) async fn found(
    app: &Arc<App>,
    winner: PersonId,
    loser: PersonId,
) -> Result<IdentityChange, Problem> {
    let asked = move |reader: &_| match find_merge(reader, winner, loser) {
        Ok(found) => Ok(Ok(found)),
        Err(CrankError::Store(error)) => Err(error),
        Err(error) => judge(error).map(Err),
    };
    let found = app.fold(asked).await??;
    let (at, read_up_to) = (found.at.0, found.read_up_to.0);
    Ok(IdentityChange::Undo { winner, loser, at, read_up_to })
}
