use super::domains_in;

#[test]
fn domains_are_read_from_lines_and_from_quotes() {
    let told =
        "const a = {'One.com',\n \"two.co.uk\", 'no domain'}\nthree.de\r\n# four\n1.2\nx..y\n";
    let found: Vec<String> = domains_in(told).into_iter().collect();
    assert_eq!(found, ["one.com", "three.de", "two.co.uk"]);
}
