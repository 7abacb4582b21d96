//! Quiet hours: a message that tells somebody waits until nobody is disturbed any more. When it leaves is
//! said once, when it is queued, and follows from the moment and the zone of whoever is told.

use domain::Moment;
use domain::fact::{Addressee, Notice};
use domain::handoff::Occasion;
use rules::destinations::Step;
use rules::sla::CalendarOf;
use rules::strategy::Strategy;

use crate::availability::calendar_for;
use crate::state::{Delivery, Handoff};

/// When a message leaves at the earliest; none where it leaves at once. What must reach the person does,
/// and so does what serves a system.
pub(super) fn not_before(
    strategy: &Strategy,
    step: &Step,
    notice: Option<&Notice>,
    now: Moment,
) -> Option<Moment> {
    let told = notice.and_then(|notice| notice.told.as_ref()).filter(|_| !step.must)?;
    let quiet = strategy.destinations.quiet_at(&step.to.value)?;
    let calendar = match told {
        Addressee::Member(member) => calendar_for(strategy, &CalendarOf::Owner, Some(member)),
        Addressee::Channel(_) => calendar_for(strategy, &CalendarOf::Team, None),
    };
    let calendar = calendar?;
    let (end, _) = calendar.moment(quiet.end(calendar.wall(now))?);
    // An hour that is skipped or repeated may end before it began.
    (end > now).then_some(end)
}

/// Whether a message that waited tells its owner of what is done by now.
pub(super) fn is_needless(handoff: &Handoff, delivery: &Delivery) -> bool {
    let waited = delivery.attempts == 0 && delivery.again.is_some();
    let Some(notice) = delivery.notice.as_deref().filter(|_| waited) else { return false };
    let for_owner = notice.occasion.is_some_and(Occasion::is_for_its_owner);
    let clock = notice.target.and_then(|target| handoff.clocks.get(&target));
    for_owner && clock.is_none_or(|clock| !clock.is_running())
}
