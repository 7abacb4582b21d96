//! Reading `territories.csv`: rows, then the tree, then what each inherits.

use std::collections::BTreeMap;
use std::sync::Arc;

use notation::{Cell, Diagnostic, Diagnostics, FileId, Sources, Spanned, nearest};

use super::{Employees, Postcode, Territories, Territory, gaps};
use crate::columns::{Columns, several};

/// Rows of a file.
const ROWS_MAX: usize = 50_000;
/// Entries of one cell.
const ENTRIES_MAX: usize = 1_000;
/// How deep the tree may be.
const DEPTH_MAX: u16 = 20;
const KNOWN: [&str; 8] =
    ["parent", "country", "region", "postcode", "employees", "from", "until", "owner_or_pool"];

/// Reads the territories. Whether the owners and pools exist is for the whole folder to say.
pub fn parse(sources: &Sources, file: FileId, out: &mut Diagnostics) -> Option<Territories> {
    let before = out.errors();
    let csv = notation::parse_csv(sources, file, out)?;
    let columns = Columns::find(&csv, file, &["territory"], &KNOWN, false, out)?;
    if csv.rows.len() > ROWS_MAX {
        let says = format!("the file has more than {ROWS_MAX} territories");
        out.push(Diagnostic::error("list-too-long", csv.rows[ROWS_MAX][0].span, says));
        return None;
    }
    let rows: Vec<Territory> =
        csv.rows.iter().filter_map(|row| territory(row, &columns, out)).collect();
    let by_name = names(&rows, out);
    let parents = parents(&rows, &by_name, out);
    let all = inherit(rows, &parents, out)?;
    if out.errors() > before {
        return None;
    }
    gaps::warn(&all, &parents, out);
    Some(Territories::rank(all))
}

fn territory(row: &[Cell], columns: &Columns, out: &mut Diagnostics) -> Option<Territory> {
    let Some(name) = columns.cell(row, "territory") else {
        let says = "the row has no territory";
        out.push(Diagnostic::error("missing-key", row.first()?.span, says));
        return None;
    };
    let spanned = |name| {
        let cell = columns.cell(row, name);
        cell.map(|cell: &Cell| Spanned::new(cell.text.clone(), cell.span))
    };
    let countries = entries(columns.cell(row, "country"), str::to_ascii_uppercase, out);
    let regions = entries(columns.cell(row, "region"), str::to_ascii_lowercase, out);
    Some(Territory {
        name: Spanned::new(name.text.clone(), name.span),
        parent: spanned("parent"),
        depth: 0,
        countries,
        regions,
        postcodes: postcodes(columns.cell(row, "postcode"), out),
        employees: columns.cell(row, "employees").and_then(|cell| employees(cell, out)),
        days: columns.validity(row, "from", "until", out),
        owner: spanned("owner_or_pool"),
    })
}

/// What a cell lists, in order and each once.
fn entries<T: Ord>(
    cell: Option<&Cell>,
    read: impl Fn(&str) -> T,
    out: &mut Diagnostics,
) -> Arc<[T]> {
    let Some(cell) = cell else { return Arc::default() };
    let mut entries: Vec<T> = several(&cell.text).take(ENTRIES_MAX + 1).map(read).collect();
    if entries.len() > ENTRIES_MAX {
        let says = format!("a cell lists at most {ENTRIES_MAX}");
        out.push(Diagnostic::error("list-too-long", cell.span, says));
        entries.truncate(ENTRIES_MAX);
    }
    entries.sort_unstable();
    entries.dedup();
    entries.into()
}

/// `80331`, `80*`, `80000-81999`; several with `;`.
fn postcodes(cell: Option<&Cell>, out: &mut Diagnostics) -> Arc<[Postcode]> {
    let read = entries(cell, postcode, out);
    if let Some(cell) = cell
        && read.iter().any(Option::is_none)
    {
        let says = "these are no postcodes";
        let help = "write `80331`, `80*` or `80000-81999`, several with `;` between";
        out.push(Diagnostic::error("postcode-unreadable", cell.span, says).help(help));
    }
    read.iter().flatten().cloned().collect()
}

fn postcode(text: &str) -> Option<Postcode> {
    let plain = |text: &str| -> Option<String> {
        let text: String = text.chars().filter(|c| *c != ' ').collect();
        let sound = !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric());
        sound.then(|| text.to_ascii_uppercase())
    };
    if let Some(begins) = text.strip_suffix('*') {
        return plain(begins).map(|text| Postcode::Begins { text, open: true });
    }
    if let Some((first, last)) = text.split_once('-') {
        let (first, last) = (plain(first)?, plain(last)?);
        let sound = first.len() == last.len() && first <= last;
        return sound.then_some(Postcode::Between(first, last));
    }
    plain(text).map(|text| Postcode::Begins { text, open: false })
}

/// `100-499`, `500+`, `12`.
fn employees(cell: &Cell, out: &mut Diagnostics) -> Option<Employees> {
    let number = |text: &str| -> Option<i64> {
        let text = text.trim();
        let plain = (1..=9).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        if plain { text.parse().ok() } else { None }
    };
    let read = if let Some(least) = cell.text.strip_suffix('+') {
        number(least).map(|least| Employees { least, most: None })
    } else if let Some((least, most)) = cell.text.split_once(['-', '–']) {
        number(least)
            .zip(number(most))
            .filter(|(least, most)| least <= most)
            .map(|(least, most)| Employees { least, most: Some(most) })
    } else {
        number(&cell.text).map(|count| Employees { least: count, most: Some(count) })
    };
    if read.is_none() {
        let says = "this is no range of employees";
        let help = "write `100-499` or `500+`";
        out.push(Diagnostic::error("employees-unreadable", cell.span, says).help(help));
    }
    read
}

/// The rows of each name, which may not meet in time.
fn names<'a>(rows: &'a [Territory], out: &mut Diagnostics) -> BTreeMap<&'a str, Vec<usize>> {
    let mut names: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        names.entry(&row.name.value).or_default().push(at);
    }
    for places in names.values_mut().filter(|places| places.len() > 1) {
        let mut by_date = places.clone();
        by_date.sort_by_key(|at| (rows[*at].days.from, *at));
        for pair in by_date.windows(2) {
            let (earlier, later) = (&rows[pair[0]], &rows[pair[1]]);
            if earlier.days.meets(&later.days) {
                let says = format!("`{}` is there already for the same days", later.name.value);
                let help = "let one version end (`until`) on the day when the next begins (`from`)";
                let told = Diagnostic::error("territory-twice", later.name.span, says).help(help);
                out.push(told.elsewhere(earlier.name.span, "the one that holds then"));
            } else if earlier.days.until < later.days.from {
                let says = format!("no version of `{}` holds before this one", later.name.value);
                let help = "let it begin on the day when the one before ends";
                let told = Diagnostic::warning("territory-gap", later.name.span, says);
                out.push(told.help(help));
            }
        }
    }
    names
}

/// The row above each row: the version of the parent that meets it in time.
fn parents(
    rows: &[Territory],
    by_name: &BTreeMap<&str, Vec<usize>>,
    out: &mut Diagnostics,
) -> Vec<Option<usize>> {
    let mut parents = Vec::with_capacity(rows.len());
    for row in rows {
        out.give("territory", &row.name.value, row.name.span);
    }
    for row in rows {
        let Some(parent) = &row.parent else {
            parents.push(None);
            continue;
        };
        let Some(versions) = by_name.get(parent.value.as_str()) else {
            let says = format!("there is no territory `{}`", parent.value);
            let near = nearest(&parent.value, by_name.keys().copied());
            let help = near.map(|near| format!("did you mean `{near}`?"));
            let told = Diagnostic::error("parent-unknown", parent.span, says).maybe_help(help);
            out.push(told.missing("territory", &parent.value));
            parents.push(None);
            continue;
        };
        out.mark_used("territory", &parent.value);
        let meets = versions.iter().find(|at| rows[**at].days.meets(&row.days));
        parents.push(meets.or(versions.first()).copied());
    }
    parents
}

/// Fills empty cells from above, parents first.
fn inherit(
    mut rows: Vec<Territory>,
    parents: &[Option<usize>],
    out: &mut Diagnostics,
) -> Option<Vec<Territory>> {
    let mut done = vec![false; rows.len()];
    for at in 0..rows.len() {
        let mut line = Vec::new();
        let mut next = Some(at);
        while let Some(here) = next.filter(|here| !done[*here]) {
            if line.len() >= usize::from(DEPTH_MAX) {
                let says = format!("a territory is below itself, or more than {DEPTH_MAX} deep");
                out.push(Diagnostic::error("territory-cycle", rows[at].name.span, says));
                return None;
            }
            line.push(here);
            next = parents[here];
        }
        for here in line.into_iter().rev() {
            if let Some(parent) = parents[here] {
                let above = rows[parent].clone();
                take_over(&mut rows[here], above);
            }
            done[here] = true;
        }
    }
    Some(rows)
}

fn take_over(row: &mut Territory, above: Territory) {
    row.depth = (above.depth + 1).min(DEPTH_MAX);
    if row.countries.is_empty() {
        row.countries = above.countries;
    }
    if row.regions.is_empty() {
        row.regions = above.regions;
    }
    if row.postcodes.is_empty() {
        row.postcodes = above.postcodes;
    }
    row.employees = row.employees.or(above.employees);
    row.days.from = row.days.from.or(above.days.from);
    row.days.until = row.days.until.or(above.days.until);
    row.owner = row.owner.take().or(above.owner);
}
