//! The program from outside: over real sockets, and as a process of its own.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod house;
mod program;

mod accept_link;
mod accepted;
mod access;
mod audit;
mod deeds;
mod deliveries;
mod described;
mod desk;
mod disk;
mod drafts;
mod feedback;
mod figures;
mod flood;
mod handoff_page;
mod held;
mod hooks;
mod http;
mod json;
mod kill;
mod kill_messages;
mod listen_tls;
mod lists;
mod live;
mod mail;
mod mapped_hooks;
mod matrix;
mod members;
mod notes;
mod office;
mod oidc;
mod overload;
mod pages;
mod poison;
mod policies;
mod rehearsals;
mod scope;
mod second_factor;
mod segment;
mod sight;
mod sign_in;
mod signals;
mod syncs;
mod tls;
mod uploads;
mod users;

mod cli;

mod config;

mod identity;
mod import;

#[path = "../../../../tools/skipped_test.rs"]
mod skipped_test;
