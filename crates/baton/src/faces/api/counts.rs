//! Figures over HTTP: how many, by what, and the handoffs that a figure is of.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use counts::{CountedHandoff, Group, HandoffCounts, Measure, Names, Period};
use domain::Moment;
use serde_json::{Value, json};

use super::app::App;
use super::counted_query::{By, CountedQuery};
use super::problem::Problem;
use super::query::digits;
use super::{access, reading};
use crate::auth::action::Action;
use crate::auth::keys::Caller;
use crate::runtime::clock;
use crate::runtime::readers::Reading;
use crate::service::figures::{Effort, Lag};
use crate::service::read::Access;
use crate::service::teams::Teams;

/// Handoffs of a page where nobody says how many.
const PAGE: usize = 50;

/// Takes in what the journal says since, and says how far the figures are behind.
pub(in crate::faces) async fn followed(app: &Arc<App>) -> Result<Lag, Problem> {
    let (figures, strategies) = (Arc::clone(&app.figures), Arc::clone(&app.strategies));
    app.fold(move |reader| figures.follow(reader, &strategies, Effort::PAGE)).await
}

/// What is asked, of the handoffs that whoever asks is told of.
pub(in crate::faces) async fn seen_by(
    app: &Arc<App>,
    caller: &Caller,
    asked: CountedQuery,
) -> Result<CountedQuery, Problem> {
    let access = Access::of(caller);
    let seen = reading::read(app, Reading::LookUp, access, move |service| {
        Ok(asked.among(service.all_in_sight()?))
    });
    seen.await
}

fn measure(name: &str) -> Result<Measure, Problem> {
    Measure::named(name).ok_or_else(|| {
        let known: Vec<&str> = Measure::ALL.iter().map(|known| known.as_str()).collect();
        Problem::new(404, "count-unknown", format!("counts are: {}", known.join(", ")))
    })
}

/// How many, in the period and the one before, all together or by something.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let caller = access::require(&app, request.headers(), Action::ReadCounts)?;
    let now = clock::now();
    let query = CountedQuery::parameters(request.uri(), &[])?;
    let measure = measure(&name)?;
    let asked = CountedQuery::of(&query, now)?;
    let by = query.read("by", "such as `source` or `campaign`", By::named)?;
    let lag = followed(&app).await?;
    let asked = seen_by(&app, &caller, asked).await?;
    let teams = Teams::of(app.shared.strategy().as_deref());
    let counts = app.figures.read();
    let count = |period| {
        let filter = asked.filter(&counts, &teams, period);
        counts.count(measure, &filter, now)
    };
    let rows = by.map(|by| rows(&counts, &teams, (by, measure), &asked, now));
    let answer = json!({
        "name": name,
        "from": bound(asked.period.from),
        "to": bound(asked.period.to),
        "count": count(asked.period),
        "before": count(asked.before),
        "by": by.map(By::as_str),
        "rows": rows,
        "behind": { "entries": lag.entries, "origins": lag.origins },
    });
    Ok(Json(answer).into_response())
}

fn rows(
    counts: &HandoffCounts,
    teams: &Teams,
    (by, measure): (By, Measure),
    asked: &CountedQuery,
    now: Moment,
) -> Vec<Value> {
    let now_and_before =
        [asked.period, asked.before].map(|period| grouped(counts, teams, by, asked, period, now));
    let [period, before] = now_and_before;
    let count = |groups: &BTreeMap<String, Group>, value: &String| {
        groups.get(value).map_or(0, |group| group.of(measure))
    };
    let row = |value: &String| {
        let name = (!value.is_empty()).then_some(value);
        json!({ "name": name, "count": count(&period, value), "before": count(&before, value) })
    };
    period.keys().map(row).collect()
}

/// Figures for each value of something, by its name.
pub(in crate::faces) fn grouped(
    counts: &HandoffCounts,
    teams: &Teams,
    by: By,
    asked: &CountedQuery,
    period: Period,
    now: Moment,
) -> BTreeMap<String, Group> {
    let filter = asked.filter(counts, teams, period);
    let dimension = match by {
        By::Team => counts::Dimension::Member,
        By::Of(dimension) => dimension,
    };
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    for (id, group) in counts.by(dimension, &filter, now) {
        let name = counts.names().name(id);
        let value = match by {
            By::Team => teams.team(name).unwrap_or_default(),
            By::Of(_) => name,
        };
        *groups.entry(value.to_owned()).or_default() += group;
    }
    groups
}

/// The handoffs that a figure is of, newest first.
pub(super) async fn list(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let caller = access::require(&app, request.headers(), Action::ReadCounts)?;
    let now = clock::now();
    let query = CountedQuery::parameters(request.uri(), &["cursor", "limit"])?;
    let measure = measure(&name)?;
    let asked = CountedQuery::of(&query, now)?;
    let (from, limit) = (cursor(&query)?, query.limit(PAGE)?);
    followed(&app).await?;
    let asked = seen_by(&app, &caller, asked).await?;
    let teams = Teams::of(app.shared.strategy().as_deref());
    let counts = app.figures.read();
    let filter = asked.filter(&counts, &teams, asked.period);
    let page = counts.list(measure, &filter, now, from, limit);
    let handoffs: Vec<Value> = page.rows.iter().map(|row| json_of(row, counts.names())).collect();
    let next = page.next.map(|next| next.to_string());
    Ok(Json(json!({ "handoffs": handoffs, "next": next })).into_response())
}

/// Where a list goes on.
pub(in crate::faces) fn cursor(query: &super::query::Query<'_>) -> Result<Option<u64>, Problem> {
    query.read("cursor", "the `next` of a page", |text| digits(text)?.parse().ok())
}

/// An end of a period; none where it has none.
fn bound(moment: Moment) -> Option<Moment> {
    let named = Period::ALL.from < moment && moment < Period::ALL.to;
    named.then_some(moment)
}

fn json_of(row: &CountedHandoff, names: &Names) -> Value {
    let name = |id: counts::NameId| id.is_some().then(|| names.name(id));
    let refusals: Vec<Value> = row
        .refusals
        .iter()
        .map(|one| json!({ "reason": one.reason, "member": name(one.member), "at": one.at }))
        .collect();
    json!({
        "id": row.handoff,
        "account": row.account,
        "signal": row.signal,
        "kind": name(row.kind),
        "state": row.state,
        "member": name(row.member),
        "queue": name(row.queue),
        "pool": name(row.pool),
        "route": name(row.route),
        "source": name(row.source),
        "campaign": name(row.campaign),
        "asset": name(row.asset),
        "arrived": row.arrived,
        "opened": row.opened,
        "routed": row.routed,
        "accepted": row.accepted,
        "touched": row.touched,
        "met": row.met,
        "qualified": row.qualified,
        "changed": row.changed,
        "returns": row.returns,
        "breached": row.breached,
        "escalations": row.escalations,
        "rejected": refusals,
    })
}
