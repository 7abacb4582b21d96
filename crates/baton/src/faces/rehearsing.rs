//! Rehearsals that are started over the API or from a page: beside everything else, one at a time, on one thread.

use std::ops::ControlFlow;
use std::sync::Arc;

use crank::Disclosure;
use domain::ImportId;
use domain::Span;
use domain::fact::{ReadFor, ReadOf};
use domain::handoff::Actor;
use rehearsal::history::{
    Behaviour, History, Rehearsal, Unfinished, read, rehearse, rehearse_against,
};
use rules::Strategy;
use rules::strategy::compile_at;

use super::api::app::App;
use super::api::problem::Problem;
use super::api::reading;
use super::uploading;
use crate::auth::keys::Caller;
use crate::local::refusal::{Refusal, with_causes};
use crate::runtime::clock;
use crate::runtime::command::{Command, Unsealed};
use crate::runtime::readers::Reading;
use crate::runtime::rehearsals::{RehearsalPlan, RunningRehearsal};
use crate::runtime::uploads::Upload;
use crate::service::read::Access;
use crate::service::read::journal_history::journal_history;

/// What stands for the strategy in force.
pub(super) const LIVE: &str = "live";
/// Signals of the journal that are played at most, the newest.
const SIGNALS_MAX: usize = 50_000;
/// The most days of the journal.
pub(super) const DAYS_MAX: u32 = 366;

/// What somebody wants to see played.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    /// Which strategy: `live`, a version that was in force, or a draft.
    pub(super) strategy: String,
    /// Whether it is compared with what is in force.
    pub(super) compared: bool,
    /// Over which history.
    pub(super) over: Over,
    /// How owners behave.
    pub(super) behaviour: Behaviour,
}

/// A history.
#[derive(Clone, Copy, Debug)]
pub(super) enum Over {
    /// A file that was uploaded.
    File(ImportId),
    /// So many days of the journal.
    Journal {
        /// How many.
        days: u32,
    },
}

/// A history that is there.
enum Found {
    File(Upload),
    Journal { days: u32 },
}

/// What is played.
struct Play {
    strategy: Arc<Strategy>,
    against: Option<Arc<Strategy>>,
    behaviour: Behaviour,
}

/// Starts a rehearsal, and says what it is called.
pub(super) async fn start(
    app: &Arc<App>,
    caller: &Caller,
    wanted: Wanted,
) -> Result<String, Problem> {
    let strategy = strategy(app, caller, &wanted.strategy).await?;
    let live = app.shared.strategy();
    let against = live.filter(|live| wanted.compared && live.version != strategy.version);
    let found = match wanted.over {
        Over::File(import) => Found::File(uploading::whole(app, import).await?),
        Over::Journal { days } => Found::Journal { days },
    };
    let plan = RehearsalPlan {
        strategy: called(&wanted.strategy, &strategy),
        against: against.as_ref().map(|against| short(against)),
        over: match &found {
            Found::File(upload) => upload.head.file.clone(),
            Found::Journal { days } => format!("the last {days} days of the journal"),
        },
        behaviour: wanted.behaviour.name(),
        by: caller.id,
    };
    let place = app.rehearsals.begin(plan, clock::now())?;
    let id = place.id().to_owned();
    let play = Play { strategy, against, behaviour: wanted.behaviour };
    match found {
        Found::File(upload) => over_a_file(app, upload, play, place),
        Found::Journal { days } => over_the_journal(app, caller, days, play, place).await?,
    }
    Ok(id)
}

/// The strategy that is meant, compiled.
async fn strategy(app: &Arc<App>, caller: &Caller, typed: &str) -> Result<Arc<Strategy>, Problem> {
    let asked = typed.to_owned();
    let files = reading::read(app, Reading::LookUp, Access::of(caller), move |service| {
        service.strategy_files(&asked)
    });
    let files = files.await?;
    let compiled =
        app.work(super::api::app::Effort::Keyed, move || compile_at(&files, clock::now())).await?;
    compiled.strategy.map(Arc::new).ok_or_else(|| {
        Problem::new(422, "strategy-wrong", "the strategy has errors; check it before it is played")
    })
}

fn called(typed: &str, strategy: &Strategy) -> String {
    if typed == LIVE { format!("{} in force", short(strategy)) } else { typed.to_owned() }
}

fn short(strategy: &Strategy) -> String {
    strategy.version.to_string().chars().take(6).collect()
}

fn over_a_file(app: &Arc<App>, upload: Upload, play: Play, place: RunningRehearsal) {
    let uploads = Arc::clone(&app.shared.uploads);
    tokio::task::spawn_blocking(move || {
        let history = (|| {
            let unfit = || Refusal::wrong("map-wrong", "the map has errors");
            let map = upload.head.read_map().ok_or_else(unfit)?;
            let files = vec![(upload.head.file.clone(), uploads.read(&upload))];
            // Reading is quick; whoever stops it stops what is played then.
            let tell = |progress| {
                let _ = place.tell(progress);
            };
            read(&map, files, 1, &tell)
                .map_err(|error| Refusal::wrong("file-unread", with_causes(&error)))
        })();
        let found = history.and_then(|history| played(&play, &history, &place));
        place.end(found, clock::now());
    });
}

/// Whose signals are played is recorded first.
async fn over_the_journal(
    app: &Arc<App>,
    caller: &Caller,
    days: u32,
    play: Play,
    place: RunningRehearsal,
) -> Result<(), Problem> {
    let disclosure = Disclosure {
        reader: caller.id.by(),
        purpose: ReadFor::View,
        reason: Some(format!("a rehearsal over the last {days} days")),
        of: ReadOf::Everybody,
        nodes: SIGNALS_MAX as u64,
        actor: Actor::Person,
    };
    app.tell(|reply| Command::Unsealed(Unsealed { disclosure, reply })).await?;
    let app = Arc::clone(app);
    tokio::spawn(async move {
        let since = clock::now() - Span::days(i64::from(days));
        let history = app.fold(move |reader| journal_history(reader, since, SIGNALS_MAX)).await;
        let unread = |_| Refusal::unable("reading-failed", "the journal could not be read");
        let history = match history.map_err(unread) {
            Ok(history) => history,
            Err(refusal) => return place.end(Err(refusal), clock::now()),
        };
        tokio::task::spawn_blocking(move || {
            let found = played(&play, &history, &place);
            place.end(found, clock::now());
        });
    });
    Ok(())
}

fn played(play: &Play, history: &History, place: &RunningRehearsal) -> Result<Rehearsal, Refusal> {
    let Play { strategy, against, behaviour } = play;
    let tell = |progress| -> ControlFlow<()> { place.tell(progress) };
    let found = match against {
        Some(against) => rehearse_against((strategy, against), history, *behaviour, 1, &tell),
        None => rehearse(strategy, history, *behaviour, 1, &tell),
    };
    found.map_err(|error| match error {
        Unfinished::Stopped => Refusal::unable("rehearsal-stopped", "it was stopped"),
        Unfinished::Failed(error) => Refusal::unable("rehearsal-failed", with_causes(&error)),
    })
}
