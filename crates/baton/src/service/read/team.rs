//! The team and the lines: who has how much, who is away until when, who is owed, and who waits for them.

use crank::{desk_known, handoff_known};
use domain::reason::Code;
use domain::{AccountId, HandoffId, Moment};
use engine::as_of::AsOf;
use engine::availability::TeamAvailability;
use engine::desk::LEAD;
use rules::Strategy;
use rules::routing::{Caps, Pool};
use rules::team::Member;
use serde::Serialize;
use serde_json::{Value as Json, json};

use super::Service;
use super::failure::ReadError;
use super::handoffs::called;
use super::unrecorded::{Reading, Unrecorded};

/// The priority of who has none.
const NO_PRIORITY: u8 = u8::MAX;

/// A member of the team, at a moment.
#[derive(Debug, Serialize)]
pub struct MemberStanding {
    /// Their id.
    pub member: String,
    /// The name that people read.
    pub name: String,
    /// Handoffs that they have in hand.
    pub open: u32,
    /// Why they take nothing now; none where they are there.
    pub away: Option<&'static str>,
    /// Until when, where that is known.
    pub until: Option<Moment>,
    /// The pools that they belong to. A pool whose condition asks for the lead may have them, too.
    pub pools: Vec<PoolStanding>,
}

/// Where a member stands in a pool.
#[derive(Debug, Serialize)]
pub struct PoolStanding {
    /// The pool.
    pub pool: String,
    /// Leads received in it.
    pub received: u32,
    /// Leads that they are owed, credits among them; with a minus they had more than their share.
    pub owed: f64,
    /// How much each member may get.
    pub caps: Json,
    /// The cap that they have reached.
    pub capped: Option<&'static str>,
    /// When there is room again, where that is known.
    pub room: Option<Moment>,
}

/// Somebody who waits in the line of a pool.
#[derive(Debug)]
pub struct WaitingLead {
    /// The pool.
    pub pool: String,
    /// Which place in the line, from 1.
    pub place: usize,
    /// The handoff.
    pub handoff: HandoffId,
    /// Its account.
    pub account: AccountId,
    /// The priority of its SLA class: 1 goes first; none where it has none.
    pub priority: Option<u8>,
    /// Since when it waits.
    pub since: Moment,
    /// What kind of handoff it is.
    pub kind: Option<String>,
    /// What it waits for: why nobody of the pool could have it.
    pub reasons: Vec<&'static str>,
    /// What the person is called.
    pub person: Option<String>,
    /// What the company is called.
    pub company: Option<String>,
}

impl WaitingLead {
    /// As lists have it in JSON.
    pub fn json(&self) -> Json {
        json!({
            "pool": self.pool, "place": self.place, "handoff": self.handoff, "account": self.account,
            "priority": self.priority, "since": self.since, "kind": self.kind,
            "reasons": self.reasons, "name": self.person, "company": self.company,
        })
    }
}

impl Service<'_> {
    /// The team of the strategy in force at a moment; none where no strategy is in force.
    pub fn team(self, now: Moment) -> Result<Option<Vec<MemberStanding>>, ReadError> {
        let Some(strategy) = self.strategy_in_force()? else { return Ok(None) };
        let desk = desk_known(self.reader)?;
        let team = TeamAvailability::new(&strategy, now);
        let within = self.access.within(Some(&strategy));
        let is_seen = |member: &Member| {
            within.as_ref().is_none_or(|within| within.members.contains(&member.id))
        };
        let members = strategy.team.members.iter().enumerate();
        let members = members.filter(|(_, member)| is_seen(member));
        let standing = members.map(|(place, member)| {
            let absent = team.absent_now(&member.id, &desk);
            let theirs = strategy.routing.pools.iter();
            let theirs = theirs.filter(|pool| belongs(pool, &strategy, place));
            MemberStanding {
                member: member.id.0.to_string(),
                name: member.name.clone(),
                open: desk.load(&member.id).map_or(0, engine::desk::Load::open),
                away: absent.map(|(code, _)| code.as_str()),
                until: absent.and_then(|(_, until)| until),
                pools: theirs.map(|pool| in_pool(pool, member, &desk, &team)).collect(),
            }
        });
        Ok(Some(standing.collect()))
    }

    /// The desk as it stands: who is away, who has left, who has how much.
    pub fn desk(self) -> Result<engine::desk::Desk, ReadError> {
        Ok(desk_known(self.reader)?)
    }

    /// Who waits, pool by pool in the order in which they are served, so many of each at most. Places are those
    /// in the whole line.
    pub fn lines(self, limit: usize) -> Result<Unrecorded<Vec<WaitingLead>>, ReadError> {
        let within = self.within()?;
        let is_seen = |handoff: HandoffId| match &within {
            Some(within) => self.reader.is_handoff_within(within, handoff),
            None => Ok(true),
        };
        let desk = desk_known(self.reader)?;
        let (mut rows, mut readings) = (Vec::new(), Vec::new());
        for (pool, line) in desk.lines() {
            let mut listed = 0;
            for (at, (place, account)) in line.places().enumerate() {
                if listed == limit {
                    break;
                }
                if !is_seen(place.handoff)? {
                    continue;
                }
                listed += 1;
                let mut row = WaitingLead {
                    pool: pool.to_owned(),
                    place: at + 1,
                    handoff: place.handoff,
                    account,
                    priority: Some(place.priority).filter(|priority| *priority != NO_PRIORITY),
                    since: place.since,
                    kind: None,
                    reasons: Vec::new(),
                    person: None,
                    company: None,
                };
                readings.extend(self.named(&mut row)?);
                rows.push(row);
            }
        }
        Ok(Unrecorded::each_once(rows, readings))
    }

    /// How many wait whom whoever asks is told of.
    pub fn waiting_count(self) -> Result<usize, ReadError> {
        let desk = desk_known(self.reader)?;
        let places = desk.lines().flat_map(|(_, line)| line.places());
        let waiting: Vec<HandoffId> = places.map(|(place, _)| place.handoff).collect();
        Ok(self.handoffs_in_sight(&waiting)?.len())
    }

    /// Says whose lead waits and why; the reading of a name.
    fn named(self, row: &mut WaitingLead) -> Result<Option<Reading>, ReadError> {
        let Ok(found) = handoff_known(self.reader, row.handoff, AsOf::Latest)? else {
            return Ok(None);
        };
        let (known, account) = (found.get(), found.get().account());
        row.kind = Some(known.handoff().kind.clone());
        row.reasons =
            known.handoff().reasons.iter().map(|reason| Code::as_str(reason.code)).collect();
        row.company = account.name().map(str::to_owned);
        if self.access.reads_names() {
            row.person = called(account, known.person());
        }
        let nodes = account.members.len() as u64;
        Ok(row.person.as_ref().map(|_| Reading { account: account.id, nodes }))
    }
}

/// Whether the member at a place belongs to a pool, or may by what the lead is.
fn belongs(pool: &Pool, strategy: &Strategy, place: usize) -> bool {
    pool.places(&strategy.team).any(|theirs| theirs == place)
}

fn in_pool(
    pool: &Pool,
    member: &Member,
    desk: &engine::desk::Desk,
    team: &TeamAvailability<'_>,
) -> PoolStanding {
    let name = &pool.name.value;
    let standing = desk.ledger(name).map(|ledger| ledger.standing(&member.id)).unwrap_or_default();
    let reached = team.cap_reached(pool, &member.id, desk);
    let Caps { hour, day, week, month, open } = pool.caps;
    // Hundredths are what people give and take.
    let hundredths = standing.shortfall.div_euclid(LEAD / 100);
    PoolStanding {
        pool: name.clone(),
        received: standing.received,
        owed: hundredths as f64 / 100.0,
        caps: json!({ "hour": hour, "day": day, "week": week, "month": month, "open": open }),
        capped: reached.map(|(code, _)| code.as_str()),
        room: reached.and_then(|(_, room)| room),
    }
}
