use super::Csv;

#[test]
fn cells_are_quoted_where_they_have_to_be_and_none_is_a_formula() {
    let mut csv = Csv::new(&["name", "count"]);
    csv.row(["Autumn, \"north\"", "12"]);
    csv.row(["=HYPERLINK(1)", "-3"]);
    csv.row(["two\nlines", "@sum"]);
    assert_eq!(
        csv.0,
        "name,count\r\n\"Autumn, \"\"north\"\"\",12\r\n\"'=HYPERLINK(1)\",\"'-3\"\r\n\"two\nlines\",\"'@sum\"\r\n"
    );
}
