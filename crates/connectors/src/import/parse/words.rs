//! What every part of a map is read with: names, lists, and how a wrong one is told.

use std::collections::BTreeSet;

use notation::{Data, Diagnostic, Diagnostics, Node, Span, nearest};

use super::super::phone;

/// The identifiers that a map may name.
pub(super) const KINDS: [&str; 6] =
    ["external_id", "email", "phone", "cookie", "domain", "company"];

/// Tells `says` at `span` where nothing was found.
pub(super) fn or_tell<T>(
    found: Option<T>,
    span: Span,
    says: &str,
    help: &str,
    out: &mut Diagnostics,
) -> Option<T> {
    if found.is_none() {
        out.push(Diagnostic::error("map-setting", span, says).help(help));
    }
    found
}

/// Tells a name that is none of those that are known.
pub(super) fn unknown(
    what: &str,
    name: &str,
    span: Span,
    known: &[&'static str],
    out: &mut Diagnostics,
) {
    let help = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known are {}", known.join(", ")),
    };
    let shown: String = name.chars().take(40).collect();
    let says = format!("there is no {what} `{shown}`");
    out.push(Diagnostic::error("map-setting", span, says).help(help));
}

pub(super) fn texts(node: &Node, out: &mut Diagnostics) -> Vec<String> {
    let nodes = node.list(out).unwrap_or_default();
    nodes.iter().filter_map(|node| text_or_tell(node, out)).collect()
}

/// A text; the word that YAML takes for nothing is told apart from a type that does not fit.
fn text_or_tell(node: &Node, out: &mut Diagnostics) -> Option<String> {
    if node.is_null() {
        let says = "a text is expected, and YAML reads this as nothing";
        out.push(Diagnostic::error("yaml-type", node.span, says).help("put it in quotes"));
        return None;
    }
    node.text(out).map(str::to_owned)
}

/// The name of a column.
pub(super) fn column(node: &Node, out: &mut Diagnostics) -> Option<String> {
    let text = node.text(out)?.trim();
    let named = (!text.is_empty()).then(|| text.to_owned());
    or_tell(named, node.span, "a column has a name", "write the name in the header", out)
}

/// The names of columns whose order does not matter.
pub(super) fn columns(node: &Node, out: &mut Diagnostics) -> BTreeSet<String> {
    let nodes = node.list(out).unwrap_or_default();
    nodes.iter().filter_map(|node| column(node, out)).collect()
}

/// The items of a list; a single value is a list of one.
pub(super) fn listed(node: &Node) -> &[Node] {
    match &node.data {
        Data::List(nodes) => nodes,
        Data::Null | Data::Scalar(_) | Data::Map(_) => std::slice::from_ref(node),
    }
}

/// A country by its code or English name, as its code.
pub(super) fn country_code(node: &Node, out: &mut Diagnostics) -> Option<String> {
    // `NO` is a country, and YAML would take it for something else.
    let code = phone::country(node.word(out)?).map(str::to_owned);
    or_tell(code, node.span, "there is no such country", "write its code, as in DE", out)
}
