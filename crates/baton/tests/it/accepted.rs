//! What is called accepted is one figure: the same on each page, for the same period and filter.

use crate::house::House;
use crate::sign_in::{Browser, demo};

/// `1 of 2`, as a page says it in words, without its links.
fn accepted(house: &House, role: &str, path: &str) -> String {
    let shown = Browser::signed_in(house, role).open(path);
    assert_eq!(shown.status, 200, "{path}: {}", shown.text());
    let page = shown.text();
    let (_, rest) = page.split_once("Accepted: ").unwrap_or_else(|| panic!("{path}: {page}"));
    let (said, after) = rest.split_once(" offered in this period").expect("what it is of");
    assert!(after.contains("somebody has accepted by now"), "{path} says what it means: {page}");
    let mut words = String::new();
    let mut in_tag = false;
    for letter in said.chars() {
        match letter {
            '<' => in_tag = true,
            '>' => in_tag = false,
            letter if !in_tag => words.push(letter),
            _ => {}
        }
    }
    words
}

#[test]
fn accepted_is_the_same_number_on_every_page() {
    let house = demo();
    let leads = ["ada", "ben", "cia"].map(|who| house.handoff(who));
    let json = ("Content-Type", "application/json");
    let key = ("Authorization", "Bearer key-revops");
    // One is taken, one is refused, one is on offer yet.
    for (handoff, verb, reason) in
        [(&leads[0], "accept", ""), (&leads[1], "reject", r#""reason": "bad-fit", "#)]
    {
        let shown = house.get(&format!("/v1/handoffs/{handoff}")).json();
        let owner = shown["owner"]["id"].as_str().expect("an owner");
        let body = format!(r#"{{{reason}"as": "{owner}"}}"#);
        let path = format!("/v1/handoffs/{handoff}/{verb}");
        let done = house.post(&path, &[key, json], body.as_bytes());
        assert_eq!(done.status, 200, "{}", done.text());
    }
    for (days, filter) in [("", ""), ("days=30", ""), ("days=30", "&source=web")] {
        let pulse = accepted(&house, "manager", &format!("/pulse?{days}{filter}"));
        assert_eq!(pulse, "1 of 3", "{days}{filter}");
        assert_eq!(accepted(&house, "marketer", &format!("/campaigns?{days}{filter}")), pulse);
    }
    // The team looks at thirty days, as the others do where nobody asks for another period.
    assert_eq!(accepted(&house, "manager", "/team?team=all"), "1 of 3");
    // What nobody was offered is a number as well.
    assert_eq!(accepted(&house, "manager", "/pulse?source=nowhere"), "0 of 0");
}
