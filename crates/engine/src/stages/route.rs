//! To whom, and why not each other one.

mod line;

pub use line::{is_held_on_purpose, line_again, line_kept, next_in_line};

use std::borrow::Cow;
use std::sync::Arc;

use domain::errand::{Errand, Wake};
use domain::fact::{Fact, Routing, Score};
use domain::handoff::{MemberId, Owner, QueueName, State};
use domain::reason::{Code, Reason};
use domain::{HandoffId, Moment, PersonId, SignalId, Span};
use rules::Expression;
use rules::routing::{Link, Method, Otherwise, Pool, Target};
use rules::scene::Truth;
use rules::strategy::Strategy;

use super::decide::Decided;
use crate::availability::TeamAvailability;
use crate::desk::{Desk, EligibleMember, Ledger, Pick, explored, pick, weights};
use crate::effects::Effects;
use crate::lead::Lead;
use crate::state::{AccountContext, Handoff};

/// How many pools one may lead on to before nobody is found.
const POOLS_MAX: usize = 8;
/// When a lead that is kept on purpose is looked at again.
const LOOK_AGAIN_KEPT: Span = Span::DAY;
/// When a lead that found nobody is looked at again, where nobody knows when somebody is there.
const LOOK_AGAIN: Span = Span::HOUR;

/// A handoff that seeks an owner. There are two doors to it: somebody was decided on, or the handoff
/// is there already and is given on, expired, was mended or looked at.
#[derive(Clone, Debug)]
pub struct Proposed {
    handoff: HandoffId,
    person: PersonId,
    signal: SignalId,
    score: Arc<Score>,
    round: u32,
    /// What it is held for and until when, as was said; none where it is not.
    held: Option<(Code, Moment)>,
    /// Who is passed over so far.
    before: Vec<MemberId>,
    /// Who is passed over now.
    passed_over: Vec<MemberId>,
}

impl Proposed {
    /// The handoff that a decision begins; none where it begins none.
    pub fn decided(decided: &Decided, score: Arc<Score>) -> Option<Self> {
        Some(Self {
            handoff: decided.begins?,
            person: decided.person,
            signal: decided.signal,
            score,
            round: 0,
            held: None,
            before: Vec::new(),
            passed_over: Vec::new(),
        })
    }

    /// A handoff that is there. Who is passed over does not get it back until all others have had
    /// it.
    pub fn of(handoff: &Handoff, passed_over: Vec<MemberId>) -> Self {
        let held = handoff.reasons.first().filter(|_| handoff.state == State::Held);
        Self {
            handoff: handoff.id,
            person: handoff.person,
            signal: handoff.signal,
            score: Arc::clone(&handoff.score),
            round: handoff.round,
            held: held.map(|reason| (reason.code, handoff.returns.unwrap_or(handoff.since))),
            before: handoff.passed_over.clone(),
            passed_over,
        }
    }

    /// The lead that the handoff is about, as routes see it.
    fn lead<'a>(&'a self, strategy: &'a Strategy, input: RouteInput<'a>) -> Lead<'a> {
        let Self { person, signal, score, .. } = self;
        let (account, now) = (input.account, input.now);
        Lead::new(strategy, account, *person, *signal, Some(score), now).known_at(input.known)
    }
}

/// What a route is found over.
#[derive(Clone, Copy, Debug)]
pub struct RouteInput<'a> {
    /// The account of the handoff.
    pub account: AccountContext<'a>,
    /// All accounts that the turn concerns.
    pub known: &'a [AccountContext<'a>],
    /// The desk.
    pub desk: &'a Desk,
    /// The moment of the turn.
    pub now: Moment,
}

/// Finds an owner: the first route that matches and finds somebody.
pub fn route(strategy: &Strategy, proposed: &Proposed, input: RouteInput<'_>) -> Effects {
    let lead = proposed.lead(strategy, input);
    let mut search = OwnerSearch::new(strategy, proposed, input, &lead);
    let found = search.follow_routes();
    search.end(found)
}

/// Finds an owner in one pool, whatever the routes say.
pub fn route_to_pool(
    strategy: &Strategy,
    proposed: &Proposed,
    pool: &str,
    input: RouteInput<'_>,
) -> Effects {
    let place = strategy.routing.pool(pool).map(|(place, _)| place);
    let lead = proposed.lead(strategy, input);
    let mut search = OwnerSearch::new(strategy, proposed, input, &lead);
    let found =
        place.map_or(RouteResult::Nobody(Code::NobodyFound), |place| search.ask_pool(place));
    search.end(found)
}

/// The queue for what found nobody: that of the last route that always holds and leads into one,
/// else the first queue.
pub fn last_resort(strategy: &Strategy) -> Option<&QueueName> {
    let routing = &strategy.routing;
    let catch_all = routing.routes.iter().rev().find_map(|route| match (&route.when, &route.to) {
        (None, Target::Queue(queue)) => routing.queues.get(*queue),
        _ => None,
    });
    catch_all.or_else(|| routing.queues.first()).map(|queue| &queue.name)
}

/// A turn that nobody rotated for: an owner who was named takes the lead into their work.
pub fn named_turn(handoff: HandoffId, member: MemberId, instead_of: Option<MemberId>) -> Fact {
    let (pool, eligible, weights) = (None, Vec::new(), Vec::new());
    Fact::TurnTaken { handoff, pool, member, eligible, instead_of, weights }
}

/// What a route came to.
enum RouteResult {
    /// A member who was named.
    Named(MemberId),
    /// A member whose turn it is.
    Turn(Box<Fact>, MemberId),
    /// A queue.
    Queue(QueueName),
    /// Kept on purpose or until somebody is there.
    Hold(Code, Option<Moment>),
    /// Nobody; the next route is asked.
    Nobody(Code),
}

struct OwnerSearch<'a> {
    strategy: &'a Strategy,
    proposed: &'a Proposed,
    input: RouteInput<'a>,
    lead: &'a Lead<'a>,
    there: TeamAvailability<'a>,
    routing: Routing,
    /// Facts of the desk that the choice leans on.
    levelled: Vec<Fact>,
    /// When the first of those away comes back.
    back: Option<Moment>,
}

impl<'a> OwnerSearch<'a> {
    fn new(
        strategy: &'a Strategy,
        proposed: &'a Proposed,
        input: RouteInput<'a>,
        lead: &'a Lead<'a>,
    ) -> Self {
        let (there, routing) = (TeamAvailability::new(strategy, input.now), Routing::default());
        Self { strategy, proposed, input, lead, there, routing, levelled: Vec::new(), back: None }
    }

    fn follow_routes(&mut self) -> RouteResult {
        let strategy = self.strategy;
        let frame = strategy.frame(self.lead);
        self.routing.reasons.reserve(strategy.routing.routes.len());
        for (place, route) in strategy.routing.routes.iter().enumerate() {
            let judged = route.judge(&frame);
            let route = place as u16;
            let unmatched = match judged.truth {
                Truth::Yes => None,
                Truth::No => Some(Code::RouteUnmatched),
                Truth::Unknown => Some(Code::RouteUnknown),
            };
            if let Some(code) = unmatched {
                let conjunct = i64::from(judged.conjunct);
                self.routing.reasons.push(Reason::of_rule(code, route).with_figure(conjunct));
                continue;
            }
            let found = self.ask(place);
            if let RouteResult::Nobody(code) = found {
                self.routing.reasons.push(Reason::of_rule(code, route));
                continue;
            }
            self.routing.reasons.push(Reason::of_rule(Code::RouteMatched, route));
            if self.leans_on_claim(place) {
                self.routing.reasons.push(Reason::of_rule(Code::RouteOnClaim, route));
            }
            self.routing.route = Some(route);
            return found;
        }
        RouteResult::Hold(Code::NoRoute, self.back)
    }

    fn ask(&mut self, place: usize) -> RouteResult {
        let strategy = self.strategy;
        match &strategy.routing.routes[place].to {
            Target::Hold(_) => RouteResult::Hold(Code::RouteHolds, None),
            Target::Queue(queue) => {
                RouteResult::Queue(strategy.routing.queues[*queue].name.clone())
            }
            Target::Pool(pool) => self.ask_pool(*pool),
            Target::Person { id, link } => {
                let text = self.text(id);
                self.owner(text.map(|id| MemberId(id.into())), *link, place)
            }
            Target::List { by, link, .. } => {
                let domain = self.text(by);
                let named = domain.and_then(|domain| {
                    strategy.named_accounts.find(&domain.to_lowercase(), self.input.now)
                });
                let owner = named.map(|named| MemberId(named.owner.value.as_str().into()));
                self.owner(owner, *link, place)
            }
            Target::Territory { .. } => self.ask_territory(place),
        }
    }

    fn text(&self, expression: &Expression) -> Option<String> {
        expression.as_text(self.lead).map(std::borrow::Cow::into_owned)
    }

    fn ask_territory(&mut self, route: usize) -> RouteResult {
        let now = self.input.now;
        let lead = self.lead;
        let territory = self.strategy.territories.find(|name| lead.account_value(name), now);
        let owner = territory.and_then(|territory| territory.owner.as_ref());
        let Some(owner) = owner.map(|owner| owner.value.as_str()) else {
            return RouteResult::Nobody(Code::NobodyFound);
        };
        match self.strategy.routing.pool(owner) {
            Some((pool, _)) => self.ask_pool(pool),
            None => self.named(Some(MemberId(owner.into())), route),
        }
    }

    /// The owner of an account, where it is known well enough that the person belongs there.
    fn owner(&mut self, member: Option<MemberId>, link: Link, route: usize) -> RouteResult {
        if member.is_some() && link == Link::Verified && !self.lead.is_linked() {
            return RouteResult::Nobody(Code::LinkClaimed);
        }
        self.named(member, route)
    }

    /// Whether a route led where it did by what is only claimed.
    fn leans_on_claim(&self, place: usize) -> bool {
        let route = &self.strategy.routing.routes[place];
        let by_link = |link: Link| link == Link::Claimed && !self.lead.is_linked();
        let by_target = match &route.to {
            Target::Person { id, link } => by_link(*link) || id.leans_on_claim(self.lead),
            Target::List { by, link, .. } => by_link(*link) || by.leans_on_claim(self.lead),
            Target::Hold(_) | Target::Queue(_) | Target::Pool(_) | Target::Territory { .. } => {
                false
            }
        };
        by_target || route.when.as_ref().is_some_and(|when| when.leans_on_claim(self.lead))
    }

    /// The member whom a route names; whoever took over from them, where they have left.
    fn named(&mut self, member: Option<MemberId>, route: usize) -> RouteResult {
        let Some(member) = member else { return RouteResult::Nobody(Code::NobodyFound) };
        let Some(code) = self.unable(&member) else { return RouteResult::Named(member) };
        let has_left =
            self.there.absent_for_good(&member, self.input.desk) == Some(Code::OwnerLeft);
        let successor = self.there.successor(&member, self.input.desk).filter(|_| has_left);
        match successor.filter(|next| self.unable(next).is_none()) {
            Some(next) => {
                self.routing.reasons.push(Reason::of_rule(Code::OwnerLeft, route as u16));
                RouteResult::Named(next.clone())
            }
            None => RouteResult::Nobody(code),
        }
    }

    /// Why a member who is named cannot have it.
    fn unable(&self, member: &MemberId) -> Option<Code> {
        if self.proposed.passed_over.contains(member) {
            return Some(Code::HadIt);
        }
        let gone = self.there.absent_for_good(member, self.input.desk);
        let code = gone.or_else(|| self.there.off(member, self.input.desk))?;
        let is_told = matches!(code, Code::OwnerLeft | Code::OnLeave | Code::Paused);
        Some(if is_told { code } else { Code::NobodyFound })
    }

    /// Asks a pool, and those that it leads on to.
    fn ask_pool(&mut self, place: usize) -> RouteResult {
        let mut place = place;
        for _ in 0..POOLS_MAX {
            let Some(pool) = self.strategy.routing.pools.get(place) else {
                return RouteResult::Nobody(Code::NobodyFound);
            };
            match self.ask_one_pool(pool) {
                Ok(found) => return found,
                Err(next) => place = next,
            }
        }
        RouteResult::Nobody(Code::NobodyFound)
    }

    fn ask_one_pool(&mut self, pool: &Pool) -> Result<RouteResult, usize> {
        let passed_over = &self.proposed.passed_over;
        let called = self.there.in_pool(pool, self.lead, self.input.desk, passed_over, false);
        self.back = earliest(self.back, called.back);
        self.routing.pool = Some(pool.name.value.clone());
        self.routing.candidates = called.candidates;
        if !called.eligible.is_empty() {
            return Ok(self.take_turn(pool, called.eligible));
        }
        if called.members == 0 {
            return Ok(RouteResult::Nobody(Code::PoolEmpty));
        }
        if called.had_it > 0 && called.away == 0 && called.capped == 0 {
            return Ok(self.once_more(pool));
        }
        let (otherwise, code, again) = if called.capped > 0 {
            (pool.all_capped, Code::AllCapped, called.room)
        } else {
            (pool.all_away, Code::AllAway, called.back)
        };
        match otherwise {
            Otherwise::Hold => Ok(RouteResult::Hold(code, again)),
            Otherwise::NextRoute => Ok(RouteResult::Nobody(code)),
            Otherwise::Pool(next) => Err(next),
            Otherwise::IgnoreHours => {
                let called =
                    self.there.in_pool(pool, self.lead, self.input.desk, passed_over, true);
                self.routing.candidates = called.candidates;
                Ok(if called.eligible.is_empty() {
                    RouteResult::Nobody(code)
                } else {
                    self.take_turn(pool, called.eligible)
                })
            }
        }
    }

    /// All have had it: the one who had it longest ago is the only one whom all others had it after.
    fn once_more(&mut self, pool: &Pool) -> RouteResult {
        let had_it = |one: &&MemberId| {
            let mut candidates = self.routing.candidates.iter();
            candidates.any(|known| known.code == Code::HadIt && known.member == **one)
        };
        let next = self.proposed.passed_over.iter().find(had_it).cloned();
        let mut others = self.proposed.passed_over.clone();
        others.retain(|known| Some(known) != next.as_ref());
        let again = self.there.in_pool(pool, self.lead, self.input.desk, &others, false);
        self.routing.candidates = again.candidates;
        self.take_turn(pool, again.eligible)
    }

    /// Who left the team is owed nothing, and owes nothing, when they return.
    fn level_who_left(&mut self, pool: &Pool) -> Option<Cow<'a, Ledger>> {
        let name = &pool.name.value;
        let ledger = self.input.desk.ledger(name)?;
        let hundredth = crate::desk::LEAD / 100;
        let uneven = ledger.standings().filter(|(_, known)| known.shortfall.abs() >= hundredth / 2);
        let left = uneven
            .filter(|(member, known)| self.there.left_since(member, known.seen, self.input.desk));
        let mut level = Cow::Borrowed(ledger);
        for (member, known) in left {
            let leads = rounded(-known.shortfall, hundredth);
            level.to_mut().credit(member, leads);
            self.levelled.push(Fact::CreditGiven {
                pool: name.clone(),
                member: member.clone(),
                leads,
                code: Code::OwnerLeft,
                by: None,
            });
        }
        Some(level)
    }

    fn take_turn(&mut self, pool: &Pool, mut asked: Vec<EligibleMember<'_>>) -> RouteResult {
        if let Some(ledger) = self.level_who_left(pool) {
            for one in &mut asked {
                one.standing = ledger.standing(one.member);
            }
        }
        let Strategy { chance, explore_ppm, .. } = self.strategy;
        let (handoff, method) = (self.proposed.handoff, method(pool.method));
        let explored = explored(chance, handoff, *explore_ppm, asked.len());
        let (chosen, code) = match explored {
            Some(at) => (at, Code::Explored),
            None => match pick(method, &asked, chance, handoff) {
                Some(found) if found.drawn => (found.chosen, Code::TieBreak),
                Some(found) => (found.chosen, Code::Chosen),
                None => return RouteResult::Nobody(Code::NobodyFound),
            },
        };
        let weights = weights(method, &asked);
        // Those who could have it stand among the candidates in the same order.
        let could = self.routing.candidates.iter_mut().filter(|known| known.code == Code::Chosen);
        let shares = crate::desk::shares(&weights);
        for (at, (candidate, (one, share))) in could.zip(asked.iter().zip(shares)).enumerate() {
            let owed = (one.standing.shortfall + share) / (crate::desk::LEAD / 100);
            let by_work = method == Pick::LeastOpen;
            candidate.figure = Some(if by_work { i64::from(one.open) } else { owed });
            candidate.code = match (at == chosen, by_work) {
                (true, _) => code,
                (false, true) => Code::MoreOpen,
                (false, false) => Code::OwedLess,
            };
        }
        if *explore_ppm > 0 {
            let ppm = probability(*explore_ppm, asked.len(), explored.is_some());
            self.routing.probability_ppm = Some(ppm);
        }
        let member = asked[chosen].member.clone();
        let fact = Fact::TurnTaken {
            handoff,
            pool: Some(pool.name.value.clone()),
            member: member.clone(),
            eligible: asked.iter().map(|one| one.member.clone()).collect(),
            instead_of: None,
            weights,
        };
        RouteResult::Turn(Box::new(fact), member)
    }

    fn end(mut self, found: RouteResult) -> Effects {
        let found = match found {
            RouteResult::Nobody(code) => self.nobody(code, None),
            RouteResult::Hold(Code::NoRoute, until) => self.nobody(Code::NoRoute, until),
            RouteResult::Named(_)
            | RouteResult::Turn(..)
            | RouteResult::Queue(_)
            | RouteResult::Hold(..) => found,
        };
        if let RouteResult::Hold(code, until) = &found {
            let (code, until) = (*code, self.look_again_at(*code, *until));
            return self.hold(code, until);
        }
        let (account, handoff) = (self.input.account.id, self.proposed.handoff);
        let mut effects = self.wanted();
        let owner = match found {
            RouteResult::Named(member) => {
                effects.desk(named_turn(handoff, member.clone(), None));
                Owner::Person(member)
            }
            RouteResult::Turn(fact, member) => {
                effects.desk(*fact);
                Owner::Person(member)
            }
            RouteResult::Queue(queue) => Owner::Queue(queue),
            RouteResult::Hold(..) | RouteResult::Nobody(_) => Owner::Engine,
        };
        let routing = self.routing.into();
        effects.account(account, Fact::OwnerAssigned { handoff, owner, routing, by: None });
        effects
    }

    /// Nothing is unrouted in silence: a queue that somebody owns has what found nobody, unless it
    /// is known when somebody is there again.
    fn nobody(&self, code: Code, until: Option<Moment>) -> RouteResult {
        match (until, last_resort(self.strategy)) {
            (None, Some(queue)) => RouteResult::Queue(queue.clone()),
            (until, _) => RouteResult::Hold(code, until),
        }
    }

    fn look_again_at(&self, code: Code, until: Option<Moment>) -> Moment {
        let now = self.input.now;
        let patience = if code == Code::RouteHolds { LOOK_AGAIN_KEPT } else { LOOK_AGAIN };
        until.filter(|until| *until > now).unwrap_or(now + patience)
    }

    /// The desk is levelled before anything else is said.
    fn wanted(&mut self) -> Effects {
        let Proposed { handoff, round, passed_over, .. } = self.proposed;
        let (handoff, round, passed_over) = (*handoff, *round, passed_over.clone());
        let mut effects = Effects::new();
        for fact in std::mem::take(&mut self.levelled) {
            effects.desk(fact);
        }
        let account = self.input.account.id;
        effects.account(account, Fact::OwnerWanted { handoff, round, passed_over });
        effects
    }

    /// Keeps it. Where it is kept for that reason already there is nothing new to say, unless it may
    /// be over sooner than was said.
    fn hold(mut self, code: Code, until: Moment) -> Effects {
        let Proposed { handoff, mut round, held, ref before, ref passed_over, .. } = *self.proposed;
        let account = self.input.account.id;
        let is_said = held.is_some_and(|(said, returns)| said == code && returns <= until);
        let mut effects = if is_said && before == passed_over {
            Effects::new()
        } else {
            round += 1;
            let mut effects = self.wanted();
            let mut reasons = vec![Reason::new(code)];
            reasons.extend(self.routing.reasons.iter().cloned());
            let (owner, state, returns) = (Owner::Engine, State::Held, Some(until));
            let routing = self.routing.into();
            effects.account(account, Fact::OwnerAssigned { handoff, owner, routing, by: None });
            let moved =
                Fact::HandoffMoved { handoff, state, reasons, by: None, returns, chain: None };
            effects.account(account, moved);
            effects
        };
        let wake = Wake::Route { handoff, round };
        effects.errand(Errand::WakeAt { due: until, account, wake });
        effects
    }
}

/// How many whole ones there are, rounded half away from nothing.
fn rounded(sum: i64, one: i64) -> i32 {
    let half = if sum < 0 { -one / 2 } else { one / 2 };
    i32::try_from((sum + half) / one).unwrap_or(if sum < 0 { i32::MIN } else { i32::MAX })
}

const fn method(method: Method) -> Pick {
    match method {
        Method::InTurn => Pick::InTurn,
        Method::Weighted => Pick::Weighted,
        Method::LeastOpenWork => Pick::LeastOpen,
    }
}

/// How likely the owner was, in parts of a million: exploring draws evenly, the rest is the
/// method's choice.
fn probability(explore_ppm: u32, eligible: usize, explored: bool) -> u32 {
    let even = explore_ppm / (eligible.max(1) as u32);
    if explored { even } else { 1_000_000 - explore_ppm + even }
}

fn earliest(one: Option<Moment>, other: Option<Moment>) -> Option<Moment> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
