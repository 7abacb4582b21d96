//! What an expression says of a scene. It is total: what cannot be told is unknown.

use std::borrow::Cow;
use std::cmp::Ordering;

use domain::fact::Score;
use domain::{Fields, Moment, Span as Time, Value};
use rust_decimal::Decimal;

use super::tree::{Compare, Compute, Expr, Part, Piece, Touches, What};
use super::typing::moment;
use crate::lists::List;
use crate::name::{Field, Name, Points};
use crate::scene::{Scene, Touch, Truth};

/// What an expression comes to.
#[derive(Clone, Debug)]
pub(crate) enum Found<'a> {
    Unknown,
    Boolean(bool),
    Number(Decimal),
    Text(Cow<'a, str>),
    Money(Decimal, Cow<'a, str>),
    Moment(Moment),
    Time(Time),
    Values(Cow<'a, [Value]>),
    Pieces(&'a [Piece]),
    Named(&'a List),
}

/// A scene, with what stands in for a part of it.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) scene: &'a dyn Scene,
    /// The score, where the scene does not have it yet.
    pub(crate) score: Option<&'a Score>,
    /// The member in question.
    pub(crate) member: Option<&'a Fields>,
    /// The signal in a filter.
    pub(crate) touch: Option<Touch<'a>>,
}

impl<'a> View<'a> {
    pub(crate) const fn of(scene: &'a dyn Scene) -> Self {
        Self { scene, score: None, member: None, touch: None }
    }

    pub(crate) fn field(&self, field: &Field) -> Found<'a> {
        match field {
            Field::Of(name) => self.name(name),
            Field::Member(column) => {
                self.member.and_then(|member| member.get(column)).map_or(Found::Unknown, found)
            }
            Field::Signal(own) => either(self.touch.and_then(|touch| touch.own(own))),
        }
    }

    pub(crate) fn name(&self, name: &Name) -> Found<'a> {
        match (name, self.score) {
            (Name::Score(part), Some(score)) => points(score, *part),
            (name, _) => either(self.scene.field(name)),
        }
    }

    pub(crate) fn truth(&self, piece: &'a Piece) -> Truth {
        match &piece.expr {
            Expr::Not(inner) => !self.truth(inner),
            Expr::All(parts) => {
                let mut all = Truth::Yes;
                for part in parts {
                    all = all.and(self.truth(part));
                    if all == Truth::No {
                        break;
                    }
                }
                all
            }
            Expr::Any(parts) => {
                let mut any = Truth::No;
                for part in parts {
                    any = any.or(self.truth(part));
                    if any == Truth::Yes {
                        break;
                    }
                }
                any
            }
            _ => match self.eval(piece) {
                Found::Boolean(holds) => holds.into(),
                _ => Truth::Unknown,
            },
        }
    }

    pub(crate) fn eval(&self, piece: &'a Piece) -> Found<'a> {
        match &piece.expr {
            Expr::Boolean(boolean) => Found::Boolean(*boolean),
            Expr::Number(number) => Found::Number(*number),
            Expr::Text(text) => Found::Text(text.as_str().into()),
            Expr::Money(money) => Found::Money(money.amount, money.currency.as_str().into()),
            Expr::Moment(moment) => Found::Moment(*moment),
            Expr::Time(time) => Found::Time(*time),
            Expr::List(items) => Found::Pieces(items),
            Expr::Named(list) => Found::Named(list),
            Expr::Now => Found::Moment(self.scene.now()),
            Expr::Field(field) => self.field(field),
            Expr::Not(_) | Expr::All(_) | Expr::Any(_) => self.truth(piece).into(),
            Expr::Negate(inner) => match self.eval(inner) {
                Found::Number(number) => Found::Number(-number),
                _ => Found::Unknown,
            },
            Expr::Compare(compare, left, right) => {
                self.relate(*compare, &self.eval(left), &self.eval(right)).into()
            }
            Expr::In(item, list) => self.within(&self.eval(item), &self.eval(list)).into(),
            Expr::Compute(compute, left, right) => {
                calculate(*compute, self.eval(left), self.eval(right)).unwrap_or(Found::Unknown)
            }
            Expr::Choose(test, yes, no) => match self.truth(test) {
                Truth::Yes => self.eval(yes),
                Truth::No => self.eval(no),
                Truth::Unknown => Found::Unknown,
            },
            Expr::Has(inner) => Found::Boolean(!matches!(self.eval(inner), Found::Unknown)),
            Expr::OrElse(first, second) => match self.eval(first) {
                Found::Unknown => self.eval(second),
                found => found,
            },
            Expr::Touches(touches) => self.touches(touches),
            Expr::Part(part, text, of) => match (self.eval(text), self.eval(of)) {
                (Found::Text(text), Found::Text(of)) => Found::Boolean(match part {
                    Part::Starts => text.starts_with(&*of),
                    Part::Ends => text.ends_with(&*of),
                    Part::Contains => text.contains(&*of),
                }),
                _ => Found::Unknown,
            },
            Expr::Matches(text, pattern) => match self.eval(text) {
                Found::Text(text) => Found::Boolean(pattern.regex.is_match(&text)),
                _ => Found::Unknown,
            },
            Expr::Lower(text) => match self.eval(text) {
                Found::Text(text) => Found::Text(text.to_lowercase().into()),
                _ => Found::Unknown,
            },
            Expr::Size(inner) => match self.eval(inner) {
                Found::Text(text) => Found::Number(text.chars().count().into()),
                Found::Values(values) => Found::Number(values.len().into()),
                Found::Pieces(items) => Found::Number(items.len().into()),
                Found::Named(list) => Found::Number(list.texts.len().into()),
                _ => Found::Unknown,
            },
            Expr::AsMoney(inner) => match self.eval(inner) {
                Found::Money(amount, currency) => Found::Money(amount, currency),
                _ => Found::Unknown,
            },
        }
    }

    fn within(&self, item: &Found<'_>, list: &Found<'a>) -> Truth {
        if matches!(item, Found::Unknown) {
            return Truth::Unknown;
        }
        let any = |truths: &mut dyn Iterator<Item = Truth>| truths.fold(Truth::No, Truth::or);
        match list {
            Found::Named(list) => match item {
                Found::Text(text) => list.contains(text).into(),
                _ => Truth::Unknown,
            },
            Found::Pieces(items) => any(&mut items
                .iter()
                .map(|other| self.relate(Compare::Same, item, &self.eval(other)))),
            Found::Values(values) => any(&mut values.iter().map(|value| {
                let same = self.relate(Compare::Same, item, &found(value));
                if same == Truth::Unknown { Truth::No } else { same }
            })),
            _ => Truth::Unknown,
        }
    }

    /// How two values compare. Lists are the same where their items are, in order.
    fn relate(&self, compare: Compare, left: &Found<'_>, right: &Found<'_>) -> Truth {
        if let (Some(one), Some(other)) = (length(left), length(right)) {
            let same = self.same_items(left, right, one, other);
            return match compare {
                Compare::Same => same,
                Compare::Other => !same,
                Compare::Less | Compare::AtMost | Compare::More | Compare::AtLeast => {
                    Truth::Unknown
                }
            };
        }
        let order = match compare {
            Compare::Same | Compare::Other => order(left, right),
            // Texts have no order: two of them are moments that a source could not say otherwise.
            Compare::Less | Compare::AtMost | Compare::More | Compare::AtLeast => {
                order(&dated(left.clone()), right)
            }
        };
        order.map_or(Truth::Unknown, |order| compare.accepts(order).into())
    }

    fn same_items(&self, left: &Found<'_>, right: &Found<'_>, one: usize, other: usize) -> Truth {
        if one != other {
            return Truth::No;
        }
        let pairs = (0..one).map(|at| match (self.item(left, at), self.item(right, at)) {
            (Some(one), Some(other)) => self.relate(Compare::Same, &one, &other),
            (None, _) | (_, None) => Truth::Unknown,
        });
        pairs.fold(Truth::Yes, Truth::and)
    }

    fn item<'f>(&self, list: &'f Found<'_>, at: usize) -> Option<Found<'f>>
    where
        'a: 'f,
    {
        match list {
            Found::Values(values) => values.get(at).map(found),
            Found::Pieces(items) => items.get(at).map(|piece| self.eval(piece)),
            Found::Named(list) => list.texts.get(at).map(|text| Found::Text(text.as_str().into())),
            _ => None,
        }
    }

    fn touches(&self, touches: &'a Touches) -> Found<'a> {
        let after = touches.window.map(|window| self.scene.now() - window);
        let fits = |touch: &Touch<'a>| {
            let view = Self { touch: Some(*touch), ..*self };
            touches.filter.as_ref().is_none_or(|filter| view.truth(filter).holds())
        };
        let mut seen = self.scene.touches(&touches.kind, after).filter(fits);
        match &touches.what {
            What::Count => Found::Number(seen.count().into()),
            What::Seen => Found::Boolean(seen.next().is_some()),
            What::LastMoment => {
                seen.next().map_or(Found::Unknown, |last| Found::Moment(last.moment))
            }
            What::Last(own) => either(seen.next().and_then(|last| last.own(own))),
        }
    }
}

impl From<Truth> for Found<'_> {
    fn from(truth: Truth) -> Self {
        match truth {
            Truth::No => Found::Boolean(false),
            Truth::Yes => Found::Boolean(true),
            Truth::Unknown => Found::Unknown,
        }
    }
}

/// Points of a score, which is kept in hundredths.
fn points<'a>(score: &Score, part: Points) -> Found<'a> {
    let hundredths = match part {
        Points::Total => score.total(),
        Points::Fit => score.fit,
        Points::Engagement => score.engagement,
    };
    Found::Number(Decimal::new(i64::from(hundredths), 2))
}

fn either(value: Option<Cow<'_, Value>>) -> Found<'_> {
    match value {
        None => Found::Unknown,
        Some(Cow::Borrowed(value)) => found(value),
        Some(Cow::Owned(value)) => owned(value),
    }
}

fn found(value: &Value) -> Found<'_> {
    match value {
        Value::Text(text) => Found::Text(text.as_str().into()),
        Value::Integer(integer) => Found::Number((*integer).into()),
        Value::Decimal(decimal) => Found::Number(*decimal),
        Value::Boolean(boolean) => Found::Boolean(*boolean),
        Value::Moment(moment) => Found::Moment(*moment),
        Value::Money(money) => Found::Money(money.amount, money.currency.as_str().into()),
        Value::List(values) => Found::Values(values.as_slice().into()),
        Value::Record(_) => Found::Unknown,
    }
}

fn owned<'a>(value: Value) -> Found<'a> {
    match value {
        Value::Text(text) => Found::Text(String::from(text).into()),
        Value::Integer(integer) => Found::Number(integer.into()),
        Value::Decimal(decimal) => Found::Number(decimal),
        Value::Boolean(boolean) => Found::Boolean(boolean),
        Value::Moment(moment) => Found::Moment(moment),
        Value::Money(money) => Found::Money(money.amount, money.currency.into()),
        Value::List(values) => Found::Values(values.into()),
        Value::Record(_) => Found::Unknown,
    }
}

/// How many items a list has.
fn length(found: &Found<'_>) -> Option<usize> {
    match found {
        Found::Values(values) => Some(values.len()),
        Found::Pieces(items) => Some(items.len()),
        Found::Named(list) => Some(list.texts.len()),
        _ => None,
    }
}

/// How two values stand to one another; none where they do not compare. A text beside a moment is
/// read as one: a source of JSON has no other way to say a date.
fn order(left: &Found<'_>, right: &Found<'_>) -> Option<Ordering> {
    match (left, right) {
        (Found::Boolean(a), Found::Boolean(b)) => Some(a.cmp(b)),
        (Found::Number(a), Found::Number(b)) => Some(a.cmp(b)),
        (Found::Text(a), Found::Text(b)) => Some(a.cmp(b)),
        (Found::Money(a, one), Found::Money(b, other)) if one == other => Some(a.cmp(b)),
        (Found::Moment(a), Found::Moment(b)) => Some(a.cmp(b)),
        (Found::Text(a), Found::Moment(b)) => Some(moment(a)?.cmp(b)),
        (Found::Moment(a), Found::Text(b)) => Some(a.cmp(&moment(b)?)),
        (Found::Time(a), Found::Time(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

/// Texts do not compute, so that one here stands for a moment.
fn dated(found: Found<'_>) -> Found<'_> {
    match found {
        Found::Text(text) => moment(&text).map_or(Found::Unknown, Found::Moment),
        found => found,
    }
}

fn calculate<'a>(compute: Compute, left: Found<'a>, right: Found<'a>) -> Option<Found<'a>> {
    use Compute::{Minus, Over, Plus, Times};
    let numbers = |a: Decimal, b: Decimal| match compute {
        Plus => a.checked_add(b),
        Minus => a.checked_sub(b),
        Times => a.checked_mul(b),
        Over => a.checked_div(b),
    };
    let times = |a: i64, b: i64| match compute {
        Plus => a.checked_add(b),
        Minus => a.checked_sub(b),
        Times | Over => None,
    };
    Some(match (dated(left), dated(right)) {
        (Found::Number(a), Found::Number(b)) => Found::Number(numbers(a, b)?),
        (Found::Money(a, one), Found::Money(b, other))
            if one == other && matches!(compute, Plus | Minus) =>
        {
            Found::Money(numbers(a, b)?, one)
        }
        (Found::Money(a, one), Found::Number(b)) if matches!(compute, Times | Over) => {
            Found::Money(numbers(a, b)?, one)
        }
        (Found::Number(a), Found::Money(b, one)) if compute == Times => {
            Found::Money(numbers(a, b)?, one)
        }
        (Found::Moment(a), Found::Moment(b)) if compute == Minus => {
            Found::Time(Time(times(a.0, b.0)?))
        }
        (Found::Moment(a), Found::Time(b)) => Found::Moment(Moment(times(a.0, b.0)?)),
        (Found::Time(a), Found::Moment(b)) if compute == Plus => {
            Found::Moment(Moment(times(a.0, b.0)?))
        }
        (Found::Time(a), Found::Time(b)) => Found::Time(Time(times(a.0, b.0)?)),
        _ => return None,
    })
}
