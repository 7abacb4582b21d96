//! What a member has in hand, and when they got it.

use domain::reason::Code;
use domain::{HandoffId, Moment, Span};

use crate::chunked::{SharedList, SharedMap};

/// How far back caps look: a month of any calendar.
const CAP_WINDOW: Span = Span::days(32);

/// A member's work.
#[derive(Clone, Debug, Default, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Load {
    #[cbor(n(0), with = "crate::chunked::shared_keys")]
    open: SharedMap<HandoffId, ()>,
    #[cbor(n(1), with = "crate::chunked::shared_items")]
    received: SharedList<Moment>,
    #[n(2)]
    paused: Option<Pause>,
    /// What they do not want to see yet; none where they want to see all.
    #[n(3)]
    snoozed: Option<Vec<Snoozed>>,
}

/// A handoff that a member does not want to see yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
struct Snoozed {
    #[n(0)]
    handoff: HandoffId,
    #[n(1)]
    until: Moment,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
struct Pause {
    #[n(0)]
    until: Option<Moment>,
    #[n(1)]
    code: Option<Code>,
}

impl Load {
    /// How many handoffs are open.
    pub fn open(&self) -> u32 {
        self.open.len() as u32
    }

    /// The handoffs that are open.
    pub fn handoffs(&self) -> impl Iterator<Item = HandoffId> {
        self.open.iter().map(|(handoff, ())| *handoff)
    }

    /// How many were received at or after a moment, within the last month.
    pub fn received_since(&self, from: Moment) -> u32 {
        self.received.count_last(|at| *at >= from) as u32
    }

    /// When the one came that was received `n` from the end, the last being the first.
    pub fn nth_last(&self, n: u32) -> Option<Moment> {
        self.received.iter().rev().nth(n.saturating_sub(1) as usize).copied()
    }

    /// Whether the member is paused at a moment, and until when.
    pub fn paused_at(&self, at: Moment) -> Option<Option<Moment>> {
        let pause = self.paused?;
        pause.until.is_none_or(|until| at < until).then_some(pause.until)
    }

    /// Why the member is paused at a moment, where they are and somebody said why.
    pub fn paused_for(&self, at: Moment) -> Option<Code> {
        self.paused_at(at)?;
        self.paused?.code
    }

    /// Whether somebody said that the member has left the team.
    pub fn has_left(&self) -> bool {
        self.paused.is_some_and(|pause| pause.code == Some(Code::OwnerLeft))
    }

    /// Until when they do not want to see a handoff, at a moment.
    pub fn snoozed_until(&self, handoff: HandoffId, at: Moment) -> Option<Moment> {
        let mut snoozed = self.snoozed.iter().flatten();
        let found = snoozed.find(|known| known.handoff == handoff);
        found.map(|known| known.until).filter(|until| at < *until)
    }

    /// They do not want to see a handoff until then, or want to see it again.
    pub(crate) fn snooze(&mut self, handoff: HandoffId, until: Option<Moment>) {
        let mut snoozed = self.snoozed.take().unwrap_or_default();
        snoozed.retain(|known| known.handoff != handoff);
        snoozed.extend(until.map(|until| Snoozed { handoff, until }));
        self.snoozed = Some(snoozed).filter(|snoozed| !snoozed.is_empty());
    }

    pub(crate) fn begin(&mut self, handoff: HandoffId, at: Moment) {
        self.open.insert(handoff, ());
        while self.received.first().is_some_and(|first| *first < at - CAP_WINDOW) {
            self.received.pop_first();
        }
        self.received.push(at);
    }

    pub(crate) fn end(&mut self, handoff: HandoffId) {
        if self.snoozed.is_some() {
            self.snooze(handoff, None);
        }
        self.open.remove(&handoff);
    }

    /// It was not received after all, at that moment.
    pub(crate) fn take_back(&mut self, handoff: HandoffId, received: Moment) {
        self.open.remove(&handoff);
        self.received.remove_last(|at| *at == received);
    }

    /// It is open again, and was received before.
    pub(crate) fn resume_work(&mut self, handoff: HandoffId) {
        self.open.insert(handoff, ());
    }

    pub(crate) fn pause(&mut self, until: Option<Moment>, code: Option<Code>) {
        self.paused = Some(Pause { until, code });
    }

    pub(crate) fn resume(&mut self) {
        self.paused = None;
    }
}
