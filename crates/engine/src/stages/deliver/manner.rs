//! When a message that tells somebody leaves: with the next digest, and when nobody is disturbed by it. It
//! is said once, when the message is queued, and follows from the moment, the clocks of its handoff and
//! the zone of whoever is told.

use domain::Moment;
use domain::fact::{Addressee, Notice};
use domain::handoff::Occasion;
use rules::calendar::Calendar;
use rules::destinations::{Digest, Manner, Step};
use rules::sla::CalendarOf;
use rules::strategy::Strategy;

use crate::availability::calendar_for;
use crate::state::{Delivery, Handoff};

/// When a message leaves at the earliest; none where it leaves at once. What must reach the person does,
/// and so does what serves a system.
pub(super) fn not_before(
    strategy: &Strategy,
    (handoff, step): (&Handoff, &Step),
    notice: Option<&Notice>,
    now: Moment,
) -> Option<Moment> {
    let notice = notice.filter(|_| !step.must)?;
    let told = notice.told.as_ref()?;
    let manner = strategy.destinations.manner_at(&step.to.value)?;
    let calendar = calendar_of(strategy, told)?;
    let digest = manner.digest.as_ref().map(|digest| next_digest(digest.value, calendar, now));
    // What is about a clock that runs out before the digest would come too late with it.
    let due = notice_due(handoff, notice);
    let leaves = digest.filter(|at| due.is_none_or(|due| due > *at)).unwrap_or(now);
    let leaves = end_of_quiet(manner, calendar, leaves).unwrap_or(leaves);
    (leaves > now).then_some(leaves)
}

/// Until when somebody is not to be disturbed at a destination; none where they may be told at once.
pub fn quiet_until(
    strategy: &Strategy,
    destination: &str,
    told: &Addressee,
    now: Moment,
) -> Option<Moment> {
    let manner = strategy.destinations.manner_at(destination)?;
    end_of_quiet(manner, calendar_of(strategy, told)?, now)
}

fn end_of_quiet(manner: &Manner, calendar: &Calendar, at: Moment) -> Option<Moment> {
    let end = manner.quiet?.end(calendar.wall(at))?;
    // An hour that is skipped or repeated may end before it began.
    Some(calendar.moment(end).0).filter(|end| *end > at)
}

fn calendar_of<'a>(strategy: &'a Strategy, told: &Addressee) -> Option<&'a Calendar> {
    match told {
        Addressee::Member(member) => calendar_for(strategy, &CalendarOf::Owner, Some(member)),
        Addressee::Channel(_) => calendar_for(strategy, &CalendarOf::Team, None),
    }
}

/// The next moment at which a digest leaves: digests are counted from midnight of whoever is told.
fn next_digest(digest: Digest, calendar: &Calendar, now: Moment) -> Moment {
    let date = calendar.date(now);
    let midnight = calendar.start_of(date);
    let tomorrow = date.tomorrow().map_or(midnight + digest.every, |date| calendar.start_of(date));
    let passed = (now - midnight).0.max(0) / digest.every.0;
    (midnight + domain::Span((passed + 1) * digest.every.0)).min(tomorrow)
}

/// Until when what a message asks for is to be done: the clock that it is about, else the first that runs.
fn notice_due(handoff: &Handoff, notice: &Notice) -> Option<Moment> {
    let clock = handoff.clock_of(notice).filter(|clock| clock.is_running() && !clock.breached);
    clock.map(|clock| clock.due)
}

/// Whether a message that waited tells its owner of what is done by now.
pub(super) fn is_needless(handoff: &Handoff, delivery: &Delivery) -> bool {
    let waited = delivery.attempts == 0;
    let Some(notice) = delivery.notice.as_deref().filter(|_| waited) else { return false };
    let for_owner = notice.occasion.is_some_and(Occasion::is_for_its_owner);
    let clock = notice.target.and_then(|target| handoff.clocks.get(&target));
    for_owner && clock.is_none_or(|clock| !clock.is_running())
}
