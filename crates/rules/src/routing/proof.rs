//! Whether every lead reaches an owner: the last route ends, no pool is empty, no two pools send a
//! lead to one another for ever, no route stands behind one that takes everything.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "most kinds of pieces are of no concern to most questions"
)]

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use domain::{Moment, Value};
use notation::{Diagnostic, Diagnostics, Span};

use super::{Otherwise, Pool, Route, Routing, Target};
use crate::expression::Condition;
use crate::expression::tree::{Expr, Piece};
use crate::name::{Field, Name};
use crate::scene::{Known, Scene, Touch, Truth};
use crate::team::Team;

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

/// Tells of pools that send a lead to one another for ever.
pub(super) fn circles(routing: &Routing, out: &mut Diagnostics) {
    type Next = fn(&Pool) -> Otherwise;
    let ways: [(&str, Next); 2] =
        [("all_away", |pool| pool.all_away), ("all_capped", |pool| pool.all_capped)];
    for (key, next) in ways {
        let mut told = BTreeSet::new();
        for start in 0..routing.pools.len() {
            let mut seen = BTreeSet::from([start]);
            let mut at = start;
            while let Otherwise::Pool(then) = next(&routing.pools[at]) {
                at = then;
                if !seen.insert(at) {
                    break;
                }
            }
            let circle = matches!(next(&routing.pools[at]), Otherwise::Pool(_));
            if circle && told.is_disjoint(&seen) {
                let pool = &routing.pools[start];
                let says =
                    format!("`{key}` of the pool `{}` leads back to itself", pool.name.value);
                let help = "let one of the pools hold, or go to the next route";
                out.push(Diagnostic::error("pool-circle", pool.span, says).help(help));
            }
            told.extend(seen);
        }
    }
}

/// Tells of leads that go past the last route, and of routes that no lead comes to.
pub(super) fn ends(routing: &Routing, span: Span, out: &mut Diagnostics) {
    let end = routing.routes.iter().position(Route::is_catch_all);
    match end {
        Some(end) => behind(&routing.routes[end], &routing.routes[end + 1..], out),
        None => gap(routing, span, out),
    }
    never(&routing.routes, out);
}

fn behind(end: &Route, routes: &[Route], out: &mut Diagnostics) {
    for route in routes {
        let says = format!("no lead comes to the route `{}`", route.name.value);
        let label = format!("`{}` before it takes every lead", end.name.value);
        let help = "move it up, or take it out";
        let diagnostic = Diagnostic::warning("route-unreachable", route.span, says);
        out.push(diagnostic.label(label).help(help));
    }
}

/// A route whose condition never holds, or stood before a route that always ends.
fn never(routes: &[Route], out: &mut Diagnostics) {
    let mut ended: BTreeMap<&str, &str> = BTreeMap::new();
    for route in routes {
        let Some(when) = &route.when else { continue };
        if matches!(when.piece().expr, Expr::Boolean(false)) {
            let says = format!("the route `{}` never holds", route.name.value);
            out.push(Diagnostic::warning("route-unreachable", when.span(), says));
        } else if let Some(before) = ended.get(when.text()) {
            let says = format!("no lead comes to the route `{}`", route.name.value);
            let label = format!("`{before}` has the same condition and ends there");
            out.push(Diagnostic::warning("route-unreachable", when.span(), says).label(label));
        } else if matches!(route.to, Target::Queue(_) | Target::Hold(_)) {
            ended.insert(when.text(), &route.name.value);
        }
    }
}

fn gap(routing: &Routing, span: Span, out: &mut Diagnostics) {
    let lead = ProbeLead::unlike(&routing.routes);
    let takes = |route: &Route| route.when.as_ref().is_some_and(|when| when.holds(&lead).holds());
    let shown = !lead.fields.is_empty() && !routing.routes.iter().any(takes);
    let last = routing.routes.last();
    let place = last.and_then(|route| route.when.as_ref()).map_or(span, Condition::span);
    let country = lead.fields.iter().find(|(name, _)| name.path() == "country").map(|(_, v)| v);
    let says = match country.filter(|_| shown) {
        Some(country) => format!("leads from {country} reach no owner"),
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
        const COUNTRIES: [&str; 12] =
            ["IS", "NZ", "UY", "KE", "LK", "BO", "MT", "FJ", "GE", "PY", "TZ", "AQ"];
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
            let other = COUNTRIES.into_iter().find(|code| !self.texts.contains(*code));
            return other.map(Value::from);
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
