//! The loop that feeds facts to the engine and commits its turns, claims errands, sweeps and
//! recovers, over a store that is given to it. It owns no socket and no clock: every call is told
//! the moment.
//!
//! Everything between [`Crank::begin`] and [`Crank::commit`] is one group: it is there afterwards,
//! or the crank has forgotten it.
#![warn(missing_docs)]

mod account_cache;
mod as_of;
mod attempt;
mod bodies;
mod breaker;
mod changed_handoffs;
mod clock;
mod concerned;
mod crank;
mod disclosures;
mod entry_fault;
mod error;
mod follow_up_counts;
mod group;
mod handoff_changes;
mod ids;
mod lines;
mod older_rows;
mod outcome_kinds;
mod queued_bodies;
mod recent_arrivals;
mod room_given;
mod rows;
mod signal_status;
mod snapshots;
mod strategy_cache;
mod strategy_files;
mod witnesses;

mod intake;
mod quarantine;
mod reread;

mod identity;
mod outcome_signals;
mod turns;

mod store_access;

mod bundles;
mod deeds;
mod deliveries;
mod desk;
mod errands;
mod leavers;
mod timers;

mod park;
mod parked;

mod by_hand;
mod erasure;
mod merges;
mod missing_timers;
mod name_index;
mod record;
mod registry;
mod undo;

mod replay;

pub use account_cache::desk_known;
pub use as_of::{
    account_as_of, account_decisions, account_from_journal, account_known, account_page,
    handoff_history, handoff_known,
};
pub use attempt::{Attempt, Offer};
pub use bodies::{BodyChecked, bodies_checked};
pub use by_hand::ByHand;
pub use changed_handoffs::HandoffChanged;
pub use crank::Crank;
pub use deeds::DeedOutcome;
pub use disclosures::Disclosure;
pub use entry_fault::{EntryFault, ReadEntry, Repair, Repaired, in_words};
pub use erasure::{Erased, ErasureSubject};
pub use error::{CrankError, GroupError};
pub use follow_up_counts::FollowUpCounts;
pub use handoff_changes::{HandoffChange, handoff_changes};
pub use identity::domain_key;
pub use ids::Ids;
pub use intake::{IntakeItem, IntakeOutcome, IntakeResult};
pub use leavers::HandedOn;
pub use merges::{FoundMerge, find_merge};
pub use missing_timers::{MissingTimer, missing_timers};
pub use outcome_kinds::tells_of_handoff;
pub use parked::{Parked, ParkedItem};
pub use registry::{Applied, contracts_kept, strategy_files};
pub use replay::{Checked, Difference, LEFT_ALONE, Progress, Replayed, Unsaid, check, replay};
pub use reread::ReadAgain;
pub use rows::CLAIM;
pub use signal_status::{SignalDecision, SignalStatus, signal_status};
pub use snapshots::newest_snapshot_holds;
pub use strategy_cache::StrategyCache;
pub use strategy_files::{pack as pack_strategy, unpack as unpack_strategy};
pub use turns::TurnReport;
pub use undo::{UndoOrder, UndoProgress};

/// What a test lets the program fail on.
#[cfg(feature = "faults")]
pub type Fault = Box<dyn Fn(&domain::fact::Entry) -> bool + Send>;

/// What a test looks at each event with.
#[cfg(feature = "faults")]
pub type Watch = Box<dyn Fn(&engine::event::Event) + Send>;
