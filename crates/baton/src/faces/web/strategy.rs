//! `GET /strategy`: what is in force, as somebody reads it who wrote none of it.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use domain::Moment;
use notation::Duration;
use pages::Href;
use pages::layout::Flash;
use pages::strategy::{
    DraftRow, DraftsView, PoolRow, RuleView, SlaView, StrategyView, VersionView,
};
use rules::Strategy;
use rules::routing::{Caps, Route, Target};
use rules::sla::{Act, CalendarOf, Goal, Sla, Step, When};

use super::moments;
use super::shell::{Here, Page};
use super::who::who_acts;
use crate::auth::action::Action;
use crate::faces::api::app::App;
use crate::faces::api::problem::Problem;
use crate::faces::api::query::Query;
use crate::faces::api::reading;
use crate::faces::api::signed_in::{SignedIn, see_other};
use crate::runtime::clock;
use crate::runtime::readers::Reading;
use crate::service::read::Access;
use crate::service::read::drafts::DraftRow as DraftSaved;
use crate::service::read::failure::Candidates;
use crate::service::read::strategies::InForce;
use crate::service::who_acts::WhoActs;

/// Versions that are listed.
const VERSIONS_MAX: usize = 12;
/// Characters of a version that tell it apart.
const VERSION_CHARS: usize = 6;

/// Shows it.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    reader: SignedIn,
    request: Request,
) -> Result<Response, Problem> {
    reader.require(Action::ReadStrategies)?;
    let query = Query::of_page(request.uri(), &["did", "version"])?;
    let (did, asked) = (query.text("did")?, query.text("version")?);
    let is_writer = reader.caller().may(Action::ReadDrafts);
    let found = reading::read(&app, Reading::LookUp, Access::of(&reader.caller()), |service| {
        Ok((service.strategies()?, service.drafts()?))
    });
    let ((mut versions, drafts), now) = (found.await?, clock::now());
    if let Some(asked) = asked {
        return older(&asked, &versions);
    }
    let who = who_acts(&app).await?;
    for version in &mut versions {
        version.by = who.name_of(&version.by);
    }
    let drafts = is_writer.then(|| drafts_view(&drafts, &who, (&reader.csrf, now)));
    let content = match app.shared.strategy() {
        Some(strategy) => pages::strategy::page(&view(&strategy, &versions, drafts, now)),
        None => pages::strategy::nothing(),
    };
    let mut page = Page::for_reader(&app, &reader, Here::Strategy);
    page.flash = did.as_deref().and_then(done);
    Ok(page.show(&app, "Strategy", &content).await)
}

/// Leads to the page of a version that was in force, by how it begins.
fn older(asked: &str, versions: &[InForce]) -> Result<Response, Problem> {
    let mut known: Vec<String> = versions.iter().map(|row| row.version.to_string()).collect();
    known.sort_unstable();
    known.dedup();
    known.retain(|version| version.starts_with(asked));
    let says = match known.as_slice() {
        [one] => return Ok(see_other(&format!("/strategy/versions/{one}"))),
        [] => "no version of a strategy that was ever in force begins so".to_owned(),
        several => format!("several versions begin so: {}", Candidates::of(several)),
    };
    Err(Problem::new(404, "unknown-id", says))
}

/// What was just done.
fn done(did: &str) -> Option<Flash> {
    let says = match did {
        "applied" => "The draft is in force. What was in force before can be put back.",
        "rolled-back" => "The older version is in force again.",
        _ => return None,
    };
    Some(Flash { says: says.to_owned(), more: Vec::new(), done: true })
}

fn drafts_view(drafts: &[DraftSaved], who: &WhoActs, (csrf, now): (&str, Moment)) -> DraftsView {
    let row = |saved: &DraftSaved| DraftRow {
        draft: saved.draft.clone(),
        href: Href::to(format!("/strategy/drafts/{}", saved.draft)),
        saved: moments::when(saved.saved, now),
        by: who.name_of(&saved.by.to_string()),
    };
    DraftsView {
        csrf: csrf.to_owned(),
        begin: Href::to("/strategy/drafts"),
        drafts: drafts.iter().map(row).collect(),
    }
}

fn view(
    strategy: &Strategy,
    versions: &[InForce],
    drafts: Option<DraftsView>,
    now: Moment,
) -> StrategyView {
    let since = versions.iter().find(|version| version.in_force).map(|version| version.since);
    let since = since.map(|since| format!(", in force since {}", moments::when(since, now).short));
    let readiness = strategy.readiness.table.rows.iter().zip(&strategy.readiness.rows);
    let readiness = readiness.map(|(row, says)| {
        let kind = says.kind.as_deref().map(|kind| kind.replace('-', " "));
        let sla = says.sla.as_deref().map(|sla| format!("as {sla}"));
        RuleView {
            name: says.action.as_str().replace('-', " "),
            when: row.words.clone(),
            then: kind.into_iter().chain(sla).collect::<Vec<_>>().join(", "),
        }
    });
    let pools = strategy.routing.pools.iter().map(|pool| PoolRow {
        name: pool.name.value.clone(),
        members: pool.members.text().to_owned(),
        method: pool.method.as_str().to_owned(),
        caps: caps(pool.caps),
    });
    StrategyView {
        name: strategy.name.clone(),
        says: format!(
            "Version {}{}.",
            short(&strategy.version.to_string()),
            since.unwrap_or_default()
        ),
        readiness: readiness.collect(),
        routes: strategy.routing.routes.iter().map(|route| route_view(route, strategy)).collect(),
        pools: pools.collect(),
        slas: strategy.slas.classes.iter().map(sla).collect(),
        fences: strategy.fences.iter().map(|fence| fence.say.clone()).collect(),
        versions: versions
            .iter()
            .take(VERSIONS_MAX)
            .map(|version| version_view(version, drafts.is_some(), now))
            .collect(),
        drafts,
    }
}

fn short(version: &str) -> String {
    version.chars().take(VERSION_CHARS).collect()
}

fn version_view(version: &InForce, opens: bool, now: Moment) -> VersionView {
    VersionView {
        version: short(&version.version.to_string()),
        in_force: version.in_force,
        since: moments::when(version.since, now),
        by: version.by.clone(),
        href: opens.then(|| Href::to(format!("/strategy/versions/{}", version.version))),
    }
}

fn route_view(route: &Route, strategy: &Strategy) -> RuleView {
    let routing = &strategy.routing;
    let then = match &route.to {
        Target::Hold(reason) => format!("held: {}", reason.replace('-', " ")),
        Target::Person { id, .. } => format!("the member {}", id.text()),
        Target::List { file, by, .. } => format!("whom {file} names for {}", by.text()),
        Target::Pool(at) => {
            let name = routing.pools.get(*at).map_or("", |pool| pool.name.value.as_str());
            format!("pool {name}")
        }
        Target::Territory { file } => format!("whom {file} names for the place"),
        Target::Queue(at) => {
            let name = routing.queues.get(*at).map_or("", |queue| queue.name.0.as_str());
            format!("queue {name}")
        }
    };
    RuleView {
        name: route.name.value.clone(),
        when: route.when.as_ref().map(|when| when.text().to_owned()).unwrap_or_default(),
        then,
    }
}

fn caps(caps: Caps) -> String {
    let Caps { hour, day, week, month, open } = caps;
    let each =
        [(hour, "an hour"), (day, "a day"), (week, "a week"), (month, "a month"), (open, "open")];
    let told = each.into_iter().filter_map(|(cap, of)| Some(format!("{} {of}", cap?)));
    told.collect::<Vec<_>>().join(", ")
}

fn sla(sla: &Sla) -> SlaView {
    let goals =
        [("accept", &sla.accept), ("first touch", &sla.first_touch), ("qualify", &sla.qualify)];
    let target = |(name, goal): (&str, &Option<Goal>)| {
        let goal = goal.as_ref()?;
        let warn = goal.warn.as_ref().map(|warn| format!(", warned after {}", words(&warn.value)));
        let within = words(&goal.within.value);
        Some((name.to_owned(), format!("within {within}{}", warn.unwrap_or_default())))
    };
    SlaView {
        name: sla.name.value.clone(),
        hours: match &sla.calendar.value {
            CalendarOf::Owner => "the owner".to_owned(),
            CalendarOf::Team => "the team".to_owned(),
            CalendarOf::Named(name) => name.clone(),
        },
        targets: goals.into_iter().filter_map(target).collect(),
        silence: sla.on_silence.iter().map(step).collect(),
    }
}

fn step(step: &Step) -> String {
    let when = match &step.when {
        When::Warn => "at the warning".to_owned(),
        When::Breach => "when time is over".to_owned(),
        When::After(later) => format!("{} later", words(later)),
    };
    let act = match &step.act.value {
        Act::Remind => "remind the owner".to_owned(),
        Act::TellManager => "tell the manager".to_owned(),
        Act::Reassign => "give it to the next".to_owned(),
        Act::Pool(name) => format!("give it to somebody of {name}"),
        Act::Queue(name) => format!("put it into the queue {name}"),
    };
    format!("{when}: {act}")
}

/// A length of time in words: `3 working days`, `1 h`.
fn words(time: &Duration) -> String {
    let mut parts = Vec::new();
    if time.working_days > 0 {
        parts.push(pages::text::count(time.working_days.into(), "working day", "working days"));
    }
    if time.days > 0 {
        parts.push(pages::text::count(time.days.into(), "day", "days"));
    }
    let minutes = time.open.as_ms() / 60_000;
    if minutes >= 60 {
        parts.push(format!("{} h", minutes / 60));
    }
    if minutes % 60 > 0 {
        parts.push(format!("{} min", minutes % 60));
    }
    if parts.is_empty() { "at once".to_owned() } else { parts.join(" ") }
}
