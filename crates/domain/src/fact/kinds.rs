//! Every kind of fact, with its number in the stored form.

use std::sync::Arc;

use super::about::{About, EntryChange, Sealed};
use super::by::{By, Mode, ReadFor, ReadOf};
use super::claims::{ClaimCode, Claims, Feedback};
use super::header::StrategyVersion;
use super::hexadecimal::hexadecimal;
use super::parts::{
    AccountFound, Again, BodyMac, ImportedRows, Match, Note, Notice, Raw, Routing, Score, Undo,
    UndoneImport, Verdict,
};
use crate::handoff::{Action, Autonomy, DeliveryState, MemberId, Owner, Seam, State, Target};
use crate::id::{
    AccountId, DeliveryId, HandoffId, ImportId, NodeId, PersonId, QuarantineId, SignalId, UserId,
};
use crate::reason::{Code, Finding, Reason};
use crate::signal::{Content, KeySet, SourceName};
use crate::{Moment, Role};

/// What happened.
///
/// Serialised it has every clear field by its name, for exports: none can be left out.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode, serde::Serialize)]
pub enum Fact {
    // ---- ingest -----------------------------------------------------------------------------
    /// A signal was accepted. Aggregate: its node.
    #[n(0)]
    SignalArrived {
        /// Our id.
        #[n(0)]
        signal: SignalId,
        /// The configured source.
        #[n(1)]
        source: SourceName,
        /// When it happened, as the source says.
        #[n(2)]
        occurred: Option<Moment>,
        /// The import that brought it.
        #[n(3)]
        import: Option<ImportId>,
        /// Whether it names a person by more than a cookie; older entries do not say it.
        #[n(4)]
        lead: Option<bool>,
        /// Where it is taken again, since an import was taken back: what was known of it before.
        #[n(5)]
        #[serde(skip_serializing_if = "Option::is_none")]
        again: Option<Again>,
        /// Sealed to the node: what it says. Absent after an erasure.
        #[cbor(skip)]
        #[serde(skip)]
        content: Option<Box<Content>>,
    },
    /// Something could not be taken as it came. Aggregate: quarantine.
    #[n(1)]
    SignalQuarantined {
        /// Our id of the entry.
        #[n(0)]
        entry: QuarantineId,
        /// The configured source.
        #[n(1)]
        source: SourceName,
        /// The code of the cause.
        #[n(2)]
        cause: Code,
        /// The line in its file.
        #[n(3)]
        line: Option<u64>,
        /// The import that brought it.
        #[n(4)]
        import: Option<ImportId>,
        /// The signal that was accepted and then held at the checkpoint.
        #[n(5)]
        signal: Option<SignalId>,
        /// The field, as the map or the contract names it.
        #[n(6)]
        field: Option<String>,
        /// Sealed to the entry: the raw bytes and where they came from.
        #[cbor(skip)]
        #[serde(skip)]
        raw: Option<Box<Raw>>,
    },
    /// A person put something of the entry right; it waits to be released, unless it is held still.
    #[n(2)]
    QuarantineRepaired {
        /// The entry that it is about.
        #[n(0)]
        entry: QuarantineId,
        /// What it is held for still; none where it waits to be released.
        #[n(1)]
        cause: Option<Code>,
        /// The field that this is about, as the map or the contract names it.
        #[n(2)]
        field: Option<String>,
        /// Sealed to the entry: the raw bytes as repaired.
        #[cbor(skip)]
        #[serde(skip)]
        raw: Option<Box<Raw>>,
    },
    /// The entry was let in.
    #[n(3)]
    QuarantineReleased {
        /// The entry that it is about.
        #[n(0)]
        entry: QuarantineId,
        /// The signal that it became.
        #[n(1)]
        signal: SignalId,
    },
    /// The entry was thrown away by a person, or erased with somebody.
    #[n(4)]
    QuarantineDiscarded {
        /// The entry that it is about.
        #[n(0)]
        entry: QuarantineId,
    },

    /// An import is being taken back, or all of it is. Aggregate: governance.
    #[n(5)]
    ImportUndone {
        /// The import that it is about.
        #[n(0)]
        import: ImportId,
        /// Whether consents that it withdrew, and whom it had suppressed, are taken back as well.
        #[n(1)]
        consents: bool,
        /// Who asked.
        #[n(2)]
        by: By,
        /// What it came to, at its end; none where it begins.
        #[n(3)]
        counts: Option<UndoneImport>,
    },
    /// Signals that an import had brought count no more, and all others of the node are taken again after
    /// this. Aggregate: the node, and the account that it leaves.
    #[n(9)]
    SignalsTakenBack {
        /// The import that had brought them.
        #[n(0)]
        import: ImportId,
        /// The node that it is about.
        #[n(1)]
        node: NodeId,
        /// Which signals; none where the node only shares a name with whom the import told of.
        #[n(2)]
        signals: Vec<SignalId>,
        /// Whose the node was; none before its first turn.
        #[n(3)]
        person: Option<PersonId>,
        /// The account that it leaves until it is taken again; none where it stays, since somebody works a
        /// handoff over it, or where it was in none.
        #[n(4)]
        left: Option<AccountId>,
        /// Whether whom the import had suppressed is so no more.
        #[n(5)]
        consents: bool,
        /// Nobody's id: whose the node and the handoffs over it are until it is known again.
        #[n(6)]
        nobody: PersonId,
    },
    /// Signals that an import had brought came again: each is a witness, so that they stay should the
    /// import be taken back. Aggregate: governance.
    #[n(7)]
    SignalsWitnessed {
        /// The import that brought them first.
        #[n(0)]
        first: ImportId,
        /// The import that brought them again; none where a source sent them.
        #[n(1)]
        import: Option<ImportId>,
        /// Which signals.
        #[n(2)]
        signals: Vec<SignalId>,
    },
    /// An import began, or came to its end. Aggregate: governance.
    #[n(8)]
    ImportRecorded {
        /// The import that it is about.
        #[n(0)]
        import: ImportId,
        /// The source that its rows are of.
        #[n(1)]
        source: SourceName,
        /// The name of the map that is kept: what it says, hashed.
        #[n(2)]
        map: String,
        /// How many files.
        #[n(3)]
        files: u32,
        /// Who imports.
        #[n(4)]
        by: By,
        /// What became of its rows, at its end; none where it begins.
        #[n(5)]
        rows: Option<ImportedRows>,
        /// Sealed to governance, the organisation's own key: the names of the map and of the files, a line
        /// each. Absent at its end.
        #[cbor(skip)]
        #[serde(skip)]
        names: Option<Box<Note>>,
    },

    // ---- resolve ----------------------------------------------------------------------------
    /// Whose it is. Aggregate: the node.
    #[n(10)]
    SubjectResolved {
        /// Which signal.
        #[n(0)]
        signal: SignalId,
        /// Whose cluster; none for what is said of a company.
        #[n(1)]
        person: Option<PersonId>,
        /// Where the node was at that moment.
        #[n(2)]
        account: AccountId,
        /// How the person was found.
        #[n(3)]
        found: Match,
        /// Parts in a hundred.
        #[n(4)]
        confidence: u8,
        /// The reasons, in the order in which they held.
        #[n(5)]
        reasons: Vec<Reason>,
        /// Whether the signal named the account itself, and whether that is verified.
        #[n(6)]
        anchored: Option<bool>,
        /// How the account was found, where the signal names one; older entries do not say it.
        #[n(7)]
        named: Option<AccountFound>,
        /// Its identifiers that turned out to be held by several people: from here on they name nobody.
        #[n(8)]
        shared: Option<KeySet>,
        /// Who has one of these as well and was not joined with the person: somebody may say that they
        /// are one.
        #[n(9)]
        withheld: Option<PersonId>,
        /// Where the signal is taken again, since an import was taken back: when it was known first.
        #[n(10)]
        #[serde(skip_serializing_if = "Option::is_none")]
        as_of: Option<Moment>,
    },
    /// A node became part of the account. Aggregate: the account.
    #[n(11)]
    NodeJoined {
        /// The node that it is about.
        #[n(0)]
        node: NodeId,
        /// The person that it is about.
        #[n(1)]
        person: PersonId,
        /// Whether its strongest identifier is verified.
        #[n(2)]
        verified: bool,
        /// Whether it is a company's node: the person stands for nobody. Absent, it is not.
        #[n(3)]
        company: Option<bool>,
    },
    /// A node went to another account. Aggregate: the account that it left.
    #[n(12)]
    NodeLeft {
        /// The node that it is about.
        #[n(0)]
        node: NodeId,
        /// Where to: the forwarding address.
        #[n(1)]
        to: AccountId,
    },
    /// Nodes changed from one person to another. Aggregate: each account concerned.
    #[n(13)]
    PeopleMerged {
        /// Who stays.
        #[n(0)]
        winner: PersonId,
        /// Who is now the winner.
        #[n(1)]
        loser: PersonId,
        /// The loser's nodes.
        #[n(2)]
        nodes: Vec<NodeId>,
        /// The signal that said so; none where somebody did.
        #[n(3)]
        signal: Option<SignalId>,
        /// The reasons, in the order in which they held.
        #[n(4)]
        reasons: Vec<Reason>,
        /// Who said so; none where a signal did.
        #[n(5)]
        by: Option<By>,
    },
    /// A merge was taken back, or somebody split nodes off a person. Aggregate: each account concerned;
    /// of a split, its nodes as well.
    #[n(14)]
    MergeUndone {
        /// Who stayed.
        #[n(0)]
        winner: PersonId,
        /// Who is somebody of their own again.
        #[n(1)]
        loser: PersonId,
        /// The nodes that went back.
        #[n(2)]
        nodes: Vec<NodeId>,
        /// Who asked for it.
        #[n(3)]
        by: By,
        /// Where somebody split them off: a node of the person whom what signals say joins them with no
        /// more.
        #[n(4)]
        apart: Option<NodeId>,
        /// Why they were split off, where somebody said so.
        #[n(5)]
        reason: Option<Code>,
    },

    // ---- contract ---------------------------------------------------------------------------
    /// What the contract said of what crosses a seam. Aggregate: the node for a signal, else the account.
    #[n(20)]
    CheckpointReached {
        /// The seam that was crossed.
        #[n(0)]
        seam: Seam,
        /// The signal that crosses, or began what crosses.
        #[n(1)]
        signal: SignalId,
        /// The handoff that crosses.
        #[n(2)]
        handoff: Option<HandoffId>,
        /// Which contract of the strategy, by its place; none where the source has none.
        #[n(3)]
        contract: Option<u16>,
        /// What it said.
        #[n(4)]
        verdict: Verdict,
        /// In detail.
        #[n(5)]
        findings: Vec<Finding>,
        /// Sealed to the node: the content as repaired, where the verdict is `repaired`.
        #[cbor(skip)]
        #[serde(skip)]
        repaired: Option<Box<Content>>,
    },

    // ---- score, decide ----------------------------------------------------------------------
    /// A person's score at a signal. Aggregate: the account.
    #[n(30)]
    LeadScored {
        /// At which signal.
        #[n(0)]
        signal: SignalId,
        /// Whose; none for the score of a company.
        #[n(1)]
        person: Option<PersonId>,
        /// The score with what it is made of. What is known of the person keeps it, too.
        #[cbor(n(2), with = "crate::arc_codec")]
        #[serde(serialize_with = "crate::arc_codec::serialize")]
        score: Arc<Score>,
    },
    /// What is to be done. Aggregate: the account.
    #[n(31)]
    DecisionMade {
        /// At which signal.
        #[n(0)]
        signal: SignalId,
        /// Whose; none for what is decided on a company.
        #[n(1)]
        person: Option<PersonId>,
        /// The action that was decided.
        #[n(2)]
        action: Action,
        /// Which kind of handoff, where it is one.
        #[n(3)]
        kind: Option<String>,
        /// Under which SLA, where it is one.
        #[n(4)]
        sla: Option<String>,
        /// Why: the row, fences, what was unknown.
        #[n(5)]
        reasons: Vec<Reason>,
        /// How much of it goes by itself.
        #[n(6)]
        autonomy: Autonomy,
        /// For each column of the readiness table and each row before the one that matched, whether
        /// it held (2 bits each: no, yes, unknown), so that near misses can be told.
        #[n(7)]
        #[cbor(with = "minicbor::bytes")]
        #[serde(serialize_with = "hexadecimal")]
        trace: Vec<u8>,
        /// The handoff that it began or found open.
        #[n(8)]
        handoff: Option<HandoffId>,
        /// Where the signal is taken again, since an import was taken back: as of when it is decided.
        #[n(9)]
        #[serde(skip_serializing_if = "Option::is_none")]
        as_of: Option<Moment>,
    },

    // ---- the handoff ------------------------------------------------------------------------
    /// A handoff began. Aggregate: the account.
    #[n(40)]
    HandoffProposed {
        /// The handoff that it is about.
        #[n(0)]
        handoff: HandoffId,
        /// The person that it is about.
        #[n(1)]
        person: PersonId,
        /// The node that the signal belongs to.
        #[n(2)]
        node: NodeId,
        /// Which kind.
        #[n(3)]
        kind: String,
        /// Under which SLA.
        #[n(4)]
        sla: Option<String>,
        /// Which signal began it.
        #[n(5)]
        signal: SignalId,
    },
    /// A handoff wants an owner. Aggregate: the account.
    #[n(41)]
    OwnerWanted {
        /// The handoff that it is about.
        #[n(0)]
        handoff: HandoffId,
        /// How many times before.
        #[n(1)]
        round: u32,
        /// Who must not get it again.
        #[n(2)]
        passed_over: Vec<MemberId>,
    },
    /// The owner is found. Aggregate: the account.
    #[n(42)]
    OwnerAssigned {
        /// The handoff that it is about.
        #[n(0)]
        handoff: HandoffId,
        /// The owner that was found.
        #[n(1)]
        owner: Owner,
        /// How, and why not each other one. What is known of the handoff keeps it, too.
        #[cbor(n(2), with = "crate::arc_codec")]
        #[serde(serialize_with = "crate::arc_codec::serialize")]
        routing: Arc<Routing>,
        /// Who asked, where a person did.
        #[n(3)]
        by: Option<By>,
    },
    /// The handoff's state changed. Aggregate: the account.
    #[n(43)]
    HandoffMoved {
        /// The handoff that it is about.
        #[n(0)]
        handoff: HandoffId,
        /// To what.
        #[n(1)]
        state: State,
        /// The reasons, in the order in which they held.
        #[n(2)]
        reasons: Vec<Reason>,
        /// Who, where a person did.
        #[n(3)]
        by: Option<By>,
        /// When it comes back, where it was recycled.
        #[n(4)]
        returns: Option<Moment>,
        /// When the chain on silence takes its next step, where it begins with this.
        #[n(5)]
        chain: Option<Moment>,
    },
    /// A clock runs. Aggregate: the account.
    #[n(44)]
    ClockStarted {
        /// The handoff that it is about.
        #[n(0)]
        handoff: HandoffId,
        /// Towards what.
        #[n(1)]
        target: Target,
        /// From when.
        #[n(2)]
        from: Moment,
        /// Warned when.
        #[n(3)]
        warn: Option<Moment>,
        /// Due when.
        #[n(4)]
        due: Moment,
        /// How many times this target's clock was started before.
        #[n(5)]
        generation: u32,
        /// When the target's own chain on silence begins, where it has one that is not that of
        /// `accept`.
        #[n(6)]
        chain: Option<Moment>,
    },
    /// A clock ended in time or late. Aggregate: the account.
    #[n(45)]
    ClockStopped {
        /// The handoff that it is about.
        #[n(0)]
        handoff: HandoffId,
        /// Towards what.
        #[n(1)]
        target: Target,
        /// Whether before its target.
        #[n(2)]
        met: bool,
    },
    /// Time ran low. Aggregate: the account.
    #[n(46)]
    SlaWarned {
        /// The handoff that it is about.
        #[n(0)]
        handoff: HandoffId,
        /// Towards what.
        #[n(1)]
        target: Target,
        /// Which start of the clock.
        #[n(2)]
        generation: u32,
    },
    /// Time ran out. Aggregate: the account.
    #[n(47)]
    SlaBreached {
        /// The handoff that it is about.
        #[n(0)]
        handoff: HandoffId,
        /// Towards what.
        #[n(1)]
        target: Target,
        /// Which start of the clock.
        #[n(2)]
        generation: u32,
    },
    /// A step of the chain on silence was taken. Aggregate: the account.
    #[n(48)]
    Escalated {
        /// The handoff that it is about.
        #[n(0)]
        handoff: HandoffId,
        /// Which step of the chain, by its place.
        #[n(1)]
        step: u16,
        /// Who was reminded or told, where somebody was.
        #[n(2)]
        told: Option<MemberId>,
        /// Which start of the clock.
        #[n(3)]
        generation: u32,
        /// When the step after it is due, where the chain has one.
        #[n(4)]
        next: Option<Moment>,
        /// Whose chain it is; none for that of `accept`, and for a queue that is late.
        #[n(5)]
        target: Option<Target>,
    },
    /// The first human touch. Aggregate: the account.
    #[n(49)]
    Touched {
        /// The handoff that it is about.
        #[n(0)]
        handoff: HandoffId,
        /// Who did it, where that is known.
        #[n(1)]
        by: Option<By>,
    },
    /// What came of it. Aggregate: the account.
    #[n(50)]
    OutcomeRecorded {
        /// The handoff that it is about.
        #[n(0)]
        handoff: HandoffId,
        /// The state that the outcome leads to.
        #[n(1)]
        outcome: State,
        /// When it happened, as was said.
        #[n(2)]
        occurred: Option<Moment>,
        /// Who said so.
        #[n(3)]
        by: Option<By>,
        /// Sealed to the handoff's node: what was added in words.
        #[cbor(skip)]
        #[serde(skip)]
        note: Option<Box<Note>>,
    },
    /// What the new owner says of the handoff. Aggregate: the account.
    #[n(51)]
    Debriefed {
        /// The handoff that it is about.
        #[n(0)]
        handoff: HandoffId,
        /// Right, in the owner's judgement.
        #[n(1)]
        right: Option<bool>,
        /// How many sections were said to be missing or wrong.
        #[n(2)]
        complaints: u16,
        /// Who said so.
        #[n(3)]
        by: Option<By>,
        /// Sealed to the handoff's node: what was said in words.
        #[cbor(skip)]
        #[serde(skip)]
        note: Option<Box<Note>>,
    },

    /// A reader says of a claim of the brief that it is right, wrong or stale, or that something is missing.
    /// What the same reader said of it before counts no more. Aggregate: the account.
    #[n(54)]
    ClaimJudged {
        /// The handoff that it is about.
        #[n(0)]
        handoff: HandoffId,
        /// Which brief: that of its owner by this number, counted from 1 as it was given to somebody.
        #[n(1)]
        brief: u32,
        /// Which claim of it, from 1; none where something is missing.
        #[n(2)]
        claim: Option<u16>,
        /// What is said.
        #[n(3)]
        feedback: Feedback,
        /// What the claim says, by its code.
        #[n(4)]
        code: Option<ClaimCode>,
        /// The configured source whose words it tells; none where the engine decided it.
        #[n(5)]
        source: Option<SourceName>,
        /// Who said so.
        #[n(6)]
        by: Option<By>,
        /// Sealed to the handoff's node: what was said in words.
        #[cbor(skip)]
        #[serde(skip)]
        note: Option<Box<Note>>,
    },

    /// A lead waits in the line of a pool that had nobody for it. Aggregate: the desk.
    #[n(56)]
    LineJoined {
        /// The handoff that it is about.
        #[n(0)]
        handoff: HandoffId,
        /// Whose account.
        #[n(1)]
        account: AccountId,
        /// In the line of which pool.
        #[n(2)]
        pool: String,
        /// The priority of its SLA class, from 1; 255 where the class has none. Lower goes first.
        #[n(3)]
        priority: u8,
        /// Since when: of one priority, who waits longest goes first.
        #[n(4)]
        since: Moment,
    },
    /// A lead waits no more: somebody has it, or nobody is to. Aggregate: the desk.
    #[n(57)]
    LineLeft {
        /// The handoff that it is about.
        #[n(0)]
        handoff: HandoffId,
        /// The line that it was in.
        #[n(1)]
        pool: String,
    },
    /// Somebody does something that can be taken back: what the handoff is before it. It comes first of
    /// what the turn says of the handoff. Aggregate: the account.
    #[n(58)]
    UndoOffered {
        /// The handoff that it is about.
        #[n(0)]
        handoff: HandoffId,
        /// Until when. What is to leave because of it leaves then at the earliest.
        #[n(1)]
        until: Moment,
        /// Since when the lead waits in its line, where it does.
        #[n(2)]
        waited: Option<Moment>,
        /// Whose mark the deed changes, where it is no more than a mark.
        #[n(3)]
        mark: Option<MemberId>,
        /// Until when that mark stood before.
        #[n(4)]
        marked: Option<Moment>,
    },
    /// Somebody took back what was done last: the handoff is what it was before. Aggregate: the account.
    #[n(59)]
    DeedUndone {
        /// The handoff that it is about.
        #[n(0)]
        handoff: HandoffId,
        /// The state that it is in again.
        #[n(1)]
        state: State,
        /// The owner who has it again.
        #[n(2)]
        owner: Owner,
        /// Who said so.
        #[n(3)]
        by: Option<By>,
    },

    // ---- brief, deliver ---------------------------------------------------------------------
    /// The brief was written. Aggregate: the account.
    #[n(60)]
    BriefWritten {
        /// For which handoff.
        #[n(0)]
        handoff: HandoffId,
        /// How many claims.
        #[n(1)]
        claims: u16,
        /// How many things are not known.
        #[n(2)]
        unknown: u16,
        /// The version of what made text of the claims; none where the claims were not kept.
        #[n(3)]
        renderer: Option<u16>,
        /// Sealed to the handoff's node: what it says. Absent in older entries and after an erasure.
        #[cbor(skip)]
        #[serde(skip)]
        says: Option<Box<Claims>>,
    },
    /// Something is to leave. Aggregate: the account.
    #[n(61)]
    DeliveryQueued {
        /// Our id, which is the destination's idempotency key.
        #[n(0)]
        delivery: DeliveryId,
        /// For which handoff.
        #[n(1)]
        handoff: HandoffId,
        /// Which step of `destinations.yaml`, by its place.
        #[n(2)]
        step: u16,
        /// Where to, as configured.
        #[n(3)]
        destination: String,
        /// What it takes back, if it is a compensation.
        #[n(4)]
        undoes: Option<DeliveryId>,
        /// The body, the same at each attempt, on its way to the store. It is no part of the fact:
        /// the store seals it beside the open delivery and deletes it once it is confirmed. In form 1
        /// it was sealed with the fact.
        #[cbor(skip)]
        #[serde(skip)]
        body: Option<Box<Note>>,
        /// How it is taken back, whatever later strategies say of the step.
        #[n(5)]
        undo: Option<Box<Undo>>,
        /// What is kept of the body. The store, which has the keys, puts it in; form 1 has none.
        #[n(6)]
        mac: Option<BodyMac>,
        /// What it tells of and whom; none where its step tells nobody and waits for a state.
        #[n(7)]
        notice: Option<Box<Notice>>,
        /// When it leaves at the earliest, where whom it tells is not to be disturbed before.
        #[n(8)]
        not_before: Option<Moment>,
    },
    /// An attempt is about to be made. Recorded before the call.
    #[n(62)]
    DeliveryAttempted {
        /// The delivery that it is about.
        #[n(0)]
        delivery: DeliveryId,
        /// From 1.
        #[n(1)]
        attempt: u32,
        /// The delivery under whose id it leaves, in one message with others to the same person; none
        /// where it leaves alone.
        #[n(2)]
        #[serde(skip_serializing_if = "Option::is_none")]
        bundle: Option<DeliveryId>,
    },
    /// A delivery's state changed.
    #[n(63)]
    DeliveryMoved {
        /// The delivery that it is about.
        #[n(0)]
        delivery: DeliveryId,
        /// To what.
        #[n(1)]
        state: DeliveryState,
        /// After which attempt.
        #[n(2)]
        attempt: u32,
        /// Why, where it failed or is to be tried again.
        #[n(3)]
        code: Option<Code>,
        /// When it is tried again.
        #[n(4)]
        again: Option<Moment>,
        /// The destination's status, where it gave one.
        #[n(5)]
        status: Option<u16>,
    },

    // ---- the desk ---------------------------------------------------------------------------
    /// A lead was given to a member out of a pool. Aggregate: the desk.
    #[n(80)]
    TurnTaken {
        /// For which handoff.
        #[n(0)]
        handoff: HandoffId,
        /// Out of which pool; none for an owner who was named.
        #[n(1)]
        pool: Option<String>,
        /// The member that it is about.
        #[n(2)]
        member: MemberId,
        /// Everybody who could have had it, with the chosen one.
        #[n(3)]
        eligible: Vec<MemberId>,
        /// Who had it before, where it was given on.
        #[n(4)]
        instead_of: Option<MemberId>,
        /// The weights of the eligible, in their order, in thousandths: what each was entitled to.
        #[n(5)]
        weights: Vec<u32>,
    },
    /// Work was finished or given back, so that the member has room. Aggregate: the desk.
    #[n(81)]
    WorkEnded {
        /// The handoff that it is about.
        #[n(0)]
        handoff: HandoffId,
        /// Who had it.
        #[n(1)]
        member: MemberId,
    },
    /// A member is paused. Aggregate: the desk.
    #[n(82)]
    MemberPaused {
        /// The member that it is about.
        #[n(0)]
        member: MemberId,
        /// Until when; open without.
        #[n(1)]
        until: Option<Moment>,
        /// Who asked.
        #[n(2)]
        by: By,
        /// The code of the reason; none where nobody said one. `owner-left` is for good.
        #[n(3)]
        code: Option<Code>,
    },
    /// A member takes leads again. Aggregate: the desk.
    #[n(83)]
    MemberResumed {
        /// The member that it is about.
        #[n(0)]
        member: MemberId,
        /// Who asked.
        #[n(1)]
        by: By,
    },
    /// A correction of the rotation ledger. Aggregate: the desk.
    #[n(84)]
    CreditGiven {
        /// In which pool.
        #[n(0)]
        pool: String,
        /// To whom.
        #[n(1)]
        member: MemberId,
        /// Hundredths of a lead; negative is a debit.
        #[n(2)]
        leads: i32,
        /// The code of the reason.
        #[n(3)]
        code: Code,
        /// Who asked; none where the engine did.
        #[n(4)]
        by: Option<By>,
    },

    /// A lead that somebody took is taken back, since they undid that. Aggregate: the desk.
    #[n(85)]
    TurnUndone {
        /// For which handoff.
        #[n(0)]
        handoff: HandoffId,
        /// Who had taken it.
        #[n(1)]
        member: MemberId,
        /// Who had it before, and has it again.
        #[n(2)]
        instead_of: Option<MemberId>,
        /// When it was taken: it counts towards no cap any more.
        #[n(3)]
        taken: Moment,
    },

    /// A member does not want to see a handoff until then. It is a mark of theirs alone, and stops no
    /// clock. Aggregate: the desk.
    #[n(53)]
    HandoffSnoozed {
        /// The handoff that it is about.
        #[n(0)]
        handoff: HandoffId,
        /// Whose account.
        #[n(1)]
        account: AccountId,
        /// Whose mark.
        #[n(2)]
        member: MemberId,
        /// Until when; none where they want to see it again.
        #[n(3)]
        until: Option<Moment>,
        /// Who said so.
        #[n(4)]
        by: Option<By>,
    },

    // ---- the registry -----------------------------------------------------------------------
    /// A strategy was put in force. Aggregate: the registry.
    #[n(100)]
    StrategyApplied {
        /// The version that was put in force.
        #[n(0)]
        version: StrategyVersion,
        /// The mode in which it is in force.
        #[n(1)]
        mode: Mode,
        /// Which one before.
        #[n(2)]
        previous: Option<StrategyVersion>,
        /// Whether an older one was put back.
        #[n(3)]
        rollback: bool,
        /// Who put it in force.
        #[n(4)]
        by: By,
    },

    // ---- governance -------------------------------------------------------------------------
    /// A person was erased. Aggregate: each account concerned, and governance.
    #[n(110)]
    PersonErased {
        /// The person who is erased.
        #[n(0)]
        person: PersonId,
        /// All their nodes, whose keys are destroyed.
        #[n(1)]
        nodes: Vec<NodeId>,
        /// Quarantine entries that named them, thrown away with their keys.
        #[n(2)]
        entries: Vec<QuarantineId>,
        /// Who asked.
        #[n(3)]
        by: By,
    },
    /// Personal data was read in clear. Aggregate: governance.
    #[n(111)]
    Unsealed {
        /// By whom.
        #[n(0)]
        reader: By,
        /// What for.
        #[n(1)]
        purpose: ReadFor,
        /// How many nodes.
        #[n(2)]
        nodes: u64,
        /// Whose; older entries do not say it.
        #[n(3)]
        of: Option<ReadOf>,
        /// Sealed to governance, the organisation's own key: what was said in words.
        #[cbor(skip)]
        #[serde(skip)]
        reason: Option<Box<Note>>,
    },
    /// A user may sign in, or may from here on as something else. Aggregate: governance.
    #[n(114)]
    UserGranted {
        /// The user.
        #[n(0)]
        user: UserId,
        /// What they are.
        #[n(1)]
        role: Role,
        /// The member of the team that they are.
        #[n(2)]
        member: Option<MemberId>,
        /// Who said so.
        #[n(3)]
        by: By,
    },
    /// A user may sign in no more. Aggregate: governance.
    #[n(115)]
    UserRevoked {
        /// The user.
        #[n(0)]
        user: UserId,
        /// Who said so.
        #[n(1)]
        by: By,
    },
}

impl Fact {
    /// The one place that says of each kind what it is called, what it is about and what is sealed
    /// with it.
    pub(super) fn described(&self) -> (&'static str, About<'_>, Sealed<'_>) {
        let nothing = Sealed::Nothing;
        match self {
            Self::SignalArrived { signal, content, .. } => {
                ("signal-arrived", About::Signal(*signal), Sealed::Content(content.as_deref()))
            }
            Self::SignalQuarantined { entry, raw, .. } => {
                ("signal-quarantined", About::Entry(*entry, None), Sealed::Raw(raw.as_deref()))
            }
            Self::QuarantineRepaired { entry, cause, field, raw } => {
                let held = |cause| EntryChange::StillHeld(cause, field.as_deref());
                let change = cause.map_or(EntryChange::Repaired, held);
                let about = About::Entry(*entry, Some(change));
                ("quarantine-repaired", about, Sealed::Raw(raw.as_deref()))
            }
            Self::QuarantineReleased { entry, signal } => (
                "quarantine-released",
                About::Entry(*entry, Some(EntryChange::Released(*signal))),
                nothing,
            ),
            Self::QuarantineDiscarded { entry } => (
                "quarantine-discarded",
                About::Entry(*entry, Some(EntryChange::Discarded)),
                nothing,
            ),
            Self::ImportUndone { import, .. } => ("import-undone", About::Import(*import), nothing),
            Self::SignalsTakenBack { node, nobody, .. } => {
                let nodes = std::slice::from_ref(node);
                ("signals-taken-back", About::Merge(*nobody, nodes), nothing)
            }
            Self::SignalsWitnessed { first, .. } => {
                ("signals-witnessed", About::Import(*first), nothing)
            }
            Self::ImportRecorded { import, names, .. } => (
                "import-recorded",
                About::Import(*import),
                Sealed::Words("names", names.as_deref()),
            ),
            Self::SubjectResolved { signal, .. } => {
                ("subject-resolved", About::Signal(*signal), nothing)
            }
            Self::NodeJoined { node, .. } => ("node-joined", About::Node(*node), nothing),
            Self::NodeLeft { node, .. } => ("node-left", About::Node(*node), nothing),
            Self::PeopleMerged { winner, nodes, .. } => {
                ("people-merged", About::Merge(*winner, nodes), nothing)
            }
            Self::MergeUndone { winner, nodes, .. } => {
                ("merge-undone", About::Merge(*winner, nodes), nothing)
            }
            Self::CheckpointReached { signal, verdict, repaired, .. } => {
                let content = Sealed::Content(repaired.as_deref());
                let is_repaired = *verdict == Verdict::Repaired || repaired.is_some();
                let sealed = if is_repaired { content } else { nothing };
                ("checkpoint-reached", About::Signal(*signal), sealed)
            }
            Self::LeadScored { signal, .. } => ("lead-scored", About::Signal(*signal), nothing),
            Self::DecisionMade { signal, .. } => ("decision-made", About::Signal(*signal), nothing),
            Self::HandoffProposed { handoff, .. } => {
                ("handoff-proposed", About::Handoff(*handoff), nothing)
            }
            Self::OwnerWanted { handoff, .. } => {
                ("owner-wanted", About::Handoff(*handoff), nothing)
            }
            Self::OwnerAssigned { handoff, .. } => {
                ("owner-assigned", About::Handoff(*handoff), nothing)
            }
            Self::HandoffMoved { handoff, .. } => {
                ("handoff-moved", About::Handoff(*handoff), nothing)
            }
            Self::ClockStarted { handoff, .. } => {
                ("clock-started", About::Handoff(*handoff), nothing)
            }
            Self::ClockStopped { handoff, .. } => {
                ("clock-stopped", About::Handoff(*handoff), nothing)
            }
            Self::SlaWarned { handoff, .. } => ("sla-warned", About::Handoff(*handoff), nothing),
            Self::SlaBreached { handoff, .. } => {
                ("sla-breached", About::Handoff(*handoff), nothing)
            }
            Self::Escalated { handoff, .. } => ("escalated", About::Handoff(*handoff), nothing),
            Self::Touched { handoff, .. } => ("touched", About::Handoff(*handoff), nothing),
            Self::OutcomeRecorded { handoff, note, .. } => (
                "outcome-recorded",
                About::Handoff(*handoff),
                Sealed::Words("note", note.as_deref()),
            ),
            Self::Debriefed { handoff, note, .. } => {
                ("debriefed", About::Handoff(*handoff), Sealed::Words("note", note.as_deref()))
            }
            Self::ClaimJudged { handoff, note, .. } => {
                ("claim-judged", About::Handoff(*handoff), Sealed::Words("note", note.as_deref()))
            }
            Self::UndoOffered { handoff, .. } => {
                ("undo-offered", About::Handoff(*handoff), nothing)
            }
            Self::DeedUndone { handoff, .. } => ("deed-undone", About::Handoff(*handoff), nothing),
            Self::BriefWritten { handoff, renderer, says, .. } => {
                // Without a renderer its claims were never kept.
                let kept = |_| Sealed::Claims(says.as_deref());
                ("brief-written", About::Handoff(*handoff), renderer.map_or(nothing, kept))
            }
            Self::DeliveryQueued { delivery, handoff, body, .. } => {
                // In form 1 the body was sealed with its fact; now it is a row beside the journal.
                let of_form_1 = |body| Sealed::Words("body", Some(body));
                let sealed = body.as_deref().map_or(nothing, of_form_1);
                ("delivery-queued", About::Delivery(*delivery, Some(*handoff)), sealed)
            }
            Self::DeliveryAttempted { delivery, .. } => {
                ("delivery-attempted", About::Delivery(*delivery, None), nothing)
            }
            Self::DeliveryMoved { delivery, .. } => {
                ("delivery-moved", About::Delivery(*delivery, None), nothing)
            }
            Self::TurnTaken { handoff, .. } => ("turn-taken", About::Work(*handoff), nothing),
            Self::LineJoined { handoff, .. } => ("line-joined", About::Work(*handoff), nothing),
            Self::LineLeft { handoff, .. } => ("line-left", About::Work(*handoff), nothing),
            Self::WorkEnded { handoff, .. } => ("work-ended", About::Work(*handoff), nothing),
            Self::MemberPaused { member, .. } => ("member-paused", About::Member(member), nothing),
            Self::MemberResumed { member, .. } => {
                ("member-resumed", About::Member(member), nothing)
            }
            Self::CreditGiven { member, .. } => ("credit-given", About::Member(member), nothing),
            Self::HandoffSnoozed { handoff, .. } => {
                ("handoff-snoozed", About::Work(*handoff), nothing)
            }
            Self::TurnUndone { handoff, .. } => ("turn-undone", About::Work(*handoff), nothing),
            Self::StrategyApplied { version, .. } => {
                ("strategy-applied", About::Strategy(*version), nothing)
            }
            Self::PersonErased { person, .. } => ("person-erased", About::Person(*person), nothing),
            Self::Unsealed { reason, .. } => {
                ("unsealed", About::Reading, Sealed::Words("reason", reason.as_deref()))
            }
            Self::UserGranted { user, .. } => ("user-granted", About::User(*user), nothing),
            Self::UserRevoked { user, .. } => ("user-revoked", About::User(*user), nothing),
        }
    }
}
