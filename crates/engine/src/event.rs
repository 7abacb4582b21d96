//! Whatever begins a turn.

mod deed;

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::errand::Wake;
use domain::fact::{
    By, ImportedRows, Mode, Note, Raw, ReadFor, ReadOf, StrategyVersion, UndoneImport,
};
use domain::handoff::{DeliveryState, MemberId};
use domain::reason::Code;
use domain::signal::{KeySet, SourceName};
use domain::{
    AccountId, DeliveryId, HandoffId, ImportId, Moment, NodeId, PersonId, QuarantineId, Role,
    SignalId, UserId,
};

use crate::arrived::Arrived;

pub use deed::{Deed, JudgedClaim, Refusal};
pub use domain::errand::Answer;

/// Something that happened, or that somebody asks for.
#[derive(Clone, Debug)]
pub enum Event {
    /// The turn of a signal that was accepted.
    Signal {
        /// What arrived.
        arrived: Arc<Arrived>,
        /// Whom its identifiers lead to.
        lookup: Lookup,
    },
    /// Somebody does something to a handoff.
    Deed {
        /// The account of the handoff.
        account: AccountId,
        /// To which handoff.
        handoff: HandoffId,
        /// What they do.
        deed: Deed,
        /// Until when it can be taken back, where it is of a kind that can be: what is to leave because
        /// of it waits until then. None where that is not offered.
        undo_until: Option<Moment>,
    },
    /// A timer fired.
    Timer {
        /// The account of the handoff.
        account: AccountId,
        /// What it was for.
        wake: Wake,
    },
    /// A delivery is due: an attempt is about to be made.
    Attempt {
        /// The account of the handoff.
        account: AccountId,
        /// Which delivery.
        delivery: DeliveryId,
        /// Which attempt, from 1.
        attempt: u32,
        /// The delivery under whose id it leaves with others; none where it leaves alone.
        bundle: Option<DeliveryId>,
    },
    /// A destination answered, or did not.
    Answer {
        /// The account of the handoff.
        account: AccountId,
        /// To which delivery.
        delivery: DeliveryId,
        /// To which attempt.
        attempt: u32,
        /// What it said.
        answer: Answer,
    },
    /// A delivery has nothing to send any more: whom it speaks of was erased.
    Forgotten {
        /// The account of the handoff.
        account: AccountId,
        /// Which delivery.
        delivery: DeliveryId,
    },
    /// A merge is taken back, or nodes are split off a person.
    Unmerge(Unmerge),
    /// Somebody says that two are one person.
    Join(Join),
    /// A person is erased.
    Erasure(Erasure),
    /// Somebody changes the desk.
    Desk(DeskDeed),
    /// A strategy is put in force, or put back in force.
    InForce {
        /// Its version.
        version: StrategyVersion,
        /// The mode in which it is in force.
        mode: Mode,
        /// Whether an older one is put back.
        rollback: bool,
        /// Who asked.
        by: By,
    },
    /// Somebody deals with a quarantine entry.
    Quarantine {
        /// Which entry.
        entry: QuarantineId,
        /// What they do.
        deed: QuarantineDeed,
    },
    /// Personal data is about to be read in clear.
    Reading {
        /// By whom.
        reader: By,
        /// What for.
        purpose: ReadFor,
        /// Of how many nodes.
        nodes: u64,
        /// Whose data is read.
        of: ReadOf,
        /// In words. Sealed.
        reason: Option<Note>,
    },
    /// Something happens to an import.
    Import(ImportEvent),
    /// What an import had brought of some people counts no more.
    TakeBack(TakeBack),
    /// Somebody may sign in, or may no more.
    User(UserRecord),
    /// The program failed on something of a handoff: it is parked.
    Parked {
        /// The account of the handoff.
        account: AccountId,
        /// What is parked.
        item: Parked,
        /// The code of the reason.
        code: Code,
    },
}

/// Whom the identifiers of a signal lead to, as the store's tables say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lookup {
    /// The node of each key, in the order of the keys.
    pub found: Vec<Option<NodeId>>,
    /// The keys that several people have, so that they name nobody.
    pub shared: KeySet,
    /// All nodes found, with all nodes of their clusters.
    pub nodes: BTreeMap<NodeId, Pointer>,
    /// Where the company that it names leads.
    pub company: CompanyLookup,
    /// Of a signal that is said of a company alone and may start a handoff: the other accounts in which
    /// somebody of the company is.
    pub elsewhere: Vec<AccountId>,
}

impl Lookup {
    /// The accounts that a signal of a company can be of, where they are known.
    pub fn company_accounts(&self, node: NodeId) -> impl Iterator<Item = AccountId> {
        let home = self.nodes.get(&node).and_then(|home| home.place);
        let home = home.map(|(_, account)| account);
        home.into_iter().chain(self.company.business).chain(self.company.name)
    }
}

/// Where a company's names lead, as the store's tables say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CompanyLookup {
    /// The account of the domain, or of the name alone.
    pub business: Option<AccountId>,
    /// The account that the name beside a domain leads to by itself.
    pub name: Option<AccountId>,
    /// The account of the domain that the name was first stated beside.
    pub sited: Option<AccountId>,
    /// Whether the name was stated beside the domains of several accounts: then it names none.
    pub several: bool,
}

/// Where a node points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pointer {
    /// Whose it is and where; none for a node that has had no turn.
    pub place: Option<(PersonId, AccountId)>,
    /// Whether a verified identifier says who it is.
    pub named: bool,
}

/// Two who are one person, because somebody says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Join {
    /// Who stays.
    pub winner: PersonId,
    /// Who is the winner from here on.
    pub loser: PersonId,
    /// Where all nodes of both point.
    pub cluster: BTreeMap<NodeId, Pointer>,
    /// Why, where somebody says so.
    pub reason: Option<Code>,
    /// Who says so.
    pub by: By,
}

impl Join {
    /// The nodes of the one who is the winner from here on.
    pub fn theirs(&self) -> Vec<NodeId> {
        let theirs = self
            .cluster
            .iter()
            .filter(|(_, pointer)| pointer.place.is_some_and(|(person, _)| person == self.loser));
        theirs.map(|(node, _)| *node).collect()
    }
}

/// A merge that is taken back, or nodes that are split off a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmerge {
    /// Who stayed.
    pub winner: PersonId,
    /// Who is somebody of their own again.
    pub loser: PersonId,
    /// The nodes that the merge moved.
    pub merged: Vec<NodeId>,
    /// Where all nodes of the cluster point.
    pub cluster: BTreeMap<NodeId, Pointer>,
    /// Whether somebody splits them off: then what signals say joins them no more.
    pub is_split: bool,
    /// Why, where somebody says so.
    pub reason: Option<Code>,
    /// Who asked.
    pub by: By,
}

impl Unmerge {
    /// A node of the person that the nodes are kept apart from, where they are split off.
    pub fn apart(&self) -> Option<NodeId> {
        let rest = self.cluster.keys().find(|node| !self.merged.contains(node));
        rest.copied().filter(|_| self.is_split)
    }
}

/// A person who is erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// The person who is erased.
    pub person: PersonId,
    /// All their nodes.
    pub nodes: Vec<NodeId>,
    /// Quarantine entries that named them.
    pub entries: Vec<QuarantineId>,
    /// The accounts that they are in.
    pub accounts: Vec<AccountId>,
    /// Who asked.
    pub by: By,
}

/// What people do to the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeskDeed {
    /// A member gets nothing until then, or until they resume.
    Pause {
        /// The member that it is about.
        member: MemberId,
        /// Until when; open without.
        until: Option<Moment>,
        /// Why, where somebody said so. `owner-left` is for good: then they are in the team no more.
        code: Option<Code>,
        /// Who asked.
        by: By,
    },
    /// A member takes leads again.
    Resume {
        /// The member that it is about.
        member: MemberId,
        /// Who asked.
        by: By,
    },
    /// The rotation ledger is put right.
    Credit {
        /// In which pool.
        pool: String,
        /// To whom.
        member: MemberId,
        /// Hundredths of a lead; negative is a debit.
        leads: i32,
        /// The code of the reason.
        code: Code,
        /// Who asked.
        by: By,
    },
}

/// What happens to an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportEvent {
    /// It begins, or comes to its end.
    Recorded(ImportRecord),
    /// It is being taken back, or all of it is.
    Undone(ImportUndo),
    /// Signals that it had brought come again.
    Witnessed(Witnesses),
}

/// What an import had brought of people who share names with each other and with nobody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakeBack {
    /// The import that is taken back.
    pub import: ImportId,
    /// All nodes of these people.
    pub nodes: Vec<NodeTakenBack>,
    /// Whether whom the import had suppressed is so no more.
    pub consents: bool,
}

/// A node whose signals are taken again, but for those of the import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeTakenBack {
    /// The node.
    pub node: NodeId,
    /// Whose it is and where; none before its first turn.
    pub place: Option<(PersonId, AccountId)>,
    /// What the import had brought.
    pub signals: Vec<SignalId>,
    /// Whether other signals of it are taken again.
    pub comes_again: bool,
    /// Whether they turned out to be several people's.
    pub is_split: bool,
}

/// Signals of an import that came again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witnesses {
    /// The import that brought them first.
    pub first: ImportId,
    /// The import that brings them again; none where a source sends them.
    pub import: Option<ImportId>,
    /// Which signals.
    pub signals: Vec<SignalId>,
}

/// What is to be known of an import that is taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportUndo {
    /// The import that it is about.
    pub import: ImportId,
    /// Whether consents that it withdrew, and whom it had suppressed, are taken back as well.
    pub consents: bool,
    /// Who asked.
    pub by: By,
    /// What it came to; none where it begins.
    pub counts: Option<UndoneImport>,
}

/// What is to be known of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRecord {
    /// The import that it is about.
    pub import: ImportId,
    /// The source that its rows are of.
    pub source: SourceName,
    /// The name of the map that is kept.
    pub map: String,
    /// How many files.
    pub files: u32,
    /// Who imports.
    pub by: By,
    /// What became of its rows; none where it begins.
    pub rows: Option<ImportedRows>,
    /// The names of the map and of the files, a line each. Sealed.
    pub names: Option<Note>,
}

/// What is to be known of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserRecord {
    /// The user.
    pub user: UserId,
    /// What they may sign in as; nothing where they may no more.
    pub grant: Option<UserGrant>,
    /// Who says so.
    pub by: By,
}

/// As what a user may sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserGrant {
    /// What they are.
    pub role: Role,
    /// The member of the team that they are.
    pub member: Option<MemberId>,
}

/// What people do with a quarantine entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuarantineDeed {
    /// They put something of it right.
    Repair {
        /// Its bytes with what they put in place.
        raw: Box<Raw>,
        /// What it is held for still, and the field; none where it waits to be released.
        still_held: Option<(Code, Option<String>)>,
    },
    /// It was let in as this signal.
    Release(SignalId),
    /// They throw it away.
    Discard,
}

/// What the program failed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parked {
    /// A timer of this handoff.
    Timer(HandoffId),
    /// A delivery, at this attempt.
    Delivery {
        /// The delivery that it is about.
        delivery: DeliveryId,
        /// At which attempt.
        attempt: u32,
        /// What becomes of it.
        state: DeliveryState,
    },
}

/// The handoff that a timer is for.
pub const fn handoff_of(wake: Wake) -> HandoffId {
    match wake {
        Wake::Warn { handoff, .. }
        | Wake::Due { handoff, .. }
        | Wake::Chain { handoff, .. }
        | Wake::TargetChain { handoff, .. }
        | Wake::Return { handoff }
        | Wake::Settle { handoff }
        | Wake::Route { handoff, .. } => handoff,
    }
}
