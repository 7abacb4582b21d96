//! From signals to deals, as counts and as a drawing for a terminal.

use std::fmt::Write as _;

use domain::handoff::State;
use serde::Serialize;

use super::figures::Figures;
use super::watch::{HandoffProgress, Watch};

/// The longest bar, in characters.
const BAR: u64 = 40;

/// One step of the funnel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What is counted.
    pub name: &'static str,
    /// How many.
    pub count: u64,
}

/// From handoffs to deals: each step is of the one before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Funnel {
    /// What it begins with: signals, people.
    pub signals: u64,
    /// People who are known.
    pub people: u64,
    /// The steps.
    pub steps: Vec<Step>,
    /// Open handoffs that nobody has, with why.
    pub unrouted: Vec<(String, u64)>,
}

impl Funnel {
    /// The funnel of everything that was watched.
    pub fn of(figures: &Figures, watch: &Watch) -> Self {
        let count = |name, holds: &dyn Fn(&HandoffProgress) -> bool| {
            let count = watch.handoffs().values().filter(|seen| holds(seen)).count() as u64;
            Step { name, count }
        };
        let reached =
            |state| move |seen: &HandoffProgress| seen.furthest >= state && seen.accepted.is_some();
        let steps = vec![
            count("handoffs", &|_| true),
            count("routed", &|seen| seen.routed.is_some()),
            count("accepted", &|seen| seen.accepted.is_some()),
            count("working", &reached(State::Working)),
            count("met", &reached(State::Met)),
            count("qualified", &reached(State::Qualified)),
            count("won", &reached(State::Won)),
        ];
        let unrouted = figures.unrouted.iter().map(|(why, count)| (why.clone(), *count)).collect();
        Self { signals: figures.signals, people: figures.people, steps, unrouted }
    }

    /// The funnel as lines of at most 100 columns: counts to the right, each rate with what it is
    /// of.
    pub fn drawn(&self) -> String {
        let mut out = String::new();
        let first = self.steps.first().map_or(0, |step| step.count);
        let _ = writeln!(
            out,
            "{} signals of {} people came to {} handoffs",
            grouped(self.signals),
            grouped(self.people),
            grouped(first)
        );
        let mut before: Option<Step> = None;
        for step in &self.steps {
            let width = (step.count * BAR).div_ceil(first.max(1)).min(BAR) as usize;
            let bar = "█".repeat(width);
            let _ = write!(out, "  {:<10}{:>8}  {bar:<40}", step.name, grouped(step.count));
            if let Some(before) = before.filter(|before| before.count > 0) {
                let rate = (step.count * 100 + before.count / 2) / before.count;
                let _ = write!(out, "  {rate:>3} % of {}", before.name);
            }
            while out.ends_with(' ') {
                out.pop();
            }
            out.push('\n');
            before = Some(*step);
        }
        let waits: u64 = self.unrouted.iter().map(|(_, count)| count).sum();
        let why: Vec<String> = self
            .unrouted
            .iter()
            .map(|(why, count)| format!("{why}: {}", grouped(*count)))
            .collect();
        let _ = match why.as_slice() {
            [] => writeln!(out, "  nobody waits for an owner"),
            why => writeln!(out, "  {} wait for an owner ({})", grouped(waits), why.join(", ")),
        };
        out
    }
}

/// A number with commas between its thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
