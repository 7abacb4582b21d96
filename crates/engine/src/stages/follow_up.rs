//! Is it accepted, is it touched, did anything come of it? Clocks, the chain on silence, and what
//! people do to a handoff. All of it is planned from the handoff as it stands.

mod clocks;
mod deeds;
mod follow;
mod silence;
mod undo;

pub use deeds::OutcomeReport;
pub use follow::Follow;
pub use silence::Next;

/// The most times that an offer passes on before the catch-all has it.
pub const ROUNDS_MAX: u32 = 20;
