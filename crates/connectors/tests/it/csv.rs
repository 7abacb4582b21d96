//! CSV as people export it, told by the ids of the bad input that it must stand.

use std::io::Read;

use connectors::csv::{
    Encoding, LooksLike, OpenError, Options, Reader, Row, Writer, looks_like, protect, unprotect,
};
use domain::reason::Code;
use proptest::prelude::*;

/// A row as a test sees it: its line, its cells, its fault.
type Told = (u64, Vec<String>, Option<Code>);

fn read_as(bytes: &[u8], options: &Options) -> (Vec<String>, Vec<Told>) {
    let mut reader = Reader::open(bytes, options).expect("opens");
    let header = reader.header().names().to_vec();
    let (mut row, mut rows) = (Row::default(), Vec::new());
    while reader.read(&mut row).expect("bytes in memory") {
        rows.push((row.line(), row.cells().map(str::to_owned).collect(), row.fault()));
    }
    (header, rows)
}

fn read(bytes: impl AsRef<[u8]>) -> Vec<Told> {
    read_as(bytes.as_ref(), &Options::default()).1
}

fn good(line: u64, cells: &[&str]) -> Told {
    (line, cells.iter().map(|cell| (*cell).to_owned()).collect(), None)
}

fn faults(rows: &[Told]) -> Vec<(u64, Code)> {
    rows.iter().filter_map(|(line, _, fault)| fault.map(|code| (*line, code))).collect()
}

#[track_caller]
fn check(bytes: impl AsRef<[u8]>, expected: &[Told]) {
    assert_eq!(read(bytes), expected);
}

#[track_caller]
fn check_faults(bytes: impl AsRef<[u8]>, rows: usize, expected: &[(u64, Code)]) {
    let told = read(bytes);
    assert_eq!(faults(&told), expected);
    assert_eq!(told.len(), rows, "{told:?}");
}

#[test]
fn a_row_has_the_physical_line_of_its_first_cell() {
    check("id,name\n1,Ada\n2,Bob\n", &[good(2, &["1", "Ada"]), good(3, &["2", "Bob"])]);
    // The last line may lack its end.
    check("id,name\n1,Ada", &[good(2, &["1", "Ada"])]);
    let quoted = "id,note\r\n1,\"a\r\nb\rc\nd\"\r\n2,x\r\n";
    check(quoted, &[good(2, &["1", "a\r\nb\rc\nd"]), good(6, &["2", "x"])]);
    // The first cell begins where the quote opens, not where it closes.
    check("id\n\n\"a\nb\"\nc\n", &[good(3, &["a\nb"]), good(5, &["c"])]);
}

#[test]
fn c10_lone_cr_ends_a_line() {
    check("id,name\r1,Ada\r2,Bob\r", &[good(2, &["1", "Ada"]), good(3, &["2", "Bob"])]);
    check("id\r\r1\r\n\n2\n\r3", &[good(3, &["1"]), good(5, &["2"]), good(7, &["3"])]);
}

#[test]
fn c10_nul_spoils_its_row_alone() {
    check_faults("id,name\n1,A\0da\n2,Bob\n", 2, &[(2, Code::TextInvalid)]);
}

#[test]
fn blank_rows_and_rows_of_delimiters_alone_are_not_read() {
    let text = "id,name\n\n,\n1,Ada\n   \n,,,,\n \t, \n2,Bob\n\n";
    check(text, &[good(4, &["1", "Ada"]), good(8, &["2", "Bob"])]);
    // Somebody wrote the quotes: a row of empty texts is a row.
    check("id,name\n\"\",\"\"\n", &[good(2, &["", ""])]);
}

#[test]
fn c2_an_unclosed_quote_is_one_entry_and_reading_goes_on() {
    let unclosed = &[(2, Code::QuoteUnclosed)];
    check_faults("id,name\n1,\"Ada\n2,Bob\n3,Cy\n", 3, unclosed);
    // A later quote that opens does not close it.
    check_faults("id,name\n1,\"Ada\n2,Bob\n3,\"Cy\"\n4,Di\n", 4, unclosed);
    check_faults("id,name,x\n1,\"Ada,\n2,\"Bob\",\"k\"\n3,,\"\"\n", 3, unclosed);
    check_faults("id,name\n\"1\",\"Ada\n\"2\",\"Bob\"\n\"3\",\"Cy\"\n", 3, unclosed);
    // Nor does one that opens before a delimiter, if the row would be too wide.
    check_faults("id,name\n1,\"Ada\n2,Bob\n3,\", Cy\"\n4,Di\n", 4, unclosed);
    check(
        "id,a,b\n1,\"x,\ny,\",z\n2,p,q\n",
        &[good(2, &["1", "x,\ny,", "z"]), good(4, &["2", "p", "q"])],
    );
    // The quote opens in the second line of its row: the entry is the row's.
    check_faults("id,a,b\n1,\"x\ny\",\"z\n2,p,q\n", 2, unclosed);
    // At the very end.
    check_faults("id,name\n1,Ada\n2,\"", 2, &[(3, Code::QuoteUnclosed)]);
}

#[test]
fn c2_a_line_of_100_mb_is_one_entry_and_costs_no_memory() {
    let long = || std::io::repeat(b'x').take(100_000_000);
    let file = b"id,name\n1,Ada\n2,".chain(long()).chain(b"\r\n3,Cy\n".as_slice());
    let mut reader = Reader::open(file, &Options::default()).expect("opens");
    let (mut row, mut told) = (Row::default(), Vec::new());
    while reader.read(&mut row).expect("reads") {
        told.push((row.line(), row.fault(), row.is_cut()));
        assert!(row.raw().len() <= 256 * 1024);
    }
    let long = (3, Some(Code::LineTooLong), true);
    assert_eq!(told, [(2, None, false), long, (4, None, false)]);
}

#[test]
fn c2_a_row_over_256_kib_is_one_entry() {
    let long = "x".repeat(300 * 1024);
    check_faults(format!("id,n\n1,{long}\n2,b\n"), 2, &[(2, Code::ItemTooLarge)]);
    check_faults(format!("id,n\n1,\"{long}\"\n2,b\n"), 2, &[(2, Code::ItemTooLarge)]);
    let just = "x".repeat(256 * 1024 - 2);
    check_faults(format!("id,n\n1,{just}\n2,b\n"), 2, &[]);
    check_faults(format!("id,n\n1,x{just}\n2,b\n"), 2, &[(2, Code::ItemTooLarge)]);
    check_faults(format!("id,n\r1,x{just}\r2,b\r"), 2, &[(2, Code::ItemTooLarge)]);
    check_faults(format!("id,n\r\n1,x{just}\r\n2,b\r\n"), 2, &[(2, Code::ItemTooLarge)]);
    // An unclosed quote is looked after for no further than that.
    let rows = "1234567,row\n".repeat(60_000);
    let told = read(format!("id,n\n0,\"a\n{rows}"));
    assert_eq!((told.len(), faults(&told)), (60_001, vec![(2, Code::QuoteUnclosed)]));
}

#[test]
fn c2_quotes_opened_everywhere_are_read_in_linear_time() {
    // Each line closes the quote of the line before and opens another, so that no row ever ends.
    let file = format!("id,n\n{}", "a\",\"b\n".repeat(400_000));
    let told = read(&file);
    assert_eq!(told.len(), 400_000);
    assert!(told.iter().all(|row| row.2.is_some()));
}

#[test]
fn text_after_a_closing_quote_spoils_that_row_alone() {
    check_faults("id,n\n1,\"Ada\"x,y\n2,\"Bob\"\n", 2, &[(2, Code::QuoteText)]);
    check_faults("id,n\n1,\"two\nlines\" x\n2,\"Bob\"\n", 2, &[(2, Code::QuoteText)]);
    // Blanks are no text, and a quote within a bare cell is a sign like any other.
    check("id,n\n1,\"Ada\" \n2,5\" pipe\n", &[good(2, &["1", "Ada"]), good(3, &["2", "5\" pipe"])]);
    check("id,n\n1,\"say \"\"hi\"\"\"\n", &[good(2, &["1", "say \"hi\""])]);
}

#[test]
fn c4_encodings_are_found_out() {
    let text = "id,name\n1,Jürgen Öz\n2,Łódź\n";
    let rows = [good(2, &["1", "Jürgen Öz"]), good(3, &["2", "Łódź"])];
    check(text, &rows);
    check(format!("\u{feff}{text}"), &rows);
    let little = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    let big = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>();
    check(little(&format!("\u{feff}{text}")), &rows);
    check(big(&format!("\u{feff}{text}")), &rows);
    check(little(text), &rows);
    check(big(text), &rows);
    let header = read_as(&little(&format!("\u{feff}{text}")), &Options::default()).0;
    assert_eq!(header, ["id", "name"]);
}

#[test]
fn c4_windows_1252_is_known_by_what_it_says() {
    let told = [good(2, &["1", "Müller – 5 €"]), good(3, &["2", "É"])];
    check(b"id;name\r\n1;M\xfcller \x96 5 \x80\r\n2;\xc9\r\n", &told);
    // The first umlaut may come late.
    let mut late = b"id,name\n".to_vec();
    late.extend(b"1,Ada\n".repeat(50_000));
    late.extend(b"2,J\xfcrgen\n");
    assert_eq!(read(&late).last(), Some(&good(50_002, &["2", "Jürgen"])));
    let declared = Options { encoding: Encoding::named("windows-1252"), ..Options::default() };
    let (_, rows) = read_as(b"id,name\n1,\xc3\xbc\n2,a\x81\n", &declared);
    assert_eq!(rows[0], good(2, &["1", "Ã¼"]));
    assert_eq!(rows[1].2, Some(Code::BytesUndecodable));
}

#[test]
fn undecodable_bytes_spoil_that_row_alone() {
    let bad = &[(3, Code::BytesUndecodable)];
    check_faults(b"id,name\n1,J\xc3\xbcrgen\n2,B\xffb\n3,\xc3\x96z\n", 3, bad);
    check_faults(b"id,name\n1,Ada\n2,\xff\xfe\n3,Cy\n", 3, bad);
    check_faults(b"id,name\n1,Ada\n2,caf\xc3\n3,Cy\n", 3, bad);
    let declared = Options { encoding: Encoding::named("utf8"), ..Options::default() };
    let (_, rows) = read_as(b"id,name\n1,Ada\n2,M\xfcller\n3,Cy\n", &declared);
    assert_eq!((rows.len(), faults(&rows)), (3, bad.to_vec()));
    // Half a pair in UTF-16.
    let units = "id,n\n1,a\n2,".encode_utf16().chain([0xd800]).chain("\n3,c\n".encode_utf16());
    let bytes: Vec<u8> = [0xfeff].into_iter().chain(units).flat_map(u16::to_le_bytes).collect();
    check_faults(&bytes, 3, bad);
    // A byte too few at the end.
    check_faults(
        &bytes[..bytes.len() - 1],
        3,
        &[(3, Code::BytesUndecodable), (4, Code::BytesUndecodable)],
    );
}

#[test]
fn c3_delimiters_are_found_out() {
    let rows = [good(2, &["1", "2,5"]), good(3, &["2", "3,5"])];
    check("id;price\n1;2,5\n2;3,5\n", &rows);
    check("id\tprice\n1\t2,5\n2\t3,5\n", &rows);
    check("id|price\n1|2,5\n2|3,5\n", &rows);
    check("sep=;\nid;price\n1;2,5\n", &[good(3, &["1", "2,5"])]);
    check("\u{feff}sep=\t\r\nid\tprice\r\n1\t2,5\r\n", &[good(3, &["1", "2,5"])]);
    check("\"sep=|\"\nid|price,x\n1|2,5\n", &[good(3, &["1", "2,5"])]);
    // A list of one column has no delimiter.
    check("name\nAda; Bob\nCy, Di\n", &[good(2, &["Ada; Bob"]), good(3, &["Cy", " Di"])]);
    let options = Options { delimiter: Some(b'|'), ..Options::default() };
    let (header, rows) = read_as(b"a|b;c;d\n1|2;3;4\n", &options);
    assert_eq!((header.len(), rows[0].1.len()), (2, 2));
    let options = Options { expected: vec!["b;c".into()], ..Options::default() };
    assert_eq!(read_as(b"a,b;c\n1,2;3\n", &options).0, ["a", "b;c"]);
}

#[test]
fn lines_before_the_header_and_comments_are_passed_over() {
    let options = Options { skip: 2, comment: "#".into(), ..Options::default() };
    let (header, rows) = read_as(b"Report\n\"of, May\n# x\nid,n\n#1,\"a\n2,b\n", &options);
    assert_eq!(header, ["id", "n"]);
    assert_eq!(rows, [good(6, &["2", "b"])]);
    let options = Options { skip: 1, ..Options::default() };
    assert_eq!(read_as(b"sep=;\nid;n\n1;a\n", &options).1, [good(3, &["1", "a"])]);
}

#[test]
fn c5_header_names_are_trimmed_and_may_be_double_or_empty() {
    let (header, rows) =
        read_as(b"\xef\xbb\xbf id ,\"\xef\xbb\xbfname\",,name\n1,a,b,c\n", &Options::default());
    assert_eq!(header, ["id", "name", "", "name"]);
    assert_eq!(rows[0].1.len(), 4);
    let broken = Reader::open(b"id,\"name\n1,a\n".as_slice(), &Options::default());
    assert!(matches!(
        broken.err(),
        Some(OpenError::HeaderUnreadable { line: 1, code: Code::QuoteUnclosed })
    ));
}

#[test]
fn an_empty_file_is_zero_rows() {
    for nothing in ["", "\u{feff}", "\n\n\r\n", ",,,\n", "id,name\n", "sep=;"] {
        assert_eq!(read(nothing), [], "{nothing:?}");
    }
}

#[test]
fn c9_what_is_no_csv_is_known_by_its_first_bytes() {
    let cases: [(&[u8], LooksLike); 12] = [
        (b"PK\x03\x04\x14\x00", LooksLike::Workbook),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", LooksLike::OldWorkbook),
        (b"\x1f\x8b\x08", LooksLike::Compressed("gzip")),
        (b"%PDF-1.7", LooksLike::Pdf),
        (b"  \n<!DOCTYPE html><p>Sign in", LooksLike::Html),
        (b"\xef\xbb\xbf<HTML>", LooksLike::Html),
        (b"<\0h\0t\0m\0l\0>\0", LooksLike::Html),
        (b"<?xml version='1.0'?>", LooksLike::Xml),
        (b"{\"id\": 1}", LooksLike::Json),
        (b"[ {\"id\": 1}]", LooksLike::Json),
        (b"[]", LooksLike::Json),
        (b"[[1,2],[3,4]]", LooksLike::Json),
    ];
    for (bytes, expected) in cases {
        assert_eq!(looks_like(bytes), Some(expected), "{expected}");
        let refused = Reader::open(bytes, &Options::default()).err();
        assert!(matches!(refused, Some(OpenError::NotCsv { .. })));
    }
    for csv in ["", "id,name", "[id],[name]\n1,2", "{id},x", "<none>,a", "PK,name"] {
        assert_eq!(looks_like(csv.as_bytes()), None, "{csv}");
    }
}

#[test]
fn c1_what_a_spreadsheet_would_execute_is_protected() {
    for (cell, expected) in [
        ("=1+1", "'=1+1"),
        ("+49 30 1", "'+49 30 1"),
        ("-cmd", "'-cmd"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("＝1+1", "'＝1+1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠x", "'＠x"),
        (" =1", " '=1"),
        (";=1", ";'=1"),
        (",\"=1", ",\"'=1"),
        ("a;=1", "a;'=1"),
        ("=HYPERLINK(\"http://x\")", "'=HYPERLINK(\"http://x\")"),
        ("=cmd|'/c calc'!A0", "'=cmd|'/c calc'!A0"),
        ("'=1", "''=1"),
        // Numbers are left alone, and so is what begins no formula.
        ("-5", "-5"),
        ("+49301", "+49301"),
        ("-1.5e-3", "-1.5e-3"),
        ("a=b", "a=b"),
        ("O'Neill", "O'Neill"),
        ("'quoted'", "'quoted'"),
        ("2026-11-21", "2026-11-21"),
        ("'-5", "''-5"),
    ] {
        assert_eq!(protect(cell), expected, "{cell:?}");
        assert_eq!(unprotect(expected), cell, "{expected:?}");
    }
}

#[test]
fn c7_digits_stay_as_they_are() {
    check(
        "id,phone\n00123,0049301\n1E5,1e5\n",
        &[good(2, &["00123", "0049301"]), good(3, &["1E5", "1e5"])],
    );
}

/// A reader that gives a few bytes at a time.
struct Drops<'a>(&'a [u8], usize);

impl Read for Drops<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let bytes = self.1.min(self.0.len()).min(out.len());
        out[..bytes].copy_from_slice(&self.0[..bytes]);
        self.0 = &self.0[bytes..];
        Ok(bytes)
    }
}

/// The line of each row by the plainest way there is, for files whose quotes are sound.
fn lines_by_hand(text: &str) -> Vec<u64> {
    let (mut line, mut first, mut quoted, mut told) = (1, 1, false, false);
    let mut lines = Vec::new();
    let characters: Vec<char> = text.chars().collect();
    for (at, character) in characters.iter().enumerate() {
        let ends = *character == '\n' || *character == '\r';
        if *character == '"' {
            quoted = !quoted;
        }
        told |= !ends && *character != ',' && !character.is_ascii_whitespace();
        if ends && !(*character == '\r' && characters.get(at + 1) == Some(&'\n')) {
            line += 1;
            if !quoted {
                if told {
                    lines.push(first);
                }
                (first, told) = (line, false);
            }
        }
    }
    if told {
        lines.push(first);
    }
    lines
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-zA-Z0-9 ]{0,8}",
        1 => "[a-z\",;|\t\r\n'=+@ß€-]{0,12}",
        1 => any::<String>().prop_map(|text| text.replace('\0', "")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back(
        rows in prop::collection::vec(prop::collection::vec(cell(), 3), 0..20),
        drops in 1usize..50,
    ) {
        let mut writer = Writer::new(Vec::new());
        writer.row(["id", "a", "b", "c"]).expect("memory");
        for (at, row) in rows.iter().enumerate() {
            let id = at.to_string();
            writer.row([id.as_str(), &row[0], &row[1], &row[2]]).expect("memory");
        }
        let bytes = writer.into_inner();
        let options = Options { delimiter: Some(b','), ..Options::default() };
        let mut reader = Reader::open(Drops(&bytes, drops), &options).expect("opens");
        let (mut row, mut back) = (Row::default(), Vec::new());
        while reader.read(&mut row).expect("memory") {
            prop_assert_eq!(row.fault(), None);
            back.push(row.cells().skip(1).map(unprotect).collect::<Vec<_>>());
        }
        prop_assert_eq!(back, rows);
    }

    #[test]
    fn protecting_is_undone_exactly(text in cell()) {
        let safe = protect(&text);
        prop_assert_eq!(unprotect(&safe), text);
    }

    #[test]
    fn lines_are_those_counted_by_hand(
        rows in prop::collection::vec(
            ("[a-z]{0,3}", "([a-z ,]|\r\n|\r|\n|\"\"){0,6}", "(\r\n|\r|\n){1,3}"), 0..20,
        ),
    ) {
        let mut text = "id,name\n".to_owned();
        for (bare, quoted, end) in &rows {
            text.extend([bare, ",\"", quoted, "\"", end]);
        }
        let lines: Vec<u64> = read(&text).into_iter().map(|row| row.0).collect();
        prop_assert_eq!(&lines[..], &lines_by_hand(&text)[1..]);
    }

    #[test]
    fn bytes_of_any_kind_never_panic_and_chunks_do_not_matter(
        bytes in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..400),
            "[\"a,;\r\n= #]{0,400}".prop_map(String::into_bytes),
        ],
        drops in 1usize..20,
        skip in 0u64..3,
    ) {
        let options = Options { skip, comment: "#".into(), ..Options::default() };
        let all = |input: &mut dyn Read| {
            let Ok(mut reader) = Reader::open(input, &options) else { return None };
            let (mut row, mut rows) = (Row::default(), Vec::new());
            while reader.read(&mut row).expect("memory") {
                rows.push(row.clone());
            }
            Some(rows)
        };
        let whole = all(&mut bytes.as_slice());
        prop_assert_eq!(all(&mut Drops(&bytes, drops)), whole);
    }
}
