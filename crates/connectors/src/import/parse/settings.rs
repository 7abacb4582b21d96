//! What may stand at the top of a map, for every file, and at a file.

use std::collections::BTreeMap;

use domain::signal::IdentifierKind;
use jiff::tz::TimeZone;
use notation::{Diagnostic, Diagnostics, Fields, Node};

use super::super::map::Missing;
use super::words::{KINDS, column, country_code, listed, or_tell, texts, unknown};
use crate::csv::{Encoding, delimiter};

const SKIP_MAX: i64 = 1_000_000;
const COLUMNS_MAX: usize = 2_000;

/// The settings in force at one place of a map.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) zone: TimeZone,
    pub(super) encoding: Option<Encoding>,
    pub(super) delimiter: Option<u8>,
    pub(super) skip: u64,
    pub(super) comment: String,
    pub(super) nulls: Vec<String>,
    pub(super) verifies: Option<Vec<IdentifierKind>>,
    /// Other names of columns, by their name in the map.
    pub(super) aliases: BTreeMap<String, Vec<String>>,
    pub(super) missing: Missing,
    /// Names of the columns of a file without a header.
    pub(super) columns: Option<Vec<String>>,
    /// The country of phone numbers that name none, as ISO 3166 has it.
    pub(super) phone_country: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            zone: TimeZone::UTC,
            encoding: None,
            delimiter: None,
            skip: 0,
            comment: String::new(),
            nulls: Vec::new(),
            verifies: None,
            aliases: BTreeMap::new(),
            missing: Missing::Refuse,
            columns: None,
            phone_country: None,
        }
    }
}

impl Settings {
    /// What stands here, and for the rest what stands above.
    pub(super) fn read(fields: &mut Fields<'_>, above: &Self, out: &mut Diagnostics) -> Self {
        let mut here = above.clone();
        here.read_layout(fields, out);
        if let Some(zone) = fields.optional("zone").and_then(|node| zone(node, out)) {
            here.zone = zone;
        }
        if let Some(node) = fields.optional("nulls") {
            here.nulls = texts(node, out);
        }
        if let Some(node) = fields.optional("verifies") {
            here.verifies = Some(kinds(node, out));
        }
        if let Some(node) = fields.optional("aliases") {
            here.aliases.extend(aliases(node, out));
        }
        let missing = fields.optional("missing").and_then(|node| missing(node, out));
        here.missing = missing.unwrap_or(here.missing);
        let country = fields.optional("phone_country").and_then(|node| country_code(node, out));
        here.phone_country = country.or(here.phone_country);
        here
    }

    /// How the bytes of the file are laid out.
    fn read_layout(&mut self, fields: &mut Fields<'_>, out: &mut Diagnostics) {
        let encoding = fields.optional("encoding").and_then(|node| encoding(node, out));
        self.encoding = encoding.or(self.encoding);
        let delimiter = fields.optional("delimiter").and_then(|node| delimiter_of(node, out));
        self.delimiter = delimiter.or(self.delimiter);
        if let Some(skip) = fields.optional("skip").and_then(|node| skip(node, out)) {
            self.skip = skip;
        }
        if let Some(comment) = fields.optional("comment").and_then(|node| node.text(out)) {
            comment.clone_into(&mut self.comment);
        }
        if let Some(node) = fields.optional("columns") {
            self.columns = named_columns(node, out);
        }
    }
}

fn zone(node: &Node, out: &mut Diagnostics) -> Option<TimeZone> {
    let name = node.word(out)?;
    let fixed = || {
        let time = jiff::fmt::strtime::parse("%:z", name).ok()?;
        time.offset().map(TimeZone::fixed)
    };
    let zone = match name {
        "UTC" | "Z" => Some(TimeZone::UTC),
        name if name.starts_with(['+', '-']) => fixed(),
        name => TimeZone::get(name).ok(),
    };
    or_tell(zone, node.span, "there is no such time zone", "write one as in Europe/Berlin", out)
}

fn encoding(node: &Node, out: &mut Diagnostics) -> Option<Encoding> {
    let encoding = Encoding::named(node.text(out)?);
    let help = "known are utf-8, utf-16le, utf-16be, windows-1252 and the others of the web";
    or_tell(encoding, node.span, "there is no such encoding", help, out)
}

fn delimiter_of(node: &Node, out: &mut Diagnostics) -> Option<u8> {
    let text = node.word(out)?;
    let sign = match (text, text.as_bytes()) {
        ("tab" | "\\t", _) => Some(b'\t'),
        (_, [byte]) => Some(*byte).filter(|byte| delimiter::is_delimiter(*byte)),
        _ => None,
    };
    let help = "write one sign in quotes, as in \";\", or tab";
    or_tell(sign, node.span, "this is no delimiter", help, out)
}

fn skip(node: &Node, out: &mut Diagnostics) -> Option<u64> {
    let lines = node.integer(out)?;
    let skip = (0..=SKIP_MAX).contains(&lines).then_some(lines as u64);
    or_tell(skip, node.span, "so many lines cannot be left out", "write 0 or more", out)
}

/// The columns of a file without a header, in their order. One that nothing reads may be empty.
fn named_columns(node: &Node, out: &mut Diagnostics) -> Option<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    for node in node.list(out)? {
        let name = node.word(out)?.trim().to_owned();
        if !name.is_empty() && names.contains(&name) {
            let says = format!("the column `{}` is named twice", shown(&name));
            out.push(Diagnostic::error("map-setting", node.span, says).help("name each once"));
            return None;
        }
        names.push(name);
    }
    let fits = (1..=COLUMNS_MAX).contains(&names.len()).then_some(names);
    let help = "write the columns in their order, as in [id, email, created]";
    or_tell(fits, node.span, "so many columns cannot be named", help, out)
}

/// `NAME: [OTHER, …]`: what a column is called in some exports.
fn aliases(node: &Node, out: &mut Diagnostics) -> Vec<(String, Vec<String>)> {
    let pairs = node.map(out).map(|mut map| map.rest()).unwrap_or_default();
    let of = |(key, node): (&notation::Key, &Node)| {
        let others = listed(node).iter().filter_map(|node| column(node, out)).collect();
        (key.text.trim().to_owned(), others)
    };
    pairs.into_iter().map(of).collect()
}

fn missing(node: &Node, out: &mut Diagnostics) -> Option<Missing> {
    let name = node.text(out)?;
    match name {
        "refuse" => Some(Missing::Refuse),
        "leave out" => Some(Missing::LeaveOut),
        _ => {
            let known = ["refuse", "leave out"];
            unknown("way with a missing column, as in", name, node.span, &known, out);
            None
        }
    }
}

fn shown(name: &str) -> String {
    name.chars().take(40).collect()
}

fn kinds(node: &Node, out: &mut Diagnostics) -> Vec<IdentifierKind> {
    let mut kinds = Vec::new();
    for node in node.list(out).unwrap_or_default() {
        let Some(name) = node.text(out) else { continue };
        match IdentifierKind::named(name) {
            Some(kind) => kinds.push(kind),
            None => unknown("identifier", name, node.span, &KINDS, out),
        }
    }
    kinds
}
