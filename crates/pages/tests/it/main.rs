//! What holds for every page: nothing from outside becomes markup, text can be read on what it stands on,
//! and a first page is small.

mod contrast;
mod escaping;
mod samples;
mod scanner;
mod size;
