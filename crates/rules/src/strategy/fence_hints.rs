//! Fences that fire on what is not known. That is what a fence is for, and rarely meant of a field that
//! few leads have.

use std::collections::BTreeSet;

use notation::{Diagnostic, Diagnostics};

use crate::autonomy::Fence;
use crate::expression::tree::{Expr, Piece, TouchQuery};
use crate::name::{Field, Name, Own, PersonName, WorkName};

/// Fields that are named to whoever wrote a fence.
const NAMED_MAX: usize = 3;

/// Tells of fences that compare what may be unknown, and do not ask first whether it is known.
pub(super) fn tell(fences: &[Fence], out: &mut Diagnostics) {
    for fence in fences {
        let mut open = Open { text: fence.when.text(), fields: Vec::new() };
        open.piece(fence.when.piece(), &BTreeSet::new());
        let Some(first) = open.fields.first() else { continue };
        let named: Vec<String> =
            open.fields.iter().take(NAMED_MAX).map(|field| format!("`{field}`")).collect();
        let says =
            format!("this fence fires on every lead of which {} is not known", named.join(" or "));
        let help = format!(
            "write `has({first}) && …` if that is not meant, and `!has({first}) || …` if it is"
        );
        out.push(Diagnostic::warning("fence-on-unknown", fence.when.span(), says).help(help));
    }
}

struct Open<'t> {
    text: &'t str,
    /// What may be unknown where it is compared, as it is written, each once.
    fields: Vec<&'t str>,
}

impl<'t> Open<'t> {
    /// `asked` is what the condition asks first whether it is known.
    fn piece(&mut self, piece: &Piece, asked: &BTreeSet<&'t str>) {
        match &piece.expr {
            Expr::Field(field) => {
                if is_open(field) {
                    self.found(piece, asked);
                }
            }
            Expr::Touches(touches) => match touches.what {
                TouchQuery::Last(_) | TouchQuery::LastMoment => self.found(piece, asked),
                TouchQuery::Count | TouchQuery::Seen => {}
            },
            Expr::All(parts) => {
                let known = parts.iter().filter_map(|part| self.asks(part, true));
                let asked = &asked.iter().copied().chain(known).collect();
                for part in parts {
                    self.piece(part, asked);
                }
            }
            Expr::Any(parts) => {
                let known = parts.iter().filter_map(|part| self.asks(part, false));
                let asked = &asked.iter().copied().chain(known).collect();
                for part in parts {
                    self.piece(part, asked);
                }
            }
            Expr::Choose(test, yes, no) => {
                self.piece(test, asked);
                for (part, known) in [(yes, true), (no, false)] {
                    let known = self.asks(test, known);
                    self.piece(part, &asked.iter().copied().chain(known).collect());
                }
            }
            Expr::OrElse(_, instead) => self.piece(instead, asked),
            Expr::Has(_) => {}
            Expr::Boolean(_)
            | Expr::Number(_)
            | Expr::Text(_)
            | Expr::Money(_)
            | Expr::Moment(_)
            | Expr::Time(_)
            | Expr::List(_)
            | Expr::Named(_)
            | Expr::Now
            | Expr::Not(_)
            | Expr::Negate(_)
            | Expr::Compare(..)
            | Expr::In(..)
            | Expr::Compute(..)
            | Expr::Part(..)
            | Expr::Matches(..)
            | Expr::Lower(_)
            | Expr::Size(_)
            | Expr::AsMoney(_) => {
                piece.parts().into_iter().for_each(|part| self.piece(part, asked));
            }
        }
    }

    /// What a piece asks whether it is known, as `has(x)`, or as `!has(x)` where it is not to be known.
    fn asks(&self, piece: &Piece, known: bool) -> Option<&'t str> {
        if let Expr::Not(inner) = &piece.expr {
            return self.asks(inner, !known);
        }
        let Expr::Has(inner) = &piece.expr else { return None };
        known.then(|| self.written(inner))
    }

    fn found(&mut self, piece: &Piece, asked: &BTreeSet<&'t str>) {
        let written = self.written(piece);
        if !asked.contains(written) && !self.fields.contains(&written) {
            self.fields.push(written);
        }
    }

    fn written(&self, piece: &Piece) -> &'t str {
        self.text.get(piece.start as usize..piece.end as usize).unwrap_or_default().trim()
    }
}

/// Whether a lead may lack it.
const fn is_open(field: &Field) -> bool {
    match field {
        Field::Of(name) => match name {
            Name::Person(PersonName::Field(_))
            | Name::Account(_)
            | Name::Lead(Own::Field(_))
            | Name::Consent(_)
            | Name::Claimed(_)
            | Name::Work(WorkName::WorkedBy | WorkName::WorkedDays | WorkName::LastOwner) => true,
            Name::Person(
                PersonName::FreeMail | PersonName::DisposableMail | PersonName::Verified,
            )
            | Name::Work(WorkName::OpenHandoffs)
            | Name::Lead(Own::Kind | Own::Source)
            | Name::Score(_)
            | Name::Handoff(_)
            | Name::Owner(_) => false,
        },
        Field::Member(_) | Field::Signal(_) => false,
    }
}
