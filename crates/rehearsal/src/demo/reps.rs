//! The team: who answers at once, who dawdles, who refuses, and what comes of the leads.

use domain::fact::{By, Note};
use domain::handoff::{MemberId, Owner, State};
use domain::reason::Code;
use domain::{HandoffId, Moment, Span};
use engine::availability::calendar_of;
use engine::event::Deed;
use rules::Strategy;

use super::script::{Plan, Script};
use crate::world::SeededRandom;

/// Why reps refuse, with how often.
const REFUSALS: &[(Code, u32)] = &[
    (Code::BadFit, 40),
    (Code::BadData, 15),
    (Code::AlreadyWorking, 20),
    (Code::NotNow, 10),
    (Code::WrongTerritory, 10),
    (Code::OtherReason, 5),
];

/// Offers in a thousand that nobody answers, by a prompt rep and by one who dawdles.
const SILENT: (u64, u64) = (25, 260);
/// Offers in a thousand that are refused.
const REFUSED: u64 = 65;

/// The team as the script knows it.
pub(super) struct Reps<'a> {
    pub(super) seed: u64,
    pub(super) strategy: &'a Strategy,
}

impl Reps<'_> {
    /// A rep is offered a lead.
    pub(super) fn offered(
        &self,
        script: &mut Script,
        handoff: HandoffId,
        member: &MemberId,
        now: Moment,
    ) {
        let mut draw = self.draw("offer", handoff, member);
        let dawdles = self.dawdles(member);
        let silent = if dawdles { SILENT.1 } else { SILENT.0 };
        if draw.chance(silent) {
            return;
        }
        let minutes = match (dawdles, draw.below(10)) {
            (true, _) => draw.between(15, 320),
            (false, 0..=6) => draw.between(2, 35),
            (false, _) => draw.between(20, 110),
        };
        let seconds = draw.between(0, 59);
        let at = self.open(member, now, Span::minutes(minutes) + Span::seconds(seconds));
        script.plan(at, Plan::Answer { handoff, member: member.clone() });
    }

    /// A queue has a lead: whoever answers for it takes it.
    pub(super) fn queued(&self, script: &mut Script, handoff: HandoffId, queue: &str, now: Moment) {
        let Some((_, queue)) = self.strategy.routing.queue(queue) else { return };
        let member = queue.owner.clone();
        let mut draw = self.draw("queue", handoff, &member);
        if draw.chance(850) {
            let at = self.open(&member, now, Span::minutes(draw.between(10, 240)));
            script.plan(at, Plan::Take { handoff, member });
        }
    }

    /// A handoff waits for a person who reviews it.
    pub(super) fn in_review(&self, script: &mut Script, handoff: HandoffId, now: Moment) {
        let Some(manager) = self.manager() else { return };
        let mut draw = self.draw("review", handoff, &manager);
        if draw.chance(900) {
            let at = self.open(&manager, now, Span::minutes(draw.between(8, 150)));
            script.plan(at, Plan::Approve { handoff });
        }
    }

    /// What a rep answers to an offer.
    pub(super) fn answer(&self, handoff: HandoffId, member: &MemberId) -> Deed {
        let mut draw = self.draw("answer", handoff, member);
        let by = Some(By::Member(member.clone()));
        if draw.chance(REFUSED) {
            let place = draw.weighted(REFUSALS.iter().map(|refusal| refusal.1));
            return Deed::Reject { note: None, reason: REFUSALS[place].0, by };
        }
        Deed::Accept { note: None, member: Some(member.clone()), by }
    }

    /// A manager lets a handoff go on to the routes.
    pub(super) fn approval(&self) -> Deed {
        Deed::Reassign { note: None, to: Owner::Engine, by: self.manager().map(By::Member) }
    }

    /// What comes of a lead that a rep took, and when they say so.
    pub(super) fn accepted(
        &self,
        script: &mut Script,
        handoff: HandoffId,
        member: &MemberId,
        now: Moment,
    ) {
        let mut draw = self.draw("work", handoff, member);
        let mut at = now;
        let mut say = |at: Moment, outcome| {
            script.plan(at, Plan::Outcome { handoff, member: member.clone(), outcome });
        };
        if !draw.chance(940) {
            return;
        }
        at = self.open(member, at, Span::minutes(draw.between(6, 400)));
        say(at, State::Working);
        let met = draw.chance(560);
        if met {
            at = self.open(member, at, Span::hours(draw.between(4, 40)));
            say(at, State::Met);
        }
        let qualified = met && draw.chance(620);
        if qualified {
            at = self.open(member, at, Span::hours(draw.between(3, 50)));
            say(at, State::Qualified);
        }
        let ends: [(State, u32); 4] = match (met, qualified) {
            (_, true) => ENDS_QUALIFIED,
            (true, false) => ENDS_MET,
            (false, false) => ENDS_WORKED,
        };
        let (end, _) = ends[draw.weighted(ends.iter().map(|end| end.1))];
        // `working` stands for what is still open.
        if end != State::Working {
            at = self.open(member, at, Span::hours(draw.between(6, 90)));
            say(at, end);
        }
        if draw.chance(380) {
            let at = at + Span::minutes(draw.between(2, 30));
            script.plan(at, Plan::Debrief { handoff, member: member.clone() });
        }
    }

    /// What a rep says of a handoff afterwards.
    pub(super) fn debrief(&self, handoff: HandoffId, member: &MemberId) -> Deed {
        let mut draw = self.draw("debrief", handoff, member);
        let right = draw.chance(810);
        Deed::Debrief {
            right: Some(right),
            complaints: if right { 0 } else { draw.between(1, 3) as u16 },
            note: (!right)
                .then(|| Note::new(b"The need was another one than the brief says.".to_vec())),
            by: Some(By::Member(member.clone())),
        }
    }

    fn manager(&self) -> Option<MemberId> {
        let members = &self.strategy.team.members;
        members.iter().find(|member| member.manager.is_none()).map(|member| member.id.clone())
    }

    /// One rep in seven takes their time.
    fn dawdles(&self, member: &MemberId) -> bool {
        let place = self.strategy.team.place(&member.0).unwrap_or_default();
        SeededRandom::of(self.seed, "temper", place as u64).below(7) == 0
    }

    /// A moment after so much of the member's working time.
    fn open(&self, member: &MemberId, from: Moment, time: Span) -> Moment {
        calendar_of(self.strategy, member)
            .map_or(from + time, |calendar| calendar.add_open(from, time))
    }

    fn draw(&self, what: &str, handoff: HandoffId, member: &MemberId) -> SeededRandom {
        let mut number = [0; 8];
        number.copy_from_slice(&handoff.bytes()[..8]);
        let place = self.strategy.team.place(&member.0).unwrap_or_default() as u64;
        SeededRandom::of(self.seed ^ place, what, u64::from_be_bytes(number))
    }
}

const ENDS_QUALIFIED: [(State, u32); 4] =
    [(State::Won, 27), (State::Lost, 33), (State::Recycled, 6), (State::Working, 34)];
const ENDS_MET: [(State, u32); 4] =
    [(State::Recycled, 34), (State::Lost, 24), (State::Disqualified, 26), (State::Working, 16)];
const ENDS_WORKED: [(State, u32); 4] =
    [(State::Recycled, 38), (State::Disqualified, 30), (State::Lost, 12), (State::Working, 20)];
