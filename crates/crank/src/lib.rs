//! The loop that feeds facts to the engine and commits its turns, claims errands, sweeps and
//! recovers, over a store that is given to it. It owns no socket and no clock: every call is told
//! the moment.
//!
//! Everything between [`Crank::begin`] and [`Crank::commit`] is one group: it is there afterwards,
//! or the crank has forgotten it.
#![warn(missing_docs)]

mod account_cache;
mod as_of;
mod bodies;
mod breaker;
mod clock;
mod crank;
mod error;
mod group;
mod ids;
mod packed;
mod queued_bodies;
mod readings;
mod rows;
mod snapshots;
mod strategy_cache;

mod intake;
mod quarantine;

mod identity;
mod told;
mod turns;

mod keeping;

mod deeds;
mod deliveries;
mod desk;
mod errands;
mod timers;

mod park;
mod parked;

mod erasure;
mod merges;
mod record;
mod registry;

mod replay;

pub use as_of::{
    account_as_of, account_from_journal, account_known, account_page, handoff_history,
    handoff_known,
};
pub use bodies::{BodyChecked, bodies_checked};
pub use crank::Crank;
pub use deeds::Done;
pub use erasure::Receipt;
pub use errands::Attempt;
pub use error::{CrankError, Ungrouped};
pub use identity::domain_key;
pub use ids::Ids;
pub use intake::{Offer, Offered, Outcome};
pub use parked::{Parked, ParkedItem};
pub use quarantine::{ReadAgain, Repair};
pub use readings::Reading;
pub use registry::{Applied, contracts_kept};
pub use replay::{Checked, Difference, LEFT_ALONE, Progress, Replayed, Unsaid, check, replay};
pub use rows::CLAIM;
pub use snapshots::newest_snapshot_holds;
pub use strategy_cache::StrategyCache;
pub use told::tells_of_handoff;
pub use turns::Taken;

/// What a test lets the program fail on.
#[cfg(feature = "faults")]
pub type Fault = Box<dyn Fn(&domain::fact::Entry) -> bool + Send>;

/// What a test looks at each event with.
#[cfg(feature = "faults")]
pub type Watch = Box<dyn Fn(&engine::event::Event) + Send>;
