//! A data folder: SQLite for the journal and current state, a key store beside it, a second head.
//!
//! [`SqliteStore`] is the one writer, [`Reader`] reads beside it, [`audit`] recomputes what the
//! journal promises and [`doctor`] looks for damage. `docs/JOURNAL.md` says how a stranger reads
//! the files.

mod folder;
pub use folder::{
    BALLAST, DATABASE, KEYS, LOCK, MASTER_KEY, RESERVE, SECOND_HEAD, SESSIONS, UPLOADS,
};

mod head;

mod master;

mod settings;

mod form;

mod schema;

mod vault;

mod keyring;

mod room;
mod row_cache;

mod session;
mod snapshots;

mod read;

mod reader;
pub use reader::Reader;

mod within;

mod leaves;

mod witness;

mod loss;
pub use loss::Loss;

mod buffers;

mod writer;
pub use writer::SqliteStore;

mod answers;

mod users;

mod own_file;

mod sessions;
pub use sessions::{SessionFile, SessionRow};

mod uploads;
pub use uploads::{UploadFile, UploadRow};

mod accept_links;
pub use accept_links::{AcceptLinkFile, AcceptLinkRow};

mod row_upgrade;

mod append;

mod bodies;

mod erase;

mod write;

mod set_aside;

mod name_index;
pub use name_index::NamedNodes;

mod older_form;

mod older_tables;

pub mod anew;

pub mod migrate;

pub mod audit;

pub mod doctor;
