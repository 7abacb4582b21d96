//! Decision tables: columns that are expressions, rows of unary tests, outputs.
//!
//! Read in this order: what a cell is (`cell`), how a table is read (`read`), and how gaps,
//! overlaps and rows that nothing reaches are found (`proof`).

mod cell;

mod proof;

mod read;

use notation::{Span, Spanned};

use crate::expression::{Expression, Frame};
use crate::scene::Truth;

pub(crate) use cell::Cell;
pub(crate) use read::{Shape, read};

/// Which row counts where several match.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hit {
    /// The first.
    First,
    /// No two ever match.
    Unique,
}

/// A table: the first row all of whose cells hold says the outputs.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Which row counts.
    pub hit: Hit,
    /// What is tested, in the order of the cells.
    pub columns: Vec<Column>,
    /// The names of what a row says.
    pub outputs: Vec<String>,
    /// The rows in order.
    pub rows: Vec<Row>,
}

/// A column: a name and what it stands for.
#[derive(Clone, Debug)]
pub struct Column {
    /// The name.
    pub name: String,
    /// What is tested.
    pub value: Expression,
}

/// A row of a table.
#[derive(Clone, Debug)]
pub struct Row {
    pub(crate) cells: Vec<Cell>,
    /// The columns whose cells test something.
    pub(crate) tested: Vec<u16>,
    /// What it says, an entry an output; none for `-`.
    pub says: Vec<Option<Spanned<String>>>,
    /// The row as people read it: `score >= 60, industry energy`.
    pub words: String,
    /// Where it stands.
    pub span: Span,
}

impl Table {
    /// The first row that holds, and what each cell of the rows up to it came to.
    pub fn find(&self, frame: &Frame<'_>) -> (Option<u16>, Trace) {
        let width = self.columns.len();
        let mut trace = Trace::of_yes(self.rows.len() * width);
        for (at, row) in self.rows.iter().enumerate() {
            let mut all = Truth::Yes;
            for column in row.tested.iter().map(|column| usize::from(*column)) {
                let truth = row.cells[column].holds(frame, self.columns[column].value.slot());
                trace.set(at * width + column, truth);
                all = all.and(truth);
            }
            if all.holds() {
                trace.cut((at + 1) * width);
                return (Some(at as u16), trace);
            }
        }
        (None, trace)
    }

    /// What a cell came to, by a stored trace.
    pub fn traced(&self, trace: &[u8], row: u16, column: usize) -> Option<Truth> {
        if column >= self.columns.len() {
            return None;
        }
        let at = usize::from(row) * self.columns.len() + column;
        let byte = trace.get(at / 4)?;
        Some(Truth::of(byte >> (at % 4 * 2) & 3))
    }
}

/// Truths in two bits each, the first in the lowest bits: 0 no, 1 yes, 2 unknown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trace {
    bytes: Vec<u8>,
}

impl Trace {
    /// So many that all hold: most cells of a table ask for nothing.
    fn of_yes(truths: usize) -> Self {
        let four = (0..4).fold(0, |byte, at| byte | (Truth::Yes as u8) << (at * 2));
        let mut trace = Self { bytes: vec![four; truths.div_ceil(4)] };
        trace.cut(truths);
        trace
    }

    fn set(&mut self, at: usize, truth: Truth) {
        let (byte, shift) = (&mut self.bytes[at / 4], at % 4 * 2);
        *byte = *byte & !(3 << shift) | (truth as u8) << shift;
    }

    /// Keeps the first ones. What is left of the last byte is zero.
    fn cut(&mut self, truths: usize) {
        self.bytes.truncate(truths.div_ceil(4));
        if let (Some(last), rest @ 1..) = (self.bytes.last_mut(), truths % 4) {
            *last &= (1 << (rest * 2)) - 1;
        }
    }

    /// The bytes as they are stored.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}
