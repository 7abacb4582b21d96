//! What a condition looked at, in words: `industry = energy`, `country unknown`.

use std::fmt::Write as _;

use super::evaluate::{Found, View};
use super::tree::{Expr, Piece, Touches, What};
use crate::name::{Field, Root};

/// The values that a piece of a condition asks for, in order, each once.
pub(super) fn pieces(piece: &Piece, view: &View<'_>) -> Vec<String> {
    let mut told = Vec::new();
    visit(piece, view, &mut told);
    let mut seen = std::collections::BTreeSet::new();
    told.retain(|text| seen.insert(text.clone()));
    told
}

fn visit(piece: &Piece, view: &View<'_>, told: &mut Vec<String>) {
    match &piece.expr {
        Expr::Field(field) => told.push(field_says(field, &view.field(field))),
        Expr::Touches(touches) => told.push(touches_say(touches, &view.eval(piece))),
        Expr::Not(inner) => visit(inner, view, told),
        Expr::All(parts) | Expr::Any(parts) => {
            for part in parts {
                visit(part, view, told);
            }
        }
        _ => piece.parts().into_iter().for_each(|part| visit(part, view, told)),
    }
}

fn field_says(field: &Field, found: &Found<'_>) -> String {
    let name = name(field);
    match found {
        Found::Unknown => format!("{name} unknown"),
        Found::Boolean(true) => name,
        Found::Boolean(false) => format!("no {name}"),
        found => format!("{name} = {}", shown(found)),
    }
}

/// `open opportunity` for `account.open_opportunity`; what could be mistaken keeps its root.
fn name(field: &Field) -> String {
    let path = field.path().replace('_', " ");
    match field.root() {
        Root::Score | Root::Consent | Root::Handoff | Root::Owner | Root::Lead => {
            format!("{} {path}", field.root().as_str())
        }
        Root::Person | Root::Account | Root::Member | Root::Signal => path,
    }
}

fn touches_say(touches: &Touches, found: &Found<'_>) -> String {
    let kind = &touches.kind;
    let mut text = match (&touches.what, found) {
        (What::Seen, Found::Boolean(true)) => format!("{kind} seen"),
        (What::Seen, _) => format!("no {kind} seen"),
        (What::Count, Found::Number(number)) if *number == 1.into() => format!("{kind} once"),
        (What::Count, found) => format!("{kind} {} times", shown(found)),
        (What::LastMoment, found) => format!("last {kind}: {}", shown(found)),
        (What::Last(own), Found::Unknown) => format!("last {kind}: {} unknown", own.as_str()),
        (What::Last(own), found) => format!("last {kind}: {} = {}", own.as_str(), shown(found)),
    };
    if let Some(window) = touches.window {
        let _ = write!(text, " in {}", length(window.0));
    }
    text
}

fn shown(found: &Found<'_>) -> String {
    match found {
        Found::Unknown => "unknown".to_owned(),
        Found::Boolean(boolean) => boolean.to_string(),
        Found::Number(number) => number.normalize().to_string(),
        Found::Text(text) => text.to_string(),
        Found::Money(amount, currency) => format!("{amount} {currency}"),
        Found::Moment(moment) => moment.to_string(),
        Found::Time(time) => length(time.0),
        Found::Values(values) => {
            values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        }
        Found::Pieces(items) => format!("{} values", items.len()),
        Found::Named(list) => list.name.clone(),
    }
}

/// A length of time in its largest whole unit.
fn length(us: i64) -> String {
    let seconds = us / 1_000_000;
    for (unit, size) in [("d", 86_400), ("h", 3_600), ("m", 60)] {
        if seconds != 0 && seconds % size == 0 {
            return format!("{}{unit}", seconds / size);
        }
    }
    format!("{seconds}s")
}
