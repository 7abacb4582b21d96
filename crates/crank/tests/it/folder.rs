//! A crank over a data folder that a test damages while it is open.

use std::sync::Arc;

use crank::{Crank, CrankError, GroupError, Ids, IntakeItem, IntakeResult};
use domain::fact::{By, Mode, Raw};
use domain::signal::{IdentifierKind, Incoming};
use domain::{AccountId, HandoffId, Moment};
use engine::state::{Folded, Handoff};
use rules::compile;
use rusqlite::Connection;
use store::chance::Chance;
use store::sqlite::{DATABASE, KEYS, SqliteStore};
use store::{HandoffFilter, Read};
use tempfile::TempDir;

use crate::office::{ROUTING, WEDNESDAY_NOON, files, signal};

/// A folder, and the crank that has it open.
pub(crate) struct Folder {
    dir: TempDir,
    pub(crate) crank: Crank<SqliteStore>,
    pub(crate) now: Moment,
    sent: u64,
}

impl std::fmt::Debug for Folder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a folder")
    }
}

impl Folder {
    pub(crate) fn open() -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let store = SqliteStore::open(&dir.path().join("data"), Chance::seeded(7));
        let crank = Crank::open(store.expect("a new folder"), Ids::Derived(7)).expect("opens");
        let mut folder = Self { dir, crank, now: WEDNESDAY_NOON, sent: 0 };
        let strategy = Arc::new(compile(&files(ROUTING)).strategy.expect("compiles"));
        let now = folder.now;
        let applied = folder
            .group(|crank| crank.apply(&files(ROUTING), strategy, Mode::Live, &By::Operator, now));
        applied.expect("the first");
        folder
    }

    /// Closes the folder, does something to it, and opens it again.
    pub(crate) fn while_closed<T>(self, work: impl FnOnce(&std::path::Path) -> T) -> (Self, T) {
        let Self { dir, crank, now, sent } = self;
        crank.into_store().close().expect("closes");
        let done = work(&dir.path().join("data"));
        let store = SqliteStore::open(&dir.path().join("data"), Chance::seeded(8));
        let crank = Crank::open(store.expect("opens"), Ids::Derived(7)).expect("opens");
        (Self { dir, crank, now, sent }, done)
    }

    /// Accepts a signal with these identifiers and fields, and takes its turn.
    pub(crate) fn sends(
        &mut self,
        kind: &str,
        subject: &[(IdentifierKind, &str)],
        fields: &[(&str, domain::Value)],
    ) -> crank::TurnReport {
        self.sent += 1;
        let sent = signal(self.sent, kind, subject, fields, self.now);
        self.accept(&[sent]).expect("accepted");
        self.take_turns().pop().expect("a turn")
    }

    /// The files of the folder.
    pub(crate) fn path(&self) -> std::path::PathBuf {
        self.dir.path().join("data")
    }

    /// Closes the folder and opens it again: nothing is in memory.
    pub(crate) fn try_reopen(self) -> Result<Self, CrankError> {
        self.reopened_after("")
    }

    /// The same, and meanwhile the key store is damaged; the database is there as `db`.
    pub(crate) fn reopened_after(self, sql: &str) -> Result<Self, CrankError> {
        let Self { dir, crank, now, sent } = self;
        crank.into_store().close()?;
        let keys = Connection::open(dir.path().join("data").join(KEYS)).expect("opens");
        let attach =
            format!("ATTACH '{}' AS db;", dir.path().join("data").join(DATABASE).display());
        keys.execute_batch(&format!("{attach}{sql}")).expect("the damage is done");
        drop(keys);
        let store = SqliteStore::open(&dir.path().join("data"), Chance::seeded(8))?;
        let crank = Crank::open(store, Ids::Derived(7))?;
        Ok(Self { dir, crank, now, sent })
    }

    /// Changes the database behind the crank's back.
    pub(crate) fn damage_database(&self, sql: &str) {
        let db = Connection::open(self.dir.path().join("data").join(DATABASE)).expect("opens");
        db.execute_batch(sql).expect("the damage is done");
    }

    /// What is found in the folder.
    pub(crate) fn examine(&self) -> Vec<&'static str> {
        let told = store::sqlite::doctor::examine(&self.dir.path().join("data"));
        told.expect("it can be looked at").into_iter().map(|one| one.code).collect()
    }

    pub(crate) fn group<T>(
        &mut self,
        work: impl FnOnce(&mut Crank<SqliteStore>) -> Result<T, CrankError>,
    ) -> Result<T, GroupError> {
        self.crank.grouped(work)?.map_err(GroupError::Inside)
    }

    pub(crate) fn signal(&mut self, kind: &str, who: &str) -> Incoming {
        self.signal_of(kind, &[(IdentifierKind::Email, who)])
    }

    /// The same of somebody who is known by more.
    pub(crate) fn signal_of(&mut self, kind: &str, who: &[(IdentifierKind, &str)]) -> Incoming {
        self.sent += 1;
        signal(self.sent, kind, who, &[], self.now)
    }

    /// Accepts signals in one group, as one request does.
    pub(crate) fn accept(&mut self, signals: &[Incoming]) -> Result<Vec<IntakeResult>, GroupError> {
        let now = self.now;
        self.group(|crank| signals.iter().map(|signal| offer(crank, signal, now)).collect())
    }

    /// Takes turns until nothing waits, as a server does; fails where it goes on for ever.
    pub(crate) fn take_turns(&mut self) -> Vec<crank::TurnReport> {
        let mut taken = Vec::new();
        for _ in 0..100 {
            if self.crank.waiting().expect("counts") == 0 {
                return taken;
            }
            taken.extend(self.crank.take_turns(self.now, 10).expect("one is at fault, not all"));
        }
        panic!("{} wait for ever", self.crank.waiting().expect("counts"));
    }

    pub(crate) fn does(&mut self, kind: &str, who: &str) -> crank::TurnReport {
        let signal = self.signal(kind, who);
        self.accept(&[signal]).expect("accepted");
        self.take_turns().pop().expect("a turn")
    }

    pub(crate) fn handoff(&self, id: HandoffId) -> Handoff {
        let row = self.crank.store().handoff(id).expect("reads").expect("a handoff");
        let folded = self.account(row.account);
        Handoff::clone(folded.known().handoff(id).expect("of its account"))
    }

    pub(crate) fn account(&self, id: AccountId) -> Folded {
        crank::account_as_of(self.crank.store(), id, None).expect("folds")
    }

    pub(crate) fn handoffs(&self) -> Vec<HandoffId> {
        let page = self.crank.store().handoffs(&HandoffFilter::default(), None, 200);
        page.expect("lists").rows.into_iter().map(|row| row.handoff).collect()
    }
}

fn offer(
    crank: &mut Crank<SqliteStore>,
    signal: &Incoming,
    now: Moment,
) -> Result<IntakeResult, CrankError> {
    let raw = || Raw {
        bytes: b"as it came".to_vec(),
        file: None,
        detail: String::new(),
        format: "signal".to_owned(),
        origin: signal.content.origin.to_string(),
        source_id: Some(signal.content.source_id.to_string()),
        cut: false,
        repairs: Vec::new(),
    };
    crank.accept(&IntakeItem::Signal { incoming: signal, raw: &raw, line: None }, None, now)
}
