//! What a strategy's names come to for one lead. Each is asked for by its slot when a rule first
//! reaches it, and once; then a condition is a few comparisons of integers.

use std::cell::{Cell, RefCell};

use domain::fact::Score;
use domain::{Moment, SignalId, Value};
use rust_decimal::Decimal;

use super::evaluate::{Evaluated, Halves, View, found};
use super::kinds::Kinds;
use super::names::{Asks, Logic, Names, Slot, Test};
use super::typing::moment;
use crate::name::Name;
use crate::scene::{Scene, Touch, Truth};

/// What a slot holds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Held {
    /// No rule has asked for it so far.
    Unasked,
    Unknown,
    Boolean(bool),
    Number(Decimal),
    Text(u32),
    Moment(i64),
    /// A stretch of the frame's marks.
    List(u32, u32),
    /// Known, and compared by expressions alone.
    Known,
}

/// A lead as the names of a strategy see it. A rule that is never reached asks for nothing.
pub struct Frame<'a> {
    names: &'a Names,
    scene: &'a dyn Scene,
    /// The score, where the scene does not have it yet.
    score: Option<Halves>,
    held: Vec<Cell<Held>>,
    /// The signals that slots are known from, of those that may be evidence.
    sources: RefCell<Vec<(u32, SignalId)>>,
    /// The texts of all lists, by their numbers.
    marks: RefCell<Vec<u32>>,
    kinds: Kinds<'a>,
}

impl std::fmt::Debug for Frame<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Frame").field("held", &self.held).finish_non_exhaustive()
    }
}

impl<'a> Frame<'a> {
    /// Of a scene, with nothing asked yet.
    pub fn new(names: &'a Names, scene: &'a dyn Scene) -> Self {
        Self {
            names,
            scene,
            score: None,
            held: vec![Cell::new(Held::Unasked); names.slots.len()],
            sources: RefCell::default(),
            marks: RefCell::default(),
            kinds: Kinds::new(names, scene),
        }
    }

    /// Lets the score be this one. What depends on it is asked for again.
    pub fn set_score(&mut self, score: &Score) {
        self.score = Some(Halves::of(score));
        for slot in &self.names.scored {
            self.held[*slot as usize].set(Held::Unasked);
        }
    }

    /// The scene that it asks.
    pub const fn scene(&self) -> &'a dyn Scene {
        self.scene
    }

    /// What a slot holds. It is asked for the first time only, which is kept apart so that a comparison
    /// stays a few instructions.
    #[inline]
    pub(crate) fn held(&self, slot: u32) -> Held {
        match self.held[slot as usize].get() {
            Held::Unasked => self.ask(slot),
            held => held,
        }
    }

    /// The signal that the value of a slot is known from, where it may be evidence.
    pub(crate) fn source(&self, slot: u32) -> Option<SignalId> {
        self.held(slot);
        let sources = self.sources.borrow();
        sources.iter().find(|(known, _)| *known == slot).map(|(_, signal)| *signal)
    }

    /// Signals of a kind that are later than `after`, newest first.
    pub(crate) fn touches(
        &self,
        kind: u32,
        after: Option<Moment>,
    ) -> impl Iterator<Item = Touch<'a>> {
        let scene = self.scene;
        let places =
            self.kinds.numbers().iter().enumerate().filter(move |(_, known)| **known == kind);
        let newest_first = places.map(move |(at, _)| scene.touch(at));
        newest_first.take_while(move |touch| after.is_none_or(|after| touch.moment > after))
    }

    #[cold]
    #[inline(never)]
    fn ask(&self, slot: u32) -> Held {
        let Slot { what, dated, evidence } = &self.names.slots[slot as usize];
        let held = match (what, self.score) {
            (Asks::Name(Name::Score(part)), Some(score)) => Held::Number(score.points(*part)),
            (Asks::Name(name), _) => {
                let known = self.scene.known(name);
                let source = known.source.filter(|_| *evidence);
                self.sources.borrow_mut().extend(source.map(|signal| (slot, signal)));
                known.value.map_or(Held::Unknown, |value| self.evaluated(found(&value), *dated))
            }
            (Asks::Derived(piece), score) => {
                let view = View { score, kinds: Some(&self.kinds), ..View::of(self.scene) };
                self.evaluated(view.eval(piece), *dated)
            }
        };
        self.held[slot as usize].set(held);
        held
    }

    fn evaluated(&self, found: Evaluated<'_>, dated: bool) -> Held {
        match found {
            Evaluated::Unknown => Held::Unknown,
            Evaluated::Boolean(boolean) => Held::Boolean(boolean),
            Evaluated::Number(number) => Held::Number(number),
            Evaluated::Text(text) => self.text(&text, dated),
            Evaluated::Moment(moment) => Held::Moment(moment.0),
            Evaluated::Values(values) => self.list(&values),
            Evaluated::Money(..)
            | Evaluated::Time(_)
            | Evaluated::Pieces(_)
            | Evaluated::Named(_) => Held::Known,
        }
    }

    fn text(&self, text: &str, dated: bool) -> Held {
        match dated.then(|| moment(text)).flatten() {
            Some(moment) => Held::Moment(moment.0),
            None => Held::Text(self.names.symbol(text)),
        }
    }

    fn list(&self, values: &[Value]) -> Held {
        let mut marks = self.marks.borrow_mut();
        let start = marks.len() as u32;
        let texts = values.iter().filter_map(Value::text);
        marks.extend(texts.map(|text| self.names.symbol(text)));
        Held::List(start, marks.len() as u32)
    }

    pub(crate) fn holds(&self, logic: &Logic) -> Truth {
        match logic {
            Logic::Always(truth) => *truth,
            Logic::Test(slot, test) => self.test(*slot, test),
            Logic::Not(inner) => !self.holds(inner),
            Logic::All(parts) => {
                let mut all = Truth::Yes;
                for part in parts {
                    all = all.and(self.holds(part));
                    if all == Truth::No {
                        break;
                    }
                }
                all
            }
            Logic::Any(parts) => {
                let mut any = Truth::No;
                for part in parts {
                    any = any.or(self.holds(part));
                    if any == Truth::Yes {
                        break;
                    }
                }
                any
            }
        }
    }

    /// Whether a conjunction holds, and the first part that does not, or is not known to.
    pub(crate) fn judge(&self, parts: &[Logic]) -> (Truth, u16) {
        let mut all = Truth::Yes;
        let mut first = u16::MAX;
        for (at, part) in parts.iter().enumerate() {
            match self.holds(part) {
                Truth::Yes => {}
                Truth::No => return (Truth::No, at as u16),
                Truth::Unknown if all == Truth::Yes => {
                    all = Truth::Unknown;
                    first = at as u16;
                }
                Truth::Unknown => {}
            }
        }
        (all, first)
    }

    fn test(&self, slot: u32, test: &Test) -> Truth {
        let holds = match (test, self.held(slot)) {
            (Test::Known, held) => held != Held::Unknown,
            (Test::Holds, Held::Boolean(boolean)) => boolean,
            (Test::Text(wanted) | Test::Dated(wanted, _), Held::Text(symbol)) => *wanted == symbol,
            (Test::Dated(_, wanted), Held::Moment(moment)) => *wanted == moment,
            (Test::Among(set), Held::Text(symbol)) => self.names.set_has(*set, symbol),
            (Test::Has(wanted), Held::List(start, end)) => {
                self.marks.borrow()[start as usize..end as usize].contains(wanted)
            }
            (Test::Number(compare, bound), Held::Number(number)) => {
                compare.accepts(number.cmp(bound))
            }
            (Test::Moment(compare, bound), Held::Moment(moment)) => {
                compare.accepts(moment.cmp(bound))
            }
            _ => return Truth::Unknown,
        };
        holds.into()
    }
}
