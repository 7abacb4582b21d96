//! What an import could not read, told on the terminal of whoever imports: how often, where first, the
//! value that stands there, and what helps. Nothing of it is written anywhere.

use std::collections::BTreeMap;

use connectors::import::{QuarantinedRow, RowFault, RowRead, cure};
use domain::reason::Code;

use super::super::call::Call;
use super::super::text::{counted, cut};

/// So many kinds are told; the quarantine lists them all.
const KINDS_MAX: usize = 20;
/// So many characters of a value are shown.
const VALUE_CHARS: usize = 50;

/// What could not be read so far.
#[derive(Default)]
pub(super) struct Troubles {
    held: BTreeMap<(Code, Option<String>), Trouble>,
    left_out: BTreeMap<(Code, Option<String>), Trouble>,
}

struct Trouble {
    rows: u64,
    first: RowFault,
    file: String,
    line: u64,
}

impl Troubles {
    /// A row that is quarantined.
    pub(super) fn held(&mut self, row: &QuarantinedRow, file: &str) {
        for fault in &row.faults {
            count(&mut self.held, fault, file, row.line);
        }
    }

    /// A row that is taken without some of what it says.
    pub(super) fn left_out(&mut self, row: &RowRead, file: &str) {
        for fault in &row.left_out {
            count(&mut self.left_out, fault, file, row.line);
        }
    }

    /// Says what there was, the most frequent first.
    pub(super) fn tell(&self, call: &Call) {
        let held = self.held.values().map(|trouble| (trouble, "quarantined"));
        let left_out = self.left_out.values().map(|trouble| (trouble, "taken without it"));
        let mut all: Vec<_> = held.chain(left_out).collect();
        all.sort_by_key(|(trouble, _)| std::cmp::Reverse(trouble.rows));
        for (trouble, what) in all.into_iter().take(KINDS_MAX) {
            call.terminal.warn(&trouble.says(what));
            call.terminal.aside(&format!("  = help: {}", cure(&trouble.first)));
        }
    }
}

fn count(
    told: &mut BTreeMap<(Code, Option<String>), Trouble>,
    fault: &RowFault,
    file: &str,
    line: u64,
) {
    let trouble = told.entry((fault.code, fault.field.clone())).or_insert_with(|| Trouble {
        rows: 0,
        first: fault.clone(),
        file: file.to_owned(),
        line,
    });
    trouble.rows += 1;
}

impl Trouble {
    fn says(&self, what: &str) -> String {
        let Self { rows, first, file, line } = self;
        let rows = counted(*rows, "row", "rows");
        let says = first.detail.trim_end_matches('.');
        let value = first.value.as_deref().map(|value| format!(": `{}`", cut(value, VALUE_CHARS)));
        let value = value.unwrap_or_default();
        format!("{rows} {what}: {says} [{}], first in {file} line {line}{value}", first.code)
    }
}
