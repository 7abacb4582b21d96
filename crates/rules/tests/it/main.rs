//! The one test binary of this crate.

mod calendars;
mod written;
