//! Maps and files that a hand or a program damaged: whatever stands in them, reading ends, the parts
//! add up, and what is told stands where it says.

use std::path::Path;

use notation::{Diagnostics, Severity, Sources};

use super::draws::Draws;
use super::{Options, Reader, Row, RowResult, parse_map};

const MAP: &str = "\
source: fair
zone: Europe/Berlin
nulls: [\"\", n/a]
files:
  \"*leads*.csv\":
    kind: lead.created
    lead: true
    id: id
    time: { column: day, formats: [\"%d.%m.%Y\", \"%Y-%m-%d\", excel] }
    subject: { email: mail, phone: tel, company: firm, domain: web }
    fields:
      account.employees: { column: size, type: integer, repair: [trim, decimal-comma] }
      account.revenue: { column: worth, type: decimal, repair: [decimal-comma] }
      person.tags: { column: tags, type: list }
      consent.email: { column: ok, type: boolean, repair: [{ ja: \"true\", nein: \"false\" }] }
    outcome: []
";

const FILE: &str = "\
id;day;mail;tel;firm;web;size;worth;tags;ok
1;24.12.2026;ada@acme.example;+49 30 901820;Acme;acme.example;1.200;12,50;a, b;ja
2;2026-12-24;bob@acme.example;;\"Acme; \"\"the\"\" firm\";;12;;;nein
3;46380;;0049301;Ö & Co;oe.example;n/a;1;\"x
y\";ja
4;;cy@acme.example;;;;;;;
";

/// What a hand slips into a file.
const SLIPS: [&str; 30] = [
    "\t",
    "\n",
    "\r",
    "\r\n",
    "\"",
    "\"\"",
    "'",
    ";",
    ",",
    "#",
    ":",
    "- ",
    "[",
    "]",
    "{",
    "}",
    "&a ",
    "*a ",
    "\0",
    "é",
    "\u{feff}",
    "=1+1",
    "-1",
    "1e9",
    "NaN",
    "null",
    "%",
    "99999999999999999999",
    "0000-00-00",
    "\u{202e}",
];

fn damage(text: &[u8], draws: &mut Draws) -> Vec<u8> {
    if text.is_empty() {
        return b"\n".to_vec();
    }
    let mut lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
    let (one, other) = (draws.below(lines.len()), draws.below(lines.len()));
    let at = draws.below(text.len());
    let slip = SLIPS[draws.below(SLIPS.len())].as_bytes();
    match draws.below(7) {
        0 => drop(lines.remove(one)),
        1 => lines.insert(one, lines[other]),
        2 => lines.swap(one, other),
        3 => return [&text[..at], slip, &text[at..]].concat(),
        4 => {
            let end = (at + 1 + draws.below(12)).min(text.len());
            return [&text[..at], slip, &text[end..]].concat();
        }
        5 => return text[..at].to_vec(),
        _ => {
            let mut changed = text.to_vec();
            changed[at] = draws.below(256) as u8;
            return changed;
        }
    }
    lines.concat()
}

/// Every diagnostic stands in the file, can be drawn and says how to mend it; a map that is refused
/// says why.
#[track_caller]
fn well_told(text: &str) {
    let mut sources = Sources::new();
    let file = sources.add("map.yaml", text.to_owned());
    let mut out = Diagnostics::new();
    let map = parse_map(&sources, file, &mut out);
    for told in out.list() {
        assert!(told.span.start <= told.span.end && told.span.end as usize <= text.len() + 1);
        assert!(!notation::draw(&sources, told).is_empty());
    }
    let is_error = |told: &notation::Diagnostic| told.severity == Severity::Error;
    assert_eq!(map.is_none(), out.list().iter().any(is_error), "{text}");
}

#[test]
fn a_damaged_map_is_told_well() {
    let seed = 2026;
    println!("seed {seed}");
    let mut draws = Draws(seed);
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/maps/olist.yaml");
    let texts = [MAP.to_owned(), std::fs::read_to_string(shipped).expect("the map ships")];
    for _ in 0..4_000 {
        let mut bytes = texts[draws.below(texts.len())].clone().into_bytes();
        for _ in 0..=draws.below(3) {
            bytes = damage(&bytes, &mut draws);
        }
        well_told(&String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn a_damaged_file_adds_up_and_every_entry_has_its_line() {
    let seed = 2026;
    println!("seed {seed}");
    let mut draws = Draws(seed);
    let map = super::map(MAP);
    for _ in 0..4_000 {
        let mut bytes = FILE.as_bytes().to_vec();
        for _ in 0..=draws.below(4) {
            bytes = damage(&bytes, &mut draws);
        }
        let shown = String::from_utf8_lossy(&bytes).into_owned();
        let Ok(mut file) = map.open("leads.csv", bytes.as_slice()) else { continue };
        let (mut rows, mut before) = (0, 1);
        while let Some(row) = file.next_row().expect("bytes in memory") {
            rows += 1;
            let line = match row {
                RowResult::Signal(read) => read.line,
                RowResult::Quarantine(held) => held.line,
            };
            assert!(line > before && line <= lines(&bytes), "line {line} after {before}: {shown}");
            before = line;
        }
        let counts = file.counts();
        assert_eq!(counts.read, rows, "{shown}");
        assert_eq!(counts.read, counts.signals + counts.quarantined, "{shown}");
    }
}

/// Lines that end in LF, CRLF or a lone CR, and what stands behind the last.
fn lines(bytes: &[u8]) -> u64 {
    let ends = bytes.iter().enumerate().filter(|(at, byte)| match byte {
        b'\n' => true,
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    });
    ends.count() as u64 + 1
}

#[test]
fn what_is_damaged_reads_the_same_in_drops() {
    // The file alone, without a map: rows do not depend on how the bytes arrive.
    let mut draws = Draws(7);
    for _ in 0..2_000 {
        let bytes = damage(FILE.as_bytes(), &mut draws);
        let read = |bytes: &mut dyn std::io::Read| {
            let Ok(mut reader) = Reader::open(bytes, &Options::default()) else {
                return Vec::new();
            };
            let (mut row, mut told) = (Row::default(), Vec::new());
            while reader.read(&mut row).expect("bytes in memory") {
                let cells: Vec<String> = row.cells().map(str::to_owned).collect();
                told.push((row.line(), cells, row.fault()));
            }
            told
        };
        let whole = read(&mut bytes.as_slice());
        let dropped = read(&mut std::io::BufReader::with_capacity(1, bytes.as_slice()));
        assert_eq!(whole, dropped, "{:?}", String::from_utf8_lossy(&bytes));
    }
}
