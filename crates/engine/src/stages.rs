//! The stages, in the order that a lead travels. Each is one verb from one type to the next, and
//! looks only upstream.

pub mod resolve;

pub mod contract;

pub mod score;

pub mod decide;

pub mod route;

pub mod brief;

pub mod deliver;

pub mod follow_up;
