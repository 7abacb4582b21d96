//! Configuration: `baton.toml` over the defaults that are built in, the environment, and where the
//! data folder is. What is written wrongly is told with its place, and nothing secret is written
//! in it: credentials are references.
//!
//! Read in this order: what is configured ([`Config`]), how a file becomes that ([`mod@read`]), and
//! what its parts are: [`credential`], [`network`], [`authorities`],
//! [`folder`]. [`serving`] resolves it for the server, to what [`resolved`] says.

pub mod credential;

pub mod network;

pub mod callable;

pub mod authorities;

pub mod folder;

mod mask;

mod read;

mod table;
pub mod verify;

mod listen;

pub mod sign_in;

pub mod tls;

pub mod policies;

mod settings;

pub mod resolved;

mod destination;

mod reach;

pub mod serving;

#[cfg(test)]
mod tests;

pub use credential::{Reference, Secret};
pub use destination::{Destination, Value};
pub use folder::data_folder;
pub use listen::Listen;
pub use network::Range;
pub use read::{Config, ConfigError};
pub use settings::{Bounds, Network, Source, SourceKind, Telemetry};
pub use sign_in::{IdentityProvider, SignIn};
