//! The words of Baton: what everything else is written in. No logic beyond what a word means,
//! and nothing of ours below it.
//!
//! Read in this order: what a value is, who somebody is, what arrived, why, what happened
//! ([`fact`]), and what is to be done outside ([`errand`]).
#![warn(missing_docs)]

pub mod id;
pub mod moment;

pub mod text;

pub mod usual_fields;

pub mod arc_codec;
pub mod by_name;
pub mod value;

pub mod signal;

pub mod reason;

pub mod handoff;

pub mod fact;

pub mod errand;

pub mod role;

pub use by_name::ByName;
pub use id::{
    AccountId, DeliveryId, HandoffId, ImportId, KeyId, NodeId, PersonId, QuarantineId, ReviewId,
    SignalId, UserId,
};
pub use moment::{Moment, Span};
pub use role::Role;
pub use text::Text;
pub use value::{Fields, Money, Value};
