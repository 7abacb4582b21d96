//! Whether every lead reaches an owner: the last route ends, no pool is empty, no two pools send a
//! lead to one another for ever, no route stands behind one that takes everything.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "most kinds of pieces are of no concern to most questions"
)]

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use domain::{Moment, Value};
use notation::{Diagnostic, Diagnostics, Span};

use super::{Caps, Otherwise, Pool, Route, Routing, Target};
use crate::expression::Condition;
use crate::expression::proof::{Budget, Found, Problem, Wanted};
use crate::expression::tree::{Expr, Piece};
use crate::name::{Field, Name};
use crate::scene::{Known, Scene, Touch, Truth};
use crate::team::Team;

/// Countries that routes rarely speak of.
const COUNTRIES: [(&str, &str); 12] = [
    ("IS", "Iceland"),
    ("NZ", "New Zealand"),
    ("UY", "Uruguay"),
    ("KE", "Kenya"),
    ("LK", "Sri Lanka"),
    ("BO", "Bolivia"),
    ("MT", "Malta"),
    ("FJ", "Fiji"),
    ("GE", "Georgia"),
    ("PY", "Paraguay"),
    ("TZ", "Tanzania"),
    ("AQ", "Antarctica"),
];
/// Routes at either end that are looked at for covering a later one.
const COVERING_MAX: usize = 40;

/// Tells of a pool to which nobody belongs.
pub(super) fn empty(pool: &Pool, team: &Team, out: &mut Diagnostics) {
    let Some(fixed) = &pool.fixed else { return };
    if fixed.iter().any(|truth| truth.holds()) {
        return;
    }
    let says = format!("nobody in team.csv belongs to the pool `{}`", pool.name.value);
    let unknown = fixed.iter().filter(|truth| **truth == Truth::Unknown).count();
    let label = match unknown {
        0 => format!("holds of none of {}", team.members.len()),
        unknown => format!("holds of none of {}, unknown of {unknown}", team.members.len()),
    };
    let help = "widen the condition, or fill the columns that it asks for";
    let diagnostic = Diagnostic::error("pool-empty", pool.members.span(), says);
    out.push(diagnostic.label(label).help(help));
}

/// A policy of a pool for when nobody can have a lead.
struct Way {
    key: &'static str,
    then: fn(&Pool) -> Otherwise,
    /// Whether it can ever come to that.
    can: fn(&Pool) -> bool,
}

const WAYS: [Way; 2] = [
    Way { key: "all_away", then: |pool| pool.all_away, can: |_| true },
    Way {
        key: "all_capped",
        then: |pool| pool.all_capped,
        can: |pool| pool.caps != Caps::default(),
    },
];

/// Tells of pools that send a lead to one another for ever: by one policy, or by both together.
pub(super) fn circles(routing: &Routing, out: &mut Diagnostics) {
    let mut told = BTreeSet::new();
    for way in &WAYS {
        let mut passed = BTreeSet::new();
        for start in 0..routing.pools.len() {
            let mut seen = BTreeSet::from([start]);
            let mut at = start;
            while let Otherwise::Pool(then) = (way.then)(&routing.pools[at]) {
                at = then;
                if !seen.insert(at) {
                    break;
                }
            }
            let circle = matches!((way.then)(&routing.pools[at]), Otherwise::Pool(_));
            if circle && passed.is_disjoint(&seen) {
                told.extend(seen.iter().copied());
                let pool = &routing.pools[start];
                let says =
                    format!("`{}` of the pool `{}` leads back to itself", way.key, pool.name.value);
                out.push(circle_of(pool, says));
            }
            passed.extend(seen);
        }
    }
    for start in 0..routing.pools.len() {
        if told.contains(&start) {
            continue;
        }
        if let Some(steps) = way_back(routing, start) {
            told.extend(steps.iter().map(|(at, _)| *at));
            let name = |at: usize| routing.pools[at].name.value.as_str();
            let words: Vec<String> =
                steps.iter().map(|(at, key)| format!("`{key}` of `{}`", name(*at))).collect();
            let says = format!("{} lead back to the pool `{}`", words.join(" and "), name(start));
            out.push(circle_of(&routing.pools[start], says));
        }
    }
}

fn circle_of(pool: &Pool, says: String) -> Diagnostic {
    let help = "let one of the pools hold, or go to the next route";
    Diagnostic::error("pool-circle", pool.span, says).help(help)
}

/// The shortest way from a pool back to itself: the pools that send on, and by which policy.
fn way_back(routing: &Routing, start: usize) -> Option<Vec<(usize, &'static str)>> {
    let mut came: BTreeMap<usize, (usize, &'static str)> = BTreeMap::new();
    let mut next = VecDeque::from([start]);
    while let Some(at) = next.pop_front() {
        let pool = &routing.pools[at];
        for way in WAYS.iter().filter(|way| (way.can)(pool)) {
            let Otherwise::Pool(then) = (way.then)(pool) else { continue };
            if came.contains_key(&then) {
                continue;
            }
            came.insert(then, (at, way.key));
            if then == start {
                let mut steps = Vec::new();
                let mut back = start;
                loop {
                    let step = came[&back];
                    steps.push(step);
                    back = step.0;
                    if back == start {
                        steps.reverse();
                        return Some(steps);
                    }
                }
            }
            next.push_back(then);
        }
    }
    None
}

/// Tells of leads that go past the last route, and of routes that no lead comes to.
pub(super) fn ends(
    routing: &Routing,
    team: Option<&Team>,
    span: Span,
    budget: &mut Budget,
    out: &mut Diagnostics,
) {
    if !routing.routes.iter().any(Route::is_catch_all) {
        gap(routing, span, out);
    }
    let takes_all = |route: &Route| always_holds(route) && always_ends(&route.to, routing, team);
    let end = routing.routes.iter().position(takes_all);
    if let Some(end) = end {
        behind(&routing.routes[end], &routing.routes[end + 1..], out);
    }
    let before = end.unwrap_or(routing.routes.len());
    leftovers(&routing.routes[..before], out);
    covered(routing, team, before, budget, out);
}

/// Whether every lead that comes to a route meets its condition.
fn always_holds(route: &Route) -> bool {
    route.when.as_ref().is_none_or(|when| matches!(when.piece().expr, Expr::Boolean(true)))
}

/// Tells of routes behind one that takes every lead. A catch-all behind a pool is there for the worst.
fn behind(end: &Route, routes: &[Route], out: &mut Diagnostics) {
    let waits = !end.is_catch_all();
    for route in routes.iter().filter(|route| !(waits && route.is_catch_all())) {
        let says = format!("no lead comes to the route `{}`", route.name.value);
        let takes = format!("`{}` before it takes every lead", end.name.value);
        let label = if waits {
            format!("{takes}, and whom nobody can have yet waits there")
        } else {
            takes
        };
        let help = "move it up, or take it out";
        let diagnostic = Diagnostic::warning("route-unreachable", route.span, says);
        out.push(diagnostic.label(label).help(help));
    }
}

/// Tells of routes for certain leads, or for owners, that stand behind a pool for all leads: only what the pool
/// cannot take comes to them.
fn leftovers(routes: &[Route], out: &mut Diagnostics) {
    let pool = |route: &Route| always_holds(route) && matches!(route.to, Target::Pool(_));
    let Some(at) = routes.iter().position(pool) else { return };
    for route in &routes[at + 1..] {
        let certain = match &route.to {
            Target::Person { .. } | Target::List { .. } | Target::Territory { .. } => true,
            Target::Hold(_) | Target::Pool(_) | Target::Queue(_) => !always_holds(route),
        };
        if certain {
            let says = format!(
                "only leads that the pool of `{}` cannot take come to the route `{}`",
                routes[at].name.value, route.name.value
            );
            let help = format!(
                "move it before `{}`, whose pool every lead may have",
                routes[at].name.value
            );
            let told = Diagnostic::warning("route-leftover", route.span, says).help(help);
            out.push(told.elsewhere(routes[at].span, "that route stands"));
        }
    }
}

/// Tells of routes before the one that takes all, of which earlier ones, past which no lead goes, take every lead.
fn covered(
    routing: &Routing,
    team: Option<&Team>,
    end: usize,
    budget: &mut Budget,
    out: &mut Diagnostics,
) {
    let mut before: Vec<(&Condition, &str)> = Vec::new();
    for route in &routing.routes[..end] {
        let Some(when) = &route.when else { continue };
        if matches!(when.piece().expr, Expr::Boolean(false)) {
            let says = format!("the route `{}` never holds", route.name.value);
            out.push(Diagnostic::warning("route-unreachable", when.span(), says));
            continue;
        }
        if let Some((label, lead)) = covering(when, &before, budget) {
            let says = format!("no lead comes to the route `{}`", route.name.value);
            let help = "move it up, or take it out";
            let told = Diagnostic::warning("route-unreachable", when.span(), says);
            out.push(told.label(label).maybe_example(lead).help(help));
        } else if always_ends(&route.to, routing, team) {
            before.push((when, &route.name.value));
        }
    }
}

/// Which of the conditions before one hold wherever it does, and a lead that shows it.
fn covering(
    when: &Condition,
    before: &[(&Condition, &str)],
    budget: &mut Budget,
) -> Option<(String, Option<String>)> {
    if let Some((_, name)) = before.iter().find(|(other, _)| other.text() == when.text()) {
        return Some((format!("`{name}` has the same condition and ends there"), None));
    }
    // Of very many, those at the top and those just before it.
    let (top, rest) = before.split_at(before.len().min(COVERING_MAX));
    let near = &rest[rest.len() - rest.len().min(COVERING_MAX)..];
    let before: Vec<_> = top.iter().chain(near).copied().collect();
    if before.is_empty() {
        return None;
    }
    let pieces = std::iter::once(when).chain(before.iter().map(|(other, _)| *other));
    let pieces = pieces.map(|when| (when.piece(), when.text()));
    let problem = Problem::of(pieces, budget)?;
    let Found::Lead(_) = problem.find(&[(0, Wanted::Yes)], budget) else { return None };
    let others = 1..=before.len();
    let goals = |others: &[usize]| {
        let passed = others.iter().map(|other| (*other, Wanted::NotYes));
        std::iter::once((0, Wanted::Yes)).chain(passed).collect::<Vec<_>>()
    };
    let taken = |lead: Found, name: &str| match lead {
        Found::Lead(lead) => Some(format!("{lead} is taken by `{name}`")),
        Found::Nobody | Found::GaveUp => None,
    };
    for other in others.clone() {
        if problem.find(&goals(&[other]), budget) == Found::Nobody {
            let name = before[other - 1].1;
            let lead = problem.find(&[(0, Wanted::Yes), (other, Wanted::Yes)], budget);
            let label = format!("`{name}` before it takes all of them");
            return Some((label, taken(lead, name)));
        }
    }
    // Those without which some would be left take all of them together.
    let mut together: Vec<usize> = others.collect();
    if problem.find(&goals(&together), budget) != Found::Nobody {
        return None;
    }
    let mut at = 0;
    while at < together.len() {
        let mut fewer = together.clone();
        fewer.remove(at);
        if problem.find(&goals(&fewer), budget) == Found::Nobody {
            together = fewer;
        } else {
            at += 1;
        }
    }
    let names: Vec<String> =
        together.iter().map(|other| format!("`{}`", before[other - 1].1)).collect();
    let label = format!("{} before it take all of them together", names.join(" and "));
    let first = *together.first()?;
    let lead = problem.find(&[(0, Wanted::Yes), (first, Wanted::Yes)], budget);
    Some((label, taken(lead, before[first - 1].1)))
}

/// Whether no lead goes past a target: it is held, it is in a queue, or it waits for a pool.
fn always_ends(to: &Target, routing: &Routing, team: Option<&Team>) -> bool {
    match to {
        Target::Queue(_) | Target::Hold(_) => true,
        Target::Pool(pool) => keeps(*pool, routing, team, routing.pools.len()),
        Target::Person { .. } | Target::List { .. } | Target::Territory { .. } => false,
    }
}

/// Whether a pool keeps every lead that comes to it. One whose members depend on the lead, or may all
/// have left, can be empty.
fn keeps(at: usize, routing: &Routing, team: Option<&Team>, steps: usize) -> bool {
    let (pool, Some(team)) = (&routing.pools[at], team) else { return false };
    if !pool.sure_members(team).any(|member| member.tenure.until.is_none()) {
        return false;
    }
    WAYS.iter().filter(|way| (way.can)(pool)).all(|way| match (way.then)(pool) {
        Otherwise::Hold => true,
        Otherwise::Pool(next) => steps > 0 && keeps(next, routing, Some(team), steps - 1),
        Otherwise::NextRoute | Otherwise::IgnoreHours => false,
    })
}

fn gap(routing: &Routing, span: Span, out: &mut Diagnostics) {
    let lead = ProbeLead::unlike(&routing.routes);
    let takes = |route: &Route| route.when.as_ref().is_some_and(|when| when.holds(&lead).holds());
    let shown = !lead.fields.is_empty() && !routing.routes.iter().any(takes);
    let last = routing.routes.last();
    let place = last.and_then(|route| route.when.as_ref()).map_or(span, Condition::span);
    let country = lead.fields.iter().find(|(name, _)| name.path() == "country").map(|(_, v)| v);
    let country = COUNTRIES.iter().find(|(code, _)| {
        shown && matches!(country, Some(Value::Text(known)) if known.as_str() == *code)
    });
    let says = match country {
        Some((code, name)) => {
            format!("some leads reach no owner, for example a lead from {name} ({code})")
        }
        None => "some leads reach no owner".to_owned(),
    };
    let example = if shown { lead.says() } else { "a lead of which nothing is known".to_owned() };
    let help = "end the routes with a catch-all: `- { route: catch-all, to: { queue: NAME } }`";
    let mut diagnostic = Diagnostic::error("route-gap", place, says).example(example).help(help);
    if let Some(last) = last {
        let label = match (&last.when, &last.to) {
            (None, Target::Pool(_)) => "a pool can be empty, away or capped".to_owned(),
            (None, _) => "it may find nobody".to_owned(),
            (Some(_), _) => "a lead can go past this".to_owned(),
        };
        diagnostic = diagnostic.label(label);
    }
    out.push(diagnostic);
}

/// A lead that is unlike everything that the routes speak of.
struct ProbeLead {
    fields: BTreeMap<Name, Value>,
}

impl ProbeLead {
    fn unlike(routes: &[Route]) -> Self {
        let mut spoken: BTreeMap<Name, Spoken> = BTreeMap::new();
        for when in routes.iter().filter_map(|route| route.when.as_ref()) {
            collect(when.piece(), &mut spoken);
        }
        let fields = spoken
            .into_iter()
            .filter_map(|(name, spoken)| {
                let value = spoken.other(&name)?;
                Some((name, value))
            })
            .collect();
        Self { fields }
    }

    fn says(&self) -> String {
        let told = self
            .fields
            .iter()
            .take(6)
            .map(|(name, value)| format!("{} {value}", name.path().replace('_', " ")));
        format!("a lead with {}", told.collect::<Vec<_>>().join(", "))
    }
}

#[derive(Default)]
struct Spoken {
    texts: BTreeSet<String>,
    numbers: bool,
    holds: bool,
}

impl Spoken {
    /// A value that nothing spoke of.
    fn other(&self, name: &Name) -> Option<Value> {
        if self.numbers {
            return Some(Value::Integer(0));
        }
        if self.holds {
            return Some(Value::Boolean(false));
        }
        if self.texts.is_empty() {
            return None;
        }
        if name.path() == "country" {
            let other = COUNTRIES.iter().find(|(code, _)| !self.texts.contains(*code));
            return other.map(|(code, _)| Value::from(*code));
        }
        Some(Value::from("another"))
    }
}

/// Gathers what fields are compared with.
fn collect(piece: &Piece, spoken: &mut BTreeMap<Name, Spoken>) {
    match &piece.expr {
        Expr::Compare(_, left, right) => {
            for (side, other) in [(left, right), (right, left)] {
                if let Expr::Field(Field::Of(name)) = &side.expr {
                    let spoken = spoken.entry(name.clone()).or_default();
                    match &other.expr {
                        Expr::Text(text) => {
                            spoken.texts.insert(text.clone());
                        }
                        Expr::Number(_) => spoken.numbers = true,
                        _ => {}
                    }
                }
            }
        }
        Expr::In(item, list) => {
            if let Expr::Field(Field::Of(name)) = &item.expr {
                let texts = &mut spoken.entry(name.clone()).or_default().texts;
                match &list.expr {
                    Expr::Named(list) => texts.extend(list.texts.iter().cloned()),
                    Expr::List(items) => texts.extend(items.iter().filter_map(written)),
                    _ => {}
                }
            }
        }
        Expr::All(parts) | Expr::Any(parts) => {
            for part in parts {
                if let Expr::Field(Field::Of(name)) = &part.expr {
                    spoken.entry(name.clone()).or_default().holds = true;
                }
                collect(part, spoken);
            }
        }
        Expr::Field(Field::Of(name)) => spoken.entry(name.clone()).or_default().holds = true,
        _ => piece.parts().into_iter().for_each(|part| {
            if !matches!(part.expr, Expr::Field(_)) {
                collect(part, spoken);
            }
        }),
    }
}

fn written(piece: &Piece) -> Option<String> {
    if let Expr::Text(text) = &piece.expr { Some(text.clone()) } else { None }
}

impl Scene for ProbeLead {
    fn now(&self) -> Moment {
        Moment::EPOCH
    }

    fn known(&self, name: &Name) -> Known<'_> {
        Known::value(self.fields.get(name).map(Cow::Borrowed))
    }

    fn touches(&self) -> usize {
        0
    }

    fn touch(&self, _at: usize) -> Touch<'_> {
        unreachable!("it has done nothing")
    }
}
