//! Whether a table says something of every lead, and every row of some.
//!
//! Each column is cut into regions that its cells cannot tell apart inside: texts that are written
//! out, all others, numbers between the bounds that are written out, the unknown. A row is a box of
//! regions; boxes are taken out of what is left until nothing is, row by row.

use std::collections::BTreeSet;

use notation::{Diagnostic, Diagnostics, Span};
use rust_decimal::Decimal;

use super::cell::{Cell, Interval, Kind, Unary};
use super::{Hit, Table};
use crate::expression::Type;

/// Boxes that are looked at before the proof is given up.
const BOXES_MAX: usize = 20_000;
/// Boxes that are compared before the proof is given up.
const WORK_MAX: usize = 3_000_000;

/// Tells of gaps, of rows that nothing reaches, and of overlaps where there must be none.
pub(super) fn prove(table: &Table, span: Span, out: &mut Diagnostics) {
    let axes: Vec<Axis> = (0..table.columns.len()).map(|at| Axis::of(table, at)).collect();
    let words: usize = axes.iter().map(|axis| axis.regions.len().div_ceil(64)).sum();
    if words * table.rows.len() > WORK_MAX {
        return unproven(span, out);
    }
    let rows: Vec<Region> = table
        .rows
        .iter()
        .map(|row| row.cells.iter().zip(&axes).map(|(cell, axis)| axis.covers(cell)).collect())
        .collect();
    if table.hit == Hit::Unique {
        overlaps(table, &axes, &rows, out);
    }
    let whole: Region = axes.iter().map(|axis| Bits::full(axis.regions.len())).collect();
    let mut left = vec![whole];
    let mut work = 0;
    for (at, row) in rows.iter().enumerate() {
        work += left.len();
        if left.len() > BOXES_MAX || work > WORK_MAX {
            return unproven(span, out);
        }
        let mut next = Vec::new();
        let mut reached = false;
        for region in left {
            reached |= take(region, row, &mut next);
        }
        if !reached && table.hit == Hit::First {
            out.push(unreached(table, at, &rows));
        }
        left = next;
    }
    if let Some(gap) = left.first() {
        let example = example(table, &axes, gap);
        let says = format!("the table `{}` says nothing of some leads", table.name);
        let help = "end it with a row of `-`";
        out.push(Diagnostic::error("table-gap", span, says).example(example).help(help));
    }
}

/// A row that nothing reaches, with what takes it: a cell that nothing meets, or rows above.
fn unreached(table: &Table, at: usize, rows: &[Region]) -> Diagnostic {
    let (row, span) = (&rows[at], table.rows[at].span);
    if let Some(column) = row.iter().position(Bits::is_empty) {
        let cell = table.rows[at].cells[column].text();
        let name = &table.columns[column].name;
        let says = format!("row {} never holds: nothing is `{cell}` in column `{name}`", at + 1);
        let help = "mend the cell, or take the row out";
        return Diagnostic::warning("table-unreachable", span, says).help(help);
    }
    let says = format!("row {} is never reached: rows above take all of it", at + 1);
    let help = "take the row out, or move it up";
    let told = Diagnostic::warning("table-unreachable", span, says).help(help);
    let takes =
        |above: &Region| row.iter().zip(above).all(|(cell, above)| cell.without(above).is_empty());
    match rows[..at].iter().position(takes) {
        Some(above) => told.label(format!("row {} takes all of it", above + 1)),
        None => told,
    }
}

fn unproven(span: Span, out: &mut Diagnostics) {
    let says = "the table is too large to prove that it has no gap";
    out.push(Diagnostic::warning("table-unproven", span, says));
}

fn overlaps(table: &Table, axes: &[Axis], rows: &[Region], out: &mut Diagnostics) {
    const PAIRS_MAX: usize = 2_000_000;
    let mut pairs = 0;
    for (at, row) in rows.iter().enumerate() {
        for (other, before) in rows[..at].iter().enumerate() {
            pairs += 1;
            if pairs > PAIRS_MAX {
                return;
            }
            let both: Region = row.iter().zip(before).map(|(a, b)| a.and(b)).collect();
            if both.iter().all(|bits| !bits.is_empty()) {
                let says = format!("rows {} and {} hold of the same lead", other + 1, at + 1);
                let help = "make them differ, or write `hit: first`";
                let diagnostic = Diagnostic::error("table-overlap", table.rows[at].span, says);
                out.push(diagnostic.example(example(table, axes, &both)).help(help));
                break;
            }
        }
    }
}

/// Takes a row out of a box; what is left of it goes to `next`. Says whether they met.
fn take(region: Region, row: &[Bits], next: &mut Vec<Region>) -> bool {
    let meets = region.iter().zip(row).all(|(a, b)| !a.and(b).is_empty());
    if !meets {
        next.push(region);
        return false;
    }
    let mut rest = region;
    for (at, bits) in row.iter().enumerate() {
        let outside = rest[at].without(bits);
        if !outside.is_empty() {
            let mut piece = rest.clone();
            piece[at] = outside;
            next.push(piece);
        }
        rest[at] = rest[at].and(bits);
    }
    true
}

fn example(table: &Table, axes: &[Axis], region: &Region) -> String {
    let told = table.columns.iter().zip(axes).zip(region).filter_map(|((column, axis), bits)| {
        if *bits == Bits::full(axis.regions.len()) {
            return None;
        }
        // A known value reads better than an unknown one, where both are in the gap.
        let at = (0..axis.regions.len()).filter(|at| bits.has(*at)).min_by_key(|at| axis.rank(*at));
        let value = at.map_or_else(String::new, |at| axis.regions[at].show());
        Some(format!("{} {value}", column.name))
    });
    let told = told.collect::<Vec<_>>();
    if told.is_empty() { "any lead".to_owned() } else { format!("a lead with {}", told.join(", ")) }
}

type Region = Vec<Bits>;

/// Regions of an axis.
#[derive(Clone, PartialEq, Debug)]
struct Bits(Vec<u64>);

impl Bits {
    fn none(length: usize) -> Self {
        Self(vec![0; length.div_ceil(64)])
    }

    fn full(length: usize) -> Self {
        let mut bits = Self::none(length);
        (0..length).for_each(|at| bits.put(at));
        bits
    }

    fn put(&mut self, at: usize) {
        self.0[at / 64] |= 1 << (at % 64);
    }

    fn has(&self, at: usize) -> bool {
        self.0[at / 64] >> (at % 64) & 1 == 1
    }

    fn and(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| a & b).collect())
    }

    fn without(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| a & !b).collect())
    }

    fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }
}

/// A column, cut where its cells cut it.
struct Axis {
    regions: Vec<Part>,
}

/// A part of a column that its cells cannot tell apart inside.
#[derive(Clone, PartialEq, Debug)]
enum Part {
    Unknown,
    Boolean(bool),
    Text(String),
    OtherText,
    /// One number.
    At(Decimal),
    /// All between two numbers, neither included; none at an end means without end.
    Between(Option<Decimal>, Option<Decimal>),
    /// A column that is tested for being known alone.
    Any,
}

impl Axis {
    fn of(table: &Table, at: usize) -> Self {
        let cells = table.rows.iter().filter_map(|row| row.cells.get(at));
        let (mut texts, mut numbers) = (BTreeSet::new(), BTreeSet::new());
        for test in cells.flat_map(tests) {
            match test {
                Unary::Text { text, .. } => {
                    texts.insert(text.clone());
                }
                Unary::Number(_, number) => {
                    numbers.insert(*number);
                }
                Unary::Within(Interval { low, high, .. }) => {
                    numbers.extend([*low, *high]);
                }
                Unary::Moment(_, moment) => {
                    numbers.insert(moment.0.into());
                }
                Unary::Unknown | Unary::Boolean(_) => {}
            }
        }
        let mut regions = match table.columns[at].value.of() {
            Type::Boolean => vec![Part::Boolean(true), Part::Boolean(false)],
            Type::Number | Type::Moment => between(&numbers),
            Type::Text => texts.into_iter().map(Part::Text).chain([Part::OtherText]).collect(),
            Type::Money | Type::Time | Type::List | Type::Any => vec![Part::Any],
        };
        regions.push(Part::Unknown);
        Self { regions }
    }

    fn covers(&self, cell: &Cell) -> Bits {
        let mut bits = Bits::none(self.regions.len());
        for (at, part) in self.regions.iter().enumerate() {
            let covered = match &cell.kind {
                Kind::Anything => true,
                Kind::Tests { tests, none: false } => tests.iter().any(|test| part.meets(test)),
                // Nothing can be said not to be what it is unknown to be.
                Kind::Tests { none: true, .. } if *part == Part::Unknown => false,
                Kind::Tests { tests, none: true } => !tests.iter().any(|test| part.meets(test)),
            };
            if covered {
                bits.put(at);
            }
        }
        bits
    }

    fn rank(&self, at: usize) -> u8 {
        match self.regions[at] {
            Part::OtherText | Part::Boolean(_) | Part::Any => 0,
            Part::Between(..) => 1,
            Part::Text(_) | Part::At(_) => 2,
            Part::Unknown => 3,
        }
    }
}

fn tests(cell: &Cell) -> &[Unary] {
    match &cell.kind {
        Kind::Anything => &[],
        Kind::Tests { tests, .. } => tests,
    }
}

fn between(numbers: &BTreeSet<Decimal>) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut last = None;
    for number in numbers {
        parts.push(Part::Between(last, Some(*number)));
        parts.push(Part::At(*number));
        last = Some(*number);
    }
    parts.push(Part::Between(last, None));
    parts
}

impl Part {
    fn meets(&self, test: &Unary) -> bool {
        match (self, test) {
            (Self::Unknown, test) => *test == Unary::Unknown,
            (Self::Boolean(part), Unary::Boolean(wanted)) => part == wanted,
            (Self::Text(part), Unary::Text { text, same, .. }) => (part == text) == *same,
            (Self::OtherText, Unary::Text { same, .. }) => !same,
            (Self::At(number), test) => holds_at(test, *number),
            // Nothing cuts inside, so one number speaks for all.
            (Self::Between(..), test) => holds_at(test, self.inside()),
            _ => false,
        }
    }

    fn inside(&self) -> Decimal {
        match self {
            Self::Between(Some(low), Some(high)) => *low / Decimal::TWO + *high / Decimal::TWO,
            Self::Between(Some(low), None) => low.saturating_add(Decimal::ONE),
            Self::Between(None, Some(high)) => high.saturating_sub(Decimal::ONE),
            Self::At(number) => *number,
            Self::Between(None, None)
            | Self::Unknown
            | Self::Boolean(_)
            | Self::Text(_)
            | Self::OtherText
            | Self::Any => Decimal::ZERO,
        }
    }

    fn show(&self) -> String {
        match self {
            Self::Unknown => "unknown".to_owned(),
            Self::Boolean(boolean) => boolean.to_string(),
            Self::Text(text) => format!("\"{text}\""),
            Self::OtherText => "any other".to_owned(),
            Self::Any => "known".to_owned(),
            Self::At(_) | Self::Between(..) => self.inside().normalize().to_string(),
        }
    }
}

fn holds_at(test: &Unary, number: Decimal) -> bool {
    match test {
        Unary::Number(compare, bound) => compare.accepts(number.cmp(bound)),
        Unary::Moment(compare, bound) => compare.accepts(number.cmp(&bound.0.into())),
        Unary::Within(interval) => interval.holds(number),
        Unary::Unknown | Unary::Boolean(_) | Unary::Text { .. } => false,
    }
}
