//! Strict JSON from bytes to a tree that keeps numbers exact.
