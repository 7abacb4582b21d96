//! Segment's tracking API to signals.
