//! What the verbs of the command line ask of a data folder, whoever holds it: a running server,
//! over a socket in the folder, or this process.
//!
//! Read in this order: what is asked and answered ([`request`], [`packed`]), how it is done over an
//! open crank ([`mod@answer`]) and, for an import, row by row ([`row_groups`], `rows`), and who is asked ([`executor`], over
//! [`wire`]). Reading needs none of this: a verb that only looks opens a reader of its own.

pub mod packed;

pub mod shielded;

pub mod request;

pub mod refusal;

pub mod dry_run;
pub mod row_groups;
mod rows;

mod outcome;

pub mod imports;

mod decisions;

mod drafts;

pub mod answer;

mod disclosure;

mod second_factor;
mod users;

pub mod wire;

pub mod executor;

pub use answer::answer;
pub use executor::Executor;
pub use refusal::Refusal;
pub use request::{Request, Response};
