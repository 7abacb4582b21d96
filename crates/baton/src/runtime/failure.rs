//! Why serving did not begin, or ended before it was told to.

use std::io;
use std::net::SocketAddr;

use crank::CrankError;
use store::StoreError;

use crate::auth::policies::checked::PolicyFault;

/// Why serving did not begin, or ended before it was told to.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    /// The address cannot be listened on.
    #[error("could not listen on {address}")]
    Listen {
        /// The address that was to be listened on.
        address: SocketAddr,
        /// What the system says.
        #[source]
        cause: io::Error,
    },
    /// The system gave no threads or no signals.
    #[error("the system refused what a server needs")]
    System(#[source] io::Error),
    /// The policies that say who may what are wrong.
    #[error("the policies that say who may what cannot be used")]
    Policies(#[source] PolicyFault),
    /// The courier could not be made ready.
    #[error("could not make the courier ready")]
    Courier(#[source] reqwest::Error),
    /// The folder could not be opened or closed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What is in the folder could not be recovered.
    #[error(transparent)]
    Crank(#[from] CrankError),
    /// A commit failed: what is durable is unknown, so nothing more is acknowledged.
    #[error("a commit failed, so nothing more is acknowledged; start again once the disk is well")]
    Commit(#[source] StoreError),
    /// The keeper ended by a fault of the program.
    #[error("the keeper's thread ended by a fault of the program")]
    Panicked,
}
