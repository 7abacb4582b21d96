//! What can go wrong in the demo.

use connectors::reading::BodyError;
use crank::CrankError;
use store::StoreError;

/// Why the demo could not be played.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The crank could not.
    #[error(transparent)]
    Crank(#[from] CrankError),
    /// The store could not.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The strategy that is shipped does not compile.
    #[error("the demo's strategy does not compile: {0}")]
    Strategy(String),
    /// A body of the world is refused as a whole.
    #[error("a request of the made world is refused")]
    Body(#[from] BodyError),
}
