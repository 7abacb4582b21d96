//! `GET /pulse/handoffs`: the handoffs that a number is of, as a page and as CSV.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use counts::{CountedHandoff, Measure, NameId, Names};
use domain::handoff::State as Stage;
use domain::{HandoffId, Moment};
use pages::Href;
use pages::counted::{CountedRow, CountedView};
use rules::Strategy;

use super::handoff::tone_of_state;
use super::moments;
use super::pulse::{Doors, narrowed};
use super::shell::{Here, Page};
use super::words::state_in_words;
use crate::auth::action::Action;
use crate::auth::grants::DataClass;
use crate::faces::api::app::App;
use crate::faces::api::counted_query::{By, CountedQuery};
use crate::faces::api::counts::{cursor, followed, seen_by};
use crate::faces::api::problem::Problem;
use crate::faces::api::query::Query;
use crate::faces::api::reading;
use crate::faces::api::signed_in::SignedIn;
use crate::faces::csv::Csv;
use crate::runtime::clock;
use crate::runtime::readers::Reading;
use crate::service::read::Access;
use crate::service::read::inbox::About;
use crate::service::teams::Teams;

/// Handoffs of a page.
const PAGE: usize = 50;
/// Handoffs of a file: the newest.
const FILE_ROWS_MAX: usize = 100_000;

fn measure(query: &Query<'_>) -> Result<Measure, Problem> {
    let named = query.read("count", "a count such as `accepted`", Measure::named)?;
    Ok(named.unwrap_or(Measure::Leads))
}

/// Shows the list.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    reader: SignedIn,
    request: Request,
) -> Result<Response, Problem> {
    let now = clock::now();
    let query = CountedQuery::parameters_of_page(request.uri(), &["count", "cursor"])?;
    let asked = CountedQuery::of(&query, now)?;
    let (measure, from) = (measure(&query)?, cursor(&query)?);
    reader.require(Action::ReadCounts)?;
    followed(&app).await?;
    let asked = seen_by(&app, &reader.caller(), asked).await?;
    let strategy = app.shared.strategy();
    let teams = Teams::of(strategy.as_deref());
    let (mut view, ids) = {
        let counts = app.figures.read();
        let figures = Doors { counts: &counts, teams: &teams, asked: &asked, now };
        let figures_alone = !reader.is_told(DataClass::Records);
        listed(&figures, measure, from, figures_alone)
    };
    let named = names_of(&app, &reader, ids, strategy).await?;
    for (row, named) in view.rows.iter_mut().zip(named) {
        if let Some(named) = named {
            (row.name, row.company) = named;
        }
    }
    let page = Page::for_reader(&app, &reader, Here::Pulse);
    Ok(page.show(&app, &view.title, &pages::counted::page(&view)).await)
}

/// The list as it is shown, before anybody is named in it.
fn listed(
    figures: &Doors<'_>,
    measure: Measure,
    from: Option<u64>,
    figures_alone: bool,
) -> (CountedView, Vec<HandoffId>) {
    let (asked, counts) = (figures.asked, figures.counts);
    let filter = figures.filter(asked.period);
    let page = counts.list(measure, &filter, figures.now, from, PAGE);
    let count = counts.count(measure, &filter, figures.now);
    let said = pages::text::count(count, "handoff", "handoffs");
    let path = format!("/pulse/handoffs?count={}&{}", measure.as_str(), asked.fixed());
    let rows = page.rows.iter().map(|row| row_view(row, figures, figures_alone)).collect();
    let view = CountedView {
        title: title(measure).to_owned(),
        says: format!("{said}, newest first. {}", figures.period_in_words()),
        narrowed: narrowed("/pulse", figures),
        back: Href::to(format!("/pulse?{}", asked.moving())),
        csv: Href::to(path.replacen("/pulse/handoffs?", "/pulse/handoffs/csv?", 1)),
        rows,
        next: page.next.map(|next| Href::to(format!("{path}&cursor={next}"))),
    };
    (view, page.rows.iter().map(|row| row.handoff).collect())
}

/// A count as a heading.
pub(super) const fn title(measure: Measure) -> &'static str {
    match measure {
        Measure::Leads => "Leads",
        Measure::Routed => "Routed to a person",
        Measure::Unrouted => "No person has had it",
        Measure::Accepted => "Accepted",
        Measure::Decided => "Accepted or rejected",
        Measure::Rejected => "Rejected",
        Measure::Touched => "Touched",
        Measure::Met => "Met",
        Measure::Qualified => "Qualified",
        Measure::Won => "Won",
        Measure::Lost => "Lost",
        Measure::Recycled => "Recycled",
        Measure::Disqualified => "Disqualified",
        Measure::Withdrawn => "Withdrawn",
        Measure::Open => "Open",
        Measure::Waiting => "Waiting to be taken",
        Measure::Working => "In work",
        Measure::Stalled => "Stalled",
        Measure::AcceptDue => "Due to be accepted",
        Measure::AcceptInTime => "Accepted in time",
        Measure::AcceptLate => "Not accepted in time",
        Measure::TouchDue => "Due for a first touch",
        Measure::TouchInTime => "First touch in time",
        Measure::TouchLate => "First touch late",
        Measure::Breached => "A target was missed",
        Measure::BreachedOpen => "Open, and a target was missed",
        Measure::Escalated => "Escalated",
        Measure::EscalatedOpen => "Open and escalated",
    }
}

fn row_view(row: &CountedHandoff, figures: &Doors<'_>, figures_alone: bool) -> CountedRow {
    let name = |id: NameId| figures.counts.names().name(id).to_owned();
    let id = row.handoff.to_string();
    let campaign = match (row.campaign.is_some(), figures.counts.is_erased(row)) {
        (true, _) => name(row.campaign),
        (false, true) => "erased".to_owned(),
        (false, false) => String::new(),
    };
    CountedRow {
        href: (!figures_alone).then(|| Href::to(format!("/h/{id}"))),
        name: id,
        company: String::new(),
        state: (state_in_words(row.state), tone_of_state(row.state)),
        state_says: state_says(row, figures),
        owner: owner_in_words(row, figures),
        pool: name(row.pool),
        from: By::Of(counts::Dimension::Source).called(&name(row.source), figures.teams),
        campaign,
        opened: moments::when(row.opened, figures.now),
        changed: moments::when(row.changed, figures.now),
    }
}

/// Who has it at present.
pub(super) fn owner_in_words(row: &CountedHandoff, figures: &Doors<'_>) -> String {
    let names = figures.counts.names();
    if row.with_member {
        return figures.teams.member(names.name(row.member)).to_owned();
    }
    match names.name(row.queue) {
        "" => "nobody at present".to_owned(),
        queue => format!("queue {queue}"),
    }
}

/// What belongs to the state: why it was refused last, or when it comes back.
pub(super) fn state_says(row: &CountedHandoff, figures: &Doors<'_>) -> String {
    if let (Stage::Recycled, Some(at)) = (row.state, row.returns) {
        return format!("back on {}", moments::calendar_day(at, figures.now));
    }
    let Some(last) = row.refusals.last() else { return String::new() };
    let reason = last.reason.as_str().replace('-', " ");
    let member = figures.counts.names().name(last.member);
    if member.is_empty() {
        return format!("rejected: {reason}");
    }
    format!("rejected by {}: {reason}", figures.teams.member(member))
}

/// Whose lead each handoff is, with their company. That it was read is recorded.
pub(super) async fn names_of(
    app: &Arc<App>,
    reader: &SignedIn,
    ids: Vec<HandoffId>,
    strategy: Option<Arc<Strategy>>,
) -> Result<Vec<Option<(String, String)>>, Problem> {
    let caller = reader.caller();
    let found = reading::read(app, Reading::Fold, Access::of(&caller), move |service| {
        service.about_each(&ids, strategy.as_deref())
    });
    let about = reading::recorded(app, caller.id, found.await?).await?;
    Ok(about.into_iter().map(|about| about.and_then(name_of)).collect())
}

/// Whose lead it is, with their company; the company alone where nobody said a name.
pub(super) fn name_of(about: About) -> Option<(String, String)> {
    match (about.person, about.company) {
        (Some(person), company) => Some((person, company.unwrap_or_default())),
        (None, Some(company)) => Some((company, String::new())),
        (None, None) => None,
    }
}

/// The list as CSV: ids and figures, nobody's name.
pub(super) async fn csv(
    State(app): State<Arc<App>>,
    reader: SignedIn,
    request: Request,
) -> Result<Response, Problem> {
    let now = clock::now();
    let query = CountedQuery::parameters_of_page(request.uri(), &["count"])?;
    let asked = CountedQuery::of(&query, now)?;
    let measure = measure(&query)?;
    reader.require(Action::ReadCounts)?;
    followed(&app).await?;
    let asked = seen_by(&app, &reader.caller(), asked).await?;
    let teams = Teams::of(app.shared.strategy().as_deref());
    let counts = app.figures.read();
    let filter = asked.filter(&counts, &teams, asked.period);
    let page = counts.list(measure, &filter, now, None, FILE_ROWS_MAX);
    let mut csv = Csv::new(&COLUMNS);
    page.rows.iter().for_each(|row| csv.row(cells(row, counts.names())));
    Ok(csv.answer("handoffs"))
}

const COLUMNS: [&str; 20] = [
    "handoff",
    "kind",
    "state",
    "member",
    "queue",
    "pool",
    "route",
    "source",
    "campaign",
    "asset",
    "began",
    "routed",
    "accepted",
    "first_touch",
    "met",
    "qualified",
    "changed",
    "returns",
    "rejected_for",
    "rejected_by",
];

fn cells(row: &CountedHandoff, names: &Names) -> [String; 20] {
    let name = |id: NameId| names.name(id).to_owned();
    let at = |moment: Option<Moment>| moment.map(|at| at.to_string()).unwrap_or_default();
    let last = row.refusals.last();
    [
        row.handoff.to_string(),
        name(row.kind),
        row.state.as_str().to_owned(),
        name(row.member),
        name(row.queue),
        name(row.pool),
        name(row.route),
        name(row.source),
        name(row.campaign),
        name(row.asset),
        row.opened.to_string(),
        at(row.routed),
        at(row.accepted),
        at(row.touched),
        at(row.met),
        at(row.qualified),
        row.changed.to_string(),
        at(row.returns),
        last.map(|one| one.reason.as_str().to_owned()).unwrap_or_default(),
        last.map(|one| name(one.member)).unwrap_or_default(),
    ]
}
