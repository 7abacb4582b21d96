//! The one place where names become indexes. Every distinct name of a strategy has a slot, every text
//! and every kind of signal that it writes out has a number: so compiling is where texts are compared,
//! and a [`super::Frame`] compares numbers.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use rustc_hash::FxHashMap;

use super::tree::{Compare, Expr, Piece};
use super::typing::moment;
use crate::lists::List;
use crate::name::{Field, Name, Root};
use crate::scene::Truth;

/// The names, texts and sets of a strategy, each once.
#[derive(Clone, Default, Debug)]
pub struct Names {
    pub(super) slots: Vec<Slot>,
    by_name: BTreeMap<Name, u32>,
    derived: BTreeMap<String, u32>,
    symbols: FxHashMap<Box<str>, u32>,
    sets: Vec<Set>,
    /// The sets of the folder's lists, by name.
    listed: BTreeMap<String, u32>,
    /// The slots that look at the score.
    pub(super) scored: Vec<u32>,
}

#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) what: Asks,
    /// Whether it is compared with moments, so that a text is read as one.
    pub(super) dated: bool,
    /// Whether the signal that it is known from may be evidence.
    pub(super) evidence: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Asks {
    Name(Name),
    /// What an expression comes to.
    Derived(Piece),
}

/// Texts by their numbers.
#[derive(Clone, Debug)]
struct Set(Vec<u64>);

impl Set {
    fn of(symbols: impl IntoIterator<Item = u32>) -> Self {
        let mut bits = Vec::new();
        for symbol in symbols {
            let word = symbol as usize / 64;
            if bits.len() <= word {
                bits.resize(word + 1, 0);
            }
            bits[word] |= 1 << (symbol % 64);
        }
        Self(bits)
    }

    fn contains(&self, symbol: u32) -> bool {
        self.0.get(symbol as usize / 64).is_some_and(|word| word >> (symbol % 64) & 1 == 1)
    }
}

/// The number of a text that the strategy does not write out.
const OTHER: u32 = u32::MAX;

/// A condition made of comparisons.
#[derive(Clone, Debug)]
pub(crate) enum Logic {
    Always(Truth),
    Test(u32, Test),
    Not(Box<Self>),
    All(Box<[Self]>),
    Any(Box<[Self]>),
}

/// What is asked of a slot.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Test {
    /// Whether it is yes.
    Holds,
    /// Whether it is known.
    Known,
    /// Whether it is this text.
    Text(u32),
    /// Whether it is this text, or this moment.
    Dated(u32, i64),
    /// Whether it is one of these texts.
    Among(u32),
    /// Whether it is a list with this text.
    Has(u32),
    Number(Compare, Decimal),
    Moment(Compare, i64),
}

impl Names {
    /// How many distinct names there are.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// The names that the strategy asks for.
    pub fn names(&self) -> impl Iterator<Item = &Name> {
        self.by_name.keys()
    }

    /// The number of a text, by which a frame knows it.
    pub(super) fn symbol(&self, text: &str) -> u32 {
        self.symbols.get(text).copied().unwrap_or(OTHER)
    }

    /// Whether a text, by its number, is in a set.
    pub(super) fn set_has(&self, set: u32, symbol: u32) -> bool {
        self.sets[set as usize].contains(symbol)
    }

    fn intern(&mut self, text: &str) -> u32 {
        if let Some(symbol) = self.symbols.get(text) {
            return *symbol;
        }
        let symbol = self.symbols.len() as u32;
        self.symbols.insert(text.into(), symbol);
        symbol
    }

    /// The number of a kind of signals.
    pub(crate) fn kind(&mut self, kind: &str) -> u32 {
        self.intern(kind)
    }

    /// The slot of a name whose source may be evidence.
    pub(crate) fn evidence(&mut self, name: &Name) -> u32 {
        let slot = self.name(name);
        self.slots[slot as usize].evidence = true;
        slot
    }

    /// The slot of a name.
    fn name(&mut self, name: &Name) -> u32 {
        if let Some(slot) = self.by_name.get(name) {
            return *slot;
        }
        let slot = self.add(Asks::Name(name.clone()), name.root() == Root::Score);
        self.by_name.insert(name.clone(), slot);
        slot
    }

    /// The slot of what a whole expression comes to.
    pub(crate) fn value(&mut self, piece: &Piece, text: &str) -> u32 {
        if let Expr::Field(Field::Of(name)) = &piece.expr {
            return self.name(name);
        }
        let written = &text[piece.start as usize..piece.end as usize];
        if let Some(slot) = self.derived.get(written) {
            return *slot;
        }
        let mut scored = false;
        piece.names(&mut |name| scored |= name.root() == Root::Score);
        let mut piece = piece.clone();
        self.number_kinds(&mut piece);
        let slot = self.add(Asks::Derived(piece), scored);
        self.derived.insert(written.to_owned(), slot);
        slot
    }

    /// Gives the kinds of signals that a piece looks at their numbers.
    fn number_kinds(&mut self, piece: &mut Piece) {
        if let Expr::Touches(touches) = &mut piece.expr {
            touches.symbol = Some(self.kind(&touches.kind));
        }
        piece.each_part(&mut |part| self.number_kinds(part));
    }

    fn add(&mut self, what: Asks, scored: bool) -> u32 {
        let at = self.slots.len() as u32;
        self.slots.push(Slot { what, dated: false, evidence: false });
        if scored {
            self.scored.push(at);
        }
        at
    }

    /// The set of these texts.
    pub(crate) fn set<'t>(&mut self, texts: impl IntoIterator<Item = &'t str>) -> u32 {
        let symbols: Vec<u32> = texts.into_iter().map(|text| self.intern(text)).collect();
        self.sets.push(Set::of(symbols));
        (self.sets.len() - 1) as u32
    }

    fn listed(&mut self, list: &List) -> u32 {
        if let Some(set) = self.listed.get(&list.name) {
            return *set;
        }
        let set = self.set(list.texts.iter().map(String::as_str));
        self.listed.insert(list.name.clone(), set);
        set
    }

    /// The test of one text. What reads like a date is the same as that date.
    pub(crate) fn text(&mut self, text: &str) -> Test {
        let symbol = self.intern(text);
        moment(text).map_or(Test::Text(symbol), |moment| Test::Dated(symbol, moment.0))
    }

    /// Says that a slot is compared with moments.
    pub(crate) fn date(&mut self, slot: u32) {
        self.slots[slot as usize].dated = true;
    }

    /// A condition as comparisons. What has no comparison of its own becomes a slot that an
    /// expression fills.
    pub(crate) fn lower(&mut self, piece: &Piece, text: &str) -> Logic {
        match &piece.expr {
            Expr::Boolean(boolean) => Logic::Always((*boolean).into()),
            Expr::Not(inner) => Logic::Not(Box::new(self.lower(inner, text))),
            Expr::All(parts) => {
                Logic::All(parts.iter().map(|part| self.lower(part, text)).collect())
            }
            Expr::Any(parts) => {
                Logic::Any(parts.iter().map(|part| self.lower(part, text)).collect())
            }
            Expr::Compare(compare, left, right) => self
                .compare(*compare, left, right)
                .or_else(|| self.compare(compare.turned(), right, left))
                .unwrap_or_else(|| self.general(piece, text)),
            Expr::In(item, list) => {
                self.within(item, list).unwrap_or_else(|| self.general(piece, text))
            }
            Expr::Has(inner) => match &inner.expr {
                Expr::Field(Field::Of(name)) => Logic::Test(self.name(name), Test::Known),
                _ => self.general(piece, text),
            },
            _ => self.general(piece, text),
        }
    }

    fn general(&mut self, piece: &Piece, text: &str) -> Logic {
        Logic::Test(self.value(piece, text), Test::Holds)
    }

    fn compare(&mut self, compare: Compare, left: &Piece, right: &Piece) -> Option<Logic> {
        let Expr::Field(Field::Of(name)) = &left.expr else { return None };
        let test = match (&right.expr, compare) {
            (Expr::Number(number), compare) => Test::Number(compare, *number),
            (Expr::Moment(moment), compare) => Test::Moment(compare, moment.0),
            (Expr::Text(text), Compare::Same | Compare::Other) => self.text(text),
            (Expr::Boolean(_), Compare::Same | Compare::Other) => Test::Holds,
            _ => return None,
        };
        let slot = self.name(name);
        if let Test::Moment(..) = test {
            self.date(slot);
        }
        let logic = Logic::Test(slot, test);
        let turn = match (&right.expr, compare) {
            (Expr::Text(_), Compare::Other) => true,
            (Expr::Boolean(yes), compare) => *yes == (compare == Compare::Other),
            _ => false,
        };
        Some(if turn { Logic::Not(Box::new(logic)) } else { logic })
    }

    fn within(&mut self, item: &Piece, list: &Piece) -> Option<Logic> {
        match (&item.expr, &list.expr) {
            (Expr::Field(Field::Of(name)), Expr::Named(list)) => {
                let set = self.listed(list);
                Some(Logic::Test(self.name(name), Test::Among(set)))
            }
            (Expr::Field(Field::Of(name)), Expr::List(items)) => {
                let texts: Option<Vec<&str>> = items.iter().map(written).collect();
                let texts = texts.filter(|texts| !texts.is_empty())?;
                let set = self.set(texts);
                Some(Logic::Test(self.name(name), Test::Among(set)))
            }
            (Expr::Text(text), Expr::Field(Field::Of(name))) if moment(text).is_none() => {
                let symbol = self.intern(text);
                Some(Logic::Test(self.name(name), Test::Has(symbol)))
            }
            _ => None,
        }
    }
}

/// A text that stands for nothing else.
fn written(piece: &Piece) -> Option<&str> {
    match &piece.expr {
        Expr::Text(text) if moment(text).is_none() => Some(text),
        _ => None,
    }
}
