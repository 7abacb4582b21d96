//! The demo: a made world played through the same crank and store as live, in virtual time, with
//! reps who answer, or do not, and a receiver that fails.

mod error;
mod figures;
mod funnel;
mod play;
mod receiver;
mod reps;
mod script;
mod suggestions;
mod watch;

pub use error::DemoError;
pub use figures::{Figures, TimeToRoute};
pub use funnel::{Funnel, Step};
pub use play::{History, Progress, play_history, put_in_force};
pub use receiver::{Receiver, Served};
pub use suggestions::{Suggestion, suggestions};
pub use watch::{Deliveries, HandoffProgress, Watch};
