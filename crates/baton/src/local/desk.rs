//! What people do to the desk: a pause, its end, and a credit in a rotation. The answer is the desk's row
//! of the member.

use crank::Crank;
use domain::Moment;
use domain::fact::By;
use domain::handoff::MemberId;
use domain::reason::Code;
use rules::Strategy;
use serde::{Deserialize, Serialize};
use store::sqlite::SqliteStore;

use super::group::group;
use super::refusal::Refusal;
use crate::service::act::wanted::{REJECTIONS, reason_word};

/// The parts of a lead that a standing counts in, for a hundredth of a lead.
const PARTS_IN_HUNDREDTH: i64 = 10_000_000_000;

/// What is wanted of the desk.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "wanted", rename_all = "kebab-case")]
pub enum DeskChange {
    /// A member gets no leads until then, or until they resume.
    Pause {
        /// Until when; open without.
        until: Option<Moment>,
    },
    /// A member gets leads again.
    Resume,
    /// A member is owed leads in a rotation.
    Credit {
        /// In which pool; without it in the only one that they are in.
        pool: Option<String>,
        /// Hundredths of a lead; negative is a debit.
        hundredths: i32,
        /// Why, as a word of the closed list.
        reason: String,
    },
}

/// What the desk knows of a member.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeskRow {
    /// Their id in `team.csv`.
    pub member: String,
    /// Their name.
    pub name: String,
    /// Whether they are paused.
    pub paused: bool,
    /// Until when; open where they are paused and it says nothing.
    pub until: Option<Moment>,
    /// How many handoffs they have in hand.
    pub open: u32,
    /// Where they stand in each pool that they are or were in.
    pub pools: Vec<PoolStanding>,
}

/// Where a member stands in a pool.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PoolStanding {
    /// The pool.
    pub pool: String,
    /// Leads that they got.
    pub received: u32,
    /// Hundredths of a lead that they are owed; negative is what they got too many.
    pub owed_hundredths: i64,
}

/// Changes the desk, in a group of its own.
pub(super) fn change(
    crank: &mut Crank<SqliteStore>,
    member: &str,
    change: &DeskChange,
    now: Moment,
) -> Result<DeskRow, Refusal> {
    let strategy = crank.strategies().in_force().cloned();
    let Some(strategy) = strategy else {
        let says = "no strategy is in force, so that nobody is known; run `baton apply DIR`";
        return Err(Refusal::unable("no-strategy", says));
    };
    let Some(known) = strategy.team.member(member) else {
        let ids = strategy.team.members.iter().map(|member| &*member.id.0);
        let near = notation::nearest(member, ids);
        let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        let says = format!("the team of the strategy in force has no member `{member}`{near}");
        return Err(Refusal::wrong("member-missing", says));
    };
    let (id, by) = (known.id.clone(), By::Operator);
    match change {
        DeskChange::Pause { until } => {
            if until.is_some_and(|until| until <= now) {
                let says = "the pause would have ended already: say a moment that is still to come";
                return Err(Refusal::wrong("moment-unreadable", says));
            }
            group(crank, |crank| crank.pause(&id, *until, &by, now))?;
        }
        DeskChange::Resume => group(crank, |crank| crank.resume(&id, &by, now))?,
        DeskChange::Credit { pool, hundredths, reason } => {
            let code = reason_of(reason)?;
            let pool = pool_of(&strategy, &id, pool.as_deref())?;
            group(crank, |crank| crank.credit(&pool, &id, *hundredths, code, &by, now))?;
        }
    }
    Ok(row(crank, &strategy, &id, now))
}

/// Why a credit is given: the words of a rejection.
fn reason_of(word: &str) -> Result<Code, Refusal> {
    REJECTIONS.into_iter().find(|code| reason_word(*code) == word).ok_or_else(|| {
        let known = REJECTIONS.map(reason_word).join(", ");
        Refusal::wrong("unknown-word", format!("there is no reason `{word}`; known: {known}"))
    })
}

/// The pool that is named, else the only one that the member is in.
fn pool_of(strategy: &Strategy, member: &MemberId, named: Option<&str>) -> Result<String, Refusal> {
    let pools = || strategy.routing.pools.iter().map(|pool| pool.name.value.as_str());
    if let Some(named) = named {
        if strategy.routing.pool(named).is_some() {
            return Ok(named.to_owned());
        }
        let near = notation::nearest(named, pools());
        let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        let says = format!("there is no pool `{named}`{near}");
        return Err(Refusal::wrong("pool-unknown", says));
    }
    let place = strategy.team.place(&member.0);
    let of_member: Vec<&str> = strategy
        .routing
        .pools
        .iter()
        .filter(|pool| place.is_some_and(|place| pool.places(&strategy.team).any(|at| at == place)))
        .map(|pool| pool.name.value.as_str())
        .collect();
    match &of_member[..] {
        [only] => Ok((*only).to_owned()),
        [] => Err(Refusal::wrong("pool-unknown", format!("`{member}` is in no pool"))),
        several => {
            let says = format!(
                "`{member}` is in {} pools: say in which with `--pool`, one of {}",
                several.len(),
                several.join(", ")
            );
            Err(Refusal::wrong("pool-unknown", says))
        }
    }
}

fn row(crank: &Crank<SqliteStore>, strategy: &Strategy, member: &MemberId, now: Moment) -> DeskRow {
    let desk = crank.desk();
    let paused = desk.paused(member, now);
    let pools = strategy.routing.pools.iter().filter_map(|pool| {
        let ledger = desk.ledger(&pool.name.value)?;
        let (_, standing) = ledger.standings().find(|(known, _)| *known == member)?;
        Some(PoolStanding {
            pool: pool.name.value.clone(),
            received: standing.received,
            owed_hundredths: standing.shortfall / PARTS_IN_HUNDREDTH,
        })
    });
    DeskRow {
        member: member.to_string(),
        name: strategy.team.member(&member.0).map_or_else(String::new, |known| known.name.clone()),
        paused: paused.is_some(),
        until: paused.flatten(),
        open: desk.load(member).map_or(0, engine::desk::Load::open),
        pools: pools.collect(),
    }
}
