//! One handoff, as far as counting goes.

use domain::handoff::{State, Target};
use domain::reason::Code;
use domain::{AccountId, HandoffId, Moment, NodeId, SignalId};

use crate::names::NameId;

/// One handoff, as far as counting goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedHandoff {
    /// The id of the handoff.
    pub handoff: HandoffId,
    /// The account that it began at.
    pub account: AccountId,
    /// The node that its signal belongs to.
    pub(crate) node: NodeId,
    /// The signal that began it.
    pub signal: SignalId,
    /// When it began.
    pub opened: Moment,
    /// When its signal was accepted.
    pub arrived: Moment,
    /// When a person first had it.
    pub routed: Option<Moment>,
    /// When somebody first took it.
    pub accepted: Option<Moment>,
    /// The first human touch.
    pub touched: Option<Moment>,
    /// When a first meeting took place, or what comes after one.
    pub met: Option<Moment>,
    /// When it was first said to be qualified, or won.
    pub qualified: Option<Moment>,
    /// When it changed last.
    pub changed: Moment,
    /// Where it is.
    pub state: State,
    /// When a recycled lead may come back.
    pub returns: Option<Moment>,
    /// Which kind of handoff.
    pub kind: NameId,
    /// The member who has it or had it last.
    pub member: NameId,
    /// Whether a member has it at present.
    pub with_member: bool,
    /// The queue that has it at present.
    pub queue: NameId,
    /// The pool that its last owner was found in.
    pub pool: NameId,
    /// The route that found its last owner.
    pub route: NameId,
    /// The configured source of its signal.
    pub source: NameId,
    /// The campaign that it came from; none where none was named, or while that is not read yet.
    pub campaign: NameId,
    /// The asset that it came from.
    pub asset: NameId,
    /// Whether it was read what it came from.
    pub(crate) origin: Origin,
    /// Targets whose clock ran, a bit each.
    pub(crate) clocks: u8,
    /// Targets that were missed at least once, a bit each.
    pub(crate) missed: u8,
    /// How often somebody was reminded or told on silence.
    pub escalations: u16,
    /// When a target was missed last.
    pub breached: Option<Moment>,
    /// Each time that somebody refused it.
    pub refusals: Vec<Refusal>,
}

/// Whether it is known which campaign and asset a handoff came from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// It is to be read yet.
    Unread,
    /// It was read.
    Read,
    /// Whoever it is about was erased.
    Erased,
}

/// Somebody refused a handoff.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// The code of the reason.
    pub reason: Code,
    /// Who said it: the member who had it, or whoever acted for them.
    pub member: NameId,
    /// When they said it.
    pub at: Moment,
}

impl CountedHandoff {
    /// Whether a clock of the target ever ran.
    pub const fn has_clock(&self, target: Target) -> bool {
        self.clocks & bit(target) != 0
    }

    /// Whether the target was missed at least once.
    pub const fn has_missed(&self, target: Target) -> bool {
        self.missed & bit(target) != 0
    }

    /// When the target was first reached.
    pub const fn reached(&self, target: Target) -> Option<Moment> {
        match target {
            Target::Accept => self.accepted,
            Target::FirstTouch => self.touched,
            Target::Qualify => self.qualified,
        }
    }
}

/// The bit of a target.
pub(crate) const fn bit(target: Target) -> u8 {
    match target {
        Target::Accept => 1,
        Target::FirstTouch => 2,
        Target::Qualify => 4,
    }
}
