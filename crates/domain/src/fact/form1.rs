//! Facts of form 1, read and lifted to the present type. Nothing writes this form.
//!
//! Only the kinds that were written differently stand here, under their numbers. In form 1 who did
//! something was a text of any kind and length, and so were the purpose of a reading and the mode of
//! a strategy.

use minicbor::Decoder;
use minicbor::decode::Error;

use super::by::{By, FormerName, Mode, ReadFor};
use super::header::StrategyVersion;
use super::kinds::Fact;
use super::parts::{Note, Routing};
use crate::handoff::{MemberId, Owner, State};
use crate::id::{HandoffId, NodeId, PersonId, QuarantineId};
use crate::moment::Moment;
use crate::reason::{Code, Reason};

/// Reads one fact of form 1.
pub(super) fn fact(d: &mut Decoder<'_>) -> Result<Fact, Error> {
    let mut probe = d.probe();
    probe.array()?;
    let number = probe.u16()?;
    if FORMER.contains(&number) { Ok(d.decode::<Former>()?.lift()) } else { d.decode() }
}

/// The numbers of the kinds below.
const FORMER: [u16; 12] = [14, 42, 43, 49, 50, 51, 82, 83, 84, 100, 110, 111];

/// A fact as form 1 had it.
#[derive(minicbor::Decode)]
enum Former {
    #[n(14)]
    MergeUndone {
        #[n(0)]
        winner: PersonId,
        #[n(1)]
        loser: PersonId,
        #[n(2)]
        nodes: Vec<NodeId>,
        #[n(3)]
        by: String,
    },
    #[n(42)]
    OwnerAssigned {
        #[n(0)]
        handoff: HandoffId,
        #[n(1)]
        owner: Owner,
        #[n(2)]
        routing: Routing,
        #[n(3)]
        by: Option<String>,
    },
    #[n(43)]
    HandoffMoved {
        #[n(0)]
        handoff: HandoffId,
        #[n(1)]
        state: State,
        #[n(2)]
        reasons: Vec<Reason>,
        #[n(3)]
        by: Option<String>,
        #[n(4)]
        returns: Option<Moment>,
    },
    #[n(49)]
    Touched {
        #[n(0)]
        handoff: HandoffId,
        #[n(1)]
        by: Option<String>,
    },
    #[n(50)]
    OutcomeRecorded {
        #[n(0)]
        handoff: HandoffId,
        #[n(1)]
        outcome: State,
        #[n(2)]
        occurred: Option<Moment>,
        #[n(3)]
        by: Option<String>,
    },
    #[n(51)]
    Debriefed {
        #[n(0)]
        handoff: HandoffId,
        #[n(1)]
        right: Option<bool>,
        #[n(2)]
        complaints: u16,
        #[n(3)]
        by: Option<String>,
    },
    #[n(82)]
    MemberPaused {
        #[n(0)]
        member: MemberId,
        #[n(1)]
        until: Option<Moment>,
        #[n(2)]
        by: String,
    },
    #[n(83)]
    MemberResumed {
        #[n(0)]
        member: MemberId,
        #[n(1)]
        by: String,
    },
    #[n(84)]
    CreditGiven {
        #[n(0)]
        pool: String,
        #[n(1)]
        member: MemberId,
        #[n(2)]
        leads: i32,
        #[n(3)]
        code: Code,
        #[n(4)]
        by: String,
    },
    #[n(100)]
    StrategyApplied {
        #[n(0)]
        version: StrategyVersion,
        #[n(2)]
        previous: Option<StrategyVersion>,
        #[n(3)]
        rollback: bool,
        #[n(4)]
        by: String,
    },
    #[n(110)]
    PersonErased {
        #[n(0)]
        person: PersonId,
        #[n(1)]
        nodes: Vec<NodeId>,
        #[n(2)]
        entries: Vec<QuarantineId>,
        #[n(3)]
        by: String,
    },
    #[n(111)]
    Unsealed {
        #[n(0)]
        reader: String,
        #[n(1)]
        purpose: String,
        #[n(2)]
        nodes: u64,
    },
}

impl Former {
    fn lift(self) -> Fact {
        match self {
            Self::MergeUndone { winner, loser, nodes, by } => {
                let (by, apart, reason) = (named(&by), None, None);
                Fact::MergeUndone { winner, loser, nodes, by, apart, reason }
            }
            Self::OwnerAssigned { handoff, owner, routing, by } => {
                Fact::OwnerAssigned { handoff, owner, routing: routing.into(), by: somebody(by) }
            }
            Self::HandoffMoved { handoff, state, reasons, by, returns } => {
                let (by, chain) = (somebody(by), None);
                Fact::HandoffMoved { handoff, state, reasons, by, returns, chain }
            }
            Self::Touched { handoff, by } => Fact::Touched { handoff, by: somebody(by) },
            Self::OutcomeRecorded { handoff, outcome, occurred, by } => {
                let by = somebody(by);
                Fact::OutcomeRecorded { handoff, outcome, occurred, by, note: None }
            }
            Self::Debriefed { handoff, right, complaints, by } => {
                Fact::Debriefed { handoff, right, complaints, by: somebody(by), note: None }
            }
            Self::MemberPaused { member, until, by } => {
                Fact::MemberPaused { member, until, by: named(&by), code: None }
            }
            Self::MemberResumed { member, by } => Fact::MemberResumed { member, by: named(&by) },
            Self::CreditGiven { pool, member, leads, code, by } => {
                let by = (by != "engine").then(|| named(&by));
                Fact::CreditGiven { pool, member, leads, code, by }
            }
            Self::StrategyApplied { version, previous, rollback, by } => {
                let (mode, by) = (Mode::Live, named(&by));
                Fact::StrategyApplied { version, mode, previous, rollback, by }
            }
            Self::PersonErased { person, nodes, entries, by } => {
                Fact::PersonErased { person, nodes, entries, by: named(&by) }
            }
            Self::Unsealed { reader, purpose, nodes } => {
                let (reader, (purpose, reason)) = (named(&reader), read_for(purpose));
                Fact::Unsealed { reader, purpose, nodes, of: None, reason }
            }
        }
    }
}

fn named(text: &str) -> By {
    By::Former(FormerName::read(text))
}

fn somebody(by: Option<String>) -> Option<By> {
    by.map(|by| named(&by))
}

/// A purpose in somebody's own words is shown as a sealed reason is.
fn read_for(purpose: String) -> (ReadFor, Option<Box<Note>>) {
    match ReadFor::named(&purpose) {
        Some(known) => (known, None),
        None => (ReadFor::Stated, Some(Box::new(Note::new(purpose.into_bytes())))),
    }
}
