//! On what two strategies part first, in the order in which a lead is decided: contract, score,
//! readiness, route, pool, and what follows. It is said in words that name rules and no lead, so that
//! leads with the same cause add up.

use domain::fact::{Candidate, Routing, ScoreGroup};
use domain::handoff::Owner;
use domain::reason::{Code, Reason};
use rules::Strategy;
use rules::team::Member;
use serde::{Serialize, Serializer};

use crate::history::line::{Lead, part_name, route_name};
use crate::history::result::LeadResult;

/// Where two strategies part.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub struct Cause {
    /// At which stage.
    pub stage: Stage,
    /// What differs there, as a part of a sentence.
    pub says: String,
}

/// A stage at which two strategies can part.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Stage {
    /// A contract stops it.
    Contract,
    /// A rule of the score gives other points.
    Score,
    /// A row of the readiness table, a fence, or what holds a lead back.
    Readiness,
    /// A route.
    Route,
    /// Whose turn it is in a pool.
    Pool,
    /// What happens once somebody has it.
    FollowUp,
}

impl Stage {
    /// The word in JSON and on the terminal.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Contract => "contract",
            Self::Score => "score",
            Self::Readiness => "readiness",
            Self::Route => "route",
            Self::Pool => "pool",
            Self::FollowUp => "follow-up",
        }
    }
}

impl Serialize for Stage {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}

/// A lead, and the strategy that it was played under.
type Named<'a> = (&'a Lead, &'a Strategy);

/// Why a lead fares otherwise: the first thing that differs.
pub(super) fn cause(here: Named<'_>, there: Named<'_>) -> Cause {
    let found = contract(here, there)
        .or_else(|| readiness(here, there))
        .or_else(|| joined(here, there))
        .or_else(|| route(here, there))
        .or_else(|| pool(here, there))
        .or_else(|| follow_up(here, there))
        .or_else(|| score(here, there));
    let (stage, says) = found.unwrap_or_else(|| time(here, there));
    Cause { stage, says }
}

type Found = Option<(Stage, String)>;

fn contract((here, _): Named<'_>, (there, _): Named<'_>) -> Found {
    let stops = |lead: &Lead| (lead.result == LeadResult::Stopped).then_some(lead.without);
    match (stops(here), stops(there)) {
        (Some(why), None) => {
            let why = why.map_or("a contract is not met", Code::says);
            Some((Stage::Contract, format!("a contract stops it: {why}")))
        }
        (None, Some(_)) => Some((Stage::Contract, "no contract stops it".to_owned())),
        (Some(_), Some(_)) | (None, None) => None,
    }
}

/// A reason as it is compared: by what it says and by the words of its rule, wherever that stands.
fn words(reason: &Reason, names: &Strategy) -> (Code, Option<String>) {
    (reason.code, engine::view::reason(reason, names).name.map(str::to_owned))
}

fn readiness(here: Named<'_>, there: Named<'_>) -> Found {
    let of = |(lead, names): Named<'_>| -> Vec<_> {
        lead.decided().iter().map(|reason| words(reason, names)).collect()
    };
    let (ours, theirs) = (of(here), of(there));
    let longest = ours.len().max(theirs.len());
    let parts = (0..longest).find(|at| ours.get(*at) != theirs.get(*at));
    let Some(at) = parts else { return outputs(here, there, &ours) };
    let (ours, theirs) = (ours.get(at), theirs.get(at));
    let is_row = |said: Option<&(Code, Option<String>)>| {
        said.is_some_and(|(code, _)| matches!(code, Code::RowMatched | Code::NoRowMatched))
    };
    if !is_row(ours) && !is_row(theirs) {
        let says = match (ours, theirs) {
            (Some(ours), _) => format!("only here: {}", told(ours)),
            (None, Some(theirs)) => format!("not here: {}", told(theirs)),
            (None, None) => return None,
        };
        return Some((Stage::Readiness, says));
    }
    let row = |said: Option<&(Code, Option<String>)>| match said {
        Some((_, Some(row))) => format!("row `{row}`"),
        _ => "no row".to_owned(),
    };
    let rows = format!("{} decides instead of {}", row(ours), row(theirs));
    match first_part(here, there) {
        Some(part) => Some((Stage::Score, format!("{part} gives other points, so {rows}"))),
        None => Some((Stage::Readiness, rows)),
    }
}

/// The same row says something else.
fn outputs(
    (here, _): Named<'_>,
    (there, _): Named<'_>,
    reasons: &[(Code, Option<String>)],
) -> Found {
    let says = |lead: &Lead| match &lead.kind {
        Some(kind) => format!("{} {kind}", lead.decision()),
        None => lead.decision().to_owned(),
    };
    let (ours, theirs) = (says(here), says(there));
    let row = reasons.first().and_then(|(_, row)| row.as_deref()).unwrap_or("none");
    let says = format!("row `{row}` says {ours} instead of {theirs}");
    (ours != theirs).then_some((Stage::Readiness, says))
}

fn told((code, name): &(Code, Option<String>)) -> String {
    let says = code.says();
    match name {
        Some(name) => format!("{says} ({name})"),
        None => says.to_owned(),
    }
}

/// The first part of the score that differs; none where the score is the same.
fn first_part(here: Named<'_>, there: Named<'_>) -> Option<String> {
    if here.0.score.total() == there.0.score.total() {
        return None;
    }
    let parts = |(lead, names): Named<'_>| -> Vec<(ScoreGroup, String, i32)> {
        let parts = lead.score.contributions.iter();
        let named = |part: &domain::fact::Contribution| {
            (part.group, part_name(part.group, part.rule, names).into_owned(), part.points)
        };
        parts.map(named).collect()
    };
    let (ours, theirs) = (parts(here), parts(there));
    let differs = ours.iter().find(|part| !theirs.contains(part));
    let differs = differs.or_else(|| theirs.iter().find(|part| !ours.contains(part)));
    differs.map(|(_, name, _)| format!("`{name}`"))
}

fn joined((here, _): Named<'_>, (there, _): Named<'_>) -> Found {
    let both = here.joined && there.joined;
    both.then(|| (Stage::FollowUp, "its person is in another's handoff already".to_owned()))
        .filter(|_| here.owner() != there.owner() || here.route() != there.route())
}

fn route(here: Named<'_>, there: Named<'_>) -> Found {
    let (ours, theirs) = (found_by(here), found_by(there));
    if ours == theirs {
        return None;
    }
    let name = |route: &Option<String>| match route {
        Some(route) => format!("route `{route}`"),
        None => "no route".to_owned(),
    };
    let says = format!("{} decides instead of {}", name(&ours), name(&theirs));
    let why = theirs.and_then(|route| passed_by(here, &route));
    let why = why.or_else(|| {
        let (code, route) = ours.and_then(|route| passed_by(there, &route))?;
        Some((code, format!("{route} there")))
    });
    Some(match why {
        Some((code, route)) => (Stage::Route, format!("{says}: {route}: {}", code.says())),
        None => (Stage::Route, says),
    })
}

/// The name of the route that decided on a lead.
fn found_by((lead, names): Named<'_>) -> Option<String> {
    lead.route().map(|route| route_name(route, names).into_owned())
}

/// Why a lead went past the route of that name; none where it was not tried.
fn passed_by((lead, names): Named<'_>, route: &str) -> Option<(Code, String)> {
    let reasons = &lead.routing.as_ref()?.reasons;
    let passed = reasons.iter().find(|reason| {
        !matches!(reason.code, Code::RouteMatched | Code::RouteOnClaim)
            && reason.rule.is_some_and(|place| route_name(place, names) == route)
    });
    passed.map(|reason| (reason.code, format!("`{route}`")))
}

fn pool((here, ours_of): Named<'_>, (there, theirs_of): Named<'_>) -> Found {
    let (Some(ours), Some(theirs)) = (&here.routing, &there.routing) else { return None };
    if here.owner() == there.owner() || here.earlier.first() != there.earlier.first() {
        return None;
    }
    let Some(pool) = ours.pool.as_ref() else {
        return (ours.pool != theirs.pool)
            .then(|| (Stage::Pool, "no pool is asked, and one was there".to_owned()));
    };
    if ours.pool != theirs.pool {
        let other =
            theirs.pool.as_deref().map_or_else(|| "none".to_owned(), |pool| format!("`{pool}`"));
        return Some((Stage::Pool, format!("pool `{pool}` is asked instead of {other}")));
    }
    let cannot = cannot_have_it((ours, there), (theirs, here));
    let says = cannot.unwrap_or_else(|| turn(pool, ours_of, theirs_of));
    Some((Stage::Pool, format!("pool `{pool}`: {says}")))
}

/// Why the owner of the one side could not have it on the other; none where it is about turns alone.
fn cannot_have_it(
    (ours, there): (&Routing, &Lead),
    (theirs, here): (&Routing, &Lead),
) -> Option<String> {
    let of = |routing: &Routing, lead: &Lead| match lead.owner() {
        Some(Owner::Person(member)) => {
            let mut known = routing.candidates.iter();
            let known = known.find(|known: &&Candidate| known.member == *member);
            let code = known.map_or(Code::MemberCondition, |known| known.code);
            (!is_about_turns(code)).then_some(code)
        }
        Some(Owner::Queue(_) | Owner::Engine) | None => None,
    };
    match (of(ours, there), of(theirs, here)) {
        (Some(Code::MemberCondition), _) => {
            Some("who has it there does not belong to it here".to_owned())
        }
        (Some(code), _) => Some(format!("who has it there cannot have it here: {}", code.says())),
        (None, Some(Code::MemberCondition)) => {
            Some("who has it here does not belong to it there".to_owned())
        }
        (None, Some(code)) => {
            Some(format!("who has it here cannot have it there: {}", code.says()))
        }
        (None, None) => None,
    }
}

/// Why the same pool gives it to another of the same people: the first rule of taking turns that
/// differs, else what happened before.
fn turn(pool: &str, ours: &Strategy, theirs: &Strategy) -> String {
    let of = |strategy: &Strategy| strategy.routing.pool(pool).map(|(_, pool)| pool.method);
    if let (Some(here), Some(there)) = (of(ours), of(theirs))
        && here != there
    {
        return format!("its method is `{}` instead of `{}`", here.as_str(), there.as_str());
    }
    let places = ours.routing.pool(pool).into_iter().flat_map(|(_, pool)| pool.places(&ours.team));
    let mut members = places.map(|place| &ours.team.members[place]);
    let other = |member: &Member| theirs.team.member(member.id.0.as_str());
    let heavier =
        members.find(|member| other(member).is_some_and(|one| one.weight != member.weight));
    match heavier.and_then(|member| Some((member, other(member)?))) {
        Some((here, there)) => {
            format!("the weight of {} is {} instead of {}", here.name, here.weight, there.weight)
        }
        None => "the turns before went otherwise".to_owned(),
    }
}

const fn is_about_turns(code: Code) -> bool {
    matches!(code, Code::Chosen | Code::OwedLess | Code::MoreOpen | Code::TieBreak | Code::Explored)
}

fn follow_up((here, _): Named<'_>, (there, _): Named<'_>) -> Found {
    let passed_on = here.owner() != there.owner();
    passed_on.then(|| (Stage::FollowUp, "it is passed on otherwise".to_owned()))
}

/// The same has it, at another time or until another one.
fn time((here, _): Named<'_>, (there, _): Named<'_>) -> (Stage, String) {
    let says = match (here.routed_after, there.routed_after) {
        (Some(ours), Some(theirs)) if ours < theirs => "it finds its owner sooner",
        (Some(ours), Some(theirs)) if ours > theirs => "it finds its owner later",
        _ => return (Stage::FollowUp, "the deadlines differ".to_owned()),
    };
    (Stage::Pool, says.to_owned())
}

fn score(here: Named<'_>, there: Named<'_>) -> Found {
    let due = |lead: &Lead| (lead.accept_by(), lead.first_touch_by());
    if !here.0.undated && due(here.0) != due(there.0) {
        return None;
    }
    first_part(here, there).map(|part| (Stage::Score, format!("{part} gives other points")))
}
