//! Names of what the store counts by itself.

use domain::signal::SourceName;

/// Signals and items that were dropped because they tell of somebody who was erased.
pub const ERASED: &str = "erased";

/// Signals and items of a source that came before.
pub fn duplicates(source: &SourceName) -> String {
    format!("duplicates/{source}")
}
