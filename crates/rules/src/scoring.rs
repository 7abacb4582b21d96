//! Scoring: fit and engagement, each a sum of rules with its reasons.
//!
//! Points are kept in hundredths. Decay is continuous in elapsed time and computed with integers
//! from a table (`decay`), so that every machine comes to the same score.

mod decay;

mod once;

mod read;

use domain::fact::{Contribution, Score, ScoreGroup};
use domain::{Moment, SignalId, Span as Time};
use notation::Span;

use crate::expression::evaluate::View;
use crate::expression::{Condition, Frame};

use once::Counted;
pub use once::OncePer;

/// Signals that are named as evidence of one rule; the newest are.
pub const EVIDENCE_MAX: usize = 32;
/// Contributions for which there is room at once: few leads have more.
const CONTRIBUTIONS: usize = 8;
/// Half-lives after which a signal counts nothing.
const HALVINGS_MAX: i64 = 40;

/// How leads are scored.
#[derive(Clone, Debug, Default)]
pub struct Scoring {
    /// What they are.
    pub fit: Group,
    /// What they do.
    pub engagement: Group,
}

/// The rules of one half of the score.
#[derive(Clone, Debug, Default)]
pub struct Group {
    /// What the net sum is bounded by, in hundredths.
    pub cap: Option<i32>,
    /// In which time a signal's points halve.
    pub half_life: Option<Time>,
    /// The rules in order.
    pub rules: Vec<Rule>,
}

/// One rule of a score.
#[derive(Clone, Debug)]
pub struct Rule {
    /// What people call it.
    pub name: String,
    /// Hundredths of a point; may be negative.
    pub points: i32,
    /// What the decayed sum of its signals is bounded by, in hundredths.
    pub at_most: Option<i32>,
    /// In which time its signals' points halve.
    pub half_life: Option<Time>,
    /// What it looks at.
    pub looks_at: LooksAt,
    /// Where it stands.
    pub span: Span,
}

/// What a rule looks at.
#[derive(Clone, Debug)]
pub enum LooksAt {
    /// A condition: its points count while it holds.
    When(Condition),
    /// Signals of a kind: the points of each count, and fade.
    Signals {
        /// The kind, exactly.
        kind: String,
        /// The number of the kind, by which a frame knows it.
        symbol: u32,
        /// Which of them.
        filter: Option<Condition>,
        /// Of which only one counts; all count without.
        once_per: Option<OncePer>,
    },
}

impl Scoring {
    /// The score at the scene's moment. The total is the sum of the parts.
    pub fn score(&self, frame: &Frame<'_>) -> Score {
        let mut contributions = Vec::with_capacity(CONTRIBUTIONS);
        let mut sum = |group: ScoreGroup, rules: &Group| {
            let from = contributions.len();
            rules.contribute(group, frame, &mut contributions);
            contributions[from..]
                .iter()
                .map(|part: &Contribution| part.points)
                .fold(0, i32::saturating_add)
        };
        let fit = sum(ScoreGroup::Fit, &self.fit);
        let engagement = sum(ScoreGroup::Engagement, &self.engagement);
        Score { fit, engagement, contributions }
    }

    /// The group of that name.
    pub const fn group(&self, group: ScoreGroup) -> &Group {
        match group {
            ScoreGroup::Fit => &self.fit,
            ScoreGroup::Engagement => &self.engagement,
        }
    }

    /// What people call a contribution: its rule's name, or `Cap`.
    pub fn name(&self, group: ScoreGroup, rule: Option<u16>) -> &str {
        let rule = rule.and_then(|rule| self.group(group).rules.get(usize::from(rule)));
        rule.map_or("Cap", |rule| &rule.name)
    }

    /// How many rules there are.
    pub fn len(&self) -> usize {
        self.fit.rules.len() + self.engagement.rules.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Group {
    fn contribute(&self, group: ScoreGroup, frame: &Frame<'_>, to: &mut Vec<Contribution>) {
        let mut sum: i64 = 0;
        for (at, rule) in self.rules.iter().enumerate() {
            let (points, evidence) = rule.points(frame);
            if points != 0 {
                sum += i64::from(points);
                to.push(Contribution { group, rule: Some(at as u16), points, evidence });
            }
        }
        if let Some(cap) = self.cap.filter(|cap| sum > i64::from(*cap)) {
            let points = clamp(i128::from(i64::from(cap) - sum));
            to.push(Contribution { group, rule: None, points, evidence: Vec::new() });
        }
    }
}

impl Rule {
    fn points(&self, frame: &Frame<'_>) -> (i32, Vec<SignalId>) {
        match &self.looks_at {
            LooksAt::When(when) if when.holds_in(frame).holds() => {
                (self.points, evidence(when, frame))
            }
            LooksAt::When(_) => (0, Vec::new()),
            LooksAt::Signals { symbol, filter, once_per, .. } => {
                self.signals(*symbol, filter.as_ref(), once_per.as_ref(), frame)
            }
        }
    }

    fn signals(
        &self,
        kind: u32,
        filter: Option<&Condition>,
        once_per: Option<&OncePer>,
        frame: &Frame<'_>,
    ) -> (i32, Vec<SignalId>) {
        let now = frame.scene().now();
        let oldest = self.half_life.map(|half| Time(half.0.saturating_mul(HALVINGS_MAX)));
        let mut sum: i128 = 0;
        let mut evidence = Vec::new();
        let mut counted = once_per.map(Counted::new);
        for touch in frame.touches(kind, oldest.map(|oldest| now - oldest)) {
            let view = || View { touch: Some(touch), ..View::of(frame.scene()) };
            if filter.is_some_and(|filter| !filter.view_truth(&view()).holds()) {
                continue;
            }
            if counted.as_mut().is_some_and(|counted| !counted.counts(&touch)) {
                continue;
            }
            sum += i128::from(self.points) * i128::from(self.left(touch.moment, now));
            if evidence.len() < EVIDENCE_MAX {
                evidence.push(touch.signal);
            }
        }
        let mut points = decay::round(sum);
        if let Some(most) = self.at_most {
            points = points.clamp(-i128::from(most), i128::from(most));
        }
        (clamp(points), evidence)
    }

    /// What is left of one point of a signal, in parts of [`decay::WHOLE`].
    fn left(&self, moment: Moment, now: Moment) -> u64 {
        self.half_life.map_or(decay::WHOLE, |half| decay::left(now - moment, half))
    }
}

fn clamp(points: i128) -> i32 {
    points.clamp(i128::from(i32::MIN / 4), i128::from(i32::MAX / 4)) as i32
}

/// The signals that a condition's fields are known from, each once.
fn evidence(when: &Condition, frame: &Frame<'_>) -> Vec<SignalId> {
    let mut signals = Vec::with_capacity(when.evidence().len());
    for slot in when.evidence() {
        if let Some(signal) = frame.source(*slot)
            && !signals.contains(&signal)
        {
            signals.push(signal);
        }
    }
    signals
}
