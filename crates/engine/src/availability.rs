//! Who is there at a moment: the team's calendars, leave and caps, asked together so that each
//! calendar is looked at once.

use std::cell::OnceCell;
use std::sync::Arc;

use domain::fact::Candidate;
use domain::handoff::MemberId;
use domain::reason::Code;
use domain::{Moment, Span};
use jiff::civil::Date;
use rules::calendar::{Calendar, Periods};
use rules::routing::{Caps, Otherwise, Pool};
use rules::scene::{Scene, Truth};
use rules::sla::CalendarOf;
use rules::strategy::Strategy;
use rules::team::{Member, Standing};

use crate::desk::{Desk, EligibleMember, Load};

/// The calendar of a member; none for who is not in the team or has none.
pub fn calendar_of<'a>(strategy: &'a Strategy, member: &MemberId) -> Option<&'a Calendar> {
    let place = strategy.team.place(&member.0)?;
    let calendar = strategy.roster.seat(place).calendar?;
    Some(&strategy.roster.calendars()[calendar])
}

/// The calendar that an SLA counts in. An owner without one counts in the team's; where there is
/// none either, the first of the folder counts.
pub fn calendar_for<'a>(
    strategy: &'a Strategy,
    of: &CalendarOf,
    owner: Option<&MemberId>,
) -> Option<&'a Calendar> {
    let named = |name: &str| strategy.calendars.get(name).map(Arc::as_ref);
    let own = match of {
        CalendarOf::Owner => owner.and_then(|owner| calendar_of(strategy, owner)),
        CalendarOf::Team => None,
        CalendarOf::Named(name) => named(name),
    };
    own.or_else(|| named("team")).or_else(|| strategy.calendars.values().next().map(Arc::as_ref))
}

/// Who is told on a member's silence.
pub fn manager_of(strategy: &Strategy, member: &MemberId) -> Option<MemberId> {
    let known = strategy.team.member(&member.0)?;
    known.manager.as_ref().map(|manager| MemberId(manager.value.as_str().into()))
}

/// The team at a moment.
pub struct TeamAvailability<'a> {
    strategy: &'a Strategy,
    now: Moment,
    /// What each calendar of the roster says of the moment, once somebody asked.
    days: Box<[OnceCell<Day<'a>>]>,
}

/// Everybody whom a pool knows, at a moment.
#[derive(Debug, Default)]
pub struct PoolAvailability<'a> {
    /// With the first reason why not; those who could have it are not told apart yet.
    pub candidates: Vec<Candidate>,
    /// Who could have it, in the order of the candidates.
    pub eligible: Vec<EligibleMember<'a>>,
    /// How many are in the team.
    pub members: usize,
    /// How many are away.
    pub away: usize,
    /// How many have reached a cap.
    pub capped: usize,
    /// How many had it before.
    pub had_it: usize,
    /// When the first of those away comes back; none where nobody knows.
    pub back: Option<Moment>,
    /// When the first of those away or capped has room; none where nobody knows.
    pub room: Option<Moment>,
}

/// What a calendar says of a moment.
struct Day<'a> {
    calendar: &'a Calendar,
    date: Date,
    open: bool,
}

impl<'a> TeamAvailability<'a> {
    /// At this moment.
    pub fn new(strategy: &'a Strategy, now: Moment) -> Self {
        let days = strategy.roster.calendars().iter().map(|_| OnceCell::new()).collect();
        Self { strategy, now, days }
    }

    /// Why somebody is not to be found at all: not in the team, not yet, or no longer.
    pub fn absent_for_good(&self, member: &MemberId, desk: &Desk) -> Option<Code> {
        match self.strategy.team.place(&member.0) {
            Some(place) => self.standing(place, desk.load(member)),
            None => Some(Code::NotInTeam),
        }
    }

    /// Who takes over what a member leaves behind: the first of their successors who is in the team.
    pub fn successor(&self, member: &MemberId, desk: &Desk) -> Option<&'a MemberId> {
        let is_there = |next: &Member| self.absent_for_good(&next.id, desk).is_none();
        self.strategy.team.successor(&member.0, is_there).map(|next| &next.id)
    }

    /// Why somebody takes nothing for days, whatever the hour: on leave, or paused.
    pub fn off(&self, member: &MemberId, desk: &Desk) -> Option<Code> {
        let place = self.strategy.team.place(&member.0)?;
        self.away(place, desk.load(member), true).map(|(code, _)| code)
    }

    /// Why somebody takes nothing at this moment, and until when, where that is known: not in the team, on
    /// leave, paused, or outside their hours.
    pub fn absent_now(&self, member: &MemberId, desk: &Desk) -> Option<(Code, Option<Moment>)> {
        let Some(place) = self.strategy.team.place(&member.0) else {
            return Some((Code::NotInTeam, None));
        };
        let load = desk.load(member);
        let standing = self.standing(place, load).map(|code| (code, None));
        standing.or_else(|| self.away(place, load, false))
    }

    /// The cap of a pool that a member has reached, and when there is room again, where that is known.
    pub fn cap_reached(
        &self,
        pool: &Pool,
        member: &MemberId,
        desk: &Desk,
    ) -> Option<(Code, Option<Moment>)> {
        let place = self.strategy.team.place(&member.0)?;
        let reached = self.capped(place, &pool.caps, desk.load(member));
        reached.map(|(code, _, room)| (code, room))
    }

    /// Whether somebody is not in the team, or joined it since a moment.
    pub fn left_since(&self, member: &MemberId, seen: Option<Moment>, desk: &Desk) -> bool {
        let Some(place) = self.strategy.team.place(&member.0) else { return true };
        let joined = self.strategy.roster.seat(place).joined;
        let returned = seen.zip(joined).is_some_and(|(seen, joined)| seen < joined);
        returned || self.standing(place, desk.load(member)).is_some()
    }

    /// Asks everybody in a pool whether they can take a lead.
    pub fn in_pool(
        &self,
        pool: &Pool,
        lead: &dyn Scene,
        desk: &Desk,
        passed_over: &[MemberId],
        ignore_hours: bool,
    ) -> PoolAvailability<'a> {
        let mut called = PoolAvailability::default();
        let team = &self.strategy.team;
        for place in pool.places(team) {
            let member = &team.members[place];
            let belongs = unfit(pool.has(team, place, lead));
            let load = desk.load(&member.id);
            if let Some(code) = belongs.or_else(|| self.standing(place, load)) {
                called.candidates.push(candidate(member, code, None, None));
                continue;
            }
            called.members += 1;
            if let Some((code, until)) = self.away(place, load, ignore_hours) {
                called.away += 1;
                called.back = earliest(called.back, until);
                called.room = earliest(called.room, until);
                called.candidates.push(candidate(member, code, None, until));
            } else if let Some((code, cap, room)) = self.capped(place, &pool.caps, load) {
                called.capped += 1;
                called.room = earliest(called.room, room);
                called.candidates.push(candidate(member, code, Some(cap), None));
            } else if passed_over.contains(&member.id) {
                called.had_it += 1;
                called.candidates.push(candidate(member, Code::HadIt, None, None));
            } else {
                called.candidates.push(candidate(member, Code::Chosen, None, None));
                called.eligible.push(EligibleMember {
                    member: &member.id,
                    weight: self.strategy.roster.seat(place).weight,
                    open: load.map_or(0, Load::open),
                    // What the pool's ledger says is looked up once somebody has to be chosen.
                    standing: crate::desk::Standing::default(),
                });
            }
        }
        called
    }

    /// Whether anybody whom the pool may have could take a lead, as far as hours and caps say.
    pub fn has_room(&self, pool: &Pool, desk: &Desk) -> bool {
        let ignore_hours = pool.all_away == Otherwise::IgnoreHours;
        let team = &self.strategy.team;
        pool.places(team).any(|place| {
            let load = desk.load(&team.members[place].id);
            self.standing(place, load).is_none()
                && self.away(place, load, ignore_hours).is_none()
                && self.capped(place, &pool.caps, load).is_none()
        })
    }

    /// What `team.csv` says of the day, and what somebody said who knew sooner.
    fn standing(&self, place: usize, load: Option<&Load>) -> Option<Code> {
        if load.is_some_and(Load::has_left) {
            return Some(Code::OwnerLeft);
        }
        let date = self.day(place).map_or_else(|| utc_date(self.now), |day| day.date);
        match self.strategy.team.members[place].standing(date) {
            Standing::Active => None,
            Standing::NotYetJoined => Some(Code::NotYetJoined),
            Standing::Left => Some(Code::OwnerLeft),
        }
    }

    fn away(
        &self,
        place: usize,
        load: Option<&Load>,
        ignore_hours: bool,
    ) -> Option<(Code, Option<Moment>)> {
        if let Some(until) = load.and_then(|load| load.paused_at(self.now)) {
            // On leave that nobody wrote into `leave.csv`; whatever else they are paused for is a pause.
            let is_leave = load.and_then(|load| load.paused_for(self.now)) == Some(Code::OnLeave);
            return Some((if is_leave { Code::OnLeave } else { Code::Paused }, until));
        }
        let day = self.day(place)?;
        let leave = &self.strategy.team.members[place].leave;
        if let Some(leave) = leave.iter().find(|leave| leave.days.holds(day.date)) {
            let until =
                leave.days.until.map(|date| day.calendar.next_open(day.calendar.start_of(date)));
            return Some((Code::OnLeave, until));
        }
        if ignore_hours || day.open {
            return None;
        }
        let code =
            if day.calendar.is_holiday(day.date) { Code::OnHoliday } else { Code::OutsideHours };
        Some((code, Some(day.calendar.next_open(self.now))))
    }

    /// The cap that is reached, and when there is room again, where that is known.
    fn capped(
        &self,
        place: usize,
        caps: &Caps,
        load: Option<&Load>,
    ) -> Option<(Code, i64, Option<Moment>)> {
        let load = load?;
        if let Some(cap) = caps.open.filter(|cap| load.open() >= *cap) {
            return Some((Code::OpenCap, cap.into(), None));
        }
        // Sixty minutes after it came, a lead counts no more.
        let hour = self.now - Span::HOUR + Span(1);
        if let Some(cap) = caps.hour.filter(|cap| load.received_since(hour) >= *cap) {
            let room = load.nth_last(cap).map(|at| at + Span::HOUR);
            return Some((Code::HourCap, cap.into(), room));
        }
        if caps.day.is_none() && caps.week.is_none() && caps.month.is_none() {
            return None;
        }
        let periods = match self.day(place) {
            Some(day) => day.calendar.periods(day.date),
            None => lengths_until(self.now),
        };
        let caps = [
            (Code::DayCap, caps.day, periods.day),
            (Code::WeekCap, caps.week, periods.week),
            (Code::MonthCap, caps.month, periods.month),
        ];
        // Of several that are reached the longest says when there is room.
        let all = caps.into_iter().filter_map(|(code, cap, (from, until))| {
            let cap = cap.filter(|cap| load.received_since(from) >= *cap)?;
            Some((code, i64::from(cap), until))
        });
        all.reduce(|first, next| (first.0, first.1, first.2.max(next.2)))
            .map(|(code, cap, until)| (code, cap, Some(until)))
    }

    /// What the calendar of the member at a place says of the moment; none for who has none.
    fn day(&self, place: usize) -> Option<&Day<'a>> {
        let roster = &self.strategy.roster;
        let at = roster.seat(place).calendar?;
        Some(self.days[at].get_or_init(|| {
            let calendar = &roster.calendars()[at];
            let (date, open) = (calendar.date(self.now), calendar.is_open(self.now));
            Day { calendar, date, open }
        }))
    }
}

/// The periods of somebody without a calendar: their lengths up to now.
fn lengths_until(now: Moment) -> Periods {
    let last = |days| (now - Span::days(days), now + Span::HOUR);
    Periods { day: last(1), week: last(7), month: last(30) }
}

fn earliest(one: Option<Moment>, other: Option<Moment>) -> Option<Moment> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// Why a member does not belong to the pool for this lead.
const fn unfit(belongs: Truth) -> Option<Code> {
    match belongs {
        Truth::Yes => None,
        Truth::No => Some(Code::MemberCondition),
        Truth::Unknown => Some(Code::ConditionUnknown),
    }
}

fn candidate(member: &Member, code: Code, figure: Option<i64>, until: Option<Moment>) -> Candidate {
    Candidate { member: member.id.clone(), code, figure, until }
}

fn utc_date(now: Moment) -> Date {
    now.timestamp().to_zoned(jiff::tz::TimeZone::UTC).date()
}
