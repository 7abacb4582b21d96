//! Targets of a handoff in business time, and the chain on silence.
//!
//! In a target `h` and `m` count open time of its calendar; `d` is 24 hours elapsed and comes
//! first; working days follow, and open time comes last.

mod clock;
mod read;

use domain::Moment;
use domain::handoff::Target;
use notation::{Duration, Spanned};

use crate::calendar::Calendar;
use crate::canonical::{Canonical, canonical};

pub use clock::{Clock, RemainingTime, overrun};
pub use read::parse;
pub(crate) use read::read;

/// All classes of `sla.yaml`, in the order of the file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Slas {
    /// The classes.
    pub classes: Vec<Sla>,
}

/// One class: what is promised to a lead that the readiness table put into it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sla {
    /// The name that the readiness table uses.
    pub name: Spanned<String>,
    /// Who waits goes first by this, 1 before 2; a class without one comes last.
    pub priority: Option<u8>,
    /// In whose hours it counts.
    pub calendar: Spanned<CalendarOf>,
    /// Until the owner takes it.
    pub accept: Option<Goal>,
    /// Until the first human touch.
    pub first_touch: Option<Goal>,
    /// Until it is qualified.
    pub qualify: Option<Goal>,
    /// What happens when nobody takes it: the chain of `accept`, whether it stands under the target or
    /// under the class.
    pub on_silence: Vec<Step>,
}

/// Whose calendar counts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CalendarOf {
    /// The owner's.
    Owner,
    /// The one that most of the team has: the calendar named `team`.
    Team,
    /// The one of that name.
    Named(String),
}

/// A target and its warning.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Goal {
    /// Due after this.
    pub within: Spanned<Duration>,
    /// Warned after this.
    pub warn: Option<Spanned<Duration>>,
    /// What happens when who took it does nothing towards this target. That of `accept` stands at
    /// the class.
    pub on_silence: Vec<Step>,
}

/// A line of the chain on silence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// When the step is taken.
    pub when: When,
    /// What is done then.
    pub act: Spanned<Act>,
}

/// When a line of the chain has its turn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum When {
    /// When a target's warning is reached.
    Warn,
    /// When a target is missed.
    Breach,
    /// This long after the line before.
    After(Duration),
}

/// What a line of the chain does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Act {
    /// Reminds the owner.
    Remind,
    /// Tells the owner's manager.
    TellManager,
    /// Gives it to the next who may have it.
    Reassign,
    /// Gives it to somebody of that pool.
    Pool(String),
    /// Puts it into that queue.
    Queue(String),
}

impl Slas {
    /// The class of that name.
    pub fn class(&self, name: &str) -> Option<&Sla> {
        self.classes.iter().find(|sla| sla.name.value == name)
    }
}

impl Sla {
    /// The goal of a target, where there is one.
    pub const fn goal(&self, target: Target) -> Option<&Goal> {
        match target {
            Target::Accept => self.accept.as_ref(),
            Target::FirstTouch => self.first_touch.as_ref(),
            Target::Qualify => self.qualify.as_ref(),
        }
    }

    /// The chain on silence of a target; empty where it has none.
    pub fn chain(&self, target: Target) -> &[Step] {
        match target {
            Target::Accept => &self.on_silence,
            Target::FirstTouch | Target::Qualify => {
                self.goal(target).map_or(&[], |goal| &goal.on_silence)
            }
        }
    }

    /// Every line of every chain.
    pub fn lines(&self) -> impl Iterator<Item = &Step> {
        Target::ALL.iter().flat_map(|target| self.chain(*target))
    }
}

/// When a length of time that begins at `from` is over: days of 24 hours first, then working days,
/// then open time.
pub fn deadline(calendar: &Calendar, from: Moment, within: &Duration) -> Moment {
    RemainingTime::of(within).due(calendar, from)
}

canonical!(Slas { classes });
canonical!(Sla { name, priority, calendar, accept, first_touch, qualify, on_silence });
canonical!(Goal { within, warn, on_silence });
canonical!(Step { when, act });

impl Canonical for CalendarOf {
    fn canonical(&self, out: &mut Vec<u8>) {
        match self {
            Self::Owner => 0_u8.canonical(out),
            Self::Team => 1_u8.canonical(out),
            Self::Named(name) => (2_u8, name).canonical(out),
        }
    }
}

impl Canonical for When {
    fn canonical(&self, out: &mut Vec<u8>) {
        match self {
            Self::Warn => 0_u8.canonical(out),
            Self::Breach => 1_u8.canonical(out),
            Self::After(duration) => (2_u8, *duration).canonical(out),
        }
    }
}

impl Canonical for Act {
    fn canonical(&self, out: &mut Vec<u8>) {
        match self {
            Self::Remind => 0_u8.canonical(out),
            Self::TellManager => 1_u8.canonical(out),
            Self::Reassign => 2_u8.canonical(out),
            Self::Pool(name) => (3_u8, name).canonical(out),
            Self::Queue(name) => (4_u8, name).canonical(out),
        }
    }
}
