//! When a row happened: a column, several, or the start of the history.

use notation::{Data, Diagnostics, Node};

use super::super::column::Unreadable;
use super::super::map::{TimeColumns, TimeMap};
use super::super::time::Format;
use super::cleaning::{cleaning, unreadable};
use super::words::{column, listed, or_tell};

/// What a map writes for rows that were known before everything else.
const START: &str = "start";

pub(super) fn time(node: &Node, out: &mut Diagnostics) -> Option<TimeMap> {
    if let Data::Scalar(scalar) = &node.data {
        // In quotes it is a column that is called so.
        if scalar.text == START && !scalar.quoted {
            return Some(TimeMap::Start);
        }
        let columns = vec![column(node, out)?];
        return Some(TimeMap::Columns(TimeColumns::usual(columns)));
    }
    let mut time = node.map(out)?;
    let one = time.optional("column").and_then(|node| column(node, out));
    let several = time.optional("columns");
    let columns = match (one, several) {
        (Some(one), None) => Some(vec![one]),
        (None, Some(node)) => several_columns(node, out),
        (None, None) | (Some(_), Some(_)) => {
            let says = "a time has a column, or several";
            let help = "write `column: NAME`, or `columns: [date, hour]`";
            or_tell(None, node.span, says, help, out)
        }
    };
    let mut read = TimeColumns::usual(Vec::new());
    if let Some(node) = time.optional("formats") {
        read.formats = formats(node, out);
    }
    read.cleaning = cleaning(&mut time, out).0;
    read.unreadable = unreadable(&mut time, out).unwrap_or(Unreadable::Hold);
    time.finish(out);
    read.columns = columns?;
    Some(TimeMap::Columns(read))
}

fn several_columns(node: &Node, out: &mut Diagnostics) -> Option<Vec<String>> {
    let nodes = node.list(out)?;
    let columns: Vec<String> = nodes.iter().filter_map(|node| column(node, out)).collect();
    let some = (!columns.is_empty()).then_some(columns);
    or_tell(some, node.span, "there is no column", "write `columns: [date, hour]`", out)
}

pub(super) fn formats(node: &Node, out: &mut Diagnostics) -> Vec<Format> {
    let mut formats = Vec::new();
    let nodes = listed(node);
    for node in nodes {
        let Some(text) = node.word(out) else { continue };
        let help = "write a pattern as in \"%d.%m.%Y %H:%M\", excel, unix, unix-ms or rfc3339";
        let format = Format::new(text);
        formats.extend(or_tell(format, node.span, "this is no format of times", help, out));
    }
    if formats.is_empty() && nodes.is_empty() {
        or_tell(None::<()>, node.span, "there is no format", "write [\"%Y-%m-%d\"]", out);
    }
    formats
}
