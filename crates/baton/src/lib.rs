//! The program of Baton: what reads the clock, opens sockets, speaks to third parties and to people.
//! It holds no rule of the business.

pub mod auth;

pub mod config;

pub mod faces;

pub mod local;

pub mod runtime;

pub mod service;
