//! What came of a handoff becomes a row to learn from: what was known when it was decided, and what
//! happened. A row holds points, times and codes alone, so that it outlives an erasure.

use domain::fact::{ScoreGroup, StrategyVersion};
use domain::handoff::{Owner, State};
use domain::{HandoffId, Moment};
use serde::Serialize;

use crate::state::Handoff;

/// A row to learn from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lesson {
    /// Which handoff.
    pub handoff: HandoffId,
    /// Which kind of handoff.
    pub kind: String,
    /// The strategy whose rules the points speak of.
    pub strategy: Option<StrategyVersion>,
    /// When it was decided.
    pub decided: Moment,
    /// The points of each rule, in hundredths.
    pub features: Vec<Feature>,
    /// Who had it last.
    pub owner: Owner,
    /// How many owners were looked for.
    pub rounds: u32,
    /// From the decision to the acceptance, in milliseconds.
    pub accept_ms: Option<i64>,
    /// From the decision to the first human touch, in milliseconds.
    pub touch_ms: Option<i64>,
    /// What came of it.
    pub label: State,
}

/// What one rule gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Feature {
    /// `fit` or `engagement`.
    pub group: &'static str,
    /// Which rule of the group, by its place; none for what a cap removed.
    pub rule: Option<u16>,
    /// Hundredths of a point.
    pub points: i32,
}

/// The lesson of a handoff; none while nothing has come of it.
pub fn learn(handoff: &Handoff) -> Option<Lesson> {
    if !handoff.state.is_terminal() || handoff.state == State::Withdrawn {
        return None;
    }
    let features = handoff.score.contributions.iter().map(|part| Feature {
        group: match part.group {
            ScoreGroup::Fit => "fit",
            ScoreGroup::Engagement => "engagement",
        },
        rule: part.rule,
        points: part.points,
    });
    let since = |moment: Option<Moment>| moment.map(|moment| (moment - handoff.opened).as_ms());
    Some(Lesson {
        handoff: handoff.id,
        kind: handoff.kind.clone(),
        strategy: handoff.strategy,
        decided: handoff.opened,
        features: features.collect(),
        owner: handoff.owner.clone(),
        rounds: handoff.round,
        accept_ms: since(handoff.accepted),
        touch_ms: since(handoff.touched),
        label: handoff.state,
    })
}
