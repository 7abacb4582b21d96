//! The store, from outside.

mod damage;
mod folder;
mod golden;
mod kill;
mod secrecy;
mod told;
