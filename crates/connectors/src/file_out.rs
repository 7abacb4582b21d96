//! Deliveries to a file.
