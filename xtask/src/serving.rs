//! The program as others meet it: built for release, with a data folder of its own, run as a
//! process and spoken to over HTTP. Nothing here uses the program's own code.

pub(crate) mod office;
pub(crate) mod server;
pub(crate) mod wire;
