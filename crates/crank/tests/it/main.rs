//! The loop over the store in memory, told as stories.

mod asof;
mod deliveries;
mod handoffs;
mod merges;
mod office;
mod quarantine;
mod simulation;
mod world;
