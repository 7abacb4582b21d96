//! The parts of an explanation.

use domain::fact::{Candidate, StrategyVersion};
use domain::handoff::{Owner, State};
use domain::reason::{Code, Reason};
use domain::{HandoffId, Moment, PersonId, SignalId};
use rules::Strategy;
use serde::Serialize;

use super::condition::Routes;
use crate::names::Names;
use crate::stages::brief::words;
use crate::state::{Account, Handoff};
use crate::view::{ENGINE, Reader, ReasonView, reason};

/// Why a handoff is where it is.
#[derive(Serialize, Debug)]
pub struct Why<'a> {
    /// Which.
    pub handoff: HandoffId,
    /// Whose lead.
    pub person: PersonId,
    /// Where it is.
    pub state: State,
    /// Since when.
    pub since: Moment,
    /// Why it is there.
    pub reasons: Vec<ReasonView<'a>>,
    /// Who has it.
    pub owner: &'a Owner,
    /// What people call them.
    pub owner_name: &'a str,
    /// When they got it.
    pub assigned: Option<Moment>,
    /// The signal that began it.
    pub signal: SignalId,
    /// What that signal was; not known where it was erased.
    pub began_with: Option<&'a str>,
    /// How long after that signal they got it.
    pub after_ms: Option<i64>,
    /// Until when it must be accepted.
    pub accept_by: Option<Moment>,
    /// What was decided, in codes.
    pub decision: Vec<ReasonView<'a>>,
    /// The route that found the owner.
    pub because: Option<Route>,
    /// The pool that was asked.
    pub pool: Option<Pool>,
    /// Everybody else that the pool knows, each with the first reason why not.
    pub not: Vec<Not<'a>>,
    /// Routes that were tried before.
    pub earlier: Vec<Earlier>,
    /// The route before that lacked least.
    pub nearest: Option<Route>,
    /// What would have changed it.
    pub otherwise: Option<String>,
    /// The strategy that decided.
    pub strategy: Option<StrategyVersion>,
    /// The engine that this program is.
    pub engine: &'static str,
    /// What was known then is what it leans on.
    pub known_as_of: Moment,
}

/// A route, and what its condition looked at.
#[derive(Serialize, Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Its place, from 1 as people count.
    pub route: u16,
    /// What people call it.
    pub name: Option<String>,
    /// What its condition looked at: all of it where it held, else what did not.
    pub looked_at: Vec<String>,
}

/// A pool that was asked.
#[derive(Serialize, Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    /// Its name.
    pub name: String,
    /// How it finds the next.
    pub method: Option<String>,
    /// Why the chosen one.
    pub code: Option<Code>,
    /// Hundredths of a lead that they were owed, or their open work.
    pub figure: Option<i64>,
    /// Whether nobody had a higher claim by that figure.
    pub most: bool,
    /// How many could have had it.
    pub eligible: usize,
}

/// A candidate who did not get it.
#[derive(Serialize, Debug, Clone, PartialEq, Eq)]
pub struct Not<'a> {
    /// Who.
    pub member: &'a str,
    /// What people call them.
    pub name: &'a str,
    /// The first reason why not.
    pub code: Code,
    /// What belongs to the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub figure: Option<i64>,
    /// Until when they are away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Moment>,
}

/// Routes before, with the same reason why they found nobody.
#[derive(Serialize, Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// The first of them, from 1 as people count.
    pub first: u16,
    /// The last of them.
    pub last: u16,
    /// What people call it, where it is one.
    pub name: Option<String>,
    /// Why.
    pub code: Code,
}

/// Explains a handoff. The account is best folded up to the moment of the decision, so that a
/// condition shows the values that it saw.
pub fn why<'a>(
    account: &'a Account,
    handoff: &'a Handoff,
    strategy: &'a Strategy,
    reader: &Reader<'_>,
) -> Why<'a> {
    let routing = &handoff.routing;
    let decided_at = handoff.assigned.unwrap_or(handoff.opened);
    let routes = Routes::at(account, handoff, strategy, decided_at, reader);
    let told = |route: u16| Route {
        route: route + 1,
        name: Names::route(strategy, route).map(str::to_owned),
        looked_at: routes.pieces(route),
    };
    let until = routing.route.unwrap_or(strategy.routing.routes.len() as u16);
    let decision = handoff.decision.as_ref();
    let began = began_with(account, handoff);
    Why {
        handoff: handoff.id,
        person: handoff.person,
        state: handoff.state,
        since: handoff.since,
        reasons: handoff.reasons.iter().map(|known| reason(known, strategy)).collect(),
        owner: &handoff.owner,
        owner_name: match &handoff.owner {
            Owner::Person(member) => strategy.member(&member.0).unwrap_or(&member.0),
            other @ (Owner::Engine | Owner::Queue(_)) => other.id(),
        },
        assigned: handoff.assigned,
        signal: handoff.signal,
        began_with: began.map(|(kind, _)| kind),
        after_ms: began.zip(handoff.assigned).map(|((_, moment), at)| (at - moment).as_ms()),
        accept_by: handoff.accept_by(),
        decision: decision
            .into_iter()
            .flat_map(|decision| &decision.reasons)
            .map(|known| reason(known, strategy))
            .collect(),
        because: routing.route.map(told),
        pool: pool(handoff, strategy),
        not: not(handoff, strategy),
        earlier: earlier(&routing.reasons, strategy),
        nearest: routes.nearest(until).map(told),
        otherwise: otherwise(handoff, strategy),
        strategy: handoff.strategy,
        engine: ENGINE,
        known_as_of: decision.map_or(handoff.opened, |decision| decision.known_as_of),
    }
}

fn began_with<'a>(account: &'a Account, handoff: &Handoff) -> Option<(&'a str, Moment)> {
    let node = account.nodes.get(&handoff.node)?;
    let touch = node.touchpoints.iter().rev().find(|touch| touch.signal == handoff.signal)?;
    Some((touch.kind.as_str(), touch.moment))
}

fn pool(handoff: &Handoff, names: &dyn Names) -> Option<Pool> {
    let routing = &handoff.routing;
    let name = routing.pool.clone()?;
    let chosen = chosen(handoff);
    let figure = chosen.and_then(|chosen| chosen.figure);
    let others = || rivals(handoff);
    let most = figure.is_some_and(|figure| {
        others().all(|other| {
            let theirs = other.figure.unwrap_or(figure);
            if other.code == Code::MoreOpen { figure <= theirs } else { theirs <= figure }
        })
    });
    Some(Pool {
        method: names.method(&name).map(str::to_owned),
        name,
        code: chosen.map(|chosen| chosen.code),
        figure,
        most,
        eligible: others().count() + usize::from(chosen.is_some()),
    })
}

fn chosen(handoff: &Handoff) -> Option<&Candidate> {
    let is_chosen = |code: Code| matches!(code, Code::Chosen | Code::TieBreak | Code::Explored);
    handoff.routing.candidates.iter().find(|candidate| is_chosen(candidate.code))
}

/// Those who could have had it as well.
fn rivals(handoff: &Handoff) -> impl Iterator<Item = &Candidate> {
    let could = |code: Code| matches!(code, Code::OwedLess | Code::MoreOpen);
    handoff.routing.candidates.iter().filter(move |candidate| could(candidate.code))
}

fn not<'a>(handoff: &'a Handoff, names: &'a dyn Names) -> Vec<Not<'a>> {
    let chosen = chosen(handoff).map(|chosen| &chosen.member);
    let others = handoff.routing.candidates.iter();
    others
        .filter(|candidate| Some(&candidate.member) != chosen)
        .map(|candidate| Not {
            member: &candidate.member.0,
            name: names.member(&candidate.member.0).unwrap_or(&candidate.member.0),
            code: candidate.code,
            figure: candidate.figure,
            until: candidate.until,
        })
        .collect()
}

/// Routes one after another with the same reason are told together.
fn earlier(reasons: &[Reason], names: &dyn Names) -> Vec<Earlier> {
    let mut earlier: Vec<Earlier> = Vec::new();
    for reason in reasons.iter().filter(|reason| reason.code != Code::RouteMatched) {
        let Some(route) = reason.rule else { continue };
        let place = route + 1;
        match earlier.last_mut() {
            Some(last) if last.code == reason.code && last.last + 1 == place => {
                last.last = place;
                last.name = None;
            }
            _ => earlier.push(Earlier {
                first: place,
                last: place,
                name: names.route(route).map(str::to_owned),
                code: reason.code,
            }),
        }
    }
    earlier
}

/// What would have given it to the one who came second.
fn otherwise(handoff: &Handoff, names: &dyn Names) -> Option<String> {
    let chosen = chosen(handoff)?;
    if chosen.code == Code::Explored {
        return Some("it was drawn at random, as the strategy's exploration says".to_owned());
    }
    let by_work = rivals(handoff).any(|other| other.code == Code::MoreOpen);
    let second = if by_work {
        rivals(handoff).min_by_key(|other| other.figure.unwrap_or(i64::MAX))
    } else {
        rivals(handoff).max_by_key(|other| other.figure.unwrap_or(i64::MIN))
    }?;
    let name = names.member(&second.member.0).unwrap_or(&second.member.0);
    let (ours, theirs) = chosen.figure.zip(second.figure)?;
    if by_work {
        let fewer = theirs - ours + 1;
        let work = if fewer == 1 { "handoff" } else { "handoffs" };
        return (fewer > 0)
            .then(|| format!("it would have been {name} with {fewer} open {work} fewer"));
    }
    let more = ours - theirs;
    match more {
        0 => Some(format!("{name} was owed as much; the order of turns decided")),
        1.. => Some(format!(
            "it would have been {name}, had they been owed more than {} of a lead more",
            words::hundredths(more)
        )),
        _ => None,
    }
}
