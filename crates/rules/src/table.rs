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
    /// What it says, an entry an output; none for `-`.
    pub says: Vec<Option<Spanned<String>>>,
    /// The row as people read it: `score >= 60, industry energy`.
    pub words: String,
    /// Where it stands.
    pub span: Span,
}

impl Table {
    /// The first row that holds. `trace` gets what each cell of the rows up to it came to.
    pub fn find(&self, frame: &Frame<'_>, trace: &mut Trace) -> Option<u16> {
        trace.clear();
        for (at, row) in self.rows.iter().enumerate() {
            let mut all = Truth::Yes;
            for (cell, column) in row.cells.iter().zip(&self.columns) {
                let truth = cell.holds(frame, column.value.slot());
                trace.push(truth);
                all = all.and(truth);
            }
            if all.holds() {
                return Some(at as u16);
            }
        }
        None
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
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Trace {
    bytes: Vec<u8>,
    truths: usize,
}

impl Trace {
    fn clear(&mut self) {
        self.bytes.clear();
        self.truths = 0;
    }

    fn push(&mut self, truth: Truth) {
        if self.truths.is_multiple_of(4) {
            self.bytes.push(0);
        }
        let last = self.bytes.last_mut().expect("a byte was pushed");
        *last |= (truth as u8) << (self.truths % 4 * 2);
        self.truths += 1;
    }

    /// The bytes as they are stored.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}
