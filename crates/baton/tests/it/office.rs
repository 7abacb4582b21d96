//! The pages of connections and of who is who: what they show, what they do, and that nobody else has them.

use std::fs;

use baton::config::resolved::DestinationFacts;
use serde_json::json;

use crate::house::{Force, House};
use crate::sign_in::{Browser, demo, visitors};

/// The person who is known by an address.
fn person(house: &House, email: &str) -> String {
    let headers = [("Authorization", "Bearer key-revops"), ("Content-Type", "application/json")];
    let found = house.post("/v1/search", &headers, json!({ "text": email }).to_string().as_bytes());
    let found = found.json();
    found["people"][0]["id"].as_str().unwrap_or_else(|| panic!("{found}")).to_owned()
}

#[test]
fn a_test_message_arrives_at_a_destination_and_its_page_says_so() {
    let house = House::with(Force::Strategy, |config| {
        config.demo = Some(visitors());
        for name in ["crm", "archive"] {
            let facts = DestinationFacts { kind: "file", is_forbidden: false, mailbox: None };
            config.destination_facts.insert(name.to_owned(), facts);
        }
    });
    house.handoff("ada");
    let mut revops = Browser::signed_in(&house, "revops");
    let token = revops.form_token();
    let page = revops.open("/connections").text();
    for says in ["web", "segment", "crm", "archive", "healthy"] {
        assert!(page.contains(says), "{says}: {page}");
    }
    let tested = revops.post("/connections/archive/test", &format!("csrf={token}"));
    assert_eq!(tested.status, 200, "{}", tested.text());
    assert!(tested.text().contains("archive: the test message arrived."), "{}", tested.text());
    let lines = fs::read_to_string(house.folder.path().join("archive.jsonl")).unwrap();
    assert!(lines.contains("\"test\":true"), "{lines}");
    assert_eq!(revops.post("/connections/nowhere/test", &format!("csrf={token}")).status, 404);
    for role in ["rep", "manager", "marketer", "leader", "auditor", "admin"] {
        let mut reader = Browser::signed_in(&house, role);
        let own = reader.form_token();
        assert_eq!(reader.open("/connections").status, 404, "{role}");
        assert_eq!(reader.open("/identity").status, 404, "{role}");
        assert_eq!(
            reader.post("/connections/archive/test", &format!("csrf={own}")).status,
            404,
            "{role}"
        );
        assert_eq!(
            reader.post("/identity", &format!("csrf={own}&verb=join")).status,
            404,
            "{role}"
        );
    }
}

#[test]
fn two_are_joined_after_what_changes_was_shown_and_parted_again() {
    let house = demo();
    house.handoff("ada");
    house.handoff("ben");
    let (one, other) =
        (person(&house, "ada@ada-works.example"), person(&house, "ben@ben-works.example"));
    assert_ne!(one, other);
    let mut revops = Browser::signed_in(&house, "revops");
    let token = revops.form_token();
    let empty = revops.open("/identity").text();
    assert!(empty.contains("Nobody waits to be joined"), "{empty}");

    let form = format!("csrf={token}&verb=join&one={one}&other={other}&reason=bad-data");
    let preview = revops.post("/identity", &form).text();
    assert!(
        preview.contains("This would change") && preview.contains("are one person"),
        "{preview}"
    );
    for (address, id) in [("ada@ada-works.example", &one), ("ben@ben-works.example", &other)] {
        assert!(preview.contains(&format!("{address} ({id})")), "named, and by id: {preview}");
    }
    assert_ne!(
        person(&house, "ada@ada-works.example"),
        person(&house, "ben@ben-works.example"),
        "nothing is done yet"
    );
    let done = revops.post("/identity", &format!("{form}&sure=yes")).text();
    assert!(done.contains("Done: "), "{done}");
    let joined = person(&house, "ben@ben-works.example");
    assert_eq!(person(&house, "ada@ada-works.example"), joined);

    // The one who stays shows who was merged into them, and that is taken back in the same way.
    let loser = if joined == one { &other } else { &one };
    let known = revops.open(&format!("/identity?person={joined}")).text();
    assert!(known.contains(&format!("Take back the merge of {loser}")), "{known}");
    assert!(known.contains("ada works") && known.contains(&format!("<span class=\"id\">{joined}")));
    let form = format!("csrf={token}&verb=undo&one={joined}&other={loser}");
    assert!(revops.post("/identity", &form).text().contains("Take back the merge"));
    assert_eq!(person(&house, "ada@ada-works.example"), joined);
    let done = revops.post("/identity", &format!("{form}&sure=yes")).text();
    assert!(done.contains("is somebody of their own"), "{done}");
    assert_ne!(person(&house, "ada@ada-works.example"), person(&house, "ben@ben-works.example"));

    let nobody = revops.open("/identity?person=p-0000000000000000").text();
    assert!(nobody.contains("There is no such person."), "{nobody}");
    let none = revops.post("/identity", &format!("csrf={token}&verb=split&one={joined}"));
    assert_eq!(none.status, 422, "{}", none.text());
    let again = revops
        .post("/identity", &format!("csrf={token}&verb=undo&one={joined}&other={loser}&sure=yes"));
    assert_eq!(again.status, 409, "{}", again.text());
}
