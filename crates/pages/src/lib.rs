//! Views to HTML: what is read is given as plain values, and a page comes out.
//!
//! Nothing here knows a store, a socket or a clock, and nothing decides: a view says what is shown, and
//! who may see it was asked before. Text from outside is escaped where it is written; an address is one
//! of ours ([`Href`]).
#![warn(missing_docs)]

pub mod assets;
pub mod tokens;

pub mod text;

pub mod layout;
pub mod parts;

mod qr;

pub mod charts;

pub mod accept;
pub mod account;
pub mod audit;
pub mod campaigns;
pub mod connections;
pub mod counted;
pub mod crm;
pub mod desk;
pub mod draft;
pub mod handoff;
pub mod identity;
pub mod import;
pub mod import_undo;
pub mod imports;
pub mod inbox;
pub mod ledger;
pub mod problem;
pub mod pulse;
pub mod quarantine;
pub mod rehearsal;
pub mod rehearsals;
pub mod search;
pub mod second_factor;
pub mod sign_in;
pub mod strategy;
pub mod styleguide;
pub mod team;
pub mod tour;
pub mod users;

pub use layout::Shell;
pub use maud::Markup;
pub use text::{Href, When};
