//! Which program the tests run as a process: the one that was built with them, or another.

use std::path::PathBuf;

/// The program. `BATON_BIN` names another one, for example that of an earlier version: a test of what
/// was found in it must fail there.
pub(crate) fn program() -> PathBuf {
    another().unwrap_or_else(|| env!("CARGO_BIN_EXE_baton").into())
}

/// The program that `BATON_BIN` names.
#[expect(clippy::disallowed_methods, reason = "it says what is tested, and is no setting")]
pub(crate) fn another() -> Option<PathBuf> {
    std::env::var("BATON_BIN").ok().map(PathBuf::from)
}
