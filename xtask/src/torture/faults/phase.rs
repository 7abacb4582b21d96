//! When a fault comes.

/// The calls that are counted and made to fail.
pub(super) const CALLS: &str = "fdatasync,fsync,pwrite64,write,ftruncate,unlink";

/// What the program is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// It makes the folder, and a strategy comes into force.
    FirstStart,
    /// It opens a folder and recovers.
    Start,
    /// Clients write.
    Load,
    /// What the logs hold goes into the databases.
    Checkpoint,
    /// People are erased while clients write.
    Erase,
    /// A file is imported, without a server.
    Import,
}

/// The files of a data folder that hold what was promised.
const FILES: [&str; 6] =
    ["baton.db", "baton.db-wal", "keys.db", "keys.db-wal", "head", "master.key"];
/// The databases alone.
const DATABASES: [&str; 2] = ["baton.db", "keys.db"];

impl Phase {
    pub(super) const ALL: [Self; 6] =
        [Self::FirstStart, Self::Start, Self::Load, Self::Checkpoint, Self::Erase, Self::Import];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::FirstStart => "first-start",
            Self::Start => "start",
            Self::Load => "load",
            Self::Checkpoint => "checkpoint",
            Self::Erase => "erase",
            Self::Import => "import",
        }
    }

    /// The files whose calls count. What is written to a database itself is a checkpoint.
    pub(super) const fn files(self) -> &'static [&'static str] {
        match self {
            Self::Checkpoint => &DATABASES,
            Self::FirstStart | Self::Start | Self::Load | Self::Erase | Self::Import => &FILES,
        }
    }
}
