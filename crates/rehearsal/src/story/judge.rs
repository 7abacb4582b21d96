//! What came of a story beside what it expects.

use domain::handoff::{Action, Owner, State};
use domain::reason::Code;
use notation::{Diagnostic, Diagnostics, Spanned, nearest};
use rules::Strategy;

use super::play::End;
use super::read::Story;

/// Candidates that are named in a help.
const SHOWN_MAX: usize = 6;

/// Tells of names that the strategy does not have; a story with one cannot end well.
pub(super) fn names_are_known(story: &Story, strategy: &Strategy, out: &mut Diagnostics) -> bool {
    let before = out.errors();
    let then = &story.then;
    let routing = &strategy.routing;
    let spaced = |word: &str| word.replace('-', " ");
    known(then.decision.as_ref(), Action::ALL.iter().map(|action| spaced(action.as_str())), out);
    known(then.state.as_ref(), State::ALL.iter().map(|state| spaced(state.as_str())), out);
    known(then.route.as_ref(), routing.routes.iter().map(|route| route.name.value.clone()), out);
    known(then.pool.as_ref(), routing.pools.iter().map(|pool| pool.name.value.clone()), out);
    let members = strategy.team.members.iter().map(|member| member.id.to_string());
    let queues = routing.queues.iter().map(|queue| queue.name.0.clone());
    let owners = members.clone().chain(queues).chain(["engine".to_owned()]);
    known(then.owner.as_ref(), owners, out);
    for code in then.because.iter().chain(then.not.iter().map(|(_, code)| code)) {
        known(Some(code), Code::ALL.iter().map(|code| code.as_str().to_owned()), out);
    }
    for (member, _) in &then.not {
        known(Some(member), members.clone(), out);
    }
    out.errors() == before
}

fn known(
    name: Option<&Spanned<String>>,
    names: impl Iterator<Item = String>,
    out: &mut Diagnostics,
) {
    let Some(name) = name else { return };
    let names: Vec<String> = names.collect();
    if names.contains(&name.value) {
        return;
    }
    let says = format!("the strategy knows no `{}`", name.value);
    let help = match nearest(&name.value, names.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None if names.len() <= 20 => format!("known: {}", names.join(", ")),
        None => "write the name as it stands in the strategy".to_owned(),
    };
    out.push(Diagnostic::error("story-name", name.span, says).help(help));
}

/// Tells of everything that ended otherwise.
pub(super) fn judge(story: &Story, end: &End, strategy: &Strategy, out: &mut Diagnostics) {
    let then = &story.then;
    let action = end.taken.as_ref().and_then(|taken| taken.action);
    let handoff = end.handoff.as_ref();
    let route = handoff.and_then(|handoff| handoff.routing.route);
    let route = route.and_then(|route| strategy.routing.routes.get(usize::from(route)));
    let found = [
        ("decision", &then.decision, action.map(|action| action.as_str().replace('-', " "))),
        ("kind", &then.kind, handoff.map(|handoff| handoff.kind.clone())),
        ("state", &then.state, handoff.map(|handoff| handoff.state.as_str().replace('-', " "))),
        ("route", &then.route, route.map(|route| route.name.value.clone())),
        ("pool", &then.pool, handoff.and_then(|handoff| handoff.routing.pool.clone())),
        ("owner", &then.owner, handoff.map(|handoff| handoff.owner.id().to_owned())),
    ];
    for (what, wanted, found) in found {
        let Some(wanted) = wanted else { continue };
        if found.as_ref() != Some(&wanted.value) {
            let found = found.map_or("nothing".to_owned(), |found| format!("`{found}`"));
            let says = format!("{what}: {found} came of `{}`", story.name);
            tell(wanted, says, end, strategy, out);
        }
    }
    let reasons = reasons(end);
    for code in then.because.iter().filter(|code| !reasons.contains(&code.value.as_str())) {
        let says = format!("`{}` is no reason for what came of `{}`", code.value, story.name);
        tell(code, says, end, strategy, out);
    }
    for (member, code) in &then.not {
        let mut candidates = handoff.iter().flat_map(|handoff| &handoff.routing.candidates);
        let found = candidates.find(|candidate| candidate.member.0 == member.value);
        if found.is_none_or(|found| found.code.as_str() != code.value) {
            let found = found.map_or("was not asked", |found| found.code.as_str());
            let says = format!("`{}`: {found}, in `{}`", member.value, story.name);
            tell(code, says, end, strategy, out);
        }
    }
}

fn tell(
    wanted: &Spanned<String>,
    says: String,
    end: &End,
    strategy: &Strategy,
    out: &mut Diagnostics,
) {
    let told = Diagnostic::error("story-failed", wanted.span, says);
    out.push(told.label(format!("`{}` is expected", wanted.value)).help(why(end, strategy)));
}

/// Every reason that was given, each once.
fn reasons(end: &End) -> Vec<&'static str> {
    let decided = end.taken.iter().flat_map(|taken| taken.reasons.iter().copied());
    let routed = end.handoff.iter().flat_map(|handoff| {
        let decision = handoff.decision.iter().flat_map(|decision| &decision.reasons);
        decision.chain(&handoff.routing.reasons).chain(&handoff.reasons).map(|reason| reason.code)
    });
    let mut all: Vec<&str> = Vec::new();
    for code in decided.chain(routed).map(Code::as_str) {
        if !all.contains(&code) {
            all.push(code);
        }
    }
    all
}

/// What was decided and why, in a line.
fn why(end: &End, strategy: &Strategy) -> String {
    let Some(handoff) = &end.handoff else {
        return format!("there is no handoff; the reasons are {}", reasons(end).join(", "));
    };
    let mut says = match &handoff.owner {
        Owner::Engine => "it waits for somebody".to_owned(),
        Owner::Person(member) => format!("`{}` has it", member.0),
        Owner::Queue(queue) => format!("the queue `{}` has it", queue.0),
    };
    let route = handoff.routing.route.and_then(|at| strategy.routing.routes.get(usize::from(at)));
    if let Some(route) = route {
        says += " by the route `";
        says += &route.name.value;
        says += "`";
    }
    let not = handoff
        .routing
        .candidates
        .iter()
        .filter(|known| !matches!(known.code, Code::Chosen | Code::Explored));
    for candidate in not.take(SHOWN_MAX) {
        for part in ["; ", &candidate.member.0, ": ", candidate.code.as_str()] {
            says += part;
        }
    }
    says
}
