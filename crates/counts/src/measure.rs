//! What is counted: each measure is a question to one handoff, and its list asks the same.

use domain::handoff::{State, Target};
use domain::{Moment, Span};

use crate::row::CountedHandoff;

/// Work in which nothing happened for so long counts as stalled.
const STALLED_AFTER: Span = Span::days(7);

/// What is counted. A handoff counts once, however often something happened to it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Measure {
    /// All handoffs that began.
    Leads,
    /// A person had it.
    Routed,
    /// No person ever had it.
    Unrouted,
    /// Somebody took it.
    Accepted,
    /// Somebody took it or refused it.
    Decided,
    /// Somebody refused it.
    Rejected,
    /// There was a human touch.
    Touched,
    /// There was a meeting, or what comes after one.
    Met,
    /// It was said to be qualified, or won.
    Qualified,
    /// It was won.
    Won,
    /// It was lost.
    Lost,
    /// It went back to nurture.
    Recycled,
    /// It is never to become a customer.
    Disqualified,
    /// It was taken back.
    Withdrawn,
    /// It is on its way.
    Open,
    /// It is on its way, and nobody has taken it.
    Waiting,
    /// Somebody has taken it and works on it.
    Working,
    /// Somebody works on it, and nothing happened for seven days.
    Stalled,
    /// It was taken or should have been by now.
    AcceptDue,
    /// It was taken before its target.
    AcceptInTime,
    /// Its target to be taken was missed.
    AcceptLate,
    /// It was touched or should have been by now.
    TouchDue,
    /// It was touched before its target.
    TouchInTime,
    /// Its target of a first touch was missed.
    TouchLate,
    /// A target was missed.
    Breached,
    /// A target was missed, and it is still on its way.
    BreachedOpen,
    /// Somebody was reminded or told on silence.
    Escalated,
    /// Somebody was reminded or told, and it is still on its way.
    EscalatedOpen,
}

impl Measure {
    /// All of them.
    pub const ALL: [Self; 28] = [
        Self::Leads,
        Self::Routed,
        Self::Unrouted,
        Self::Accepted,
        Self::Decided,
        Self::Rejected,
        Self::Touched,
        Self::Met,
        Self::Qualified,
        Self::Won,
        Self::Lost,
        Self::Recycled,
        Self::Disqualified,
        Self::Withdrawn,
        Self::Open,
        Self::Waiting,
        Self::Working,
        Self::Stalled,
        Self::AcceptDue,
        Self::AcceptInTime,
        Self::AcceptLate,
        Self::TouchDue,
        Self::TouchInTime,
        Self::TouchLate,
        Self::Breached,
        Self::BreachedOpen,
        Self::Escalated,
        Self::EscalatedOpen,
    ];

    /// The word in addresses and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Leads => "leads",
            Self::Routed => "routed",
            Self::Unrouted => "unrouted",
            Self::Accepted => "accepted",
            Self::Decided => "decided",
            Self::Rejected => "rejected",
            Self::Touched => "touched",
            Self::Met => "met",
            Self::Qualified => "qualified",
            Self::Won => "won",
            Self::Lost => "lost",
            Self::Recycled => "recycled",
            Self::Disqualified => "disqualified",
            Self::Withdrawn => "withdrawn",
            Self::Open => "open",
            Self::Waiting => "waiting",
            Self::Working => "working",
            Self::Stalled => "stalled",
            Self::AcceptDue => "accept-due",
            Self::AcceptInTime => "accept-in-time",
            Self::AcceptLate => "accept-late",
            Self::TouchDue => "touch-due",
            Self::TouchInTime => "touch-in-time",
            Self::TouchLate => "touch-late",
            Self::Breached => "breached",
            Self::BreachedOpen => "breached-open",
            Self::Escalated => "escalated",
            Self::EscalatedOpen => "escalated-open",
        }
    }

    /// Reads the word.
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == text)
    }

    /// Its place among all.
    pub(crate) const fn place(self) -> usize {
        self as usize
    }

    /// Whether a handoff counts.
    pub fn holds(self, row: &CountedHandoff, now: Moment) -> bool {
        let reached = |target| row.reached(target).is_some() && row.has_clock(target);
        let judged = |target| reached(target) || row.has_missed(target);
        let in_time = |target| reached(target) && !row.has_missed(target);
        let open = !row.state.is_terminal();
        match self {
            Self::Leads => true,
            Self::Routed => row.routed.is_some(),
            Self::Unrouted => row.routed.is_none(),
            Self::Accepted => row.accepted.is_some(),
            Self::Decided => row.accepted.is_some() || !row.refusals.is_empty(),
            Self::Rejected => !row.refusals.is_empty(),
            Self::Touched => row.touched.is_some(),
            Self::Met => row.met.is_some(),
            Self::Qualified => row.qualified.is_some(),
            Self::Won => row.state == State::Won,
            Self::Lost => row.state == State::Lost,
            Self::Recycled => row.state == State::Recycled,
            Self::Disqualified => row.state == State::Disqualified,
            Self::Withdrawn => row.state == State::Withdrawn,
            Self::Open => open,
            Self::Waiting => open && !row.state.is_active_work(),
            Self::Working => row.state.is_active_work(),
            Self::Stalled => row.state.is_active_work() && row.changed <= now - STALLED_AFTER,
            Self::AcceptDue => judged(Target::Accept),
            Self::AcceptInTime => in_time(Target::Accept),
            Self::AcceptLate => row.has_missed(Target::Accept),
            Self::TouchDue => judged(Target::FirstTouch),
            Self::TouchInTime => in_time(Target::FirstTouch),
            Self::TouchLate => row.has_missed(Target::FirstTouch),
            Self::Breached => row.breached.is_some(),
            Self::BreachedOpen => open && row.breached.is_some(),
            Self::Escalated => row.escalations > 0,
            Self::EscalatedOpen => open && row.escalations > 0,
        }
    }
}
