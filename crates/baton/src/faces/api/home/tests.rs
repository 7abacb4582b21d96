use domain::signal::SourceName;

use super::page;
use crate::config::resolved::DemoServing;

#[test]
fn found_g5_the_demos_page_has_its_commands_and_nothing_unescaped() {
    let demo = DemoServing {
        source: SourceName::new("web").unwrap(),
        commands: vec![(
            "Why <this> rep?".to_owned(),
            "'/opt/my \"tools\"/baton' why h-1 --data '/a&b'".to_owned(),
        )],
        seed: 7,
        visitors: Vec::new(),
        crm: None,
        stays: false,
    };
    let shown = page(Some(&demo), "127.0.0.1:8080\"><script>");
    for says in [
        "Why &lt;this&gt; rep?",
        "/a&amp;b",
        "Bearer demo",
        "This is the demo",
        "baton explain CODE",
    ] {
        assert!(shown.contains(says), "{says}: {shown}");
    }
    assert!(!shown.contains("<script") && !shown.contains("href"), "{shown}");
}

#[test]
fn found_g5_the_page_of_a_server_tells_nothing_of_what_is_kept() {
    let shown = page(None, "baton.example");
    assert!(shown.contains("baton key create") && shown.contains("Bearer KEY"), "{shown}");
    assert!(!shown.contains("--data") && !shown.contains("demo"), "{shown}");
}
