//! What is kept apart, what people do with it, and who reads what.

use crank::{
    CrankError, Disclosure, EntryFault, IntakeItem, ReadEntry, Repair, UndoOrder, UndoProgress,
};
use domain::fact::{By, ImportedRows, Note, Raw, ReadFor, ReadOf};
use domain::handoff::Actor;
use domain::reason::Code;
use domain::signal::IdentifierKind::Email;
use domain::signal::{Incoming, SourceName};
use domain::{ImportId, KeyId, QuarantineId, Role, UserId};
use engine::event::ImportRecord;
use store::{EntryRow, EntryState, UserRow, UserSecrets};

use super::World;
use crate::office::signal;

/// The bytes of a signal are its number: enough to make it again.
pub(super) fn raw_of(signal: &Incoming) -> Raw {
    let number = signal.content.source_id.trim_start_matches("m-").parse().unwrap_or(0);
    raw(number, Some(signal.content.source_id.to_string()))
}

fn raw(number: u64, source_id: Option<String>) -> Raw {
    Raw {
        bytes: number.to_be_bytes().to_vec(),
        file: None,
        detail: "made".to_owned(),
        format: "test".to_owned(),
        origin: "test".to_owned(),
        source_id,
        cut: false,
        repairs: Vec::new(),
    }
}

/// What became of an import.
const ROWS: ImportedRows = ImportedRows { read: 3, accepted: 2, duplicates: 1, quarantined: 0 };
/// What somebody puts in place of something that is no better.
const STILL_WRONG: &str = "still wrong";

/// What an entry's bytes say once a person has put it right.
fn read_again<S>(_: &S, _: &EntryRow, raw: &Raw) -> Result<ReadEntry, Vec<EntryFault>> {
    let wrong = |code| vec![EntryFault::whole(code, "made")];
    if raw.repairs.iter().any(|(_, value)| value == STILL_WRONG) {
        return Err(wrong(Code::PhoneUnreadable));
    }
    let bytes = raw.bytes.as_slice().try_into().map_err(|_| wrong(Code::Unreadable))?;
    let number = u64::from_be_bytes(bytes);
    let mail = format!("p{}@c{}.com", number % 4, number % 2);
    let moment = crate::office::WEDNESDAY_NOON;
    let mut signal = signal(number, "page.viewed", &[(Email, &mail)], &[], moment);
    // Mended at the source it would be another item.
    signal.content.source_id = format!("r-{number}").into();
    Ok(ReadEntry { incoming: signal, unplaced: Vec::new() })
}

impl World {
    /// Something that cannot be read, or another body under an id that was used before.
    pub(super) fn unreadable(&mut self, which: u8) {
        self.sent += 1;
        let now = self.now;
        self.import(which);
        self.user(which);
        if which.is_multiple_of(2) {
            let source = SourceName::new("web").expect("a name");
            let (raw, item) = (raw(self.sent, None), self.sent.to_be_bytes());
            let cause = Code::TimeUnreadable;
            let offer = IntakeItem::Rejected {
                source: &source,
                cause,
                field: Some("occurred"),
                raw: &raw,
                line: Some(self.sent),
                item: &item,
            };
            self.crank_mut().accept(&offer, None, now).expect("memory");
        } else {
            let number = u64::from(which) % self.sent;
            let mut again = signal(number, "page.viewed", &[(Email, "p1@c1.com")], &[], now);
            again.body = [0xEE; 32];
            again.body[0] = which;
            self.offer(&again);
        }
    }

    /// An import begins, or comes to its end, and brings a row that other imports bring too.
    fn import(&mut self, which: u8) {
        let now = self.now;
        let row = which / 4 % 12;
        // Every other row is of somebody who shares no name with anybody else.
        let mail = match row % 2 {
            0 => format!("p{}@c{}.com", which % 4, which % 2),
            _ => format!("i{row}@i{row}.com"),
        };
        let (number, when) = (1_000_000 + u64::from(row), crate::office::WEDNESDAY_NOON);
        let row = signal(number, "page.viewed", &[(Email, &mail)], &[], when);
        let raw = || raw_of(&row);
        let offer = IntakeItem::Signal { incoming: &row, raw: &raw, line: Some(1) };
        let import = ImportId::caused_by(&[&[which % 8]]);
        self.crank_mut().accept(&offer, Some(import), now).expect("memory");
        let ends = which.is_multiple_of(3);
        let record = ImportRecord {
            import,
            source: SourceName::new("crm").expect("a name"),
            map: "0123456789abcdef".to_owned(),
            files: 1,
            by: By::Operator,
            rows: ends.then_some(ROWS),
            names: (!ends).then(|| Note::new(b"crm.yaml\nleads.csv".to_vec())),
        };
        self.crank_mut().record_import(record, now).expect("memory");
    }

    /// An import is taken back, in groups of its own.
    pub(super) fn take_back(&mut self, which: u8) {
        let now = self.now;
        let import = ImportId::caused_by(&[&[which % 8]]);
        let order = UndoOrder { import, consents: which.is_multiple_of(3), by: By::Operator };
        loop {
            match self.crank_mut().undo_import(&order, false, now) {
                Ok(UndoProgress::UnderWay) => {}
                Ok(UndoProgress::Done(_)) => break,
                Err(CrankError::NoImport(_) | CrankError::ImportUndone(_)) => break,
                Err(error) => panic!("{error}"),
            }
            self.follow();
        }
        self.follow();
    }

    /// A user may sign in as something, and then no more.
    fn user(&mut self, which: u8) {
        let now = self.now;
        for revoked in [None, Some(now)] {
            let row = UserRow {
                user: UserId::caused_by(&[&[which % 8]]),
                role: Role::ALL[usize::from(which) % Role::ALL.len()],
                member: which.is_multiple_of(3).then(|| "ann".to_owned()),
                generation: 1,
                added: now,
                revoked,
                link: None,
            };
            let email = format!("u{}@acme.example", which % 8);
            let secrets =
                UserSecrets { email, password: None, second_factor: None, provided: None };
            let by = By::User(UserId::caused_by(&[b"admin"]));
            self.crank_mut().record_user((&row, &secrets), &by, now).expect("memory");
        }
    }

    /// An open entry is repaired, released (repaired before where it was not), or discarded.
    pub(super) fn deal_with_entry(&mut self, which: u8, deed: u8) {
        let is_open =
            |state: &EntryState| matches!(state, EntryState::Waiting | EntryState::Repaired);
        let entries = self.model.entries.iter().filter(|(_, state)| is_open(state));
        let open: Vec<QuarantineId> = entries.map(|(entry, _)| *entry).collect();
        if open.is_empty() {
            return;
        }
        let (entry, now) = (open[usize::from(which) % open.len()], self.now);
        let value =
            if deed == 0 && which.is_multiple_of(3) { STILL_WRONG } else { "Head of Field" };
        let repair = Repair { field: "person.title".to_owned(), value: value.to_owned() };
        let unrepaired = self.model.entries[&entry] == EntryState::Waiting;
        if deed == 0 || deed == 1 && unrepaired {
            self.grouped(|world| world.crank_mut().repair(entry, &[repair], &read_again, now))
                .expect("open");
        }
        if deed == 1 {
            let released = self.crank_mut().grouped(|crank| crank.release(entry, &read_again, now));
            match released.expect("memory") {
                Ok(_) | Err(CrankError::Unreadable(_) | CrankError::StillHeld(_)) => {}
                Err(error) => panic!("{error}"),
            }
            self.follow();
        } else if deed > 1 {
            self.grouped(|world| world.crank_mut().discard(entry, now)).expect("open");
        }
    }

    /// Somebody reads an account, or everything. It is recorded where it was not in this hour.
    pub(super) fn read(&mut self, reader: u8) {
        let purpose = [ReadFor::View, ReadFor::Sales, ReadFor::Audit][usize::from(reader) % 3];
        let account = self.model.accounts.iter().nth(usize::from(reader) % 5);
        let reading = Disclosure {
            reader: By::Key(KeyId::caused_by(&[&[reader % 16]])),
            purpose,
            reason: None,
            of: account.map_or(ReadOf::Everybody, |account| ReadOf::Account(*account)),
            nodes: 1,
            actor: Actor::Person,
        };
        let now = self.now;
        self.read += u64::from(!self.crank_mut().is_recorded(&reading, now));
        self.crank_mut().record_disclosure(&reading, now).expect("memory");
        self.follow();
    }
}
