//! `GET /pulse`: is work flowing, and what needs a person.

mod breakdown;
mod figures;
mod needs;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use counts::{Duration, Group, Measure, Times};
use domain::Moment;
use domain::handoff::State as Stage;
use pages::Href;
use pages::charts::{Bar, Mark, Stage as FunnelStage};
use pages::parts::{Door, Narrowed, Tab, Tone};
use pages::pulse::{NeedView, PulseView, TargetView, TimesView};
use store::{EntryState, Read};

use super::shell::{Here, Page};
use super::words::state_in_words;
use crate::auth::action::Action;
use crate::faces::api::app::App;
use crate::faces::api::counted_query::{By, CountedQuery};
use crate::faces::api::counts::{followed, seen_by};
use crate::faces::api::problem::Problem;
use crate::faces::api::reading;
use crate::faces::api::signed_in::SignedIn;
use crate::runtime::clock;
use crate::runtime::readers::Reading;
use crate::service::figures::Lag;
use crate::service::read::Access;
use crate::service::teams::Teams;
pub(super) use breakdown::csv;
pub(super) use figures::{ACCEPTED, Doors, door_of, refusals};
pub(super) use needs::Needs;

/// Periods that are offered, in days; 0 is all of time.
const PERIODS: [(i64, &str); 5] =
    [(1, "Today"), (7, "7 days"), (30, "30 days"), (90, "90 days"), (0, "All")];
/// Bars of a histogram.
const BARS_MAX: usize = 28;
/// Points of a share over time.
const POINTS: usize = 12;
/// Entries that are counted.
const HELD_MAX: usize = 200;

/// Shows it.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    reader: SignedIn,
    request: Request,
) -> Result<Response, Problem> {
    let now = clock::now();
    let query = CountedQuery::parameters_of_page(request.uri(), &[])?;
    let asked = CountedQuery::of(&query, now)?;
    let by = query.read("by", "such as `source` or `campaign`", By::named)?;
    reader.require(Action::ReadCounts)?;
    let lag = followed(&app).await?;
    let asked = seen_by(&app, &reader.caller(), asked).await?;
    let besides = besides(&app, &reader).await?;
    let teams = Teams::of(app.shared.strategy().as_deref());
    let view = {
        let counts = app.figures.read();
        let figures = Doors { counts: &counts, teams: &teams, asked: &asked, now };
        view(&figures, by.unwrap_or(By::Team), lag, &besides)
    };
    let page = Page::for_reader(&app, &reader, Here::Pulse);
    Ok(page.show(&app, "Pulse", &pages::pulse::page(&view)).await)
}

/// What waits for a person and is no handoff of the period.
struct Besides {
    /// Leads that wait in a line, where the reader sees the desk.
    waiting: Option<usize>,
    /// Entries that are held, and whether there are more, where the reader may repair them.
    held: Option<(usize, bool)>,
}

async fn besides(app: &Arc<App>, reader: &SignedIn) -> Result<Besides, Problem> {
    let desk = reader.may(Action::ReadDesk);
    let repairs = reader.may(Action::ReadQuarantine);
    let access = Access::of(&reader.caller());
    let waiting = reading::read(app, Reading::Fold, access, move |service| {
        desk.then(|| service.waiting_count()).transpose()
    });
    let waiting = waiting.await?;
    let found = app.fold(move |store| {
        let held = repairs
            .then(|| store.entries(Some(EntryState::Waiting), None, HELD_MAX))
            .transpose()?;
        Ok(Besides { waiting, held: held.map(|page| (page.rows.len(), page.next.is_some())) })
    });
    found.await
}

fn view(figures: &Doors<'_>, by: By, lag: Lag, besides: &Besides) -> PulseView {
    let now = figures.group(figures.asked.period);
    let before = figures.group(figures.asked.before);
    PulseView {
        says: figures.period_in_words(),
        behind: behind(lag),
        periods: periods("/pulse", figures.asked, by, figures.now),
        narrowed: narrowed("/pulse", figures),
        funnel: funnel(figures, &now),
        unrouted: unrouted(figures),
        accepted: figures.share(ACCEPTED, &now, &before),
        needs: needs(figures, besides),
        times: Duration::ALL.map(|duration| times(figures, duration)).to_vec(),
        targets: targets(figures, &now, &before),
        refusals: refusals(figures, &now),
        table: breakdown::view(figures, by),
    }
}

/// How far figures are behind, for people; none where they are not.
pub(super) fn behind(lag: Lag) -> Option<String> {
    use pages::text::{share, thousands};
    if lag.entries > 0 {
        let read = share(lag.of.saturating_sub(lag.entries), lag.of).unwrap_or_default();
        return Some(format!(
            "The figures are being counted: {read} of the journal is read. Load the page again in a moment."
        ));
    }
    (lag.origins > 0).then(|| {
        format!("Campaign and asset of {} handoffs are not read yet.", thousands(lag.origins))
    })
}

/// The periods that are offered.
pub(super) fn periods(path: &str, asked: &CountedQuery, by: By, now: Moment) -> Vec<Tab> {
    let tab = |(days, name): (i64, &str)| Tab {
        name: name.to_owned(),
        href: Href::to(format!("{path}?{}&by={}", asked.over(days, now).moving(), by.as_str())),
        here: asked.days == Some(days),
    };
    PERIODS.map(tab).to_vec()
}

/// What a page of figures is narrowed to.
pub(super) fn narrowed(path: &str, figures: &Doors<'_>) -> Vec<Narrowed> {
    let all = figures.asked.narrowed(figures.teams).into_iter();
    let one = |(says, without): (String, CountedQuery)| Narrowed {
        says,
        without: Href::to(format!("{path}?{}", without.moving())),
    };
    all.map(one).collect()
}

fn funnel(figures: &Doors<'_>, group: &Group) -> Vec<FunnelStage> {
    let mut stages = Vec::new();
    // Signals are counted by their source alone.
    let by_source = By::Of(counts::Dimension::Source);
    let narrowed = figures.asked.narrowed(figures.teams).len();
    let source = figures.asked.value(by_source);
    if narrowed == usize::from(source.is_some()) {
        let signals = figures.counts.signals(figures.asked.period);
        let of = |id: &counts::NameId| {
            source.is_none_or(|source| figures.counts.names().name(*id) == source)
        };
        let count = signals.iter().filter(|(id, _)| of(id)).map(|(_, count)| count).sum();
        let name = "Signals".to_owned();
        stages.push(FunnelStage { name, count, share: String::new(), href: None });
    }
    let mut of = None;
    for (name, measure) in [
        ("Leads", Measure::Leads),
        ("Routed", Measure::Routed),
        ("Accepted", Measure::Accepted),
        ("Met", Measure::Met),
        ("Qualified", Measure::Qualified),
        ("Won", Measure::Won),
    ] {
        let count = group.of(measure);
        let share = of.and_then(|whole| pages::text::share(count, whole));
        let href = figures.door(measure, count).href.filter(|_| count > 0);
        let share = share.unwrap_or_default();
        stages.push(FunnelStage { name: name.to_owned(), count, share, href });
        of = Some(count);
    }
    stages
}

/// Where those are that no person has had.
fn unrouted(figures: &Doors<'_>) -> Vec<(String, Door)> {
    let filter = figures.filter(figures.asked.period);
    let mut states: Vec<(Stage, u64)> =
        figures.counts.by_state_of(Measure::Unrouted, &filter, figures.now).into_iter().collect();
    states.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let state = |(state, count): (Stage, u64)| {
        let door = door_of(&figures.asked.in_state(state), Measure::Unrouted, count);
        (state_in_words(state), door)
    };
    states.into_iter().map(state).collect()
}

fn needs(figures: &Doors<'_>, besides: &Besides) -> Vec<NeedView> {
    let ever = figures.asked.ever();
    let open = figures.of(&ever);
    let group = open.group(ever.period);
    let mut needs = Needs::default();
    needs.breached(&open, &group);
    needs.in_review(&open);
    needs.in_line(besides.waiting.unwrap_or(0) as u64);
    needs.stalled(&open, &group);
    if let Some((held, more)) = besides.held {
        let says = if more { "signals are held, and more" } else { "signals are held" };
        let repair = (Some(Href::to("/quarantine")), "Repair");
        needs.add(held as u64, ("held", Tone::Look), says, repair);
    }
    needs.found()
}

fn targets(figures: &Doors<'_>, now: &Group, before: &Group) -> Vec<TargetView> {
    let filter = figures.filter(figures.asked.period);
    let steps = figures.counts.over_time(&bounded(figures, filter), POINTS, figures.now);
    let target = |title: &str, met: Measure, due: Measure, late: Measure| {
        let share = |group: &Group| match group.of(due) {
            0 => None,
            due => Some(group.of(met) as f64 / due as f64),
        };
        TargetView {
            title: title.to_owned(),
            share: figures.share((met, due), now, before),
            late: figures.door(late, now.of(late)),
            line: steps.iter().map(share).collect(),
        }
    };
    vec![
        target("Accepted in time", Measure::AcceptInTime, Measure::AcceptDue, Measure::AcceptLate),
        target("First touch in time", Measure::TouchInTime, Measure::TouchDue, Measure::TouchLate),
    ]
}

/// A filter whose period has two ends: all of time begins with the first handoff.
fn bounded(figures: &Doors<'_>, mut filter: counts::Filter) -> counts::Filter {
    if filter.opened == counts::Period::ALL {
        filter.opened.from = figures.counts.first().unwrap_or(figures.now);
        filter.opened.to = figures.now + domain::Span::SECOND;
    }
    filter
}

pub(super) fn times(figures: &Doors<'_>, duration: Duration) -> TimesView {
    let of = |period| figures.counts.times(duration, &figures.filter(period));
    let (times, before) = (of(figures.asked.period), of(figures.asked.before));
    let (title, says, measure) = match duration {
        Duration::ToRoute => ("Time to route", "from the signal to a person", Measure::Routed),
        Duration::ToAccept => ("Time to accept", "from then to who took it", Measure::Accepted),
        Duration::ToTouch => ("Time to first touch", "from then to a touch", Measure::Touched),
    };
    let bar = |bucket: counts::Bucket| {
        let narrowed = figures.asked.took(duration, bucket.from, bucket.below);
        Bar {
            from_ms: bucket.from.as_ms(),
            below_ms: bucket.below.as_ms(),
            count: bucket.count,
            href: door_of(&narrowed, Measure::Leads, bucket.count).href,
        }
    };
    let count = times.count() as u64;
    TimesView {
        title: title.to_owned(),
        says: says.to_owned(),
        all: figures.door(measure, count),
        bars: times.buckets(BARS_MAX).into_iter().map(bar).collect(),
        marks: marks(&times),
        before_ms: before.percentile(50).map(domain::Span::as_ms),
    }
}

fn marks(times: &Times) -> Vec<Mark> {
    let mark = |percent: u8| {
        let at = times.percentile(usize::from(percent))?;
        Some(Mark { percent, ms: at.as_ms() })
    };
    [50, 90, 99].into_iter().filter_map(mark).collect()
}
