//! What people do to the desk: a pause, its end, a credit in a rotation, and that a member has left. What
//! comes of it is the desk's row of the member.

use crank::{Crank, GroupError, HandedOn};
use domain::fact::By;
use domain::handoff::{MemberId, Owner, State};
use domain::reason::Code;
use domain::{AccountId, HandoffId, Moment, NodeId};
use engine::desk::Load;
use rules::Strategy;
use serde::{Deserialize, Serialize};
use store::{Answer, Store};

use super::actor::Actor;
use super::group::{self, Undone};
use super::permission::Doer;
use super::request::{ANSWER_KEPT_FOR, DONE, Once};
use super::wanted::{NewOwner, REJECTIONS, new_owner, reason_word};
use crate::auth::action::Action;
use crate::service::setback::Setback;

/// The parts of a lead that a standing counts in, for a hundredth of a lead.
const PARTS_IN_HUNDREDTH: i64 = 10_000_000_000;
/// The largest credit, in hundredths of a lead.
const CREDIT_MAX: i32 = 100_000;
/// Why a member may be paused. Words of a closed list: what people write about a colleague's absence is
/// nobody else's business, and a journal keeps it for ever.
pub const PAUSES: [Code; 4] =
    [Code::OnLeave, Code::InTraining, Code::TooMuchWork, Code::OtherReason];

/// What is wanted of the desk.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "wanted", rename_all = "kebab-case")]
pub enum DeskChange {
    /// A member gets no leads until then, or until they resume.
    Pause {
        /// Until when; open without.
        until: Option<Moment>,
        /// Why, as a word of the closed list.
        #[serde(default)]
        reason: Option<String>,
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
    /// A member is away until then; without a day they have left the team, and what they have is handed on.
    Leave {
        /// Until when they are away.
        until: Option<Moment>,
        /// Who has it then, in place of their successor or whom the routes find.
        to: Option<NewOwner>,
    },
}

impl DeskChange {
    /// What policies call it.
    const fn action(&self) -> Action {
        match self {
            Self::Pause { .. } => Action::PauseMember,
            Self::Resume => Action::ResumeMember,
            Self::Credit { .. } => Action::CreditMember,
            Self::Leave { until: Some(_), .. } => Action::RecordLeave,
            Self::Leave { until: None, .. } => Action::RecordDeparture,
        }
    }
}

/// Do something to the desk.
#[derive(Clone, Debug)]
pub struct DeskRequest {
    /// The member that it is about, by their id in `team.csv`.
    pub member: String,
    /// What is wanted.
    pub change: DeskChange,
    /// Who asks.
    pub actor: Actor,
    /// The member whom they act for, by their id in `team.csv`.
    pub acts_as: Option<String>,
    /// Under which idempotency key, and what the request said.
    pub once: Option<Once>,
    /// Whether it is only told what would come of it.
    pub is_dry_run: bool,
}

/// What the desk knows of a member.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DeskRow {
    /// Their id in `team.csv`.
    pub member: String,
    /// Their name; their id where the team has no row of theirs any more.
    pub name: String,
    /// Whether they are paused.
    pub paused: bool,
    /// Until when; open where they are paused and it says nothing.
    pub until: Option<Moment>,
    /// Why, where somebody said so.
    #[serde(default)]
    pub reason: Option<String>,
    /// Whether somebody said that they have left the team.
    #[serde(default)]
    pub left: bool,
    /// How many handoffs they have in hand.
    pub open: u32,
    /// Where they stand in each pool that they are or were in.
    pub pools: Vec<PoolStanding>,
    /// What they had and who has it, where they have left.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub handed_on: Vec<HandedOnRow>,
}

/// Where a member stands in a pool.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PoolStanding {
    /// The pool.
    pub pool: String,
    /// Leads that they got.
    pub received: u32,
    /// Hundredths of a lead that they are owed; negative is what they got too many.
    pub owed_hundredths: i64,
}

/// A handoff that was handed on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct HandedOnRow {
    /// Who had it.
    pub member: String,
    /// The handoff.
    pub handoff: HandoffId,
    /// Its account.
    pub account: AccountId,
    /// Where it was.
    pub was: String,
    /// Who has it.
    pub owner: OwnerRow,
    /// Where it is.
    pub state: String,
}

/// Who has a handoff.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OwnerRow {
    /// `person`, `queue` or `engine`.
    pub kind: String,
    /// The member's or the queue's id; `engine` for the engine.
    pub id: String,
}

impl From<HandedOn> for HandedOnRow {
    fn from(one: HandedOn) -> Self {
        let HandedOn { member, handoff, account, was, owner, state } = one;
        let word = |state: State| state.as_str().to_owned();
        let owner = OwnerRow { kind: owner.kind().to_owned(), id: owner.id().to_owned() };
        let (was, state) = (word(was), word(state));
        Self { member: member.to_string(), handoff, account, was, owner, state }
    }
}

/// Changes the desk, in a group of its own. The outer error says that the group failed.
pub fn change<S: Store>(
    crank: &mut Crank<S>,
    asked: &DeskRequest,
    now: Moment,
) -> Result<Result<DeskRow, Setback>, GroupError> {
    group::change(crank, asked.is_dry_run, |crank| done_once(crank, asked, now))
}

fn done_once<S: Store>(
    crank: &mut Crank<S>,
    asked: &DeskRequest,
    now: Moment,
) -> Result<DeskRow, Undone> {
    let Some(once) = asked.once.as_ref().filter(|_| !asked.is_dry_run) else {
        return done(crank, asked, now);
    };
    if let Some(before) = crank.store().answer(&once.key, &once.request, now)? {
        let row = serde_json::from_slice(&before.body).ok().filter(|_| before.same);
        return row.ok_or_else(|| Once::reused().into());
    }
    let row = done(crank, asked, now)?;
    // Nobody is erased from an answer about a member of the team.
    let (node, expires) = (NodeId::caused_by(&[b"desk"]), now + ANSWER_KEPT_FOR);
    let body = serde_json::to_vec(&row).expect("a row is JSON");
    let answer = Answer { node, request: once.request, status: DONE, body, expires };
    crank.put_answer(&once.key, &answer)?;
    Ok(row)
}

fn done<S: Store>(
    crank: &mut Crank<S>,
    asked: &DeskRequest,
    now: Moment,
) -> Result<DeskRow, Undone> {
    let strategy = crank.strategies().in_force().cloned();
    let strategy = strategy.ok_or_else(|| {
        let says = "no strategy is in force, so that nobody is known; run `baton apply DIR`";
        Setback::refused(409, "no-strategy", says)
    })?;
    let DeskRequest { change, actor, acts_as, .. } = asked;
    let id = member(crank, &strategy, &asked.member, change)?;
    let doer = Doer::of(actor, acts_as.as_deref(), &strategy, crank.desk(), now)?;
    let by = doer.for_member(change.action(), &id, &strategy)?;
    let mut handed_on = Vec::new();
    match change {
        DeskChange::Pause { until, reason } => {
            let why = |word: &str| one_of("a pause", &PAUSES, word);
            let code = reason.as_deref().map(why).transpose()?;
            pause(crank, &id, (*until, code), &by, now)?;
        }
        DeskChange::Resume => crank.resume(&id, &by, now)?,
        DeskChange::Credit { pool, hundredths, reason } => {
            let code = one_of("a credit", &REJECTIONS, reason)?;
            let pool = pool_of(&strategy, &id, pool.as_deref())?;
            if !(1..=CREDIT_MAX).contains(&hundredths.saturating_abs()) {
                let says = "a credit is 0.01 to 1,000 leads, with a minus where they are taken";
                return Err(Setback::refused(422, "body-unfit", says).into());
            }
            crank.credit(&pool, &id, *hundredths, code, &by, now)?;
        }
        DeskChange::Leave { until: Some(_), to: Some(_) } => {
            let says =
                "whoever is away until a day keeps what they have: say either `until` or `to`";
            return Err(Setback::refused(422, "body-unfit", says).into());
        }
        DeskChange::Leave { until: until @ Some(_), to: None } => {
            pause(crank, &id, (*until, Some(Code::OnLeave)), &by, now)?;
        }
        DeskChange::Leave { until: None, to } => {
            let to = to.clone().map(new_owner).transpose()?;
            if to == Some(Owner::Person(id.clone())) {
                let says = format!("`{id}` cannot take over from themselves");
                return Err(Setback::refused(422, "member-missing", says).into());
            }
            let left = crank.leave(&id, to.as_ref(), (&by, actor.begins()), now)?;
            handed_on = left.into_iter().map(Into::into).collect();
        }
    }
    Ok(DeskRow { handed_on, ..row(crank, &strategy, &id, now) })
}

/// The member who is meant. Somebody without a row can only leave, with what they still have.
fn member<S: Store>(
    crank: &Crank<S>,
    strategy: &Strategy,
    typed: &str,
    change: &DeskChange,
) -> Result<MemberId, Setback> {
    if let Some(known) = strategy.team.member(typed) {
        return Ok(known.id.clone());
    }
    let id = MemberId(typed.into());
    let leaves = matches!(change, DeskChange::Leave { until: None, .. });
    if leaves && crank.desk().load(&id).is_some_and(|load| load.open() > 0) {
        return Ok(id);
    }
    let ids = strategy.team.members.iter().map(|member| &*member.id.0);
    let near = notation::or_meant(typed, ids);
    let says = format!("the team of the strategy in force has no such member{near}");
    Err(Setback::refused(404, "member-missing", says))
}

fn pause<S: Store>(
    crank: &mut Crank<S>,
    member: &MemberId,
    (until, code): (Option<Moment>, Option<Code>),
    by: &By,
    now: Moment,
) -> Result<(), Undone> {
    if until.is_some_and(|until| until <= now) {
        let says = "it would have ended already: say a moment that is still to come";
        return Err(Setback::refused(422, "moment-unreadable", says).into());
    }
    if crank.desk().load(member).is_some_and(Load::has_left) {
        let says = format!("`{member}` has left the team; `baton resume {member}` takes them back");
        return Err(Setback::refused(409, "owner-left", says).into());
    }
    Ok(crank.pause(member, until, code, by, now)?)
}

/// The reason of something: a word of a closed list. A credit has the words of a rejection.
fn one_of(what: &str, known: &[Code], word: &str) -> Result<Code, Setback> {
    known.iter().copied().find(|code| reason_word(*code) == word).ok_or_else(|| {
        let known = known.iter().copied().map(reason_word).collect::<Vec<_>>().join(", ");
        Setback::refused(422, "unknown-word", format!("the reason of {what} is one of {known}"))
    })
}

/// Hundredths of a lead from `1`, `-0.5` or `2.25`.
pub fn hundredths(typed: &str) -> Result<i32, String> {
    let wrong = || "write leads as in 1, -0.5 or 2.25, at most 1,000 and not none".to_owned();
    let digits = typed.strip_prefix('-').unwrap_or(typed);
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !plain(whole) || !plain(rest) || whole.len() > 4 || rest.len() > 2 {
        return Err(wrong());
    }
    let number = |part: &str| part.parse::<i32>().map_err(|_| wrong());
    let hundredths = number(whole)? * 100 + number(&format!("{rest:0<2}"))?;
    if !(1..=CREDIT_MAX).contains(&hundredths) {
        return Err(wrong());
    }
    Ok(if typed.starts_with('-') { -hundredths } else { hundredths })
}

/// The pool that is named, else the only one that the member is in.
fn pool_of(strategy: &Strategy, member: &MemberId, named: Option<&str>) -> Result<String, Setback> {
    let unknown = |says: String| Err(Setback::refused(422, "pool-unknown", says));
    let pools = || strategy.routing.pools.iter().map(|pool| pool.name.value.as_str());
    if let Some(named) = named {
        if strategy.routing.pool(named).is_some() {
            return Ok(named.to_owned());
        }
        let near = notation::or_meant(named, pools());
        return unknown(format!("there is no such pool{near}"));
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
        [] => unknown(format!("`{member}` is in no pool")),
        several => unknown(format!(
            "`{member}` is in {} pools: say in which with `--pool`, one of {}",
            several.len(),
            several.join(", ")
        )),
    }
}

fn row<S: Store>(crank: &Crank<S>, strategy: &Strategy, member: &MemberId, now: Moment) -> DeskRow {
    let desk = crank.desk();
    let (load, paused) = (desk.load(member), desk.paused(member, now));
    let pools = strategy.routing.pools.iter().filter_map(|pool| {
        let ledger = desk.ledger(&pool.name.value)?;
        let (_, standing) = ledger.standings().find(|(known, _)| *known == member)?;
        Some(PoolStanding {
            pool: pool.name.value.clone(),
            received: standing.received,
            owed_hundredths: standing.shortfall / PARTS_IN_HUNDREDTH,
        })
    });
    let known = strategy.team.member(&member.0);
    let reason = load.and_then(|load| load.paused_for(now));
    let left = load.is_some_and(Load::has_left);
    DeskRow {
        member: member.to_string(),
        name: known.map_or_else(|| member.to_string(), |known| known.name.clone()),
        paused: paused.is_some(),
        until: paused.flatten(),
        reason: reason.map(|code| reason_word(code).to_owned()),
        left,
        open: load.map_or(0, Load::open),
        pools: pools.collect(),
        handed_on: Vec::new(),
    }
}
