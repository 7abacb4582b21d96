//! The rehearsal: a history played under a strategy, and what came of it.

use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crank::CrankError;
use domain::{Moment, Span};
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};
use rules::Strategy;
use serde::Serialize;

use super::afterwards::{self, KnownOutcomes};
use super::against::{Against, AgainstSummary, Side};
use super::behaviour::Behaviour;
use super::handoff_tally::HandoffTally;
use super::line::Lead;
use super::play::{Play, RUNS_ON};
use super::read::History;
use super::summary::{Summary, field_of, sum_up};
use super::tally::{RowDecision, Tally};
use super::{Progress, threads};

/// How far rows without a time follow one another. Nothing is known of theirs.
const UNDATED_APART: Span = Span::MINUTE;
/// How many rows are played between two words about progress.
const ROWS_BETWEEN: usize = 256;

/// Why a rehearsal did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum Unfinished {
    /// Whoever is told of its progress stopped it.
    #[error("it was stopped")]
    Stopped,
    /// The loop failed.
    #[error(transparent)]
    Failed(#[from] CrankError),
}

/// What a rehearsal found.
#[derive(Debug)]
pub struct Rehearsal {
    /// Under which strategy.
    pub strategy: Arc<Strategy>,
    /// How owners behaved.
    pub behaviour: Behaviour,
    /// The base names of the files.
    pub files: Vec<String>,
    /// The leads by moment, then by the order of the files.
    pub leads: Vec<Lead>,
    /// When work in hand became more or less, and how much there was then, over all reps.
    pub work: Vec<(Moment, u32)>,
    /// All of it in sum.
    pub summary: Summary,
    /// What differs under another strategy, where one was played beside.
    pub against: Option<Against>,
}

/// Plays a history under a strategy, until whoever is told of the progress breaks it off. The number of threads changes how long it takes and nothing else:
/// turns are taken in order.
pub fn rehearse(
    strategy: &Arc<Strategy>,
    history: &History,
    behaviour: Behaviour,
    threads: usize,
    progress: &dyn Fn(Progress) -> ControlFlow<()>,
) -> Result<Rehearsal, Unfinished> {
    let known = afterwards::gather(history, &afterwards::leads(history));
    let order = order(strategy, history, behaviour);
    let begins = order.rows.first().map_or(Moment::EPOCH, |(_, moment)| *moment);
    let mut play = Play::begin(strategy, history, &known, behaviour, begins)?;
    for (at, (place, moment)) in order.rows.iter().enumerate() {
        if at % ROWS_BETWEEN == 0 {
            let told = Progress::Playing { rows: at as u64, of: order.rows.len() as u64 };
            if progress(told).is_break() {
                return Err(Unfinished::Stopped);
            }
        }
        if at == order.dated {
            play.until(*moment)?;
            play.without_time()?;
        }
        play.row(*place, *moment)?;
    }
    let order = order.rows;
    let ends = order.last().map_or(Moment::EPOCH, |(_, moment)| *moment);
    play.until(ends + RUNS_ON)?;
    // It is over: there is nothing to stop.
    let _ = progress(Progress::Playing { rows: order.len() as u64, of: order.len() as u64 });
    let tally = play.tally;
    let leads = leads(history, &known, &tally, &order, threads);
    let summary = sum_up(strategy, history, &known, &tally, &leads, behaviour.name());
    Ok(Rehearsal {
        strategy: Arc::clone(strategy),
        behaviour,
        files: history.files.clone(),
        leads,
        work: tally.work,
        summary,
        against: None,
    })
}

/// Plays the same history under two strategies, side by side where there is more than one thread, and
/// compares what came of the leads under the first with the second.
pub fn rehearse_against(
    (strategy, other): (&Arc<Strategy>, &Arc<Strategy>),
    history: &History,
    behaviour: Behaviour,
    threads: usize,
    progress: &(dyn Fn(Progress) -> ControlFlow<()> + Sync),
) -> Result<Rehearsal, Unfinished> {
    let played = [AtomicU64::new(0), AtomicU64::new(0)];
    let both = |side: usize| {
        let played = &played;
        move |told: Progress| {
            let Progress::Playing { rows, of } = told else { return ControlFlow::Continue(()) };
            played[side].store(rows, Ordering::Relaxed);
            let rows = played.iter().map(|rows| rows.load(Ordering::Relaxed)).sum();
            progress(Progress::Playing { rows, of: of * 2 })
        }
    };
    let (first, second) = (both(0), both(1));
    let here = || rehearse(strategy, history, behaviour, threads, &first);
    let there = || rehearse(other, history, behaviour, threads, &second);
    let (here, there) = match threads::pool(threads) {
        Some(pool) => pool.join(here, there),
        None => (here(), there()),
    };
    Ok(here?.compared(there?))
}

impl Rehearsal {
    /// Says of each lead what differs under another strategy.
    fn compared(mut self, other: Self) -> Self {
        let Self { strategy, leads, summary, .. } = other;
        let other = Side { strategy, leads, summary };
        self.against = Some(Against::of(&self.leads, &self.strategy, other));
        self
    }

    /// Writes a line of JSON a lead, and the summary last.
    pub fn write(&self, out: &mut impl io::Write, threads: usize) -> io::Result<()> {
        let line = |(at, lead): (usize, &Lead)| {
            let against = self.against.as_ref().and_then(|against| against.line(at));
            lead.json(&*self.strategy, against)
        };
        let lines: Vec<String> = match threads::pool(threads) {
            Some(pool) => pool.install(|| self.leads.par_iter().enumerate().map(line).collect()),
            None => self.leads.iter().enumerate().map(line).collect(),
        };
        for line in lines {
            out.write_all(line.as_bytes())?;
            out.write_all(b"\n")?;
        }
        let against = self.against.as_ref().map(|against| &against.summary);
        let last = Last { summary: Whole { summary: &self.summary, against } };
        serde_json::to_writer(&mut *out, &last)?;
        out.write_all(b"\n")
    }
}

#[derive(Serialize)]
struct Last<'a> {
    summary: Whole<'a>,
}

#[derive(Serialize)]
struct Whole<'a> {
    #[serde(flatten)]
    summary: &'a Summary,
    #[serde(skip_serializing_if = "Option::is_none")]
    against: Option<&'a AgainstSummary>,
}

/// The rows that are played, each with its moment.
struct Order {
    rows: Vec<(usize, Moment)>,
    /// How many of them are played before the first that has no time.
    dated: usize,
}

/// Orders rows by moment, then by the order of the files. What was known from the start comes first,
/// at the moment of the first row. Rows without a time come once all others have come to their end.
fn order(strategy: &Strategy, history: &History, behaviour: Behaviour) -> Order {
    let rows = history.rows.iter().enumerate();
    let played = rows.filter(|(_, row)| behaviour == Behaviour::Recorded || !row.outcome_only);
    let (mut dated, mut undated, mut first) = (Vec::new(), Vec::new(), Vec::new());
    for (place, row) in played {
        match row.incoming.content.occurred {
            Some(moment) => dated.push((place, moment)),
            None if row.at_start => first.push(place),
            None => undated.push(place),
        }
    }
    dated.sort_by_key(|(place, moment)| (*moment, *place));
    let start = dated.first().map_or_else(|| without_any_time(strategy), |(_, moment)| *moment);
    let mut rows: Vec<_> = first.into_iter().map(|place| (place, start)).collect();
    rows.extend(dated);
    let dated = rows.len();
    let mut next = match rows.last() {
        Some((_, last)) => *last + RUNS_ON,
        None => without_any_time(strategy),
    };
    for place in undated {
        rows.push((place, next));
        next = next + UNDATED_APART;
    }
    Order { rows, dated }
}

/// Where a history without any time begins: on the first Monday on which everybody has joined, at nine.
fn without_any_time(strategy: &Strategy) -> Moment {
    let joined = strategy.team.members.iter().filter_map(|member| member.tenure.from).max();
    let day = joined.unwrap_or(Date::constant(2024, 1, 1));
    let monday = if day.weekday() == Weekday::Monday {
        Ok(day)
    } else {
        day.nth_weekday(1, Weekday::Monday)
    };
    let nine = monday.unwrap_or(day).at(9, 0, 0, 0).to_zoned(TimeZone::UTC);
    nine.map_or(Moment::EPOCH, |nine| Moment::from_timestamp(nine.timestamp()))
}

fn leads(
    history: &History,
    known: &KnownOutcomes,
    tally: &Tally,
    order: &[(usize, Moment)],
    threads: usize,
) -> Vec<Lead> {
    let field = field_of(history);
    let told = |(place, moment): &(usize, Moment)| {
        let row = &history.rows[*place];
        if !row.lead {
            return None;
        }
        let told = tally.told.get(place)?;
        let case = told.handoff.and_then(|handoff| tally.handoffs.get(&handoff));
        let joined = case.is_some_and(|case| tally.row_of_signal(case.signal) != Some(*place));
        let value = field.as_ref().and_then(|field| row.incoming.content.fields.get(field));
        let (result, without) = told.result(case);
        Some(Lead {
            place: *place,
            id: row.incoming.content.source_id.to_string(),
            moment: *moment,
            undated: row.incoming.content.occurred.is_none(),
            action: told.action,
            kind: told.kind.clone(),
            handoff: told.handoff,
            joined,
            owned: case.map(|case| case.owned.clone()),
            earlier: case.map(|case| case.earlier.clone()).unwrap_or_default(),
            routing: case.map(|case| Arc::clone(&case.routing)),
            reasons: reasons(told, case.filter(|_| !joined)),
            score: Arc::clone(&told.score),
            routed_after: case.filter(|_| !joined).and_then(|case| Some(case.assigned? - *moment)),
            result,
            without,
            segment: value.and_then(|value| value.text()).map(str::to_owned),
            afterwards: known.of.get(place).cloned().unwrap_or_default(),
        })
    };
    match threads::pool(threads) {
        Some(pool) => pool.install(|| {
            let leads: Vec<Option<Lead>> = order.par_iter().with_min_len(256).map(told).collect();
            leads.into_iter().flatten().collect()
        }),
        None => order.iter().filter_map(told).collect(),
    }
}

fn reasons(told: &RowDecision, case: Option<&HandoffTally>) -> Vec<domain::reason::Reason> {
    let stopped = told.stopped.map(domain::reason::Reason::new);
    let routed = case.into_iter().flat_map(|case| &case.routing.reasons);
    stopped.into_iter().chain(told.reasons.iter().chain(routed).cloned()).collect()
}
