//! Reading and acting on behalf of somebody, under all faces.
//!
//! [`read`] knows who asks, what they may see and for which purpose; what has personal data in it is
//! handed over only once the reading is recorded. The command line and HTTP translate: they parse what was
//! typed or sent, ask here, and write what comes of it. [`act`] does what people do to a handoff.

pub mod setback;

pub mod group;
pub mod kept_maps;

pub mod identifier;

pub mod under_way;
pub mod who_acts;

pub mod figures;
pub mod relation;
pub mod sight;
pub mod teams;

pub mod act;
pub mod read;
