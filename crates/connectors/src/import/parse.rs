//! An import map from YAML, with a place and help for whatever is wrong with it.

mod cleaning;
mod field;
mod settings;
mod subject;
mod time;
mod words;

use domain::signal::{IdentifierKind, SourceName};
use notation::{Diagnostic, Diagnostics, FileId, Node, Sources, Span, parse};

use self::settings::Settings;
use self::words::{column, columns};
use super::glob::Glob;
use super::map::{DEBRIEF_KIND, FileMap, ImportMap, OUTCOME_KIND};
use crate::json::path::JsonPath;
use crate::reading::VerifiedKinds;

/// The field in which a record's id is kept.
const RECORD: &str = "record";

/// Reads the map in `file`. None where there is an error; what it is stands in `out`.
pub fn parse_map(sources: &Sources, file: FileId, out: &mut Diagnostics) -> Option<ImportMap> {
    let before = out.errors();
    let root = parse(sources, file, out)?;
    let mut top = root.map(out)?;
    let source = top.required("source", out).and_then(|node| source(node, out));
    let shared = Settings::read(&mut top, &Settings::default(), out);
    let body = top.optional("body");
    let files = if body.is_some() { top.optional("files") } else { top.required("files", out) };
    let files = files.and_then(|node| node.map(out));
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
    let body = body.and_then(|node| body_map(node, &name, &shared, out));
    let source = source.filter(|_| out.errors() == before)?;
    Some(ImportMap { source, files: read, body })
}

fn source(node: &Node, out: &mut Diagnostics) -> Option<SourceName> {
    let text = node.text(out)?;
    let name = SourceName::new(text);
    if let Err(error) = &name {
        out.push(Diagnostic::error("map-source", node.span, error.to_string()));
    }
    name.ok()
}

/// What a map says of posts over HTTP: its columns are JSON paths.
fn body_map(
    node: &Node,
    source: &SourceName,
    above: &Settings,
    out: &mut Diagnostics,
) -> Option<FileMap> {
    let map = file_map(node, node.span, source, above, out)?;
    for column in map.columns() {
        if let Err(error) = JsonPath::parse(column) {
            let says = format!("`{column}` is no path that is read: {error}");
            let help = "write a name, or a path as in $.answers[?@.type=='email'].email";
            out.push(Diagnostic::error("map-setting", node.span, says).help(help));
        }
    }
    Some(map)
}

fn file_map(
    node: &Node,
    glob: Span,
    source: &SourceName,
    above: &Settings,
    out: &mut Diagnostics,
) -> Option<FileMap> {
    let mut file = node.map(out)?;
    let settings = Settings::read(&mut file, above, out);
    let kind = file.required("kind", out).and_then(|node| kind(node, out));
    let lead = file.optional("lead").and_then(|node| node.boolean(out)).unwrap_or_default();
    let id = file.optional("id").and_then(|node| column(node, out));
    let record = file.optional("record");
    let time = file.optional("time").and_then(|node| time::time(node, out));
    let subject = file.optional("subject").map(|node| subject::subjects(node, &settings, out));
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
        zone: settings.zone,
        encoding: settings.encoding,
        delimiter: settings.delimiter,
        skip: settings.skip,
        comment: settings.comment,
        nulls: settings.nulls,
        aliases: settings.aliases,
        missing: settings.missing,
        named_columns: settings.columns,
        subject: subject.unwrap_or_default(),
        verifies: settings.verifies.map_or(VerifiedKinds::ALL, VerifiedKinds::of),
        fields: Vec::new(),
        outcome,
        snapshot,
    };
    if let Some(node) = fields {
        field::fields(node, &mut map, out);
    }
    if let Some(column) = handoff.and_then(|node| column(node, out)) {
        map.fields.push(field::text_field("handoff", column, &map));
    }
    if let Some(node) = record {
        read_record(node, &mut map, out);
    }
    check_handoff(&map, glob, out);
    check_columns(&map, glob, out);
    Some(map)
}

/// `record: COLUMN` is the id of a row in its own system. It tells rows apart where nothing else
/// does, it is kept as a field, and it names nobody.
fn read_record(node: &Node, map: &mut FileMap, out: &mut Diagnostics) {
    let Some(column) = column(node, out) else { return };
    let as_person = |subject: &super::map::SubjectColumn| {
        subject.kind == IdentifierKind::ExternalId && subject.column == column
    };
    if map.subject.iter().any(as_person) {
        let says = "a record's id is not the id of a person";
        let help = "keep `record` for a lead's or row's own id, `external_id` for a person's";
        out.push(Diagnostic::error("map-setting", node.span, says).help(help));
    }
    if map.id.is_none() {
        map.id = Some(column.clone());
    }
    if map.fields.iter().all(|field| field.name != RECORD) {
        map.fields.push(field::text_field(RECORD, column, map));
    }
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

/// In a file without a header every mapped column must be among those that the map names.
fn check_columns(file: &FileMap, span: Span, out: &mut Diagnostics) {
    let Some(named) = &file.named_columns else { return };
    for column in file.columns() {
        if !named.iter().any(|name| name == column) {
            let says = format!("the column `{column}` is not among `columns`");
            let help = match notation::nearest(column, named.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`columns` names the columns of a file without a header".to_owned(),
            };
            out.push(Diagnostic::error("map-setting", span, says).help(help));
        }
    }
}
