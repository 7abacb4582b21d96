//! `GET /campaigns`: what became of the leads that marketing brought, and who rejected which and why.

use std::cmp::Reverse;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use counts::{CountedHandoff, Dimension, Duration, Group, Measure, Period};
use domain::{HandoffId, Span};
use pages::Href;
use pages::campaigns::{CampaignRow, CampaignsView, LeadRow, LeadsView, ReturnsView};
use pages::charts::Stage;
use pages::parts::Tab;

use super::counted::{names_of, owner_in_words, state_says};
use super::handoff::tone_of_state;
use super::moments;
use super::pulse::{ACCEPTED, Doors, behind, door_of, narrowed, periods, refusals, times};
use super::shell::{Here, Page};
use super::words::state_in_words;
use crate::auth::action::Action;
use crate::auth::grants::DataClass;
use crate::faces::api::app::App;
use crate::faces::api::counted_query::{By, CountedQuery, midnight};
use crate::faces::api::counts::{followed, grouped, seen_by};
use crate::faces::api::problem::Problem;
use crate::faces::api::signed_in::SignedIn;
use crate::runtime::clock;
use crate::service::figures::Lag;
use crate::service::teams::Teams;

/// By what leads are told apart here.
const BY: [By; 3] =
    [By::Of(Dimension::Campaign), By::Of(Dimension::Source), By::Of(Dimension::Asset)];
/// Rows of the table.
const ROWS_MAX: usize = 20;
/// Leads of the list.
const LEADS_MAX: usize = 6;
/// Weeks that are told one by one, in which recycled leads come back.
const WEEKS: i64 = 4;

/// Shows it.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    reader: SignedIn,
    request: Request,
) -> Result<Response, Problem> {
    let now = clock::now();
    let query = CountedQuery::parameters_of_page(request.uri(), &[])?;
    let asked = CountedQuery::of(&query, now)?;
    let of_marketing = |word: &str| BY.into_iter().find(|by| by.as_str() == word);
    let by = query.read("by", "`campaign`, `source` or `asset`", of_marketing)?.unwrap_or(BY[0]);
    reader.require(Action::ReadCampaigns)?;
    let lag = followed(&app).await?;
    let asked = seen_by(&app, &reader.caller(), asked).await?;
    let strategy = app.shared.strategy();
    let teams = Teams::of(strategy.as_deref());
    let (mut view, ids) = {
        let counts = app.figures.read();
        let figures = Doors { counts: &counts, teams: &teams, asked: &asked, now };
        view(&figures, by, lag, !reader.is_told(DataClass::Records))
    };
    let named = names_of(&app, &reader, ids, strategy).await?;
    for (lead, named) in view.leads.rows.iter_mut().zip(named) {
        if let Some(named) = named {
            (lead.name, lead.company) = named;
        }
    }
    let page = Page::for_reader(&app, &reader, Here::Campaigns);
    Ok(page.show(&app, "Campaigns", &pages::campaigns::page(&view)).await)
}

fn view(
    figures: &Doors<'_>,
    by: By,
    lag: Lag,
    figures_alone: bool,
) -> (CampaignsView, Vec<HandoffId>) {
    let asked = figures.asked;
    let all = figures.group(asked.period);
    let (leads, ids) = leads(figures, by, &all, figures_alone);
    let moving = asked.moving();
    let tab = |other: By| Tab {
        name: other.title().to_owned(),
        href: Href::to(format!("/campaigns?{moving}&by={}", other.as_str())),
        here: other == by,
    };
    let (rows, more) = rows(figures, by, &all);
    let view = CampaignsView {
        says: figures.period_in_words(),
        behind: behind(lag),
        periods: periods("/campaigns", asked, by, figures.now),
        by: BY.map(tab).to_vec(),
        narrowed: narrowed("/campaigns", figures),
        first: by.title(),
        accepted: figures.share(ACCEPTED, &all, &figures.group(asked.before)),
        rows,
        more,
        csv: Href::to(format!("/pulse/csv?{}&by={}", asked.fixed(), by.as_str())),
        leads,
        refusals: refusals(figures, &all),
        returns: returns(figures, &all),
        touch: times(figures, Duration::ToTouch),
    };
    (view, ids)
}

/// A row each, the most leads first, and all together where there are several.
fn rows(figures: &Doors<'_>, by: By, all: &Group) -> (Vec<CampaignRow>, u64) {
    let asked = figures.asked;
    let of = |period| grouped(figures.counts, figures.teams, by, asked, period, figures.now);
    let (now, before) = (of(asked.period), of(asked.before));
    let mut values: Vec<(&String, &Group)> = now.iter().collect();
    values.sort_by_key(|(value, group)| (Reverse(group.of(Measure::Leads)), *value));
    let mut rows: Vec<CampaignRow> = values
        .iter()
        .take(ROWS_MAX)
        .map(|(value, group)| {
            let narrowed = asked.with(by, value);
            let before = before.get(*value).copied().unwrap_or_default();
            let href = format!("/campaigns?{}&by={}", narrowed.moving(), by.as_str());
            CampaignRow {
                name: by.called(value, figures.teams),
                href: Some(Href::to(href)),
                here: asked.value(by) == Some(value.as_str()),
                ..row(figures, &narrowed, group, &before)
            }
        })
        .collect();
    if rows.len() > 1 {
        rows.push(row(figures, asked, all, &figures.group(asked.before)));
    }
    (rows, values.len().saturating_sub(ROWS_MAX) as u64)
}

fn row(figures: &Doors<'_>, asked: &CountedQuery, group: &Group, before: &Group) -> CampaignRow {
    let narrowed = figures.of(asked);
    let door = |measure| door_of(asked, measure, group.of(measure));
    let touch = figures.counts.times(Duration::ToTouch, &narrowed.filter(asked.period));
    CampaignRow {
        name: "All together".to_owned(),
        href: None,
        here: false,
        leads: door(Measure::Leads),
        waiting: door(Measure::Waiting),
        accepted: narrowed.share(ACCEPTED, group, before),
        working: door(Measure::Working),
        met: door(Measure::Met),
        won: door(Measure::Won),
        lost: door(Measure::Lost),
        rejected: door(Measure::Rejected),
        recycled: door(Measure::Recycled),
        touch_ms: touch.percentile(50).map(Span::as_ms),
    }
}

/// The newest leads, and whose they are.
fn leads(
    figures: &Doors<'_>,
    by: By,
    all: &Group,
    figures_alone: bool,
) -> (LeadsView, Vec<HandoffId>) {
    let filter = figures.filter(figures.asked.period);
    let page = figures.counts.list(Measure::Leads, &filter, figures.now, None, LEADS_MAX);
    let here = figures.asked.value(by).map(|value| by.called(value, figures.teams));
    let view = LeadsView {
        title: here.unwrap_or_else(|| "All leads".to_owned()),
        rows: page.rows.iter().map(|row| lead(row, figures, figures_alone)).collect(),
        all: figures.door(Measure::Leads, all.of(Measure::Leads)),
        rejected: figures.door(Measure::Rejected, all.of(Measure::Rejected)),
    };
    (view, page.rows.iter().map(|row| row.handoff).collect())
}

fn lead(row: &CountedHandoff, figures: &Doors<'_>, figures_alone: bool) -> LeadRow {
    let said = state_says(row, figures);
    let owner = owner_in_words(row, figures);
    let says = if said.is_empty() { owner } else { format!("{owner}; {said}") };
    LeadRow {
        href: (!figures_alone).then(|| Href::to(format!("/h/{}", row.handoff))),
        name: row.handoff.to_string(),
        company: format!("began {}", moments::when(row.opened, figures.now).short),
        state: (state_in_words(row.state), tone_of_state(row.state)),
        says,
    }
}

/// When recycled leads come back: those that may already, week by week, and later.
fn returns(figures: &Doors<'_>, all: &Group) -> ReturnsView {
    let now = figures.now;
    let today = midnight(now);
    let day = |moment| moments::calendar_day(moment, now);
    let mut periods = vec![("may be back".to_owned(), Period { to: today, ..Period::ALL })];
    for week in 0..WEEKS {
        let from = today + Span::days(week * 7);
        periods.push((format!("from {}", day(from)), Period { from, to: from + Span::days(7) }));
    }
    let later = today + Span::days(WEEKS * 7);
    periods.push((format!("from {} on", day(later)), Period { from: later, ..Period::ALL }));
    let step = |(name, period): (String, Period)| {
        let narrowed = figures.asked.returning(period);
        let filter = figures.of(&narrowed).filter(narrowed.period);
        let count = figures.counts.count(Measure::Recycled, &filter, now);
        let href = door_of(&narrowed, Measure::Recycled, count).href;
        Stage { name, count, share: String::new(), href }
    };
    let recycled = all.of(Measure::Recycled);
    let steps = if recycled == 0 { Vec::new() } else { periods.into_iter().map(step).collect() };
    ReturnsView { all: figures.door(Measure::Recycled, recycled), steps }
}
