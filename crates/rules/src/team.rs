//! The team: who may own a lead.
//!
//! `team.csv` has a row a member; columns that this file does not know are the team's own and can
//! be used in conditions as `member.x`. `leave.csv`, if there is one, says who is on leave when.

mod read;

use domain::handoff::MemberId;
use domain::{Fields, Text, Value};
use jiff::civil::Date;
use notation::{Span, Spanned};
use rust_decimal::Decimal;
use rustc_hash::FxHashMap;

use crate::canonical::{Canonical, canonical};
pub use crate::columns::Validity;

pub(crate) use read::{is_known, known_columns, read};
pub use read::{parse, parse_leave};

/// Everybody, in the order of the file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Team {
    /// The members.
    pub members: Vec<Member>,
    /// The columns, in the order of the file.
    pub columns: Vec<Column>,
    places: FxHashMap<Text, usize>,
}

/// A column of `team.csv`, which conditions can use as `member.NAME`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    /// Its name; `skill.energy` for `member.skill("energy")`.
    pub name: String,
    /// What its cells hold.
    pub kind: ColumnKind,
    /// Where the header has it.
    pub span: Span,
}

/// What the cells of a column hold. A column of one kind has no cell of another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ColumnKind {
    /// Texts of any length.
    Text,
    /// Numbers with or without decimals.
    Number,
    /// `true` and `false`.
    Boolean,
    /// Several texts.
    List,
}

/// Somebody who may own a lead.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member {
    /// Their id.
    pub id: MemberId,
    /// Where the row begins.
    pub span: Span,
    /// The name that people read; the id where the file has none.
    pub name: String,
    /// Their address.
    pub email: Option<String>,
    /// Who is told on silence.
    pub manager: Option<Spanned<String>>,
    /// Who takes over what they have, and what names them, once they have left.
    pub successor: Option<Spanned<String>>,
    /// Their share, from 0 to 1,000; 1 where the file says nothing.
    pub weight: Decimal,
    /// Their calendar's name.
    pub calendar: Option<Spanned<String>>,
    /// The first day in the team, and the first day after.
    pub tenure: Validity,
    /// When they are on leave, by first day.
    pub leave: Vec<Leave>,
    /// Every filled cell by the name of its column.
    pub fields: Fields,
}

/// A stretch of days off.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Leave {
    /// First day, and the first day after.
    pub days: Validity,
    /// The reason that was written down, if there is one.
    pub reason: Option<String>,
}

/// Whether somebody is in the team on a date.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// They join later.
    NotYetJoined,
    /// They are.
    Active,
    /// They have left.
    Left,
}

impl Team {
    /// The member of that id.
    pub fn member(&self, id: &str) -> Option<&Member> {
        self.place(id).map(|place| &self.members[place])
    }

    /// The place of the member of that id.
    pub fn place(&self, id: &str) -> Option<usize> {
        self.places.get(id).copied()
    }

    /// Who takes over from a member: the first of their successors who is there, as the caller knows.
    pub fn successor(&self, id: &str, is_there: impl Fn(&Member) -> bool) -> Option<&Member> {
        let mut from = self.member(id)?;
        // Successors who go round in a circle end here.
        for _ in 0..self.members.len() {
            let next = self.member(&from.successor.as_ref()?.value)?;
            if is_there(next) {
                return Some(next);
            }
            from = next;
        }
        None
    }

    /// All ids, in order.
    fn ids(&self) -> Vec<&str> {
        let mut ids: Vec<&str> = self.members.iter().map(|member| &*member.id.0).collect();
        ids.sort_unstable();
        ids
    }

    /// The column that conditions use as `member.NAME`.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

impl Member {
    /// What conditions read as `member.NAME`; `skill.energy` for `member.skill("energy")`.
    pub fn field(&self, path: &str) -> Option<&Value> {
        self.fields.get(path)
    }

    /// Whether they are in the team on a date of their own calendar.
    pub fn standing(&self, date: Date) -> Standing {
        if self.tenure.from.is_some_and(|joined| date < joined) {
            Standing::NotYetJoined
        } else if self.tenure.until.is_some_and(|left| left <= date) {
            Standing::Left
        } else {
            Standing::Active
        }
    }

    /// Whether they are on leave on a date of their own calendar.
    pub fn on_leave(&self, date: Date) -> bool {
        self.leave.iter().any(|leave| leave.days.holds(date))
    }
}

impl Canonical for Team {
    fn canonical(&self, out: &mut Vec<u8>) {
        self.members.canonical(out);
    }
}

impl Canonical for Member {
    /// The cells say it all but for the leave, which stands in a file of its own.
    fn canonical(&self, out: &mut Vec<u8>) {
        self.fields.canonical(out);
        self.leave.canonical(out);
    }
}

canonical!(Leave { days, reason });
