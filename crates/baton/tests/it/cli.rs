//! The program as somebody types it: exit codes, both outputs, and what stands in the folder.

pub(crate) mod program;

mod beginning;
mod deeds;
pub(crate) mod desk;
mod erase;
mod explain;
mod find;
mod forbidden;
mod handoffs;
mod hostile;
mod init;
mod keys;
mod lists;
mod master_key;
mod moments;
mod plain_words;
mod readme;
mod rehearse;
pub(crate) mod strategy;
mod verdicts;
