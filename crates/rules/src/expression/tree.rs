//! What an expression is, once it is read.

use std::sync::Arc;

use domain::{Moment, Money, Span as Time};
use regex::Regex;
use rust_decimal::Decimal;

use crate::lists::List;
use crate::name::{Field, Name, Own};
use crate::scene::TouchScope;

/// A piece of an expression and where it stands in its text, in bytes.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) expr: Expr,
}

#[derive(Clone, Debug)]
pub(crate) enum Expr {
    Boolean(bool),
    Number(Decimal),
    Text(String),
    Money(Money),
    Moment(Moment),
    Time(Time),
    List(Vec<Piece>),
    /// A list of the folder.
    Named(Arc<List>),
    Now,
    Field(Field),
    Not(Box<Piece>),
    Negate(Box<Piece>),
    All(Vec<Piece>),
    Any(Vec<Piece>),
    Compare(Compare, Box<Piece>, Box<Piece>),
    In(Box<Piece>, Box<Piece>),
    Compute(Compute, Box<Piece>, Box<Piece>),
    Choose(Box<Piece>, Box<Piece>, Box<Piece>),
    Has(Box<Piece>),
    OrElse(Box<Piece>, Box<Piece>),
    Touches(Box<Touches>),
    /// `startsWith` and its like on two texts.
    Part(Part, Box<Piece>, Box<Piece>),
    Matches(Box<Piece>, Box<Pattern>),
    Lower(Box<Piece>),
    Size(Box<Piece>),
    /// `money(x)`: an amount, or unknown.
    AsMoney(Box<Piece>),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Compare {
    Same,
    Other,
    Less,
    AtMost,
    More,
    AtLeast,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Compute {
    Plus,
    Minus,
    Times,
    Over,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Part {
    Starts,
    Ends,
    Contains,
}

/// `count`, `seen` or `last` of signals, of a person or of everybody at an account.
#[derive(Clone, Debug)]
pub(crate) struct Touches {
    pub(crate) what: TouchQuery,
    pub(crate) kind: String,
    /// The number of the kind among a strategy's texts, once it has one.
    pub(crate) symbol: Option<u32>,
    /// Whose signals.
    pub(crate) scope: TouchScope,
    /// Not older than this.
    pub(crate) window: Option<Time>,
    pub(crate) filter: Option<Piece>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum TouchQuery {
    Count,
    Seen,
    /// When the newest was.
    LastMoment,
    /// What the newest says.
    Last(Own),
}

/// A pattern that is matched in linear time.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    pub(crate) regex: Regex,
}

impl Compare {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Same => "==",
            Self::Other => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::More => ">",
            Self::AtLeast => ">=",
        }
    }

    /// The same with its sides exchanged.
    pub(crate) const fn turned(self) -> Self {
        match self {
            Self::Same => Self::Same,
            Self::Other => Self::Other,
            Self::Less => Self::More,
            Self::AtMost => Self::AtLeast,
            Self::More => Self::Less,
            Self::AtLeast => Self::AtMost,
        }
    }

    /// Whether it holds of how the sides stand to one another.
    pub(crate) const fn accepts(self, order: std::cmp::Ordering) -> bool {
        use std::cmp::Ordering::{Equal, Greater, Less};
        matches!(
            (self, order),
            (Self::Same | Self::AtMost | Self::AtLeast, Equal)
                | (Self::Other | Self::Less | Self::AtMost, Less)
                | (Self::Other | Self::More | Self::AtLeast, Greater)
        )
    }
}

impl Piece {
    /// The pieces directly below this one.
    pub(crate) fn parts(&self) -> Vec<&Self> {
        match &self.expr {
            Expr::List(parts) | Expr::All(parts) | Expr::Any(parts) => parts.iter().collect(),
            Expr::Not(a)
            | Expr::Negate(a)
            | Expr::Has(a)
            | Expr::Matches(a, _)
            | Expr::Lower(a)
            | Expr::Size(a)
            | Expr::AsMoney(a) => vec![a],
            Expr::Compare(_, a, b)
            | Expr::In(a, b)
            | Expr::Compute(_, a, b)
            | Expr::OrElse(a, b)
            | Expr::Part(_, a, b) => vec![a, b],
            Expr::Choose(a, b, c) => vec![a, b, c],
            Expr::Touches(touches) => touches.filter.iter().collect(),
            Expr::Boolean(_)
            | Expr::Number(_)
            | Expr::Text(_)
            | Expr::Money(_)
            | Expr::Moment(_)
            | Expr::Time(_)
            | Expr::Named(_)
            | Expr::Now
            | Expr::Field(_) => Vec::new(),
        }
    }

    /// Calls back with each of the pieces directly below this one.
    pub(crate) fn each_part(&mut self, each: &mut dyn FnMut(&mut Self)) {
        match &mut self.expr {
            Expr::List(parts) | Expr::All(parts) | Expr::Any(parts) => {
                parts.iter_mut().for_each(each);
            }
            Expr::Not(a)
            | Expr::Negate(a)
            | Expr::Has(a)
            | Expr::Matches(a, _)
            | Expr::Lower(a)
            | Expr::Size(a)
            | Expr::AsMoney(a) => each(a),
            Expr::Compare(_, a, b)
            | Expr::In(a, b)
            | Expr::Compute(_, a, b)
            | Expr::OrElse(a, b)
            | Expr::Part(_, a, b) => {
                each(a);
                each(b);
            }
            Expr::Choose(a, b, c) => {
                each(a);
                each(b);
                each(c);
            }
            Expr::Touches(touches) => {
                if let Some(filter) = &mut touches.filter {
                    each(filter);
                }
            }
            Expr::Boolean(_)
            | Expr::Number(_)
            | Expr::Text(_)
            | Expr::Money(_)
            | Expr::Moment(_)
            | Expr::Time(_)
            | Expr::Named(_)
            | Expr::Now
            | Expr::Field(_) => {}
        }
    }

    /// Calls back with every name that is asked of the scene.
    pub(crate) fn names(&self, found: &mut dyn FnMut(&Name)) {
        if let Expr::Field(Field::Of(name)) = &self.expr {
            found(name);
        }
        self.parts().into_iter().for_each(|part| part.names(found));
    }
}
