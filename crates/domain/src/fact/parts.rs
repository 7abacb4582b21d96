//! The parts that facts are made of: verdicts, scores, routing, and what is sealed.

use std::fmt;
use std::ops::AddAssign;

use super::hexadecimal::hexadecimal;
use crate::handoff::{MemberId, Occasion, Target};
use crate::id::{AccountId, NodeId, SignalId};
use crate::moment::Moment;
use crate::reason::{Code, Reason};

/// How a signal was matched to somebody.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode, serde::Serialize,
)]
#[cbor(index_only)]
#[serde(rename_all = "kebab-case")]
pub enum Match {
    /// Nobody was known.
    #[n(0)]
    New,
    /// An exact identifier was known.
    #[n(1)]
    Exact,
}

/// What a signal names a company by. The order is that of weight: what a source states beats what
/// follows from an address.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Debug,
    minicbor::Encode,
    minicbor::Decode,
    serde::Serialize,
)]
#[cbor(index_only)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// The domain of an e-mail address.
    #[n(0)]
    Address,
    /// A company's name that the source states.
    #[n(1)]
    Company,
    /// A domain or web site that the source states.
    #[n(2)]
    Domain,
}

/// How the account of a signal was found.
#[derive(
    Clone, Copy, PartialEq, Eq, Default, Debug, minicbor::Encode, minicbor::Decode, serde::Serialize,
)]
pub struct AccountFound {
    /// What the signal names its company by, where that says where the node belongs.
    #[n(0)]
    pub basis: Option<Basis>,
    /// The names that lead to the account from here on, as bits: 1 the domain or name that counted,
    /// 2 the name stated beside a domain, 4 that name as one whose domain is known, 8 that name as
    /// one that several domains have. Absent in older entries: 1, unless it leads elsewhere.
    #[n(1)]
    pub names: Option<u8>,
    /// The company that the signal speaks of, where that is not where the node belongs.
    #[n(2)]
    pub other: Option<AccountId>,
    /// The version of the lists that say that a domain of the signal is no company's: the day, as in
    /// 20261130. What the strategy's own lists say follows from the strategy.
    #[n(3)]
    pub lists: Option<u32>,
}

/// The contract's verdict on what crossed a seam.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode, serde::Serialize,
)]
#[cbor(index_only)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing to say, or notes alone.
    #[n(0)]
    Passed,
    /// Passed with warnings.
    #[n(1)]
    Warned,
    /// Passed after repairs.
    #[n(2)]
    Repaired,
    /// Kept apart until a person repairs or discards it.
    #[n(3)]
    Quarantined,
    /// Refused for good.
    #[n(4)]
    Rejected,
}

/// One part of a score.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode, serde::Serialize)]
pub struct Contribution {
    /// Fit or engagement.
    #[n(0)]
    pub group: ScoreGroup,
    /// Which rule of the group, by its place; none for what the group's cap removed.
    #[n(1)]
    pub rule: Option<u16>,
    /// Hundredths of a point; may be negative.
    #[n(2)]
    pub points: i32,
    /// The signals that it rests on, newest first.
    #[n(3)]
    pub evidence: Vec<SignalId>,
}

/// The two halves of a score.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Debug,
    minicbor::Encode,
    minicbor::Decode,
    serde::Serialize,
)]
#[cbor(index_only)]
#[serde(rename_all = "kebab-case")]
pub enum ScoreGroup {
    /// What they are.
    #[n(0)]
    Fit,
    /// What they do.
    #[n(1)]
    Engagement,
}

/// A score at a moment. The total is the sum of the contributions.
#[derive(
    Clone, PartialEq, Eq, Debug, Default, minicbor::Encode, minicbor::Decode, serde::Serialize,
)]
pub struct Score {
    /// Hundredths of a point.
    #[n(0)]
    pub fit: i32,
    /// Hundredths of a point.
    #[n(1)]
    pub engagement: i32,
    /// The parts, in the order of the rules.
    #[n(2)]
    pub contributions: Vec<Contribution>,
}

impl Score {
    /// Fit and engagement together, in hundredths of a point.
    pub const fn total(&self) -> i32 {
        self.fit + self.engagement
    }
}

/// What a delivery tells of, where its step waits for an occasion, and whom it tells.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode, serde::Serialize)]
pub struct Notice {
    /// The occasion; none where the step waits for a state of the handoff.
    #[n(0)]
    pub occasion: Option<Occasion>,
    /// The target whose clock or chain it is about.
    #[n(1)]
    pub target: Option<Target>,
    /// Who is told; none where the step tells a system and names nobody.
    #[n(2)]
    pub told: Option<Addressee>,
    /// `true` where the message waits for nothing and leaves alone.
    #[n(3)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub must: Option<bool>,
}

impl Notice {
    /// Whose messages at its destination it may wait for and leave with; none where it leaves alone.
    pub fn recipient(&self) -> Option<String> {
        let told = self.told.as_ref().filter(|_| self.must != Some(true))?;
        Some(match told {
            Addressee::Member(member) => format!("{MEMBER}{member}"),
            Addressee::Channel(channel) => format!("{CHANNEL}{channel}"),
        })
    }
}

/// What a recipient begins with that is a member of the team.
const MEMBER: &str = "member ";
/// What a recipient begins with that is a channel.
const CHANNEL: &str = "channel ";

/// Who is told something. Members and channels are configuration.
#[derive(
    Clone,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Debug,
    minicbor::Encode,
    minicbor::Decode,
    serde::Serialize,
)]
#[serde(tag = "kind", content = "id", rename_all = "kebab-case")]
pub enum Addressee {
    /// A member of the team.
    #[n(0)]
    Member(#[n(0)] MemberId),
    /// A channel or an address that no one person has, as the strategy writes it.
    #[n(1)]
    Channel(#[n(0)] String),
}

impl Addressee {
    /// Who [`Notice::recipient`] names.
    pub fn of_recipient(recipient: &str) -> Option<Self> {
        let member = recipient.strip_prefix(MEMBER).map(|id| Self::Member(MemberId(id.into())));
        let channel = || recipient.strip_prefix(CHANNEL).map(|name| Self::Channel(name.to_owned()));
        member.or_else(channel)
    }

    /// The member's id, or the channel.
    pub fn id(&self) -> &str {
        match self {
            Self::Member(member) => &member.0,
            Self::Channel(channel) => channel,
        }
    }
}

/// How a delivery is taken back, as the strategy said that made it.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode, serde::Serialize)]
pub struct Undo {
    /// What people call the step.
    #[n(0)]
    pub step: String,
    /// The word that the destination takes it back by.
    #[n(1)]
    pub word: String,
}

/// What came of one candidate for a lead, with the first reason why not.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode, serde::Serialize)]
pub struct Candidate {
    /// The member who was looked at.
    #[n(0)]
    pub member: MemberId,
    /// `chosen`, or the first reason why not.
    #[n(1)]
    pub code: Code,
    /// What belongs to the reason: hundredths of a lead owed, the cap, the open work.
    #[n(2)]
    pub figure: Option<i64>,
    /// Until when, for somebody away.
    #[n(3)]
    pub until: Option<Moment>,
}

/// How the desk or the routes found an owner, or did not.
#[derive(
    Clone, PartialEq, Eq, Debug, Default, minicbor::Encode, minicbor::Decode, serde::Serialize,
)]
pub struct Routing {
    /// The route that found the owner, by its place.
    #[n(0)]
    pub route: Option<u16>,
    /// Why each route before it found nobody, and why this one did.
    #[n(1)]
    pub reasons: Vec<Reason>,
    /// The pool that was asked, if one was.
    #[n(2)]
    pub pool: Option<String>,
    /// Everybody the pool knows, in its order.
    #[n(3)]
    pub candidates: Vec<Candidate>,
    /// Parts in a million: how likely this owner was, where chance had a say.
    #[n(4)]
    pub probability_ppm: Option<u32>,
}

/// What became of the rows of an import, in one run of it.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, Default, minicbor::Encode, minicbor::Decode, serde::Serialize,
)]
pub struct ImportedRows {
    /// Rows that were read.
    #[n(0)]
    pub read: u64,
    /// In the journal since.
    #[n(1)]
    pub accepted: u64,
    /// There before.
    #[n(2)]
    pub duplicates: u64,
    /// Kept apart.
    #[n(3)]
    pub quarantined: u64,
}

/// What taking an import back came to.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, Default, minicbor::Encode, minicbor::Decode, serde::Serialize,
)]
pub struct UndoneImport {
    /// Signals that count no more.
    #[n(0)]
    pub signals: u64,
    /// Fields that were known by them.
    #[n(1)]
    pub fields: u64,
    /// People who had a score and are scored again, or are known no more.
    #[n(2)]
    pub scores: u64,
    /// Handoffs that were withdrawn.
    #[n(3)]
    pub withdrawn: u64,
    /// Handoffs that somebody had taken: they stay.
    #[n(4)]
    pub kept: u64,
    /// Signals of people who were erased since: nothing of them is known.
    #[n(5)]
    pub erased: u64,
    /// Outcomes and debriefs that it told of: they stay.
    #[n(6)]
    pub outcomes: u64,
    /// Signals that stay, since the people of whom they tell are left alone.
    #[n(7)]
    pub left: LeftAlone,
}

impl AddAssign for UndoneImport {
    fn add_assign(&mut self, more: Self) {
        let Self { signals, fields, scores, withdrawn, kept, erased, outcomes, left } = more;
        self.signals += signals;
        self.fields += fields;
        self.scores += scores;
        self.withdrawn += withdrawn;
        self.kept += kept;
        self.erased += erased;
        self.outcomes += outcomes;
        self.left.handoff_taken += left.handoff_taken;
        self.left.split_by_hand += left.split_by_hand;
        self.left.unreadable += left.unreadable;
    }
}

/// Signals of an import that stay where it is taken back, by why their people are left alone.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, Default, minicbor::Encode, minicbor::Decode, serde::Serialize,
)]
pub struct LeftAlone {
    /// Somebody works a handoff whose person would be elsewhere without the import.
    #[n(0)]
    pub handoff_taken: u64,
    /// Somebody split one of them off by hand.
    #[n(1)]
    pub split_by_hand: u64,
    /// Part of what is known of them cannot be opened.
    #[n(2)]
    pub unreadable: u64,
}

impl LeftAlone {
    /// Whether any stay.
    pub const fn any(self) -> bool {
        self.handoff_taken + self.split_by_hand + self.unreadable > 0
    }
}

/// A signal that is taken again, and what was known of it before.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode, serde::Serialize,
)]
pub struct Again {
    /// When it was accepted: what it says was known from then on.
    #[n(0)]
    pub accepted: Moment,
    /// The node that it was sealed to.
    #[n(1)]
    pub node: NodeId,
    /// Where that was.
    #[n(2)]
    pub account: Option<AccountId>,
    /// Since when its person must not be contacted.
    #[n(3)]
    pub suppressed: Option<Moment>,
    /// Whether a person had repaired what it says.
    #[n(4)]
    pub repaired: bool,
    /// Whether it is the last of that node.
    #[n(5)]
    pub last: bool,
    /// Whether nothing is kept of it but who must not be contacted.
    #[n(6)]
    pub withdrawal: bool,
    /// Whether the signals of that node turned out to be several people's.
    #[n(7)]
    pub split: bool,
}

/// The raw bytes of a quarantine entry and where they came from. Sealed.
#[derive(Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Raw {
    /// As received, at most 256 KiB; what is longer is cut and said so.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub bytes: Vec<u8>,
    /// The file's base name.
    #[n(1)]
    pub file: Option<String>,
    /// What was wrong with it, in words for the one who repairs it.
    #[n(2)]
    pub detail: String,
    /// The format that reads the bytes again: `cloudevents`, `segment`, `csv`, …
    #[n(3)]
    pub format: String,
    /// The stream within the source.
    #[n(4)]
    pub origin: String,
    /// The source's id of it, where one could be read.
    #[n(5)]
    pub source_id: Option<String>,
    /// Whether the bytes were cut.
    #[n(6)]
    pub cut: bool,
    /// Values that a person put in place of what was there, by field.
    #[n(7)]
    pub repairs: Vec<(String, String)>,
}

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "raw({} bytes of {})", self.bytes.len(), self.format)
    }
}

/// What is kept of a body that was sent: HMAC-SHA-256 under a key derived from the node's, cut to
/// 16 bytes. Once the node is erased, nobody can test a guess against it.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode, serde::Serialize,
)]
#[cbor(transparent)]
#[serde(transparent)]
pub struct BodyMac(
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    #[serde(serialize_with = "hexadecimal")]
    pub [u8; 16],
);

/// Words of people, or a body: sealed.
#[derive(Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Note {
    /// What was said, in UTF-8, or the bytes of a body.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub bytes: Vec<u8>,
    /// Who is said to have said it, where the team has no such member.
    #[n(1)]
    pub said_by: Option<String>,
}

impl Note {
    /// A note of which it is known who wrote it.
    pub const fn new(bytes: Vec<u8>) -> Self {
        Self { bytes, said_by: None }
    }
}

impl fmt::Debug for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "note({} bytes)", self.bytes.len())
    }
}
