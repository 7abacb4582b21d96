//! Readiness: when a lead is ready, and for which kind of handoff.

mod starts;

use domain::handoff::Action;
use notation::{Diagnostic, Node, Spanned, nearest};

use crate::expression::{Compile, Context, Frame};
use crate::scene::Truth;
use crate::table::{self, Shape, Table};

pub use starts::Starts;

/// The readiness table.
#[derive(Clone, Debug)]
pub struct Readiness {
    /// The table as it was written.
    pub table: Table,
    /// What each row says.
    pub rows: Vec<RowOutputs>,
    /// The signals that may start a handoff; all of them where the file says nothing.
    pub starts: Option<Starts>,
}

/// What a row says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RowOutputs {
    /// What is to be done.
    pub action: Action,
    /// Which kind of handoff, where it is one.
    pub kind: Option<String>,
    /// Under which SLA, where it is one.
    pub sla: Option<String>,
}

/// The answer of the table for one lead.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// The row that matched, by its place; none where no row did, and a person decides.
    pub row: Option<u16>,
    /// What is to be done.
    pub action: Action,
    /// Which kind of handoff, where it is one.
    pub kind: Option<String>,
    /// Under which SLA, where it is one.
    pub sla: Option<String>,
    /// What each cell of the rows up to the match came to: two bits each, row by row, the first in
    /// the lowest bits (0 no, 1 yes, 2 unknown).
    pub trace: Vec<u8>,
}

/// A row that one cell alone kept from matching.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NearMiss {
    /// The row, by its place.
    pub row: u16,
    /// The column, by its place.
    pub column: u16,
    /// Whether that cell was unknown rather than no.
    pub unknown: bool,
}

impl Readiness {
    /// Decides on a lead.
    pub fn decide(&self, frame: &Frame<'_>) -> Row {
        let (row, trace) = self.table.find(frame);
        let says = row.and_then(|row| self.rows.get(usize::from(row)));
        Row {
            row,
            action: says.map_or(Action::AskAPerson, |says| says.action),
            kind: says.and_then(|says| says.kind.clone()),
            sla: says.and_then(|says| says.sla.clone()),
            trace: trace.into_bytes(),
        }
    }

    /// The rows before `row` that one cell alone kept from matching, by a stored trace.
    pub fn near_misses(&self, trace: &[u8], row: Option<u16>) -> Vec<NearMiss> {
        let end = row.unwrap_or(self.table.rows.len() as u16);
        let columns = self.table.columns.len();
        let missed = (0..end).filter_map(|row| {
            let mut misses = (0..columns).filter_map(|column| {
                let truth = self.table.traced(trace, row, column)?;
                (!truth.holds()).then_some((column as u16, truth == Truth::Unknown))
            });
            let (column, unknown) = misses.next()?;
            misses.next().is_none().then_some(NearMiss { row, column, unknown })
        });
        missed.collect()
    }

    /// The columns whose cells kept a row from matching, by a stored trace, each with whether it was
    /// unknown rather than no; none where the row was not looked at.
    pub fn lacked(&self, trace: &[u8], row: u16) -> Vec<(u16, bool)> {
        let columns = 0..self.table.columns.len();
        let lacked = columns.filter_map(|column| {
            let truth = self.table.traced(trace, row, column)?;
            (!truth.holds()).then_some((column as u16, truth == Truth::Unknown))
        });
        lacked.collect()
    }

    /// The kinds of handoff that its rows name, each once.
    pub fn kinds(&self) -> Vec<&str> {
        let mut kinds: Vec<&str> = self.rows.iter().filter_map(|row| row.kind.as_deref()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    pub(crate) fn read(node: &Node, to: &mut Compile<'_>) -> Option<Self> {
        let shape = Shape {
            name: "readiness",
            outputs: &["decision", "kind", "sla"],
            context: Context::Readiness,
            beside: &["starts"],
        };
        let starts = node.map(to.out)?.optional("starts");
        let starts = match starts {
            Some(node) => Some(Starts::read(node, to.out)?),
            None => None,
        };
        let mut table = table::read(node, &shape, to)?;
        let place = |name: &str| table.outputs.iter().position(|output| output == name);
        let (decision, kind, sla) = (place("decision"), place("kind"), place("sla"));
        let Some(decision) = decision else {
            let says = "the table says no `decision`";
            let help = "name it among the outputs";
            let fields = node.map(to.out)?;
            let span = fields.key_span("outputs").unwrap_or(node.span);
            to.out.push(Diagnostic::error("table-shape", span, says).help(help));
            return None;
        };
        let mut rows = Vec::new();
        table.rows.retain(|row| {
            let said = |at: Option<usize>| at.and_then(|at| row.says[at].as_ref());
            let says = says(row, said(Some(decision)), said(kind), said(sla), to);
            rows.extend(says.clone());
            says.is_some()
        });
        Some(Self { table, rows, starts })
    }
}

fn says(
    row: &table::Row,
    decision: Option<&Spanned<String>>,
    kind: Option<&Spanned<String>>,
    sla: Option<&Spanned<String>>,
    to: &mut Compile<'_>,
) -> Option<RowOutputs> {
    let Some(decision) = decision else {
        let says = "the row decides nothing";
        to.out.push(Diagnostic::error("table-shape", row.span, says).help("name a decision"));
        return None;
    };
    let word = decision.value.replace(' ', "-");
    let Some(action) = Action::named(&word) else {
        let says = format!("the decision `{}` is not known", decision.value);
        let known = Action::ALL.iter().map(|action| action.as_str());
        let help = match nearest(&word, known.clone()) {
            Some(near) => format!("did you mean `{}`?", near.replace('-', " ")),
            None => format!("known: {}", known.collect::<Vec<_>>().join(", ").replace('-', " ")),
        };
        to.out.push(Diagnostic::error("action-unknown", decision.span, says).help(help));
        return None;
    };
    if action == Action::HandOff && kind.is_none() {
        let says = "a handoff is of some kind";
        let help = "name it, as in marketing-to-sales";
        to.out.push(Diagnostic::error("table-shape", decision.span, says).help(help));
    }
    let text = |said: Option<&Spanned<String>>| said.map(|said| said.value.clone());
    Some(RowOutputs { action, kind: text(kind), sla: text(sla) })
}
