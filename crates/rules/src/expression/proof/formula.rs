//! A condition as tests of terms. A term is whatever has a value that is not written out: a field, a
//! count of signals, a sum; two pieces are one term where they are written alike.

use std::sync::Arc;

use domain::Moment;
use rustc_hash::FxHashMap;

use super::region::{Literal, Question, Term, TermKind};
use crate::expression::evaluate::View;
use crate::expression::tree::{Compare, Expr, Piece, TouchQuery, Touches};
use crate::scene::{Nothing, Truth};

/// A condition, read as tests.
#[derive(Clone, Debug)]
pub(super) enum Formula {
    Always(Truth),
    /// A question that is asked of a term, both by their places.
    Test(usize, usize),
    Not(Box<Self>),
    All(Vec<Self>),
    Any(Vec<Self>),
    /// One or the other, as the first says; unknown where that is.
    Choose(Box<[Self; 3]>),
}

/// Terms as they are found, each once.
#[derive(Default)]
pub(super) struct Terms {
    pub(super) all: Vec<Term>,
    places: FxHashMap<String, usize>,
}

/// Items of a written list that are looked at one by one.
const ITEMS_MAX: usize = 16;

impl Terms {
    /// Reads a condition; `text` is what it stands in.
    pub(super) fn condition(&mut self, piece: &Piece, text: &str) -> Formula {
        match &piece.expr {
            Expr::Boolean(boolean) => Formula::Always((*boolean).into()),
            Expr::Not(inner) => Formula::Not(Box::new(self.condition(inner, text))),
            Expr::All(parts) => Formula::All(self.conditions(parts, text)),
            Expr::Any(parts) => Formula::Any(self.conditions(parts, text)),
            Expr::Compare(compare, left, right) => self.compare(*compare, left, right, text),
            Expr::In(item, list) => self.within(piece, item, list, text),
            Expr::Has(inner) => self.ask(inner, &Question::Known, text),
            Expr::Part(part, of, other) => match literal(other) {
                Some(Literal::Text(other)) => self.ask(of, &Question::Part(*part, other), text),
                _ => self.opaque(piece, text),
            },
            Expr::Matches(of, pattern) => {
                self.ask(of, &Question::Matches(pattern.regex.clone()), text)
            }
            Expr::Choose(test, yes, no) => Formula::Choose(Box::new([
                self.condition(test, text),
                self.condition(yes, text),
                self.condition(no, text),
            ])),
            Expr::OrElse(first, second) => Formula::Choose(Box::new([
                self.ask(first, &Question::Known, text),
                self.condition(first, text),
                self.condition(second, text),
            ])),
            _ => self.ask(piece, &Question::Holds, text),
        }
    }

    fn conditions(&mut self, pieces: &[Piece], text: &str) -> Vec<Formula> {
        pieces.iter().map(|piece| self.condition(piece, text)).collect()
    }

    fn compare(&mut self, compare: Compare, left: &Piece, right: &Piece, text: &str) -> Formula {
        match (literal(left), literal(right)) {
            (Some(left), Some(right)) => Formula::Always(left.relate(compare, &right)),
            (None, Some(right)) => self.ask(left, &Question::Compare(compare, right), text),
            (Some(left), None) => self.ask(right, &Question::Compare(compare.turned(), left), text),
            (None, None) => self.pair(compare, left, right, text),
        }
    }

    /// Two terms that are compared with one another are a term of its own: how they stand.
    fn pair(&mut self, compare: Compare, left: &Piece, right: &Piece, text: &str) -> Formula {
        let (one, other) = (written(left), written(right));
        let compare = if one > other { compare.turned() } else { compare };
        let (one, other, kind) = match one.cmp(&other) {
            std::cmp::Ordering::Less => (one, other, TermKind::Order),
            std::cmp::Ordering::Greater => (other, one, TermKind::Order),
            std::cmp::Ordering::Equal => (one, other, TermKind::Same),
        };
        let shown = format!("{} beside {}", of(left, text), of(right, text));
        self.test(format!("{one} beside {other}"), shown, kind, &Question::Order(compare))
    }

    fn within(&mut self, piece: &Piece, item: &Piece, list: &Piece, text: &str) -> Formula {
        match &list.expr {
            // An empty list is told once, and not wherever it is used.
            Expr::Named(list) if list.texts.is_empty() => self.opaque(piece, text),
            Expr::Named(list) => match literal(item) {
                Some(Literal::Text(item)) => Formula::Always(list.contains(&item).into()),
                Some(_) => Formula::Always(Truth::Unknown),
                None => self.ask(item, &Question::Listed(Arc::clone(list)), text),
            },
            Expr::List(items) => match items.iter().map(literal).collect::<Option<Vec<_>>>() {
                Some(items) => self.ask(item, &Question::Among(items), text),
                None if items.len() <= ITEMS_MAX => {
                    let same = |other| self.compare(Compare::Same, item, other, text);
                    Formula::Any(items.iter().map(same).collect())
                }
                None => self.opaque(piece, text),
            },
            _ => self.opaque(piece, text),
        }
    }

    /// A question about the value of a piece.
    fn ask(&mut self, piece: &Piece, question: &Question, text: &str) -> Formula {
        if let Some(literal) = literal(piece) {
            return Formula::Always(question.of_literal(&literal));
        }
        match &piece.expr {
            // Whether there is one at all is asked of the whole.
            Expr::Choose(test, yes, no) => Formula::Choose(Box::new([
                self.condition(test, text),
                self.ask(yes, question, text),
                self.ask(no, question, text),
            ])),
            Expr::OrElse(first, second) => Formula::Choose(Box::new([
                self.ask(first, &Question::Known, text),
                self.ask(first, question, text),
                self.ask(second, question, text),
            ])),
            Expr::Not(_) | Expr::All(_) | Expr::Any(_) | Expr::Compare(..) | Expr::In(..)
                if matches!(question, Question::Holds) =>
            {
                self.condition(piece, text)
            }
            _ => self.test(written(piece), of(piece, text).to_owned(), kind(piece), question),
        }
    }

    /// A condition of which nothing is known but that it is one.
    fn opaque(&mut self, piece: &Piece, text: &str) -> Formula {
        let shown = of(piece, text).to_owned();
        self.test(written(piece), shown, TermKind::Value, &Question::Holds)
    }

    fn test(&mut self, key: String, shown: String, kind: TermKind, asked: &Question) -> Formula {
        let at = *self.places.entry(key).or_insert_with(|| {
            self.all.push(Term::new(shown, kind));
            self.all.len() - 1
        });
        Formula::Test(at, self.all[at].question(asked))
    }
}

fn of<'t>(piece: &Piece, text: &'t str) -> &'t str {
    text.get(piece.start as usize..piece.end as usize).unwrap_or_default()
}

/// What values a piece may have.
fn kind(piece: &Piece) -> TermKind {
    match &piece.expr {
        Expr::Touches(touches) => match touches.what {
            TouchQuery::Count => TermKind::Count,
            TouchQuery::Seen => TermKind::Certain,
            TouchQuery::LastMoment | TouchQuery::Last(_) => TermKind::Value,
        },
        Expr::Now => TermKind::Certain,
        Expr::Size(_) => TermKind::Size,
        Expr::Lower(_) => TermKind::Lower,
        _ => TermKind::Value,
    }
}

/// The value of a piece that asks for nothing.
fn literal(piece: &Piece) -> Option<Literal> {
    let nothing = Nothing(Moment::EPOCH);
    if asks(piece) { None } else { Literal::of(&View::of(&nothing).eval(piece)) }
}

fn asks(piece: &Piece) -> bool {
    match &piece.expr {
        Expr::Field(_) | Expr::Touches(_) | Expr::Now | Expr::Named(_) => true,
        _ => piece.parts().into_iter().any(asks),
    }
}

/// A piece in a form that is the same wherever it means the same by its words.
fn written(piece: &Piece) -> String {
    let mut out = String::new();
    write_piece(piece, &mut out);
    out
}

fn write_piece(piece: &Piece, out: &mut String) {
    let head = match &piece.expr {
        Expr::Field(field) => format!("{field}"),
        Expr::Named(list) => format!("list {}", list.name),
        Expr::Touches(touches) => {
            let Touches { what, kind, scope, window, .. } = &**touches;
            format!("{what:?} {kind:?} {scope:?} {window:?}")
        }
        Expr::Compare(compare, ..) => compare.as_str().to_owned(),
        Expr::Compute(compute, ..) => format!("{compute:?}"),
        Expr::Part(part, ..) => format!("{part:?}"),
        Expr::Matches(_, pattern) => format!("matches {:?}", pattern.regex.as_str()),
        Expr::Number(number) => number.normalize().to_string(),
        Expr::Boolean(_)
        | Expr::Text(_)
        | Expr::Money(_)
        | Expr::Moment(_)
        | Expr::Time(_)
        | Expr::Now => format!("{:?}", piece.expr),
        Expr::List(_) => "list".to_owned(),
        Expr::Not(_) => "not".to_owned(),
        Expr::Negate(_) => "minus".to_owned(),
        Expr::All(_) => "all".to_owned(),
        Expr::Any(_) => "any".to_owned(),
        Expr::In(..) => "in".to_owned(),
        Expr::Choose(..) => "choose".to_owned(),
        Expr::Has(_) => "has".to_owned(),
        Expr::OrElse(..) => "else".to_owned(),
        Expr::Lower(_) => "lower".to_owned(),
        Expr::Size(_) => "size".to_owned(),
        Expr::AsMoney(_) => "money".to_owned(),
    };
    out.push_str(&head);
    let parts = piece.parts();
    if !parts.is_empty() {
        out.push('(');
        for part in parts {
            write_piece(part, out);
            out.push(';');
        }
        out.push(')');
    }
}
