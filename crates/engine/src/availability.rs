//! Who is there at a moment: the team's calendars, leave and caps, asked together so that each
//! calendar is looked at once.

use std::cell::OnceCell;

use domain::fact::Candidate;
use domain::handoff::MemberId;
use domain::reason::Code;
use domain::{Moment, Span};
use rules::calendar::Calendar;
use rules::routing::{Caps, Pool};
use rules::scene::{Scene, Truth};
use rules::sla::CalendarOf;
use rules::strategy::Strategy;
use rules::team::{Member, Standing};

use crate::desk::Desk;

/// The calendar of a member; none for who is not in the team or has none.
pub fn calendar_of<'a>(strategy: &'a Strategy, member: &MemberId) -> Option<&'a Calendar> {
    let known = strategy.team.member(&member.0)?;
    strategy.calendars.get(&known.calendar.as_ref()?.value)
}

/// The calendar that an SLA counts in. An owner without one counts in the team's; where there is
/// none either, the first of the folder counts.
pub fn calendar_for<'a>(
    strategy: &'a Strategy,
    of: &CalendarOf,
    owner: Option<&MemberId>,
) -> Option<&'a Calendar> {
    let named = |name: &str| strategy.calendars.get(name);
    let own = match of {
        CalendarOf::Owner => owner.and_then(|owner| calendar_of(strategy, owner)),
        CalendarOf::Team => None,
        CalendarOf::Named(name) => named(name),
    };
    own.or_else(|| named("team")).or_else(|| strategy.calendars.values().next())
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
}

/// Everybody whom a pool knows, at a moment.
#[derive(Debug, Default)]
pub struct PoolAvailability {
    /// With the first reason why not; those who could have it are not told apart yet.
    pub candidates: Vec<Candidate>,
    /// Who could have it, with their weight in thousandths.
    pub eligible: Vec<(MemberId, u32)>,
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
    date: jiff::civil::Date,
    open: bool,
    /// The periods that caps count in, once somebody asked.
    periods: OnceCell<Periods>,
}

impl<'a> TeamAvailability<'a> {
    /// At this moment.
    pub const fn new(strategy: &'a Strategy, now: Moment) -> Self {
        Self { strategy, now }
    }

    /// Why somebody is not to be found at all: not in the team, not yet, or no longer.
    pub fn absent_for_good(&self, member: &MemberId) -> Option<Code> {
        let Some(known) = self.strategy.team.member(&member.0) else {
            return Some(Code::NotInTeam);
        };
        if self.is_there_in_all_zones(known) {
            return None;
        }
        self.standing(known, self.day(known).as_ref())
    }

    /// Whether somebody is in the team whichever of three days it is where they are: so it is with
    /// most, and their calendar need not be asked.
    fn is_there_in_all_zones(&self, member: &Member) -> bool {
        let today = utc_date(self.now);
        let (from, until) = (member.tenure.from, member.tenure.until);
        from.is_none_or(|from| from < today)
            && until.is_none_or(|until| today.tomorrow().is_ok_and(|tomorrow| until > tomorrow))
    }

    /// Why somebody takes nothing for days, whatever the hour: on leave, or paused.
    pub fn off(&self, member: &MemberId, desk: &Desk) -> Option<Code> {
        let known = self.strategy.team.member(&member.0)?;
        let away = self.away(known, self.day(known).as_ref(), desk, true);
        away.map(|(code, _)| code)
    }

    /// Whether somebody is not in the team, or joined it since a moment.
    pub fn left_since(&self, member: &MemberId, seen: Option<Moment>) -> bool {
        let Some(known) = self.strategy.team.member(&member.0) else { return true };
        let calendar = calendar_of(self.strategy, member);
        let start =
            |date| calendar.map_or_else(|| start_of_utc(date), |calendar| calendar.start_of(date));
        // Most joined long before, whatever their zone: only for the others it is asked when their
        // day began.
        let near = known
            .tenure
            .from
            .filter(|from| seen.is_some_and(|seen| seen < start_of_utc(*from) + Span::days(2)));
        let returned = seen.zip(near.map(start)).is_some_and(|(seen, joined)| seen < joined);
        returned || self.absent_for_good(member).is_some()
    }

    /// Asks everybody in a pool whether they can take a lead.
    pub fn in_pool(
        &self,
        pool: &Pool,
        lead: &dyn Scene,
        desk: &Desk,
        passed_over: &[MemberId],
        ignore_hours: bool,
    ) -> PoolAvailability {
        let mut called = PoolAvailability::default();
        let mut days: Vec<(&str, Day<'_>)> = Vec::new();
        let team = &self.strategy.team;
        for place in pool.places(team) {
            let member = &team.members[place];
            if let Some(code) = unfit(pool.has(team, place, lead)) {
                called.candidates.push(candidate(member, code, None, None));
                continue;
            }
            let day = self.day_once(member, &mut days);
            if let Some(code) = self.standing(member, day) {
                called.candidates.push(candidate(member, code, None, None));
                continue;
            }
            called.members += 1;
            if let Some((code, until)) = self.away(member, day, desk, ignore_hours) {
                called.away += 1;
                called.back = earliest(called.back, until);
                called.room = earliest(called.room, until);
                called.candidates.push(candidate(member, code, None, until));
            } else if let Some((code, cap, room)) = self.capped(member, &pool.caps, day, desk) {
                called.capped += 1;
                called.room = earliest(called.room, room);
                called.candidates.push(candidate(member, code, Some(cap), None));
            } else if passed_over.contains(&member.id) {
                called.had_it += 1;
                called.candidates.push(candidate(member, Code::HadIt, None, None));
            } else {
                called.candidates.push(candidate(member, Code::Chosen, None, None));
                called.eligible.push((member.id.clone(), thousandths(member)));
            }
        }
        called
    }

    fn standing(&self, member: &Member, day: Option<&Day<'_>>) -> Option<Code> {
        let date = day.map_or_else(|| utc_date(self.now), |day| day.date);
        match member.standing(date) {
            Standing::Active => None,
            Standing::NotYetJoined => Some(Code::NotYetJoined),
            Standing::Left => Some(Code::OwnerLeft),
        }
    }

    fn away(
        &self,
        member: &Member,
        day: Option<&Day<'_>>,
        desk: &Desk,
        ignore_hours: bool,
    ) -> Option<(Code, Option<Moment>)> {
        if let Some(until) = desk.paused(&member.id, self.now) {
            return Some((Code::Paused, until));
        }
        let day = day?;
        if let Some(leave) = member.leave.iter().find(|leave| leave.days.holds(day.date)) {
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
        member: &Member,
        caps: &Caps,
        day: Option<&Day<'_>>,
        desk: &Desk,
    ) -> Option<(Code, i64, Option<Moment>)> {
        let load = desk.load(&member.id)?;
        let reached = |cap: Option<u32>, has: u32| cap.filter(|cap| has >= *cap).map(i64::from);
        if let Some(cap) = reached(caps.open, load.open()) {
            return Some((Code::OpenCap, cap, None));
        }
        // Sixty minutes after it came, a lead counts no more.
        let hour = self.now - Span::HOUR + Span(1);
        if let Some(cap) = reached(caps.hour, load.received_since(hour)) {
            let room = load.nth_last(caps.hour.unwrap_or(1)).map(|at| at + Span::HOUR);
            return Some((Code::HourCap, cap, room));
        }
        if caps.day.is_none() && caps.week.is_none() && caps.month.is_none() {
            return None;
        }
        let own;
        let periods = if let Some(day) = day {
            day.periods.get_or_init(|| Periods::of(day))
        } else {
            own = Periods::until(self.now);
            &own
        };
        let caps = [
            (Code::DayCap, caps.day, &periods.day),
            (Code::WeekCap, caps.week, &periods.week),
            (Code::MonthCap, caps.month, &periods.month),
        ];
        // Of several that are reached the longest says when there is room.
        let all = caps.into_iter().filter_map(|(code, cap, (from, until))| {
            Some((code, reached(cap, load.received_since(*from))?, *until))
        });
        all.reduce(|first, next| (first.0, first.1, first.2.max(next.2)))
            .map(|(code, cap, until)| (code, cap, Some(until)))
    }

    fn day(&self, member: &Member) -> Option<Day<'a>> {
        let calendar = calendar_of(self.strategy, &member.id)?;
        let (date, open) = (calendar.date(self.now), calendar.is_open(self.now));
        Some(Day { calendar, date, open, periods: OnceCell::new() })
    }

    fn day_once<'d>(
        &self,
        member: &'a Member,
        days: &'d mut Vec<(&'a str, Day<'a>)>,
    ) -> Option<&'d Day<'a>> {
        let name = member.calendar.as_ref()?.value.as_str();
        let known = days.iter().position(|(known, _)| *known == name);
        let at = if let Some(at) = known {
            at
        } else {
            days.push((name, self.day(member)?));
            days.len() - 1
        };
        Some(&days[at].1)
    }
}

/// The day, the week and the month of a moment, each with its begin and its end.
struct Periods {
    day: (Moment, Moment),
    week: (Moment, Moment),
    month: (Moment, Moment),
}

impl Periods {
    /// Of somebody without a calendar: the lengths up to now.
    fn until(now: Moment) -> Self {
        let last = |days| (now - Span::days(days), now + Span::HOUR);
        Self { day: last(1), week: last(7), month: last(30) }
    }

    /// By a calendar.
    fn of(day: &Day<'_>) -> Self {
        let days = |days: i64| jiff::Span::new().days(days);
        let back = i64::from(day.date.weekday().to_monday_zero_offset());
        let monday = day.date.saturating_sub(days(back));
        let tomorrow = day.date.saturating_add(days(1));
        let next_month = day.date.last_of_month().saturating_add(days(1));
        let start = |date| day.calendar.start_of(date);
        Self {
            day: (start(day.date), start(tomorrow)),
            week: (start(monday), start(monday.saturating_add(days(7)))),
            month: (start(day.date.first_of_month()), start(next_month)),
        }
    }
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

/// A weight in thousandths.
fn thousandths(member: &Member) -> u32 {
    use rust_decimal::prelude::ToPrimitive;
    (member.weight * rust_decimal::Decimal::ONE_THOUSAND).to_u32().unwrap_or(0)
}

fn candidate(member: &Member, code: Code, figure: Option<i64>, until: Option<Moment>) -> Candidate {
    Candidate { member: member.id.clone(), code, figure, until }
}

fn start_of_utc(date: jiff::civil::Date) -> Moment {
    let start = date.to_zoned(jiff::tz::TimeZone::UTC);
    start.map_or(Moment::EPOCH, |start| Moment::from_timestamp(start.timestamp()))
}

fn utc_date(now: Moment) -> jiff::civil::Date {
    now.timestamp().to_zoned(jiff::tz::TimeZone::UTC).date()
}
