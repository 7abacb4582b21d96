//! How a pool chose, in words: once, for the brief and for every explanation.

use domain::fact::{Candidate, Routing};
use domain::handoff::Owner;
use domain::reason::Code;

/// The candidate whom the pool chose.
pub fn chosen(routing: &Routing) -> Option<&Candidate> {
    let is_chosen = |code: Code| matches!(code, Code::Chosen | Code::TieBreak | Code::Explored);
    routing.candidates.iter().find(|candidate| is_chosen(candidate.code))
}

/// The candidate whom the pool chose, where that is who has it: a pool that was asked and held the
/// lead, or left it to the next route, chose nobody.
pub fn chosen_for<'a>(routing: &'a Routing, owner: &Owner) -> Option<&'a Candidate> {
    let Owner::Person(member) = owner else { return None };
    chosen(routing).filter(|candidate| candidate.member == *member)
}

/// Those who could have had it as well.
pub fn rivals(routing: &Routing) -> impl Iterator<Item = &Candidate> {
    let could = |code: Code| matches!(code, Code::OwedLess | Code::MoreOpen);
    routing.candidates.iter().filter(move |candidate| could(candidate.code))
}

/// What decided where the figures of the candidates did not; none where they did.
pub fn tie(routing: &Routing) -> Option<&'static str> {
    let chosen = chosen(routing)?;
    if chosen.code == Code::TieBreak {
        return Some("equal to another; the draw of the strategy's seed decided");
    }
    if chosen.code == Code::Explored {
        return Some("drawn at random, as the strategy's exploration says");
    }
    let equal = |rival: &Candidate| chosen.figure.is_some() && rival.figure == chosen.figure;
    rivals(routing).any(equal).then_some(
        "as much as another; who is due sooner comes first, then who was served longest ago",
    )
}
