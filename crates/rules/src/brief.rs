//! The brief: its sections, and who sees what.
