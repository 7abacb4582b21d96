//! Why this owner, in the sentences of a brief: from what assigned the handoff, and nothing else.

use domain::fact::Routing;
use domain::handoff::{Owner, State};
use domain::reason::Code;

use super::{choice, words};
use crate::names::{Names, Versions};
use crate::state::Handoff;

/// One of the sentences.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Line {
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

/// Says a sentence.
pub(super) fn tell(text: &mut String, line: Line, handoff: &Handoff, versions: &dyn Versions) {
    let names = versions.names(handoff.routed_under);
    match line {
        Line::Owner => tell_owner(text, handoff, names),
        Line::Route(route) => {
            text.push_str("Route ");
            words::push_number(text, u64::from(route) + 1);
            if let Some(name) = names.route(route) {
                push_all(text, [" “", name, "”"]);
            }
            text.push_str(" matched");
        }
        Line::Pool => tell_pool(text, &handoff.routing, &handoff.owner, names),
        Line::Reason(code) => text.push_str(says(code)),
    }
}

fn tell_owner(text: &mut String, handoff: &Handoff, names: &dyn Names) {
    let waits = matches!(handoff.owner, Owner::Queue(_) | Owner::Engine);
    match (&handoff.owner, handoff.state) {
        (Owner::Person(member), _) => {
            push_all(text, ["Given to ", names.member(&member.0).unwrap_or(&member.0)]);
        }
        (Owner::Queue(queue), State::InReview) => {
            push_all(text, ["In review in the queue ", &queue.0]);
        }
        (Owner::Queue(queue), _) => push_all(text, ["In the queue ", &queue.0]),
        (Owner::Engine, State::Held) => text.push_str("Held by the engine"),
        (Owner::Engine, _) if handoff.is_open() => {
            text.push_str("No owner yet; the engine looks for one");
        }
        (Owner::Engine, _) => text.push_str("It had no owner"),
    }
    if by_hand(&handoff.routing) {
        let known = handoff.assigned_by.as_ref().map(|by| words::doer(by, names));
        push_all(text, [" by ", known.as_deref().unwrap_or("somebody"), ", by hand"]);
    }
    let why = handoff.reasons.iter().find(|reason| !is_of_routes(reason.code));
    if let Some(why) = why.filter(|_| waits && handoff.is_open()) {
        push_all(text, [": ", says(why.code)]);
    }
}

/// Whether a person gave it to its owner.
fn by_hand(routing: &Routing) -> bool {
    routing.reasons.iter().any(|reason| reason.code == Code::ManagerAsked)
}

fn tell_pool(text: &mut String, routing: &Routing, owner: &Owner, names: &dyn Names) {
    let pool = routing.pool.as_deref().unwrap_or_default();
    if choice::chosen_for(routing, owner).is_none() {
        push_all(text, ["The pool ", pool, " was asked, and nobody there was chosen"]);
        return;
    }
    push_all(text, ["Chosen in the pool ", pool]);
    for more in names.method(pool).into_iter().chain(choice::tie(routing)) {
        push_all(text, [", ", more]);
    }
}

fn push_all<const PARTS: usize>(text: &mut String, parts: [&str; PARTS]) {
    for part in parts {
        text.push_str(part);
    }
}

/// Whether a reason tells of one route among those that were asked.
const fn is_of_routes(code: Code) -> bool {
    matches!(
        code,
        Code::RouteMatched
            | Code::RouteUnmatched
            | Code::RouteUnknown
            | Code::LinkClaimed
            | Code::RouteOnClaim
    )
}

fn says(code: Code) -> &'static str {
    let says = code.says();
    says.strip_suffix('.').unwrap_or(says)
}
