//! No audience: virtual time, a made world, a scripted outside, people's own history, comparison.

pub mod world;

pub mod demo;

pub mod history;

pub mod story;

pub mod report;
