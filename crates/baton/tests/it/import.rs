//! `baton import`: the parts add up, whatever the files are like and however often it runs.

mod dry_run;
mod found_d5;
mod imports;
mod killed;
mod olist;
mod quarantine;
mod refusals;
mod rows;
mod undone;
