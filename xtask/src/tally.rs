//! How many tests passed and failed, over all test binaries.

use std::fmt;

/// The sum of the lines in which a test binary says how it ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Tests that passed.
    pub passed: u64,
    /// Tests that failed.
    pub failed: u64,
    /// Tests that said that they cannot run here, which their binary counts as passed.
    pub skipped: u64,
}

/// How a test begins the line in which it says that it is skipped (`tools/skipped_test.rs`).
const SKIPPED: &str = "test skipped: ";

impl Tally {
    /// Adds a line of a test run, where it is one that sums up a binary or says that a test is skipped.
    pub fn take(&mut self, line: &str) {
        self.skipped += u64::from(line.starts_with(SKIPPED));
        let Some(sums) = line.trim().strip_prefix("test result: ") else { return };
        for part in sums.split(['.', ';']) {
            match part.trim().split_once(' ') {
                Some((count, "passed")) => self.passed += count.parse().unwrap_or(0),
                Some((count, "failed")) => self.failed += count.parse().unwrap_or(0),
                _ => {}
            }
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { passed, failed, skipped } = self;
        write!(f, "{} passed, {failed} failed, {skipped} skipped", passed.saturating_sub(*skipped))
    }
}
