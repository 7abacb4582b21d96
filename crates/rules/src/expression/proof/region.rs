//! A term and the regions of its values: every value of a region answers every question that is asked of
//! the term alike.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::{Moment, Money, Span as Time};
use regex::Regex;
use rust_decimal::Decimal;

use crate::expression::evaluate::{Evaluated, View};
use crate::expression::tree::{Compare, Part};
use crate::lists::List;
use crate::scene::{Nothing, Truth};

/// Questions about parts of one text that are told apart.
const PARTS_MAX: usize = 6;

/// A value that is written out.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Literal {
    Boolean(bool),
    Number(Decimal),
    Text(String),
    Money(Money),
    Moment(Moment),
    Time(Time),
}

/// What is asked of a term.
#[derive(Clone, Debug)]
pub(super) enum Question {
    /// Whether it is known.
    Known,
    /// Whether it is true.
    Holds,
    Compare(Compare, Literal),
    Among(Vec<Literal>),
    Listed(Arc<List>),
    Part(Part, String),
    Matches(Regex),
    /// How two terms stand to one another.
    Order(Compare),
}

/// What values a term may have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TermKind {
    /// Any, or none.
    Value,
    /// Any, and it is always known.
    Certain,
    /// A whole number from 0, always known.
    Count,
    /// A whole number from 0, or none.
    Size,
    /// A text in small letters, or none.
    Lower,
    /// How two others stand to one another.
    Order,
    /// How something stands to itself.
    Same,
}

/// Something that conditions ask about.
#[derive(Debug)]
pub(super) struct Term {
    /// As it was written first.
    pub(super) shown: String,
    kind: TermKind,
    questions: Vec<Question>,
    pub(super) regions: Vec<Region>,
    /// What each question may be answered with, over all regions.
    pub(super) answers: Vec<Truths>,
}

/// A region: how it is shown, and what it answers to each question.
#[derive(Debug)]
pub(super) struct Region {
    pub(super) shown: String,
    /// Whether a value of a type that is asked for lies in it.
    pub(super) is_known: bool,
    pub(super) answers: Vec<Truths>,
}

/// A set of truths.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Truths(u8);

impl Truths {
    pub(super) const NONE: Self = Self(0);
    pub(super) const ALL: Self = Self(7);
    pub(super) const YES: Self = Self::of(Truth::Yes);
    pub(super) const NO: Self = Self::of(Truth::No);
    pub(super) const UNKNOWN: Self = Self::of(Truth::Unknown);

    pub(super) const fn of(truth: Truth) -> Self {
        Self(1 << truth as u8)
    }

    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) const fn within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    pub(super) const fn not(self) -> Self {
        Self(self.0 & 4 | (self.0 & 1) << 1 | (self.0 & 2) >> 1)
    }
}

/// A value that stands for a region.
enum Sample {
    Unknown,
    /// Known, and of no type that is asked for.
    Unlike,
    Value(Literal),
    /// A text that is written nowhere, and which of the parts that are asked for it has.
    OtherText(u32),
    Order(Ordering),
}

impl Literal {
    pub(super) fn of(evaluated: &Evaluated<'_>) -> Option<Self> {
        match evaluated {
            Evaluated::Boolean(boolean) => Some(Self::Boolean(*boolean)),
            Evaluated::Number(number) => Some(Self::Number(number.normalize())),
            Evaluated::Text(text) => Some(Self::Text(text.to_string())),
            Evaluated::Money(amount, currency) => {
                let (amount, currency) = (amount.normalize(), currency.to_string());
                Some(Self::Money(Money { amount, currency }))
            }
            Evaluated::Moment(moment) => Some(Self::Moment(*moment)),
            Evaluated::Time(time) => Some(Self::Time(*time)),
            Evaluated::Unknown
            | Evaluated::Values(_)
            | Evaluated::Pieces(_)
            | Evaluated::Named(_) => None,
        }
    }

    fn evaluated(&self) -> Evaluated<'_> {
        match self {
            Self::Boolean(boolean) => Evaluated::Boolean(*boolean),
            Self::Number(number) => Evaluated::Number(*number),
            Self::Text(text) => Evaluated::Text(text.as_str().into()),
            Self::Money(money) => Evaluated::Money(money.amount, money.currency.as_str().into()),
            Self::Moment(moment) => Evaluated::Moment(*moment),
            Self::Time(time) => Evaluated::Time(*time),
        }
    }

    /// How two values compare.
    pub(super) fn relate(&self, compare: Compare, other: &Self) -> Truth {
        let nothing = Nothing(Moment::EPOCH);
        View::of(&nothing).relate(compare, &self.evaluated(), &other.evaluated())
    }

    fn show(&self) -> String {
        match self {
            Self::Boolean(boolean) => boolean.to_string(),
            Self::Number(number) => number.normalize().to_string(),
            Self::Text(text) => format!("\"{text}\""),
            Self::Money(money) => format!("{} {}", money.amount.normalize(), money.currency),
            Self::Moment(moment) => moment.to_string(),
            Self::Time(time) => format!("{} s", time.0 / 1_000_000),
        }
    }
}

impl Question {
    /// The answer for a value that is written out.
    pub(super) fn of_literal(&self, value: &Literal) -> Truth {
        match (self, value) {
            (Self::Known, _) => Truth::Yes,
            (Self::Holds, Literal::Boolean(boolean)) => (*boolean).into(),
            (Self::Compare(compare, other), value) => value.relate(*compare, other),
            (Self::Among(items), value) => {
                let same = items.iter().map(|item| value.relate(Compare::Same, item));
                same.fold(Truth::No, Truth::or)
            }
            (Self::Listed(list), Literal::Text(text)) => list.contains(text).into(),
            (Self::Part(part, of), Literal::Text(text)) => part.holds(text, of).into(),
            (Self::Matches(regex), Literal::Text(text)) => regex.is_match(text).into(),
            (
                Self::Holds | Self::Listed(_) | Self::Part(..) | Self::Matches(_) | Self::Order(_),
                _,
            ) => Truth::Unknown,
        }
    }

    /// The answers for a text that is written nowhere.
    fn of_other_text(&self, part: Option<bool>) -> Truths {
        match self {
            Self::Known => Truths::YES,
            Self::Holds | Self::Order(_) => Truths::UNKNOWN,
            Self::Compare(compare, Literal::Text(_)) => match compare {
                Compare::Same => Truths::NO,
                Compare::Other => Truths::YES,
                Compare::Less | Compare::AtMost | Compare::More | Compare::AtLeast => Truths::ALL,
            },
            // A text that reads like a moment is one here.
            Self::Compare(_, Literal::Moment(_)) => Truths::ALL,
            Self::Compare(..) => Truths::UNKNOWN,
            Self::Among(items) => {
                let text = |item: &Literal| matches!(item, Literal::Text(_));
                if items.iter().all(text) { Truths::NO } else { Truths::ALL }
            }
            Self::Listed(_) => Truths::NO,
            Self::Part(..) | Self::Matches(_) => match part {
                Some(holds) => Truths::of(holds.into()),
                None => Truths::YES.or(Truths::NO),
            },
        }
    }

    const fn is_about_parts(&self) -> bool {
        matches!(self, Self::Part(..) | Self::Matches(_))
    }

    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Known, Self::Known) | (Self::Holds, Self::Holds) => true,
            (Self::Compare(a, one), Self::Compare(b, two)) => a == b && one == two,
            (Self::Among(one), Self::Among(two)) => one == two,
            (Self::Listed(one), Self::Listed(two)) => one.name == two.name,
            (Self::Part(a, one), Self::Part(b, two)) => a == b && one == two,
            (Self::Matches(one), Self::Matches(two)) => one.as_str() == two.as_str(),
            (Self::Order(a), Self::Order(b)) => a == b,
            (
                Self::Known
                | Self::Holds
                | Self::Compare(..)
                | Self::Among(_)
                | Self::Listed(_)
                | Self::Part(..)
                | Self::Matches(_)
                | Self::Order(_),
                _,
            ) => false,
        }
    }

    /// The values that it speaks of.
    fn literals(&self) -> Vec<Literal> {
        match self {
            Self::Holds => vec![Literal::Boolean(true)],
            Self::Compare(_, literal) => vec![literal.clone()],
            Self::Among(items) => items.clone(),
            Self::Listed(list) => list.texts.iter().cloned().map(Literal::Text).collect(),
            Self::Known | Self::Part(..) | Self::Matches(_) | Self::Order(_) => Vec::new(),
        }
    }

    fn asks_for_text(&self) -> bool {
        match self {
            Self::Part(..) | Self::Matches(_) | Self::Listed(_) => true,
            Self::Compare(_, literal) => matches!(literal, Literal::Text(_)),
            Self::Among(items) => items.iter().any(|item| matches!(item, Literal::Text(_))),
            Self::Known | Self::Holds | Self::Order(_) => false,
        }
    }
}

impl Term {
    pub(super) const fn new(shown: String, kind: TermKind) -> Self {
        Self { shown, kind, questions: Vec::new(), regions: Vec::new(), answers: Vec::new() }
    }

    /// The place of a question among those that are asked of it.
    pub(super) fn question(&mut self, asked: &Question) -> usize {
        let known = self.questions.iter().position(|known| known.same(asked));
        known.unwrap_or_else(|| {
            self.questions.push(asked.clone());
            self.questions.len() - 1
        })
    }

    /// How much work it is to cut it.
    pub(super) fn size(&self) -> usize {
        let values: usize = self.questions.iter().map(|question| question.literals().len()).sum();
        let texts = 1 << self.parts().count().min(PARTS_MAX);
        (values * 3 + texts) * (self.questions.len() + 1)
    }

    /// Cuts it into regions, once all questions are known.
    pub(super) fn cut(&mut self) {
        let mut seen = BTreeSet::new();
        for sample in self.samples() {
            let answers: Vec<Truths> =
                self.questions.iter().map(|question| self.answer(question, &sample)).collect();
            if seen.insert(answers.clone()) {
                let is_known = !matches!(sample, Sample::Unknown | Sample::Unlike);
                self.regions.push(Region { shown: sample.show(), is_known, answers });
            }
        }
        let over_all = |at: usize| {
            self.regions.iter().fold(Truths::NONE, |all, region| all.or(region.answers[at]))
        };
        self.answers = (0..self.questions.len()).map(over_all).collect();
    }

    fn answer(&self, question: &Question, sample: &Sample) -> Truths {
        match sample {
            Sample::Unknown => match question {
                Question::Known => Truths::NO,
                _ => Truths::UNKNOWN,
            },
            Sample::Unlike => match question {
                Question::Known => Truths::YES,
                _ => Truths::UNKNOWN,
            },
            Sample::Value(value) => Truths::of(question.of_literal(value)),
            Sample::OtherText(mask) => {
                let mut parts = self.parts();
                let place = parts.position(|part| part.same(question));
                let known = place.filter(|place| *place < PARTS_MAX);
                question.of_other_text(known.map(|place| mask >> place & 1 == 1))
            }
            Sample::Order(order) => match question {
                Question::Order(compare) => Truths::of(compare.accepts(*order).into()),
                _ => Truths::UNKNOWN,
            },
        }
    }

    fn parts(&self) -> impl Iterator<Item = &Question> {
        self.questions.iter().filter(|question| question.is_about_parts())
    }

    fn samples(&self) -> Vec<Sample> {
        let orders = [Ordering::Less, Ordering::Equal, Ordering::Greater];
        match self.kind {
            TermKind::Order => {
                return orders.map(Sample::Order).into_iter().chain([Sample::Unknown]).collect();
            }
            TermKind::Same => return vec![Sample::Order(Ordering::Equal), Sample::Unknown],
            TermKind::Value
            | TermKind::Certain
            | TermKind::Count
            | TermKind::Size
            | TermKind::Lower => {}
        }
        let mut samples: Vec<Sample> = self.values().into_iter().map(Sample::Value).collect();
        if self.questions.iter().any(Question::asks_for_text) {
            let parts: Vec<&Question> = self.parts().take(PARTS_MAX).collect();
            let masks = (0..1u32 << parts.len()).filter(|mask| agrees(&parts, *mask));
            samples.extend(masks.map(Sample::OtherText));
        }
        match self.kind {
            TermKind::Value | TermKind::Lower | TermKind::Order | TermKind::Same => {
                samples.extend([Sample::Unlike, Sample::Unknown]);
            }
            TermKind::Size => samples.push(Sample::Unknown),
            // Of what is always known, a value that nothing asks for stands for the others.
            TermKind::Certain | TermKind::Count => {
                if samples.is_empty() {
                    samples.push(Sample::Unlike);
                }
            }
        }
        samples
    }

    /// Values that are written out, and some between, below and above those that have an order.
    fn values(&self) -> Vec<Literal> {
        let mut values = Vec::new();
        let (mut numbers, mut texts) = (BTreeSet::new(), BTreeSet::new());
        let mut amounts: BTreeMap<String, BTreeSet<Decimal>> = BTreeMap::new();
        for literal in self.questions.iter().flat_map(Question::literals) {
            match literal {
                Literal::Boolean(_) => {
                    values.extend([true, false].map(Literal::Boolean));
                }
                Literal::Number(number) => {
                    numbers.insert(number);
                }
                Literal::Text(text) => {
                    texts.insert(text);
                }
                Literal::Money(money) => {
                    amounts.entry(money.currency).or_default().insert(money.amount);
                }
                Literal::Moment(moment) => values.extend(
                    [-1, 0, 1].map(|by| Literal::Moment(Moment(moment.0.saturating_add(by)))),
                ),
                Literal::Time(time) => values
                    .extend([-1, 0, 1].map(|by| Literal::Time(Time(time.0.saturating_add(by))))),
            }
        }
        let whole = matches!(self.kind, TermKind::Count | TermKind::Size);
        values.extend(spread(&numbers, whole).into_iter().map(Literal::Number));
        for (currency, numbers) in amounts {
            let money = |amount| Literal::Money(Money { amount, currency: currency.clone() });
            values.extend(spread(&numbers, false).into_iter().map(money));
        }
        let may = |text: &String| self.kind != TermKind::Lower || *text == text.to_lowercase();
        values.extend(texts.into_iter().filter(may).map(Literal::Text));
        values
    }
}

/// The numbers themselves, and one from each stretch between, below and above them.
fn spread(numbers: &BTreeSet<Decimal>, whole: bool) -> Vec<Decimal> {
    let mut all: BTreeSet<Decimal> = numbers.clone();
    let mut last: Option<Decimal> = None;
    for number in numbers {
        all.insert(number.saturating_sub(Decimal::ONE));
        all.insert(number.saturating_add(Decimal::ONE));
        all.extend([number.floor(), number.ceil()]);
        if let Some(last) = last {
            all.insert(last / Decimal::TWO + *number / Decimal::TWO);
        }
        last = Some(*number);
    }
    let fits = |number: &Decimal| !whole || number.is_integer() && *number >= Decimal::ZERO;
    all.into_iter().filter(fits).collect()
}

/// Whether a text can have those parts, and lack the others.
fn agrees(parts: &[&Question], mask: u32) -> bool {
    let has = |at: usize| mask >> at & 1 == 1;
    let all = (0..parts.len()).flat_map(|one| (0..parts.len()).map(move |other| (one, other)));
    all.filter(|(one, _)| has(*one)).all(|(one, other)| match (parts[one], parts[other]) {
        (Question::Part(part, text), Question::Part(also, of)) => {
            if part.implies(text, *also, of) {
                has(other)
            } else {
                // Two beginnings of one text begin alike.
                !(has(other) && part == also && part.excludes(text, of))
            }
        }
        _ => true,
    })
}

impl Part {
    fn holds(self, text: &str, of: &str) -> bool {
        match self {
            Self::Starts => text.starts_with(of),
            Self::Ends => text.ends_with(of),
            Self::Contains => text.contains(of),
        }
    }

    /// Whether a text that has this part has another one too.
    fn implies(self, text: &str, also: Self, of: &str) -> bool {
        match also {
            Self::Contains => text.contains(of),
            Self::Starts => self == Self::Starts && text.starts_with(of) || of.is_empty(),
            Self::Ends => self == Self::Ends && text.ends_with(of) || of.is_empty(),
        }
    }

    fn excludes(self, text: &str, of: &str) -> bool {
        match self {
            Self::Starts => !text.starts_with(of) && !of.starts_with(text),
            Self::Ends => !text.ends_with(of) && !of.ends_with(text),
            Self::Contains => false,
        }
    }
}

impl Sample {
    fn show(&self) -> String {
        match self {
            Self::Unknown => "unknown".to_owned(),
            Self::Unlike => "known".to_owned(),
            Self::Value(value) => value.show(),
            Self::OtherText(_) => "another text".to_owned(),
            Self::Order(Ordering::Less) => "the first below the second".to_owned(),
            Self::Order(Ordering::Equal) => "both alike".to_owned(),
            Self::Order(Ordering::Greater) => "the first above the second".to_owned(),
        }
    }
}
