//! The choice among those who can take a lead.
//!
//! In turn and by weight: R. Tijdeman, "The chairman assignment problem" (1980). Each turn goes, of
//! those who are owed enough to take one, to the one who would be too far behind soonest; so nobody
//! is ever further than 1 - 1/(2m - 2) of a lead from their share while the same m are eligible.

use domain::HandoffId;
use domain::handoff::MemberId;
use rules::chance::Chance;

use super::ledger::{LEAD, Standing, shares};

/// How a pool chooses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pick {
    /// Everybody alike.
    InTurn,
    /// In proportion to their weights.
    Weighted,
    /// Who has least in hand.
    LeastOpen,
}

/// One who can take the lead.
#[derive(Clone, Debug)]
pub struct EligibleMember<'a> {
    /// The member who was looked at.
    pub member: &'a MemberId,
    /// Their weight in thousandths.
    pub weight: u32,
    /// How many handoffs they have open.
    pub open: u32,
    /// Where they stand in the pool's ledger.
    pub standing: Standing,
}

/// Who was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PickResult {
    /// Their place among those asked.
    pub chosen: usize,
    /// Whether they were equal to another, so that the draw decided.
    pub drawn: bool,
}

/// Chooses one of those asked; nobody where nobody was asked. Equal ones are told apart by who was
/// served longest ago, and then by a draw that is HMAC(seed, handoff) and therefore the same in a
/// replay.
pub fn pick(
    method: Pick,
    asked: &[EligibleMember<'_>],
    chance: &Chance,
    handoff: HandoffId,
) -> Option<PickResult> {
    let keys: Vec<TurnPriority> = match method {
        Pick::LeastOpen => asked.iter().map(|one| TurnPriority::of_open(one)).collect(),
        Pick::InTurn | Pick::Weighted => priorities(method, asked),
    };
    let best = keys.iter().min()?;
    let equal = || (0..keys.len()).filter(|at| keys[*at] == *best);
    let drawn = equal().nth(1).is_some();
    let chosen = if drawn {
        equal().min_by_key(|at| chance.draw(handoff, &asked[*at].member.0))?
    } else {
        equal().next()?
    };
    Some(PickResult { chosen, drawn })
}

/// A claim to the turn; the smallest has it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct TurnPriority {
    /// Those who are not owed enough come last.
    not_owed: bool,
    /// Turns until they would be too far behind, or open work.
    turns_left: i64,
    /// Those who are owed more come first.
    owed: std::cmp::Reverse<i64>,
    /// Those who were served longest ago come first.
    last: i64,
}

impl TurnPriority {
    fn of_open(one: &EligibleMember<'_>) -> Self {
        Self {
            not_owed: false,
            turns_left: i64::from(one.open),
            owed: std::cmp::Reverse(0),
            last: one.standing.last.map_or(i64::MIN, |at| at.0),
        }
    }
}

fn priorities(method: Pick, asked: &[EligibleMember<'_>]) -> Vec<TurnPriority> {
    let weights = weights(method, asked);
    // 1/(2m - 2) of a lead; with one member there is nothing to choose.
    let slack = LEAD / (2 * asked.len() as i64 - 2).max(1);
    let priority = |(one, share): (&EligibleMember<'_>, i64)| {
        let standing = one.standing;
        let owed = standing.shortfall + share;
        let until_late = (LEAD - slack - owed).max(0);
        let turns_left = if share == 0 { i64::MAX } else { until_late.div_ceil_of(share) };
        TurnPriority {
            not_owed: owed < slack || share == 0,
            turns_left,
            owed: std::cmp::Reverse(owed),
            last: standing.last.map_or(i64::MIN, |at| at.0),
        }
    };
    asked.iter().zip(shares(&weights)).map(priority).collect()
}

/// The weights that count under a method, in thousandths.
pub(crate) fn weights(method: Pick, asked: &[EligibleMember<'_>]) -> Vec<u32> {
    match method {
        Pick::Weighted => asked.iter().map(|one| one.weight).collect(),
        Pick::InTurn | Pick::LeastOpen => vec![1_000; asked.len()],
    }
}

trait DivCeil {
    fn div_ceil_of(self, by: Self) -> Self;
}

impl DivCeil for i64 {
    /// Rounds up; both are positive.
    fn div_ceil_of(self, by: Self) -> Self {
        (self + by - 1) / by
    }
}

/// Whether this lead's owner is drawn at random, as the strategy's exploration says, and who.
pub(crate) fn explored(
    chance: &Chance,
    handoff: HandoffId,
    ppm: u32,
    asked: usize,
) -> Option<usize> {
    if ppm == 0 || asked < 2 {
        return None;
    }
    let drawn = chance.draw(handoff, "explore");
    let hit = drawn % 1_000_000 < u64::from(ppm);
    hit.then(|| ((drawn / 1_000_000) % asked as u64) as usize)
}
