//! Which handoffs are counted, as an address says it: `?days=30&source=web&by=campaign`.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::http::Uri;
use counts::{Dimension, Duration, Filter, HandoffCounts, NameId, Period};
use domain::handoff::State;
use domain::reason::Code;
use domain::{HandoffId, Moment, Span};
use rustc_hash::FxHashSet;

use super::problem::Problem;
use super::query::{Query, digits, escape_query};
use crate::service::teams::Teams;

/// Days of a period where nobody says how many.
pub(in crate::faces) const DAYS: i64 = 30;
/// The longest period that is counted in days.
const DAYS_MAX: i64 = 3_660;
/// The word for all of time.
const ALL: &str = "all";

/// By what figures are told apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::faces) enum By {
    /// The team of the member.
    Team,
    /// What the handoff itself has.
    Of(Dimension),
}

impl By {
    /// All of them.
    pub(in crate::faces) const ALL: [Self; 8] = [
        Self::Team,
        Self::Of(Dimension::Source),
        Self::Of(Dimension::Campaign),
        Self::Of(Dimension::Asset),
        Self::Of(Dimension::Member),
        Self::Of(Dimension::Pool),
        Self::Of(Dimension::Route),
        Self::Of(Dimension::Kind),
    ];

    /// The word in addresses and JSON.
    pub(in crate::faces) const fn as_str(self) -> &'static str {
        match self {
            Self::Team => "team",
            Self::Of(dimension) => dimension.as_str(),
        }
    }

    /// Reads the word.
    pub(in crate::faces) fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == text)
    }

    /// As people say it.
    pub(in crate::faces) const fn title(self) -> &'static str {
        match self {
            Self::Team => "Team",
            Self::Of(Dimension::Kind) => "Kind",
            Self::Of(Dimension::Member) => "Owner",
            Self::Of(Dimension::Pool) => "Pool",
            Self::Of(Dimension::Route) => "Route",
            Self::Of(Dimension::Source) => "Source",
            Self::Of(Dimension::Campaign) => "Campaign",
            Self::Of(Dimension::Asset) => "Asset",
        }
    }

    /// What is said of handoffs that have nothing there.
    pub(in crate::faces) const fn none(self) -> &'static str {
        match self {
            Self::Team => "no team",
            Self::Of(Dimension::Kind) => "no kind",
            Self::Of(Dimension::Member) => "no owner yet",
            Self::Of(Dimension::Pool) => "no pool",
            Self::Of(Dimension::Route) => "no route",
            Self::Of(Dimension::Source) => "source not known",
            Self::Of(Dimension::Campaign) => "no campaign named",
            Self::Of(Dimension::Asset) => "no asset named",
        }
    }

    /// What people read for a value.
    pub(in crate::faces) fn called(self, value: &str, teams: &Teams) -> String {
        if value.is_empty() {
            return self.none().to_owned();
        }
        match self {
            Self::Team => teams.called(value),
            Self::Of(Dimension::Member) => teams.member(value).to_owned(),
            Self::Of(Dimension::Kind) => value.replace('-', " "),
            Self::Of(
                Dimension::Pool
                | Dimension::Route
                | Dimension::Source
                | Dimension::Campaign
                | Dimension::Asset,
            ) => value.to_owned(),
        }
    }
}

/// Which handoffs are counted.
#[derive(Clone, Debug)]
pub(in crate::faces) struct CountedQuery {
    /// A period of so many days that ends now; none where its ends were named.
    pub(in crate::faces) days: Option<i64>,
    /// Those that began in it.
    pub(in crate::faces) period: Period,
    /// What it is compared with.
    pub(in crate::faces) before: Period,
    /// Those with these values; an empty one is none at all.
    values: Vec<(By, String)>,
    state: Option<State>,
    reason: Option<Code>,
    said_by: Option<String>,
    took: Option<(Duration, Span, Span)>,
    returns: Option<Period>,
    /// Those that this member has at present.
    holder: Option<String>,
    /// Those among these; none where the reader is told of all.
    among: Option<Arc<FxHashSet<HandoffId>>>,
}

/// The parameters that it reads.
pub(in crate::faces) const PARAMETERS: [&str; 20] = [
    "days",
    "from",
    "to",
    "team",
    "source",
    "campaign",
    "asset",
    "member",
    "pool",
    "route",
    "kind",
    "without",
    "state",
    "reason",
    "said-by",
    "took",
    "returns-from",
    "returns-to",
    "by",
    "holder",
];

impl CountedQuery {
    /// Reads an address. `more` are parameters that its reader knows besides.
    pub(in crate::faces) fn parameters<'u>(
        uri: &'u Uri,
        more: &[&str],
    ) -> Result<Query<'u>, Problem> {
        Query::of(uri, &known(more))
    }

    /// The same of a page's address.
    pub(in crate::faces) fn parameters_of_page<'u>(
        uri: &'u Uri,
        more: &[&str],
    ) -> Result<Query<'u>, Problem> {
        Query::of_page(uri, &known(more))
    }

    /// What the parameters say at a moment.
    pub(in crate::faces) fn of(query: &Query<'_>, now: Moment) -> Result<Self, Problem> {
        let days = query.read("days", "a number of days, or `all`", days_named)?;
        let from = query.read("from", DAY_OR_MOMENT, |text| moment(text, Span::ZERO))?;
        // A day as the end is in the period.
        let to = query.read("to", DAY_OR_MOMENT, |text| moment(text, Span::DAY))?;
        let (days, period, before) = match (from, to) {
            (None, None) => {
                let days = days.unwrap_or(DAYS);
                let (period, before) = of_days(days, now);
                (Some(days), period, before)
            }
            (from, to) => {
                let to = to.unwrap_or(now + Span::SECOND);
                let period = Period { from: from.unwrap_or(Period::ALL.from), to };
                if period.from >= period.to {
                    let says = "`from` lies before `to`";
                    return Err(Problem::new(400, "query-unfit", says));
                }
                let open = from.is_none();
                (None, period, if open { NEVER } else { period.before() })
            }
        };
        let mut values = Vec::new();
        for by in By::ALL {
            if let Some(value) = query.text(by.as_str())? {
                values.push((by, value));
            }
        }
        let without = query.text("without")?.unwrap_or_default();
        for word in without.split(',').filter(|word| !word.is_empty()) {
            let by = By::named(word).ok_or_else(|| {
                Problem::new(400, "query-unfit", "`without` is such as `campaign` or `asset`")
            })?;
            values.push((by, String::new()));
        }
        Ok(Self {
            days,
            period,
            before,
            values,
            state: query.read("state", "a state such as `offered`", State::named)?,
            reason: query.read("reason", "a reason such as `bad-fit`", Code::named)?,
            said_by: query.text("said-by")?,
            took: query.read("took", "such as `route:500:1000`, in milliseconds", took)?,
            returns: returns(query)?,
            holder: query.text("holder")?,
            among: None,
        })
    }

    /// The handoffs of a period, as what is counted names them.
    pub(in crate::faces) fn filter(
        &self,
        counts: &HandoffCounts,
        teams: &Teams,
        period: Period,
    ) -> Filter {
        let names = counts.names();
        let find = |value: &str| names.find(value);
        let mut filter = Filter::opened(period);
        for (by, value) in &self.values {
            let (dimension, found) = match by {
                By::Team => (
                    Dimension::Member,
                    teams.members(value).iter().filter_map(|id| find(id)).collect(),
                ),
                By::Of(dimension) => (*dimension, find(value).into_iter().collect()),
            };
            filter = filter.with(dimension, found);
        }
        filter.state = self.state;
        // Somebody whom nobody knows said nothing.
        let said_by = self.said_by.as_deref().map(|id| find(id).unwrap_or(NameId::NONE));
        if self.reason.is_some() || said_by.is_some() {
            filter.refused = Some((self.reason, said_by));
        }
        (filter.took, filter.returns) = (self.took, self.returns);
        filter.in_hand_of = self.holder.as_deref().map(|id| find(id).into_iter().collect());
        filter.among.clone_from(&self.among);
        filter
    }

    /// The same for a reader who is told of these handoffs; of all where nothing is said.
    pub(in crate::faces) fn among(self, seen: Option<FxHashSet<HandoffId>>) -> Self {
        Self { among: seen.map(Arc::new), ..self }
    }

    /// The same narrowed to a value; an empty one is none at all.
    pub(in crate::faces) fn with(&self, by: By, value: &str) -> Self {
        let mut values = self.values.clone();
        values.retain(|(known, _)| *known != by);
        values.push((by, value.to_owned()));
        Self { values, ..self.clone() }
    }

    /// The same in one state.
    pub(in crate::faces) fn in_state(&self, state: State) -> Self {
        Self { state: Some(state), ..self.clone() }
    }

    /// The same where somebody refused for a reason, or a member did.
    pub(in crate::faces) fn refused(&self, reason: Option<Code>, by: Option<&str>) -> Self {
        Self { reason, said_by: by.map(str::to_owned), ..self.clone() }
    }

    /// The same where it took so long.
    pub(in crate::faces) fn took(&self, duration: Duration, from: Span, below: Span) -> Self {
        Self { took: Some((duration, from, below)), ..self.clone() }
    }

    /// The same with another period that ends now.
    pub(in crate::faces) fn over(&self, days: i64, now: Moment) -> Self {
        let (period, before) = of_days(days, now);
        Self { days: Some(days), period, before, ..self.clone() }
    }

    /// All handoffs there are.
    pub(in crate::faces) fn everything() -> Self {
        Self {
            days: Some(0),
            period: Period::ALL,
            before: NEVER,
            values: Vec::new(),
            state: None,
            reason: None,
            said_by: None,
            took: None,
            returns: None,
            holder: None,
            among: None,
        }
    }

    /// Those that come back in a period.
    pub(in crate::faces) fn returning(&self, period: Period) -> Self {
        Self { returns: Some(period), ..self.clone() }
    }

    /// Those that a member has at present.
    pub(in crate::faces) fn held_by(&self, member: &str) -> Self {
        Self { holder: Some(member.to_owned()), ..self.clone() }
    }

    /// Whatever began at any time.
    pub(in crate::faces) fn ever(&self) -> Self {
        Self { days: Some(0), period: Period::ALL, before: NEVER, ..self.clone() }
    }

    /// The value that it is narrowed to; an empty one is none at all.
    pub(in crate::faces) fn value(&self, by: By) -> Option<&str> {
        self.values.iter().find(|(known, _)| *known == by).map(|(_, value)| value.as_str())
    }

    /// What it is narrowed to, each with the same without it, for people.
    pub(in crate::faces) fn narrowed(&self, teams: &Teams) -> Vec<(String, Self)> {
        let mut all: Vec<(String, Self)> = Vec::new();
        for (at, (by, value)) in self.values.iter().enumerate() {
            let mut without = self.clone();
            without.values.remove(at);
            let called = by.called(value, teams);
            let title = by.title().to_lowercase();
            let says = if value.is_empty() { called } else { format!("{title} {called}") };
            all.push((says, without));
        }
        if let Some(state) = self.state {
            let says = state.as_str().replace('-', " ");
            all.push((says, Self { state: None, ..self.clone() }));
        }
        if let Some(reason) = self.reason {
            let says = format!("refused: {}", reason.as_str().replace('-', " "));
            all.push((says, Self { reason: None, ..self.clone() }));
        }
        if let Some(member) = &self.said_by {
            let says = format!("refused by {}", teams.member(member));
            all.push((says, Self { said_by: None, ..self.clone() }));
        }
        if let Some((duration, from, below)) = self.took {
            let measured = pages::text::measured;
            let (from, below) = (measured(from.as_ms()), measured(below.as_ms()));
            let says = format!("time to {} from {from} to {below}", duration.as_str());
            all.push((says, Self { took: None, ..self.clone() }));
        }
        if let Some(member) = &self.holder {
            let says = format!("with {}", teams.member(member));
            all.push((says, Self { holder: None, ..self.clone() }));
        }
        if self.returns.is_some() {
            all.push(("comes back then".to_owned(), Self { returns: None, ..self.clone() }));
        }
        all
    }

    /// The query of an address whose period stays as it is by its ends: a list is as long as its number.
    pub(in crate::faces) fn fixed(&self) -> String {
        let mut out = String::new();
        if self.period == Period::ALL {
            push(&mut out, "days", ALL);
        } else {
            if self.period.from > Period::ALL.from {
                push(&mut out, "from", &self.period.from.to_string());
            }
            push(&mut out, "to", &self.period.to.to_string());
        }
        self.rest(&mut out);
        out
    }

    /// The query of an address whose period goes on with the time, where it does.
    pub(in crate::faces) fn moving(&self) -> String {
        let Some(days) = self.days else { return self.fixed() };
        let mut out = String::new();
        let days = if days == 0 { ALL.to_owned() } else { days.to_string() };
        push(&mut out, "days", &days);
        self.rest(&mut out);
        out
    }

    fn rest(&self, out: &mut String) {
        let without: Vec<&str> = self
            .values
            .iter()
            .filter(|(_, value)| value.is_empty())
            .map(|(by, _)| by.as_str())
            .collect();
        for (by, value) in self.values.iter().filter(|(_, value)| !value.is_empty()) {
            push(out, by.as_str(), value);
        }
        if !without.is_empty() {
            push(out, "without", &without.join(","));
        }
        if let Some(state) = self.state {
            push(out, "state", state.as_str());
        }
        if let Some(reason) = self.reason {
            push(out, "reason", reason.as_str());
        }
        if let Some(member) = &self.said_by {
            push(out, "said-by", member);
        }
        if let Some((duration, from, below)) = self.took {
            let bounds = format!("{}:{}:{}", duration.as_str(), from.as_ms(), below.as_ms());
            push(out, "took", &bounds);
        }
        if let Some(member) = &self.holder {
            push(out, "holder", member);
        }
        if let Some(period) = self.returns {
            if period.from > Period::ALL.from {
                push(out, "returns-from", &period.from.to_string());
            }
            if period.to < Period::ALL.to {
                push(out, "returns-to", &period.to.to_string());
            }
        }
    }
}

/// A period in which nothing began.
const NEVER: Period = Period { from: Moment(i64::MIN), to: Moment(i64::MIN) };
const DAY_OR_MOMENT: &str = "a day like 2026-11-20, or a moment like 2026-11-20T13:38:02.911Z";

/// The parameters that are known where there are these more.
fn known<'p>(more: &[&'p str]) -> Vec<&'p str> {
    PARAMETERS.iter().chain(more).copied().collect()
}

fn push(out: &mut String, name: &str, value: &str) {
    let separator = if out.is_empty() { "" } else { "&" };
    let _ = write!(out, "{separator}{name}={}", escape_query(value));
}

/// When the day of a moment began, in UTC.
pub(in crate::faces) const fn midnight(now: Moment) -> Moment {
    Moment::from_seconds(now.seconds().div_euclid(86_400) * 86_400)
}

/// So many days that end now, and as many before, up to the same hour; 0 are all of time.
fn of_days(days: i64, now: Moment) -> (Period, Period) {
    if days == 0 {
        return (Period::ALL, NEVER);
    }
    let midnight = midnight(now);
    // Whole seconds are short in an address; what happens within this one is in.
    let to = Moment::from_seconds(now.seconds() + 1);
    let period = Period { from: midnight - Span::days(days - 1), to };
    let back = Span::days(days);
    (period, Period { from: period.from - back, to: period.to - back })
}

fn days_named(text: &str) -> Option<i64> {
    if text == ALL {
        return Some(0);
    }
    digits(text)?.parse().ok().filter(|days| (1..=DAYS_MAX).contains(days))
}

/// A moment, or the beginning of a day and so much.
fn moment(text: &str, into_the_day: Span) -> Option<Moment> {
    if text.len() == 10 {
        let midnight: Moment = format!("{text}T00:00:00Z").parse().ok()?;
        return Some(midnight + into_the_day);
    }
    text.parse().ok()
}

fn took(text: &str) -> Option<(Duration, Span, Span)> {
    let mut parts = text.split(':');
    let duration = Duration::named(parts.next()?)?;
    let mut ms = || digits(parts.next()?)?.parse::<i64>().ok();
    let (from, below) = (ms()?, ms()?);
    let whole = |ms: i64| (ms <= i64::MAX / 1_000).then(|| Span::ms(ms));
    (parts.next().is_none()).then_some((duration, whole(from)?, whole(below)?))
}

fn returns(query: &Query<'_>) -> Result<Option<Period>, Problem> {
    let from = query.read("returns-from", DAY_OR_MOMENT, |text| moment(text, Span::ZERO))?;
    let to = query.read("returns-to", DAY_OR_MOMENT, |text| moment(text, Span::DAY))?;
    if from.is_none() && to.is_none() {
        return Ok(None);
    }
    let (from, to) = (from.unwrap_or(Period::ALL.from), to.unwrap_or(Period::ALL.to));
    Ok(Some(Period { from, to }))
}

#[cfg(test)]
mod tests;
