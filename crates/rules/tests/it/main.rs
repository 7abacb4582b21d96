//! The one test binary of this crate.

mod calendars;
mod contracts;
mod sla;
mod team;
mod territories;
mod written;
