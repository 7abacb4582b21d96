//! What can go wrong with keeping, and what to do about it.

use std::io;
use std::path::PathBuf;

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process has the folder open.
    #[error("the data folder `{0}` is held by another process; stop it, or speak to it instead")]
    Held(PathBuf),
    /// Another process has a folder open whose tables are those of an earlier program.
    #[error(
        "the data folder `{0}` is held by an earlier version of this program; end that one, and start this one instead"
    )]
    HeldByOlder(PathBuf),
    /// The folder or a file in it is open to others.
    #[error("`{path}` is open to others (mode {mode:o}); run `chmod {wanted:o} {path}`")]
    OpenToOthers {
        /// Which file or folder.
        path: PathBuf,
        /// The mode it has.
        mode: u32,
        /// The mode that it must have.
        wanted: u32,
    },
    /// The folder was written by a later program.
    #[error(
        "the data folder was written by a newer version: it has schema {found}, and this program knows up to {known}; use the newer version"
    )]
    Newer {
        /// The schema of the folder.
        found: i64,
        /// The latest schema that this program knows.
        known: i64,
    },
    /// An entry is as it was written, and says what this program does not know.
    #[error(
        "entry {0} was written by a newer version, and this one cannot read it; use the newer version"
    )]
    NewerEntry(u64),
    /// An entry is not as it was written, and its clear part cannot be read.
    #[error(
        "entry {0} of the journal cannot be read; stop writing to the folder, keep a copy of it and restore a backup: `baton doctor` names all that is damaged"
    )]
    EntryUnreadable(u64),
    /// The folder has an older form, and has to be migrated before it is written.
    #[error(
        "the data folder `{path}` has form {found}, and this program writes form {known}; run `baton migrate --dry-run` to see what that takes, then `baton migrate`"
    )]
    OlderForm {
        /// Which folder.
        path: PathBuf,
        /// The form that it has.
        found: u16,
        /// The form that this program writes.
        known: u16,
    },
    /// There is nothing of ours in the folder.
    #[error("`{0}` is not a data folder")]
    NoFolder(PathBuf),
    /// A setting that durability rests on did not take.
    #[error(
        "the database does not keep `{pragma}`: it says `{found}` where `{wanted}` was promised"
    )]
    Weak {
        /// Which setting.
        pragma: &'static str,
        /// What was promised.
        wanted: String,
        /// What was read back.
        found: String,
    },
    /// Less is there than was once written and synced.
    #[error(
        "the journal ends at {found}, and {known} was written before: the tail is lost; restore a backup that reaches further, or see with `baton doctor go-on --from-head --dry-run` what going on from there loses"
    )]
    TailLost {
        /// The last position that is there.
        found: u64,
        /// The last position that was there.
        known: u64,
    },
    /// The second head was written once and is gone, so that nobody can tell whether entries are.
    #[error(
        "the file `head` is missing, and without it nobody can tell whether the journal is whole; restore it, or see `baton doctor go-on --from-head --dry-run`"
    )]
    HeadMissing,
    /// The second head was written for another folder.
    #[error(
        "the file `head` is that of another folder; put the right one back, or see `baton doctor go-on --from-head --dry-run`"
    )]
    HeadForeign,
    /// The keys of the folder are wrapped under another master key.
    #[error(
        "the master key in `{path}` does not open this folder: its fingerprint is {found}, and the keys of the folder are under {expected}; put the key with that fingerprint there (mode 600), from the place where it was kept"
    )]
    MasterKeyWrong {
        /// Where the key was read.
        path: PathBuf,
        /// The fingerprint of the key that the folder's keys are wrapped under.
        expected: String,
        /// The fingerprint of the one that is there.
        found: String,
    },
    /// There is less room than what is asked for needs. Nothing was begun.
    #[error(
        "it needs {needed} bytes of room in `{path}`, and {free} are free; make room, or move the folder to where there is more"
    )]
    NoRoom {
        /// On whose file system.
        path: PathBuf,
        /// How much is needed, in bytes.
        needed: u64,
        /// How much there is, in bytes.
        free: u64,
    },
    /// The head is not the one that somebody saw.
    #[error("the head of the journal differs: {0}; run `baton doctor`")]
    HeadDiffers(&'static str),
    /// What is there contradicts itself.
    #[error("the data folder is damaged: {0}; run `baton doctor`")]
    Damaged(String),
    /// What belongs to one person or quarantine entry does not open, or nothing can be sealed to it.
    /// Everything else goes on.
    #[error("something sealed is damaged: {0}; run `baton doctor`")]
    SealedDamaged(&'static str),
    /// The disk is full. Reading, exporting, erasing and auditing go on.
    #[error("the disk is full")]
    Full,
    /// Readers hold copies that an erasure has to overwrite.
    #[error("readers hold the database open; the erasure is written, and its receipt has to wait")]
    ReadersBusy,
    /// A note or a body belongs to a handoff that nobody knows.
    #[error("a sealed part belongs to a handoff that is not known")]
    OwnerUnknown,
    /// The caller is outside a group, or begins one inside another.
    #[error("a group of turns is {0}")]
    Group(&'static str),
    /// A file could not be read or written.
    #[error("a file of the data folder could not be used: `{path}`")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        #[source]
        cause: io::Error,
    },
    /// What was asked for stands in tables that an older folder does not have.
    #[error(
        "this is not in the data folder yet, since an older version wrote it; run `baton migrate`"
    )]
    OlderTables,
    /// The database says no. Whether the last commit is there is not known.
    #[error("the database failed")]
    Database(#[source] rusqlite::Error),
    /// The system has no randomness to give.
    #[error("the system gave no random bytes")]
    NoChance,
}

impl StoreError {
    /// The name of its help page, as on the command line and over HTTP.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Held(_) | Self::HeldByOlder(_) => "store-held",
            Self::OpenToOthers { .. } => "store-open-to-others",
            Self::Newer { .. } | Self::NewerEntry(_) => "store-newer",
            Self::OlderForm { .. } | Self::OlderTables => "store-older-form",
            Self::NoFolder(_) => "store-no-folder",
            Self::Weak { .. } => "store-weak",
            Self::TailLost { .. } => "store-tail-lost",
            Self::HeadMissing => "store-head-missing",
            Self::EntryUnreadable(_) => "store-entry-altered",
            Self::MasterKeyWrong { .. } => "store-master-key-wrong",
            Self::NoRoom { .. } => "store-no-room",
            Self::HeadDiffers(_) | Self::HeadForeign => "store-head-differs",
            Self::Damaged(_) => "store-damaged",
            Self::SealedDamaged(_) => "store-sealed-damaged",
            Self::Full => "store-full",
            Self::ReadersBusy => "store-readers-busy",
            Self::OwnerUnknown => "store-owner-unknown",
            Self::Group(_) => "store-group",
            Self::Database(error) if is_corrupt(error) => "store-database-damaged",
            Self::File { .. } | Self::Database(_) | Self::NoChance => "store-failed",
        }
    }

    /// Whether nothing can be relied on any more, so that the process has to end: a write or a
    /// sync failed, or what is there is damaged. What was committed last may or may not be there.
    pub fn is_fatal(&self) -> bool {
        match self {
            Self::Database(error) => matches!(
                error.sqlite_error_code(),
                Some(
                    rusqlite::ErrorCode::SystemIoFailure
                        | rusqlite::ErrorCode::DatabaseCorrupt
                        | rusqlite::ErrorCode::NotADatabase
                        | rusqlite::ErrorCode::CannotOpen
                        | rusqlite::ErrorCode::ReadOnly
                )
            ),
            Self::File { .. } | Self::Weak { .. } | Self::TailLost { .. } | Self::NoChance => true,
            Self::Held(_)
            | Self::HeldByOlder(_)
            | Self::OpenToOthers { .. }
            | Self::Newer { .. }
            | Self::NewerEntry(_)
            | Self::EntryUnreadable(_)
            | Self::NoFolder(_)
            | Self::OlderForm { .. }
            | Self::OlderTables
            | Self::HeadMissing
            | Self::MasterKeyWrong { .. }
            | Self::NoRoom { .. }
            | Self::HeadForeign
            | Self::HeadDiffers(_)
            | Self::Damaged(_)
            | Self::SealedDamaged(_)
            | Self::Full
            | Self::ReadersBusy
            | Self::OwnerUnknown
            | Self::Group(_) => false,
        }
    }

    /// Whether a database failed because of what is in its file.
    pub(crate) fn is_damage_of(error: &rusqlite::Error) -> bool {
        use rusqlite::ErrorCode::{
            DatabaseBusy, DatabaseLocked, OperationInterrupted, OutOfMemory,
        };
        !matches!(
            error.sqlite_error_code(),
            Some(DatabaseBusy | DatabaseLocked | OperationInterrupted | OutOfMemory)
        )
    }

    /// Whether what is there is not as it must be, and looking further can find more of it.
    pub(crate) fn is_damage(&self) -> bool {
        match self {
            Self::Database(error) => Self::is_damage_of(error),
            Self::Damaged(_)
            | Self::SealedDamaged(_)
            | Self::HeadMissing
            | Self::MasterKeyWrong { .. }
            | Self::HeadForeign
            | Self::HeadDiffers(_)
            | Self::TailLost { .. }
            | Self::EntryUnreadable(_)
            | Self::OlderTables
            | Self::NewerEntry(_) => true,
            Self::Held(_)
            | Self::HeldByOlder(_)
            | Self::OpenToOthers { .. }
            | Self::Newer { .. }
            | Self::NoFolder(_)
            | Self::NoRoom { .. }
            | Self::OlderForm { .. }
            | Self::Weak { .. }
            | Self::Full
            | Self::ReadersBusy
            | Self::OwnerUnknown
            | Self::Group(_)
            | Self::File { .. }
            | Self::NoChance => false,
        }
    }

    /// The entry of the journal whose clear part cannot be read, where it is that which fails.
    pub const fn unreadable_entry(&self) -> Option<u64> {
        if let Self::EntryUnreadable(entry) | Self::NewerEntry(entry) = self {
            return Some(*entry);
        }
        None
    }

    /// Whether the disk is full: nothing was kept, and it heals when there is room.
    pub const fn is_full(&self) -> bool {
        matches!(self, Self::Full)
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        if is_full(&error) {
            Self::Full
        } else if asks_for_newer_tables(&error) {
            Self::OlderTables
        } else {
            Self::Database(error)
        }
    }
}

/// The memory that processes share about the log is a file too, and can find the disk full.
fn is_full(error: &rusqlite::Error) -> bool {
    let Some(failure) = error.sqlite_error() else { return false };
    failure.code == rusqlite::ErrorCode::DiskFull
        || failure.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE
}

/// A table or a column is not there. Whoever writes brings them up to date first.
fn asks_for_newer_tables(error: &rusqlite::Error) -> bool {
    let (rusqlite::Error::SqliteFailure(_, Some(said))
    | rusqlite::Error::SqlInputError { msg: said, .. }) = error
    else {
        return false;
    };
    said.starts_with("no such column") || said.starts_with("no such table")
}

/// A page, a row or a value is not what it must be.
fn is_corrupt(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    matches!(error.sqlite_error_code(), Some(DatabaseCorrupt | NotADatabase))
        || matches!(
            error,
            rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::IntegralValueOutOfRange(..)
                | rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::InvalidQuery
                | rusqlite::Error::QueryReturnedNoRows
        )
}
