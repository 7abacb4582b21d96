use super::is_own_page;

#[test]
fn a_page_to_come_back_to_is_one_of_this_server() {
    for own in ["/", "/inbox", "/h/h-123?tab=why", "/a/x?b=c&d=e"] {
        assert!(is_own_page(own), "{own}");
    }
    let long = format!("/{}", "a".repeat(3_000));
    for foreign in [
        "",
        "inbox",
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/a\r\nb",
        "/ä",
        &long,
    ] {
        assert!(!is_own_page(foreign), "{foreign}");
    }
}
