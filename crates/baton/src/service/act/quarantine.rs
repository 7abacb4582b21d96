//! What people do to what is held: put it right, let it in, throw it away. Faces say what they want of which
//! entries, and write what came of each.

pub mod entry;

mod done;
mod wanted;

mod reread;

mod perform;

pub use done::{EntryDone, FaultDone};
pub use perform::{perform, show_values};
pub use wanted::{EntriesChange, EntriesWanted, EntryVerb};
