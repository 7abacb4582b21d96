//! The parts that pages are made of. `/styleguide` shows each of them.

mod card;
mod chip;
mod control;
mod evidence;
mod figure;
mod progress;
mod state;
mod table;

pub use card::{card, head};
pub use chip::{Tone, chip, countdown};
pub use control::{Act, Choice, act, button, csrf, hidden, note, primary, secondary};
pub use evidence::{EvidenceSet, EvidenceSignal, Mark, Said, field, mark, marker, said};
pub use figure::{
    ACCEPTED, Door, Narrowed, ShareView, Tab, Verdict, accepted_line, behind, door, narrowed,
    share_of, since_before, tabs,
};
pub use progress::{FigureView, ProgressView, progress, strip};
pub use state::{empty, refused};
pub use table::{Cell, Column, table};
