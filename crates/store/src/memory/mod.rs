//! The same store in memory: no sealing, no files. For rehearsal, the demo's virtual past and
//! tests. What is kept, found, refused and forgotten is as in a data folder; the head has no hash.

mod fingerprint;

mod transaction_map;

mod journal;

mod tables;
pub use tables::MemoryStore;

mod read;

mod write;
