//! What an expression says of a scene. It is total: what cannot be told is unknown.

use std::borrow::Cow;
use std::cmp::Ordering;

use domain::fact::Score;
use domain::{Fields, Moment, Span as Time, Value};
use rust_decimal::Decimal;

use super::kinds::Kinds;
use super::tree::{Compare, Compute, Expr, Part, Piece, TouchQuery, Touches};
use super::typing::moment;
use crate::lists::List;
use crate::name::{Field, Name, Points};
use crate::scene::{Scene, Touch, TouchScope, Truth};

/// What an expression comes to.
#[derive(Clone, Debug)]
pub(crate) enum Evaluated<'a> {
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
    pub(crate) score: Option<Halves>,
    /// The member in question.
    pub(crate) member: Option<&'a Fields>,
    /// The signal in a filter.
    pub(crate) touch: Option<Touch<'a>>,
    /// The kinds of the scene's signals, where a frame asks.
    pub(crate) kinds: Option<&'a Kinds<'a>>,
}

/// The halves of a score, in hundredths.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Halves {
    fit: i32,
    engagement: i32,
}

impl Halves {
    pub(crate) const fn of(score: &Score) -> Self {
        Self { fit: score.fit, engagement: score.engagement }
    }

    /// A part in points.
    pub(crate) fn points(self, part: Points) -> Decimal {
        part.of(self.fit, self.engagement)
    }
}

impl<'a> View<'a> {
    pub(crate) const fn of(scene: &'a dyn Scene) -> Self {
        Self { scene, score: None, member: None, touch: None, kinds: None }
    }

    pub(crate) fn field(&self, field: &Field) -> Evaluated<'a> {
        match field {
            Field::Of(name) => self.name(name),
            Field::Member(column) => {
                self.member.and_then(|member| member.get(column)).map_or(Evaluated::Unknown, found)
            }
            Field::Signal(own) => either(self.touch.and_then(|touch| touch.own(own))),
        }
    }

    pub(crate) fn name(&self, name: &Name) -> Evaluated<'a> {
        match (name, self.score) {
            (Name::Score(part), Some(score)) => Evaluated::Number(score.points(*part)),
            (name, _) => either(self.scene.known(name).value),
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
                Evaluated::Boolean(holds) => holds.into(),
                _ => Truth::Unknown,
            },
        }
    }

    pub(crate) fn eval(&self, piece: &'a Piece) -> Evaluated<'a> {
        match &piece.expr {
            Expr::Boolean(boolean) => Evaluated::Boolean(*boolean),
            Expr::Number(number) => Evaluated::Number(*number),
            Expr::Text(text) => Evaluated::Text(text.as_str().into()),
            Expr::Money(money) => Evaluated::Money(money.amount, money.currency.as_str().into()),
            Expr::Moment(moment) => Evaluated::Moment(*moment),
            Expr::Time(time) => Evaluated::Time(*time),
            Expr::List(items) => Evaluated::Pieces(items),
            Expr::Named(list) => Evaluated::Named(list),
            Expr::Now => Evaluated::Moment(self.scene.now()),
            Expr::Field(field) => self.field(field),
            Expr::Not(_) | Expr::All(_) | Expr::Any(_) => self.truth(piece).into(),
            Expr::Negate(inner) => match self.eval(inner) {
                Evaluated::Number(number) => Evaluated::Number(-number),
                _ => Evaluated::Unknown,
            },
            Expr::Compare(compare, left, right) => {
                self.relate(*compare, &self.eval(left), &self.eval(right)).into()
            }
            Expr::In(item, list) => self.within(&self.eval(item), &self.eval(list)).into(),
            Expr::Compute(compute, left, right) => {
                calculate(*compute, self.eval(left), self.eval(right)).unwrap_or(Evaluated::Unknown)
            }
            Expr::Choose(test, yes, no) => match self.truth(test) {
                Truth::Yes => self.eval(yes),
                Truth::No => self.eval(no),
                Truth::Unknown => Evaluated::Unknown,
            },
            Expr::Has(inner) => Evaluated::Boolean(!matches!(self.eval(inner), Evaluated::Unknown)),
            Expr::OrElse(first, second) => match self.eval(first) {
                Evaluated::Unknown => self.eval(second),
                found => found,
            },
            Expr::Touches(touches) => self.touches(touches),
            Expr::Part(part, text, of) => match (self.eval(text), self.eval(of)) {
                (Evaluated::Text(text), Evaluated::Text(of)) => Evaluated::Boolean(match part {
                    Part::Starts => text.starts_with(&*of),
                    Part::Ends => text.ends_with(&*of),
                    Part::Contains => text.contains(&*of),
                }),
                _ => Evaluated::Unknown,
            },
            Expr::Matches(text, pattern) => match self.eval(text) {
                Evaluated::Text(text) => Evaluated::Boolean(pattern.regex.is_match(&text)),
                _ => Evaluated::Unknown,
            },
            Expr::Lower(text) => match self.eval(text) {
                Evaluated::Text(text) => Evaluated::Text(text.to_lowercase().into()),
                _ => Evaluated::Unknown,
            },
            Expr::Size(inner) => match self.eval(inner) {
                Evaluated::Text(text) => Evaluated::Number(text.chars().count().into()),
                Evaluated::Values(values) => Evaluated::Number(values.len().into()),
                Evaluated::Pieces(items) => Evaluated::Number(items.len().into()),
                Evaluated::Named(list) => Evaluated::Number(list.texts.len().into()),
                _ => Evaluated::Unknown,
            },
            Expr::AsMoney(inner) => match self.eval(inner) {
                Evaluated::Money(amount, currency) => Evaluated::Money(amount, currency),
                _ => Evaluated::Unknown,
            },
        }
    }

    fn within(&self, item: &Evaluated<'_>, list: &Evaluated<'a>) -> Truth {
        if matches!(item, Evaluated::Unknown) {
            return Truth::Unknown;
        }
        let any = |truths: &mut dyn Iterator<Item = Truth>| truths.fold(Truth::No, Truth::or);
        match list {
            Evaluated::Named(list) => match item {
                Evaluated::Text(text) => list.contains(text).into(),
                _ => Truth::Unknown,
            },
            Evaluated::Pieces(items) => any(&mut items
                .iter()
                .map(|other| self.relate(Compare::Same, item, &self.eval(other)))),
            Evaluated::Values(values) => any(&mut values.iter().map(|value| {
                let same = self.relate(Compare::Same, item, &found(value));
                if same == Truth::Unknown { Truth::No } else { same }
            })),
            _ => Truth::Unknown,
        }
    }

    /// How two values compare. Lists are the same where their items are, in order.
    pub(super) fn relate(
        &self,
        compare: Compare,
        left: &Evaluated<'_>,
        right: &Evaluated<'_>,
    ) -> Truth {
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

    fn same_items(
        &self,
        left: &Evaluated<'_>,
        right: &Evaluated<'_>,
        one: usize,
        other: usize,
    ) -> Truth {
        if one != other {
            return Truth::No;
        }
        let pairs = (0..one).map(|at| match (self.item(left, at), self.item(right, at)) {
            (Some(one), Some(other)) => self.relate(Compare::Same, &one, &other),
            (None, _) | (_, None) => Truth::Unknown,
        });
        pairs.fold(Truth::Yes, Truth::and)
    }

    fn item<'f>(&self, list: &'f Evaluated<'_>, at: usize) -> Option<Evaluated<'f>>
    where
        'a: 'f,
    {
        match list {
            Evaluated::Values(values) => values.get(at).map(found),
            Evaluated::Pieces(items) => items.get(at).map(|piece| self.eval(piece)),
            Evaluated::Named(list) => {
                list.texts.get(at).map(|text| Evaluated::Text(text.as_str().into()))
            }
            _ => None,
        }
    }

    /// Signals of a kind that are later than `after`, newest first.
    fn of_kind(
        &self,
        touches: &'a Touches,
        after: Option<Moment>,
    ) -> impl Iterator<Item = Touch<'a>> + use<'a> {
        let scene = self.scene;
        let scope = touches.scope;
        // Numbers are those of the person's signals.
        let numbered = self.kinds.zip(touches.symbol).filter(|_| scope == TouchScope::default());
        let numbered = numbered.map(|(kinds, symbol)| (kinds.numbers(), symbol));
        let of_kind = (0..scene.touches_in(scope)).filter_map(move |at| match numbered {
            Some((kinds, symbol)) => (kinds[at] == symbol).then(|| scene.touch(at)),
            None => Some(scene.touch_in(scope, at)).filter(|touch| touch.kind == touches.kind),
        });
        of_kind.take_while(move |touch| after.is_none_or(|after| touch.moment > after))
    }

    fn touches(&self, touches: &'a Touches) -> Evaluated<'a> {
        let after = touches.window.map(|window| self.scene.now() - window);
        let fits = |touch: &Touch<'a>| {
            let view = Self { touch: Some(*touch), ..*self };
            touches.filter.as_ref().is_none_or(|filter| view.truth(filter).holds())
        };
        let mut seen = self.of_kind(touches, after).filter(fits);
        match &touches.what {
            TouchQuery::Count => Evaluated::Number(seen.count().into()),
            TouchQuery::Seen => Evaluated::Boolean(seen.next().is_some()),
            TouchQuery::LastMoment => {
                seen.next().map_or(Evaluated::Unknown, |last| Evaluated::Moment(last.moment))
            }
            TouchQuery::Last(own) => either(seen.next().and_then(|last| last.own(own))),
        }
    }
}

impl From<Truth> for Evaluated<'_> {
    fn from(truth: Truth) -> Self {
        match truth {
            Truth::No => Evaluated::Boolean(false),
            Truth::Yes => Evaluated::Boolean(true),
            Truth::Unknown => Evaluated::Unknown,
        }
    }
}

fn either(value: Option<Cow<'_, Value>>) -> Evaluated<'_> {
    match value {
        None => Evaluated::Unknown,
        Some(Cow::Borrowed(value)) => found(value),
        Some(Cow::Owned(value)) => owned(value),
    }
}

pub(super) fn found(value: &Value) -> Evaluated<'_> {
    match value {
        Value::Text(text) => Evaluated::Text(text.as_str().into()),
        Value::Integer(integer) => Evaluated::Number((*integer).into()),
        Value::Decimal(decimal) => Evaluated::Number(*decimal),
        Value::Boolean(boolean) => Evaluated::Boolean(*boolean),
        Value::Moment(moment) => Evaluated::Moment(*moment),
        Value::Money(money) => Evaluated::Money(money.amount, money.currency.as_str().into()),
        Value::List(values) => Evaluated::Values(values.as_slice().into()),
        Value::Record(_) => Evaluated::Unknown,
    }
}

fn owned<'a>(value: Value) -> Evaluated<'a> {
    match value {
        Value::Text(text) => Evaluated::Text(String::from(text).into()),
        Value::Integer(integer) => Evaluated::Number(integer.into()),
        Value::Decimal(decimal) => Evaluated::Number(decimal),
        Value::Boolean(boolean) => Evaluated::Boolean(boolean),
        Value::Moment(moment) => Evaluated::Moment(moment),
        Value::Money(money) => Evaluated::Money(money.amount, money.currency.into()),
        Value::List(values) => Evaluated::Values(values.into()),
        Value::Record(_) => Evaluated::Unknown,
    }
}

/// How many items a list has.
fn length(found: &Evaluated<'_>) -> Option<usize> {
    match found {
        Evaluated::Values(values) => Some(values.len()),
        Evaluated::Pieces(items) => Some(items.len()),
        Evaluated::Named(list) => Some(list.texts.len()),
        _ => None,
    }
}

/// How two values stand to one another; none where they do not compare. A text beside a moment is
/// read as one: a source of JSON has no other way to say a date.
fn order(left: &Evaluated<'_>, right: &Evaluated<'_>) -> Option<Ordering> {
    match (left, right) {
        (Evaluated::Boolean(a), Evaluated::Boolean(b)) => Some(a.cmp(b)),
        (Evaluated::Number(a), Evaluated::Number(b)) => Some(a.cmp(b)),
        (Evaluated::Text(a), Evaluated::Text(b)) => Some(a.cmp(b)),
        (Evaluated::Money(a, one), Evaluated::Money(b, other)) if one == other => Some(a.cmp(b)),
        (Evaluated::Moment(a), Evaluated::Moment(b)) => Some(a.cmp(b)),
        (Evaluated::Text(a), Evaluated::Moment(b)) => Some(moment(a)?.cmp(b)),
        (Evaluated::Moment(a), Evaluated::Text(b)) => Some(a.cmp(&moment(b)?)),
        (Evaluated::Time(a), Evaluated::Time(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

/// Texts do not compute, so that one here stands for a moment.
fn dated(found: Evaluated<'_>) -> Evaluated<'_> {
    match found {
        Evaluated::Text(text) => moment(&text).map_or(Evaluated::Unknown, Evaluated::Moment),
        found => found,
    }
}

fn calculate<'a>(
    compute: Compute,
    left: Evaluated<'a>,
    right: Evaluated<'a>,
) -> Option<Evaluated<'a>> {
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
        (Evaluated::Number(a), Evaluated::Number(b)) => Evaluated::Number(numbers(a, b)?),
        (Evaluated::Money(a, one), Evaluated::Money(b, other))
            if one == other && matches!(compute, Plus | Minus) =>
        {
            Evaluated::Money(numbers(a, b)?, one)
        }
        (Evaluated::Money(a, one), Evaluated::Number(b)) if matches!(compute, Times | Over) => {
            Evaluated::Money(numbers(a, b)?, one)
        }
        (Evaluated::Number(a), Evaluated::Money(b, one)) if compute == Times => {
            Evaluated::Money(numbers(a, b)?, one)
        }
        (Evaluated::Moment(a), Evaluated::Moment(b)) if compute == Minus => {
            Evaluated::Time(Time(times(a.0, b.0)?))
        }
        (Evaluated::Moment(a), Evaluated::Time(b)) => Evaluated::Moment(Moment(times(a.0, b.0)?)),
        (Evaluated::Time(a), Evaluated::Moment(b)) if compute == Plus => {
            Evaluated::Moment(Moment(times(a.0, b.0)?))
        }
        (Evaluated::Time(a), Evaluated::Time(b)) => Evaluated::Time(Time(times(a.0, b.0)?)),
        _ => return None,
    })
}
