//! `baton import --dry-run`: the first rows as they are read, and what looks odd about all of them.
//! No folder is opened and nothing is written.

use connectors::import::{ImportMap, OddKind};

use super::super::call::Call;
use super::super::ending::{Ending, Failure};
use super::super::terminal::TextStyle;
use super::super::text::{columns, count, cut, plain, thousands};
use super::files::{Open, refused};
use crate::local::dry_run::{Counts, DryRun, ShownOddity, ShownRow};
use crate::runtime::clock;

/// So many characters of a value are shown.
const VALUE_CHARS: usize = 60;

/// Reads all files, shows the first `shown` rows of each and what looks odd.
pub(super) fn run(
    map: &ImportMap,
    files: Vec<Open<'_>>,
    shown: u32,
    call: &Call,
) -> Result<Ending, Failure> {
    let mut report = DryRun::default();
    for open in files {
        report.take(open.rows, (shown, u64::MAX), clock::now()).map_err(refused)?;
    }
    if call.terminal.json {
        call.terminal.json(&report)?;
    } else {
        tell(map, &report, call)?;
    }
    Ok(Ending::Done)
}

/// A row as lines of a name and a value.
fn lines(row: &ShownRow) -> Vec<Vec<String>> {
    let line = |name: &str, value: &str| vec![format!("  {name}"), cut(value, VALUE_CHARS)];
    let mut lines = vec![line("id", row.id.as_deref().unwrap_or("none"))];
    if row.quarantined.is_empty() {
        lines.push(line("time", row.time.as_deref().unwrap_or("none: the moment of the import")));
    }
    for one in &row.subject {
        let claimed = if one.verified { "" } else { " (claimed)" };
        lines.push(line(&format!("{}{claimed}", one.kind), &one.value));
    }
    for (name, value) in &row.fields {
        lines.push(line(name, &value.to_string()));
    }
    for (name, value) in &row.outcome {
        lines.push(line(&format!("{name} (afterwards)"), &value.to_string()));
    }
    for (what, faults) in [("left out", &row.left_out), ("quarantined", &row.quarantined)] {
        for fault in faults {
            let field = fault.field.as_deref().unwrap_or("the row");
            let value = fault.value.as_deref().map(|value| format!(" `{value}`"));
            let value = value.unwrap_or_default();
            lines.push(line(what, &format!("{field}{value}: {}", fault.reason)));
        }
    }
    lines
}

/// What looks odd, as a sentence.
fn sentence(odd: &ShownOddity) -> String {
    let column = odd.column.as_deref().map(|column| format!(" `{}`", plain(column)));
    let value = odd.value.as_deref().map(|value| format!(": `{}`", cut(value, VALUE_CHARS)));
    let line = odd.line.map(|line| format!(", first in line {line}"));
    let rows = match odd.line {
        Some(_) => format!(" ({})", count(odd.rows, "row")),
        None => String::new(),
    };
    format!(
        "{}{}: {}{rows}{}{}",
        odd.kind,
        column.unwrap_or_default(),
        odd.says,
        line.unwrap_or_default(),
        value.unwrap_or_default()
    )
}

fn tell(map: &ImportMap, report: &DryRun, call: &Call) -> Result<(), Failure> {
    let terminal = &call.terminal;
    for row in &report.rows {
        let head = format!("{} line {}", plain(&row.file), row.line);
        terminal.line(&terminal.styled(TextStyle::Bold, &head))?;
        for line in columns(&lines(row), &[]) {
            terminal.line(&line)?;
        }
    }
    let unread = OddKind::ColumnUnread.name();
    for odd in report.odd.iter().filter(|odd| odd.kind != unread) {
        terminal.warn(&format!("{}: {}", plain(&odd.file), sentence(odd)));
    }
    let names: Vec<String> = (report.odd.iter())
        .filter(|odd| odd.kind == unread)
        .filter_map(|odd| odd.column.as_deref().map(|name| format!("`{}`", plain(name))))
        .collect();
    if !names.is_empty() {
        terminal.aside(&format!("columns that nothing reads: {}", names.join(", ")));
    }
    let Counts { read, readable, quarantined, nameless, .. } = report.counts;
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
