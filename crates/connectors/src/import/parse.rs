//! An import map from YAML, with a place and help for whatever is wrong with it.

use std::collections::{BTreeMap, BTreeSet};

use domain::Value;
use domain::signal::{IdentifierKind, SourceName};
use jiff::tz::TimeZone;
use notation::{
    Data, Diagnostic, Diagnostics, Fields, FileId, Node, Sources, Span, nearest, parse,
};

use super::cell;
use super::column::{Repair, Type};
use super::glob::Glob;
use super::map::{
    DEBRIEF_KIND, FieldMap, FileMap, ImportMap, OUTCOME_KIND, SubjectColumn, TimeColumn,
};
use super::number::is_currency;
use super::time::Format;
use crate::csv::{Encoding, delimiter};
use crate::reading::VerifiedKinds;

const SKIP_MAX: i64 = 1_000_000;

/// Reads the map in `file`. None where there is an error; what it is stands in `out`.
pub fn parse_map(sources: &Sources, file: FileId, out: &mut Diagnostics) -> Option<ImportMap> {
    let before = out.errors();
    let root = parse(sources, file, out)?;
    let mut top = root.map(out)?;
    let source = top.required("source", out).and_then(|node| source(node, out));
    let shared = Shared::read(&mut top, &Shared::default(), out);
    let files = top.required("files", out).and_then(|node| node.map(out));
    top.finish(out);
    // Without a source the files are still read, so that all that is wrong is told at once.
    let name = source.clone().or_else(|| SourceName::new("none").ok())?;
    let mut read = Vec::new();
    for (key, node) in files.map(|mut files| files.rest()).unwrap_or_default() {
        let glob = Glob::new(&key.text);
        if glob.is_none() {
            let says = "a file is named by a glob on its base name, without a path";
            out.push(Diagnostic::error("map-glob", key.span, says).help("write \"*leads*.csv\""));
        }
        let file = file_map(node, key.span, &name, &shared, out);
        read.extend(glob.zip(file));
    }
    let source = source.filter(|_| out.errors() == before)?;
    Some(ImportMap { source, files: read })
}

fn source(node: &Node, out: &mut Diagnostics) -> Option<SourceName> {
    let text = node.text(out)?;
    let name = SourceName::new(text);
    if let Err(error) = &name {
        out.push(Diagnostic::error("map-source", node.span, error.to_string()));
    }
    name.ok()
}

/// What may stand at the top, for every file, and at a file.
#[derive(Clone)]
struct Shared {
    zone: TimeZone,
    encoding: Option<Encoding>,
    delimiter: Option<u8>,
    skip: u64,
    comment: String,
    nulls: Vec<String>,
    verifies: Option<Vec<IdentifierKind>>,
}

impl Default for Shared {
    fn default() -> Self {
        Self {
            zone: TimeZone::UTC,
            encoding: None,
            delimiter: None,
            skip: 0,
            comment: String::new(),
            nulls: Vec::new(),
            verifies: None,
        }
    }
}

impl Shared {
    /// What stands here, and for the rest what stands above.
    fn read(fields: &mut Fields<'_>, above: &Self, out: &mut Diagnostics) -> Self {
        let mut here = above.clone();
        if let Some(zone) = fields.optional("zone").and_then(|node| zone(node, out)) {
            here.zone = zone;
        }
        let encoding = fields.optional("encoding").and_then(|node| encoding(node, out));
        here.encoding = encoding.or(here.encoding);
        let delimiter = fields.optional("delimiter").and_then(|node| delimiter_of(node, out));
        here.delimiter = delimiter.or(here.delimiter);
        if let Some(skip) = fields.optional("skip").and_then(|node| skip(node, out)) {
            here.skip = skip;
        }
        if let Some(comment) = fields.optional("comment").and_then(|node| node.text(out)) {
            comment.clone_into(&mut here.comment);
        }
        if let Some(node) = fields.optional("nulls") {
            here.nulls = texts(node, out);
        }
        if let Some(node) = fields.optional("verifies") {
            here.verifies = Some(kinds(node, out));
        }
        here
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

fn or_tell<T>(
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

/// A name that is none of those that are known.
fn unknown(what: &str, name: &str, span: Span, known: &[&'static str], out: &mut Diagnostics) {
    let help = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known are {}", known.join(", ")),
    };
    let shown: String = name.chars().take(40).collect();
    let says = format!("there is no {what} `{shown}`");
    out.push(Diagnostic::error("map-setting", span, says).help(help));
}

fn texts(node: &Node, out: &mut Diagnostics) -> Vec<String> {
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

const KINDS: [&str; 6] = ["external_id", "email", "phone", "cookie", "domain", "company"];

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

fn file_map(
    node: &Node,
    glob: Span,
    source: &SourceName,
    above: &Shared,
    out: &mut Diagnostics,
) -> Option<FileMap> {
    let mut file = node.map(out)?;
    let shared = Shared::read(&mut file, above, out);
    let kind = file.required("kind", out).and_then(|node| kind(node, out));
    let lead = file.optional("lead").and_then(|node| node.boolean(out)).unwrap_or_default();
    let id = file.optional("id").and_then(|node| column(node, out));
    let time = file.optional("time").and_then(|node| time(node, out));
    let verifies = shared.verifies.as_deref();
    let subject = file.optional("subject").map(|node| subjects(node, verifies, out));
    let outcome = file.optional("outcome").map(|node| columns(node, out)).unwrap_or_default();
    let snapshot = file.optional("snapshot").and_then(|node| node.boolean(out)).unwrap_or_default();
    let fields = file.optional("fields");
    let handoff = file.optional("handoff");
    file.finish(out);
    let mut map = FileMap {
        source: source.clone(),
        kind: kind?,
        lead,
        id,
        time,
        zone: shared.zone,
        encoding: shared.encoding,
        delimiter: shared.delimiter,
        skip: shared.skip,
        comment: shared.comment,
        nulls: shared.nulls,
        subject: subject.unwrap_or_default(),
        verifies: verifies
            .map_or(VerifiedKinds::ALL, |kinds| VerifiedKinds::of(kinds.iter().copied())),
        fields: Vec::new(),
        outcome,
        snapshot,
    };
    for (key, node) in
        fields.and_then(|node| node.map(out)).map(|mut all| all.rest()).unwrap_or_default()
    {
        check_name(&key.text, key.span, out);
        map.fields.extend(field(&key.text, node, &map, out));
    }
    if let Some(column) = handoff.and_then(|node| column(node, out)) {
        map.fields.push(text_field("handoff", column, &map));
    }
    check_handoff(&map, glob, out);
    Some(map)
}

fn kind(node: &Node, out: &mut Diagnostics) -> Option<String> {
    let text = node.text(out)?;
    let part = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_lowercase())
            && part.bytes().all(|byte| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-')
            })
    };
    let sound = text.len() <= 80 && text.split('.').all(part);
    if !sound {
        let says = "a kind is what happened, in lower case with dots";
        out.push(Diagnostic::error("map-kind", node.span, says).help("write lead.created"));
    }
    sound.then(|| text.to_owned())
}

fn column(node: &Node, out: &mut Diagnostics) -> Option<String> {
    let text = node.text(out)?.trim();
    let named = (!text.is_empty()).then(|| text.to_owned());
    or_tell(named, node.span, "a column has a name", "write the name in the header", out)
}

fn columns(node: &Node, out: &mut Diagnostics) -> BTreeSet<String> {
    let nodes = node.list(out).unwrap_or_default();
    nodes.iter().filter_map(|node| column(node, out)).collect()
}

fn time(node: &Node, out: &mut Diagnostics) -> Option<TimeColumn> {
    if matches!(node.data, Data::Scalar(_)) {
        return Some(TimeColumn { column: column(node, out)?, formats: Format::usual() });
    }
    let mut time = node.map(out)?;
    let column = time.required("column", out).and_then(|node| column(node, out));
    let formats = time.optional("formats").map(|node| formats(node, out));
    time.finish(out);
    Some(TimeColumn { column: column?, formats: formats.unwrap_or_else(Format::usual) })
}

fn formats(node: &Node, out: &mut Diagnostics) -> Vec<Format> {
    let mut formats = Vec::new();
    let nodes = match &node.data {
        Data::List(nodes) => nodes.as_slice(),
        Data::Null | Data::Scalar(_) | Data::Map(_) => std::slice::from_ref(node),
    };
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

fn subjects(
    node: &Node,
    verifies: Option<&[IdentifierKind]>,
    out: &mut Diagnostics,
) -> Vec<SubjectColumn> {
    let mut subjects = Vec::new();
    let pairs = node.map(out).map(|mut map| map.rest()).unwrap_or_default();
    for (key, node) in pairs {
        let Some(kind) = IdentifierKind::named(&key.text) else {
            unknown("identifier", &key.text, key.span, &KINDS, out);
            continue;
        };
        let verified = verifies.is_none_or(|kinds| kinds.contains(&kind));
        subjects.extend(column(node, out).map(|column| SubjectColumn { kind, column, verified }));
    }
    subjects
}

fn check_name(name: &str, span: Span, out: &mut Diagnostics) {
    let part = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    };
    if name.len() > 80 || !name.split('.').all(part) {
        let says = "a field's name has letters, digits, `_`, `-`, and dots between parts";
        out.push(Diagnostic::error("map-field", span, says).help("write person.job_title"));
        return;
    }
    let owners = ["person", "account", "consent"];
    let owner = name.split_once('.').map(|(owner, _)| owner);
    if let Some(owner) = owner.filter(|owner| !owners.contains(owner)) {
        let help = match nearest(owner, owners) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "before a dot stands person, account or consent".to_owned(),
        };
        let says = format!("a field of `{owner}` is nobody's");
        out.push(Diagnostic::error("map-field", span, says).help(help));
    }
}

fn text_field(name: &str, column: String, file: &FileMap) -> FieldMap {
    FieldMap {
        name: name.to_owned(),
        outcome: file.outcome.contains(&column),
        column,
        kind: Type::Text,
        repair: vec![Repair::Trim],
        values: BTreeMap::new(),
        default: None,
    }
}

/// `origin: text`, or the long form.
fn field(name: &str, node: &Node, file: &FileMap, out: &mut Diagnostics) -> Option<FieldMap> {
    let mut read = text_field(name, name.to_owned(), file);
    read.repair.clear();
    if matches!(node.data, Data::Scalar(_)) {
        read.kind = plain_type(node, out)?;
        return Some(read);
    }
    let mut long = node.map(out)?;
    if let Some(node) = long.optional("column") {
        read.column = column(node, out)?;
        read.outcome = file.outcome.contains(&read.column);
    }
    if let Some(node) = long.optional("type") {
        read.kind = plain_type(node, out)?;
    }
    refine(&mut read.kind, &mut long, out);
    let mut default = None;
    if let Some(node) = long.optional("repair") {
        for node in listed(node) {
            repair(node, &mut read, &mut default, out);
        }
    }
    if let Some(node) = long.optional("values") {
        read.values = values(node, out);
    }
    default = long.optional("default").or(default);
    long.finish(out);
    read.default = default.and_then(|node| sample(node, &read, file, out));
    check_values(&read, file, node.span, out);
    Some(read)
}

fn listed(node: &Node) -> &[Node] {
    match &node.data {
        Data::List(nodes) => nodes,
        Data::Null | Data::Scalar(_) | Data::Map(_) => std::slice::from_ref(node),
    }
}

fn plain_type(node: &Node, out: &mut Diagnostics) -> Option<Type> {
    let name = node.text(out)?;
    let kind = match name {
        "text" => Type::Text,
        "integer" => Type::Integer,
        "decimal" => Type::Decimal,
        "money" => Type::Money(None),
        "date" => Type::Date(Format::usual()),
        "moment" => Type::Moment(Format::usual()),
        "boolean" => Type::Boolean,
        "list" => Type::List(None),
        other => {
            unknown("type", other, node.span, &Type::NAMES, out);
            return None;
        }
    };
    Some(kind)
}

/// What a type needs to know besides its name.
fn refine(kind: &mut Type, long: &mut Fields<'_>, out: &mut Diagnostics) {
    match kind {
        Type::Date(known) | Type::Moment(known) => {
            if let Some(node) = long.optional("formats") {
                *known = formats(node, out);
            }
        }
        Type::Money(known) => {
            *known = long.optional("currency").and_then(|node| {
                let text = node.text(out)?;
                let code = is_currency(text).then(|| text.to_owned());
                let help = "write three capital letters, as in EUR";
                or_tell(code, node.span, "this is no code of a currency", help, out)
            });
        }
        Type::List(known) => {
            let node = long.optional("separator");
            *known = node
                .and_then(|node| node.word(out))
                .filter(|text| !text.is_empty())
                .map(str::to_owned);
        }
        Type::Text | Type::Integer | Type::Decimal | Type::Boolean => {}
    }
}

/// One repair: its name, a table of values, or `values` and `default` by their names.
fn repair<'a>(
    node: &'a Node,
    field: &mut FieldMap,
    default: &mut Option<&'a Node>,
    out: &mut Diagnostics,
) {
    if let Data::Map(pairs) = &node.data {
        let named = |key: &str| pairs.iter().any(|(known, _)| known.text == key);
        if !named("values") && !named("default") {
            field.values = values(node, out);
            return;
        }
        let Some(mut map) = node.map(out) else { return };
        if let Some(node) = map.optional("values") {
            field.values = values(node, out);
        }
        *default = map.optional("default").or(*default);
        map.finish(out);
        return;
    }
    let Some(name) = node.text(out) else { return };
    match Repair::named(name) {
        Some(repair) => field.repair.push(repair),
        None => unknown("repair", name, node.span, &Repair::NAMES, out),
    }
}

fn values(node: &Node, out: &mut Diagnostics) -> BTreeMap<String, Option<String>> {
    let pairs = node.map(out).map(|mut map| map.rest()).unwrap_or_default();
    let mut values = BTreeMap::new();
    for (key, node) in pairs {
        if node.is_null() {
            values.insert(key.text.trim().to_owned(), None);
        } else if let Some(text) = node.word(out) {
            values.insert(key.text.trim().to_owned(), Some(text.to_owned()));
        }
    }
    values
}

/// The value of a default, which must fit its field's type.
fn sample(node: &Node, field: &FieldMap, file: &FileMap, out: &mut Diagnostics) -> Option<Value> {
    let value = cell::value(node.word(out)?, field, file).ok().map(|(value, _)| value);
    let says = format!("the default does not fit the type {}", field.kind.name());
    or_tell(value, node.span, &says, "write one that can be read as that type", out)
}

fn check_values(field: &FieldMap, file: &FileMap, span: Span, out: &mut Diagnostics) {
    let misfit =
        |text: &&String| !file.is_null(text.trim()) && cell::value(text, field, file).is_err();
    if field.values.values().flatten().any(|text| misfit(&text)) {
        let says = format!("a value of the table does not fit the type {}", field.kind.name());
        or_tell(None::<()>, span, &says, "write what can be read as that type", out);
    }
}

fn check_handoff(file: &FileMap, span: Span, out: &mut Diagnostics) {
    let needs = matches!(file.kind.as_str(), OUTCOME_KIND | DEBRIEF_KIND);
    let has = file.fields.iter().any(|field| field.name == "handoff" && !field.outcome);
    if needs && !has {
        let says = format!("rows of {} need the handoff that they are about", file.kind);
        out.push(
            Diagnostic::error("map-handoff", span, says)
                .help("write `handoff: COLUMN`, or `handoff: text` under `fields`"),
        );
    }
}
