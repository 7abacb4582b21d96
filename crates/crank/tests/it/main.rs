//! The loop over the store in memory, told as stories.

mod arms;
mod asof;
mod bodies;
mod bounds;
mod clock;
mod damage;
mod deliveries;
mod folder;
mod form1;
mod found_a12;
mod found_a13;
mod handoffs;
mod hostile;
mod hub;
mod merges;
mod office;
mod poison;
mod quarantine;
mod readings;
mod routing;
mod silence;
mod simulation;
mod state;
mod swallowed;
mod timers;
mod world;
