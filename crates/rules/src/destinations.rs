//! Destinations: what leaves, when, in which order.
