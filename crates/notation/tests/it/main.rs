//! What people write is read in one way, and what is wrong with it is told at its place.

mod csv;
mod drawing;
mod durations;
mod yaml;
