//! How an owner was found, from the fact that assigned it: by a person, by the routes, or because
//! the owner before let it go.

use domain::Moment;
use domain::fact::{Candidate, Fact, Routing};
use domain::handoff::Owner;
use domain::reason::{Code, Reason};
use serde::Serialize;

use super::condition::{self, Conditions};
use super::who::{Who, is_deed};
use crate::as_of::{HandoffHistory, Recorded};
use crate::names::{Names, Versions};
use crate::stages::brief::{choice, words};
use crate::view::{Reader, ReasonView, reason};

/// How an owner was found.
#[derive(Serialize, Debug, Clone, PartialEq, Eq, Default)]
pub struct AssignmentReason {
    /// Who gave it to them; none where the rules did.
    pub assigned_by: Option<Who>,
    /// Why they have it, where no route says so.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub given: Vec<ReasonView<'static>>,
    /// The route that found the owner.
    pub because: Option<Route>,
    /// The pool that was asked.
    pub pool: Option<Pool>,
    /// Everybody else that the pool knows, each with the first reason why not.
    pub not: Vec<RejectedCandidate>,
    /// Routes that were tried before.
    pub earlier: Vec<EarlierRoutes>,
    /// The route before that lacked least.
    pub nearest: Option<Route>,
    /// What would have changed it.
    pub otherwise: Option<String>,
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
    /// Whether it went by what is only claimed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub on_claim: bool,
}

/// A pool that was asked.
#[derive(Serialize, Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    /// Its name.
    pub name: String,
    /// How it finds the next.
    pub method: Option<String>,
    /// Why the chosen one; none where it chose nobody.
    pub code: Option<Code>,
    /// Hundredths of a lead that they were owed, or their open work.
    pub figure: Option<i64>,
    /// Whether nobody had a higher claim by that figure.
    pub most: bool,
    /// What decided where the figures did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tie: Option<&'static str>,
    /// How many could have had it.
    pub eligible: usize,
}

/// A candidate who did not get it.
#[derive(Serialize, Debug, Clone, PartialEq, Eq)]
pub struct RejectedCandidate {
    /// The member who did not get it.
    pub member: String,
    /// What people call them.
    pub name: String,
    /// The first reason why not.
    pub code: Code,
    /// What belongs to the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub figure: Option<i64>,
    /// Until when they are away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Moment>,
    /// What the pool's condition looked at, where it asked for something unknown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub looked_at: Vec<String>,
}

/// Routes before, with the same reason why they found nobody.
#[derive(Serialize, Debug, Clone, PartialEq, Eq)]
pub struct EarlierRoutes {
    /// The first of them, from 1 as people count.
    pub first: u16,
    /// The last of them.
    pub last: u16,
    /// What people call it, where it is one.
    pub name: Option<String>,
    /// The code of the reason.
    pub code: Code,
    /// What it asked for that is unknown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub looked_at: Vec<String>,
}

/// How the owner of an assignment was found. Places are named by the strategy that it was said
/// under; conditions are looked at again in what was known then.
pub(super) fn found(
    history: &HandoffHistory,
    assigned: &Recorded,
    versions: &dyn Versions,
    reader: &Reader<'_>,
) -> AssignmentReason {
    let Fact::OwnerAssigned { owner, routing, .. } = &assigned.fact else {
        return AssignmentReason::default();
    };
    let names = versions.names(assigned.strategy);
    let assigned_by = Who::of(assigned, names);
    let by_hand = assigned_by.is_some() || is_deed(&assigned.fact);
    let strategy = versions.version(assigned.strategy);
    let then = history.known_to(assigned).filter(|_| !by_hand);
    let then = then.zip(strategy).map(|(then, known)| (known, condition::lead(then, known)));
    let conditions = then.as_ref().map(|(known, lead)| Conditions::of(known, lead, reader));
    let given = routing.reasons.iter().filter(|given| given.rule.is_none());
    let told = |route: u16| Route {
        route: route + 1,
        name: names.route(route).map(str::to_owned),
        looked_at: conditions.as_ref().map_or_else(Vec::new, |known| known.of_route(route)),
        on_claim: routing
            .reasons
            .iter()
            .any(|reason| reason.code == Code::RouteOnClaim && reason.rule == Some(route)),
    };
    AssignmentReason {
        assigned_by,
        given: given.map(|given| reason(given, &crate::names::NoNames)).collect(),
        because: routing.route.map(told),
        pool: pool(routing, owner, names),
        not: not(routing, owner, names, conditions.as_ref()),
        earlier: earlier(&routing.reasons, names, conditions.as_ref()),
        nearest: nearest(routing, conditions.as_ref()).map(told),
        otherwise: otherwise(routing, owner, names),
    }
}

/// The routes were asked up to the one that matched, or all of them.
fn nearest(routing: &Routing, conditions: Option<&Conditions<'_>>) -> Option<u16> {
    let asked = |reason: &Reason| {
        matches!(reason.code, Code::RouteMatched | Code::RouteUnmatched | Code::RouteUnknown)
    };
    let asked = routing.reasons.iter().filter(|reason| asked(reason));
    let last = asked.filter_map(|reason| reason.rule).max()?;
    let until = routing.route.unwrap_or(last + 1);
    conditions?.nearest(until)
}

fn pool(routing: &Routing, owner: &Owner, names: &dyn Names) -> Option<Pool> {
    let name = routing.pool.clone()?;
    let chosen = choice::chosen_for(routing, owner);
    let figure = chosen.and_then(|chosen| chosen.figure);
    let others = || choice::rivals(routing);
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
        tie: chosen.and_then(|_| choice::tie(routing)),
        eligible: others().count() + usize::from(chosen.is_some()),
    })
}

fn not(
    routing: &Routing,
    owner: &Owner,
    names: &dyn Names,
    conditions: Option<&Conditions<'_>>,
) -> Vec<RejectedCandidate> {
    let chosen = choice::chosen_for(routing, owner).map(|chosen| &chosen.member);
    let others = routing.candidates.iter();
    let others = others.filter(|candidate| Some(&candidate.member) != chosen);
    let looked_at = |candidate: &Candidate| {
        let asked = conditions.zip(routing.pool.as_deref());
        let asked = asked.filter(|_| candidate.code == Code::ConditionUnknown);
        asked.map_or_else(Vec::new, |(known, pool)| known.of_member(pool, &candidate.member))
    };
    others
        .map(|candidate| RejectedCandidate {
            name: names.member(&candidate.member.0).unwrap_or(&candidate.member.0).to_owned(),
            member: candidate.member.to_string(),
            code: candidate.code,
            figure: candidate.figure,
            until: candidate.until,
            looked_at: looked_at(candidate),
        })
        .collect()
}

/// Routes one after another with the same reason are told together, but for those that asked for
/// something unknown: each of them says for what.
fn earlier(
    reasons: &[Reason],
    names: &dyn Names,
    conditions: Option<&Conditions<'_>>,
) -> Vec<EarlierRoutes> {
    let mut earlier: Vec<EarlierRoutes> = Vec::new();
    let led = |reason: &&Reason| matches!(reason.code, Code::RouteMatched | Code::RouteOnClaim);
    for reason in reasons.iter().filter(|reason| !led(reason)) {
        let Some(route) = reason.rule else { continue };
        let place = route + 1;
        let looked_at = match conditions {
            Some(known) if reason.code == Code::RouteUnknown => known.of_route(route),
            Some(_) | None => Vec::new(),
        };
        match earlier.last_mut() {
            Some(last)
                if last.code == reason.code && last.last + 1 == place && looked_at.is_empty() =>
            {
                last.last = place;
                last.name = None;
            }
            _ => earlier.push(EarlierRoutes {
                first: place,
                last: place,
                name: names.route(route).map(str::to_owned),
                code: reason.code,
                looked_at,
            }),
        }
    }
    earlier
}

/// What would have given it to the one who came second; nothing where a tie decided, which the
/// pool's own line tells.
fn otherwise(routing: &Routing, owner: &Owner, names: &dyn Names) -> Option<String> {
    let chosen = choice::chosen_for(routing, owner)?;
    if choice::tie(routing).is_some() {
        return None;
    }
    let by_work = choice::rivals(routing).any(|other| other.code == Code::MoreOpen);
    let second = if by_work {
        choice::rivals(routing).min_by_key(|other| other.figure.unwrap_or(i64::MAX))
    } else {
        choice::rivals(routing).max_by_key(|other| other.figure.unwrap_or(i64::MIN))
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
    (more > 0).then(|| {
        format!(
            "it would have been {name}, had they been owed more than {} of a lead more",
            words::hundredths(more)
        )
    })
}
