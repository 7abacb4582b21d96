//! Stories of rehearsals and of the demo.

mod demo;
mod history;
mod history_stage;
mod report;
mod stories;
mod views;
