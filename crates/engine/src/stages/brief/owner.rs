//! Why this owner, in the sentences of a brief: from what assigned the handoff, and nothing else.

use domain::fact::Routing;
use domain::handoff::{Owner, State};
use domain::reason::Code;

use super::{choice, words};
use crate::names::{Names, Versions};
use crate::state::Handoff;

/// One of the sentences.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Line {
    /// Who has it.
    Owner,
    /// The route that matched, by its place.
    Route(u16),
    /// How the pool chose.
    Pool,
    /// Another reason.
    Reason(Code),
}

/// The sentences, the owner first.
pub(super) fn lines(handoff: &Handoff) -> impl Iterator<Item = Line> {
    let routing = &handoff.routing;
    let route = routing.route.map(Line::Route);
    let pool = routing.pool.as_ref().map(|_| Line::Pool);
    let given = routing.reasons.iter().filter(|reason| reason.rule.is_none());
    let given = given.filter(|reason| reason.code != Code::ManagerAsked);
    let given = given.map(|reason| Line::Reason(reason.code));
    std::iter::once(Line::Owner).chain(route).chain(pool).chain(given)
}

/// A sentence in words.
pub(super) fn tell(line: Line, handoff: &Handoff, versions: &dyn Versions) -> String {
    let names = versions.names(handoff.routed_under);
    match line {
        Line::Owner => first(handoff, names),
        Line::Route(route) => match names.route(route) {
            Some(name) => format!("Route {} “{name}” matched", route + 1),
            None => format!("Route {} matched", route + 1),
        },
        Line::Pool => pool(&handoff.routing, &handoff.owner, names),
        Line::Reason(code) => says(code),
    }
}

fn first(handoff: &Handoff, names: &dyn Names) -> String {
    let waits = matches!(handoff.owner, Owner::Queue(_) | Owner::Engine);
    let mut line = match (&handoff.owner, handoff.state) {
        (Owner::Person(member), _) => {
            format!("Given to {}", names.member(&member.0).unwrap_or(&member.0))
        }
        (Owner::Queue(queue), State::InReview) => format!("In review in the queue {queue}"),
        (Owner::Queue(queue), _) => format!("In the queue {queue}"),
        (Owner::Engine, State::Held) => "Held by the engine".to_owned(),
        (Owner::Engine, _) if handoff.is_open() => {
            "No owner yet; the engine looks for one".to_owned()
        }
        (Owner::Engine, _) => "It had no owner".to_owned(),
    };
    if by_hand(&handoff.routing) {
        line.push_str(" by ");
        line.push_str(&by(handoff, names));
    }
    let why = handoff.reasons.iter().find(|reason| !is_of_routes(reason.code));
    if let Some(why) = why.filter(|_| waits && handoff.is_open()) {
        line.push_str(": ");
        line.push_str(&says(why.code));
    }
    line
}

/// Whether a person gave it to its owner.
fn by_hand(routing: &Routing) -> bool {
    routing.reasons.iter().any(|reason| reason.code == Code::ManagerAsked)
}

fn by(handoff: &Handoff, names: &dyn Names) -> String {
    let known = handoff.assigned_by.as_ref().map(|by| words::doer(by, names));
    format!("{}, by hand", known.as_deref().unwrap_or("somebody"))
}

fn pool(routing: &Routing, owner: &Owner, names: &dyn Names) -> String {
    let pool = routing.pool.as_deref().unwrap_or_default();
    if choice::chosen_for(routing, owner).is_none() {
        return format!("The pool {pool} was asked, and nobody there was chosen");
    }
    let mut line = format!("Chosen in the pool {pool}");
    for more in names.method(pool).into_iter().chain(choice::tie(routing)) {
        line.push_str(", ");
        line.push_str(more);
    }
    line
}

/// Whether a reason tells of one route among those that were asked.
const fn is_of_routes(code: Code) -> bool {
    matches!(code, Code::RouteMatched | Code::RouteUnmatched | Code::RouteUnknown)
}

fn says(code: Code) -> String {
    let says = code.says();
    says.strip_suffix('.').unwrap_or(says).to_owned()
}
