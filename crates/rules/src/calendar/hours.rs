//! The hours of a calendar: blocks of wall time by weekday, holidays, and dates of their own.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::canonical::{Canonical, canonical};

/// A stretch of wall time within a day, in seconds from midnight: start included, end excluded.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Block {
    /// First second.
    pub start: u32,
    /// First second after; at most 86,400.
    pub end: u32,
}

/// Seconds of a day's wall clock.
pub const DAY_SECONDS: u32 = 86_400;

/// What a calendar says, apart from its zone.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Hours {
    /// Blocks by weekday, Monday first; in order, and none overlaps another.
    pub week: [Vec<Block>; 7],
    /// Dates without work.
    pub holidays: BTreeSet<Date>,
    /// Dates with hours of their own; they win over the week and over a holiday.
    pub hours_on: BTreeMap<Date, Vec<Block>>,
}

impl Hours {
    /// The blocks of a date.
    pub fn on(&self, date: Date) -> &[Block] {
        if let Some(blocks) = self.hours_on.get(&date) {
            return blocks;
        }
        if self.holidays.contains(&date) {
            return &[];
        }
        &self.week[date.weekday().to_monday_zero_offset().unsigned_abs() as usize]
    }

    /// Whether a date is a holiday without hours of its own.
    pub fn is_holiday(&self, date: Date) -> bool {
        self.holidays.contains(&date) && !self.hours_on.contains_key(&date)
    }
}

/// Whether blocks are in order, apart and within a day.
pub(super) fn in_order(blocks: &[Block]) -> bool {
    let sound = |block: &Block| block.start < block.end && block.end <= DAY_SECONDS;
    blocks.iter().all(sound) && blocks.windows(2).all(|pair| pair[0].end <= pair[1].start)
}

canonical!(Block { start, end });

impl Canonical for Hours {
    fn canonical(&self, out: &mut Vec<u8>) {
        self.week.as_slice().canonical(out);
        self.holidays.canonical(out);
        self.hours_on.canonical(out);
    }
}
