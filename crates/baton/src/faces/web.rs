//! The pages: what a browser asks for, and the forms that it posts.
//!
//! Each route asks the service, makes a plain view of the answer and hands it to `pages`. What is refused
//! is told on a page of its own ([`refusal`]); what is done is the service's.

mod moments;
mod who;
pub(in crate::faces) mod words;

mod shell;

mod assets;
mod refusal;

mod tour;

mod audit;
mod inbox;
mod live;

mod verb;

mod handoff;

mod act;
mod act_on_held;

mod pulse;

mod counted;

mod campaigns;

mod ledger;

mod team;

mod account;
mod connections;
mod desk;
mod drafts;
pub(in crate::faces) mod front;
mod identity;
mod import;
mod import_look;
mod import_receipt;
mod import_undo;
mod imports;
mod quarantine;
mod rehearsal_found;
mod rehearsals;
mod search;
mod strategy;
mod users;

pub(in crate::faces) mod routes;
