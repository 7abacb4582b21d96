//! The columns of a CSV file by name, and what the files with dates share.

use domain::Moment;
use jiff::civil::Date;
use notation::{Cell, Csv, Diagnostic, Diagnostics, FileId, Span, nearest};

use crate::canonical::canonical;
use crate::reading;

/// The columns of a file whose names are all known.
pub(crate) struct Columns {
    places: Vec<(&'static str, Option<usize>)>,
}

impl Columns {
    /// Finds the columns. A required one that is missing and one that is not known are told; where others
    /// are free, whoever reads them tells of those that nothing reads.
    pub(crate) fn find(
        csv: &Csv,
        file: FileId,
        required: &[&'static str],
        optional: &[&'static str],
        others_are_free: bool,
        out: &mut Diagnostics,
    ) -> Option<Self> {
        let before = out.errors();
        let known: Vec<&'static str> = required.iter().chain(optional).copied().collect();
        let places: Vec<_> = known.iter().map(|name| (*name, csv.column(name))).collect();
        let strange = |cell: &&Cell| !known.contains(&cell.text.as_str());
        let meant = |cell: &Cell| nearest(&cell.text, known.iter().copied());
        for name in required.iter().filter(|name| csv.column(name).is_none()) {
            let says = format!("the file has no column `{name}`");
            let almost = csv.header.iter().filter(strange).find(|cell| meant(cell) == Some(*name));
            let (span, help) = if let Some(cell) = almost {
                (cell.span, format!("name this one `{name}`, if it is meant"))
            } else {
                let first = csv.header.first().map_or(Span::top(file), |cell| cell.span);
                (first, "the first line holds the names of the columns".to_owned())
            };
            out.push(Diagnostic::error("missing-key", span, says).help(help));
        }
        for cell in csv.header.iter().filter(strange) {
            let near = meant(cell);
            if near.is_some_and(|near| required.contains(&near) && csv.column(near).is_none()) {
                continue;
            }
            let shown: String = cell.text.chars().take(40).collect();
            let says = format!("the column `{shown}` is not known here");
            let help = near.map(|near| format!("did you mean `{near}`?"));
            if !others_are_free {
                let help = help.unwrap_or_else(|| format!("known here: {}", known.join(", ")));
                out.push(Diagnostic::error("unknown-key", cell.span, says).help(help));
            }
        }
        (out.errors() == before).then_some(Self { places })
    }

    /// Whether the file has the column.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.place(name).is_some()
    }

    /// The cell of a row, unless it is empty or the file has no such column.
    pub(crate) fn cell<'a>(&self, row: &'a [Cell], name: &str) -> Option<&'a Cell> {
        row.get(self.place(name)?).filter(|cell| !cell.text.is_empty())
    }

    /// The text of a row's cell, unless it is empty.
    pub(crate) fn text(&self, row: &[Cell], name: &str) -> Option<String> {
        self.cell(row, name).map(|cell| cell.text.clone())
    }

    /// The date of a row's cell.
    pub(crate) fn date(&self, row: &[Cell], name: &str, out: &mut Diagnostics) -> Option<Date> {
        self.cell(row, name).and_then(|cell| reading::date(&cell.text, cell.span, out))
    }

    /// The two dates of a row; the second must come after the first.
    pub(crate) fn validity(
        &self,
        row: &[Cell],
        from: &str,
        until: &str,
        out: &mut Diagnostics,
    ) -> Validity {
        let dates = Validity { from: self.date(row, from, out), until: self.date(row, until, out) };
        if let (Some(first), Some(last)) = (dates.from, dates.until)
            && first >= last
            && let Some(cell) = self.cell(row, until)
        {
            let says =
                format!("`{until}` is the first day after, and does not come after `{from}`");
            let help = format!(
                "write a day after {first}, or leave it empty; for one day, write the day after it"
            );
            out.push(Diagnostic::error("dates-crossed", cell.span, says).help(help));
        }
        dates
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.places.iter().find(|(known, _)| *known == name).and_then(|(_, place)| *place)
    }
}

/// From when until when something holds: the first date is in, the last is out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Validity {
    /// The first date; always before without.
    pub from: Option<Date>,
    /// The first date on which it holds no more; for ever without.
    pub until: Option<Date>,
}

impl Validity {
    /// Whether it holds on a date.
    pub fn holds(&self, date: Date) -> bool {
        self.from.is_none_or(|from| from <= date) && self.until.is_none_or(|until| date < until)
    }

    /// Whether there is a date on which both hold.
    pub fn meets(&self, other: &Self) -> bool {
        let starts_in_time = |from: Option<Date>, until: Option<Date>| {
            from.zip(until).is_none_or(|(from, until)| from < until)
        };
        starts_in_time(self.from, other.until) && starts_in_time(other.from, self.until)
    }
}

canonical!(Validity { from, until });

/// The date at a moment in UTC: territories and named accounts change at midnight there.
pub(crate) fn utc_date(moment: Moment) -> Date {
    jiff::tz::Offset::UTC.to_datetime(moment.timestamp()).date()
}

/// The first moment of a date in UTC.
pub(crate) fn start_of_utc(date: Date) -> Moment {
    let start = date.to_zoned(jiff::tz::TimeZone::UTC);
    start.map_or(Moment::EPOCH, |start| Moment::from_timestamp(start.timestamp()))
}

/// The parts of a cell that holds several: `de|en`, `DE; AT`, `energy, utilities`.
pub(crate) fn several(text: &str) -> impl Iterator<Item = &str> {
    text.split(['|', ';', ',']).map(str::trim).filter(|part| !part.is_empty())
}
