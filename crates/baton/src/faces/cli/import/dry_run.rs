//! `baton import --dry-run`: the first rows as they are read, and what looks odd about all of them.
//! No folder is opened and nothing is written.

use std::collections::BTreeMap;

use connectors::import::{ImportMap, OddKind, Oddity, RowFault, RowResult, cure};
use domain::Value;
use serde::Serialize;

use super::super::call::Call;
use super::super::ending::{Ending, Failure};
use super::super::terminal::TextStyle;
use super::super::text::{columns, count, cut, plain, thousands};
use super::files::{Open, refused};
use crate::runtime::clock;

/// So many characters of a value are shown.
const VALUE_CHARS: usize = 60;

/// What is printed.
#[derive(Default, Serialize)]
struct Report {
    rows: Vec<ShownRow>,
    odd: Vec<ShownOddity>,
    counts: Counts,
}

/// How many rows there are, and what would become of them.
#[derive(Clone, Copy, Default, Serialize)]
struct Counts {
    read: u64,
    readable: u64,
    quarantined: u64,
    /// Of those that can be read, how many say neither who nor where: nobody could be called.
    #[serde(skip_serializing_if = "is_none")]
    nameless: u64,
}

/// Whether a count is none.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a field over by reference")]
const fn is_none(count: &u64) -> bool {
    *count == 0
}

/// A row as it is read.
#[derive(Serialize)]
struct ShownRow {
    file: String,
    line: u64,
    id: Option<String>,
    kind: Option<String>,
    time: Option<String>,
    subject: Vec<ShownIdentifier>,
    fields: BTreeMap<String, Value>,
    outcome: BTreeMap<String, Value>,
    left_out: Vec<ShownFault>,
    /// Why it would be quarantined; empty for a row that can be read.
    quarantined: Vec<ShownFault>,
}

#[derive(Serialize)]
struct ShownIdentifier {
    kind: &'static str,
    value: String,
    verified: bool,
}

#[derive(Serialize)]
struct ShownFault {
    reason: &'static str,
    field: Option<String>,
    value: Option<String>,
    help: String,
}

#[derive(Serialize)]
struct ShownOddity {
    file: String,
    kind: &'static str,
    column: Option<String>,
    rows: u64,
    line: Option<u64>,
    value: Option<String>,
    says: String,
}

/// Reads all files, shows the first `shown` rows of each and what looks odd.
pub(super) fn run(
    map: &ImportMap,
    files: Vec<Open<'_>>,
    shown: u32,
    call: &Call,
) -> Result<Ending, Failure> {
    let mut report = Report::default();
    for open in files {
        read(open, shown, &mut report)?;
    }
    if call.terminal.json {
        call.terminal.json(&report)?;
    } else {
        tell(map, &report, call)?;
    }
    Ok(Ending::Done)
}

fn read(mut open: Open<'_>, shown: u32, report: &mut Report) -> Result<(), Failure> {
    let mut odd = open.rows.oddities(clock::now());
    let mut left = shown;
    while let Some(row) = open.rows.next_row().map_err(refused)? {
        open.rows.look(&mut odd, &row);
        if left > 0 {
            left -= 1;
            report.rows.push(ShownRow::of(open.rows.name(), &row));
        }
    }
    let counts = open.rows.counts();
    report.counts.read += counts.read;
    report.counts.readable += counts.signals;
    report.counts.quarantined += counts.quarantined;
    let file = open.rows.name().to_owned();
    let odd = odd.found();
    let nobody = odd.iter().filter(|odd| odd.kind == OddKind::NoIdentifier);
    report.counts.nameless += nobody.map(|odd| odd.rows).sum::<u64>();
    report.odd.extend(odd.into_iter().map(|odd| ShownOddity::of(&file, odd)));
    Ok(())
}

impl ShownRow {
    fn of(file: &str, row: &RowResult) -> Self {
        let mut shown = Self {
            file: file.to_owned(),
            line: 0,
            id: None,
            kind: None,
            time: None,
            subject: Vec::new(),
            fields: BTreeMap::new(),
            outcome: BTreeMap::new(),
            left_out: Vec::new(),
            quarantined: Vec::new(),
        };
        match row {
            RowResult::Quarantine(held) => {
                shown.line = held.line;
                shown.id.clone_from(&held.source_id);
                shown.quarantined = held.faults.iter().map(ShownFault::of).collect();
            }
            RowResult::Signal(read) => {
                let content = &read.incoming.content;
                shown.line = read.line;
                shown.id = Some(content.source_id.to_string());
                shown.kind = Some(content.kind.to_string());
                shown.time = content.occurred.map(|moment| moment.to_string());
                shown.subject = content.subject.iter().map(ShownIdentifier::of).collect();
                let known =
                    |(name, value): (&domain::Text, &Value)| (name.to_string(), value.clone());
                shown.fields = content.fields.iter().map(known).collect();
                shown.outcome = read.outcome.iter().map(known).collect();
                shown.left_out = read.left_out.iter().map(ShownFault::of).collect();
            }
        }
        shown
    }

    /// The row as lines of a name and a value.
    fn lines(&self) -> Vec<Vec<String>> {
        let line = |name: &str, value: &str| vec![format!("  {name}"), cut(value, VALUE_CHARS)];
        let mut lines = vec![line("id", self.id.as_deref().unwrap_or("none"))];
        if self.quarantined.is_empty() {
            lines.push(line(
                "time",
                self.time.as_deref().unwrap_or("none: the moment of the import"),
            ));
        }
        for one in &self.subject {
            let claimed = if one.verified { "" } else { " (claimed)" };
            lines.push(line(&format!("{}{claimed}", one.kind), &one.value));
        }
        for (name, value) in &self.fields {
            lines.push(line(name, &value.to_string()));
        }
        for (name, value) in &self.outcome {
            lines.push(line(&format!("{name} (afterwards)"), &value.to_string()));
        }
        for (what, faults) in [("left out", &self.left_out), ("quarantined", &self.quarantined)] {
            for fault in faults {
                let field = fault.field.as_deref().unwrap_or("the row");
                let value = fault.value.as_deref().map(|value| format!(" `{value}`"));
                let value = value.unwrap_or_default();
                lines.push(line(what, &format!("{field}{value}: {}", fault.reason)));
            }
        }
        lines
    }
}

impl ShownIdentifier {
    fn of(one: &domain::signal::Identifier) -> Self {
        Self { kind: one.kind.name(), value: one.value.to_string(), verified: one.verified }
    }
}

impl ShownFault {
    fn of(fault: &RowFault) -> Self {
        Self {
            reason: fault.code.as_str(),
            field: fault.field.clone(),
            value: fault.value.clone(),
            help: cure(fault),
        }
    }
}

impl ShownOddity {
    fn of(file: &str, odd: Oddity) -> Self {
        let Oddity { kind, column, rows, line, value, says } = odd;
        Self { file: file.to_owned(), kind: kind.name(), column, rows, line, value, says }
    }

    fn sentence(&self) -> String {
        let column = self.column.as_deref().map(|column| format!(" `{}`", plain(column)));
        let value = self.value.as_deref().map(|value| format!(": `{}`", cut(value, VALUE_CHARS)));
        let line = self.line.map(|line| format!(", first in line {line}"));
        let rows = match self.line {
            Some(_) => format!(" ({})", count(self.rows, "row")),
            None => String::new(),
        };
        format!(
            "{}{}: {}{rows}{}{}",
            self.kind,
            column.unwrap_or_default(),
            self.says,
            line.unwrap_or_default(),
            value.unwrap_or_default()
        )
    }
}

fn tell(map: &ImportMap, report: &Report, call: &Call) -> Result<(), Failure> {
    let terminal = &call.terminal;
    for row in &report.rows {
        let head = format!("{} line {}", plain(&row.file), row.line);
        terminal.line(&terminal.styled(TextStyle::Bold, &head))?;
        for line in columns(&row.lines(), &[]) {
            terminal.line(&line)?;
        }
    }
    let unread = OddKind::ColumnUnread.name();
    for odd in report.odd.iter().filter(|odd| odd.kind != unread) {
        terminal.warn(&format!("{}: {}", plain(&odd.file), odd.sentence()));
    }
    let names: Vec<String> = (report.odd.iter())
        .filter(|odd| odd.kind == unread)
        .filter_map(|odd| odd.column.as_deref().map(|name| format!("`{}`", plain(name))))
        .collect();
    if !names.is_empty() {
        terminal.aside(&format!("columns that nothing reads: {}", names.join(", ")));
    }
    let Counts { read, readable, quarantined, nameless } = report.counts;
    let taken = match nameless {
        0 => format!("{} can be taken", thousands(readable)),
        _ if nameless == readable => {
            terminal.warn(
                "no row says who or which company it is about, so that nobody could be called: map `subject`, as in \
                 `subject: { email: COLUMN }`",
            );
            "none can be used as a lead".to_owned()
        }
        some => format!(
            "{} can be taken, {} of which name nobody",
            thousands(readable),
            thousands(some)
        ),
    };
    terminal.line(&format!(
        "{} read under the map of `{}`: {taken}, {} would be quarantined; nothing was written",
        count(read, "row"),
        map.source,
        thousands(quarantined)
    ))?;
    Ok(())
}
