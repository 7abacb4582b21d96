//! Which handoffs are looked at: those that began in a period, of one campaign, of one team.

use std::sync::Arc;

use domain::handoff::State;
use domain::reason::Code;
use domain::{HandoffId, Moment, Span};
use rustc_hash::FxHashSet;

use crate::names::NameId;
use crate::row::CountedHandoff;
use crate::times::Duration;

/// A stretch of time: from a moment, and before another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Period {
    /// The first moment.
    pub from: Moment,
    /// The first moment after it.
    pub to: Moment,
}

impl Period {
    /// All of time.
    pub const ALL: Self = Self { from: Moment(i64::MIN), to: Moment(i64::MAX) };

    /// Whether a moment is in it.
    pub fn has(self, moment: Moment) -> bool {
        self.from <= moment && moment < self.to
    }

    /// As much time, right before it.
    #[must_use]
    pub fn before(self) -> Self {
        Self { from: self.from - (self.to - self.from), to: self.from }
    }

    /// How long it is.
    pub fn length(self) -> Span {
        self.to - self.from
    }
}

/// By what handoffs are told apart.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Dimension {
    /// The kind of handoff.
    Kind,
    /// The member who has it or had it last.
    Member,
    /// The pool of its last owner.
    Pool,
    /// The route of its last owner.
    Route,
    /// The configured source of its signal.
    Source,
    /// The campaign that it came from.
    Campaign,
    /// The asset that it came from.
    Asset,
}

impl Dimension {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Kind,
        Self::Member,
        Self::Pool,
        Self::Route,
        Self::Source,
        Self::Campaign,
        Self::Asset,
    ];

    /// The word in addresses and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Member => "member",
            Self::Pool => "pool",
            Self::Route => "route",
            Self::Source => "source",
            Self::Campaign => "campaign",
            Self::Asset => "asset",
        }
    }

    /// What a handoff has there.
    pub const fn of(self, row: &CountedHandoff) -> NameId {
        match self {
            Self::Kind => row.kind,
            Self::Member => row.member,
            Self::Pool => row.pool,
            Self::Route => row.route,
            Self::Source => row.source,
            Self::Campaign => row.campaign,
            Self::Asset => row.asset,
        }
    }
}

/// Which handoffs are looked at. All that is said has to hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Filter {
    /// Those that began in it.
    pub opened: Period,
    /// Those that have one of these names there. No name at all lets nothing through.
    pub names: Vec<(Dimension, Vec<NameId>)>,
    /// Those that a person has at present who is among these.
    pub in_hand_of: Option<Vec<NameId>>,
    /// Those that are in this state.
    pub state: Option<State>,
    /// Those that were refused for this reason, or by this member, or both at once.
    pub refused: Option<(Option<Code>, Option<NameId>)>,
    /// Those that took so long: at least, and less than.
    pub took: Option<(Duration, Span, Span)>,
    /// Those that come back in it.
    pub returns: Option<Period>,
    /// Those among these.
    pub among: Option<Arc<FxHashSet<HandoffId>>>,
}

impl Default for Filter {
    fn default() -> Self {
        Self {
            opened: Period::ALL,
            names: Vec::new(),
            in_hand_of: None,
            state: None,
            refused: None,
            took: None,
            returns: None,
            among: None,
        }
    }
}

impl Filter {
    /// Those that began in a period.
    pub fn opened(period: Period) -> Self {
        Self { opened: period, ..Self::default() }
    }

    /// Of those, the ones with one of these names there.
    #[must_use]
    pub fn with(mut self, dimension: Dimension, names: Vec<NameId>) -> Self {
        self.names.push((dimension, names));
        self
    }

    /// Whether a handoff is looked at.
    pub fn lets_through(&self, row: &CountedHandoff) -> bool {
        let refused = |(reason, member): (Option<Code>, Option<NameId>)| {
            row.refusals.iter().any(|one| {
                reason.is_none_or(|reason| one.reason == reason)
                    && member.is_none_or(|member| one.member == member)
            })
        };
        let took = |(duration, least, below): (Duration, Span, Span)| {
            duration.of(row).is_some_and(|span| least <= span && span < below)
        };
        self.opened.has(row.opened)
            && self.names.iter().all(|(dimension, names)| names.contains(&dimension.of(row)))
            && self
                .in_hand_of
                .as_ref()
                .is_none_or(|names| row.with_member && names.contains(&row.member))
            && self.state.is_none_or(|state| row.state == state)
            && self.refused.is_none_or(refused)
            && self.took.is_none_or(took)
            && self.returns.is_none_or(|period| row.returns.is_some_and(|at| period.has(at)))
            && self.among.as_ref().is_none_or(|among| among.contains(&row.handoff))
    }
}
