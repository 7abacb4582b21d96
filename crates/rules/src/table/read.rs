//! How a table is read: columns and rows in YAML, or the rows in a CSV beside it.

use notation::{Cell as Written, Data, Diagnostic, Diagnostics, Key, Node, Span, Spanned, nearest};

use super::cell::{Cell, Looks};
use super::{Column, Hit, Row, Table, proof};
use crate::expression::typing::{Type, WORDS};
use crate::expression::{Compile, Context, Expression, TypeSet};

/// Rows of a table.
pub(crate) const ROWS_MAX: usize = 10_000;
/// Columns of a table.
const COLUMNS_MAX: usize = 64;

/// What a table must say.
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    pub(crate) outputs: &'static [&'static str],
    pub(crate) context: Context,
    /// Keys of the same file that are none of the table's.
    pub(crate) beside: &'static [&'static str],
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
    for key in shape.beside {
        fields.optional(key);
    }
    let heads = [fields.key_span("columns"), fields.key_span("outputs")];
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
    // Where the table names its cells: an output is missing, or else a column.
    let [columns_key, outputs_key] = heads.map(|span| span.unwrap_or(node.span));
    let lacks_output = outputs.len() < shape.outputs.len();
    let head = if lacks_output { outputs_key } else { columns_key };
    let raw = raw_rows(rows, &names, &outputs, head, to)?;
    let mut made = Vec::new();
    for (at, (key, node)) in columns.iter().enumerate() {
        made.push(column(key, node, &raw, at, shape.context, to)?);
    }
    if to.types.is_gathering() {
        return None;
    }
    let tells = raw.iter().map(|row| row.cells.iter().map(looks_at).collect()).collect();
    let mut unfit = Vec::new();
    let rows: Vec<Row> =
        raw.into_iter().filter_map(|raw| row(raw, &made, &tells, &mut unfit, to)).collect();
    misfits(unfit, &made, &rows, to.out);
    let table = Table { name: name.to_owned(), hit, columns: made, outputs, rows };
    if to.out.errors() == before {
        proof::prove(&table, node.span, to.out);
    }
    Some(table)
}

/// A column: an expression, or `{ of, type }`. Its cells say what it is of where nothing else does.
fn column(
    key: &Key,
    node: &Node,
    rows: &[RawRow],
    at: usize,
    context: Context,
    to: &mut Compile<'_>,
) -> Option<Column> {
    let (expression, wanted) = match &node.data {
        Data::Map(_) => {
            let mut fields = node.map(to.out)?;
            let of = fields.required("of", to.out);
            let said = fields.required("type", to.out).and_then(|node| said_type(node, to.out));
            fields.finish(to.out);
            (of?, TypeSet::of(said?))
        }
        Data::Null | Data::Scalar(_) | Data::List(_) => (node, TypeSet::ALL),
    };
    let looks: Vec<Looks> =
        rows.iter().filter_map(|row| row.cells.get(at)).map(|raw| Cell::looks(&raw.text)).collect();
    let all = looks.iter().copied().fold(Looks::ANYTHING, Looks::and);
    let (mixed, gathering) = (all.likely.is_empty(), to.types.is_gathering());
    // Of a column whose cells do not fit one another nothing is concluded.
    let wanted_now = if gathering && !mixed { wanted.and(all.possible) } else { wanted };
    let prefers = if mixed { TypeSet::ALL } else { all.likely };
    let choose = |may: TypeSet| chosen(may, &looks, all);
    let value = Expression::read_column(expression, wanted_now, prefers, context, &choose, to)?;
    Some(Column { name: key.text.clone(), value })
}

/// What a column is of: what all its cells look like, else what it is said to be, else what most of
/// its cells look like.
fn chosen(may: TypeSet, looks: &[Looks], all: Looks) -> TypeSet {
    let likely = may.and(all.likely);
    if !likely.is_empty() || may.types().count() < 2 {
        return if likely.is_empty() { may } else { likely };
    }
    let votes = |of: Type| looks.iter().filter(|look| look.likely.has(of)).count();
    let mut most: Option<(usize, Type)> = None;
    let in_order = looks.iter().flat_map(|look| look.likely.types()).filter(|of| may.has(*of));
    for of in in_order {
        if most.is_none_or(|(count, _)| votes(of) > count) {
            most = Some((votes(of), of));
        }
    }
    most.map_or(may, |(_, of)| TypeSet::of(of))
}

fn said_type(node: &Node, out: &mut Diagnostics) -> Option<Type> {
    let word = node.text(out)?;
    let of = Type::named(word);
    if of.is_none() {
        let words = WORDS.map(|(word, _)| word);
        let help = match nearest(word, words) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known: {}", words.join(", ")),
        };
        let says = "no column is of this type";
        out.push(Diagnostic::error("unknown-word", node.span, says).help(help));
    }
    of
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
    head: Span,
    to: &mut Compile<'_>,
) -> Option<Vec<RawRow>> {
    let rows = match &node.data {
        Data::Scalar(_) => csv_rows(node, columns, outputs, to)?,
        Data::Null | Data::List(_) | Data::Map(_) => {
            let width = columns.len() + outputs.len();
            let rows = node.list(to.out)?;
            if let Some(cells) = all_of_another_width(rows, width) {
                uneven(columns, outputs, cells, head, to.out);
                return None;
            }
            rows.iter().filter_map(|row| yaml_row(row, columns.len(), width, to.out)).collect()
        }
    };
    if rows.len() > ROWS_MAX {
        let says = format!("a table has at most {ROWS_MAX} rows");
        to.out.push(Diagnostic::error("table-shape", node.span, says));
        return None;
    }
    Some(rows)
}

/// How many cells each row has, if there are several and all have as many as one another and not as many
/// as the table: then the table is wrong and not each row.
fn all_of_another_width(rows: &[Node], width: usize) -> Option<usize> {
    let length =
        |row: &Node| if let Data::List(cells) = &row.data { Some(cells.len()) } else { None };
    let first = length(rows.first()?)?;
    let same = rows.len() > 1 && rows.iter().all(|row| length(row) == Some(first));
    (same && first != width).then_some(first)
}

fn uneven(columns: &[&str], outputs: &[String], cells: usize, head: Span, out: &mut Diagnostics) {
    let says = format!(
        "all rows have {cells} cells, and the table has {} columns and {} outputs",
        columns.len(),
        outputs.len()
    );
    let names = columns.iter().copied().chain(outputs.iter().map(String::as_str));
    let help = format!(
        "name a column or an output for each cell; named are {}",
        names.collect::<Vec<_>>().join(", ")
    );
    out.push(Diagnostic::error("table-shape", head, says).help(help));
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

/// What a cell looks like, and where it stands.
fn looks_at(raw: &Raw) -> (TypeSet, Span) {
    (Cell::looks(&raw.text).likely, raw.span)
}

/// What the cells of each row look like.
type Tells = Vec<Vec<(TypeSet, Span)>>;

/// A cell that is of another type than its column, by the place of the column.
type Unfit = (usize, Diagnostic);

/// Tells of cells that cannot be read. Where no cell of a column fits it, the column is wrong.
fn misfits(unfit: Vec<Unfit>, columns: &[Column], rows: &[Row], out: &mut Diagnostics) {
    for (at, column) in columns.iter().enumerate() {
        let of_column: Vec<&Diagnostic> =
            unfit.iter().filter(|(place, _)| *place == at).map(|(_, told)| told).collect();
        let fits = rows.iter().any(|row| row.cells[at].tests());
        let [first, .., _] = &of_column[..] else { continue };
        if fits || of_column.iter().any(|told| told.elsewhere.is_none()) {
            continue;
        }
        let says = format!(
            "the column `{}` is {}, and none of its {} cells fits that",
            column.name,
            column.value.set().says(),
            of_column.len()
        );
        let told = Diagnostic::error("cell-unreadable", column.value.span(), says);
        let told = told.elsewhere(first.span, "the first of them stands");
        out.push(told.help("let the column ask for what the cells test, or mend the cells"));
    }
    for (at, told) in unfit {
        let whole = |kept: &Diagnostic| {
            kept.code == "cell-unreadable" && kept.span == columns[at].value.span()
        };
        if !out.list().iter().any(whole) {
            out.push(told);
        }
    }
}

fn row(
    raw: RawRow,
    columns: &[Column],
    tells: &Tells,
    unfit: &mut Vec<Unfit>,
    to: &mut Compile<'_>,
) -> Option<Row> {
    let before = unfit.len();
    let mut cells = Vec::new();
    for (at, (raw, column)) in raw.cells.iter().zip(columns).enumerate() {
        match Cell::read(&raw.text, column.value.set(), to.names) {
            Ok(cell) => {
                if column.value.is_country() {
                    let said = cell.texts().map(|text| Spanned::new(text.to_owned(), raw.span));
                    to.types.countries.extend(said);
                }
                if cell.asks_moments() {
                    to.names.date(column.value.slot());
                }
                cells.push(cell);
            }
            Err(fault) => {
                let says = format!("column `{}`: {}", column.name, fault.says);
                let told = Diagnostic::error("cell-unreadable", raw.span, says);
                let told = told.maybe_help(fault.help);
                let told = match elsewhere(raw, column, at, tells) {
                    Some((span, says)) => told.elsewhere(span, says),
                    None => told,
                };
                unfit.push((at, told));
            }
        }
    }
    if unfit.len() > before {
        return None;
    }
    let says = raw.says.into_iter().map(|raw| {
        let said = !matches!(raw.text.as_str(), "" | "-");
        said.then(|| Spanned::new(raw.text, raw.span))
    });
    let words = words(&cells, columns);
    let tests = |(at, cell): (usize, &Cell)| cell.tests().then_some(at as u16);
    let tested = cells.iter().enumerate().filter_map(tests).collect();
    Some(Row { cells, tested, says: says.collect(), words, span: raw.span })
}

/// A row as people read it: what each column has to be.
fn words(cells: &[Cell], columns: &[Column]) -> String {
    let asked = cells.iter().zip(columns).filter(|(cell, _)| cell.text() != "-");
    let words: Vec<String> =
        asked.map(|(cell, column)| format!("{} {}", column.name, cell.text())).collect();
    if words.is_empty() { "anything".to_owned() } else { words.join(", ") }
}

/// The cell or the expression that says of which type a column is, for a cell that is of another.
fn elsewhere(raw: &Raw, column: &Column, at: usize, tells: &Tells) -> Option<(Span, String)> {
    let of = column.value.set();
    let looks = Cell::looks(&raw.text).likely;
    if of.settled() == Type::Any || !of.and(looks).is_empty() {
        return None;
    }
    let says = format!("it is {}", of.says());
    let fits = |(looks, _): &&(TypeSet, Span)| *looks != TypeSet::ALL && !of.and(*looks).is_empty();
    let mut cells = tells.iter().filter_map(|row| row.get(at));
    let span = cells.find(fits).map_or(column.value.span(), |(_, span)| *span);
    Some((span, says))
}
