//! The environment, and where the data folder is. The one place that reads variables.

use std::path::{Path, PathBuf};

/// Where data is if nobody says.
pub const DEFAULT: &str = "baton-data";
/// The variable that says where data is.
pub const DATA: &str = "BATON_DATA";
/// The configuration within the data folder.
pub const FILE: &str = "baton.toml";

/// The data folder: as typed, else `BATON_DATA`, else `./baton-data`.
pub fn data_folder(typed: Option<&Path>) -> PathBuf {
    match typed {
        Some(typed) => typed.to_owned(),
        None => variable(DATA)
            .filter(|text| !text.is_empty())
            .map_or_else(|| PathBuf::from(DEFAULT), PathBuf::from),
    }
}

/// Whether somebody asked for no colours.
pub fn no_color() -> bool {
    variable("NO_COLOR").is_some_and(|text| !text.is_empty())
}
/// A variable of the environment; none where it is not set or no text.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
