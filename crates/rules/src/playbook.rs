//! Playbooks: what a persona or segment is met with.
