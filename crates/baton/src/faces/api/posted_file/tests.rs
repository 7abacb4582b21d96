//! Forms with files, whole and broken.

use super::parse;

fn form(content: &str) -> String {
    format!(
        "--xx\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nc0ffee\r\n\
         --xx\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a %22b%22.csv\"\r\n\
         Content-Type: text/csv\r\n\r\n{content}\r\n--xx--\r\n"
    )
}

#[test]
fn fields_and_the_file_come_apart_byte_for_byte() {
    for content in ["", "mail\r\n", "mail\n--xx\n", "\r\n--x", "a\r\n\r\nb\r\n-\r\n--"] {
        let (fields, file) = parse(form(content).as_bytes(), "xx").expect("a form");
        assert_eq!(fields.get("csrf").map(String::as_str), Some("c0ffee"));
        let file = file.expect("a file");
        assert_eq!(
            (file.name.as_str(), file.bytes.as_slice()),
            ("a \"b\".csv", content.as_bytes())
        );
    }
}

#[test]
fn a_name_keeps_no_folder_and_no_file_is_none() {
    let named = form("x").replace("a %22b%22.csv", "C:\\exports\\leads.csv");
    let (_, file) = parse(named.as_bytes(), "xx").expect("a form");
    assert_eq!(file.expect("a file").name, "leads.csv");
    let (_, file) = parse(form("").replace("a %22b%22.csv", "").as_bytes(), "xx").expect("a form");
    assert!(file.is_none());
}

#[test]
fn what_was_cut_or_is_no_form_is_refused() {
    let whole = form("mail\r\na@b.example");
    for end in 0..whole.len() - 4 {
        assert!(parse(&whole.as_bytes()[..end], "xx").is_none(), "{end}");
    }
    assert!(parse(whole.as_bytes(), "yy").is_none());
    assert!(parse(whole.replace("name=", "nome=").as_bytes(), "xx").is_none());
}
