//! What a condition looked at, in words: `industry = energy`, `country unknown`.

use std::fmt::Write as _;

use super::evaluate::{Evaluated, View};
use super::tree::{Expr, Piece, TouchQuery, Touches};
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
        Expr::Field(field) => {
            let claim = matches!(field, Field::Of(name) if view.scene.known(name).claim);
            told.push(field_says(field, &view.field(field), claim));
        }
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

fn field_says(field: &Field, found: &Evaluated<'_>, claim: bool) -> String {
    let name = name(field);
    let mut says = match found {
        Evaluated::Unknown if claim => return format!("{name} unknown, only claimed"),
        Evaluated::Unknown => return format!("{name} unknown"),
        Evaluated::Boolean(true) => name,
        Evaluated::Boolean(false) => format!("no {name}"),
        found => format!("{name} = {}", shown(found)),
    };
    if claim {
        says.push_str(" (claimed)");
    }
    says
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

fn touches_say(touches: &Touches, found: &Evaluated<'_>) -> String {
    let kind = &touches.kind;
    let mut text = match (&touches.what, found) {
        (TouchQuery::Seen, Evaluated::Boolean(true)) => format!("{kind} seen"),
        (TouchQuery::Seen, _) => format!("no {kind} seen"),
        (TouchQuery::Count, Evaluated::Number(number)) if *number == 1.into() => {
            format!("{kind} once")
        }
        (TouchQuery::Count, found) => format!("{kind} {} times", shown(found)),
        (TouchQuery::LastMoment, found) => format!("last {kind}: {}", shown(found)),
        (TouchQuery::Last(own), Evaluated::Unknown) => {
            format!("last {kind}: {} unknown", own.as_str())
        }
        (TouchQuery::Last(own), found) => {
            format!("last {kind}: {} = {}", own.as_str(), shown(found))
        }
    };
    if let Some(window) = touches.window {
        let _ = write!(text, " in {}", length(window.0));
    }
    if touches.scope.everybody {
        text.push_str(" at the account");
    }
    if touches.scope.claims {
        text.push_str(", claims included");
    }
    text
}

fn shown(found: &Evaluated<'_>) -> String {
    match found {
        Evaluated::Unknown => "unknown".to_owned(),
        Evaluated::Boolean(boolean) => boolean.to_string(),
        Evaluated::Number(number) => number.normalize().to_string(),
        Evaluated::Text(text) => text.to_string(),
        Evaluated::Money(amount, currency) => format!("{amount} {currency}"),
        Evaluated::Moment(moment) => moment.to_string(),
        Evaluated::Time(time) => length(time.0),
        Evaluated::Values(values) => {
            values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        }
        Evaluated::Pieces(items) => format!("{} values", items.len()),
        Evaluated::Named(list) => list.name.clone(),
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
