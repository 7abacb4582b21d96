//! Why a member's count is what it is: what they received, what others received while they could have had it,
//! and credits, with what they were owed after each.

use std::collections::BTreeMap;

use crank::desk_known;
use domain::fact::{Aggregate, Fact};
use domain::handoff::MemberId;
use domain::reason::Code;
use domain::{HandoffId, Moment};
use engine::desk::{LEAD, shares};
use store::{Position, Read};

use super::Service;
use super::failure::ReadError;

/// Entries of the desk that are read, the newest.
const ENTRIES_MAX: usize = 5_000;
/// Entries that are read at once.
const STRIDE: usize = 500;

/// What a member was owed in a pool, and how it came to that.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LedgerBook {
    /// What happened, the newest first.
    pub lines: Vec<LedgerLine>,
    /// What they were owed before the first of the lines, by pool, in trillionths of a lead.
    pub before: BTreeMap<String, i64>,
    /// Whether there is more before.
    pub more: bool,
}

/// Something that changed what a member is owed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LedgerLine {
    /// When it happened.
    pub at: Moment,
    /// In which pool.
    pub pool: String,
    /// What it was.
    pub what: LedgerChange,
    /// By how much, in trillionths of a lead.
    pub change: i64,
    /// What they were owed after it.
    pub after: i64,
}

/// What changed what a member is owed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LedgerChange {
    /// They received a lead: their own share of it is in.
    Received(HandoffId),
    /// Others received leads that they could have had: so many, the first at this moment.
    Shares(u32, Moment),
    /// Somebody corrected the ledger.
    Credit(Code),
}

impl Service<'_> {
    /// The ledger of a member, newest first. It reads nothing of a person.
    pub fn ledger(self, member: &MemberId) -> Result<LedgerBook, ReadError> {
        let (mut book, mut after) = (LedgerBook::default(), BTreeMap::new());
        // The entries are those behind which the desk stands as it is now.
        let (desk, mut upto) = (desk_known(self.reader)?, Position(u64::MAX));
        let mut read = 0;
        loop {
            let entries = self.reader.newest(Aggregate::Desk, upto, STRIDE, None)?;
            let Some(oldest) = entries.last() else { break };
            upto = Position(oldest.position.0 - 1);
            read += entries.len();
            for stored in &entries {
                let at = stored.entry.header.moment;
                for fact in stored.entry.facts.iter().rev() {
                    let Some((pool, what, change)) = changed(fact, member, at) else { continue };
                    let owed =
                        || desk.ledger(pool).map_or(0, |ledger| ledger.standing(member).shortfall);
                    let known = after.entry(pool.to_owned()).or_insert_with(owed);
                    let line =
                        LedgerLine { at, pool: pool.to_owned(), what, change, after: *known };
                    *known -= change;
                    book.take(line);
                }
            }
            if read >= ENTRIES_MAX {
                book.more = true;
                break;
            }
        }
        book.before = after;
        Ok(book)
    }
}

impl LedgerBook {
    /// Shares in what others received are one line until something else happens in the pool.
    fn take(&mut self, line: LedgerLine) {
        let last = self.lines.iter_mut().rev().find(|known| known.pool == line.pool);
        if let (LedgerChange::Shares(more, since), Some(last)) = (&line.what, last)
            && let LedgerChange::Shares(leads, first) = &mut last.what
        {
            *leads += more;
            *first = *since;
            last.change += line.change;
            return;
        }
        self.lines.push(line);
    }
}

/// What a fact of the desk changed for a member, in which pool.
fn changed<'f>(
    fact: &'f Fact,
    member: &MemberId,
    at: Moment,
) -> Option<(&'f str, LedgerChange, i64)> {
    if let Fact::TurnTaken { handoff, pool, member: chosen, eligible, weights, .. } = fact {
        let share = eligible.iter().zip(shares(weights)).find(|(one, _)| *one == member);
        let share = share.map(|(_, share)| share);
        let what = if chosen == member {
            LedgerChange::Received(*handoff)
        } else {
            share?;
            LedgerChange::Shares(1, at)
        };
        let received = if chosen == member { LEAD } else { 0 };
        return Some((pool.as_deref()?, what, share.unwrap_or(0) - received));
    }
    if let Fact::CreditGiven { pool, member: to, leads, code, .. } = fact
        && to == member
    {
        let change = i64::from(*leads) * (LEAD / 100);
        return Some((pool, LedgerChange::Credit(*code), change));
    }
    None
}

#[cfg(test)]
mod tests;
