//! Reading over HTTP: which service answers, what a reading is recorded as, and what is said of what
//! is not there.

use std::sync::Arc;

use crank::Disclosure;
use domain::fact::{ReadFor, ReadOf};
use domain::handoff::Actor;
use engine::as_of::AsOf;
use rules::brief::ROLES;

use super::app::App;
use super::problem::Problem;
use super::query::Query;
use crate::auth::credential::Credential;
use crate::auth::keys::Caller;
use crate::runtime::command::{Command, Unsealed};
use crate::runtime::readers::Reading as Lane;
use crate::service::read::failure::{NotFound, Subject, Why};
use crate::service::read::unrecorded::{Reading, Unrecorded};
use crate::service::read::{Access, ReadError, Service};

/// Reads on behalf of somebody, off the threads that serve connections.
pub(in crate::faces) async fn read<T: Send + 'static>(
    app: &Arc<App>,
    lane: Lane,
    access: Access,
    question: impl FnOnce(Service<'_>) -> Result<T, ReadError> + Send + 'static,
) -> Result<T, Problem> {
    let strategies = Arc::clone(&app.strategies);
    let asked = move |reader: &_| match question(Service::new(reader, &strategies, &access)) {
        Ok(found) => Ok(Ok(found)),
        Err(ReadError::NotFound(missing)) => Ok(Err(missing)),
        Err(ReadError::Store(error)) => Err(error),
    };
    let found = match lane {
        Lane::LookUp => app.look_up(asked).await?,
        Lane::Fold => app.fold(asked).await?,
    };
    Ok(found?)
}

/// The holder of a key, as narrow as `?for=` asks.
pub(in crate::faces) fn access_asked(
    caller: &Caller,
    query: &Query<'_>,
) -> Result<Access, Problem> {
    let roles = format!("one of {}", ROLES.join(", "));
    Ok(Access::of(caller).narrowed_to(query.read("for", &roles, Access::role)?))
}

/// The moment that `?as_of=` names, else this.
pub(in crate::faces) fn as_of(query: &Query<'_>, otherwise: AsOf) -> Result<AsOf, Problem> {
    Ok(query.moment("as_of")?.map_or(otherwise, AsOf::Moment))
}

/// Records that somebody is about to read personal data, and hands it over. What cannot be
/// recorded, as when the room for records on a full disk is used up, is not read.
pub(in crate::faces) async fn recorded<T>(
    app: &App,
    reader: Credential,
    found: Unrecorded<T>,
) -> Result<T, Problem> {
    for Reading { account, nodes } in found.readings().iter().copied() {
        let disclosure = Disclosure {
            reader: reader.by(),
            purpose: ReadFor::View,
            reason: None,
            of: ReadOf::Account(account),
            nodes,
            actor: Actor::Person,
        };
        app.tell(|reply| Command::Unsealed(Unsealed { disclosure, reply })).await?;
    }
    found.record(|_| Ok(()))
}

impl From<NotFound> for Problem {
    /// What was typed is not repeated: it may be somebody's address.
    fn from(missing: NotFound) -> Self {
        if let Why::Several(candidates) = &missing.why {
            let code = code_of(missing.subject);
            return Self::new(404, code, format!("several begin so: {candidates}"));
        }
        let detail = match missing.subject {
            Subject::Handoff if matches!(missing.why, Why::NotYet { .. }) => missing.to_string(),
            Subject::Handoff => "there is no such handoff".to_owned(),
            Subject::Account => "there is no such account, or it was not known then".to_owned(),
            Subject::Person => "there is no such person".to_owned(),
            Subject::Entry => return Self::no_entry(),
            Subject::Signal => "there is no such signal".to_owned(),
            Subject::Strategy => "there is no such version of a strategy".to_owned(),
        };
        Self::new(404, code_of(missing.subject), detail)
    }
}

const fn code_of(subject: Subject) -> &'static str {
    match subject {
        Subject::Handoff => "handoff-missing",
        Subject::Account => "account-missing",
        Subject::Person => "person-missing",
        Subject::Entry => "entry-missing",
        Subject::Signal => "signal-missing",
        Subject::Strategy => "unknown-id",
    }
}
