//! How a file is read before it is imported, as its page shows it.

use std::collections::BTreeSet;

use connectors::import::OddKind;
use pages::import::{LookRow, LookView, OddView};
use pages::parts::Tone;
use pages::text::{count, thousands};

use crate::local::dry_run::{DryRun, ShownOddity, ShownRow};

/// Columns that are shown.
const COLUMNS_MAX: usize = 12;
/// Characters of a value that are shown.
const VALUE_CHARS: usize = 80;

/// The first rows in columns, and what looks odd.
pub(super) fn view(look: &DryRun) -> LookView {
    let all = columns(look);
    let shown: Vec<&Column> = all.iter().take(COLUMNS_MAX).collect();
    let row = |row: &ShownRow| LookRow {
        line: row.line,
        cells: shown.iter().map(|column| column.of(row).map(|value| cut(&value))).collect(),
        faults: faults(row),
    };
    let unread = OddKind::ColumnUnread.name();
    let odd = look.odd.iter().filter(|odd| odd.kind != unread);
    let unread = look.odd.iter().filter(|odd| odd.kind == unread);
    LookView {
        columns: shown.iter().map(|column| column.heading()).collect(),
        rows: look.rows.iter().map(row).collect(),
        more: all.len() - shown.len(),
        odd: odd.map(odd_view).collect(),
        unread: unread.filter_map(|odd| odd.column.as_deref().map(cut)).collect(),
        says: says(look),
    }
}

/// What of a row is shown.
enum Column {
    Id,
    Kind,
    Time,
    Identifier(&'static str),
    Field(String),
    Outcome(String),
}

impl Column {
    /// What it is called, and what it is.
    fn heading(&self) -> (String, String) {
        let (name, what) = match self {
            Self::Id => ("id", "of the source"),
            Self::Kind => ("kind", "what happened"),
            Self::Time => ("time", "in UTC"),
            Self::Identifier(kind) => (*kind, "whose it is"),
            Self::Field(name) => (name.as_str(), "field"),
            Self::Outcome(name) => (name.as_str(), "known afterwards"),
        };
        (cut(name), what.to_owned())
    }

    fn of(&self, row: &ShownRow) -> Option<String> {
        match self {
            Self::Id => row.id.clone(),
            Self::Kind => row.kind.clone(),
            Self::Time => row.time.clone(),
            Self::Identifier(kind) => {
                row.subject.iter().find(|one| one.kind == *kind).map(|one| one.value.clone())
            }
            Self::Field(name) => row.fields.get(name).map(ToString::to_string),
            Self::Outcome(name) => row.outcome.get(name).map(ToString::to_string),
        }
    }
}

/// What any of the first rows has.
fn columns(look: &DryRun) -> Vec<Column> {
    let rows = || look.rows.iter();
    let kinds: BTreeSet<&'static str> =
        rows().flat_map(|row| &row.subject).map(|one| one.kind).collect();
    let fields: BTreeSet<&String> = rows().flat_map(|row| row.fields.keys()).collect();
    let outcome: BTreeSet<&String> = rows().flat_map(|row| row.outcome.keys()).collect();
    let mut columns = vec![Column::Time];
    columns.extend(kinds.into_iter().map(Column::Identifier));
    columns.extend(fields.into_iter().cloned().map(Column::Field));
    columns.extend(outcome.into_iter().cloned().map(Column::Outcome));
    columns.extend([Column::Kind, Column::Id]);
    columns
}

/// What is wrong with a row: a held one first.
fn faults(row: &ShownRow) -> Vec<(String, Tone)> {
    let held = row.quarantined.iter().map(|fault| (fault, "held", Tone::Bad));
    let left_out = row.left_out.iter().map(|fault| (fault, "taken without it", Tone::Look));
    let told = held.chain(left_out).map(|(fault, what, tone)| {
        let field = fault.field.as_deref().unwrap_or("the row");
        let value = fault.value.as_deref().map(|value| format!(" “{}”", cut(value)));
        let says = format!("{what}: {field}{} · {}", value.unwrap_or_default(), fault.help);
        (says, tone)
    });
    told.collect()
}

fn odd_view(odd: &ShownOddity) -> OddView {
    let column = odd.column.as_deref().map(|column| format!("{}:", cut(column)));
    let line = odd.line.map(|line| format!("first in line {line}"));
    let value = odd.value.as_deref().map(|value| format!("“{}”", cut(value)));
    let at: Vec<String> = line.into_iter().chain(value).collect();
    let says: Vec<String> = column.into_iter().chain([odd.says.clone()]).collect();
    OddView { rows: odd.rows, says: says.join(" "), at: at.join(", ") }
}

fn says(look: &DryRun) -> String {
    let counts = look.counts;
    let first = if counts.more { "the first " } else { "" };
    let nameless = match counts.nameless {
        0 => String::new(),
        some => format!(", {} name nobody", thousands(some)),
    };
    format!(
        "dry run of {first}{}: {} can be taken{nameless}, {} would be held",
        count(counts.read, "row", "rows"),
        thousands(counts.readable),
        thousands(counts.quarantined)
    )
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(VALUE_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
