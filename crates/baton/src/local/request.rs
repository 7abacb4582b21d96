//! What can be asked, and what is answered: one line of JSON each way.

use std::collections::BTreeMap;

use domain::fact::{LeftAlone, UndoneImport};
use domain::{AccountId, HandoffId, ImportId, KeyId, PersonId, QuarantineId, UserId};
use serde::{Deserialize, Serialize};

use super::packed::{Packed, Rows};
use super::refusal::Refusal;
use super::shielded::Shielded;
use crate::auth::credential::Credential;
use crate::service::act::desk::{DeskChange, DeskRow, HandedOnRow};
use crate::service::act::erasure::{Receipt, Whom};
use crate::service::act::identity::{IdentityChange, IdentityChanged};
use crate::service::act::quarantine::{EntriesChange, EntryDone};
use crate::service::act::wanted::Wanted;

/// Something that is asked of whoever holds the folder.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Request {
    /// Whether anybody is there.
    Hello,
    /// Keep an import map, so that its rows can be read again.
    KeepMap {
        /// The map as it was written.
        text: String,
    },
    /// Record that an import begins, or has come to its end.
    RecordImport(ImportTold),
    /// Take an import back, or go on with it, until it is done.
    UndoImport {
        /// Which import.
        import: ImportId,
        /// Whether consents that it withdrew are taken back as well.
        #[serde(default)]
        consents: bool,
        /// Whether it is only told what would come of it.
        #[serde(default)]
        is_dry_run: bool,
        /// Who asks; none for the operator of the machine.
        #[serde(default)]
        by: Option<Credential>,
    },
    /// Take rows of an import in, in a group of their own.
    Rows {
        /// Which import.
        import: ImportId,
        /// The rows.
        rows: Packed<Rows>,
    },
    /// Take signals through the stages, at most so many. A server does that by itself.
    Turns {
        /// How many.
        limit: usize,
    },
    /// Make a key.
    CreateKey {
        /// What people call it.
        name: String,
        /// What it may do.
        scopes: Vec<String>,
        /// The source of what it ingests.
        source: Option<String>,
        /// The member of the team who acts with it.
        #[serde(default)]
        member: Option<String>,
    },
    /// Revoke a key.
    RevokeKey {
        /// The key that it is about.
        key: KeyId,
    },
    /// Let somebody sign in, or change as what they do.
    AddUser {
        /// Their address.
        email: String,
        /// What they are.
        role: String,
        /// The member of the team that they are.
        member: Option<String>,
        /// The hash of their password; else an address is made that signs them in once.
        password: Option<String>,
        /// The administrator who lets them, or the key that does; else it is the operator of the machine.
        #[serde(default)]
        by: Option<Credential>,
    },
    /// Let somebody sign in no more, or end all their sessions.
    RevokeUser {
        /// The user.
        user: UserId,
        /// End their sessions, and let them sign in again.
        sessions_alone: bool,
        /// The administrator who does it, or the key; else it is the operator of the machine.
        #[serde(default)]
        by: Option<Credential>,
    },
    /// Begin a user's second factor, of which their app has shown a code.
    BeginSecondFactor {
        /// The user.
        user: UserId,
        /// The secret that the app has.
        secret: Shielded,
        /// The code that it shows.
        code: Shielded,
        /// Recovery codes.
        recovery: Vec<Shielded>,
    },
    /// A user came back from an identity provider, which knows them by this id.
    UseProvider {
        /// The user.
        user: UserId,
        /// The provider.
        issuer: String,
        /// Their id with it.
        subject: Shielded,
    },
    /// Use a code of a user's second factor up.
    UseCode {
        /// The user.
        user: UserId,
        /// What they typed.
        code: Shielded,
    },
    /// End a user's second factor.
    EndSecondFactor {
        /// The user.
        user: UserId,
        /// What they typed; without it the operator of the machine ends it.
        code: Option<Shielded>,
    },
    /// Use up an address that signs somebody in once.
    UseLink {
        /// The user whom it signs in.
        user: UserId,
        /// The hash of its secret.
        link: [u8; 32],
        /// The hash of the password that they chose.
        password: Option<String>,
    },
    /// Put a strategy in force.
    Apply {
        /// Its files by path.
        files: Packed<BTreeMap<String, Vec<u8>>>,
        /// How it is to be in force: `live` is the only mode yet.
        mode: String,
        /// The version that is in force until then, or a prefix of it; empty for none at all. Where another
        /// one is, nothing is done.
        #[serde(default)]
        replaces: Option<String>,
        /// Who asks; none for the operator of the machine.
        #[serde(default)]
        by: Option<Credential>,
    },
    /// Put an older strategy back in force.
    RollBack {
        /// The version, or a unique prefix of it; else the one before.
        version: Option<String>,
        /// As for a strategy that is put in force.
        #[serde(default)]
        replaces: Option<String>,
        /// Who asks; none for the operator of the machine.
        #[serde(default)]
        by: Option<Credential>,
    },
    /// Keep a draft of a strategy.
    SaveDraft {
        /// Its files by path.
        files: Packed<BTreeMap<String, Vec<u8>>>,
        /// The version that was in force when it was begun.
        based_on: Option<String>,
        /// The draft that it was written from.
        edits: Option<String>,
        /// Who saves it.
        by: Credential,
    },
    /// Throw a draft away.
    DiscardDraft {
        /// Its id.
        draft: String,
    },
    /// Deal with entries of the quarantine, in the order given.
    Entries {
        /// The entries that it is about.
        entries: Vec<QuarantineId>,
        /// What is done to them.
        change: EntriesChange,
        /// Whether the values that are still wrong are shown on the terminal of the machine.
        #[serde(default)]
        values_shown: bool,
    },
    /// Do something to a handoff, as the operator of the machine.
    Act {
        /// The handoff that it is about.
        handoff: HandoffId,
        /// What is done.
        wanted: Wanted,
        /// The member whom it is done for, by their id in `team.csv`.
        acts_as: Option<String>,
        /// In words.
        note: Option<String>,
    },
    /// Change what a member of the team gets.
    Desk {
        /// By their id in `team.csv`.
        member: String,
        /// What is wanted.
        change: DeskChange,
        /// Whether it is only told what would come of it.
        #[serde(default)]
        is_dry_run: bool,
    },
    /// Erase a person, or what is known of a company alone.
    Erase {
        /// Who is erased.
        whom: Whom,
        /// Whether it is only told what would be taken away.
        is_dry_run: bool,
        /// Who asks; none for the operator of the machine.
        by: Option<Credential>,
    },
    /// Who is found by an identifier.
    Find {
        /// An address, a number, or `SOURCE:ID`.
        identifier: String,
    },
    /// Change who is who.
    Identity {
        /// What is wanted.
        change: IdentityChange,
        /// Why, as a word of the closed list.
        #[serde(default)]
        reason: Option<String>,
        /// Whether it is only told what would come of it.
        #[serde(default)]
        is_dry_run: bool,
        /// Who asks; none for the operator of the machine.
        #[serde(default)]
        by: Option<Credential>,
    },
    /// Record that the operator of the machine is about to read personal data in clear.
    Disclose {
        /// What for, as a word of `ReadFor`.
        purpose: String,
        /// What for in words. Sealed.
        reason: Option<String>,
        /// Whose, where it is one account's.
        account: Option<AccountId>,
        /// Whose, where it is what an entry of the quarantine holds.
        entry: Option<QuarantineId>,
        /// How many nodes.
        nodes: u64,
    },
}

/// What is answered.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "kebab-case")]
pub enum Response {
    /// Somebody is there.
    Hello {
        /// The version of their program.
        version: String,
    },
    /// It is done, and there is nothing to say.
    Done,
    /// How far the import is taken back that was asked about.
    Undone {
        /// What it came to; none where it is to be asked for again.
        undone: Option<UndoneTold>,
    },
    /// What came of rows.
    Rows(Tally),
    /// Signals went through the stages.
    Turns {
        /// How many.
        taken: u64,
        /// How many wait.
        waiting: u64,
        /// How many handoffs they began or found open.
        handoffs: u64,
        /// What was decided on them.
        #[serde(default)]
        decided: Decisions,
        /// Whether a strategy is in force: without one they wait.
        strategy: bool,
    },
    /// A key was made. Its secret is told this once.
    Key {
        /// The key that it is about.
        key: KeyId,
        /// What it opens with.
        secret: String,
    },
    /// Somebody may sign in.
    User {
        /// The user.
        user: UserId,
        /// The secret of the address that signs them in once. It is told this once.
        link: Option<String>,
    },
    /// A strategy is in force.
    Applied {
        /// The version that was put in force.
        strategy: String,
        /// The mode in which it is in force: `live`.
        mode: String,
        /// Which one before.
        previous: Option<String>,
        /// What members had who are not in its team, and who has it.
        #[serde(default)]
        handed_on: Vec<HandedOnRow>,
    },
    /// A draft is kept.
    Draft {
        /// What it is called.
        draft: String,
    },
    /// What came of entries, in the order they were taken.
    Entries {
        /// Each one.
        entries: Vec<EntryDone>,
    },
    /// Somebody was erased, or would be.
    Erased(Box<Receipt>),
    /// Who was found.
    Found {
        /// Whom; none if nobody is known by it.
        person: Option<PersonId>,
    },
    /// Something was done to a handoff.
    Acted {
        /// The handoff as it is then.
        handoff: serde_json::Value,
    },
    /// Who is who was changed, or would be.
    Identity(Box<IdentityChanged>),
    /// The desk's row of a member.
    Desk(Box<DeskRow>),
    /// It was not done.
    Refused(Refusal),
}

/// What was decided on signals. Each counts once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decisions {
    /// A person or a queue has the handoff.
    pub offered: u64,
    /// It waits for an owner.
    pub held: u64,
    /// The person is in a handoff already.
    pub open_already: u64,
    /// A person is asked.
    pub asked: u64,
    /// Not ready yet.
    pub nurtured: u64,
    /// Not to be contacted.
    pub suppressed: u64,
    /// A sequence, a meeting or more data first.
    pub otherwise: u64,
    /// Kept apart by its contract.
    pub quarantined: u64,
}

impl Decisions {
    /// Adds others up.
    pub const fn add(&mut self, other: Self) {
        self.offered += other.offered;
        self.held += other.held;
        self.open_already += other.open_already;
        self.asked += other.asked;
        self.nurtured += other.nurtured;
        self.suppressed += other.suppressed;
        self.otherwise += other.otherwise;
        self.quarantined += other.quarantined;
    }
}

/// What is to be known of an import.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ImportTold {
    /// Which import.
    pub import: ImportId,
    /// The source of its rows.
    pub source: String,
    /// The name of the map that is kept.
    pub map: String,
    /// How many files.
    pub files: u32,
    /// What became of its rows; none where it begins.
    pub rows: Option<ImportTally>,
    /// The names of the map and of the files. They are sealed.
    pub names: Vec<String>,
    /// Who imports; none for the operator of the machine.
    #[serde(default)]
    pub by: Option<Credential>,
}

/// What became of the rows of an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportTally {
    /// Rows that were read.
    pub read: u64,
    /// In the journal now.
    pub accepted: u64,
    /// There before.
    pub duplicates: u64,
    /// Kept apart.
    pub quarantined: u64,
}

/// What taking an import back came to, or would.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoneTold {
    /// Which import.
    pub import: ImportId,
    /// Signals that count no more.
    pub signals: u64,
    /// Fields that were known by them.
    pub fields: u64,
    /// People who are scored again, or are known no more.
    pub scores: u64,
    /// Handoffs that are withdrawn.
    pub withdrawn: u64,
    /// Handoffs that somebody has taken: they stay.
    pub kept: u64,
    /// Signals of people who were erased since.
    pub erased: u64,
    /// Outcomes and debriefs that it told of: they stay.
    pub outcomes: u64,
    /// Signals that stay, since their people are left alone.
    pub left: LeftTold,
}

/// Signals that stay where an import is taken back, by why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftTold {
    /// Somebody works a handoff whose person would be elsewhere without the import.
    pub handoff_taken: u64,
    /// Somebody split one of the people by hand.
    pub split_by_hand: u64,
    /// Part of what is known of them cannot be opened.
    pub unreadable: u64,
}

impl UndoneTold {
    /// The same of counts as the journal has them.
    pub const fn of(import: ImportId, counts: UndoneImport) -> Self {
        let UndoneImport { signals, fields, scores, withdrawn, kept, erased, outcomes, left } =
            counts;
        let LeftAlone { handoff_taken, split_by_hand, unreadable } = left;
        let left = LeftTold { handoff_taken, split_by_hand, unreadable };
        Self { import, signals, fields, scores, withdrawn, kept, erased, outcomes, left }
    }
}

/// How rows of an import fared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// In the journal now.
    pub accepted: u64,
    /// There before.
    pub duplicates: u64,
    /// Kept apart.
    pub quarantined: u64,
    /// Outcomes and debriefs that were accepted and fit no handoff as it stands.
    pub unfit: u64,
}

impl Tally {
    /// Adds another up.
    pub fn add(&mut self, other: Self) {
        self.accepted += other.accepted;
        self.duplicates += other.duplicates;
        self.quarantined += other.quarantined;
        self.unfit += other.unfit;
    }
}

/// The longest line that is read, in bytes.
pub const LINE_BYTES_MAX: u64 = 256 << 20;
