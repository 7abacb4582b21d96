//! The team: who may own a lead.
