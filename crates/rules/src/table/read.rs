//! How a table is read: columns and rows in YAML, or the rows in a CSV beside it.

use notation::{Cell as Written, Data, Diagnostic, Diagnostics, Node, Span, Spanned, nearest};

use super::cell::Cell;
use super::{Column, Hit, Row, Table, proof};
use crate::expression::{Compile, Context, Expression, Type};

/// Rows of a table.
pub(crate) const ROWS_MAX: usize = 10_000;
/// Columns of a table.
const COLUMNS_MAX: usize = 64;

/// What a table must say.
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    pub(crate) outputs: &'static [&'static str],
    pub(crate) context: Context,
}

/// A cell before it is known what its column is of.
struct Raw {
    text: String,
    span: Span,
}

/// Reads a table. What is wrong is told; none where nothing of it can be used.
pub(crate) fn read(node: &Node, shape: &Shape, to: &mut Compile<'_>) -> Option<Table> {
    let mut fields = node.map(to.out)?;
    let name = fields.optional("table").and_then(|node| node.text(to.out)).unwrap_or(shape.name);
    let hit = fields.optional("hit").map_or(Some(Hit::First), |node| hit(node, to.out));
    let columns = fields.required("columns", to.out);
    let outputs = fields.optional("outputs").map_or_else(
        || Some(shape.outputs.iter().map(|name| (*name).to_owned()).collect()),
        |node| outputs(node, shape, to.out),
    );
    let rows = fields.required("rows", to.out);
    fields.finish(to.out);
    let columns = columns?.map(to.out)?.rest();
    if columns.is_empty() || columns.len() > COLUMNS_MAX {
        let says = format!("a table has 1 to {COLUMNS_MAX} columns");
        to.out.push(Diagnostic::error("table-shape", node.span, says));
        return None;
    }
    let (hit, outputs, rows) = (hit?, outputs?, rows?);
    let names: Vec<&str> = columns.iter().map(|(key, _)| key.text.as_str()).collect();
    let before = to.out.errors();
    let raw = raw_rows(rows, &names, &outputs, to)?;
    let mut made = Vec::new();
    for (at, (key, node)) in columns.iter().enumerate() {
        let of = column_type(&raw, at);
        let value = Expression::read_as(node, of, shape.context, to)?;
        made.push(Column { name: key.text.clone(), value });
    }
    let rows = raw.into_iter().filter_map(|raw| row(raw, &made, to)).collect();
    let table = Table { name: name.to_owned(), hit, columns: made, outputs, rows };
    if to.out.errors() == before {
        proof::prove(&table, node.span, to.out);
    }
    Some(table)
}

fn hit(node: &Node, out: &mut Diagnostics) -> Option<Hit> {
    match node.text(out)? {
        "first" => Some(Hit::First),
        "unique" => Some(Hit::Unique),
        _ => {
            let help = "write `first` (the first row that holds) or `unique` (never two)";
            let says = "this hit policy is not known";
            out.push(Diagnostic::error("hit-unknown", node.span, says).help(help));
            None
        }
    }
}

fn outputs(node: &Node, shape: &Shape, out: &mut Diagnostics) -> Option<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    for node in node.list(out)? {
        let name = node.text(out)?;
        if !shape.outputs.contains(&name) {
            let help = match nearest(name, shape.outputs.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known here: {}", shape.outputs.join(", ")),
            };
            let says = format!("the output `{name}` is not known here");
            out.push(Diagnostic::error("table-shape", node.span, says).help(help));
            return None;
        }
        if names.iter().any(|known| known == name) {
            let says = format!("the output `{name}` stands twice");
            out.push(Diagnostic::error("table-shape", node.span, says));
            return None;
        }
        names.push(name.to_owned());
    }
    Some(names)
}

struct RawRow {
    span: Span,
    cells: Vec<Raw>,
    says: Vec<Raw>,
}

fn raw_rows(
    node: &Node,
    columns: &[&str],
    outputs: &[String],
    to: &mut Compile<'_>,
) -> Option<Vec<RawRow>> {
    let rows = match &node.data {
        Data::Scalar(_) => csv_rows(node, columns, outputs, to)?,
        Data::Null | Data::List(_) | Data::Map(_) => {
            let width = columns.len() + outputs.len();
            let rows = node.list(to.out)?.iter();
            rows.filter_map(|row| yaml_row(row, columns.len(), width, to.out)).collect()
        }
    };
    if rows.len() > ROWS_MAX {
        let says = format!("a table has at most {ROWS_MAX} rows");
        to.out.push(Diagnostic::error("table-shape", node.span, says));
        return None;
    }
    Some(rows)
}

fn yaml_row(node: &Node, columns: usize, width: usize, out: &mut Diagnostics) -> Option<RawRow> {
    let cells = node.list(out)?;
    if cells.len() != width {
        let says = format!("the row has {} cells, and the table {width}", cells.len());
        let help =
            format!("{columns} columns and {} outputs; `-` stands for anything", width - columns);
        out.push(Diagnostic::error("table-shape", node.span, says).help(help));
        return None;
    }
    let mut raw: Vec<Raw> = Vec::new();
    for cell in cells {
        let text = if cell.is_null() { String::new() } else { cell.word(out)?.to_owned() };
        raw.push(Raw { text, span: cell.span });
    }
    let says = raw.split_off(columns);
    Some(RawRow { span: node.span, cells: raw, says })
}

/// Rows in a CSV of the folder; its header names columns and outputs in any order.
fn csv_rows(
    node: &Node,
    columns: &[&str],
    outputs: &[String],
    to: &mut Compile<'_>,
) -> Option<Vec<RawRow>> {
    let name = node.text(to.out)?;
    let Some(file) = to.sources.named(name).filter(|_| has_extension(name)) else {
        let says = format!("there is no file `{name}`");
        let help = "name a CSV in the folder, or write the rows here";
        to.out.push(Diagnostic::error("file-missing", node.span, says).help(help));
        return None;
    };
    let csv = notation::parse_csv(to.sources, file, to.out)?;
    let mut places = Vec::new();
    for wanted in columns.iter().copied().chain(outputs.iter().map(String::as_str)) {
        let Some(at) = csv.column(wanted) else {
            let says = format!("the column `{wanted}` is missing");
            to.out.push(Diagnostic::error("table-shape", csv.header[0].span, says));
            return None;
        };
        places.push(at);
    }
    for cell in csv.header.iter().enumerate().filter(|(at, _)| !places.contains(at)).map(|(_, c)| c)
    {
        let says = format!("the column `{}` is not known here", cell.text);
        let known = columns.iter().copied().chain(outputs.iter().map(String::as_str));
        let help = nearest(&cell.text, known).map(|near| format!("did you mean `{near}`?"));
        to.out.push(Diagnostic::error("unknown-key", cell.span, says).maybe_help(help));
    }
    let raw = |cell: &Written| Raw { text: cell.text.clone(), span: cell.span };
    let rows = csv.rows.iter().map(|row| RawRow {
        span: row.first().map_or(Span::top(file), |first| first.span.to(row[row.len() - 1].span)),
        cells: places[..columns.len()].iter().map(|at| raw(&row[*at])).collect(),
        says: places[columns.len()..].iter().map(|at| raw(&row[*at])).collect(),
    });
    Some(rows.collect())
}

fn has_extension(name: &str) -> bool {
    std::path::Path::new(name)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("csv"))
}

/// What the cells of a column speak of; the expression itself may know better.
fn column_type(rows: &[RawRow], at: usize) -> Type {
    let mut kinds =
        rows.iter().filter_map(|row| row.cells.get(at)).map(|raw| Cell::speaks_of(&raw.text));
    kinds.find(|of| *of != Type::Any).unwrap_or(Type::Any)
}

fn row(raw: RawRow, columns: &[Column], to: &mut Compile<'_>) -> Option<Row> {
    let mut cells = Vec::new();
    for (raw, column) in raw.cells.iter().zip(columns) {
        match Cell::read(&raw.text, column.value.of(), to.names) {
            Ok(cell) => cells.push(cell),
            Err(fault) => {
                let says = format!("column `{}`: {}", column.name, fault.says);
                let diagnostic = Diagnostic::error("cell-unreadable", raw.span, says);
                to.out.push(diagnostic.maybe_help(fault.help));
                return None;
            }
        }
    }
    let says = raw.says.into_iter().map(|raw| {
        let said = !matches!(raw.text.as_str(), "" | "-");
        said.then(|| Spanned::new(raw.text, raw.span))
    });
    Some(Row { cells, says: says.collect(), span: raw.span })
}
