//! The loop over the store in memory, told as stories.

mod asof;
mod handoffs;
mod merges;
mod office;
