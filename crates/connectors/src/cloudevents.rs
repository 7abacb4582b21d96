//! CloudEvents 1.0 to signals.
