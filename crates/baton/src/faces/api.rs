//! The API over HTTP: who may ask, what is read, how it is answered.
//!
//! Read in this order: how a connection is served ([`listen`]), what every request passes
//! ([`guard`], [`access`], [`body`]), the routes ([`routes`]), and what each of them does.

pub mod problem;

mod user_refusal;

pub mod app;

pub mod body_budget;

mod access;
mod body;
pub(in crate::faces) mod counted_query;
pub(in crate::faces) mod form;
mod format;
mod guard;
pub(in crate::faces) mod posted_file;
pub(in crate::faces) mod query;
pub(in crate::faces) mod reading;
pub(in crate::faces) mod signed_in;
mod unpack;

pub(in crate::faces) mod counts;
pub(in crate::faces) mod deeds;
mod desk;
pub(in crate::faces) mod destinations;
mod drafts;
mod feedback;
mod hooks;
pub(in crate::faces) mod identity;
mod imports;
mod ingest;
mod keys;
mod rehearsals;
mod segment;
mod signals;
mod sources;
mod status;
mod strategies;
mod uploads;
mod users;

mod accounts;
pub(in crate::faces) mod audit;
mod erasures;
pub(in crate::faces) mod events;
mod handoffs;
mod health;
mod home;
mod mapped_hooks;
mod quarantine;
mod search;

mod accept_link;
mod entrance;
mod me;
mod oidc;
mod second_factor;
mod sign_in;
pub(in crate::faces) mod told_problem;

mod description;
pub mod routes;

mod connections;

pub mod certificates;

mod connection_stream;

pub mod listen;
