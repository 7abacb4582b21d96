//! What people do to a handoff: whether they may, and what it comes to.

use domain::fact::{By, Fact, Feedback, Note};
use domain::handoff::{MemberId, Owner, State, Target};
use domain::reason::{Code, Reason};
use domain::{Moment, Span};

use super::follow::Follow;
use crate::availability::TeamAvailability;
use crate::desk::Desk;
use crate::effects::Effects;
use crate::event::{JudgedClaim, Refusal};
use crate::stages::route;

/// How long a recycled lead rests where nobody says how long.
const REST: Span = Span::days(90);

/// What came of a handoff, as somebody says.
#[derive(Clone, Copy, Debug)]
pub struct OutcomeReport<'a> {
    /// The state that the outcome leads to.
    pub outcome: State,
    /// When it happened, as was said.
    pub occurred: Option<Moment>,
    /// When a recycled lead may come back.
    pub returns: Option<Moment>,
    /// In words.
    pub note: Option<&'a Note>,
    /// Who says so.
    pub by: Option<&'a By>,
}

impl OutcomeReport<'_> {
    /// Whether the handoff ends with it.
    pub fn ends(&self) -> bool {
        self.outcome.is_terminal() && self.outcome != State::Withdrawn
    }
}

impl Follow<'_> {
    /// To whom it has to be given before it is accepted; nobody where its owner takes it.
    pub fn accepted_by(self, member: Option<&MemberId>) -> Result<Option<MemberId>, Refusal> {
        match (&self.handoff.owner, self.handoff.state) {
            (Owner::Person(owner), State::Offered) => {
                Ok(member.filter(|other| *other != owner).cloned())
            }
            (
                Owner::Queue(_) | Owner::Engine,
                State::Queued | State::Held | State::InReview | State::Faulted,
            ) => member.cloned().map(Some).ok_or(Refusal::WhoTakesIt),
            (Owner::Person(owner), State::Faulted) => Ok(Some(member.unwrap_or(owner).clone())),
            (_, state) => Err(Refusal::State { state, deed: "accepted" }),
        }
    }

    /// Whether its owner may let it go.
    pub fn may_be_rejected(self) -> Result<(), Refusal> {
        match (&self.handoff.owner, self.handoff.state) {
            (Owner::Person(_), State::Offered | State::Accepted) => Ok(()),
            (_, state) => Err(Refusal::State { state, deed: "rejected" }),
        }
    }

    /// Whether it may be given to somebody.
    pub fn may_be_given(self, to: &Owner, desk: &Desk) -> Result<(), Refusal> {
        if !self.handoff.is_open() {
            return Err(Refusal::State { state: self.handoff.state, deed: "reassigned" });
        }
        match to {
            Owner::Person(member) => self.must_be_there(member, desk),
            Owner::Queue(queue) if self.strategy.routing.queue(&queue.0).is_none() => {
                Err(Refusal::NoQueue(queue.0.clone()))
            }
            Owner::Queue(_) | Owner::Engine => Ok(()),
        }
    }

    /// It is given to a person or a queue.
    pub fn given(self, to: &Owner, by: Option<&By>) -> Effects {
        let instead_of = match &self.handoff.owner {
            Owner::Person(member) => Some(member.clone()),
            Owner::Queue(_) | Owner::Engine => None,
        };
        let mut effects = self.given_up();
        effects.extend(self.assigned(to.clone(), Code::ManagerAsked, by));
        match to {
            Owner::Person(member) => {
                effects.desk(route::named_turn(self.handoff.id, member.clone(), instead_of));
            }
            Owner::Queue(_) | Owner::Engine => effects.extend(self.work_ended()),
        }
        effects
    }

    /// It is handed on to a person or a queue, since its owner has left the team.
    pub fn handed_on(self, to: &Owner, by: Option<&By>) -> Effects {
        let mut effects = self.assigned(to.clone(), Code::HandedOn, by);
        if let Owner::Person(member) = to {
            effects.desk(route::named_turn(self.handoff.id, member.clone(), None));
        }
        effects
    }

    /// Who has to have it before somebody can say what came of it; nobody where that is clear.
    pub fn worked_by(
        self,
        told: &OutcomeReport<'_>,
        desk: &Desk,
    ) -> Result<Option<MemberId>, Refusal> {
        let OutcomeReport { outcome, by, .. } = *told;
        let (state, ends) = (self.handoff.state, told.ends());
        if !(ends || matches!(outcome, State::Working | State::Met | State::Qualified)) {
            return Err(Refusal::NoOutcome(outcome));
        }
        // What came of it may be told of a lead that somebody has, or has had a chance to take.
        let works = state.is_active_work();
        let known_to_sales = works
            || matches!(
                state,
                State::Offered | State::Queued | State::InReview | State::Held | State::Faulted
            );
        if !known_to_sales || works && outcome < state && !ends {
            return Err(Refusal::State { state, deed: outcome.as_str() });
        }
        if ends || works || state == State::Offered {
            return Ok(None);
        }
        self.who_works_it(by, desk).map(Some)
    }

    /// What came of it.
    pub fn concluded(self, told: &OutcomeReport<'_>) -> Effects {
        let OutcomeReport { outcome, occurred, returns, note, by } = *told;
        let handoff = self.handoff.id;
        let mut effects = self.stopped(Target::Accept);
        effects.extend(self.said(Fact::OutcomeRecorded {
            handoff,
            outcome,
            occurred,
            by: by.cloned(),
            note: note.cloned().map(Box::new),
        }));
        effects.extend(self.stopped(Target::FirstTouch));
        if outcome != State::Working && outcome != State::Met {
            effects.extend(self.stopped(Target::Qualify));
        }
        if told.ends() {
            effects.extend(self.work_ended());
        }
        if outcome == State::Recycled {
            let until = returns.unwrap_or(self.now + REST);
            let reasons = vec![Reason::new(Code::Resting)];
            effects.extend(self.moved(State::Recycled, reasons, by, Some(until)));
        }
        effects
    }

    /// Words beside a deed, for whoever reads on; nothing where nothing was said.
    pub fn noted(self, note: Option<&Note>, by: Option<&By>) -> Result<Effects, Refusal> {
        match note {
            Some(note) => self.told(None, 0, Some(note), by),
            None => Ok(Effects::new()),
        }
    }

    /// What was right, wrong or missing.
    pub fn debriefed(
        self,
        right: Option<bool>,
        complaints: u16,
        note: Option<&Note>,
        by: Option<&By>,
    ) -> Result<Effects, Refusal> {
        let known = self.handoff;
        if known.accepted.is_none() && !known.state.is_terminal() {
            return Err(Refusal::State { state: known.state, deed: "debriefed" });
        }
        self.told(right, complaints, note, by)
    }

    /// What a reader says of a claim of the brief, or of what is missing in it.
    pub fn judged(
        self,
        of: &JudgedClaim,
        feedback: Feedback,
        note: Option<&Note>,
        by: Option<&By>,
    ) -> Result<Effects, Refusal> {
        let known = self.handoff;
        if known.is_to_settle() {
            return Err(Refusal::State { state: known.state, deed: "commented on" });
        }
        if of.brief != known.assignments {
            return Err(Refusal::BriefPast);
        }
        self.must_be_kept()?;
        let JudgedClaim { brief, claim, code, source } = of.clone();
        let (handoff, by, note) = (known.id, by.cloned(), note.cloned().map(Box::new));
        Ok(self.said(Fact::ClaimJudged { handoff, brief, claim, feedback, code, source, by, note }))
    }

    fn told(
        self,
        right: Option<bool>,
        complaints: u16,
        note: Option<&Note>,
        by: Option<&By>,
    ) -> Result<Effects, Refusal> {
        self.must_be_kept()?;
        let (handoff, by) = (self.handoff.id, by.cloned());
        let note = note.cloned().map(Box::new);
        Ok(self.said(Fact::Debriefed { handoff, right, complaints, by, note }))
    }

    /// Words are sealed to whose lead it is: of somebody who was erased none are kept.
    fn must_be_kept(self) -> Result<(), Refusal> {
        let erased = self.account.node(self.handoff.node).is_some_and(|node| node.erased);
        if erased { Err(Refusal::Gone) } else { Ok(()) }
    }

    /// Who works what no person has yet: who says so, else who answers for its queue.
    fn who_works_it(self, by: Option<&By>, desk: &Desk) -> Result<MemberId, Refusal> {
        let said = by.and_then(By::member);
        if let Some(member) = said.filter(|member| self.must_be_there(member, desk).is_ok()) {
            return Ok(member.clone());
        }
        match &self.handoff.owner {
            Owner::Person(member) => Ok(member.clone()),
            Owner::Queue(queue) => {
                let rule = self.strategy.routing.queue(&queue.0);
                rule.map(|(_, rule)| rule.owner.clone()).ok_or(Refusal::WhoTakesIt)
            }
            Owner::Engine => Err(Refusal::WhoTakesIt),
        }
    }

    fn must_be_there(self, member: &MemberId, desk: &Desk) -> Result<(), Refusal> {
        match TeamAvailability::new(self.strategy, self.now).absent_for_good(member, desk) {
            None => Ok(()),
            Some(_) => Err(Refusal::NoMember(member.to_string())),
        }
    }
}
