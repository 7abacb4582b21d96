//! The same figures by team, by source, by campaign: as a table and as CSV.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use counts::{Group, Measure, Period};
use pages::Href;
use pages::parts::Tab;
use pages::pulse::{BreakdownRow, BreakdownView};

use super::figures::{ACCEPTED, Doors, door_of, share_of};
use crate::auth::action::Action;
use crate::faces::api::app::App;
use crate::faces::api::counted_query::{By, CountedQuery};
use crate::faces::api::counts::{followed, grouped, seen_by};
use crate::faces::api::problem::Problem;
use crate::faces::api::signed_in::SignedIn;
use crate::faces::csv::Csv;
use crate::runtime::clock;
use crate::service::teams::Teams;

/// Rows of the table.
const ROWS_MAX: usize = 20;

/// The measures of the CSV, in their order.
const MEASURES: [Measure; 15] = [
    Measure::Leads,
    Measure::Routed,
    Measure::Decided,
    Measure::Accepted,
    Measure::Rejected,
    Measure::AcceptDue,
    Measure::AcceptInTime,
    Measure::TouchDue,
    Measure::TouchInTime,
    Measure::Touched,
    Measure::Met,
    Measure::Qualified,
    Measure::Won,
    Measure::Lost,
    Measure::Recycled,
];

pub(super) fn view(figures: &Doors<'_>, by: By) -> BreakdownView {
    let groups = |period| by_value(figures, by, period);
    let (now, before) = (groups(figures.asked.period), groups(figures.asked.before));
    let mut rows: Vec<(&String, &Group)> = now.iter().collect();
    rows.sort_by_key(|(value, group)| (std::cmp::Reverse(group.of(Measure::Leads)), *value));
    let moving = figures.asked.moving();
    let tab = |other: By| Tab {
        name: other.title().to_owned(),
        href: Href::to(format!("/pulse?{moving}&by={}#by", other.as_str())),
        here: other == by,
    };
    BreakdownView {
        by: By::ALL.map(tab).to_vec(),
        first: by.title(),
        more: rows.len().saturating_sub(ROWS_MAX) as u64,
        rows: rows
            .iter()
            .take(ROWS_MAX)
            .map(|(value, group)| {
                let before = before.get(*value).copied().unwrap_or_default();
                row(figures, by, value, group, &before)
            })
            .collect(),
        csv: Href::to(format!("/pulse/csv?{}&by={}", figures.asked.fixed(), by.as_str())),
    }
}

fn by_value(figures: &Doors<'_>, by: By, period: Period) -> BTreeMap<String, Group> {
    grouped(figures.counts, figures.teams, by, figures.asked, period, figures.now)
}

fn row(figures: &Doors<'_>, by: By, value: &str, group: &Group, before: &Group) -> BreakdownRow {
    let narrowed = figures.asked.with(by, value);
    // Who is in no team is found by nothing that stands in an address.
    let reachable = by != By::Team || !value.is_empty();
    let door = |measure| {
        let mut door = door_of(&narrowed, measure, group.of(measure));
        door.href = door.href.filter(|_| reachable);
        door
    };
    let share = |part, of| {
        let mut share = share_of(&narrowed, (part, of), group, before);
        if !reachable {
            (share.part.href, share.of.href) = (None, None);
        }
        share
    };
    let href = format!("/pulse?{}&by={}", narrowed.moving(), by.as_str());
    BreakdownRow {
        name: by.called(value, figures.teams),
        href: reachable.then(|| Href::to(href)),
        leads: door(Measure::Leads),
        leads_before: before.of(Measure::Leads),
        accepted: share(ACCEPTED.0, ACCEPTED.1),
        in_time: share(Measure::AcceptInTime, Measure::AcceptDue),
        touched: share(Measure::TouchInTime, Measure::TouchDue),
        met: door(Measure::Met),
        won: door(Measure::Won),
        rejected: door(Measure::Rejected),
    }
}

/// The table as CSV, with the period before.
pub(in crate::faces::web) async fn csv(
    State(app): State<Arc<App>>,
    reader: SignedIn,
    request: Request,
) -> Result<Response, Problem> {
    let now = clock::now();
    let query = CountedQuery::parameters_of_page(request.uri(), &[])?;
    let asked = CountedQuery::of(&query, now)?;
    let by = query.read("by", "such as `source` or `campaign`", By::named)?.unwrap_or(By::Team);
    reader.require(Action::ReadCounts)?;
    followed(&app).await?;
    let asked = seen_by(&app, &reader.caller(), asked).await?;
    let teams = Teams::of(app.shared.strategy().as_deref());
    let counts = app.figures.read();
    let figures = Doors { counts: &counts, teams: &teams, asked: &asked, now };
    let mut columns = vec![by.as_str(), "name", "period"];
    columns.extend(MEASURES.map(Measure::as_str));
    let mut csv = Csv::new(&columns);
    for (word, period) in [("now", asked.period), ("before", asked.before)] {
        for (value, group) in by_value(&figures, by, period) {
            let name = by.called(&value, &teams);
            let counted = MEASURES.iter().map(|measure| group.of(*measure).to_string());
            csv.row([value, name, word.to_owned()].into_iter().chain(counted));
        }
    }
    Ok(csv.answer("pulse"))
}
