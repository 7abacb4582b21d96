//! How things stand: handoffs, the quarantine, strategies, counts.

use std::io::{self, Write};

use serde_json::{Value, json};
use store::sqlite::Reader;
use store::{HandoffFilter, Read};

use crate::faces::cli::ending::Failure;

/// Rows that are read at once.
const AT_ONCE: usize = 500;

/// Writes a line for each; how many.
pub(super) fn write(reader: &Reader, out: &mut impl Write) -> Result<u64, Failure> {
    let mut lines = Lines { out, written: 0 };
    strategies(reader, &mut lines)?;
    handoffs(reader, &mut lines)?;
    entries(reader, &mut lines)?;
    for (name, count) in reader.counters()? {
        lines.write(&json!({ "record": "count", "id": name, "count": count }))?;
    }
    Ok(lines.written)
}

struct Lines<'a, W> {
    out: &'a mut W,
    written: u64,
}

impl<W: Write> Lines<'_, W> {
    fn write(&mut self, line: &Value) -> io::Result<()> {
        serde_json::to_writer(&mut *self.out, line).map_err(io::Error::from)?;
        self.out.write_all(b"\n")?;
        self.written += 1;
        Ok(())
    }
}

fn strategies(reader: &Reader, lines: &mut Lines<'_, impl Write>) -> Result<(), Failure> {
    let force = reader.force()?;
    for row in reader.strategies()? {
        let mode = force.as_ref().filter(|force| force.version == row.version);
        lines.write(&json!({
            "record": "strategy", "id": row.version, "since": row.since,
            "mode": mode.map(|force| &force.mode),
        }))?;
    }
    Ok(())
}

fn handoffs(reader: &Reader, lines: &mut Lines<'_, impl Write>) -> Result<(), Failure> {
    let mut cursor = None;
    loop {
        let page = reader.handoffs(&HandoffFilter::default(), cursor, AT_ONCE)?;
        for row in &page.rows {
            lines.write(&json!({
                "record": "handoff", "id": row.handoff, "account": row.account,
                "person": row.person, "kind": row.kind, "state": row.state, "owner": row.owner,
                "version": row.version, "opened": row.opened, "changed": row.changed,
                "accept_by": row.accept_by, "first_touch_by": row.first_touch_by,
                "qualify_by": row.qualify_by,
                "correlation": row.correlation,
            }))?;
        }
        cursor = page.next;
        if cursor.is_none() {
            return Ok(());
        }
    }
}

fn entries(reader: &Reader, lines: &mut Lines<'_, impl Write>) -> Result<(), Failure> {
    let mut cursor = None;
    loop {
        let page = reader.entries(None, cursor, AT_ONCE)?;
        for row in &page.rows {
            lines.write(&json!({
                "record": "quarantine", "id": row.entry, "source": row.source,
                "reason": row.cause, "field": row.field, "line": row.line, "import": row.import,
                "signal": row.signal, "since": row.since, "state": row.state.as_str(),
            }))?;
        }
        cursor = page.next;
        if cursor.is_none() {
            return Ok(());
        }
    }
}
