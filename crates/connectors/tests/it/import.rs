//! Import maps, sentence by sentence.

mod clumsy;
mod draws;
mod files;
mod found;
mod maps;
mod rows;
mod values;
mod vendors;

use connectors::csv::{Header, Options, Reader, Row};
use connectors::import::{BoundMap, Counts, FileRefused, ImportMap, RowRead, RowResult, parse_map};
use domain::reason::Code;
use notation::{Diagnostics, Sources};

/// A map, or what is wrong with it as `code: message / help` at line and column.
fn parse(text: &str) -> Result<ImportMap, Vec<String>> {
    let mut sources = Sources::new();
    let file = sources.add("map.yaml", text.to_owned());
    let mut out = Diagnostics::new();
    parse_map(&sources, file, &mut out).ok_or_else(|| {
        let out = out.sorted();
        let told = out.list().iter().map(|diagnostic| {
            let place = sources.place(diagnostic.span);
            let help = diagnostic.help.as_deref().unwrap_or_default();
            let (code, says) = (diagnostic.code, &diagnostic.message);
            format!("{}:{} {code}: {says} / {help}", place.line, place.column)
        });
        told.collect()
    })
}

#[track_caller]
fn map(text: &str) -> ImportMap {
    parse(text).expect("a sound map")
}

/// A map of one file, from the settings of the file.
#[track_caller]
fn one(settings: &str) -> ImportMap {
    let indented = settings.replace('\n', "\n    ");
    map(&format!("source: test\nfiles:\n  \"*.csv\":\n    kind: lead.created\n    {indented}\n"))
}

/// All rows of a file under a map.
#[track_caller]
fn rows(map: &ImportMap, name: &str, bytes: impl AsRef<[u8]>) -> (Vec<RowResult>, Counts) {
    let mut file = map.open(name, bytes.as_ref()).expect("the file fits its map");
    let mut all = Vec::new();
    while let Some(row) = file.next_row().expect("bytes in memory") {
        all.push(row);
    }
    let counts = file.counts();
    assert_eq!(counts.read, counts.signals + counts.quarantined);
    assert_eq!(counts.read, all.len() as u64);
    (all, counts)
}

#[track_caller]
fn signals(map: &ImportMap, bytes: impl AsRef<[u8]>) -> Vec<RowRead> {
    let read = rows(map, "a.csv", bytes).0.into_iter().map(|row| match row {
        RowResult::Signal(read) => *read,
        RowResult::Quarantine(held) => panic!("{held:?}"),
    });
    read.collect()
}

/// `line code field` of what was quarantined.
#[track_caller]
fn held(map: &ImportMap, bytes: impl AsRef<[u8]>) -> Vec<(u64, Code, String)> {
    let all = rows(map, "a.csv", bytes).0;
    let held = all.into_iter().filter_map(|row| match row {
        RowResult::Signal(_) => None,
        RowResult::Quarantine(held) => Some((held.line, held.code, held.field.unwrap_or_default())),
    });
    held.collect()
}

fn ids(read: &[RowRead]) -> Vec<&str> {
    read.iter().map(|row| row.incoming.content.source_id.as_str()).collect()
}

fn refused(map: &ImportMap, name: &str, bytes: &str) -> FileRefused {
    map.open(name, bytes.as_bytes()).err().expect("refused")
}
