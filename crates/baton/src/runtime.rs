//! The real clock, the thread that owns the folder, and the courier.
