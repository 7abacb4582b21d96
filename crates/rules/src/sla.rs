//! Targets of a handoff in business time, and the chain on silence.
