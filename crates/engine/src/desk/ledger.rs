//! The rotation ledger of a pool: what each member was entitled to and what they got.

use domain::Moment;
use domain::handoff::MemberId;

/// One whole lead in the ledger's unit, so that shares add up to it exactly.
pub const LEAD: i64 = 1_000_000_000_000;

/// Who is owed what.
#[derive(Clone, Debug, Default, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Ledger {
    /// In the order of the members. A pool has few, and every turn copies them.
    #[cbor(n(0), with = "standings")]
    standings: Vec<(MemberId, Standing)>,
}

/// Where a member stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Standing {
    /// The entitled share less what was received, in trillionths of a lead; positive is owed.
    /// It grows only over leads for which the member was eligible.
    #[n(0)]
    pub shortfall: i64,
    /// Leads received.
    #[n(1)]
    pub received: u32,
    /// When the last one came.
    #[n(2)]
    pub last: Option<Moment>,
    /// When they could have had one last.
    #[n(3)]
    pub seen: Option<Moment>,
}

impl Ledger {
    /// Where a member stands. Who was never here is owed nothing.
    pub fn standing(&self, member: &MemberId) -> Standing {
        self.find(member).map_or_else(|_| Standing::default(), |at| self.standings[at].1)
    }

    /// Everybody who was ever eligible, with where they stand.
    pub fn standings(&self) -> impl Iterator<Item = (&MemberId, Standing)> {
        self.standings.iter().map(|(member, standing)| (member, *standing))
    }

    pub(crate) fn turn(
        &mut self,
        eligible: &[MemberId],
        weights: &[u32],
        chosen: &MemberId,
        at: Moment,
    ) {
        for (member, share) in eligible.iter().zip(shares(weights)) {
            let standing = self.standing_mut(member);
            standing.shortfall += share;
            standing.seen = Some(at);
        }
        let standing = self.standing_mut(chosen);
        standing.shortfall -= LEAD;
        standing.received += 1;
        standing.last = Some(at);
    }

    pub(crate) fn credit(&mut self, member: &MemberId, hundredths: i32) {
        self.standing_mut(member).shortfall += i64::from(hundredths) * (LEAD / 100);
    }

    fn find(&self, member: &MemberId) -> Result<usize, usize> {
        self.standings.binary_search_by(|(known, _)| known.cmp(member))
    }

    fn standing_mut(&mut self, member: &MemberId) -> &mut Standing {
        let at = self.find(member).unwrap_or_else(|at| {
            self.standings.insert(at, (member.clone(), Standing::default()));
            at
        });
        &mut self.standings[at].1
    }
}

/// Each one's share of a lead. The shares add up to one lead exactly: what rounding leaves over
/// goes to the first ones. Without any weight all are equal.
pub fn shares(weights: &[u32]) -> impl Iterator<Item = i64> + '_ {
    let sum: u64 = weights.iter().map(|weight| u64::from(*weight)).sum();
    let count = weights.len() as i128;
    let share = move |weight: u32| match sum {
        0 => i128::from(LEAD) / count.max(1),
        sum => i128::from(LEAD) * i128::from(weight) / i128::from(sum),
    };
    let given: i128 = weights.iter().map(|weight| share(*weight)).sum();
    let mut left = i128::from(LEAD) - given;
    weights.iter().map(move |weight| {
        let extra = i128::from(left > 0 && (*weight > 0 || sum == 0));
        left -= extra;
        (share(*weight) + extra) as i64
    })
}

/// Standings are written as a map in the order of the members.
mod standings {
    use minicbor::decode::Error;
    use minicbor::encode::{Error as EncodeError, Write};
    use minicbor::{Decoder, Encode, Encoder};

    use super::{MemberId, Standing};

    pub(super) fn encode<C, W: Write>(
        standings: &[(MemberId, Standing)],
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        e.map(standings.len() as u64)?;
        for (member, standing) in standings {
            member.encode(e, ctx)?;
            standing.encode(e, ctx)?;
        }
        Ok(())
    }

    pub(super) fn decode<C>(
        d: &mut Decoder<'_>,
        ctx: &mut C,
    ) -> Result<Vec<(MemberId, Standing)>, Error> {
        let pairs = d.map_iter_with::<C, MemberId, Standing>(ctx)?;
        let mut standings = pairs.collect::<Result<Vec<_>, _>>()?;
        standings.sort_by(|(one, _), (other, _)| one.cmp(other));
        standings.dedup_by(|(one, _), (other, _)| one == other);
        Ok(standings)
    }
}
