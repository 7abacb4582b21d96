//! A lead's way, pure: facts in, facts and errands out. It never waits, never fails, reads no clock and opens nothing.
