//! CSV as a spreadsheet saves it.

use notation::{Diagnostics, Sources, parse_csv};

/// Header and rows with `|` between cells, then what is told as `code line:column`.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let mut sources = Sources::new();
    let file = sources.add("it.csv", text.to_owned());
    let mut out = Diagnostics::new();
    let csv = parse_csv(&sources, file, &mut out);
    let mut lines = Vec::new();
    if let Some(csv) = csv {
        for row in std::iter::once(&csv.header).chain(&csv.rows) {
            assert_eq!(row.len(), csv.header.len());
            lines.push(row.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>().join("|"));
        }
    }
    for diagnostic in out.list() {
        let place = sources.place(diagnostic.span);
        lines.push(format!("{} {}:{}", diagnostic.code, place.line, place.column));
    }
    assert_eq!(lines, expected, "{text:?}");
}

#[test]
fn rows_are_read() {
    check("a,b\n1,2\n", &["a|b", "1|2"]);
    check("a;b\r\n1,5;2\r\n", &["a|b", "1,5|2"]);
    check("\u{feff}a,b\n\n,\n x , y \n3\n", &["a|b", "x|y", "3|"]);
    check("a,b\n\"x, \"\"y\"\"\",\"two\nlines\"\n", &["a|b", "x, \"y\"|two\nlines"]);
    check("a\r1\r2", &["a", "1", "2"]);
}

#[test]
fn what_is_wrong_is_told() {
    check("", &["csv-header 1:1"]);
    check("\n\n", &["csv-header 1:1"]);
    check("a,a\n", &["csv-header 1:3"]);
    check("a,,b\n", &["csv-header 1:3"]);
    check("a,b\n1,2,3\n", &["a|b", "1|2", "csv-row 2:5"]);
    check("a,b\n1,2,\n", &["a|b", "1|2"]);
    check("a\n\"x\" y\nz\n", &["a", "x", "z", "csv-syntax 2:4"]);
    check("a\n1\n\"x\n", &["csv-syntax 3:1"]);
    check("phone\n4.9176E+11\n", &["phone", "4.9176E+11", "csv-mangled 2:1"]);
}
