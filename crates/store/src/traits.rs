//! The narrow traits: what may be asked of a store, and what may be told to it.

use domain::errand::{ErrandId, Wake};
use domain::fact::{Aggregate, BodyMac, Entry, Raw, StrategyVersion};
use domain::id::{ID_BYTES, Prefix};
use domain::signal::{Content, SourceName};
use domain::{
    AccountId, DeliveryId, HandoffId, KeyId, Moment, NodeId, PersonId, QuarantineId, UserId,
};

use crate::arrival::{Acceptance, Accepted, Arrival, Pending, TakenBefore};
use crate::current::{
    Answer, Cursor, HandoffFilter, HandoffRow, IdKind, KeyRow, OutboxRow, Page, StoredAnswer,
    StrategyInForce, StrategyRow, Timer,
};
use crate::erasure::Erasable;
use crate::error::StoreError;
use crate::identity::{BindOutcome, Key, LeadsTo, NodeRow};
use crate::journal::{Head, Position, Purpose, Reads, Stored};
use crate::quarantine::{EntryRow, EntryState, QuarantineRequest, Quarantined};
use crate::snapshot::Snapshot;
use crate::users::{UserRow, UserSecrets};

/// What anybody may ask. The writer sees its own group's writes; a reader beside it sees whole
/// committed groups.
pub trait Read {
    // ---- the journal --------------------------------------------------------------------------

    /// How far the journal goes.
    fn head(&self) -> Result<Head, StoreError>;

    /// The entry at a position.
    fn at(
        &self,
        position: Position,
        purpose: Option<&Purpose>,
    ) -> Result<Option<Stored>, StoreError>;

    /// The entries of one aggregate in order: those after `after`, known by `until`. Follows the
    /// aggregate's chain, so it costs what it returns. Without a purpose sealed parts stay sealed.
    fn history(
        &self,
        aggregate: Aggregate,
        after: Position,
        until: Option<Moment>,
        purpose: Option<&Purpose>,
    ) -> Result<Vec<Stored>, StoreError>;

    /// The newest entries of one aggregate that were known at a moment or later, at most `limit`, in
    /// order. It costs what it returns, however long the chain before is.
    fn since(
        &self,
        aggregate: Aggregate,
        since: Moment,
        limit: usize,
        purpose: Option<&Purpose>,
    ) -> Result<Vec<Stored>, StoreError>;

    /// The newest entries of one aggregate that are not behind a position, newest first, at most
    /// `limit`. A page that goes on where one ended may begin there; else the chain is followed from
    /// its end.
    fn newest(
        &self,
        aggregate: Aggregate,
        position: Position,
        limit: usize,
        purpose: Option<&Purpose>,
    ) -> Result<Vec<Stored>, StoreError>;

    /// The newest snapshot of an aggregate by this version that is not behind a position and was known
    /// by a moment. One that does not open is passed over: all that is in it is in the journal.
    fn snapshot(
        &self,
        of: Aggregate,
        version: &str,
        position: Position,
        until: Option<Moment>,
    ) -> Result<Option<Snapshot>, StoreError>;

    /// Of what the newest snapshot by this version is, and where.
    fn newest_snapshot(&self, version: &str) -> Result<Option<(Aggregate, Position)>, StoreError>;

    /// At most `limit` entries after a position, of all aggregates, in order.
    fn journal(
        &self,
        after: Position,
        limit: usize,
        purpose: Option<&Purpose>,
    ) -> Result<Vec<Stored>, StoreError>;

    /// How much of the journal was decoded since this was opened.
    fn reads(&self) -> Reads;

    // ---- the inbox ----------------------------------------------------------------------------

    /// At most `limit` accepted signals that no turn has taken, oldest first, after a position.
    fn pending(&self, after: Position, limit: usize) -> Result<Vec<Pending>, StoreError>;

    /// Where at most `limit` of them stand, for whoever has at hand what they say.
    fn waiting(&self, after: Position, limit: usize) -> Result<Vec<Position>, StoreError>;

    /// The accepted signal that stands there; none where the entry is no arrival.
    fn pending_at(&self, position: Position) -> Result<Option<Pending>, StoreError>;

    /// The place of the signal that waits longest for its turn, whether its entry can be read or not.
    fn first_pending(&self) -> Result<Option<Position>, StoreError>;

    /// Where the signal stands that was accepted last under the id that a source gave this.
    fn accepted_at(
        &self,
        source: &SourceName,
        content: &Content,
    ) -> Result<Option<Position>, StoreError>;

    /// How many signals no turn has taken.
    fn pending_count(&self) -> Result<u64, StoreError>;

    // ---- who is who ---------------------------------------------------------------------------

    /// Where each identifier leads, in the order asked. Verified and claimed identifiers of one
    /// value lead to different nodes.
    fn leads(&self, keys: &[Key]) -> Result<Vec<LeadsTo>, StoreError>;

    /// The node that each identifier leads to, in the order asked.
    fn candidates(&self, keys: &[Key]) -> Result<Vec<Option<NodeRow>>, StoreError> {
        Ok(self.leads(keys)?.into_iter().map(LeadsTo::node).collect())
    }

    /// A node as it stands.
    fn node(&self, node: NodeId) -> Result<Option<NodeRow>, StoreError>;

    /// Whether something can be sealed to a node: its key is not damaged.
    fn is_sealable(&self, node: NodeId) -> Result<bool, StoreError>;

    /// What a fact would keep of a body that is about a node; none where the node was erased, since
    /// nobody can say it any more.
    fn body_mac(&self, node: NodeId, body: &[u8]) -> Result<Option<BodyMac>, StoreError>;

    /// The nodes that point to a person, oldest first.
    fn cluster(&self, person: PersonId) -> Result<Vec<NodeRow>, StoreError>;

    /// Whose one of these identifiers was before an import was taken back, where it leads to nobody since.
    fn set_aside_by(&self, keys: &[Key]) -> Result<Option<PersonId>, StoreError>;

    /// The account of a domain or a company's name, forwarding followed.
    fn account_of(&self, key: &Key) -> Result<Option<AccountId>, StoreError>;

    /// Where an account lives at present: itself, or the end of its forwarding addresses.
    fn forwarded(&self, account: AccountId) -> Result<AccountId, StoreError>;

    /// At most `limit` ids of a kind that begin as typed (`HandoffId::prefix` and so on), in order.
    fn matching(
        &self,
        kind: IdKind,
        prefix: &Prefix,
        limit: usize,
    ) -> Result<Vec<[u8; ID_BYTES]>, StoreError>;

    // ---- quarantine ---------------------------------------------------------------------------

    /// An entry as it stands.
    fn entry(&self, entry: QuarantineId) -> Result<Option<EntryRow>, StoreError>;

    /// Entries, newest first; those in one state, if one is named.
    fn entries(
        &self,
        state: Option<EntryState>,
        cursor: Option<Cursor>,
        limit: usize,
    ) -> Result<Page<EntryRow>, StoreError>;

    /// The entries whose raw bytes name one of these identifiers, in no particular order, each once. A signal
    /// that was read and held afterwards is not among them: it belongs to whoever it arrived at.
    fn entries_found_by(&self, keys: &[Key]) -> Result<Vec<QuarantineId>, StoreError>;

    /// An entry's raw bytes as they are at present, unsealed; `None` where they were erased, and
    /// [`StoreError::SealedDamaged`] where they do not open.
    fn raw(&self, entry: QuarantineId, purpose: &Purpose) -> Result<Option<Raw>, StoreError>;

    // ---- current state ------------------------------------------------------------------------

    /// A handoff as it stands.
    fn handoff(&self, handoff: HandoffId) -> Result<Option<HandoffRow>, StoreError>;

    /// Handoffs, newest first.
    fn handoffs(
        &self,
        filter: &HandoffFilter,
        cursor: Option<Cursor>,
        limit: usize,
    ) -> Result<Page<HandoffRow>, StoreError>;

    /// An open errand.
    fn outbox_row(&self, errand: ErrandId) -> Result<Option<OutboxRow>, StoreError>;

    /// At most `limit` open errands that are due and that nobody has claimed, the longest due
    /// first. A claim that ran out counts as none.
    fn outbox_claimable(&self, now: Moment, limit: usize) -> Result<Vec<OutboxRow>, StoreError>;

    /// At most `limit` open errands that are due, that nobody has claimed or tried yet, and that tell one
    /// recipient at one destination, the longest due first.
    fn outbox_waiting(
        &self,
        destination: &str,
        recipient: &str,
        now: Moment,
        limit: usize,
    ) -> Result<Vec<OutboxRow>, StoreError>;

    /// The open errands that left together under this delivery's id, in the order in which they were queued.
    fn outbox_bundle(&self, bundle: DeliveryId) -> Result<Vec<OutboxRow>, StoreError>;

    /// When the next open errand can be claimed.
    fn outbox_next(&self) -> Result<Option<Moment>, StoreError>;

    /// How many errands are open.
    fn outbox_count(&self) -> Result<u64, StoreError>;

    /// What is to be sent, unsealed; `None` where it was erased, and
    /// [`StoreError::SealedDamaged`] where it does not open.
    fn outbox_body(
        &self,
        row: &OutboxRow,
        purpose: &Purpose,
    ) -> Result<Option<Vec<u8>>, StoreError>;

    /// At most `limit` timers that are due, the longest due first.
    fn timers_due(&self, now: Moment, limit: usize) -> Result<Vec<Timer>, StoreError>;

    /// When the next timer is due.
    fn next_due(&self) -> Result<Option<Moment>, StoreError>;

    /// What is in force.
    fn force(&self) -> Result<Option<StrategyInForce>, StoreError>;

    /// A strategy's files as they were kept.
    fn strategy(&self, version: StrategyVersion) -> Result<Option<Vec<u8>>, StoreError>;

    /// The strategies that are kept, oldest first.
    fn strategies(&self) -> Result<Vec<StrategyRow>, StoreError>;

    /// What was counted, by name.
    fn counters(&self) -> Result<Vec<(String, u64)>, StoreError>;

    /// The answer that was given under an idempotency key, unless it has expired or went with an
    /// erasure. `request` is SHA-256 over what is asked.
    fn answer(
        &self,
        key: &str,
        request: &[u8; 32],
        now: Moment,
    ) -> Result<Option<StoredAnswer>, StoreError>;

    /// The credential with this hash of its secret, revoked or not.
    fn key_by_hash(&self, hash: &[u8; 32]) -> Result<Option<KeyRow>, StoreError>;

    /// All credentials, oldest first.
    fn keys(&self) -> Result<Vec<KeyRow>, StoreError>;

    /// Everybody who may sign in, or once might, oldest first.
    fn users(&self) -> Result<Vec<UserRow>, StoreError>;

    /// The user with this address, in its normal form, revoked or not.
    fn user_by_email(&self, email: &str) -> Result<Option<UserRow>, StoreError>;

    /// What is sealed of a user, opened; `None` where nobody has this id.
    fn user_secrets(&self, user: UserId) -> Result<Option<UserSecrets>, StoreError>;

    /// A small setting of the program's own.
    fn setting(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// What an erasure of the person would concern; `None` where nobody has this id.
    fn erasable(&self, person: PersonId) -> Result<Option<Erasable>, StoreError>;
}

/// What one thread may tell the store. Everything between [`Store::begin`] and [`Store::commit`]
/// is there after the commit or not at all.
pub trait Store: Read {
    /// Whether the bodies of errands lie in memory, so that nobody needs to keep one at hand besides.
    const BODIES_IN_MEMORY: bool = false;

    // ---- groups -------------------------------------------------------------------------------

    /// Begins a group of turns.
    fn begin(&mut self) -> Result<(), StoreError>;

    /// Makes the group durable. On an error nobody knows whether it is there: roll back, and ask
    /// again with the same ids.
    fn commit(&mut self) -> Result<(), StoreError>;

    /// Forgets the group. Never fails; does nothing outside a group.
    fn roll_back(&mut self);

    // ---- care ---------------------------------------------------------------------------------

    /// Writes and syncs the second head, by which a lost tail is noticed. To be called at least
    /// every second while entries are written, and before the end.
    fn sync_head(&mut self) -> Result<(), StoreError>;

    /// Gives up the room that is kept for erasing on a full disk. For an erasure that found the
    /// disk full: call it outside a group, and erase again.
    fn make_room(&mut self) -> Result<(), StoreError>;

    /// Gives up a piece of the room that is kept for records of who read what on a full disk. Full
    /// when none is left. For a record that found the disk full: call it outside a group, and record
    /// again.
    fn draw_reserve(&mut self) -> Result<(), StoreError>;

    /// Moves what is in the log into its place, as far as readers let it, and takes back the room
    /// for erasing. For idle moments, outside a group: else a commit has to do it.
    fn checkpoint_idle(&mut self) -> Result<(), StoreError>;

    // ---- ingest -------------------------------------------------------------------------------

    /// Accepts a signal: deduplicates it for ever on (source, origin, its id there), finds or makes
    /// the node of its strongest identifier that is not held by several people, writes `SignalArrived` and puts it into the inbox.
    fn accept(&mut self, arrival: &Arrival<'_>) -> Result<Acceptance, StoreError>;

    /// Takes a signal out of the inbox: a turn has dealt with it.
    fn done(&mut self, position: Position) -> Result<(), StoreError>;

    /// Keeps something apart under a key of its own and writes `SignalQuarantined`.
    fn quarantine(&mut self, item: &QuarantineRequest<'_>) -> Result<Quarantined, StoreError>;

    /// Lets an erasure find a quarantine entry by more addresses and numbers: those that somebody typed in
    /// place of what came.
    fn name_in_entry(&mut self, entry: QuarantineId, keys: &[Key]) -> Result<(), StoreError>;

    // ---- the journal --------------------------------------------------------------------------

    /// Appends an entry. Its sealed parts are sealed to whom they belong: a signal's content to
    /// the aggregate's node, raw bytes to their entry, notes and bodies to the node of their
    /// handoff (proposed earlier in this entry, or known by its row). Facts about quarantine
    /// entries move the rows of those entries along.
    fn append(&mut self, entry: &Entry) -> Result<Position, StoreError>;

    /// Keeps what an aggregate came to, beside a few older ones, and drops those by other versions;
    /// whether it could be sealed. Each node's part is sealed under the node's key, so an erasure takes
    /// it along. Nothing rests on snapshots: any may be missing.
    fn put_snapshot(&mut self, version: &str, snapshot: &Snapshot) -> Result<bool, StoreError>;

    // ---- who is who ---------------------------------------------------------------------------

    /// Lets an identifier lead to a node, unless it leads to another, or to nobody. A node that has had
    /// no turn gives way: whose it is follows from what its own turn finds.
    fn bind(&mut self, key: &Key, node: NodeId) -> Result<BindOutcome, StoreError>;

    /// Lets an identifier that several people have lead to nobody from here on. What comes with it alone
    /// later gets a node that is nobody in particular.
    fn share(&mut self, key: &Key) -> Result<(), StoreError>;

    /// Points a node to a person and an account.
    fn point(
        &mut self,
        node: NodeId,
        person: PersonId,
        account: AccountId,
    ) -> Result<(), StoreError>;

    /// Lets a domain or a company's name lead to an account, in place of another if there was one.
    fn bind_account(&mut self, key: &Key, account: AccountId) -> Result<(), StoreError>;

    /// Leaves a forwarding address; to itself takes it away.
    fn forward(&mut self, from: AccountId, to: AccountId) -> Result<(), StoreError>;

    // ---- taking an import back ----------------------------------------------------------------

    /// Lets an identifier lead nowhere, as if nobody had come with it. An erasure finds by it all the same
    /// to whom it led.
    fn lead_nowhere(&mut self, key: &Key) -> Result<(), StoreError>;

    /// Lets nothing lead to a node any more. One that does not stay in its account points to nobody either; of
    /// one that stays an erasure finds by what led to it whose it is then.
    fn set_aside(&mut self, node: NodeId, stays: Option<PersonId>) -> Result<(), StoreError>;

    /// Lets a domain or a company's name lead to no account.
    fn unbind_account(&mut self, key: &Key) -> Result<(), StoreError>;

    /// Forgets the id of a signal: the same can be accepted once more.
    fn forget_id(&mut self, source: &SourceName, content: &Content) -> Result<(), StoreError>;

    /// Lets what an entry was made of be taken as new where it comes again.
    fn forget_item(&mut self, entry: QuarantineId) -> Result<(), StoreError>;

    /// Writes the arrival of a signal that is taken again, at the node that its strongest identifier leads
    /// to, else at the one that it was sealed to. It is in no inbox: its turn follows at once.
    fn accept_again(
        &mut self,
        arrival: &Arrival<'_>,
        before: &TakenBefore,
    ) -> Result<Accepted, StoreError>;

    // ---- current state ------------------------------------------------------------------------

    /// Writes a handoff as it stands.
    fn put_handoff(&mut self, row: &HandoffRow) -> Result<(), StoreError>;

    /// Writes an open errand as it stands.
    fn outbox_put(&mut self, row: &OutboxRow) -> Result<(), StoreError>;

    /// Takes a closed errand out.
    fn outbox_delete(&mut self, errand: ErrandId) -> Result<(), StoreError>;

    /// Sets a timer. Set twice it is still one.
    fn timer_put(&mut self, timer: &Timer) -> Result<(), StoreError>;

    /// Takes a timer away; whether it was there.
    fn timer_delete(&mut self, timer: &Timer) -> Result<bool, StoreError>;

    /// Takes the timers for this away, whenever they are due. It looks through all timers.
    fn timer_drop(&mut self, wake: Wake) -> Result<(), StoreError>;

    /// Keeps a strategy's files. Kept twice it is still one.
    fn put_strategy(
        &mut self,
        version: StrategyVersion,
        files: &[u8],
        moment: Moment,
    ) -> Result<(), StoreError>;

    /// Says what is in force.
    fn put_force(&mut self, force: &StrategyInForce) -> Result<(), StoreError>;

    /// Counts something. Names are ours or those of sources; nothing personal.
    fn count(&mut self, name: &str, by: u64) -> Result<(), StoreError>;

    /// Keeps the answer given under an idempotency key.
    fn put_answer(&mut self, key: &str, answer: &Answer) -> Result<(), StoreError>;

    /// Drops the bodies of failed errands that have been kept for their time; how many.
    fn drop_bodies(&mut self, now: Moment) -> Result<u64, StoreError>;

    /// Forgets answers that have expired; how many.
    fn forget_answers(&mut self, now: Moment) -> Result<u64, StoreError>;

    /// Keeps a credential.
    fn put_key(&mut self, row: &KeyRow) -> Result<(), StoreError>;

    /// Revokes a credential; whether there was one to revoke.
    fn revoke_key(&mut self, key: KeyId, moment: Moment) -> Result<bool, StoreError>;

    /// Keeps a user as they stand, in place of what was kept of them.
    fn put_user(&mut self, row: &UserRow, secrets: &UserSecrets) -> Result<(), StoreError>;

    /// Keeps a small setting of the program's own.
    fn put_setting(&mut self, name: &str, value: &[u8]) -> Result<(), StoreError>;

    // ---- erasure ------------------------------------------------------------------------------

    /// Takes away what an erasure concerns: ciphertext, identifiers, body hashes, quarantine
    /// entries; leaves hashes that keep old input out. The caller appends `PersonErased` to
    /// governance and each account in the same group, commits, and calls
    /// [`Store::settle_erasures`] before it gives a receipt.
    fn erase(&mut self, erasable: &Erasable, moment: Moment) -> Result<(), StoreError>;

    /// Destroys the keys of what was erased and overwrites every copy that the databases hold.
    /// Outside a group. Repeatable; a start after a crash has to call it too.
    fn settle_erasures(&mut self) -> Result<(), StoreError>;
}
