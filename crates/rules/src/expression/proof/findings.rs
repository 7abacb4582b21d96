//! What is told of one condition: parts that never hold, and parts that always do.

use notation::{Diagnostic, Diagnostics, Span};

use super::search::{Budget, Found, Problem, Wanted};
use crate::expression::tree::{Expr, Piece, TouchQuery};

/// Parts of one condition that are compared in pairs.
const PARTS_MAX: usize = 60;

/// Tells of the smallest parts of a condition that never hold, and of those that always do. What is
/// written as `true` or `false` is meant.
pub(crate) fn tell(
    piece: &Piece,
    text: &str,
    place: &dyn Fn(usize, usize) -> Span,
    budget: &mut Budget,
    out: &mut Diagnostics,
) {
    Tell { text, place, budget, out }.piece(piece);
}

struct Tell<'a> {
    text: &'a str,
    place: &'a dyn Fn(usize, usize) -> Span,
    budget: &'a mut Budget,
    out: &'a mut Diagnostics,
}

impl Tell<'_> {
    /// Whether something was told of a piece or of a part of it.
    fn piece(&mut self, piece: &Piece) -> bool {
        let mut told = false;
        for part in piece.parts() {
            told |= self.piece(part);
        }
        told || is_condition(piece) && !is_plain(piece) && self.condition(piece)
    }

    fn condition(&mut self, piece: &Piece) -> bool {
        let whole = Problem::of([(piece, self.text)], self.budget);
        let Some(whole) = whole else { return false };
        let holds = whole.find(&[(0, Wanted::Yes)], self.budget);
        match holds {
            Found::Nobody => self.never(piece),
            Found::GaveUp => return false,
            Found::Lead(lead) => {
                let fails = whole.find(&[(0, Wanted::No)], self.budget);
                let open = whole.find_known(&[(0, Wanted::NotYes)], self.budget);
                if fails != Found::Nobody || open != Found::Nobody {
                    return false;
                }
                self.always(piece, lead);
            }
        }
        true
    }

    fn never(&mut self, piece: &Piece) {
        let pair = match &piece.expr {
            Expr::All(parts) => self.pair(parts, Wanted::Yes),
            _ => None,
        };
        let told = if let Some((one, other, lead)) = pair {
            let says = format!("this never holds where `{}` does", self.of(one));
            let told = Diagnostic::warning("condition-never", self.span(other), says)
                .label("so that the whole never holds")
                .help("write `||` where either is enough, or take one of the two out");
            told.maybe_example(lead.map(|lead| format!("{lead} meets the first alone")))
        } else {
            let told = Diagnostic::warning("condition-never", self.span(piece), "this never holds");
            told.label("there is no lead of which it holds").help("mend it, or take it out")
        };
        self.out.push(told);
    }

    fn always(&mut self, piece: &Piece, lead: String) {
        let pair = match &piece.expr {
            Expr::Any(parts) => self.pair(parts, Wanted::No),
            _ => None,
        };
        let told = if let Some((one, other, _)) = pair {
            let says = format!("this always holds where `{}` does not", self.of(one));
            Diagnostic::warning("condition-always", self.span(other), says)
                .label("so that the whole always holds where anything is known")
                .help("write `&&` where both are meant, or take one of the two out")
        } else {
            let says = "this always holds, where anything is known";
            Diagnostic::warning("condition-always", self.span(piece), says)
                .help("mend it, or take it out; `has(x)` asks whether something is known")
        };
        self.out.push(told.example(lead));
    }

    /// Two parts that can never both come to what is wanted, and a lead of which the first does.
    fn pair<'p>(
        &mut self,
        parts: &'p [Piece],
        wanted: Wanted,
    ) -> Option<(&'p Piece, &'p Piece, Option<String>)> {
        if parts.len() > PARTS_MAX {
            return None;
        }
        let problem = Problem::of(parts.iter().map(|part| (part, self.text)), self.budget)?;
        for other in 1..parts.len() {
            for one in 0..other {
                let both = [(one, wanted), (other, wanted)];
                if problem.find(&both, self.budget) == Found::Nobody {
                    let lead = match problem.find(&both[..1], self.budget) {
                        Found::Lead(lead) => Some(lead),
                        Found::Nobody | Found::GaveUp => None,
                    };
                    return Some((&parts[one], &parts[other], lead));
                }
            }
        }
        None
    }

    fn of(&self, piece: &Piece) -> &str {
        self.text.get(piece.start as usize..piece.end as usize).unwrap_or_default()
    }

    fn span(&self, piece: &Piece) -> Span {
        (self.place)(piece.start as usize, piece.end as usize)
    }
}

/// Whether a piece tests one field for a value or a text of a list: that can hold and fail.
fn is_plain(piece: &Piece) -> bool {
    let is_field = |piece: &Piece| matches!(piece.expr, Expr::Field(_));
    match &piece.expr {
        Expr::Compare(_, one, other) => {
            is_field(one) && other.parts().is_empty() && !is_field(other)
        }
        Expr::In(item, list) => is_field(item) && matches!(list.expr, Expr::Named(_)),
        Expr::Has(inner) => is_field(inner),
        _ => false,
    }
}

/// Whether a piece holds or does not, and asks for something.
fn is_condition(piece: &Piece) -> bool {
    match &piece.expr {
        Expr::Not(_)
        | Expr::All(_)
        | Expr::Any(_)
        | Expr::Compare(..)
        | Expr::In(..)
        | Expr::Has(_)
        | Expr::Part(..)
        | Expr::Matches(..) => true,
        Expr::Touches(touches) => touches.what == TouchQuery::Seen,
        _ => false,
    }
}
